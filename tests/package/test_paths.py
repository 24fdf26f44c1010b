"""Everything public that takes a path takes a string, too."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed_emulator import Emulator, samples

from tests.package.surface import things

# What only our own code makes or calls; users get it.
MADE_BY_US = {
    "twelvelabs_embed.bulk.errors.DamagedFileError",
    "twelvelabs_embed.bulk.errors.FolderInUseError",
    "twelvelabs_embed.bulk.errors.RunChangedError",
    "twelvelabs_embed.bulk.report.RunReport",
    "twelvelabs_embed.inputs.media.Media",  # made by `Media.file`, `.bytes`, `.url` …
    "twelvelabs_embed.report.ReportFacts",
}
WRITERS: dict[str, tuple[str, Callable[..., Path], list[Any]]] = {
    "image": ("a.png", samples.image, []),
    "audio": ("a.wav", samples.audio, []),
    "video": ("a.mp4", samples.video, []),
    "document": ("a.pdf", samples.document, []),
    "write_long_audio": ("a.flac", samples.write_long_audio, [5]),
    "write_long_video": ("a.mkv", samples.write_long_video, [5]),
    "write_padded_video": ("a.mp4", samples.write_padded_video, [1_000_000]),
}


def test_no_signature_takes_only_a_path() -> None:
    found = [
        (thing.name, one.name)
        for thing in things()
        for one in thing.parameters()
        if re.search(r"\bPath\b|PathLike", str(one.annotation))
        and not re.search(r"\bstr \| .*PathLike\[str\]", str(one.annotation))
    ]
    assert {name for name, _ in found} == MADE_BY_US, found


def test_every_sample_that_takes_a_path_is_tried() -> None:
    functions = {name: getattr(samples, name) for name in samples.__all__}
    takes_path = {
        name
        for name, value in functions.items()
        if inspect.isfunction(value) and "path" in inspect.signature(value).parameters
    }
    assert takes_path == set(WRITERS)


@pytest.mark.parametrize("sample", WRITERS)
@pytest.mark.parametrize("kind", [str, Path])
def test_samples_take_both(sample: str, kind: Callable[[Path], Any], tmp_path: Path) -> None:
    name, write, arguments = WRITERS[sample]
    assert write(kind(tmp_path / name), *arguments) == tmp_path / name
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("kind", [str, Path])
def test_the_emulator_takes_both(kind: Callable[[Path], Any], tmp_path: Path) -> None:
    contract = Path(__file__).resolve().parents[2] / "openapi" / "embed-v2.yaml"
    with Emulator(contract=kind(contract), state=kind(tmp_path / "state")):
        assert (tmp_path / "state").exists()
