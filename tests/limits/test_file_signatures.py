"""Formats by the first bytes of files."""

from __future__ import annotations

import io
import struct

import av
import numpy as np
import pytest
from twelvelabs_embed.limits.file_signatures import FORMATS, HEAD_BYTES, sniff

from tests.validation.media_files import image_bytes, video_bytes
from tests.validation.recordings import recording, write_sound


def riff(form: bytes, head: bytes = b"RIFF") -> bytes:
    return head + struct.pack("<I", 1000) + form + bytes(100)


def box(brand: bytes) -> bytes:
    return struct.pack(">I", 32) + b"ftyp" + brand + bytes(100)


HEIF_BRANDS = (
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2",
    b"msf1", b"miaf", b"MiHE", b"avif", b"avis", b"avio", b"jpeg", b"jpgs", b"j2ki", b"j2is",
)  # fmt: skip
MOV_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "png"),
        (b"GIF89a\x01\x00", "gif"),
        (b"GIF87a\x01\x00", "gif"),
        (riff(b"WEBP"), "webp"),
        (b"BM\x10\x00\x00\x00\x00\x00\x00\x00\x36\x00", "bmp"),
        (b"II*\x00\x08\x00", "tiff"),
        (b"MM\x00*\x00\x08", "tiff"),
        (box(b"heic"), "heif"),
        (box(b"avif"), "heif"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        (riff(b"WAVE"), "wav"),
        (riff(b"WAVE", b"RF64"), "wav"),
        (riff(b"WAVE", b"RIFX"), "wav"),
        (riff(b"WAVE", b"BW64"), "wav"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02\x00\x00\xff\xfb\x90\x00", "mp3"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02\x00\x00fLaC", "flac"),
        (b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + b"fLaC", "flac"),
        (b"ID3\x04\x00\x00\x00\x01\x7f\x7f" + bytes(100), "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xf3\x40\xc0", "mp3"),
        (b"fLaC\x00\x00", "flac"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\xff\xf8\x50\x80", "aac"),
        (b"FORM\x00\x00\x00\x10AIFFCOMM", "aiff"),
        (b"#!AMR\n", "amr"),
        (box(b"M4A "), "m4a"),
        (b"OggS\x00\x02" + bytes(22) + b"\x01vorbis", "ogg"),
        (b"OggS\x00\x02" + bytes(22) + b"\x80theora", "ogv"),
        (b"OggS\x00\x02" + bytes(250) + b"theora, a song", "ogg"),
        (box(b"isom"), "mp4"),
        (box(b"mp42"), "mp4"),
        (box(b"qt  "), "mov"),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "mov"),
        (
            b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x86\x81\x01B\x82\x88matroska",
            "matroska",
        ),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "webm"),
        (riff(b"AVI "), "avi"),
        (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9", "asf"),
        (b"FLV\x01\x05", "flv"),
        ((b"\x47" + bytes(187)) * 4, "mpegts"),
        ((bytes(4) + b"\x47" + bytes(187)) * 4, "mpegts"),
        (b"\x00\x00\x01\xba\x44", "mpegps"),
        (b"YUV4MPEG2 W360 H360\n", "y4m"),
        (b"\xff\xd8\xff\xf7\x00\x0b\x08", "jpegls"),
        (b"\xff\xd8\xff\xe8\x00\x04\xff\xf7\xff\xf7\x00\x0b\x08", "jpegls"),
        (b"\xff\xd8\xff\xe0\x00\x04\xff\xf7\xff\xc0\x00\x0b\x08", "jpeg"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"%PDF-1.7\n", "pdf"),
        (b"PK\x03\x04\x14", "zip"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"  <html lang='en'>", "html"),
        (b"a man walks his dog\n", "text"),
        (b"The free lunch", "text"),
        (b"BMW drives", "text"),
        ("größe".encode(), "text"),
        ("größe".encode("utf-16"), "text"),
        ("\ufeffgröße".encode("utf-16-be"), "text"),
        (b"\xef\xbb\xbfwith a mark", "text"),
        *(
            (f"{sign * 3000}".encode()[:cut], "text")
            for sign in "ü€😀"
            for cut in range(4093, 4097)
        ),
    ],
)
def test_sniffing(head: bytes, name: str) -> None:
    found = sniff(head)
    assert found is not None
    assert found.name == name
    assert found is FORMATS[name]


@pytest.mark.parametrize(
    ("heads", "name"),
    [
        ([b"II+\0", b"MM\0+"], "tiff"),
        ([b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"], "jxl"),
        ([b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"], "jp2"),
        ([b"II\xbc\x01"], "jxr"),
        ([b"FUJIFILMCCD-RAW", box(b"crx ")], "raw"),
        ([b"8BPS\0"], "psd"),
        ([b"\0\0\1\0"], "ico"),
        ([b"v/1\1"], "exr"),
        ([b"qoif"], "qoi"),
        ([f"P{number}\n".encode() for number in range(1, 8)], "netpbm"),
        ([b"SDPX", b"XPDS"], "dpx"),
        ([b"\x01\xda\0", b"\x01\xda\1"], "sgi"),
        ([b"Y\xa6j\x95"], "sunraster"),
        ([b"SIMPLE  ="], "fits"),
        ([b"\x0a\5\1\x08"], "pcx"),
        ([b"DDS |"], "dds"),
        ([b"#?RADIANCE"], "hdr"),
        ([b"icns\0"], "icns"),
        ([b"riff\x2e\x91\xcf\x11"], "w64"),
        ([b"caff\0\1"], "caf"),
        ([b"\x7f\xfe\x80\1"], "dts"),
        ([b"wvpk"], "wavpack"),
        ([b"TTA1"], "tta"),
        ([b"MAC "], "ape"),
        ([b"MPCK", b"MP+"], "musepack"),
        ([b"DSD "], "dsf"),
        ([b"MThd"], "midi"),
        ([b"FORM\0\0\0\x10AIFC"], "aiff"),
        ([b"\6\x0e+4\2\5\1\1"], "mxf"),
        ([b"\x1f\7\0"], "dv"),
        ([b"FWS", b"CWS"], "swf"),
        ([b"\xb7\xd8\0\x20\x37\x49\xda\x11"], "wtv"),
        ([b"\x12\0\x0a"], "obu"),
        ([b"BBCD\0"], "dirac"),
        ([b"\0\0\1" + unit for unit in (b"\x67d", b"\x06d", b"\x09d")], "h264"),
        ([b"\0\0\0\1" + unit for unit in (b"\x40\1", b"\x42\1", b"\x46\1")], "hevc"),
        ([b"\0\0\1\xb0\1"], "m4v"),
        ([box(brand) for brand in (b"M4A ", b"M4B ", b"M4P ")], "m4a"),
        ([box(brand) for brand in HEIF_BRANDS], "heif"),
        ([b"\0\0\0\x08" + atom for atom in MOV_ATOMS], "mov"),
    ],
)
def test_signatures_of_a_format(heads: list[bytes], name: str) -> None:
    for head in heads:
        assert sniff(head + b"\xff" * 40) is FORMATS[name], head


@pytest.mark.parametrize(
    "head",
    [
        b"",
        bytes(500),
        bytes(range(256)),
        b"\xff\xff\xff\xff",
        b"\x80" * 3,
        b"RIFF\x00\x00\x00\x00none",
        b"a\x00b",
        b"\xff",
        b"\xffBM" + bytes(20),
        b"received by mail\n%PDF-1.7\n",  # a PDF or a text
    ],
)
def test_nothing_certain(head: bytes) -> None:
    assert sniff(head) is None


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_sniffing_what_pillow_writes(form: str) -> None:
    found = sniff(image_bytes(form=form))
    assert found is not None
    assert found.name == form.lower()


@pytest.mark.parametrize(
    ("form", "codec", "name"),
    [
        ("mp4", "mpeg4", "mp4"),
        ("mov", "mpeg4", "mov"),
        ("matroska", "mpeg4", "matroska"),
        ("webm", "libvpx", "webm"),
        ("avi", "mpeg4", "avi"),
        ("mpegts", "mpeg2video", "mpegts"),
        ("mpeg", "mpeg2video", "mpegps"),
        ("flv", "flv", "flv"),
        ("asf", "mpeg4", "asf"),
        ("ogg", "libvpx", "ogg"),
        ("mpeg1video", "mpeg1video", "mpegvideo"),
    ],
)
def test_sniffing_what_ffmpeg_writes(form: str, codec: str, name: str) -> None:
    data = video_bytes(form, codec=codec, size=(64, 64), seconds=1, rate=25)
    found = sniff(data[:4096])
    assert found is not None
    assert found.name == name
    assert found.may_hold_video


MP3_FRAMES = recording(
    "mp3",
    pictures_sec=0,
    sound_sec=2,
    codecs=("", "mp3"),
    options={"write_xing": "0", "id3v2_version": "0"},
)
TRANSPORT_STREAM = recording("mpegts", sound_sec=2)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (MP3_FRAMES[100:], "mp3"),
        (bytes(1000) + MP3_FRAMES, "mp3"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + MP3_FRAMES, "mp3"),
        (np.random.default_rng(0).bytes(1500) + MP3_FRAMES, "mp3"),
        (TRANSPORT_STREAM[100:], "mpegts"),
        (((b"\x47" + bytes(203)) * 6)[100:], "mpegts"),  # with error correction
        (recording("nut"), "nut"),
        (b".RMF\0\0\0\x12", "rm"),
        (recording("ivf", codecs=("libvpx", "")), "ivf"),
        (recording("h264", codecs=("libx264", "")), "h264"),
        (recording("au", pictures_sec=0, sound_sec=1, codecs=("", "pcm_s16be")), "au"),
        (recording("ac3", pictures_sec=0, sound_sec=1, codecs=("", "ac3")), "ac3"),
        (np.random.default_rng(0).bytes(4096), None),
        (bytes(4096), None),
    ],
)
def test_formats_are_recognized_by_their_content(data: bytes, name: str | None) -> None:
    found = sniff(data[:HEAD_BYTES])
    assert (found and found.name) == name


@pytest.mark.parametrize("bit_rate", [32_000, 320_000])
@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_an_mp3_is_recognized_wherever_it_was_cut(bit_rate: int, rate_hz: int) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp3", options={"write_xing": "0"}) as container:
        stream = container.add_stream("mp3", rate=rate_hz, layout="mono")
        stream.bit_rate = bit_rate
        write_sound(container, stream, 2)
    data = file.getvalue()
    for cut in range(100, 1200, 97):
        found = sniff(data[cut : cut + HEAD_BYTES])
        assert found is FORMATS["mp3"]
