"""Ways in which the picture of a reference may lie in a still: hashed as if each were true.

A frame hash is of a whole picture, and a screenshot seldom is one: it was cut, or bars with lettering were laid over
it. So the still is laid into larger pictures of which it may be a part, what is missing is filled with the colours of
its edge, and each of them is hashed. Where the reference is proposed by local features, their map says how it lies.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.borders import Borders, find_borders
from verify.fingerprints.frame_hash import hash_pictures
from verify.matches.feature_frames import UNIT
from verify.matches.frames import Frames

Luma = NDArray[np.uint8]

VIEW_SIDE_PX = 128
"""Longer side of the still when its views are made: twice what the hash resolves."""

SHARES = (0.7, 0.76, 0.83, 0.9)
PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Sizes of the still in the picture it may be cut from, along either side, and where it may lie in the rest."""

ASPECTS = (16 / 9, 4 / 3, 9 / 16)
OTHER_ASPECT = 1.08
CUT_SHARES = (0.85, 1.0)
CUT_PLACES = (0.0, 1 / 6, 1 / 3, 0.5, 2 / 3, 5 / 6, 1.0)
"""Shapes that videos have; a still of a shape that differs by this factor may be cut to it, so that it fills one side
of the picture, or nearly."""

BAR_TOLERANCE_LUMA = 8
BAR_SHARE = 0.6
LARGEST_BAR = 0.4
LEAST_BAR_PX = 3
LEAST_INNER_PX = 32
"""A line is part of a bar if this share of it has the brightness of the bar: lettering takes the rest. What takes more
than two fifths of the picture on one side is no bar."""

EDGE_LINES = 3
EDGE_SHARE = 0.5
"""A bar ends at once: of the first lines behind it this share has another brightness. A sky goes on below a bird."""


@dataclass(frozen=True, slots=True)
class Views:
    """The views of a still.

    Attributes:
        frames: their hashes, all at second 0: those of the whole picture first, then those of it as a part.
        whole: how many are of the whole picture.
    """

    frames: Frames
    whole: int


def make_views(luma: Luma) -> Views:
    """Make the views of a still, (H, W) full-range luma."""
    height, width = luma.shape
    scale = VIEW_SIDE_PX / max(luma.shape)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
    whole = _whole_views(small)
    parts = [*_parts(small, SHARES, PLACES, 1.0)]
    for aspect in ASPECTS:
        factor = aspect * height / width
        if not 1 / OTHER_ASPECT < factor < OTHER_ASPECT:
            parts += _parts(small, CUT_SHARES, CUT_PLACES, factor)
    hashed = hash_pictures([*whole, *parts])
    count = len(hashed.codes)
    instants = np.zeros(count)
    frames = Frames(
        starts=instants,
        ends=instants,
        hashes=hashed.hashes.view(np.uint64),
        mirrored=hashed.mirrored.view(np.uint64),
        comparable=hashed.codes == 0,
        codes=hashed.codes,
        seconds=0.0,
    )
    return Views(frames, len(whole))


def fill_bars(luma: Luma) -> Luma:
    """Lay the colours of its edge over what may be bars beside or over the picture."""
    bars = _find_bars(luma)
    if bars is None:
        return luma
    return _surround(bars.remove(luma), bars)


def lay_back(luma: Luma, matrix: NDArray[np.float64], extent: tuple[float, float]) -> Luma:
    """Show a still as the reference showed it.

    Args:
        luma: (H, W) the still.
        matrix: (2, 3) maps a point of the reference to the still, both in 1/256 of the longer side.
        extent: width and height of the reference's picture, in the same unit.

    Returns:
        One pixel a unit; what the still does not show is filled with the colours of its edge.
    """
    size = max(1, round(extent[0])), max(1, round(extent[1]))
    pixels = matrix * (max(luma.shape) / UNIT)
    laid = cv2.warpAffine(
        luma, pixels, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(laid, np.uint8)


def _whole_views(small: Luma) -> list[Luma]:
    """Give the picture without black borders; where there may be bars, without them, and with them filled."""
    views = [find_borders(small).remove(small)]
    bars = _find_bars(small)
    return views if bars is None else [*views, bars.remove(small), _surround(bars.remove(small), bars)]


def _parts(small: Luma, shares: tuple[float, ...], places: tuple[float, ...], factor: float) -> list[Luma]:
    """Lay the still into larger pictures, of which it has the given shares; ``factor`` times as wide in shape."""
    height, width = small.shape
    found: dict[tuple[int, int, int, int], Luma] = {}
    for share in shares:
        beside = round(width * max(1.0, factor) / share) - width
        above = round(height * max(1.0, 1 / factor) / share) - height
        for left in {round(beside * place) for place in places}:
            for top in {round(above * place) for place in places}:
                borders = Borders(left=left, top=top, right=beside - left, bottom=above - top)
                found[left, top, beside, above] = _surround(small, borders)
    return [found[key] for key in sorted(found)]


def _surround(inner: Luma, borders: Borders) -> Luma:
    filled = cv2.copyMakeBorder(
        inner, borders.top, borders.bottom, borders.left, borders.right, borderType=cv2.BORDER_REPLICATE
    )
    return np.asarray(filled, np.uint8)


def _find_bars(luma: Luma) -> Borders | None:
    """Find flat bars at the edges, with lettering or without; None where there are none."""
    left, right, top, bottom = (_bar(lines) for lines in (luma.T, luma.T[::-1], luma, luma[::-1]))
    height, width = luma.shape
    inner = min(width - left - right, height - top - bottom)
    if max(left, right, top, bottom) < LEAST_BAR_PX or inner < LEAST_INNER_PX:
        return None
    return Borders(left=left, top=top, right=right, bottom=bottom)


def _bar(lines: Luma) -> int:
    alike = np.abs(lines.astype(np.int16) - int(np.median(lines[0]))) <= BAR_TOLERANCE_LUMA
    bar = alike.mean(axis=1) >= BAR_SHARE
    bar[int(LARGEST_BAR * len(lines)) :] = False
    count = int(np.argmin(bar))
    return count if 1 - alike[count : count + EDGE_LINES].mean() >= EDGE_SHARE else 0
