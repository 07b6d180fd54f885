"""Same footage or only the same scene: told by what moves at the aligned instants.

A background says where, not when. In a copy whatever changes in the reference changes in the query at the same
instants; another recording of the place moves in its own way.

Two witnesses are asked. The bits of the frame hashes that change over time are correlated with each other: what a
caption or a border changes for good drops out. And of the points that local features agree on, those that do not stand
still are counted at the aligned instants and, for comparison, at instants some seconds off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.alignment import Alignment
from verify.matches.feature_alignment import FrameFit
from verify.matches.frames import Frames
from verify.matches.lines import Line

ALIKE, OTHERWISE, UNTOLD = "alike", "otherwise", "untold"
"""What moves does so alike; does so otherwise; nothing tells."""

STEP_S = 1 / 6
FEWEST_SAMPLES = 6
SLACK_S = (-2 * STEP_S, -STEP_S, 0.0, STEP_S, 2 * STEP_S)
"""An alignment may be off by this much where little moves."""

CONTROL_S = (-3.0, -2.0, -1.2, 1.2, 2.0, 3.0)
"""Shifts at which nothing should agree that moves."""

FEWEST_CHANGES = 3.0
"""Bits that must change over time, on average a frame, for their changes to be compared."""

ALIKE_CORRELATION, CLEAR_OF_CONTROL = 0.35, 0.15
"""Correlation of changes from which they are alike, and by how much it must exceed that of shifted instants. Of 216
stretches of copies one in twenty lies below 0.55, of 58 stretches of one scene in two recordings none above 0.31."""

OTHERWISE_CORRELATION = 0.25
WHOLE_PICTURE_BITS = 72
"""Where frame hashes are farther apart than this on average, the whole pictures are not alike, and changes that do not
agree say nothing: most of them are hidden."""

ALIKE_POINTS, ALIKE_POINTS_IN_ALL, ALIKE_RATIO = 1.5, 12, 2.0
"""Moving points a frame and over all, and how many times those of shifted instants, from which movement is alike."""

FEWEST_CONTROL_FRAMES = 3

MOVING_SEEN = 6.0
"""Moving points of the reference a frame that lie in the query: with so many, and none found, it moves otherwise."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What the movement of two aligned stretches says.

    Attributes:
        verdict: ``ALIKE``, ``OTHERWISE`` or ``UNTOLD``.
        correlation: of the changes of the frame hashes, -1 to 1; None where too little changes.
        points: moving points found a frame; None where no features were compared.
        control_points: the same at shifted instants.
    """

    verdict: str
    correlation: float | None
    points: float | None
    control_points: float | None


FitsAlong = Callable[[Line, tuple[float, float]], Sequence[FrameFit]]


def compare_movement(
    query: Frames, reference: Frames, alignment: Alignment, fits_along: FitsAlong, moving_seen: float
) -> Movement:
    """Compare what moves along an alignment.

    Args:
        query: frame hashes of the query.
        reference: likewise.
        alignment: the aligned stretch.
        fits_along: fits the frames of a span along another line.
        moving_seen: moving points of the reference a frame that lie in the picture of the query.
    """
    verdict, correlation = _by_hashes(query, reference, alignment)
    by_points, points, control = _by_points(alignment, fits_along, moving_seen, reference.seconds)
    # Changes of whole pictures say more than a few points; those are asked where the whole picture tells nothing.
    return Movement(by_points if verdict == UNTOLD else verdict, correlation, points, control)


def _by_hashes(query: Frames, reference: Frames, alignment: Alignment) -> tuple[str, float | None]:
    aligned = [value for shift in SLACK_S if (value := _correlate(query, reference, alignment, shift)) is not None]
    if not aligned:
        return UNTOLD, None
    correlation = max(aligned)
    controls = [value for shift in CONTROL_S if (value := _correlate(query, reference, alignment, shift)) is not None]
    if correlation >= ALIKE_CORRELATION and correlation >= max(controls, default=0.0) + CLEAR_OF_CONTROL:
        return ALIKE, correlation
    whole = len(alignment.distances) > 0 and float(alignment.distances.mean()) <= WHOLE_PICTURE_BITS
    return (OTHERWISE if whole and correlation < OTHERWISE_CORRELATION else UNTOLD), correlation


def _correlate(query: Frames, reference: Frames, alignment: Alignment, shift_s: float) -> float | None:
    """Correlate the changes of the bits over time; None where too little changes in either."""
    times = np.arange(alignment.query_s[0], alignment.query_s[1], STEP_S)
    there = alignment.line.reference_time(times) + shift_s
    inside = (there >= 0) & (there < reference.seconds)
    here, at = _shown_at(query, times), _shown_at(reference, there + STEP_S / 2)
    usable = inside & query.comparable[here] & reference.comparable[at]
    if usable.sum() < FEWEST_SAMPLES:
        return None
    hashes = query.mirrored if alignment.mirrored else query.hashes
    first, second = _changes(hashes[here[usable]]), _changes(reference.hashes[at[usable]])
    energies = float((first**2).sum()), float((second**2).sum())
    if min(energies) < FEWEST_CHANGES * usable.sum():
        return None
    return float((first * second).sum() / np.sqrt(energies[0] * energies[1]))


def _changes(hashes: NDArray[np.uint64]) -> NDArray[np.float32]:
    bits = np.unpackbits(np.ascontiguousarray(hashes).view(np.uint8), axis=1).astype(np.float32)
    return np.asarray(bits - bits.mean(axis=0), np.float32)


def _shown_at(frames: Frames, times: NDArray[np.float64]) -> NDArray[np.int64]:
    at = np.searchsorted(frames.starts, times + 1e-6, side="right") - 1
    return np.asarray(at.clip(0, len(frames.starts) - 1), np.int64)


def _by_points(
    alignment: Alignment, fits_along: FitsAlong, moving_seen: float, reference_seconds: float
) -> tuple[str, float | None, float | None]:
    if not alignment.fits:
        return UNTOLD, None, None
    frames = len({fit.query_frame for fit in alignment.fits})
    moving = sum(fit.moving for fit in alignment.fits)
    control = _control(alignment, fits_along, reference_seconds)
    points = moving / frames
    if control is None:
        return UNTOLD, points, None
    if points >= ALIKE_POINTS and moving >= ALIKE_POINTS_IN_ALL and points >= ALIKE_RATIO * control:
        return ALIKE, points, control
    return (OTHERWISE if moving_seen >= MOVING_SEEN else UNTOLD), points, control


def _control(alignment: Alignment, fits_along: FitsAlong, reference_seconds: float) -> float | None:
    """Count moving points a frame at shifted instants, as far as the reference shows any; None where it shows none."""
    line, counts = alignment.line, []
    times = np.array([fit.query_s for fit in alignment.fits])
    for shift in CONTROL_S:
        shifted = Line(line.speed, line.offset_s + shift)
        there = shifted.reference_time(times)
        shown = int(((there >= 0) & (there <= reference_seconds)).sum())
        if shown >= FEWEST_CONTROL_FRAMES:
            counts.append(sum(fit.moving for fit in fits_along(shifted, alignment.query_s)) / shown)
    return float(np.mean(counts)) if counts else None
