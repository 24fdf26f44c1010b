"""Replacement of a folder by another one, in one step."""

import ctypes
import os
import sys
from pathlib import Path

_EXCHANGE = 2
"""RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS."""
_FUNCTIONS = {"linux": ("renameat2", -100), "darwin": ("renameatx_np", -2)}
"""By platform: the C function, and AT_FDCWD, which makes paths relative to the working folder."""


def replace_folder(new: Path, place: Path) -> None:
    """Put a folder in the place of another one; the old one, if any, is then where `new` was.

    At any moment one of them is at `place`, whole, even if the process is killed.

    Raises:
        OSError: the file system cannot exchange folders; nothing has changed.
    """
    if not place.exists():
        new.rename(place)
        return
    name, here = _FUNCTIONS[sys.platform]
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    if function(here, os.fsencode(new), here, os.fsencode(place), _EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(place))
