"""Compare the brightness of the parts of a still with that of a reference over time: what has moved by then tells when.

Before a camera that stands still, features and hashes say the same of many instants. The mean luma of the blocks of the
picture, kept three times a second, says where something stood: a still that is laid back onto the blocks misfits where
it stood elsewhere.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.matches.brightness import Courses

Values = NDArray[np.float32]

FEWEST_BLOCKS = 6
"""Fewer blocks of the reference in the still tell nothing."""

ROBUST_LUMA = 6.0
MOST_LUMA = 16.0
"""A block that misfits by the first weighs half as much in what contrast and brightness are taken for; none counts for
more than the second: it may be covered."""

LEAST_GAIN, MOST_GAIN = 0.3, 3.0
FLAT_LUMA = 50.0
"""Bounds of what contrast may have become, and the sum of squares by which it is held near 1 in a flat picture."""

ROUNDS = 4


def misfit_at(courses: Courses, times: NDArray[np.float64], seen: Values, inside: NDArray[np.bool_]) -> Values:
    """Give by how many luma the blocks of a still misfit those of a reference on average, at some instants.

    Between two samples a block may have any brightness between theirs: what moves fast is not held against the still.

    Args:
        courses: brightness of the reference over time.
        times: (n,) seconds.
        seen: (b,) mean luma of the still on each block of the reference, row by row.
        inside: (b,) blocks that lie in the still.

    Returns:
        (n,) misfits in luma of the reference, up to ``MOST_LUMA``; not a number where too few blocks lie in the still.
    """
    if inside.sum() < FEWEST_BLOCKS:
        return np.full(len(times), np.nan, np.float32)
    luma = courses.luma.reshape(len(courses.luma), -1)[:, inside]
    before = (np.searchsorted(courses.times, times, side="right") - 1).clip(0, len(luma) - 1)
    after = (before + 1).clip(0, len(luma) - 1)
    share = (times - courses.times[before]) / np.maximum(courses.times[after] - courses.times[before], 1e-6)
    share = share.clip(0, 1).astype(np.float32)[:, np.newaxis]
    first, last = luma[before], luma[after]
    middle = first * (1 - share) + last * share
    gains, rests = _nearer(_fit(seen[inside], middle, None), _fit(seen[inside], middle, ROBUST_LUMA))
    # What the still shows, as the reference would show it, against all that the block may have shown.
    shown = middle + rests / gains
    beyond = np.maximum(shown - np.maximum(first, last), np.minimum(first, last) - shown)
    return np.asarray(np.minimum(np.maximum(beyond, 0), MOST_LUMA).mean(axis=1), np.float32)


def blocks_of(laid: NDArray[np.uint8], courses: Courses) -> Values:
    """Give the (b,) mean luma of a picture, laid as the reference showed it, on each block of the reference."""
    rows, columns = courses.luma.shape[1:]
    means = cv2.resize(laid.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(means.ravel(), np.float32)


def _fit(seen: Values, blocks: Values, robust: float | None) -> tuple[Values, Values]:
    """Fit contrast and brightness of a still, at each instant: by least squares at first, or by the middle difference.

    Returns:
        (n, 1) gains and (n, b) what is left over, in luma of the still.
    """
    weights = np.ones_like(blocks)
    if robust is not None:
        away = seen - blocks
        weights = _weigh(away - np.median(away, axis=1, keepdims=True))
    for _ in range(ROUNDS):
        total = weights.sum(axis=1, keepdims=True)
        here = seen - (weights * seen).sum(axis=1, keepdims=True) / total
        there = blocks - (weights * blocks).sum(axis=1, keepdims=True) / total
        together = (weights * here * there).sum(axis=1, keepdims=True) + FLAT_LUMA
        gains = (together / ((weights * there**2).sum(axis=1, keepdims=True) + FLAT_LUMA)).clip(LEAST_GAIN, MOST_GAIN)
        rests = here - gains * there
        weights = _weigh(rests)
    return np.asarray(gains, np.float32), np.asarray(rests, np.float32)


def _weigh(rests: Values) -> Values:
    return np.asarray(1 / (1 + (rests / ROBUST_LUMA) ** 2), np.float32)


def _nearer(one: tuple[Values, Values], other: tuple[Values, Values]) -> tuple[Values, Values]:
    """Give at each instant the fit that leaves less."""
    left = [np.minimum(np.abs(rests / gains), MOST_LUMA).mean(axis=1, keepdims=True) for gains, rests in (one, other)]
    first = left[0] <= left[1]
    return np.where(first, one[0], other[0]), np.where(first, one[1], other[1])
