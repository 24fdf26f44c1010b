"""Plain values as inputs: what decides their type, and what is not guessed."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from twelvelabs_embed.errors import Hint, InvalidInputError
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Image,
    Input,
    MultiInput,
    Text,
    TextImage,
    Video,
    coerce,
)
from twelvelabs_embed.inputs.coercion import INPUT_CLASSES
from twelvelabs_embed.inputs.media import Media

from tests.inputs.test_inputs import EVERY
from tests.inputs.violations import fields_of, rejected


@pytest.mark.parametrize(
    "value", ["a dog", "dog.jpg", "/etc/passwd", "https://a.example/dog.jpg", ""]
)
def test_a_str_is_always_a_text(value: str) -> None:
    assert coerce(value) == Text(value)


def test_each_type_has_its_class() -> None:
    assert {
        "text": Text,
        "image": Image,
        "text_image": TextImage,
        "audio": Audio,
        "video": Video,
        "document": Document,
        "multi_input": MultiInput,
    } == INPUT_CLASSES


@pytest.mark.parametrize("input", EVERY)
def test_inputs_stay_as_they_are(input: Input) -> None:
    assert coerce(input) is input


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00"
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00"
PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("data", "kind"), [(JPEG, Image), (MP3, Audio), (MP4, Video), (PDF, Document)]
)
def test_content_decides(data: bytes, kind: type[Input], tmp_path: Path) -> None:
    path = tmp_path / "misleading.txt"
    path.write_bytes(data)
    assert coerce(path) == kind(path)  # type: ignore[call-arg,arg-type]
    assert coerce(Media.file(path)) == kind(path)  # type: ignore[call-arg,arg-type]
    for given in (data, bytearray(data), memoryview(data), io.BytesIO(data), Media.bytes(data)):
        assert coerce(given) == kind(data)  # type: ignore[call-arg,arg-type]


def test_a_pil_image_is_an_image() -> None:
    input = coerce(Pillow.new("RGB", (130, 130)))
    assert isinstance(input, Image)
    assert input.media.kind == "bytes"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            Media.url("https://a.example/dog.jpg"),
            "Media.url('https://a.example/dog.jpg') is not on this machine",
        ),
        (Media.asset("6298"), "Media.asset('6298') is not on this machine"),
        (b"plain text", "the data is plain text"),
        (bytes(99), "the data is of an unknown format"),
    ],
)
def test_what_is_not_certain_is_not_guessed(value: Any, said: str) -> None:
    (violation,) = rejected(lambda: coerce(value))
    assert violation.hint == Hint("name_input_type")
    assert violation.value == said


@pytest.mark.parametrize("value", [42, None, [1.0], object(), {"text": "a"}])
def test_other_values_are_rejected(value: Any) -> None:
    assert fields_of(rejected(lambda: coerce(value))) == ["media"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "there is no file" in rejected(lambda: coerce(tmp_path / "none.mp4"))[0].value
    assert "is a directory" in rejected(lambda: coerce(tmp_path))[0].value
    (tmp_path / "file").touch()
    inside = tmp_path / "file" / "none.mp4"
    assert [one.code for one in rejected(lambda: coerce(inside))] == ["media.missing"]


def test_an_empty_file_needs_no_type_but_content(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.touch()
    with pytest.raises(InvalidInputError) as error:
        coerce(path)
    assert [violation.code for violation in error.value.violations] == ["media.empty"]
