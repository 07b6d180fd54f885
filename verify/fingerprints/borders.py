"""Find the black borders around a picture by what stays black over a stretch of time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLACK_LUMA = 24
"""Full-range luma up to which a border pixel is black; coded black with its ringing stays below, night skies above."""

BLACK_RATIO = 0.98
"""Share of a line that must be black, so that a few specks of compression noise do not hold a border open."""

MAX_BORDER_RATIO = 0.4
"""What takes more than this share of the picture on one side is no border."""

EDGE_LINES = 3
EDGE_LIT_RATIO = 0.5
"""A border ends where the picture begins, at once: of the first lines behind it at least this share is not black. The
dark side of a scene fades out instead, and stays. Where the picture itself is dark at its edge, bars are told by being
equal on both sides."""

EQUAL_LINES = 2
EQUAL_RATIO = 0.1
"""Two sides are equal within so many lines, or within this share of the wider one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """Black lines to remove on each side, in pixels of the picture they were found in."""

    left: int
    top: int
    right: int
    bottom: int

    def remove(self, luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Give the (H, W) picture without its borders."""
        height, width = luma.shape
        return luma[self.top : height - self.bottom, self.left : width - self.right]


def find_borders(brightest: NDArray[np.uint8]) -> Borders:
    """Find the borders of a stretch of video.

    Args:
        brightest: (H, W) uint8, the brightest value that each pixel took in the stretch: a border stays black in it,
            while a dark scene shows what moved or lit up.
    """
    black = brightest <= BLACK_LUMA
    top, bottom = _borders(black)
    inner = black[top : len(black) - bottom].T
    left, right = _borders(inner)
    return Borders(left=left, top=top, right=right, bottom=bottom)


def _borders(black: NDArray[np.bool_]) -> tuple[int, int]:
    """Count the black lines that a (lines, pixels) picture begins and ends with, as far as they are borders."""
    first, last = _leading(black), _leading(black[::-1])
    if abs(first - last) <= max(EQUAL_LINES, EQUAL_RATIO * max(first, last)):
        return first, last
    return first * _begins_at_once(black[first:]), last * _begins_at_once(black[::-1][last:])


def _leading(black: NDArray[np.bool_]) -> int:
    lines = black.mean(axis=1) >= BLACK_RATIO
    count = 0 if lines.all() else int(np.argmin(lines))
    return count if count <= MAX_BORDER_RATIO * len(black) else 0


def _begins_at_once(picture: NDArray[np.bool_]) -> bool:
    return bool(1 - picture[:EDGE_LINES].mean() >= EDGE_LIT_RATIO)
