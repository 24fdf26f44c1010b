"""Media probing: what can be known of media before it is sent. Faults are facts, not errors.

PyAV, of the extra `[media]`, is imported only when a recording is probed.
"""

from __future__ import annotations

import io
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from attrs import evolve
from msgspec.structs import replace

from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.inputs import Input, MultiInput, Text
from twelvelabs_embed.inputs.faults import fault_of
from twelvelabs_embed.inputs.media import Media, read_head
from twelvelabs_embed.limits import InputType
from twelvelabs_embed.limits.file_signatures import sniff
from twelvelabs_embed.validation.image_structure import ImageStructure, read_jpeg, read_png
from twelvelabs_embed.validation.media_facts import NO_MEDIA, MediaFacts
from twelvelabs_embed.validation.packet_scan import STORE_SCAN_BYTES, WHOLE_SCAN_BYTES
from twelvelabs_embed.validation.recording_probe import probe_recording

__all__ = ["NO_MEDIA", "MediaFacts", "inspect_media", "look_up", "probe"]

_IMAGE_READERS: Mapping[str, Callable[[BinaryIO], ImageStructure]] = {
    "jpeg": read_jpeg,
    "png": read_png,
}


def probe(media: Media, input_type: InputType | None = None) -> MediaFacts:
    """Find out what can be known of media without sending it. Faults are facts, not errors.

    Nothing is decoded: of images, the structure is read, and audio and video are read through to
    their end. Links and assets are left alone. Without the extra `[media]`, size and format are
    what is known of audio and video.

    Args:
        media: what to look at
        input_type: what it is to be embedded as; the format decides when omitted
    """
    if media.kind == "url":
        facts = MediaFacts(via="url", label=media.label)
        return facts.with_note(" was not downloaded: nothing is known of the file")
    if media.kind == "asset":
        facts = MediaFacts(via="asset", label=media.label)
        return facts.with_note(" was not looked up: nothing is known of the file")
    facts = _probe_file(media)
    if facts.fault:
        return facts
    try:
        return _probe_content(media, facts, input_type)
    except (
        Exception
    ) as error:  # a fault of a library, or a file that vanishes, is none of the media
        return facts.with_note(f" could not be inspected ({type(error).__name__}: {error})")


def inspect_media(input: Input) -> MediaFacts:
    """Inspect the media of an input; nothing for `Text`. Of `MultiInput`, it is in `sources`."""
    if isinstance(input, Text):
        return NO_MEDIA
    if isinstance(input, MultiInput):
        sources = tuple(probe(one.input.media, one.input.input_type) for one in input.sources)
        notes = tuple(note for facts in sources for note in facts.notes)
        return MediaFacts(sources=sources, notes=notes)
    return probe(input.media, input.input_type)


def look_up(media: Media) -> MediaFacts:
    """Find out what decides how an object in a store is sent, without reading it."""
    assert media.stored is not None
    link_host = media.stored.link_host()
    return MediaFacts(label=media.label, size_bytes=media.size_bytes, link_host=link_host)


def _probe_file(media: Media) -> MediaFacts:
    facts = MediaFacts(label=media.label)
    try:
        if media.stored is not None:
            facts = look_up(media)
        if isinstance(media.value, Path):
            mode = media.value.stat().st_mode
            if stat.S_ISDIR(mode):
                return replace(facts, fault="directory")
            if not stat.S_ISREG(mode):
                # Pipes and devices have no known size before they are read, and are read once.
                return replace(facts, fault="unreadable", fault_detail="not a regular file")
        size_bytes = media.size_bytes
        if not size_bytes:
            return replace(facts, size_bytes=0, fault="empty")
        return replace(facts, size_bytes=size_bytes, format=sniff(read_head(media)))
    except InvalidInputError as error:
        cause = error.__cause__
    except (OSError, ValueError) as error:
        cause = error
    fault, detail = fault_of(cast(OSError, cause))
    return replace(facts, fault=fault, fault_detail=detail)


def _probe_content(media: Media, facts: MediaFacts, input_type: InputType | None) -> MediaFacts:
    form = facts.format
    if input_type in ("audio", "video"):
        return probe_recording(media, facts)
    if form is not None and (read := _IMAGE_READERS.get(form.name)):
        return _probe_image(media, facts, read)
    if input_type is None and (form is None or form.kind in ("audio", "video")):
        return probe_recording(media, facts)
    return facts


def _probe_image(
    media: Media, facts: MediaFacts, read: Callable[[BinaryIO], ImageStructure]
) -> MediaFacts:
    if (facts.size_bytes or 0) > WHOLE_SCAN_BYTES:
        return facts.with_note(" was not inspected, because it is large")
    is_partial = media.stored is not None and (facts.size_bytes or 0) > STORE_SCAN_BYTES
    with media.open() as file:
        # Of an object in a store, the header will do.
        found = read(io.BytesIO(file.read(STORE_SCAN_BYTES)) if is_partial else file)
    if is_partial and found.fault == "truncated":
        found = evolve(found, fault=None, detail="", note="it was not read to its end")
    facts = replace(
        facts,
        width_px=found.width_px,
        height_px=found.height_px,
        fault=found.fault,
        fault_detail=found.detail,
    )
    return facts.with_note(f": {found.note}") if found.note else facts
