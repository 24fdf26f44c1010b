"""Selection of rows: which are embedded, and which wait for the vectors of another one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from twelvelabs_embed import Clock, InvalidInputError, Text
from twelvelabs_embed.bulk import selection
from twelvelabs_embed.bulk.changes import Comparison
from twelvelabs_embed.bulk.fingerprints import Fingerprint, hash_file
from twelvelabs_embed.bulk.ids import IdSet, Shard
from twelvelabs_embed.bulk.item_index import ItemIndex
from twelvelabs_embed.bulk.rows import BAD_ROW, DUPLICATE, InvalidRow, Item
from twelvelabs_embed.bulk.selection import RunOptions, Selection, Work
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.bulk.tally import Tally

from tests.bulk.sources import write_jsonl

FOUND = Fingerprint(5, 6, "blake2b:00", "row")


class Selected:
    """A selection without a folder, and what it did."""

    def __init__(self, *failed: str, known: tuple[str, ...] = (), **options: Any) -> None:
        self.failures: list[tuple[str, str]] = []
        self.noted: list[str] = []
        self.tally = Tally()
        ids = IdSet()
        for id in failed:
            ids.add(id)
        log = SimpleNamespace(
            failed=ids,
            has_failed=lambda entry, found: entry.id in known,
            note_done=self.noted.append,
        )
        checkpoint: Any = SimpleNamespace(items=ItemIndex(), failures=log)
        checkpoint.items.complete()
        self.selection = Selection(
            checkpoint, self.tally, RunOptions(**options), Clock(), self.fail
        )

    def fail(self, entry: InvalidRow, found: Fingerprint) -> None:
        self.failures.append((entry.id, entry.code))

    def select(self, tmp_path: Any, *rows: dict[str, Any]) -> list[str]:
        """Return the ids of the rows that are to be embedded."""
        source = Source(write_jsonl(tmp_path / "m.jsonl", list(rows)))
        source.prepare()
        works = [self.selection.select(one) for one in source.candidates()]
        return [work.item.id for work in works if work is not None]


ROWS: list[dict[str, Any]] = [
    {"id": "a", "text": "one"},
    {"id": "b", "text": "two"},
    {"id": "a", "text": "three"},
    {"id": "c", "type": "vidio"},
    {"id": True, "text": "four"},
    {"id": "d", "text": "five"},
]


def test_rows_are_selected_or_fail(tmp_path: Any) -> None:
    found = Selected()
    assert found.select(tmp_path, *ROWS) == ["a", "b", "d"]
    assert found.failures == [
        ("a", DUPLICATE), ("c", "invalid_input"), ("m.jsonl:5", BAD_ROW)
    ]  # fmt: skip
    assert found.selection.bad_rows == 1
    assert found.tally == Tally()


def test_what_failed_before_is_not_tried_again_unless_that_is_asked_for(tmp_path: Any) -> None:
    known = ("a", "c", "m.jsonl:5")
    found = Selected(*known, known=known)
    assert found.select(tmp_path, *ROWS) == ["b", "d"]
    assert (found.failures, found.tally) == ([], Tally(failed_before=4))
    assert found.selection.bad_rows == 1
    found = Selected(*known, known=known, retry_errors=True)
    assert found.select(tmp_path, *ROWS) == ["a"]
    assert found.failures == [
        ("a", DUPLICATE), ("c", "invalid_input"), ("m.jsonl:5", BAD_ROW)
    ]  # fmt: skip
    assert found.tally == Tally(omitted=2)


def test_a_policy_that_is_none_is_rejected_with_one_that_is_near() -> None:
    with pytest.raises(InvalidInputError) as raised:
        selection.check_policy("kep")
    (violation,) = raised.value.violations
    assert (violation.field, violation.value) == ("changed", "'kep'")
    assert "keep" in str(violation.hint)
    assert [selection.check_policy(one) for one in ("embed", "keep")]


def test_rows_of_other_shards_are_counted(tmp_path: Any) -> None:
    shards = [Shard(number, 4) for number in range(1, 5)]
    selected = [Selected(shard=shard) for shard in shards]
    rows = [{"id": f"{number}", "text": "a"} for number in range(20)]
    ids = [one.select(tmp_path, *rows) for one in selected]
    assert sorted(int(id) for some in ids for id in some) == list(range(20))
    assert [one.tally.elsewhere for one in selected] == [20 - len(some) for some in ids]


DONE = Tally(done_before=1)


@pytest.mark.parametrize(
    ("state", "options", "counted"),
    [
        ("new", {}, None),
        ("new", {"changed": "keep", "retry_errors": True}, None),
        ("same", {}, DONE),
        ("same", {"retry_errors": True}, DONE),
        ("changed", {}, None),
        ("changed", {"changed": "keep"}, Tally(done_before=1, kept=1)),
        ("changed", {"retry_errors": True}, Tally(omitted=1)),
        ("unknown", {}, None),
        ("unknown", {"changed": "keep"}, DONE),
        ("unknown", {"retry_errors": True}, DONE),
    ],
)
def test_what_has_vectors_is_embedded_if_it_changed_and_is_to_be(
    state: Any, options: dict[str, Any], counted: Tally | None
) -> None:
    found = Selected("failed", **options)
    assert found.selection._is_done("a", Comparison(state, FOUND)) is (counted is not None)
    assert found.tally == (counted or Tally())
    assert found.noted == ["a"] * (state == "same")
    assert found.selection.outdated == {}
    is_kept = state == "same" or (counted is not None and options.get("changed") == "keep")
    assert found.selection._is_done("failed", Comparison(state, FOUND, True)) is is_kept
    assert found.selection.outdated == {"failed": FOUND}


@pytest.mark.parametrize("changed", ["embed", "keep"])
def test_a_file_is_selected_with_its_content_and_a_link_with_its_server(
    changed: str, tmp_path: Any
) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    link = "https://a.example/a.png?sig=b"
    source = Source(
        write_jsonl(tmp_path / "m.jsonl", [{"media": one} for one in ("a.png", link, "gone.png")])
    )
    source.prepare()
    selected = Selected(changed=changed)
    works = [selected.selection.select(one) for one in source.candidates()]
    assert [work and (work.known, work.link, work.found.version) for work in works] == [
        (None, None, hash_file(tmp_path / "a.png")),
        (None, link if changed == "embed" else None, None),
        None,
    ]


def work(id: str, found: Fingerprint = FOUND) -> Work:
    return Work(Item(id, Text("a"), {}), found, None, None)


def test_items_wait_for_the_vectors_of_one_with_the_same_content(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selection, "_MAX_WAITING", 2)
    found = Selected().selection
    first, second, third = work("1"), work("2"), work("3")
    other = work("4", Fingerprint(5, 6, "blake2b:01", "row"))
    assert [found.defer(one) for one in (first, second, other)] == [False, True, False]
    assert (found.is_waiting, found.is_full) == (True, False)
    assert found.defer(third)
    assert found.is_full
    assert found.in_progress == {first.key, other.key}
    assert found.take_ready() == {}
    found.in_progress.discard(first.key or "")
    assert found.take_ready() == {first.key: {"2": second, "3": third}}
    assert (found.is_waiting, found.is_full, found.take_ready()) == (False, False, {})
    assert not found.defer(work("5", Fingerprint()))  # of which nothing is known
    assert not found.defer(work("6", Fingerprint()))
    assert not found.is_waiting
