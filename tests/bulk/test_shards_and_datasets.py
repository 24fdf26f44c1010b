"""Datasets of several folders, and datasets that are embedded anew."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from twelvelabs_embed import InvalidInputError, TwelveLabs
from twelvelabs_embed.bulk import (
    Dataset,
    RunChangedError,
    RunProgress,
    compact,
    datasets,
    dry_run,
)
from twelvelabs_embed.bulk.ids import Shard
from twelvelabs_embed.bulk.part_files import part_paths, scan
from twelvelabs_embed.report import write_report
from twelvelabs_embed.search.exact import describe, search
from twelvelabs_embed_emulator import samples

from tests.bulk.datasets import manifest, paint, written
from tests.bulk.fault_proxy import Faulty
from tests.cli.runner import Run

TEXTS = [f"text {number}" for number in range(40)]


@pytest.fixture
def source(source: Path) -> Path:
    samples.video(source / "film.mkv", fps=6)
    return source


# ------------------------------------------------------------------------------------------ shards


def test_shards_have_each_item_once(client: TwelveLabs, tmp_path: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", TEXTS)
    folders = [tmp_path / f"out{number}" for number in (1, 2, 3)]
    reported, totals = list[RunProgress](), set[int | None]()
    for number, folder in enumerate(folders, 1):
        planned = dry_run(
            source, folder, shard=f"{number}/3", progress=lambda *counts: totals.add(counts[1])
        )
        report = client.bulk.run(source, folder, shard=f"{number}/3", progress=reported.append)
        assert planned.to_run == {"text": report.done}
        again = client.bulk.run(source, folder, shard=f"{number}/3")
        assert (again.done_before, again.requests) == (report.done, 0)
    assert (
        {one.total for one in reported} == totals == {None}
    )  # that of the source is of all shards
    found = [written(folder) for folder in folders]
    assert all(found)
    assert sum(found[1:], start=found[0]) == dict.fromkeys(TEXTS, 1)
    rows = sum(batch.num_rows for batch in scan(folders, ["id"]))
    assert rows == describe(folders).rows == len(TEXTS)
    (hit, *_) = search(folders, "text 17", client=client)
    assert hit.id == "text 17"
    facts = write_report(folders, tmp_path / "page.html")
    assert facts.all_items == len(TEXTS)


def test_a_shard_without_items_is_no_obstacle(client: TwelveLabs, tmp_path: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a"])
    folders = [tmp_path / f"out{number}" for number in (1, 2)]
    for number, folder in enumerate(folders, 1):
        client.bulk.run(source, folder, shard=f"{number}/2")
    assert describe(folders).rows == 1
    assert write_report(folders, tmp_path / "page.html").all_items == 1
    with pytest.raises(InvalidInputError):
        describe([*folders, tmp_path])


def test_a_folder_keeps_its_shard(client: TwelveLabs, tmp_path: Path, out: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", TEXTS)
    client.bulk.run(source, out, shard="1/2")
    for other in ("2/2", None, "1/3"):
        with pytest.raises(RunChangedError) as caught:
            client.bulk.run(source, out, shard=other)
        assert caught.value.differences[0].name == "shard"


def test_items_of_other_shards_are_not_gone(client: TwelveLabs, tmp_path: Path, out: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", TEXTS)
    done = client.bulk.run(source, out, shard="1/2").done
    gone = next(iter(written(out)))
    manifest(source, [text for text in TEXTS if text != gone])
    report = client.bulk.run(source, out, shard="1/2", prune=True)
    assert (report.pruned, report.done_before) == (1, done - 1)


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "1/0", "", "-1/4", "1/4/2"])
def test_a_shard_that_is_none_is_rejected(text: str) -> None:
    if not text:
        assert Shard.parse(text).is_all
        return
    with pytest.raises(InvalidInputError) as caught:
        Shard.parse(text)
    assert caught.value.violations[0].field == "shard"


def test_an_id_stays_in_its_shard() -> None:
    found = [next(n for n in range(1, 5) if Shard(n, 4).has(id)) for id in ("a", "b.png", "ü", "")]
    assert found == [4, 4, 1, 1]
    shard = Shard.parse(" 123456789 / 999999999 ")
    assert (shard, str(shard)) == (Shard(123_456_789, 999_999_999), "123456789/999999999")


# ------------------------------------------------------------------------------- datasets anew


def test_the_items_of_a_dataset_are_embedded_with_another_model(
    client: TwelveLabs,
    source: Path,
    out: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client.bulk.run(source, out, segmentation="fixed:6", options=["visual"])
    paint(source / "later.png", "white")
    new = tmp_path / "new"
    dry_run(Dataset(out), new, model="marengo3.5")
    assert not [one for one in caplog.records if hasattr(one, "is_notice")]
    (source / "green.png").unlink()
    planned = dry_run(Dataset(out), new, model="marengo3.5")
    (notice,) = (one for one in caplog.records if hasattr(one, "is_notice"))
    assert notice.getMessage() == "1 of 4 items are not in the source any more"
    assert planned.to_run == {"image": 2, "video": 1}
    report = client.bulk.run(Dataset(out), new, model="marengo3.5")
    assert (report.done, report.failed) == (3, 0)
    before, after = written(out), written(new)
    assert set(after) == set(before) - {"green.png"}
    assert after["film.mkv"] == before["film.mkv"]  # the same segments
    assert describe(new).model == "marengo3.5"
    again = client.bulk.run(Dataset(out), new, model="marengo3.5")
    assert (again.done_before, again.requests) == (3, 0)
    # The folder also resumes with the source itself.
    settings: dict[str, Any] = {"segmentation": "fixed:6", "options": ["visual"]}
    assert client.bulk.run(source, new, model="marengo3.5", **settings).done == 1


def test_settings_that_are_given_count_more_than_those_of_the_dataset(
    client: TwelveLabs, source: Path, out: Path, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {"options": ["visual"], "scopes": ["clip"], "start": 4}
    client.bulk.run(source, out, segmentation="fixed:6", **settings)
    settings = {"options": ["audio"], "start": 0}
    client.bulk.run(Dataset(out), tmp_path / "new", segmentation="fixed:4", **settings)
    rows = [
        (row["option"], row["scope"])
        for batch in scan(tmp_path / "new", ["option", "scope"], {"input_type": "video"})
        for row in batch.to_pylist()
    ]
    assert rows == [("audio", "clip")] * 3


def test_a_dataset_of_a_manifest_is_embedded_anew(
    client: TwelveLabs, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a", "b"])
    client.bulk.run(source, out)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert client.bulk.run(Dataset(out), tmp_path / "new").done == 2
    assert set(written(tmp_path / "new")) == {"a", "b"}
    source.rename("m.jsonl")
    with pytest.raises(InvalidInputError) as caught:
        dry_run(Dataset(out))
    assert str(caught.value.violations[0].hint).startswith(f"Run it in {tmp_path}, ")


def test_a_dataset_of_several_sources_is_embedded_anew_where_they_are(
    client: TwelveLabs, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    manifest(Path("m.jsonl"), ["a"])
    client.bulk.run(["source", "m.jsonl"], out)
    assert client.bulk.run(Dataset(out), "new").done == 5
    assert written(Path("new")) == written(out)
    monkeypatch.chdir(source)
    with pytest.raises(InvalidInputError) as caught:
        client.bulk.run(Dataset(out), "new")
    (violation,) = caught.value.violations
    assert violation.field == "source"
    assert str(violation.hint).startswith(f"Run it in {source.parent}, ")


@pytest.mark.parametrize(
    ("root", "names", "found"),
    [
        ("archive", ["archive"], ["archive"]),
        ("archive", ["../x/archive/"], ["archive"]),
        ("archive", ["."], ["archive"]),
        ("archive", [".."], ["archive"]),
        ("archive", ["films"], None),
        ("archive", ["archive", "."], None),
        ("gone", ["gone"], None),
        ("", ["x/m.jsonl"], ["m.jsonl"]),
        ("", ["gone.jsonl"], None),
        ("here", ["a", "b"], ["a", "b"]),
        ("here", ["a", "-"], None),
        ("here", ["-"], None),
    ],
)
def test_the_sources_of_a_dataset_are_found_from_another_folder(
    root: str,
    names: list[str],
    found: list[str] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("archive", "here"):
        (tmp_path / name).mkdir()
    manifest(tmp_path / "m.jsonl", ["a"])
    monkeypatch.chdir(tmp_path / "here")
    plan: Any = SimpleNamespace(root=str(tmp_path / root), sources=names)
    if found is None:
        with pytest.raises(InvalidInputError):
            datasets._names(plan, tmp_path)
    else:
        expected = found if root == "here" else [str(tmp_path / name) for name in found]
        assert datasets._names(plan, tmp_path) == expected


def test_what_no_run_wrote_is_no_dataset(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InvalidInputError) as caught:
            dry_run(Dataset(folder))
        assert caught.value.violations[0].field == "source"


# ------------------------------------------------------------------------------- the command line


def test_a_dataset_is_shown_first_and_embedded_when_that_is_confirmed(
    cli: Run, client: TwelveLabs, service: Faulty, source: Path, out: Path, tmp_path: Path
) -> None:
    client.bulk.run(source, out)
    words = ("run", "--from", str(out), "--model", "marengo3.5", "--out", "new")
    service.posts.clear()
    ran = cli(*words)
    assert ran.status == 2
    assert "4 items to embed" in ran.out
    assert "--yes" in ran.err
    assert json.loads(cli(*words, "--json").out)["to_run"] == {"image": 3, "video": 1}
    assert not (tmp_path / "new").exists()
    assert cli(*words, "--yes").status == 0
    assert set(written(tmp_path / "new")) == set(written(out))
    assert cli(*words, str(source)).status == 2
    assert cli("run", "--out", "other").status == 2


def test_changes_and_removals_are_reported(cli: Run, source: Path, out: Path) -> None:
    words = ("run", str(source), "--out", str(out))
    assert cli(*words).status == 0
    paint(source / "red.png", "white", at=1_700_000_001)
    paint(source / "white.png", "white")
    (source / "film.mkv").unlink()
    planned = json.loads(cli(*words, "--dry-run", "--json").out)
    counts = ("to_run", "changed", "copied", "gone", "done_before")
    assert [planned[name] for name in counts] == [{"image": 1}, 1, 1, 1, 2]
    ran = cli(*words, "--prune")
    assert ran.status == 0
    for part in (
        "2 items embedded",
        "1 of them had changed",
        "1 of them have the content",
        "1 gone from the source, and removed",
    ):
        assert part in ran.out
    assert cli(*words, "--changed", "nothing").status == 1
    for path in source.iterdir():
        path.unlink()
    ran = cli(*words, "--prune", "--max-prune-share", "1")
    assert ran.status == 4
    assert "were not removed" in ran.err


def test_parts_are_merged_by_a_command(
    cli: Run, client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", TEXTS[:6])
    for _ in range(3):
        client.bulk.run(source, out, limit=2)
    document = json.loads(cli("compact", str(out), "--json").out)
    assert (document["parts_before"], document["parts_after"]) == (3, 1)
    assert len(part_paths(out)) == 1
    assert written(out) == dict.fromkeys(TEXTS[:6], 1)
    assert compact(out).parts_after == 1
    assert cli("compact", "nowhere").status == 1


def test_folders_are_searched_together(cli: Run, client: TwelveLabs, tmp_path: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", TEXTS)
    for number in (1, 2):
        client.bulk.run(source, tmp_path / str(number), shard=f"{number}/2")
    ran = cli("search", "1", "text 3", "--also", "2", "--json")
    assert json.loads(ran.out)["searched"] == len(TEXTS)
    ran = cli("report", "1", "2", "-o", "page.html", "--json")
    assert json.loads(ran.out)["all_items"] == len(TEXTS)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("run", "m.jsonl", "--out", "v", "--shard", "3/2"), "--shard"),
        (("run", "m.jsonl", "--out", "v", "--changed", "no"), "--changed"),
        (("compact", "nowhere"), "DIR"),
    ],
)
def test_an_error_names_the_option_as_it_is_here(
    cli: Run, tmp_path: Path, words: tuple[str, ...], field: str
) -> None:
    manifest(tmp_path / "m.jsonl", TEXTS[:1])
    ran = cli(*words)
    assert (ran.status, ran.out) == (1, "")
    assert f"  field    {field}\n" in ran.err
