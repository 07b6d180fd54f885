"""Sounds as arrays of items: which of them tell anything, where two sounds agree, and what chance would give.

A copy differs from its source in 2 to 8 % of its bits after re-encoding, in up to 30 % under noise; unrelated sounds
differ in 47 % (``benchmarks/sound_agreement.py``).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from verify.records.fingerprint import ITEM_BITS, Sound

LEAST_ITEMS = 8
"""Fewer items that agree tell nothing, however well they do: eight stand for 3.6 s of sound."""

UNRELATED_ERROR, UNRELATED_SPREAD, SPREAD_ITEMS = 0.47, 0.28, 14
"""Share of bits in which unrelated sounds differ over ``n`` items: normally distributed around the first, with the
second over the root of ``n`` and the third. Fitted to 25,000 pairs of stretches for each length from 11 to 80 items."""

CHANCE = 1e-4
"""One agreement by chance in so many searches is put up with."""

LARGEST_ERROR = 0.35
"""However long a stretch: sounds of one kind (surf, traffic) agree a little without being copies."""

ALIKE_ERROR = 0.35
"""Sounds that differ in fewer bits than this whatever their alignment are of one kind: one piece of music in twenty,
hiss and wind always. Without this rule two recordings of the latter pass for one now and then."""

_NEIGHBOURS = 4
_EDGE_ITEMS = 2
_CONTROL_SHIFTS = range(12, 90, 6)
_LEAST_CHANGE_BITS = 2.0
"""Bits that change from item to item, on average over half a second to either side. Speech and music change 3 to 6,
noise 1.8; silence, hum and held tones none."""


@dataclass(frozen=True, slots=True)
class SoundItems:
    """A sound as arrays.

    Attributes:
        items: (n,) uint32.
        telling: (n,) whether something changes around an item; a steady sound agrees with any other steady one.
        step, span: as of ``Sound``, in seconds.
    """

    items: NDArray[np.uint32]
    telling: NDArray[np.bool_]
    step: float
    span: float

    def __len__(self) -> int:
        return len(self.items)


def unpack_sound(sound: Sound) -> SoundItems:
    """Give the arrays of a sound."""
    items = np.frombuffer(sound.items, "<u4").astype(np.uint32)
    changes = np.zeros(len(items))
    changes[1:] = np.bitwise_count(items[1:] ^ items[:-1])
    telling = mean_around(changes, _NEIGHBOURS) >= _LEAST_CHANGE_BITS
    return SoundItems(items, telling, float(sound.step), float(sound.span))


def mean_around(values: NDArray[np.float64], neighbours: int) -> NDArray[np.float64]:
    """Give the mean of each value and its neighbours to either side; at the ends of those that there are."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    places = np.arange(len(values))
    firsts, ends = np.maximum(places - neighbours, 0), np.minimum(places + neighbours + 1, len(values))
    return np.asarray((sums[ends] - sums[firsts]) / (ends - firsts), np.float64)


@dataclass(frozen=True, slots=True)
class Errors:
    """How two sounds differ along a line in time, one entry a pair of items, ascending in both.

    Attributes:
        query, reference: (n,) int64 items.
        bits: (n,) differing bits.
        telling: (n,) whether either item tells anything: music and silence differ, silence and silence do not count.
    """

    query: NDArray[np.int64]
    reference: NDArray[np.int64]
    bits: NDArray[np.int64]
    telling: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Number of pairs that tell anything."""
        return int(self.telling.sum())

    @property
    def rate(self) -> float:
        """Share of bits that differ, of those that tell anything; 1 where there are none."""
        return float(self.bits[self.telling].mean()) / ITEM_BITS if self.count else 1.0

    def part(self, chosen: NDArray[np.bool_] | slice) -> "Errors":
        """Give some of the pairs."""
        return Errors(self.query[chosen], self.reference[chosen], self.bits[chosen], self.telling[chosen])


def compare_items(
    query: SoundItems, reference: SoundItems, rows: NDArray[np.int64], others: NDArray[np.int64]
) -> Errors:
    """Compare items ``rows`` of the query with ``others`` of the reference; pairs beyond either end are left out."""
    within = (rows >= 0) & (rows < len(query)) & (others >= 0) & (others < len(reference))
    rows, others = rows[within], others[within]
    bits = np.bitwise_count(query.items[rows] ^ reference.items[others]).astype(np.int64)
    return Errors(rows, others, bits, query.telling[rows] | reference.telling[others])


def most_error(count: int, trials: float, usual: float = UNRELATED_ERROR) -> float:
    """Give the share of differing bits over ``count`` items that chance reaches once in 1/``CHANCE`` searches.

    Args:
        count: items that tell something.
        trials: stretches that are tried in a search.
        usual: share of bits in which these two sounds differ where nothing aligns them.
    """
    spread = UNRELATED_SPREAD / math.sqrt(count + SPREAD_ITEMS)
    chance = NormalDist(min(usual, UNRELATED_ERROR), spread).inv_cdf(CHANCE / max(trials, 1.0))
    return min(LARGEST_ERROR, chance)


def usual_error(stretch: Errors, query: SoundItems, reference: SoundItems) -> float:
    """Give the share of bits in which two sounds of this kind differ by chance.

    Hiss, wind and traffic are alike wherever they are recorded: a second to eleven off the alignment they differ in a
    quarter of their bits, and agree no better where chance aligns them. All else differs as unrelated sounds do.
    """
    bits = count = 0
    for distance in _CONTROL_SHIFTS:
        for shift in (-distance, distance):
            for rows, others in (
                (stretch.query, stretch.reference + shift),
                (stretch.query + shift, stretch.reference),
            ):
                errors = compare_items(query, reference, rows, others)
                bits += int(errors.bits[errors.telling].sum())
                count += errors.count
    rate = bits / (count * ITEM_BITS) if count >= LEAST_ITEMS**2 else UNRELATED_ERROR
    return rate if rate < ALIKE_ERROR else UNRELATED_ERROR


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pairs of items over which two sounds agree; whether nothing was compared before the first and after the last."""

    errors: Errors
    at_start: bool
    at_end: bool


def agreeing_stretches(
    errors: Errors, query: SoundItems, reference: SoundItems, local_error: float, trials: float
) -> list[Stretch]:
    """Give the stretches in which two sounds agree better than chance would have it.

    Args:
        errors: the pairs along a line.
        query: the sound of the query.
        reference: that of the reference.
        local_error: share of bits that may differ on the mean of any second of a stretch.
        trials: stretches that are tried in the search that this is part of.
    """
    weights = errors.telling.astype(np.float64)
    around = mean_around(weights, _NEIGHBOURS)
    share = mean_around(errors.bits * weights, _NEIGHBOURS) / np.maximum(around, 1e-9)
    # Silence in both, as between two words, belongs to a stretch that goes on after it.
    near = (around == 0) | (share <= local_error * ITEM_BITS)
    good = errors.telling & near & (errors.bits <= local_error * ITEM_BITS)
    edges = np.flatnonzero(np.diff(near, prepend=False, append=False))
    found = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        agreeing = begin + np.flatnonzero(good[begin:end])
        if len(agreeing) < LEAST_ITEMS:
            continue
        first, last = int(agreeing[0]), int(agreeing[-1])
        part = errors.part(slice(first, last + 1))
        if part.rate > most_error(part.count, trials):
            continue
        if part.rate <= most_error(part.count, trials, usual_error(part, query, reference)):
            found.append(Stretch(part, first <= _EDGE_ITEMS, last >= len(near) - 1 - _EDGE_ITEMS))
    return found
