"""From pairs of items that agree to stretches of seconds."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from verify.matches.sound_items import Errors, SoundItems, Stretch
from verify.records.fingerprint import ITEM_BITS
from verify.records.sound import SoundSegment
from verify.records.time import Span, exact_seconds

_JOINED_WITHIN_S = 1.0
"""Stretches that follow each other as closely in both sounds are one."""


def stretch_rate(stretches: Iterable[Errors]) -> float:
    """Give the share of bits that differ over several stretches, of items that tell anything."""
    bits = np.concatenate([stretch.bits[stretch.telling] for stretch in stretches])
    return float(bits.mean()) / ITEM_BITS


def join_segments(stretches: Iterable[Stretch], query: SoundItems, reference: SoundItems) -> tuple[SoundSegment, ...]:
    """Give the stretches in seconds, in order of the query, those that follow each other joined."""
    segments: list[SoundSegment] = []
    for stretch in sorted(stretches, key=lambda one: int(one.errors.query[0])):
        segment = SoundSegment(
            query=_span(stretch.errors.query, stretch, query),
            reference=_span(stretch.errors.reference, stretch, reference),
        )
        if segments and _follows(segments[-1], segment):
            last = segments.pop()
            segment = SoundSegment(
                query=Span(start=last.query.start, end=max(last.query.end, segment.query.end)),
                reference=Span(start=last.reference.start, end=max(last.reference.end, segment.reference.end)),
            )
        segments.append(segment)
    return tuple(segments)


def _follows(before: SoundSegment, after: SoundSegment) -> bool:
    query, reference = after.query.start - before.query.end, after.reference.start - before.reference.end
    return query <= _JOINED_WITHIN_S and abs(query - reference) <= _JOINED_WITHIN_S


def _span(items: NDArray[np.int64], stretch: Stretch, sound: SoundItems) -> Span:
    """Give when the sound of a stretch begins and ends.

    An item at the edge of what two sounds share agrees as soon as half of it does: there the stretch ends in its
    middle. Where nothing was compared beyond it, the item counts in full.
    """
    start = items[0] * sound.step + (0.0 if stretch.at_start else sound.span / 2)
    end = items[-1] * sound.step + (sound.span if stretch.at_end else sound.span / 2)
    return Span(start=exact_seconds(start), end=exact_seconds(end))
