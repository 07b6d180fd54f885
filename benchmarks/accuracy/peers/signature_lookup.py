"""The comparison that FFmpeg's ``signature`` filter makes of two MPEG-7 video signatures, at its defaults.

The filter compares only within a run that decodes both videos, which is too dear for many pairs. But it can write the
signature of one video to a file, and two such files can be compared by the filter's rules: here, in numpy over whole
windows. ``tests/benchmarks/test_peers.py`` holds this against the filter itself.

The rules, after the filter's documentation and its answers in FFmpeg 5.1, 7.0 and 9.0:

1. Both videos are cut into segments of 90 frames, one beginning every 45. FFmpeg 9 looks only at segments whose bags of
   words are alike: of five Jaccard distances in units of 1/65536 at most two reach ``th_d`` = 9000, and their sum is
   at most ``th_dc`` = 60000. Until FFmpeg 7 a division of whole numbers lets all pairs of segments pass.
2. In a pair of segments, each frame of the first is paired with its nearest frames of the second, if their L1 distance
   is below ``th_xh`` = 116 of 760. The last frame of a video takes no part.
3. Every two such pairs vote for a speed and an offset. The slope is divided in whole numbers, so that 1 and 2 are the
   only speeds, and only offsets from -89 to -1 are read out: what begins no sooner in the second segment than in the
   first is found through another pair of segments, or not at all. So FFmpeg 9 does not find most files in themselves.
4. Each offset with more than 0.7 of the most votes is followed from its nearest pair of frames, forwards and then
   backwards, until three frames that are not plain differ by more than ``th_xh`` with none alike between them. Counters
   run on from one offset to the next, and so does the direction: from the second offset on, only backwards.
5. An offset counts if less than half of its alike frames are plain (confidence 0). ``th_it`` = 0.5, the share of frames
   that must be alike, is written into a whole number and comes out as 0. The least mean distance wins; an offset that
   was followed to both ends is the answer at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.peers.peer import distances

SEGMENT_FRAMES = 90
SEGMENT_STEP = 45
WORD_CHOICES = 5
BAG_WORDS = 4
FRAME_WORDS = 12
"""Words of 64 bits for the 243 bits of a bag and the 760 bits of a frame."""

MAX_WORD_DISTANCE = 9000
MAX_WORD_DISTANCE_SUM = 60_000
MAX_FAR_WORDS = 2
MAX_FRAME_DISTANCE = 116
MAX_FAR_FRAMES = 2
MOST_VOTES_RATIO = 0.7
PLAIN_RATIO = 0.5
SPEEDS = (1, 2)
OFFSETS = 90
_NO_DISTANCE = 99_999


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """The signature of a video of n frames and s segments.

    Attributes:
        frames: (n, 12) uint64: 380 ternary values as 760 bits, 0 as 00, 1 as 10, 2 as 11, zeros behind them: the
            number of differing bits is the L1 distance.
        plain: (n,) bool: the filter has no confidence in the frame.
        bags: (s, 5, 4) uint64: which of 243 words occur in each segment, a bag for each of five choices of values.
    """

    frames: NDArray[np.uint64]
    plain: NDArray[np.bool_]
    bags: NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Way:
    """A pair of frames of the two videos and the speed at which to go on from it: frames of the second a frame."""

    first: int
    second: int
    speed: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the filter reports: where the match was followed from, how many frames match, and whether it is whole."""

    way: Way
    frames: int
    whole: bool
    mean_distance: float


def look_up(first: Signature, second: Signature, *, coarse: bool) -> Found | None:
    """Look for one video in the other, as ``detectmode=full`` does.

    Args:
        first: signature of the filter's first input.
        second: signature of its second.
        coarse: compare the bags of words of segments first, as FFmpeg 9 does and FFmpeg 7 does not.
    """
    windows = _alike_segments(first.bags, second.bags) if coarse else True
    if not np.any(windows) or not len(first.frames) or not len(second.frames):
        return None
    apart = distances(first.frames, second.frames)
    best = None
    for row, column in np.argwhere(_windows_with_pairs(apart) & windows) * SEGMENT_STEP:
        ways = _ways_to_follow(apart, int(row), int(column))
        best = _Following(apart, first.plain, second.plain).follow(ways, best)
        if best is not None and best.whole:
            break
    return best


def _alike_segments(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Compare the bags of words of every pair of segments, (segments, segments)."""
    one, other = first[:, None], second[None]
    shared = np.bitwise_count(one & other).sum(axis=3, dtype=np.int64) << 16
    either = np.bitwise_count(one | other).sum(axis=3, dtype=np.int64)
    apart = (1 << 16) - shared // np.maximum(either, 1)
    few_far = (apart >= MAX_WORD_DISTANCE).sum(axis=2) <= MAX_FAR_WORDS
    return np.asarray(few_far & (apart.sum(axis=2) <= MAX_WORD_DISTANCE_SUM))


def _windows_with_pairs(apart: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Tell which pairs of segments hold a pair of frames that are alike, (segments, segments)."""
    rows, columns = (np.arange(0, length, SEGMENT_STEP) for length in apart.shape)
    near = apart < MAX_FRAME_DISTANCE
    near[-1], near[:, -1] = False, False
    cells = np.logical_or.reduceat(np.logical_or.reduceat(near, rows, axis=0), columns, axis=1)
    cells[:-1] |= cells[1:]
    cells[:, :-1] |= cells[:, 1:]
    return np.asarray(cells)


def _ways_to_follow(apart: NDArray[np.uint16], row: int, column: int) -> Iterator[Way]:
    """Give what the votes in a window are for, in the filter's order."""
    bottom, right = min(row + SEGMENT_FRAMES, len(apart) - 1), min(column + SEGMENT_FRAMES, apart.shape[1] - 1)
    votes = _Votes(apart[row:bottom, column:right])
    least = int(MOST_VOTES_RATIO * votes.most)
    for speed, offset in product(SPEEDS, range(1 - OFFSETS, 0)):
        if votes.of(speed, offset) > least:
            first, second = votes.nearest(speed, offset)
            yield Way(row + first, column + second, speed)


class _Votes:
    """Votes of the nearest frames of a window for speeds and offsets.

    There are p points, each a frame of the first video (row) with one of its nearest in the second (column), and d
    steps to later rows.
    """

    def __init__(self, window: NDArray[np.uint16]) -> None:
        self._nearest = window.min(axis=1).astype(np.int64)
        self._chosen = (window == self._nearest[:, None]) & (self._nearest < MAX_FRAME_DISTANCE)[:, None]
        self._rows, self._columns = np.nonzero(self._chosen)
        self._steps = np.arange(1, SEGMENT_FRAMES)
        self._offsets = {speed: self._columns - speed * self._rows for speed in SPEEDS}
        self._partners = {speed: self._count_partners(speed) for speed in SPEEDS}
        self._tallies = {speed: self._tally(speed) for speed in SPEEDS}
        self.most = max(int(tally.max()) for tally in self._tallies.values())

    def of(self, speed: int, offset: int) -> int:
        """Give the votes for an offset."""
        return int(self._tallies[speed][offset + OFFSETS - 1])

    def nearest(self, speed: int, offset: int) -> tuple[int, int]:
        """Give row and column of the pair of frames with the least distance that voted; the first of equals."""
        points = np.flatnonzero(self._offsets[speed] == offset)
        own = self._nearest[self._rows[points]][:, None]
        beyond = np.append(self._nearest, np.full(SEGMENT_FRAMES, _NO_DISTANCE))
        later = beyond[self._rows[points][:, None] + self._steps]
        lesser = np.where(self._partners[speed][points] > 0, np.minimum(own, later), _NO_DISTANCE)
        point, step = np.unravel_index(int(lesser.argmin()), lesser.shape)
        row, column = int(self._rows[points[point]]), int(self._columns[points[point]])
        if own[point, 0] < later[point, step]:
            return row, column
        steps = int(self._steps[step])
        start = column + speed * steps
        return row + steps, start + int(self._chosen[row + steps, start:].argmax())

    def _count_partners(self, speed: int) -> NDArray[np.int64]:
        """Count the points so many rows after each point, the slope to which is ``speed`` in whole numbers, (p, d)."""
        width = self._chosen.shape[1]
        before = np.zeros((2 * SEGMENT_FRAMES, width + 1), np.int64)
        before[: len(self._chosen), 1:] = np.cumsum(self._chosen, axis=1)
        rows = self._rows[:, None] + self._steps
        start = self._columns[:, None] + speed * self._steps
        until = np.minimum(start + self._steps, width)
        return np.asarray(before[rows, until] - before[rows, np.minimum(start, width)])

    def _tally(self, speed: int) -> NDArray[np.int64]:
        """Add up the votes for the offsets from -89 to 89."""
        inside = np.abs(self._offsets[speed]) < OFFSETS
        votes = self._partners[speed].sum(axis=1)[inside]
        return np.bincount(self._offsets[speed][inside] + OFFSETS - 1, votes, 2 * OFFSETS - 1).astype(np.int64)


@dataclass
class _Following:
    """Follows pairs of frames through both videos; its counters run on from one way to the next."""

    apart: NDArray[np.uint16]
    first_plain: NDArray[np.bool_]
    second_plain: NDArray[np.bool_]
    alike: int = 0
    alike_first_plain: int = 0
    alike_second_plain: int = 0
    distance_sum: int = 0
    matching: int = 1
    far: int = 0
    forwards: bool = True
    end_reached: bool = False
    begin_reached: bool = False

    def follow(self, ways: Iterator[Way], best: Found | None) -> Found | None:
        """Follow each way and give the best match so far."""
        for way in ways:
            self._follow_one(way)
            if PLAIN_RATIO * self.alike <= max(self.alike_first_plain, self.alike_second_plain):
                continue
            mean = self.distance_sum / self.alike
            whole = self.end_reached and self.begin_reached
            if whole or best is None or mean < best.mean_distance:
                best = Found(way, self.matching, whole, mean)
            if whole:
                break
        return best

    def _follow_one(self, way: Way) -> None:
        first, second = way.first, way.second
        if self.forwards:
            self.forwards = False
            length = min(len(self.apart) - first, -(-(self.apart.shape[1] - second) // way.speed))
            self.end_reached = self._read(first + np.arange(length), second + way.speed * np.arange(length))
            first, second = first - 1, second - way.speed
            self.matching += first >= 0 and second >= 0
        length = max(0, min(first, second // way.speed) + 1)
        at_begin = self._read(first - np.arange(length), second - way.speed * np.arange(length))
        self.begin_reached = self.begin_reached or at_begin

    def _read(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> bool:
        """Read pairs of frames until too many in a row differ; give whether all were read."""
        apart = self.apart[rows, columns]
        first_plain, second_plain = self.first_plain[rows], self.second_plain[columns]
        alike = apart <= MAX_FRAME_DISTANCE
        far = self.far + np.cumsum(~alike & ~(first_plain & second_plain))
        far -= np.maximum.accumulate(np.where(alike, far, 0))
        stops = np.flatnonzero(~alike & (far > MAX_FAR_FRAMES))
        read = int(stops[0]) + 1 if len(stops) else len(rows)
        alike[read:] = False
        self.alike += int(alike.sum())
        self.alike_first_plain += int((alike & first_plain).sum())
        self.alike_second_plain += int((alike & second_plain).sum())
        self.distance_sum += int(apart[alike].sum(dtype=np.int64))
        self.matching += max(0, read - 1)
        self.far = int(far[read - 1]) if read else self.far
        return not len(stops)
