"""The estimate of a dry run, against what the run then needs; and what a run reports of its use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import Dynamic, Fixed, RetryPolicy, TwelveLabs
from twelvelabs_embed.bulk import Estimate, dry_run
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
