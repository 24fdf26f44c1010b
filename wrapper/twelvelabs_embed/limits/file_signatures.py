"""File signatures: the formats of media by a file's first bytes, never by its name."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

__all__ = ["FORMATS", "HEAD_BYTES", "Format", "FormatKind", "sniff"]

FormatKind: TypeAlias = Literal["image", "audio", "video", "other"]
HEAD_BYTES = 4096


class Format(NamedTuple):
    """A file format.

    Attributes:
        name: as `limits` names it
        title: what messages call it
        kind: what it holds, as a rule
        may_hold_video: whether only media probing shows that no video is in it
    """

    name: str
    title: str
    kind: FormatKind
    may_hold_video: bool = False


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("jpeg", "JPEG", "image"),
        Format("png", "PNG", "image"),
        Format("gif", "GIF", "image", may_hold_video=True),
        Format("webp", "WebP", "image", may_hold_video=True),
        Format("bmp", "BMP", "image"),
        Format("tiff", "TIFF", "image"),
        Format("heif", "HEIC or AVIF", "image"),
        Format("svg", "SVG", "image"),
        Format("jxl", "JPEG XL", "image"),
        Format("jp2", "JPEG 2000", "image"),
        Format("jpegls", "JPEG-LS", "image"),
        Format("jxr", "JPEG XR", "image"),
        Format("raw", "a camera's raw format", "image"),
        Format("psd", "Photoshop", "image"),
        Format("ico", "an icon", "image"),
        Format("exr", "OpenEXR", "image"),
        Format("qoi", "QOI", "image"),
        Format("netpbm", "Netpbm", "image"),
        Format("dpx", "DPX", "image"),
        Format("sgi", "SGI", "image"),
        Format("sunraster", "Sun raster", "image"),
        Format("fits", "FITS", "image"),
        Format("pcx", "PCX", "image"),
        Format("dds", "DirectDraw", "image"),
        Format("hdr", "Radiance HDR", "image"),
        Format("icns", "a Mac icon", "image"),
        Format("wav", "WAV", "audio"),
        Format("mp3", "MP3", "audio"),
        Format("flac", "FLAC", "audio"),
        Format("aac", "AAC", "audio"),
        Format("aiff", "AIFF", "audio"),
        Format("amr", "AMR", "audio"),
        Format("w64", "Sony Wave64", "audio"),
        Format("au", "Sun AU", "audio"),
        Format("caf", "Apple CAF", "audio"),
        Format("ac3", "AC-3", "audio"),
        Format("dts", "DTS", "audio"),
        Format("wavpack", "WavPack", "audio"),
        Format("tta", "True Audio", "audio"),
        Format("ape", "Monkey's Audio", "audio"),
        Format("musepack", "Musepack", "audio"),
        Format("dsf", "DSF", "audio"),
        Format("midi", "MIDI", "audio"),
        Format("m4a", "M4A", "audio", may_hold_video=True),
        Format("ogg", "Ogg", "audio", may_hold_video=True),
        Format("mp4", "MP4", "video", may_hold_video=True),
        Format("mov", "QuickTime", "video", may_hold_video=True),
        Format("matroska", "Matroska", "video", may_hold_video=True),
        Format("webm", "WebM", "video", may_hold_video=True),
        Format("avi", "AVI", "video", may_hold_video=True),
        Format("asf", "Windows Media", "video", may_hold_video=True),
        Format("flv", "Flash Video", "video", may_hold_video=True),
        Format("mpegts", "MPEG transport stream", "video", may_hold_video=True),
        Format("mpegps", "MPEG program stream", "video", may_hold_video=True),
        Format("mpegvideo", "MPEG video", "video", may_hold_video=True),
        Format("mxf", "MXF", "video", may_hold_video=True),
        Format("y4m", "YUV4MPEG2", "video", may_hold_video=True),
        Format("ogv", "Ogg video", "video", may_hold_video=True),
        Format("gif-animated", "animated GIF", "video", may_hold_video=True),
        Format("rm", "RealMedia", "video", may_hold_video=True),
        Format("dv", "DV", "video", may_hold_video=True),
        Format("nut", "NUT", "video", may_hold_video=True),
        Format("ivf", "IVF", "video", may_hold_video=True),
        Format("swf", "Flash animation", "video", may_hold_video=True),
        Format("wtv", "Windows TV", "video", may_hold_video=True),
        Format("h264", "raw H.264", "video", may_hold_video=True),
        Format("hevc", "raw H.265", "video", may_hold_video=True),
        Format("m4v", "raw MPEG-4 video", "video", may_hold_video=True),
        Format("obu", "raw AV1", "video", may_hold_video=True),
        Format("dirac", "Dirac", "video", may_hold_video=True),
        Format("pdf", "PDF", "other"),
        Format("zip", "a ZIP archive", "other"),
        Format("gzip", "a gzip archive", "other"),
        Format("html", "an HTML page", "other"),
        Format("text", "plain text", "other"),
    )
}

# What stands at the very beginning.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"II\xbc\x01", "jxr"),
    (b"FUJIFILMCCD-RAW", "raw"),
    (b"8BPS\x00", "psd"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"v/1\x01", "exr"),
    (b"qoif", "qoi"),
    (b"SDPX", "dpx"),
    (b"XPDS", "dpx"),
    (b"\x01\xda\x00", "sgi"),
    (b"\x01\xda\x01", "sgi"),
    (b"Y\xa6j\x95", "sunraster"),
    (b"SIMPLE  =", "fits"),
    (b"\x0a\x05\x01\x08", "pcx"),
    (b"DDS \x7c", "dds"),
    (b"#?RADIANCE", "hdr"),
    (b"icns\x00", "icns"),
    (b"fLaC", "flac"),
    (b"riff\x2e\x91\xcf\x11", "w64"),
    (b".snd\x00", "au"),
    (b"caff\x00\x01", "caf"),
    (b"\x0bw", "ac3"),
    (b"\x7f\xfe\x80\x01", "dts"),
    (b"wvpk", "wavpack"),
    (b"TTA1", "tta"),
    (b"MAC ", "ape"),
    (b"MPCK", "musepack"),
    (b"MP+", "musepack"),
    (b"DSD ", "dsf"),
    (b"MThd", "midi"),
    (b"#!AMR", "amr"),
    (b"0&\xb2u\x8ef\xcf\x11", "asf"),
    (b"FLV\x01", "flv"),
    (b"\x00\x00\x01\xba", "mpegps"),
    (b"\x00\x00\x01\xb3", "mpegvideo"),
    (b"\x06\x0e+4\x02\x05\x01\x01", "mxf"),
    (b"YUV4MPEG2 ", "y4m"),
    (b".RMF", "rm"),
    (b"\x1f\x07\x00", "dv"),
    (b"nut/multimedia container\x00", "nut"),
    (b"DKIF", "ivf"),
    (b"FWS", "swf"),
    (b"CWS", "swf"),
    (b"\xb7\xd8\x00\x20\x37\x49\xda\x11", "wtv"),
    (b"\x12\x00\x0a", "obu"),
    (b"BBCD\x00", "dirac"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
)
_RIFF_FORMS = {b"WAVE": "wav", b"AVI ": "avi", b"WEBP": "webp"}
# Photos and sequences of photos; only the streams show which of them a file has.
_HEIF_BRANDS = (
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2",
    b"msf1", b"miaf", b"MiHE", b"avif", b"avis", b"avio", b"jpeg", b"jpgs", b"j2ki", b"j2is",
)  # fmt: skip
_M4A_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_MOV_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # of files without `ftyp`


def sniff(head: bytes) -> Format | None:
    """Recognize the format of a file that begins with `head`, by content alone.

    Args:
        head: the first bytes; 4096 are enough, fewer show less

    Returns:
        None when nothing certain can be said.
    """
    found = (
        next((name for magic, name in _MAGIC if head.startswith(magic)), None)
        or _sniff_gif(head)
        or _sniff_jpeg(head)
        or _sniff_container(head)
        or _sniff_mpeg_audio(head)
        or _sniff_transport_stream(head)
        or _sniff_raw_video(head)
        or _sniff_text(head)
        or _sniff_stream_from_within(head)
    )
    return FORMATS[found] if found else None


def _sniff_gif(head: bytes) -> str | None:
    if not head.startswith((b"GIF87a", b"GIF89a")):
        return None
    # Only what is repeated says at its beginning that it is animated.
    is_repeated = b"\x0bNETSCAPE2.0" in head or b"\x0bANIMEXTS1.0" in head
    return "gif-animated" if is_repeated else "gif"


def _sniff_jpeg(head: bytes) -> str | None:
    if not head.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while head[at : at + 1] == b"\xff" and head[at + 1 : at + 2] not in (b"", b"\xda"):
        if head[at + 1] == 0xF7:  # the frame of JPEG-LS
            return "jpegls"
        at += 2 + int.from_bytes(head[at + 2 : at + 4])
    return "jpeg"


def _sniff_container(head: bytes) -> str | None:
    if head[:4] in (b"RIFF", b"RF64", b"RIFX", b"BW64"):
        return _RIFF_FORMS.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[4:8] == b"ftyp":
        return _sniff_brand(head[8:12])
    if head[4:8] in _MOV_ATOMS and head[0] < 0x20:  # a length, and not "The free lunch"
        return "mov"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else "matroska"
    if head.startswith(b"OggS"):
        return "ogv" if b"theora" in head[:256] else "ogg"
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "bmp"
    if head[:1] == b"P" and head[1:2] in b"1234567" and head[2:3] in (b"\n", b"\r"):
        return "netpbm"
    return None


def _sniff_brand(brand: bytes) -> str:
    if brand in _HEIF_BRANDS:
        return "heif"
    if brand == b"crx ":
        return "raw"
    if brand in _M4A_BRANDS:
        return "m4a"
    return "mov" if brand == b"qt  " else "mp4"


def _sniff_mpeg_audio(head: bytes) -> str | None:
    if head.startswith(b"ID3") and len(head) >= 10:
        size = 0
        for byte in head[6:10]:  # seven bits of each
            size = size << 7 | byte & 0x7F
        after = head[10 + size :]
        # A cover picture may be longer than the head; nearly all such files are MP3.
        found = sniff(after)
        return found.name if found else "mp3"
    if len(head) >= 4 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    return "mp3" if _mp3_frame_bytes(head) else None


# Kilobits per second by the four bits of the header; 0 is unknown or invalid.
_MP3_KBITS = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),  # MPEG 1
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),  # MPEG 2 and 2.5
)
_MP3_RATES_HZ = (44_100, 48_000, 32_000)


def _mp3_frame_bytes(header: bytes) -> int:
    """Return the length of the frame with a header; 0 if it is no MP3's."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, kbits, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or rate == 3:
        return 0
    is_old = version == 3
    bytes_per_second = _MP3_KBITS[0 if is_old else 1][kbits] * 125
    rate_hz = _MP3_RATES_HZ[rate] >> (3 - version if version else 2)
    samples = 1152 if is_old else 576
    return samples * bytes_per_second // rate_hz + (header[2] >> 1 & 1)


def _sniff_transport_stream(head: bytes) -> str | None:
    for start, step in ((0, 188), (4, 192)):
        syncs = head[start : start + 3 * step : step]
        if syncs == b"GGG":
            return "mpegts"
    return None


def _sniff_raw_video(head: bytes) -> str | None:
    start = head.find(b"\x00\x00\x01", 0, 4)  # perhaps behind a zero
    unit = head[start + 3 : start + 5]
    if start < 0 or len(unit) < 2:
        return None
    if unit[0] in (0x40, 0x42, 0x46) and unit[1] == 1:
        return "hevc"
    if unit[0] & 0x9F in (6, 7, 9):  # information, parameters, access unit
        return "h264"
    return "m4v" if unit[0] == 0xB0 else None


def _sniff_stream_from_within(head: bytes) -> str | None:
    """Recognize what was cut out of a stream, or has something in front of it."""
    if _has_packets_of_transport_stream(head):
        return "mpegts"
    at = head.find(b"\xff")
    while at >= 0:
        second = at + (length := _mp3_frame_bytes(head[at : at + 4]))
        third = second + _mp3_frame_bytes(head[second : second + 4])
        if length and third > second and _mp3_frame_bytes(head[third : third + 4]):
            return "mp3"
        at = head.find(b"\xff", at + 1)
    return None


def _has_packets_of_transport_stream(head: bytes) -> bool:
    for step in (188, 192, 204):
        for start in range(step):
            syncs = head[start::step]
            if len(syncs) >= 5 and syncs.count(0x47) == len(syncs):
                return True
    return False


def _sniff_text(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # otherwise the head ends within a character
            return None
        text = head[: error.start].decode("utf-8-sig")
    if not text or any(ord(sign) < 32 and sign not in "\t\n\r\f\x1b" for sign in text):
        return None
    if b"%PDF-" in head[:1024]:  # a PDF may have something in front of it, and a text may say so
        return None
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    return "svg" if "<svg" in start else "text"
