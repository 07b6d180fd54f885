"""Draw on pictures: fit, paste, and lettering that is the same on every machine."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.accuracy.records import Rgb

Colour = tuple[int, int, int]
Motion = tuple[NDArray[np.float64], NDArray[np.float64]]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


def plain_picture(width_px: int, height_px: int, colour: Colour = BLACK) -> Rgb:
    """Give a picture of one colour."""
    return np.full((height_px, width_px, 3), colour, np.uint8)


def resize(rgb: Rgb, width_px: int, height_px: int) -> Rgb:
    """Scale to a size, whatever becomes of the proportions."""
    smaller = width_px < rgb.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(rgb, (max(1, width_px), max(1, height_px)), interpolation=how).astype(np.uint8, copy=False)


def fit(rgb: Rgb, width_px: int, height_px: int) -> tuple[Rgb, int, int]:
    """Scale to fit into a box: the picture, and where it stands in the middle of the box."""
    height, width = rgb.shape[:2]
    scale = min(width_px / width, height_px / height)
    small = resize(rgb, round(width * scale), round(height * scale))
    return small, (width_px - small.shape[1]) // 2, (height_px - small.shape[0]) // 2


def fit_on(rgb: Rgb, canvas: Rgb) -> Rgb:
    """Fit a picture into the middle of a copy of a canvas."""
    if rgb.shape == canvas.shape:
        return rgb
    small, left, top = fit(rgb, canvas.shape[1], canvas.shape[0])
    result = canvas.copy()
    result[top : top + small.shape[0], left : left + small.shape[1]] = small
    return result


def fill(rgb: Rgb, width_px: int, height_px: int, at_x: float = 0.5, at_y: float = 0.5) -> Rgb:
    """Scale and cut to fill a box; ``at_x`` and ``at_y`` (0 to 1) say which part stays."""
    height, width = rgb.shape[:2]
    scale = max(width_px / width, height_px / height)
    wide, high = min(width, round(width_px / scale)), min(height, round(height_px / scale))
    left, top = round((width - wide) * at_x), round((height - high) * at_y)
    return resize(rgb[top : top + high, left : left + wide], width_px, height_px)


def blend(rgb: Rgb, layer: NDArray[np.uint8], left: int, top: int) -> None:
    """Lay a (h, w, 4) picture with opacity onto a picture, in place; what stands outside is cut off."""
    height, width = rgb.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + layer.shape[1]), min(height, top + layer.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = layer[y0 - top : y1 - top, x0 - left : x1 - left]
    opacity = part[..., 3:].astype(np.uint16)
    under = rgb[y0:y1, x0:x1]
    rgb[y0:y1, x0:x1] = ((part[..., :3] * opacity + under * (255 - opacity)) // 255).astype(np.uint8)


@cache
def lettering(text: str, size_px: int, colour: Colour = WHITE, outline: Colour | None = None) -> NDArray[np.uint8]:
    """Give lines of text as (h, w, 4) uint8, as tight as they are; the font comes with Pillow."""
    font = ImageFont.load_default(size_px)
    stroke = max(1, size_px // 14) if outline else 0
    bold = max(0, size_px // 40)
    probe = ImageDraw.Draw(Image.new("RGBA", (1, 1)))
    left, top, right, bottom = probe.multiline_textbbox((0, 0), text, font, stroke_width=stroke + bold, align="center")
    image = Image.new("RGBA", (round(right - left) + 2, round(bottom - top) + 2), (*(outline or colour), 0))
    ImageDraw.Draw(image).multiline_text(
        (1 - left, 1 - top),
        text,
        (*colour, 255),
        font,
        stroke_width=stroke + bold,
        stroke_fill=(*(outline or colour), 255),
        align="center",
    )
    return np.asarray(image)


def fitted_lettering(text: str, size_px: int, width_px: int, colour: Colour = WHITE) -> NDArray[np.uint8]:
    """Give text as ``lettering`` does, smaller where it would be wider than ``width_px``."""
    letters = lettering(text, size_px, colour)
    if letters.shape[1] <= width_px:
        return letters
    return lettering(text, max(6, int(size_px * width_px / letters.shape[1])), colour)


def write_in(rgb: Rgb, text: str, size_px: int, box: tuple[int, int, int, int], colour: Colour = WHITE) -> None:
    """Write text into the middle of a box (left, top, width, height in pixels), in place."""
    left, top, width, height = box
    letters = fitted_lettering(text, size_px, int(width * 0.94), colour)
    blend(rgb, letters, left + (width - letters.shape[1]) // 2, top + (height - letters.shape[0]) // 2)


def wander(chance: np.random.Generator) -> Motion:
    """Give frequencies (Hz) and phases of a smooth, aimless motion for ``wandered``."""
    return chance.uniform(0.25, 1.7, (3, 3)), chance.uniform(0, 2 * np.pi, (3, 3))


def wandered(motion: Motion, seconds: float) -> NDArray[np.float64]:
    """Give three values within 1 of 0 that change smoothly with time."""
    rates, phases = motion
    waves = np.sin(2 * np.pi * rates * seconds + phases)
    return np.asarray(waves.mean(axis=1), np.float64)
