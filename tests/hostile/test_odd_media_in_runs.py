"""One odd file among others: `check`, `many` and `run` continue with the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import Image, InvalidInputError, TwelveLabs, Video
from twelvelabs_embed.validation import recording_probe
from twelvelabs_embed_emulator import Emulator, samples
from typer.testing import CliRunner

from tests.validation.recordings import late_sound

PHOTOS = 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos, and a file in which PyAV finds a stream that it did not expect."""
    folder = tmp_path_factory.mktemp("media")
    for number in range(PHOTOS):
        samples.image(folder / f"{number}.jpg", width=200, height=150, scene=number % 3)
    (folder / "3a.flv").write_bytes(late_sound())
    return folder


@pytest.fixture
def client() -> Iterator[TwelveLabs]:
    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as running:
        yield running


def test_a_run_embeds_all_of_them(client: TwelveLabs, folder: Path, tmp_path: Path) -> None:
    report = client.bulk.run(str(folder), str(tmp_path / "out"))
    assert (report.done, report.failed) == (PHOTOS + 1, 0)


def test_many_yields_all_of_them(client: TwelveLabs, folder: Path) -> None:
    inputs = [Video(path) if path.suffix == ".flv" else path for path in sorted(folder.iterdir())]
    results = list(client.embed.many(inputs))
    assert len(results) == PHOTOS + 1
    assert [result.error for result in results if result.error] == []


class BrokenFile:
    """A file object that raises an error of no known kind."""

    def read(self) -> bytes:
        raise LookupError("no such part")


class BrokenPath:
    """A path that cannot be asked for its text."""

    def __fspath__(self) -> str:
        raise ZeroDivisionError


def test_what_an_input_raises_is_its_own_error(client: TwelveLabs) -> None:
    inputs: list[Any] = ["a", BrokenFile(), "b", BrokenPath(), "c"]
    results = list(client.embed.many(inputs, in_order=True))
    assert [result.error is None for result in results] == [True, False, True, False, True]
    assert "no such part" in str(results[1].error)
    assert isinstance(results[3].error, InvalidInputError)


def test_check_goes_on_with_the_next_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from twelvelabs_embed.cli.app import app

    def fail(*_: object) -> None:
        raise RuntimeError("nobody expected this")

    files = [str(path) for path in sorted(folder.iterdir())]
    whole = CliRunner().invoke(app, ["check", "--json", *files])
    assert whole.exit_code == 0
    monkeypatch.setattr(recording_probe, "open_container", fail)
    ran = CliRunner().invoke(app, ["check", "--json", *files])
    assert ran.exit_code == 0
    notes = {one["file"]: one["notes"] for one in json.loads(ran.output)["files"]}
    assert [Path(file).name for file, found in notes.items() if found] == ["3a.flv"]


def test_an_image_is_still_an_image(client: TwelveLabs, folder: Path) -> None:
    assert client.embed(Image(folder / "0.jpg")).vector.shape == (512,)
