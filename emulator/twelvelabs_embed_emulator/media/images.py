"""Images: validation and thumbnails."""

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.limits import check_image
from twelvelabs_embed_emulator.media.sources import Media

THUMBNAIL_PX = 64
"""The side of a thumbnail."""


def open_image(media: Media, name: str) -> npt.NDArray[np.uint8]:
    """Validate an image and return its thumbnail in RGB, shape (64, 64, 3).

    The orientation that a camera notes in the file is ignored. `name` is that of the field, for
    messages.

    Raises:
        ApiError: the file is not a JPEG or PNG, broken, or too small.
    """
    side = THUMBNAIL_PX
    try:
        with media.open() as file, Image.open(file, formats=("JPEG", "PNG")) as image:
            check_image(name, *image.size)
            image.draft("RGB", (4 * side, 4 * side))  # a JPEG can be decoded small at once
            return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BOX))
    except UnidentifiedImageError:
        raise bad_request(name, "the file is not a JPEG or PNG image") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        reason = f"the image has more pixels than the emulator reads: {error}"
        raise bad_request(name, reason) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise bad_request(name, f"the image is broken: {error}") from error
