"""Probing of audio and video: streams, duration and whether a file was cut off.

Headers may be missing or wrong, so the packets are read through; nothing is decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from twelvelabs_embed.errors import MissingDependencyError
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits.file_signatures import FORMATS, Format, FormatKind
from twelvelabs_embed.validation.av_container import (
    BoundedFile,
    best_video,
    is_cover,
    may_hide_streams,
    open_container,
)
from twelvelabs_embed.validation.container_structure import (
    has_fragments,
    is_cut_off,
    is_cut_off_flac,
)
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.packet_scan import (
    PacketScan,
    is_declaring,
    read_end_sec,
    scan_packets,
    to_sec,
)

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

__all__ = ["probe_recording"]

_PADDING_SEC = 0.25  # encoders put less silence than this around sound
# How much of what the header declares may be missing: the service's own measure is not known.
_MISSING_SEC = 1.0
_MISSING_PART = 0.05
_PROBED_BYTES = 5_000_000  # in which FFmpeg looks for streams by itself


def probe_recording(media: Media, facts: MediaFacts) -> MediaFacts:
    """Add what is known of an audio or video file."""
    try:
        import av.error
    except ImportError:
        missing = MissingDependencyError("av", "media")
        return facts.with_note(f": only size and format are known; {missing}")
    bounded: list[BoundedFile] = []
    try:
        found = _probe(media, facts, {}, bounded)
        if found is None and media.stored is not None:
            found = _probe(media, facts, {}, bounded, is_last=True)
        if found is None:  # this looks for streams in the whole file first
            size = str(max(facts.size_bytes or 0, _PROBED_BYTES))
            wide = {"probesize": size, "analyzeduration": str(2**62)}
            found = _probe(media, facts, wide, bounded, is_last=True) or facts
    except av.error.FFmpegError as error:
        cut_off = _is_cut_off(media, facts, ())
        why = "its last part is missing" if cut_off else error.strerror or type(error).__name__
        found = replace(facts, fault="truncated" if cut_off else "broken", fault_detail=why)
    except (OSError, ValueError) as error:  # reading; a stream that changes its form on the way
        found = replace(facts, fault="broken", fault_detail=str(error))
    if any(file.is_over for file in bounded):
        found = replace(found, fault=None, is_estimate=True)
        return found.with_note(" was not read to its end: that would take too long")
    return found


def _probe(
    media: Media,
    facts: MediaFacts,
    options: Mapping[str, str],
    bounded: list[BoundedFile],
    *,
    is_last: bool = False,
) -> MediaFacts | None:
    """Read a file; None when it has more streams than were known, unless it is the last attempt."""
    with media.open() as file:
        bounded.append(BoundedFile(file))
        with open_container(bounded[-1], **options) as container:
            scan = scan_packets(container, facts, is_stored=media.stored is not None)
            if scan.has_late_streams and not is_last:
                return None
            return _measure(container, media, facts, scan)


# ----------------------------------------------------------------------------------------- streams


def _measure(
    container: InputContainer, media: Media, facts: MediaFacts, scan: PacketScan
) -> MediaFacts:
    streams = container.streams
    pictures = [] if _is_still(container, facts) else [s for s in streams.video if not is_cover(s)]
    videos, audios = [*filter(_is_known, pictures)], [*filter(_is_known, streams.audio)]
    if len(videos) < len(pictures) or len(audios) < len(streams.audio):
        facts = facts.with_note(" has streams of a kind that is not known here")
    facts = replace(
        facts,
        # Another FFmpeg may know what this one does not.
        has_video=bool(videos) or (None if pictures else False),
        has_audio=bool(audios) or (None if streams.audio else False),
        format=_format_of(container, facts.format, audios),
    )
    if scan.is_whole:
        if videos and not scan.with_content(videos):
            facts = replace(facts.with_note(" has a video track without content"), has_video=None)
        if audios and not scan.with_content(audios):
            facts = replace(facts.with_note(" has an audio track without content"), has_audio=None)
    is_listed = scan.is_whole or _lists_streams(container)
    is_large = (facts.size_bytes or 0) > _PROBED_BYTES
    if scan.has_late_streams or not is_listed or (is_large and may_hide_streams(container)):
        facts = replace(facts, has_video=facts.has_video or None, has_audio=facts.has_audio or None)
    facts = _add_pictures(facts, scan.with_content(videos))
    if scan.encrypted:
        return replace(facts, fault="encrypted")
    if not videos and not audios:
        return facts
    return _add_duration(container, media, facts, scan, videos, audios)


def _is_still(container: InputContainer, facts: MediaFacts) -> bool:
    name = container.format.name
    is_heif_photo = (
        facts.format is not None and facts.format.name == "heif" and container.duration is None
    )
    return is_heif_photo or name in ("image2", "ico") or name.endswith("_pipe")


def _is_known(stream: Stream) -> bool:
    # PyAV gives no context to a stream that FFmpeg has no decoder for, whatever its types say.
    return getattr(stream, "codec_context", None) is not None


def _lists_streams(container: InputContainer) -> bool:
    """Return whether the format has a list of all of its streams at the beginning."""
    return not container.format.name.startswith(("flv", "mpeg"))


def _add_pictures(facts: MediaFacts, videos: Sequence[VideoStream]) -> MediaFacts:
    best = best_video(videos)
    if best is None:
        return facts
    sizes = {(one.codec_context.width, one.codec_context.height) for one in videos}
    size = best.codec_context.width, best.codec_context.height
    others = tuple(sorted(sizes - {size}))
    if others:
        shown = " and ".join(f"{width}x{height}" for width, height in others)
        facts = facts.with_note(
            f" has other video tracks of {shown}: which is embedded is not known"
        )
    return replace(
        facts,
        width_px=size[0] or None,
        height_px=size[1] or None,
        pixel_aspect_ratio=float(best.sample_aspect_ratio or 1),
        other_sizes_px=others,
    )


def _format_of(
    container: InputContainer, sniffed: Format | None, audios: Sequence[Stream]
) -> Format:
    """Return the format that FFmpeg found, which looks closer, unless its name lists several."""
    name, codec = container.format.name, audios[0].codec_context.name if audios else "no"
    # A-law, mu-law and VIDC sound have names like that of uncompressed sound.
    is_linear = codec.startswith(("pcm_s", "pcm_u", "pcm_f"))
    if name == "wav" and not is_linear:
        return Format("wav-compressed", f"WAV with {codec} sound", "audio")
    if name == "mp3" and not codec.startswith("mp3"):
        return Format("mpeg-audio", f"MPEG audio with {codec} sound", "audio")
    kind: FormatKind = "video" if container.streams.video else "audio"
    other = Format(name, container.format.long_name, kind, may_hold_video=True)
    return FORMATS.get(name) or sniffed or other


# ---------------------------------------------------------------------------------------- duration


def _add_duration(
    container: InputContainer,
    media: Media,
    facts: MediaFacts,
    scan: PacketScan,
    videos: Sequence[VideoStream],
    audios: Sequence[Stream],
) -> MediaFacts:
    """Add the duration, and whether the file was cut off."""
    declared_sec = None if container.duration is None else container.duration / 1_000_000
    if not scan.is_whole:
        return _add_declared_duration(container, facts, declared_sec)
    length_sec = _length_sec(scan, videos, audios)
    if length_sec is None:
        return replace(facts, fault="broken", fault_detail="it has no content")
    end_sec = max(end for _, end in scan.spans.values())
    missing_sec = (declared_sec or 0.0) - end_sec
    cut_off = _is_cut_off(media, facts, container.streams, scan.last)
    lacks_much = is_declaring(container) and missing_sec > max(
        _MISSING_SEC, _MISSING_PART * (declared_sec or 0.0)
    )
    if lacks_much and cut_off and not _has_fragments(media, facts):
        detail = f"of {declared_sec:.1f} s, {missing_sec:.1f} s are missing"
        return replace(facts, fault="truncated", fault_detail=detail)
    if lacks_much and not cut_off:
        facts = facts.with_note(f" has {end_sec:.1f} s, and its header states {declared_sec:.1f} s")
    elif cut_off:
        facts = facts.with_note(": its last part is missing, which most readers ignore")
    if not videos:
        # The silence that encoders put around sound is in the packets, but does not count.
        stated = (declared_sec, *(to_sec(one.duration, one.time_base) for one in audios))
        near = [sec for sec in stated if sec and 0 <= length_sec - sec < _PADDING_SEC]
        length_sec = min([length_sec, *near])
    if scan.is_ambiguous:
        facts = facts.with_note(": its clock jumps, so that its duration is an estimate")
    duration_sec = round(length_sec, 3) or None
    return replace(facts, duration_sec=duration_sec, is_estimate=scan.is_ambiguous)


def _length_sec(
    scan: PacketScan, videos: Sequence[VideoStream], audios: Sequence[Stream]
) -> float | None:
    """Return the length of pictures and sound together, without the padding of the sound."""
    shown, heard = scan.span(videos), scan.span(audios)
    if shown is None or heard is None:
        span = shown or heard
        return None if span is None else span[1] - span[0]
    start_sec = shown[0] if heard[0] > shown[0] - _PADDING_SEC else heard[0]
    end_sec = shown[1] if heard[1] < shown[1] + _PADDING_SEC else heard[1]
    return end_sec - start_sec


def _add_declared_duration(
    container: InputContainer, facts: MediaFacts, declared_sec: float | None
) -> MediaFacts:
    facts = facts.with_note(" was not read to its end, because it is large")
    if declared_sec is None:
        return facts
    found = replace(facts, duration_sec=declared_sec)
    if not is_declaring(container):
        return replace(found, is_estimate=True).with_note(": its duration is an estimate")
    if container.format.name.startswith("mov"):
        return found  # its header lists all samples
    end_sec = read_end_sec(container, declared_sec)
    if end_sec is None:
        return replace(found, is_estimate=True)
    if declared_sec - end_sec <= max(_MISSING_SEC, _MISSING_PART * declared_sec):
        return found
    what = f" ends at {end_sec:.1f} s, and its header states {declared_sec:.1f} s"
    return replace(found, duration_sec=end_sec, is_estimate=True).with_note(what)


def _has_fragments(media: Media, facts: MediaFacts) -> bool:
    with media.open() as file:
        name = facts.format.name if facts.format else ""
        return has_fragments(file, facts.size_bytes or 0, name)


def _is_cut_off(
    media: Media,
    facts: MediaFacts,
    streams: Iterable[Stream],
    last: Packet[Any] | None = None,
) -> bool:
    """Return whether the structure of a file that has less than stated shows a missing end."""
    if facts.format is None or not facts.size_bytes:
        return False
    if facts.format.name == "flac":
        return last is not None and is_cut_off_flac(bytes(last))
    size_bytes = facts.size_bytes
    for stream in streams:
        entries = stream.index_entries
        if len(entries) and (entries[-1].pos or 0) + entries[-1].size > size_bytes:
            return True
    with media.open() as file:
        return is_cut_off(file, size_bytes, facts.format.name)
