"""Parts that are merged and rewritten: the same rows, at any step and after any crash."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed import Embeddings, TwelveLabs
from twelvelabs_embed.bulk import rewriting
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.numbered_files import numbered_paths, remove_temporary_files
from twelvelabs_embed.bulk.part_files import PartWriter, part_paths, read_parts, scan
from twelvelabs_embed.bulk.part_store import PartStore
from twelvelabs_embed.bulk.rewriting import ChangedRows, find_rows, find_small_tail, group_by_size

from tests.bulk.datasets import Kept, manifest, written
from tests.bulk.test_part_files import paper, text, video
from tests.power_cut import Disk, PowerCutError

IDS = [f"item {number}" for number in range(12)]
FOUND = Fingerprint(7, 1_700_000_000_000_000_000, "blake2b:00", "row")

Rows = dict[str, list[bytes]]


def rows_of(folder: Path) -> Rows:
    """The vectors of each item, as any reader sees them."""
    found: Rows = {}
    for batch in scan(folder, ["id", "vector"]):
        for row in batch.to_pylist():
            found.setdefault(row["id"], []).append(np.float32(row["vector"]).tobytes())
    return found


def expected(items: dict[str, Embeddings]) -> Rows:
    return {id: [vector.tobytes() for vector in one.vectors] for id, one in items.items()}


def opened_store(folder: Path) -> PartStore:
    remove_temporary_files(folder)
    store = PartStore(folder, {})
    store.load()
    return store


def write_old(folder: Path) -> dict[str, Embeddings]:
    """Three parts with two rows for each item."""
    items = {id: video(number) for number, id in enumerate(IDS)}
    writer = PartWriter(folder, 8)
    for start in range(0, len(IDS), 4):
        some = IDS[start : start + 4]
        writer.write([(id, items[id]) for id in some], dict.fromkeys(some, FOUND))
    return items


CHANGED = {id: video(100 + number) for number, id in enumerate(IDS[::3])}
GONE = {*IDS[:4], IDS[7]}


def write_changed(store: PartStore) -> None:
    table = store.table(list(CHANGED.items()), 8, dict.fromkeys(CHANGED, FOUND))
    store.write(table, replaces=True)


def merge_changed(store: PartStore) -> None:
    write_changed(store)
    store.merge_changed()


def update(store: PartStore) -> None:
    store.update(dict.fromkeys(IDS[2:7], Fingerprint(8, None, "blake2b:01", "row")))


def remove(store: PartStore) -> None:
    store.remove(GONE.__contains__)


def compact_and_remove(store: PartStore) -> None:
    """Remove all of a part that stands for others."""
    store.compact()
    store.remove(lambda id: True)


# What is done, and what each item may have in the end: its new rows; none.
STEPS: dict[str, tuple[Callable[[PartStore], None], dict[str, Embeddings | None]]] = {
    "compact": (PartStore.compact, {}),
    "merge changed": (merge_changed, {**CHANGED}),
    "update": (update, {}),
    "remove": (remove, dict.fromkeys(GONE)),
    "compact and remove": (compact_and_remove, dict.fromkeys(IDS)),
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("ends", ["kill", "power cut"])
def test_each_item_has_its_old_rows_or_its_new_ones_after_a_crash_at_any_step(
    name: str, ends: str, disk: Disk, tmp_path: Path
) -> None:
    work, new = STEPS[name]
    for cut_at in count(1):
        folder = tmp_path / str(cut_at)
        folder.mkdir()
        old = write_old(folder)
        disk.steps, disk.cut_at = 0, cut_at
        try:
            work(opened_store(folder))
        except PowerCutError:
            is_complete = False
        else:
            is_complete = True
        disk.cut_at = None
        if ends == "power cut":
            disk.restore(folder)
        for look in (rows_of, lambda folder: opened_store(folder) and rows_of(folder)):
            found: Rows = look(folder)
            for id, before in expected(old).items():
                after = new.get(id, old[id])
                allowed = [[] if after is None else expected({id: after})[id]]
                assert found.pop(id, []) in (allowed if is_complete else [before, *allowed])
            assert found == {}
        if is_complete:
            assert cut_at > 3
            return


def test_what_waits_to_replace_other_rows_does_so_after_a_crash(tmp_path: Path) -> None:
    old = write_old(tmp_path)
    write_changed(opened_store(tmp_path))
    assert rows_of(tmp_path) == expected(old)
    opened_store(tmp_path)
    assert rows_of(tmp_path) == expected({**old, **CHANGED})
    assert not numbered_paths(tmp_path, "changed")


def test_rows_of_datasets_of_earlier_versions_are_found(tmp_path: Path) -> None:
    """Their links have signatures, and they have no fingerprints."""
    link = "https://a.example/film.mp4"
    path = PartWriter(tmp_path, 8).write([(link, video(1))])
    changed = ChangedRows([path])
    ids = [link, f"{link}?sig=a", f"{link}?id=2", "b"]
    assert [changed.id_for(id) for id in ids] == [link, link, None, None]
    assert list(find_rows(path, {"video\0None\0None": None})) == []


def test_changed_rows_whose_part_was_moved_away_are_kept(tmp_path: Path) -> None:
    write_old(tmp_path)
    write_changed(opened_store(tmp_path))
    for path in part_paths(tmp_path):
        path.unlink()
    opened_store(tmp_path)
    assert rows_of(tmp_path) == expected(CHANGED)


def test_a_merged_part_replaces_those_that_are_still_there(tmp_path: Path) -> None:
    old = write_old(tmp_path)
    kept = [(path, path.read_bytes()) for path in part_paths(tmp_path)]
    opened_store(tmp_path).compact()
    assert [path.name for path in part_paths(tmp_path)] == ["part-00000-00002.parquet"]
    for path, content in kept[1:]:  # as if it had been killed before they were deleted
        path.write_bytes(content)
    assert rows_of(tmp_path) == expected(old)
    assert len(read_parts(tmp_path).items) == len(IDS)
    PartWriter(tmp_path, 8).write([("new", text(1))])
    assert [path.name for path in part_paths(tmp_path)] == [
        "part-00000-00002.parquet",
        "part-00003.parquet",
    ]
    opened_store(tmp_path).compact()
    assert [path.name for path in tmp_path.iterdir()] == ["part-00000-00003.parquet"]


def test_merged_parts_have_all_columns_and_rows_in_their_order(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, 8)
    writer.write([("film.mkv", video(1))])
    writer.write([("paper.pdf", paper(2)), ("7", text(3))])
    writer.write([("8", text(4))], {"8": FOUND})
    before = [row for batch in scan(tmp_path) for row in batch.to_pylist()]
    columns = ["id", "start_page", "source_size", "source_version", "uncertainty"]
    more = [str(row) for batch in scan(tmp_path, columns) for row in batch.to_pylist()]
    opened_store(tmp_path).compact()
    assert [row for batch in scan(tmp_path) for row in batch.to_pylist()] == before
    after = [row for batch in scan(tmp_path, columns) for row in batch.to_pylist()]
    assert [str(row) for row in after[2:5]] == more[2:5]
    assert np.isnan(after[0]["uncertainty"]).all()
    known = read_parts(tmp_path).items.get("8")
    assert known is not None
    assert known.has_file_of(FOUND)
    assert known.is_from(FOUND)


def test_a_part_that_another_process_added_is_not_lost(tmp_path: Path) -> None:
    old = write_old(tmp_path)
    store = opened_store(tmp_path)
    (tmp_path / "part-00001.parquet").rename(tmp_path / "moved")
    store = opened_store(tmp_path)
    (tmp_path / "moved").rename(tmp_path / "part-00001.parquet")
    store.compact()
    assert rows_of(tmp_path) == expected(old)
    store.compact()
    assert rows_of(tmp_path) == expected(old)
    assert len(part_paths(tmp_path)) == 1


def test_a_run_merges_small_parts(client: TwelveLabs, tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(40)]
    source, out, sink = manifest(tmp_path / "m.jsonl", texts), tmp_path / "out", Kept()
    for number in range(20):
        client.bulk.run(source, out, limit=2, sink=sink)
        assert len(part_paths(out)) <= 8, number
    assert set(written(out)) == set(sink.rows) == set(texts)
    later = Kept()
    later.address = "another"
    client.bulk.run(source, out, sink=later)
    assert set(later.rows) == set(texts)


def test_rows_of_an_item_reach_a_sink_together(
    client: TwelveLabs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although a merged part has several row groups."""
    monkeypatch.setattr(rewriting, "_GROUP_BYTES", 1)
    source, out = manifest(tmp_path / "m.jsonl", ["a"]), tmp_path / "out"
    client.bulk.run(source, out)
    items = {f"film {number}": video(number, 512) for number in range(3)}
    for id, one in items.items():
        PartWriter(out, 512).write([(id, one)])
    opened_store(out).compact()
    sink = Kept()
    client.bulk.run(source, out, sink=sink)
    assert {id: len(rows) for id, rows in sink.rows.items()} == {"a": 1, **dict.fromkeys(items, 2)}


# ------------------------------------------------------------------------------------- which parts

SMALL, MIDDLE, LARGE = 1000, 1 << 20, 40 << 20


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ([], 0),
        ([SMALL] * 7, 0),
        ([SMALL] * 8, 8),
        ([LARGE] * 20, 0),
        ([LARGE, *[SMALL] * 8], 8),
        ([MIDDLE] * 7 + [SMALL], 0),
        ([MIDDLE] * 8 + [SMALL], 9),
        ([MIDDLE, *[SMALL] * 8], 8),
        ([*[SMALL] * 8, LARGE], 0),
    ],
)
def test_many_small_parts_at_the_end_are_merged(sizes: list[int], merged: int) -> None:
    assert find_small_tail(sizes) == merged


def test_a_row_is_written_again_only_a_few_times() -> None:
    sizes: list[int] = []
    merged_bytes = 0
    for _ in range(20_000):
        sizes.append(5000)
        while number := find_small_tail(sizes):
            merged_bytes += sum(sizes[-number:])
            sizes[-number:] = [sum(sizes[-number:])]
    assert merged_bytes < 10 * sum(sizes)
    assert len(sizes) < 40


def test_neighbours_are_merged_up_to_a_size() -> None:
    half, most = 128 << 20, 256 << 20
    assert list(group_by_size([half, half, half, 1])) == [slice(0, 2), slice(2, 4)]
    assert list(group_by_size([half, most, half])) == []
    assert list(group_by_size([])) == []


def number_of_listings(folder: Path, writes: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a folder is listed while parts are written."""
    listings = 0
    listed: Any = numbered_paths

    def counted(*args: Any) -> Any:
        nonlocal listings
        listings += 1
        return listed(*args)

    for module in ("numbered_files", "part_store"):
        monkeypatch.setattr(f"twelvelabs_embed.bulk.{module}.numbered_paths", counted)
    store = opened_store(folder)
    for number in range(writes):
        store.write(store.table([(str(number), text(number))], 8, {}))
    return listings


def test_writing_parts_does_not_list_the_folder_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert number_of_listings(tmp_path, 50, monkeypatch) < 5
