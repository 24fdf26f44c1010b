"""Results of runs and of dry runs as text: each number in its line, and no line for zero."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, fields_dict
from twelvelabs_embed.bulk import DryReport, Estimate, FailureGroup, RunReport
from twelvelabs_embed.bulk.failures import Failure
from twelvelabs_embed.bulk.report import Slow
from twelvelabs_embed.cli.run_summary import (
    Factors,
    dry_run_document,
    show_dry_run,
    show_summary,
)

FAILED_AT = datetime(2026, 11, 30, tzinfo=UTC)
FAILURE = Failure("a.mp4", "video", "too_long", "it  is\ntoo long", "{}", 1, FAILED_AT)
FAILURES = (FailureGroup("too_long", 1_234, [FAILURE]),)
NOTHING = (
    "nothing was found: of a folder, images, audio and video are embedded; texts and documents "
    "are rows of a manifest"
)


@pytest.fixture(autouse=True)
def _whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def nothing(kind: Any, **given: Any) -> Any:
    """A report in which every number is 0."""
    return kind(**{**dict.fromkeys(fields_dict(kind), 0), **given})


RUN: RunReport = nothing(RunReport, out=Path("out"), slowest=(), failures=(), is_stopped=False)
DRY: DryReport = nothing(DryReport, to_run={}, failures=(), estimate=None)
NO_FACTORS = Factors(None, None, None)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    shown = capsys.readouterr()
    assert shown.err == ""
    return [line.rstrip() for line in shown.out.splitlines()]


NOTES: dict[str, tuple[Any, str]] = {
    "changed": (1_001, "1,001 of them had changed since they were embedded"),
    "copied": (1_002, "1,002 of them have the content of another item, and were not sent"),
    "kept": (1_003, "1,003 changed since they were embedded, and keep their vectors"),
    "pruned": (1_004, "1,004 gone from the source, and removed"),
    "failed": (1_005, "1,005 failed"),
    "done_before": (1_006, "1,006 were done before"),
    "failed_before": (1_007, "1,007 failed before: --retry-errors runs them again"),
    "omitted": (1_008, "1,008 did not fail before; they run without --retry-errors"),
    "unfinished": (1_009, "1,009 wait for their tasks: the same command collects them later"),
    "waited_sec": (1.0, "the quota delayed it by 1.00 s"),
    "is_stopped": (True, "it was stopped before the end: the same command resumes from here"),
}
USAGE: dict[str, tuple[float, str]] = {
    "retries": (1, "0 requests (1 retry)"),
    "requests": (1, "1 request"),
    "media_sec": (90.0, "0 requests, 1.5 min of audio and video"),
    "tokens": (2_000, "0 requests, 2,000 tokens"),
}


@pytest.mark.parametrize("name", [*NOTES, *USAGE])
def test_a_number_of_a_run_has_its_words(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    value, words = (NOTES | USAGE)[name]
    show_summary(evolve(RUN, done=1, **{name: value}))
    usage, notes = (words, []) if name in USAGE else ("0 requests", [words])
    head = ["1 item embedded in 0.00 s (0.0 items/s)", "0 vectors written to out"]
    assert lines(capsys) == [*head, usage, *notes]


def test_a_run_with_everything(capsys: pytest.CaptureFixture[str]) -> None:
    given = {name: value for name, (value, _) in (NOTES | USAGE).items()}
    given |= {"done": 2, "rows": 3, "seconds": 61.0, "items_per_sec": 1_234.5, "retries": 2}
    slowest, out = (Slow("b\x1b.mp4", 7.25),), Path("o\x1bt")
    show_summary(evolve(RUN, **given, slowest=slowest, failures=FAILURES, out=out))
    shown = lines(capsys)
    assert shown[:3] == [
        "2 items embedded in 1:01 min (1,234.5 items/s)",
        "3 vectors written to o\\x1bt",
        "1 request (2 retries), 1.5 min of audio and video, 2,000 tokens",
    ]
    assert shown[3 : 3 + len(NOTES)] == [words for _, words in NOTES.values()]
    tables = [line.split() for line in shown[3 + len(NOTES) :] if line and "─" not in line]
    assert tables == [
        ["slowest", "sec"],
        ["b\\x1b.mp4", "7.25"],
        ["failed", "why", "for", "example"],
        ["1,234", "too_long", "a.mp4:", "it", "is", "too", "long"],
    ]


@pytest.mark.parametrize(
    ("report", "ends"),
    [
        (RUN, NOTHING),
        (evolve(RUN, waited_sec=0.99), NOTHING),
        (evolve(RUN, done_before=1), "1 were done before"),
        (evolve(RUN, is_stopped=True), NOTES["is_stopped"][1]),
    ],
)
def test_only_an_empty_source_is_explained(
    report: RunReport, ends: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_summary(report)
    assert lines(capsys)[3:] == [ends]


# ------------------------------------------------------------------------------------------ dry run

DRY_NOTES = {
    "changed": (1_001, "1,001 of them changed since they were embedded"),
    "copied": (
        1_002,
        "1,002 more with the content of another item, of which they get the vectors",
    ),
    "done_before": (1_003, "1,003 are done"),
    "kept": (1_004, "1,004 of these changed, and keep their vectors"),
    "gone": (1_005, "1,005 gone from the source: --prune removes them"),
}


@pytest.mark.parametrize("name", DRY_NOTES)
def test_a_number_of_a_dry_run_has_its_words(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    value, words = DRY_NOTES[name]
    show_dry_run(evolve(DRY, **{name: value}), NO_FACTORS)
    assert lines(capsys) == ["0 items to embed", words]


def test_a_dry_run_of_nothing_and_of_what_would_be_rejected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_dry_run(evolve(DRY, estimate=Estimate()), NO_FACTORS)
    assert lines(capsys) == ["0 items to embed", NOTHING]
    show_dry_run(evolve(DRY, failed=1_234, failures=FAILURES), NO_FACTORS)
    assert lines(capsys)[:2] == ["0 items to embed", "1,234 would be rejected"]


ESTIMATE = Estimate(
    media_sec=3_600.0, size_bytes=3 << 19, min_requests=1_200, min_rows=2, max_rows=3_000
)


@pytest.mark.parametrize(
    ("changes", "factors", "expected"),
    [
        ({}, NO_FACTORS, ["2 to 3,000 vectors, at least 1,200 requests"]),
        ({"max_rows": 2}, NO_FACTORS, ["2 vectors, at least 1,200 requests"]),
        ({"max_rows": None}, NO_FACTORS, ["at least 2 vectors, at least 1,200 requests"]),
        (
            {"uploads": 1, "tasks": 2, "unknown": 1},
            Factors(rpm=10, minutes_per_hour=None, price_per_minute=0.5),
            [
                "2 to 3,000 vectors, at least 1,200 requests, 1 upload, 2 tasks",
                "1 item could not be inspected (links, assets): there is more media",
                "at least 2.00 h within the quota",
                "price of audio and video: 30.00",
            ],
        ),
        (
            {},
            Factors(rpm=None, minutes_per_hour=20, price_per_minute=0.0),
            [
                "2 to 3,000 vectors, at least 1,200 requests",
                "at least 3.00 h within the quota",
                "price of audio and video: 0.00",
            ],
        ),
    ],
)
def test_an_estimate(
    changes: dict[str, Any],
    factors: Factors,
    expected: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = evolve(DRY, to_run={"video": 1_000, "audio": 2}, estimate=evolve(ESTIMATE, **changes))
    show_dry_run(report, factors)
    first, *others = expected
    assert lines(capsys) == [
        "1,002 items to embed: 2 audio, 1,000 video",
        first,
        "1.5 MB of media, 60.0 min of audio and video",
        *others,
    ]


def test_the_json_of_a_dry_run_has_hours_and_price() -> None:
    assert dry_run_document(DRY, NO_FACTORS) == DRY.as_document()
    report = evolve(DRY, estimate=ESTIMATE)
    for factors, hours, price in (
        (NO_FACTORS, None, None),
        (Factors(10, None, 0.5), 2.0, 30.0),
        (Factors(None, 20, None), 3.0, None),
    ):
        document = report.as_document()
        document["estimate"] |= {"min_hours": hours, "price": price}
        assert dry_run_document(report, factors) == document
