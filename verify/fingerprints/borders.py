"""Find the black borders around a picture by what stays black over a stretch of time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLACK_LUMA = 24
"""Full-range luma up to which a border pixel is black; coded black with its ringing stays below, night skies above."""

BLACK_RATIO = 0.98
"""Share of a line that must be black, so that a few specks of compression noise do not hold a border open."""

MAX_BORDER_RATIO = 0.4
"""A side is never cut by more than this share of the picture: beyond it there is no picture left to compare."""


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
    rows = black.mean(axis=1) >= BLACK_RATIO
    top, bottom = _leading(rows), _leading(rows[::-1])
    inner = black[top : len(rows) - bottom]
    if not inner.size:
        return Borders(left=0, top=0, right=0, bottom=0)
    columns = inner.mean(axis=0) >= BLACK_RATIO
    return Borders(left=_leading(columns), top=top, right=_leading(columns[::-1]), bottom=bottom)


def _leading(black_lines: NDArray[np.bool_]) -> int:
    count = len(black_lines) if black_lines.all() else int(np.argmin(black_lines))
    return min(count, int(len(black_lines) * MAX_BORDER_RATIO))
