"""Files that expand, last or nest without end."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import wave
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet
from twelvelabs_embed import (
    Embeddings,
    Image,
    InvalidInputError,
    Media,
    Segment,
    TwelveLabs,
    TwelveLabsError,
    Video,
)
from twelvelabs_embed.bulk import decompression_guard
from twelvelabs_embed.bulk.failures import Failure, read_errors, write_errors
from twelvelabs_embed.bulk.part_files import PartWriter, read_parts, scan
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.search.exact import describe, search
from twelvelabs_embed.validation.media_probe import probe
from twelvelabs_embed_emulator import samples

from tests.validation.media_files import image_bytes, video_of_pngs


def _png(width_px: int, height_px: int, data: bytes = zlib.compress(bytes(1000))) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _jpeg(width_px: int, height_px: int, like: bytes) -> bytes:
    at = like.index(b"\xff\xc0") + 5
    return like[:at] + struct.pack(">HH", height_px, width_px) + like[at + 4 :]


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_an_image_of_four_billion_pixels_is_not_decoded(
    suffix: str, client: TwelveLabs, tmp_path: Path
) -> None:
    """Which would take 13 GB."""
    like = samples.image(tmp_path / "a.jpg", width=160, height=160).read_bytes()
    data = _png(65_535, 65_535) if suffix == "png" else _jpeg(65_535, 65_535, like)
    facts = probe(Media.bytes(data))
    assert (facts.fault, facts.width_px) == (None, 65_535)
    with pytest.raises(Exception, match="pixels"):
        client.embed(Image(data))


def _black_png(side_px: int) -> bytes:
    """A whole one, a thousandth of what it expands to."""
    fold, row = zlib.compressobj(9), bytes(1 + 3 * side_px)
    data = b"".join(fold.compress(row) for _ in range(side_px)) + fold.flush()
    return _png(side_px, side_px, data)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A picture of 700 kB that decompresses to 720 MB."""
    return _black_png(15_500)


_CLEAR = Path("/proc/self/clear_refs")
_peaks_are_known = pytest.mark.skipif(not _CLEAR.exists(), reason="only Linux reports peaks")


def _peak_mib(work: Callable[[], object]) -> float:
    """How far resident memory rises meanwhile, of this process, where the emulator runs, too."""
    _CLEAR.write_text("5")
    before_mib = _high_water_mib()
    work()
    return _high_water_mib() - before_mib


def _high_water_mib() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _rejected(work: Callable[[], object]) -> None:
    with suppress(TwelveLabsError):
        work()


@_peaks_are_known
def test_an_image_bomb_is_not_decompressed(bomb: bytes, client: TwelveLabs) -> None:
    small = image_bytes((640, 360))
    film = video_of_pngs(small, small, bomb, small, small)
    uses: dict[str, Callable[[], object]] = {
        "looked at": lambda: probe(Media.bytes(bomb)),
        "looked at as a video": lambda: probe(Media.bytes(bomb), "video"),
        "embedded": lambda: client.embed(Image(bomb)),
        "embedded without check": lambda: client.embed(Image(bomb), check=False),
        "embedded as a video": lambda: client.embed(Video(bomb), check=False),
        "an asset": lambda: client.assets.upload(Media.bytes(bomb), filename="a.png"),
        "in a video": lambda: client.embed(Video(film), check=False),
    }
    peaks_mib = {name: _peak_mib(partial(_rejected, use)) for name, use in uses.items()}
    assert {name: mib for name, mib in peaks_mib.items() if mib > 150} == {}


@pytest.fixture(scope="module")
def endless_wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WAV file with 24 MB of zeros behind its end, where FFmpeg looks at every eighth byte."""
    path = tmp_path_factory.mktemp("media") / "zeros.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(80_000))
    with path.open("ab") as tail:
        tail.write(bytes(24 << 20))
    return path


def test_a_file_that_takes_too_many_steps_is_given_up(endless_wav: Path) -> None:
    facts = probe(Media.file(endless_wav), "audio")
    assert facts.fault is None
    assert "too long" in " ".join(facts.notes)


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("items.jsonl", f'{{"id": "a", "text": "a dog", "media": {DEEP}}}'),
        ("items.jsonl", DEEP),
        ("items.jsonl", '{"id": ' * 100_000),
        ("items.jsonl", f'{{"id": "a", "text": "a dog", "media": {DEEP[99_100:100_900]}}}'),
        ("items.csv", f'id,media,time_based_metadata\na,x.mp4,"{DEEP[50_000:150_000]}"'),
    ],
    ids=["in a row", "a row", "without an end", "just not too deep", "in a cell"],
)
def test_a_manifest_of_great_depth_spoils_its_row_alone(
    name: str, text: str, client: TwelveLabs, tmp_path: Path
) -> None:
    path = tmp_path / name
    good = '{"id": "b", "text": "a dog"}' if name.endswith("l") else "b,,"
    path.write_text(f"{text}\n{good}\n")
    source = Source(path)
    assert source.prepare() == 2
    first, second = source
    assert first.id != second.id == "b"
    report = client.bulk.run(path, tmp_path / "out")
    assert report.failed >= 1


def test_a_parquet_file_that_declares_more_rows_than_it_has_is_rejected(tmp_path: Path) -> None:
    """Found by scripts/fuzz: the run would wait for items that never come."""
    path = tmp_path / "items.parquet"
    parquet.write_table(pyarrow.table({"id": ["a", "b"], "text": ["a dog", "a cat"]}), path)
    two, nine = b"\x16\x04\x19\x1c", b"\x16\x12\x19\x1c"  # before the list of row groups
    assert path.read_bytes().count(two) == 1
    path.write_bytes(path.read_bytes().replace(two, nine))
    source = Source(path)
    assert source.prepare() == 9
    with pytest.raises(InvalidInputError, match="declares 9 rows and has 2"):
        list(source)


def test_folders_of_great_depth_are_walked() -> None:
    # Not in pytest's folder: what a run that was killed left there would end the next runs, too.
    place = Path(mkdtemp())
    folder = os.open(place, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=folder)
        inner = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    samples.image(place / "dog.jpg", width=160, height=160)
    try:
        assert [entry.id for entry in Source(place)] == ["dog.jpg"]
    finally:
        subprocess.run(["rm", "-rf", place], check=True)  # Python's own way is a recursion


def _large(count: int, size_mib: int) -> Any:
    """A column of one value, which a dictionary holds once."""
    value = pyarrow.array(["a" * (size_mib << 20)])
    return pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * count, pyarrow.int32()), value)


def _parquet_bomb(path: Path, columns: dict[str, Any], **settings: Any) -> Path:
    parquet.write_table(pyarrow.table(columns), path, compression="zstd", **settings)
    assert path.stat().st_size < 1 << 20
    return path


def _options(values: Any, *, rows: int) -> dict[str, Any]:
    starts = np.linspace(0, len(values), rows + 1, dtype=np.int32)
    return {"options": pyarrow.ListArray.from_arrays(starts, values)}


_TOO_LONG = "the row has 50 MB of text, more than the 32 MB that a row may have"
PARQUET_BOMBS: dict[str, tuple[Callable[[Path], Path], str]] = {
    # Each would be GBs if all rows were there at once.
    "a value in many rows": (
        lambda path: _parquet_bomb(path, {"text": _large(1024, 50)}),
        _TOO_LONG,
    ),
    "a value in many rows, not known as a dictionary": (
        lambda path: _parquet_bomb(path, {"text": _large(100, 50)}, store_schema=False),
        _TOO_LONG,
    ),
    "a value in rows behind many without": (
        lambda path: _parquet_bomb(
            path,
            {
                "text": pyarrow.concat_arrays(
                    [pyarrow.nulls(2000, _large(1, 1).type), _large(9, 50)]
                )
            },
            store_schema=False,
        ),
        _TOO_LONG,
    ),
    "values in lists": (
        lambda path: _parquet_bomb(path, _options(_large(60, 50), rows=60)),
        "the row has no text and no media",
    ),
    "values of a fixed length": (
        lambda path: _parquet_bomb(
            path, {"text": pyarrow.array([bytes(50 << 20)] * 8, pyarrow.binary(50 << 20))}
        ),
        _TOO_LONG,
    ),
    "a large page": (
        lambda path: _parquet_bomb(
            path, {"text": _large(20, 50).dictionary_decode()}, use_dictionary=False
        ),
        "but its row group 0 decompresses to 1000.00 MB (1,048,576,113 bytes)",
    ),
}
_READ = """
import sys
from pathlib import Path
from twelvelabs_embed import TwelveLabsError
from twelvelabs_embed.bulk import decompression_guard
from twelvelabs_embed.bulk.failures import Failure, read_errors, write_errors
from twelvelabs_embed.bulk.part_files import PartWriter, read_parts, scan
from twelvelabs_embed.bulk.sources import Source
try:
    source = Source(sys.argv[1])
    source.prepare()
    print(*{entry.message for entry in source})
except TwelveLabsError as error:
    print(error)
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


@_peaks_are_known
@pytest.mark.parametrize(("make", "message"), PARQUET_BOMBS.values(), ids=PARQUET_BOMBS)
def test_parquet_that_expands_is_reported(
    make: Callable[[Path], Path], message: str, tmp_path: Path
) -> None:
    """In a process of its own: what makes the file takes more."""
    path = make(tmp_path / "items.parquet")
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    message_shown, peak_kib = done.stdout.splitlines()
    print(message_shown[:60], int(peak_kib) >> 10)
    assert message in message_shown
    assert int(peak_kib) < 1 << 20


PART_READERS: dict[str, Callable[[Path], object]] = {
    "scanned": lambda folder: list(scan(folder, ["id"])),
    "read for its ids": read_parts,
    "searched": lambda folder: search(folder, np.ones(4, np.float32)),
    "looked into": describe,
    "read for what failed": lambda folder: list(read_errors(folder)),
}


@pytest.mark.parametrize("read", PART_READERS.values(), ids=PART_READERS)
def test_part_files_that_expand_are_rejected(
    read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decompression_guard, "_MIN_LIMIT_BYTES", 1 << 20)
    long = "a" * (2 << 20)
    one = Embeddings(
        np.ones((1, 4), np.float32), [Segment()], model="marengo3.0", input_type="text"
    )
    PartWriter(tmp_path, 4).write([(long, one)])
    write_errors(tmp_path, [Failure("a", None, "c", long, "{}", 1, datetime.now(UTC))])
    with pytest.raises(InvalidInputError, match=r"-00000\.parquet has .* decompresses to 2\.00 MB"):
        read(tmp_path)


def test_a_value_that_many_rows_have_makes_small_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decompression_guard, "_BATCH_BYTES", 1 << 20)
    ones = Embeddings(
        np.ones((9, 4), np.float32), [Segment()] * 9, model="marengo3.0", input_type="video"
    )
    PartWriter(tmp_path, 4).write([("a" * (300 << 10), ones)])
    assert [batch.num_rows for batch in scan(tmp_path, ["id"])] == [3, 3, 3]
    assert [batch.num_rows for batch in scan(tmp_path, ["vector"])] == [9]
