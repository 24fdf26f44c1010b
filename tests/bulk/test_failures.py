"""Failures: their codes, their groups and their files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pyarrow as pa
import pytest
from attrs import evolve
from pyarrow import parquet
from twelvelabs_embed import ConfigurationError
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk.failures import (
    Failure,
    FailureGroups,
    FailureLog,
    code_of,
    failure_of,
    read_errors,
    write_errors,
)
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.item_index import ItemIndex
from twelvelabs_embed.bulk.rows import InvalidRow
from twelvelabs_embed.errors import (
    ApiConnectionError,
    TaskFailedError,
    TwelveLabsError,
    UnexpectedError,
    api_error,
)

from tests.bulk.datasets import failure

AT = datetime(2026, 11, 30, 12, 0, 1, 234_000, tzinfo=UTC)
SIGNED = "https://a.example/a.mp4?sig=secret"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (api_error(httpx.Response(429, json={"code": "too_many_requests"})), "too_many_requests"),
        (api_error(httpx.Response(502, text="<html>")), "http_502"),
        (TaskFailedError("t1", "broken"), "task_failed"),
        (ApiConnectionError("reset"), "api_connection"),
        (ConfigurationError("no key"), "configuration"),
        (UnexpectedError("oops"), "unexpected"),
    ],
    ids=repr,
)
def test_an_error_has_the_code_of_the_service_or_of_its_class(
    error: TwelveLabsError, code: str
) -> None:
    assert code_of(error) == code


def test_failures_are_grouped_by_code_with_the_first_of_them() -> None:
    groups = FailureGroups(max_failures=2, counts_messages=True)
    for number, code in enumerate("bbbacccc" + "d" * 20):
        message = str(number % 7) if code == "d" else "same"
        groups.add(evolve(failure(f"{number}", code), message=message))
    found = groups.groups()
    assert [(one.code, one.count) for one in found] == [("d", 20), ("c", 4), ("b", 3), ("a", 1)]
    assert [[failure.id for failure in one.failures] for one in found] == [
        ["8", "9"], ["4", "5"], ["0", "1"], ["3"]
    ]  # fmt: skip
    assert found[0].messages == [("1", 3), ("2", 3), ("3", 3), ("4", 3), ("5", 3)]
    assert found[1].messages == [("same", 4)]
    tied = FailureGroups()
    for code in "cab":
        tied.add(failure(code, code))
    assert [(one.code, one.example.id, one.messages) for one in tied.groups()] == [
        ("a", "a", []), ("b", "b", []), ("c", "c", [])
    ]  # fmt: skip


def test_a_failure_says_what_failed_without_signatures() -> None:
    row = {"media": SIGNED, "type": "video", "id": "1"}
    entry = InvalidRow("1", "video", "bad_row", "wrong", row)
    found = Fingerprint(5, 6, "etag:7", "hash", SIGNED)
    made = failure_of(entry, "code", f"cannot fetch {SIGNED} \udce9", AT, 3, found)
    masked = json.loads(made.input)["media"]
    assert masked.startswith("https://a.example/a.mp4?***")
    assert made == Failure(
        "1", "video", "code", f"cannot fetch {masked} \\udce9",
        json.dumps({**row, "media": masked}), 3, AT, "etag:7", "hash",
    )  # fmt: skip
    assert made.fingerprint == Fingerprint(version="etag:7", row_hash="hash")
    assert evolve(made, row_hash=None).fingerprint is None


def test_a_file_of_failures_has_typed_columns(tmp_path: Path) -> None:
    written = [
        Failure("1", None, "code", "message", "{}", 3, AT, "etag:7", "hash"),
        Failure("2", "video", "code", "message", "{}", 0, AT),
    ]
    path = write_errors(tmp_path, written)
    assert path.name == "errors-00000.parquet"
    schema = parquet.read_schema(path)
    assert json.loads(schema.metadata[b"twelvelabs_embed"]) == {"version": VERSION}
    columns = [
        *(pa.field(name, pa.string(), name == "input_type")
          for name in ("id", "input_type", "code", "message", "input")),
        pa.field("attempts", pa.int32(), nullable=False),
        pa.field("failed_at", pa.timestamp("ms", "UTC"), nullable=False),
        pa.field("source_version", pa.string()),
        pa.field("row_hash", pa.string()),
    ]  # fmt: skip
    assert list(schema) == columns
    assert list(read_errors(tmp_path)) == written


def test_signatures_of_older_files_are_not_read(tmp_path: Path) -> None:
    old = Failure(SIGNED, "video", "code", f"cannot fetch {SIGNED}", "{}", 1, AT)
    for one in (old, evolve(old, message="no", input=json.dumps({"media": SIGNED}))):
        write_errors(tmp_path, [one])
    for found in read_errors(tmp_path):
        assert found.id == "https://a.example/a.mp4"
        assert "secret" not in repr(found)


def test_an_entry_failed_before_if_it_is_as_it_was_then_as_far_as_that_is_known(
    tmp_path: Path,
) -> None:
    items = ItemIndex()
    items.complete()
    entry = InvalidRow("1", "video", "bad_row", "wrong", {"media": "a.mp4"})
    now = Fingerprint(5, 6, "blake2b:00", "row")
    known = (now, True), (Fingerprint(), True), (evolve(now, version=None), False)
    for number, (before, is_known) in enumerate(known):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        write_errors(folder, [failure_of(entry, "code", "message", AT, found=before)])
        log = FailureLog(folder, items)
        assert log.has_failed(entry, now) is is_known
        assert not log.has_failed(evolve(entry, row={"media": "b.mp4"}), now)
        assert not log.has_failed(evolve(entry, id="2"), now)
