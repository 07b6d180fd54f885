"""References whose sound stands in the query, whatever their pictures: found by near items, verified along a line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from verify.database.search import SearchIndex
from verify.matches.sound_items import SoundItems, Stretch, agreeing_stretches, compare_items
from verify.matches.sound_spans import join_segments, stretch_rate
from verify.records.sound import SoundSegment

LEAST_VOTES = 2
"""Items near each other at one offset that have it looked at."""

MOST_LINES = 300
"""Offsets of references looked at for one query, those with most votes first."""

MOST_SOUNDS = 20
"""References given, those that share most seconds first: a jingle may stand in hundreds."""

LOCAL_ERROR = 0.30
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class HeardReference:
    """A reference whose sound stands in the query.

    Attributes:
        video_id: the reference.
        segments: where, in order of the query.
        error_rate: share of bits that differ there.
    """

    video_id: str
    segments: tuple[SoundSegment, ...]
    error_rate: float

    @property
    def seconds(self) -> float:
        """Seconds of the query in which it stands."""
        return sum(float(segment.query.seconds) for segment in self.segments)


def search_sounds(
    query: SoundItems, index: SearchIndex, sound_of: Callable[[str], SoundItems | None]
) -> list[HeardReference]:
    """Find the references that share at least about three and a half seconds of sound with the query, at its own speed.

    Args:
        query: its sound.
        index: of the hash database.
        sound_of: gives the sound of a reference by its video id.

    Returns:
        The references, those that share most first, at most ``MOST_SOUNDS``.
    """
    trials = float(len(query)) * max(1, len(index.sounds))
    found: dict[int, list[Stretch]] = {}
    for video, offset in _lines(query, index):
        reference = sound_of(index.video_ids[video])
        if reference is not None:
            found.setdefault(video, []).extend(_verify(query, reference, offset, trials))
    heard = []
    for video, stretches in found.items():
        kept = _without_overlaps(stretches)
        reference = sound_of(index.video_ids[video])
        if kept and reference is not None:
            rate = stretch_rate(one.errors for one in kept)
            heard.append(HeardReference(index.video_ids[video], join_segments(kept, query, reference), rate))
    return sorted(heard, key=lambda one: (-one.seconds, one.video_id))[:MOST_SOUNDS]


def _lines(query: SoundItems, index: SearchIndex) -> list[tuple[int, int]]:
    """Give videos with the offset, in items, at which most items of the query stand in them, best first."""
    rows = np.flatnonzero(query.telling)
    near = index.sounds.find_near(query.items[rows])
    offsets = near.items - rows[near.query_rows]
    # An item stands between two of the other sound's: its votes fall to either offset, and one counts once.
    entries = np.unique(np.stack([near.videos, offsets, near.query_rows], axis=1), axis=0)
    lines, votes = np.unique(entries[:, :2], axis=0, return_counts=True)
    beside = np.zeros_like(votes)
    follows = (lines[1:, 0] == lines[:-1, 0]) & (lines[1:, 1] == lines[:-1, 1] + 1)
    beside[:-1][follows] += votes[1:][follows]
    beside[1:][follows] += votes[:-1][follows]
    chosen = np.flatnonzero(votes + beside >= LEAST_VOTES)
    order = np.lexsort((lines[chosen, 1], lines[chosen, 0], -votes[chosen], -(votes + beside)[chosen]))
    return [(int(video), int(offset)) for video, offset in lines[chosen[order[:MOST_LINES]]]]


def _verify(query: SoundItems, reference: SoundItems, offset: int, trials: float) -> Iterator[Stretch]:
    rows = np.arange(len(query), dtype=np.int64)
    errors = compare_items(query, reference, rows, rows + offset)
    yield from agreeing_stretches(errors, query, reference, LOCAL_ERROR, trials)


def _without_overlaps(stretches: list[Stretch]) -> list[Stretch]:
    """Keep the best of stretches that lie over each other in the query: the same sound at a neighbouring offset."""
    kept: list[Stretch] = []
    for one in sorted(stretches, key=_rank):
        first, last = int(one.errors.query[0]), int(one.errors.query[-1])
        others = [(int(other.errors.query[0]), int(other.errors.query[-1])) for other in kept]
        shared = sum(max(0, min(last, end) - max(first, begin) + 1) for begin, end in others)
        if shared <= _OVERLAP * (last - first + 1):
            kept.append(one)
    return kept


def _rank(stretch: Stretch) -> tuple[float, int, int]:
    """Agreeing bits beyond half of them count for a stretch."""
    errors = stretch.errors
    return -errors.count * (0.5 - errors.rate), int(errors.query[0]), int(errors.reference[0])
