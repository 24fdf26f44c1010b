"""Pruning: items that are gone from the source are removed, if it was read whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import InvalidInputError, TwelveLabs
from twelvelabs_embed.bulk import PruneError, dry_run
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.ids import IdSet
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.bulk.selection import check_share, check_whole, find_gone

from tests.bulk.datasets import Kept, manifest, requests, vectors, written
from tests.bulk.fault_proxy import Faulty


class Prunable(Kept):
    """A sink in memory from which items can be removed."""

    def delete(self, ids: Any) -> None:
        for id in ids:
            self.rows.pop(id, None)


def test_items_that_are_gone_are_removed_if_that_is_asked_for(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    sink = Prunable()
    client.bulk.run(source, out, sink=sink)
    (source / "red.png").unlink()
    assert dry_run(source, out).gone == 1
    client.bulk.run(source, out, sink=sink)
    assert len(vectors(out)) == 3
    report = client.bulk.run(source, out, sink=sink, prune=True)
    assert (report.pruned, report.requests) == (1, 0)
    assert set(vectors(out)) == set(sink.rows) == {"green.png", "blue.png"}
    assert client.bulk.run(source, out, sink=sink, prune=True).pruned == 0


def test_failures_of_items_that_are_gone_are_removed(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    (source / "bad.png").write_bytes(b"no image")
    client.bulk.run(source, out)
    (source / "bad.png").unlink()
    client.bulk.run(source, out, prune=True)
    assert not list(read_errors(out))


def test_a_part_without_rows_is_removed(client: TwelveLabs, source: Path, out: Path) -> None:
    client.bulk.run(source, out, limit=1)
    client.bulk.run(source, out)
    assert len(part_paths(out)) == 2
    (source / "blue.png").unlink()  # the first
    assert client.bulk.run(source, out, prune=True).pruned == 1
    assert len(part_paths(out)) == 1
    assert set(vectors(out)) == {"green.png", "red.png"}


def test_nothing_is_removed_from_a_source_that_is_empty_by_mistake(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    for path in source.iterdir():
        path.unlink()
    with pytest.raises(PruneError) as caught:
        client.bulk.run(source, out, prune=True, max_prune_share=1)
    assert (caught.value.count, caught.value.total) == (3, 3)
    assert len(vectors(out)) == 3


def test_more_than_half_is_removed_only_if_that_is_allowed(
    client: TwelveLabs, source: Path, out: Path
) -> None:
    client.bulk.run(source, out)
    for name in ("red.png", "blue.png"):
        (source / name).unlink()
    with pytest.raises(PruneError):
        client.bulk.run(source, out, prune=True)
    assert len(vectors(out)) == 3
    assert client.bulk.run(source, out, prune=True, max_prune_share=0.9).pruned == 2
    (source / "green.png").unlink()
    with pytest.raises(PruneError):
        client.bulk.run(source, out, prune=True, max_prune_share=0)
    with pytest.raises(InvalidInputError) as caught:
        client.bulk.run(source, out, prune=True, max_prune_share=50)
    (violation,) = caught.value.violations
    assert (violation.field, violation.value) == ("max_prune_share", "50")


def test_a_share_is_from_0_to_1() -> None:
    assert [check_share(share) for share in (0, 0.5, 1)] == [0, 0.5, 1]
    for share in (-0.001, 1.001, float("nan")):
        with pytest.raises(InvalidInputError):
            check_share(share)


@pytest.mark.parametrize(
    ("incomplete", "bad_rows", "count", "total", "share", "reason"),
    [
        ("folder", 1, 0, 0, 0, None),  # there is nothing to remove
        (None, 0, 5, 10, 0.5, None),
        (None, 0, 9, 10, 1, None),
        (None, 0, 6, 10, 0.5, "more than the share of 0.5"),
        (None, 0, 1, 1000, 0, "more than the share of 0"),
        (None, 0, 10, 10, 1, "none of the items"),
        (None, 1, 1, 10, 1, "rows of the source cannot be read"),
        ("folder", 0, 1, 10, 1, "folder cannot be read"),
    ],
)
def test_items_are_removed_if_the_source_is_whole_and_they_are_no_more_than_the_share(
    incomplete: str | None, bad_rows: int, count: int, total: int, share: float, reason: str | None
) -> None:
    if reason is None:
        check_whole(incomplete, bad_rows, count, total, share)
        return
    with pytest.raises(PruneError) as caught:
        check_whole(incomplete, bad_rows, count, total, share)
    assert (caught.value.count, caught.value.total) == (count, total)
    assert reason in caught.value.reason


def test_what_is_gone_is_neither_there_nor_a_link_with_another_signature() -> None:
    seen, link = IdSet(), "https://a.example/film.mp4"
    for id in ("a", link):
        seen.add(id)
    ids = ["a", "b", f"{link}?sig=1", f"{link}?id=2", "c", "b"]
    assert find_gone(ids, seen) == ({"b", f"{link}?id=2", "c"}, 6)
    assert find_gone([], seen) == (set(), 0)


@pytest.mark.parametrize("what", ["a folder", "a file", "a link"])
def test_nothing_is_removed_if_the_source_cannot_be_listed_whole(
    what: str, client: TwelveLabs, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.bulk.run(source, out)
    (source / "red.png").unlink()
    scandir, opens = os.scandir, open

    def deny(path: Any, *args: Any) -> Any:
        if str(path).endswith("denied"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path, *args) if not args else opens(path, *args)

    if what == "a link":
        (source / "denied").symlink_to(source / "nowhere.png")
    elif what == "a folder":
        (source / "denied").mkdir()
        monkeypatch.setattr(os, "scandir", deny)
    else:
        (source / "denied").write_bytes(b"x")
        monkeypatch.setattr("twelvelabs_embed.bulk.sources.open", deny, raising=False)
    with pytest.raises(PruneError) as caught:
        client.bulk.run(source, out, prune=True)
    assert caught.value.reason.startswith(f"{source / 'denied'} cannot be read")
    assert len(vectors(out)) == 3


def test_nothing_is_removed_if_rows_cannot_be_read(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a", "b", "c"])
    client.bulk.run(source, out)
    source.write_text(source.read_text().replace('"id": "c"', '"id": "c'))
    with pytest.raises(PruneError):
        client.bulk.run(source, out, prune=True)
    assert set(written(out)) == {"a", "b", "c"}


def test_nothing_is_removed_by_a_run_that_does_not_read_its_source_to_the_end(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a", "b", "c"])
    client.bulk.run(source, out)
    manifest(source, ["b", "d", "e", "c"])
    report = client.bulk.run(source, out, prune=True, limit=1)
    assert (report.pruned, report.is_stopped) == (0, True)
    assert set(written(out)) == {"a", "b", "c", "d"}


def test_a_sink_that_has_rows_takes_part(
    client: TwelveLabs, service: Faulty, source: Path, out: Path
) -> None:
    client.bulk.run(source, out, sink=Kept())
    for sink in (Kept(), None):
        with pytest.raises(InvalidInputError) as caught:
            client.bulk.run(source, out, sink=sink, prune=True)
        assert caught.value.violations[0].field == "sink"
    assert requests(service) == 3
