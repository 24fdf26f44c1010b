"""The estimate of a dry run, against what the run then needs; and what a run reports of its use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Input,
    Media,
    RetryPolicy,
    Text,
    TimedText,
    TwelveLabs,
    Video,
)
from twelvelabs_embed.bulk import Estimate, dry_run
from twelvelabs_embed.limits import Via
from twelvelabs_embed.limits.file_signatures import FORMATS
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.planning import PlanOptions, plan_request
from twelvelabs_embed_emulator import Emulator, samples


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    samples.image(folder / "beach.jpg", width=320, height=240)
    samples.audio(folder / "talk.wav", duration_sec=16, sample_rate_hz=8_000)
    samples.video(folder / "film.mkv", fps=8)
    samples.video(folder / "silent.mp4", duration_sec=5, fps=6, scenes=1, sound=False)
    return folder


SETTINGS: list[dict[str, Any]] = [
    {},
    {"scopes": "asset"},
    {"scopes": "clip", "options": "audio", "source": "talk.wav"},
    {"segmentation": Fixed(5), "options": "visual", "source": "film.mkv"},
    {"segmentation": Fixed(5), "options": ["audio", "transcription"], "source": "talk.wav"},
    {"segmentation": Dynamic(3), "source": "film.mkv"},
    {"start": 3, "end": 14, "source": ["film.mkv", "talk.wav"]},
    {"start": 3, "segmentation": Fixed(2), "source": "talk.wav"},
    {"route": "task", "source": ["film.mkv", "silent.mp4"]},
    {"route": "asset", "source": ["film.mkv", "beach.jpg"]},
    {"model": "marengo3.5", "source": ["film.mkv", "beach.jpg"]},
    {"model": "marengo3.5", "route": "task", "source": ["film.mkv", "talk.wav"]},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_run_stays_within_its_estimate(
    emulator: Emulator,
    media: Path,
    tmp_path: Path,
    settings: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(media)
    arguments = {"source": ".", **settings}
    found = dry_run(**arguments)
    assert found.failed == 0, found.failures
    estimate = found.estimate
    assert estimate is not None
    assert estimate.max_rows is not None
    with TwelveLabs("key", base_url=emulator.base_url) as client:
        report = client.bulk.run(out=tmp_path / "vectors", **arguments)
    assert report.failed == 0, report.failures
    assert estimate.min_rows <= report.rows <= estimate.max_rows
    assert estimate.min_requests <= report.requests
    # Short recordings are a `multi_input` with the newer model, which has no duration.
    is_reported = settings.get("model") != "marengo3.5" or settings.get("route") == "task"
    expected_sec = estimate.media_sec if is_reported else 0
    assert report.media_sec == pytest.approx(expected_sec, abs=0.2)
    assert (estimate.unknown, report.retries) == (0, 0)
    assert (report.tokens > 0) is (settings.get("model") == "marengo3.5")


def facts(**known: Any) -> MediaFacts:
    """What is known of a video of sixteen seconds."""
    settings: dict[str, Any] = {
        "size_bytes": 100, "format": FORMATS["mp4"], "width_px": 640, "height_px": 480,
        "has_video": True, "has_audio": True, "duration_sec": 16.0,
    }  # fmt: skip
    return MediaFacts(**{**settings, **known})


NEW: dict[str, Any] = {"model": "marengo3.5", "route": "task"}
TIMED = [TimedText(1, 2, "a goal")]


@pytest.mark.parametrize(
    ("input", "known", "options", "rows"),
    [
        # Whole and by scenes of at least 4 s; what is said is not certain, nor that there is sound.
        (Video("a"), {}, {}, (4, 15)),
        (Video("a"), {"has_audio": False}, {}, (2, 15)),
        (Video("a"), {"has_audio": None}, {}, (2, 15)),
        (Video("a", scopes="clip"), {}, {}, (2, 12)),
        (Video("a", scopes="asset"), {}, {}, (2, 3)),
        (Video("a", options=["visual"]), {}, {}, (2, 5)),
        (Video("a", options=["transcription"]), {}, {}, (0, 5)),
        (Video("a", segmentation=Fixed(5)), {}, {}, (8, 15)),
        (Video("a", segmentation=Fixed(4)), {}, {}, (10, 15)),
        (Video("a", segmentation=Fixed(10)), {"duration_sec": 7.0}, {}, (4, 6)),
        (Video("a", segmentation=Dynamic(5)), {}, {}, (4, 15)),
        (Video("a"), {"duration_sec": None}, {}, (4, None)),
        (Video("a", start=3, end=14), {}, {}, (4, 12)),
        # Of audio, by segments of 6 s.
        (Audio("a"), {"has_video": False, "format": FORMATS["wav"]}, {}, (3, 8)),
        # Scenes of at least 2 s, two options, fused or not; and of short media nothing else.
        (Video("a"), {}, NEW, (4, 18)),
        (Video("a", types=["separate", "fused"], time_based_metadata=TIMED), {}, NEW, (6, 27)),
        (Video("a", types=["fused"], time_based_metadata=TIMED), {}, NEW, (2, 9)),
        (Video("a"), {}, {"model": "marengo3.5"}, (1, 1)),
        (Document("a.pdf"), {"format": FORMATS["pdf"]}, {"model": "marengo3.5"}, (1, None)),
        (Text("a"), {}, {}, (1, 1)),
    ],
    ids=str,
)
def test_how_many_vectors_there_are(
    input: Input, known: dict[str, Any], options: dict[str, Any], rows: tuple[int, int | None]
) -> None:
    estimate, found = Estimate(), facts(**known)
    plan = plan_request(input, found, PlanOptions(**options))
    assert plan.violations == ()
    estimate.add(plan, found)
    assert (estimate.min_rows, estimate.max_rows) == rows
    assert estimate.media_sec == plan.media_sec
    estimate.add(plan, found)
    low, high = rows
    assert (estimate.min_rows, estimate.max_rows) == (2 * low, high and 2 * high)


@pytest.mark.parametrize("via", ["url", "asset"])
def test_what_is_elsewhere_is_not_known(via: Via) -> None:
    estimate, found = Estimate(), MediaFacts(via=via)
    media = Media.url("https://a.example/a.mp4") if via == "url" else Media.asset("6298")
    estimate.add(plan_request(Video(media), found, PlanOptions()), found)
    assert estimate == Estimate(min_requests=1, min_rows=2, max_rows=None, unknown=1)


def test_uploads_and_tasks_are_counted(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(media)
    uploaded = dry_run(["film.mkv", "beach.jpg"], route="asset").estimate
    assert uploaded is not None
    assert (uploaded.uploads, uploaded.tasks, uploaded.min_requests) == (2, 0, 4)
    task = dry_run(["film.mkv"], route="task").estimate
    assert task is not None
    assert (task.uploads, task.tasks, task.min_requests) == (0, 1, 2)
    sizes = [path.stat().st_size for path in map(Path, ("film.mkv", "beach.jpg"))]
    assert uploaded.size_bytes == sum(sizes)


def test_links_have_no_maximum(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text(
        '{"media": "https://example.com/film.mp4"}\n{"text": "a dog"}\n'
    )
    estimate = dry_run(tmp_path / "m.jsonl").estimate
    assert estimate is not None
    assert (estimate.unknown, estimate.min_requests, estimate.max_rows) == (1, 2, None)
    assert estimate.media_sec == 0


def test_what_is_rejected_or_not_checked_is_not_estimated(media: Path) -> None:
    estimate = dry_run(media, options=["audio"]).estimate
    assert estimate is not None
    assert estimate.min_requests == 3  # not the video without sound
    assert dry_run(media, check=False).estimate is None


def test_hours_and_price_follow_from_requests_and_minutes() -> None:
    estimate = Estimate(media_sec=7200, min_requests=600)
    assert estimate.min_hours() == 0
    assert estimate.min_hours(rpm=10) == 1
    assert estimate.min_hours(minutes_per_hour=30) == 4
    assert estimate.min_hours(rpm=1, minutes_per_hour=30) == 10
    assert estimate.price(0.05) == pytest.approx(6)


def test_retries_are_reported(emulator: Emulator, media: Path, tmp_path: Path) -> None:
    emulator.set_faults("503*2,pass*9")
    retry = RetryPolicy(base_sec=0.001, cap_sec=0.001)
    with TwelveLabs("key", base_url=emulator.base_url, retry=retry) as client:
        report = client.bulk.run(media / "beach.jpg", tmp_path / "vectors")
    assert (report.requests, report.retries) == (3, 2)


def test_whatever_is_unexpected_about_an_item_is_its_failure(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(input: object) -> None:
        raise IndexError("out of range")

    monkeypatch.setattr(sys.modules[dry_run.__module__], "inspect_media", fail)
    report = dry_run(media)
    assert report.failed == 4
    assert [group.code for group in report.failures] == ["unexpected"]
