"""Whether the sounds agree where the pictures do: a second witness beside a match, which changes no answer or score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.explain import explain_same_sound
from verify.matches.sound_items import (
    LEAST_ITEMS,
    Errors,
    SoundItems,
    Stretch,
    agreeing_stretches,
    compare_items,
)
from verify.matches.sound_spans import join_segments, stretch_rate
from verify.records.match import Segment
from verify.records.sound import OTHER_SOUND, SAME_SOUND, UNTOLD, SoundWitness

SLACK_ITEMS = 4
"""Items that the sound may lie off the pictures' alignment to either side: half a second."""

EDGE_S = 0.3
"""By which an item may stand out of a segment of pictures: their cut is known to a sixth of a second."""

PIECE_ITEMS = 240
"""Each half minute is searched for its own offset: a fitted speed is off by up to a thousandth."""

LOCAL_ERROR = 0.35
OTHER_ERROR = 0.40
"""Sounds that differ in more bits are others, or one is drowned. Unrelated sounds differ in 47 %; of copies under noise
as loud as they are, or without their bass, one in twenty lies above 38 %."""

COMPARED_SPEEDS = (0.97, 1.03)
"""Beyond these, items change with the speed. Where the pitch was kept they may agree all the same, and that is said."""

_SAME_SPEED = 0.005
_REPEATS_WITHIN = 0.05
"""A sound that agrees as well some seconds off, give or take this share of bits, repeats, and confirms no time."""

_CONTROL_ITEMS = (24, 80)
"""Shifts at which that is tried, in items: 3 to 10 s."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """One segment of pictures: pairs of items along it, and the stretches of them that agree."""

    errors: Errors
    stretches: tuple[Stretch, ...]
    repeats: bool
    speed: float


def hear_match(segments: Sequence[Segment], query: SoundItems, reference: SoundItems) -> SoundWitness:
    """Say whether the sounds agree along the segments of a match.

    Args:
        segments: stretches in which the pictures agree.
        query: the sound of the query.
        reference: that of the reference.
    """
    heard = [_hear_segment(segment, query, reference) for segment in segments]
    stretches = [stretch for one in heard for stretch in one.stretches]
    compared = [one.errors for one in heard if one.errors.count]
    if stretches:
        found = join_segments(stretches, query, reference)
        return SoundWitness(
            verdict=SAME_SOUND,
            reason=explain_same_sound(found),
            segments=found,
            error_rate=stretch_rate(one.errors for one in stretches),
        )
    rate = stretch_rate(compared) if compared else None
    others = [one for one in heard if abs(one.speed - 1) <= _SAME_SPEED and one.errors.count >= LEAST_ITEMS]
    if others and rate is not None and rate >= OTHER_ERROR:
        reason = "The sound is another one, or so changed or drowned that it does not agree."
        return SoundWitness(verdict=OTHER_SOUND, reason=reason, error_rate=rate)
    return SoundWitness(verdict=UNTOLD, reason=_why_untold(heard), error_rate=rate)


def _hear_segment(segment: Segment, query: SoundItems, reference: SoundItems) -> _Heard:
    rows, others = _along(segment, query, reference)
    pieces = [
        _best_offset(query, reference, rows[start : start + PIECE_ITEMS], others[start : start + PIECE_ITEMS])
        for start in range(0, len(rows), PIECE_ITEMS)
    ]
    errors = _joined(pieces)
    trials = max(1, len(rows)) * (2 * SLACK_ITEMS + 1)
    agreeing = agreeing_stretches(errors, query, reference, LOCAL_ERROR, trials)
    telling = tuple(one for one in agreeing if not _repeats(one.errors, query, reference))
    return _Heard(errors, telling, len(telling) < len(agreeing), segment.speed)


def _along(segment: Segment, query: SoundItems, reference: SoundItems) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the items of the query that lie within a segment, and for each the item of the reference at its instant."""
    first, end = float(segment.query.start) - EDGE_S, float(segment.query.end) + EDGE_S
    starts = np.arange(len(query)) * query.step
    rows = np.flatnonzero((starts >= first) & (starts + query.span <= end)).astype(np.int64)
    if segment.speed <= 0:
        return rows[:0], rows[:0]
    middles = starts[rows] + query.span / 2 - float(segment.query.start)
    times = float(segment.reference.start) + segment.speed * middles
    return rows, np.rint((times - reference.span / 2) / reference.step).astype(np.int64)


def _best_offset(
    query: SoundItems, reference: SoundItems, rows: NDArray[np.int64], others: NDArray[np.int64]
) -> Errors:
    """Give the pairs at that offset within the slack at which they differ least; the nearest of equals."""
    shifts = sorted(range(-SLACK_ITEMS, SLACK_ITEMS + 1), key=abs)
    tried = [compare_items(query, reference, rows, others + shift) for shift in shifts]
    enough = max(errors.count for errors in tried) / 2
    return min((errors for errors in tried if errors.count >= enough), key=lambda errors: errors.rate)


def _joined(pieces: Sequence[Errors]) -> Errors:
    if not pieces:
        nothing = np.empty(0, np.int64)
        return Errors(nothing, nothing, nothing, nothing.astype(np.bool_))
    return Errors(
        np.concatenate([piece.query for piece in pieces]),
        np.concatenate([piece.reference for piece in pieces]),
        np.concatenate([piece.bits for piece in pieces]),
        np.concatenate([piece.telling for piece in pieces]),
    )


def _repeats(stretch: Errors, query: SoundItems, reference: SoundItems) -> bool:
    """Whether the reference agrees with the stretch as well some seconds earlier or later."""
    return any(errors.rate <= stretch.rate + _REPEATS_WITHIN for errors in _controls(stretch, query, reference))


def _controls(stretch: Errors, query: SoundItems, reference: SoundItems) -> Iterator[Errors]:
    least = max(LEAST_ITEMS, stretch.count / 2)
    nearest, farthest = _CONTROL_ITEMS
    for distance in range(nearest, farthest + 1):
        for shift in (-distance, distance):
            errors = compare_items(query, reference, stretch.query, stretch.reference + shift)
            if errors.count >= least:
                yield errors


def _why_untold(heard: Sequence[_Heard]) -> str:
    low, high = COMPARED_SPEEDS
    if any(one.repeats for one in heard):
        return "The sound agrees, but it repeats, and would agree some seconds off as well."
    if all(not low <= one.speed <= high for one in heard):
        return "The sound is not comparable at this speed."
    if all(not len(one.errors.query) for one in heard):
        return "Too little sound to compare."
    if all(one.errors.count < LEAST_ITEMS for one in heard):
        return "The sound is silent, steady or short where the pictures agree, which tells nothing."
    return "The sounds are neither clearly the same nor clearly different."
