"""Pictures of local files: an image as a viewer shows it, frames of a video at given times."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from attrs import define, frozen

from twelvelabs_embed.validation.av_container import DECODER_OPTIONS, best_video, open_container

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PIL import Image

_SIZE_PX = (160, 120)
_QUALITY = 60
_MAX_JPEG_PIXELS = 200_000_000  # decoded at an eighth of each side
_PICTURE_FRAMES = 750  # decoded at most for one picture: videos may have few key frames
_TOTAL_PIXELS = 20_000_000_000  # decoded at most for all pictures: up to a minute
_STEPS_BACK_SEC = (0, 5, 10, 20, 40, 80)  # a seek in some formats does not end at a key frame


def image_thumbnail(path: Path) -> bytes:
    """Return a small JPEG of an image: upright, on white where it is transparent."""
    from PIL import Image

    # Pillow warns of damaged EXIF data.
    with warnings.catch_warnings(action="ignore"), _open_image(path) as image:
        image.draft("RGB", (2 * _SIZE_PX[0], 2 * _SIZE_PX[1]))  # JPEG: much less work
        image.load()
        shown = _as_8_bits(_upright(image))
    if shown.has_transparency_data:
        shown = shown.convert("RGBA")
        shown.thumbnail(_SIZE_PX)
        shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
    return _jpeg(shown)


def _open_image(path: Path) -> Image.Image:
    from PIL import Image, JpegImagePlugin

    try:
        # `Image.open` would warn of a large photo, and reject a larger one.
        photo: Image.Image = JpegImagePlugin.JpegImageFile(path)
    except SyntaxError:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(path, formats=("PNG", "WEBP"))
    if photo.width * photo.height > _MAX_JPEG_PIXELS:
        photo.close()
        raise ValueError("the image has too many pixels")
    return photo


def _upright(image: Image.Image) -> Image.Image:
    """Return an image as its EXIF data says that it was taken, if they can be read."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # whichever the damage is, the picture is there
        return image


def _as_8_bits(image: Image.Image) -> Image.Image:
    """Return grey of 16 bits as 8 bits, which `convert` would clip to white."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")


def _jpeg(image: Image.Image) -> bytes:
    small = image.convert("RGB")
    small.thumbnail(_SIZE_PX)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()


# ------------------------------------------------------------------------------------------ videos


@frozen
class Span:
    """A part of a video to make a picture of."""

    start_sec: float
    end_sec: float

    @property
    def middle_sec(self) -> float:
        return (self.start_sec + self.end_sec) / 2


@define
class FrameReader:
    """Reads frames of videos.

    Attributes:
        left_pixels: how many pixels may still be decoded, for all videos together
    """

    left_pixels: int = _TOTAL_PIXELS

    def read(self, path: Path, spans: Sequence[Span]) -> Iterator[tuple[float, bytes]]:
        """Yield the time and a small JPEG of a frame of each span, where there is one within reach.

        The frame is one that is shown within the span, or there is none.
        """
        with path.open("rb") as file, open_container(file) as container:
            known = [one for one in container.streams.video if one.codec_context]
            stream = best_video(known)
            if stream is None:
                return
            stream.codec_context.skip_frame = "NONREF"  # half of the work
            stream.codec_context.options = DECODER_OPTIONS  # a frame may be larger than stated
            for span in spans:
                if (frame := self._frame(container, stream, span)) is not None:
                    yield round(_shown_sec(frame, stream), 3), _jpeg(_as_image(frame, stream))

    def _frame(
        self, container: InputContainer, stream: VideoStream, span: Span
    ) -> VideoFrame | None:
        """Return the first frame that is found in a span, starting at a key frame before."""
        left = _PICTURE_FRAMES
        for back_sec in _STEPS_BACK_SEC:
            at_sec = span.middle_sec - back_sec
            origin_sec = _origin_sec(stream)
            # Not to the first frame itself, which might be skipped.
            start_sec = origin_sec + at_sec if at_sec > 0 else min(origin_sec, 0)
            container.seek(int(start_sec * 1_000_000))
            for frame in container.decode(stream):
                left -= 1
                self.left_pixels -= frame.width * frame.height
                shown_sec = _shown_sec(frame, stream)
                if span.start_sec <= shown_sec < span.end_sec and not frame.is_corrupt:
                    return frame
                if shown_sec >= span.end_sec:
                    break
                if left <= 0 or self.left_pixels <= 0:
                    return None
            if at_sec <= 0:
                break
        return None


def _origin_sec(stream: VideoStream) -> float:
    return float((stream.start_time or 0) * (stream.time_base or 0))


def _shown_sec(frame: VideoFrame, stream: VideoStream) -> float:
    return (frame.time or 0) - _origin_sec(stream)


def _as_image(frame: VideoFrame, stream: VideoStream) -> Image.Image:
    """Return a frame as a player shows it: with square pixels, upright."""
    height_px = _SIZE_PX[1]
    width_px = frame.width * float(stream.sample_aspect_ratio or 1) * height_px / frame.height
    # PyAV's stubs lack this method.
    small: Image.Image = cast(Any, frame).to_image(
        width=max(1, min(round(width_px), 2 * _SIZE_PX[0])), height=height_px
    )
    return small.rotate(frame.rotation, expand=True) if frame.rotation else small
