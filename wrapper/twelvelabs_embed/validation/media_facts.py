"""Facts about media: what can be known of it before it is sent."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from twelvelabs_embed.inputs.faults import Fault
from twelvelabs_embed.limits import LinkHost, Via
from twelvelabs_embed.limits.file_signatures import Format

__all__ = ["NO_MEDIA", "MediaFacts"]


class MediaFacts(Struct, frozen=True, kw_only=True):
    """What is known of media before it is sent. None stands for not known.

    Attributes:
        via: how it reaches the service: `inline`, `url` or `asset`
        label: what messages call it
        size_bytes: the size of the file
        format: the format, by content
        fault: why it cannot be embedded at all
        fault_detail: more about that, for the message
        width_px: the width of the pictures as they are stored
        height_px: their height
        pixel_aspect_ratio: the width of a pixel by its height
        other_sizes_px: width and height of the other video tracks, where there are several
        duration_sec: how long it is, from the first picture or sound to the last
        is_estimate: whether the duration is an estimate, which may be far from the truth
        has_video: whether it has moving pictures; a cover picture is none
        has_audio: whether it has sound
        notes: what could not be found out, and why
        sources: what is known of each source, of what is combined of several
        link_host: where a presigned link to an object in a store leads; None when there is none
    """

    via: Via = "inline"
    label: str = "the data"
    size_bytes: int | None = None
    format: Format | None = None
    fault: Fault | None = None
    fault_detail: str = ""
    width_px: int | None = None
    height_px: int | None = None
    pixel_aspect_ratio: float = 1.0
    other_sizes_px: tuple[tuple[int, int], ...] = ()
    duration_sec: float | None = None
    is_estimate: bool = False
    has_video: bool | None = None
    has_audio: bool | None = None
    notes: tuple[str, ...] = ()
    sources: tuple[MediaFacts, ...] = ()
    link_host: LinkHost | None = None

    @property
    def is_silent(self) -> bool:
        """Whether there are pictures and no sound."""
        return self.has_video is True and self.has_audio is False

    def with_note(self, note: str) -> MediaFacts:
        """Return the facts with another note, which begins with what messages call the media."""
        return replace(self, notes=(*self.notes, f"{self.label}{note}"))


NO_MEDIA = MediaFacts()
"""What is known of the media of an input that has none."""
