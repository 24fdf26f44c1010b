"""The command line in this process, an emulator, and a folder of media to run it in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from twelvelabs_embed import Progress, TwelveLabs
from twelvelabs_embed_emulator import Emulator, samples

from tests.cli.runner import CHUNK_BYTES, Run, run_here


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator(api_keys=["good"], chunk_bytes=CHUNK_BYTES) as running:
        yield running


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with good and bad files."""
    folder = tmp_path_factory.mktemp("media")
    samples.image(folder / "beach.jpg", width=320, height=240)
    samples.image(folder / "tiny.png", width=64, height=64)
    samples.audio(folder / "talk.wav", duration_sec=6, sample_rate_hz=8_000)
    samples.video(folder / "film.mkv", fps=8)
    samples.video(folder / "silent.mp4", duration_sec=4, fps=6, scenes=1, sound=False)
    samples.write_long_video(folder / "long.mkv", 601, subtitles=None)
    samples.write_padded_video(folder / "large.mp4", 37 << 20)
    samples.document(folder / "paper.pdf", pages=["First.", "Second."])
    (folder / "notes.md").write_text("One. Two. Three. Four.\n")
    (folder / "fake.mp4").write_text("This is no video.\n")
    (folder / "empty.mp4").touch()
    (folder / "half.jpg").write_bytes((folder / "beach.jpg").read_bytes()[:2000])
    (folder / "evil\x1b[31m.jpg").touch()
    return folder


@pytest.fixture(scope="session")
def resume_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tests, but those of uploads, note what is under way."""
    return tmp_path_factory.mktemp("resume")


@pytest.fixture
def cli(media: Path, emulator: Emulator, resume_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`cli("text", "a dog")` runs the command line in `media`, with a key and the emulator."""
    monkeypatch.chdir(media)
    for name in ("TWELVE_LABS_API_KEY", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TWELVELABS_API_KEY", "good")
    monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
    monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(resume_dir))
    return run_here


@pytest.fixture
def begin_upload(
    cli: Run, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """`begin_upload("film.mkv")` uploads in chunks, and stops when two of them are there."""
    monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(tmp_path_factory.mktemp("resume")))
    # As if the smallest file were too large to go at once.
    monkeypatch.setattr("twelvelabs_embed.uploads.upload.direct_limit", lambda kind: None)

    def stop(progress: Progress) -> None:
        if progress.done_bytes > 2 * CHUNK_BYTES:
            raise RuntimeError("stopped")

    def begin(media: str | bytes, filename: str | None = None) -> None:
        with TwelveLabs() as client, pytest.raises(RuntimeError, match="stopped"):
            client.assets.upload(media, filename=filename, concurrency=1, progress=stop)

    return begin


@pytest.fixture
def environment(media: Path, emulator: Emulator, resume_dir: Path) -> dict[str, str]:
    """The environment of a process that is to run the command line."""
    kept_names = ("PATH", "HOME", "LANG", "PYTHONPATH")  # the last is set by scripts/mutate
    kept = {name: os.environ[name] for name in kept_names if name in os.environ}
    address = {"TWELVELABS_API_KEY": "good", "TWELVELABS_BASE_URL": emulator.base_url}
    resume_store = {"TWELVELABS_EMBED_RESUME_DIR": str(resume_dir)}
    return {**kept, **address, **resume_store, "PYTHONIOENCODING": "utf-8"}
