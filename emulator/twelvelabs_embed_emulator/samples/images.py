"""Images: drawn scenes with something that moves."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw

PathLike: TypeAlias = str | os.PathLike[str]

SCENES = ("beach", "station", "kitchen")
"""The names of the drawn scenes. A number means the scene at that place; numbers from 3 on are
abstract pictures, each different."""


def image(
    path: PathLike,
    *,
    width: int = 640,
    height: int = 480,
    scene: str | int = "beach",
    quality: int = 90,
) -> Path:
    """Write a picture of `width` x `height` pixels; the suffix of `path` picks the format.

    Any suffix that Pillow can write will do (`.jpg`, `.png`, and `.gif` or `.bmp` for a format that
    the API rejects). `scene` is a name or number of `SCENES`. `quality` is for JPEG, 1 to 95.
    """
    path = Path(path)
    draw_scene(scene, width, height, progress=0.5).save(path, quality=quality)
    return path


def draw_scene(scene: str | int, width: int, height: int, *, progress: float) -> Image.Image:
    """Draw `scene` as it looks at `progress` (0 to 1) of its time: things move."""
    number = SCENES.index(scene) if isinstance(scene, str) else scene
    picture = Image.new("RGB", (width, height))
    canvas = _Canvas(picture)
    if number < len(_PAINTERS):
        _PAINTERS[number](canvas, progress)
    else:
        _paint_abstract(canvas, progress, number)
    return picture


class _Canvas:
    """Draws shapes whose corners are given as parts (0 to 1) of the width and height."""

    def __init__(self, picture: Image.Image) -> None:
        self._draw = ImageDraw.Draw(picture)
        self._width, self._height = picture.size

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self._draw.rectangle(self._pixels(left, top, right, bottom), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        flat = radius * self._height / self._width  # round whatever the shape of the picture
        corners = self._pixels(x - flat, y - radius, x + flat, y + radius)
        self._draw.ellipse(corners, fill=colour)

    def _pixels(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        w, h = self._width, self._height
        return (left * w, top * h, right * w, bottom * h)


def _paint_beach(canvas: _Canvas, progress: float) -> None:
    canvas.box(0, 0, 1, 0.45, "#8fc9f2")  # sky
    canvas.disc(0.82, 0.16, 0.09, "#ffe45c")  # sun
    canvas.box(0, 0.45, 1, 0.62, "#1f6fb5")  # sea
    canvas.box(0, 0.62, 1, 1, "#e8cf91")  # sand
    man = 0.15 + 0.5 * progress
    canvas.box(man, 0.5, man + 0.05, 0.85, "#5a2d82")
    canvas.disc(man + 0.025, 0.45, 0.055, "#f0b58a")
    canvas.box(man + 0.13, 0.73, man + 0.25, 0.82, "#3b2413")  # dog
    canvas.disc(man + 0.26, 0.71, 0.045, "#3b2413")


def _paint_station(canvas: _Canvas, progress: float) -> None:
    canvas.box(0, 0, 1, 1, "#2c3038")
    canvas.box(0, 0, 1, 0.12, "#4a515c")  # roof
    canvas.box(0, 0.85, 1, 1, "#6d6f73")  # platform
    train = -0.2 + 0.9 * progress
    canvas.box(train, 0.3, train + 0.8, 0.8, "#b3122a")
    for window in range(5):
        left = train + 0.06 + 0.145 * window
        canvas.box(left, 0.38, left + 0.1, 0.55, "#f7f3c6")
    for post in range(4):
        canvas.box(0.1 + 0.25 * post, 0.12, 0.12 + 0.25 * post, 0.85, "#15171b")


def _paint_kitchen(canvas: _Canvas, progress: float) -> None:
    canvas.box(0, 0, 1, 0.7, "#dfeee0")  # wall
    for tile in range(0, 10, 2):
        canvas.box(tile / 10, 0.1, (tile + 1) / 10, 0.25, "#4d9a5b")
    canvas.box(0, 0.7, 1, 1, "#7a4a21")  # table
    canvas.disc(0.5, 0.58, 0.26, "#8d99a6")  # pot
    canvas.disc(0.5, 0.5, 0.19, "#f08a1d")  # soup
    for bubble in range(4):
        rise = (progress * 2 + bubble / 4) % 1
        canvas.disc(0.38 + 0.08 * bubble, 0.4 - 0.35 * rise, 0.035, "#ffffff")


def _paint_abstract(canvas: _Canvas, progress: float, number: int) -> None:
    random = np.random.Generator(np.random.PCG64(number))
    colours = [f"#{value:06x}" for value in random.integers(0, 0xFFFFFF, size=7).tolist()]
    canvas.box(0, 0, 1, 1, colours[0])
    for colour, (x, y, size) in zip(colours[1:], random.random((6, 3)).tolist(), strict=True):
        canvas.disc((x + 0.3 * progress) % 1, y, 0.08 + 0.2 * size, colour)


_PAINTERS: tuple[Callable[[_Canvas, float], None], ...] = (
    _paint_beach,
    _paint_station,
    _paint_kitchen,
)
