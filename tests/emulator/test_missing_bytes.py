"""How many bytes a container lacks, by its own structure."""

import io

import pytest
from twelvelabs_embed_emulator.media.structure import missing_bytes

from tests.validation.test_container_structure import (
    CONTENT,
    HEADER,
    SEGMENT,
    VOID,
    box,
    large_box,
    number,
    riff,
)

START = box(b"ftyp")
MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
KNOWN = HEADER + VOID + SEGMENT + number(40, 4) + CONTENT


def missing(data, form):
    return missing_bytes(io.BytesIO(data), len(data), form)


@pytest.mark.parametrize("form", [MP4, "mov"])
@pytest.mark.parametrize("kind", [b"mdat", b"moov", b"meta", b"imda"])
@pytest.mark.parametrize("make", [box, large_box])
@pytest.mark.parametrize("before", [START, START + box(b"free", b"")])
def test_what_a_box_of_media_lacks(form, kind, make, before):
    whole = before + make(kind)
    lengths = (0, 1, 17, 40)  # of which the last leaves its head alone
    assert [missing(whole[: len(whole) - cut], form) for cut in lengths] == list(lengths)
    assert missing(whole + box(b"TAGS")[:-1], form) == 0
    assert missing(START + bytes(4) + kind + CONTENT, form) == 0  # up to the end, however long
    assert missing(START + box(b"moof") + make(kind)[:-1], form) == 0  # fragments


@pytest.mark.parametrize("size_bytes", range(1, 9))
def test_what_a_matroska_segment_lacks(size_bytes):
    known = HEADER + VOID + SEGMENT + number(40, size_bytes) + CONTENT
    cuts = (0, 1, 17, 40)
    assert [missing(known[: len(known) - cut], "matroska,webm") for cut in cuts] == list(cuts)
    live = HEADER + SEGMENT + number((1 << 7 * size_bytes) - 1, size_bytes) + CONTENT
    assert missing(live[:-1], "matroska,webm") == 0
    assert missing(known + live, "matroska") == 0


@pytest.mark.parametrize(
    "behind",
    [b"\xec", b"\x1a\x45", b"\x1a\x45\xdf\xa3", b"\x08\x11\x11\x11\x11\xff" + bytes(9), bytes(20)],
    ids=["one byte", "half an id", "an id", "an id of five bytes", "zeros"],
)
def test_what_stands_behind_a_segment_and_is_no_element_lacks_nothing(behind):
    assert missing(KNOWN + behind, "matroska,webm") == 0


def test_what_an_avi_lacks():
    odd = riff(CONTENT + b"a")
    for data, expected in (
        (odd + b"\0", 0),
        (odd, 0),
        (odd[:-3], 3),
        (odd + b"\0" + riff()[:-2], 2),
        (riff() + riff()[:-2], 2),
        (riff()[:8], 40),
        (b"RIFF" + b"\xff" * 4 + CONTENT, 0),
        (b"RIFF" + bytes(4) + CONTENT, 0),
    ):
        assert missing(data, "avi") == expected


def test_nothing_is_known_of_other_formats():
    assert missing(box(b"mdat")[:-1], "flac") == 0
