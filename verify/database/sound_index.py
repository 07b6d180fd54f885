"""All items of sound of a hash database, sorted, found by equality or one differing bit.

Silence and steady tones repeat one item: only the first of a run is indexed, and items that stand in very many places
are passed over. A copy at 64 kbit/s keeps half of its items to the bit and five of six within one bit.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from verify.records.fingerprint import ITEM_BITS, Fingerprint

_VALUES, _PLACES, _STARTS = "sound_values.npy", "sound_places.npy", "sound_starts.npy"

COMMON_PLACES, COMMON_SHARE = 50, 1 / 20_000
"""An item in more places than this, or than this share of all if that is more, carries no weight. Chance puts an item
into about fifty places of a thousand hours."""

_PROBES = np.array([0, *(1 << bit for bit in range(ITEM_BITS))], np.uint32)
"""What an item is combined with by XOR: itself, and each of its bits turned over."""


@dataclass(frozen=True, slots=True)
class NearItems:
    """Pairs of items that are equal or differ by one bit, one entry a pair.

    Attributes:
        query_rows: (n,) int64 row of the query.
        videos: (n,) int64 index of the video in the order it was added.
        items: (n,) int64 index of the item in its sound.
    """

    query_rows: NDArray[np.int64]
    videos: NDArray[np.int64]
    items: NDArray[np.int64]


class SoundIndex:
    """Finds near items."""

    files = (_VALUES, _PLACES, _STARTS)

    def __init__(self, values: NDArray[np.uint32], places: NDArray[np.uint32], starts: NDArray[np.int64]) -> None:
        self._values = values
        self._places = places
        self._starts = starts

    def __len__(self) -> int:
        """Number of items that can be found."""
        return len(self._values)

    def find_near(self, items: NDArray[np.uint32]) -> NearItems:
        """Find where each of (n,) ``items``, or one a bit off, stands, in the order of rows, videos and items."""
        probes = (items[:, np.newaxis] ^ _PROBES).ravel()
        firsts = np.searchsorted(self._values, probes, "left")
        counts = np.searchsorted(self._values, probes, "right") - firsts
        counts[counts > max(COMMON_PLACES, COMMON_SHARE * len(self))] = 0
        query_rows = np.repeat(np.arange(len(items), dtype=np.int64).repeat(len(_PROBES)), counts)
        within = np.arange(len(query_rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        places = self._places[np.repeat(firsts, counts) + within].astype(np.int64)
        order = np.lexsort((places, query_rows))
        query_rows, places = query_rows[order], places[order]
        videos = np.searchsorted(self._starts, places, "right") - 1
        return NearItems(query_rows, videos, places - self._starts[videos])

    def save(self, folder: Path) -> None:
        """Write the index as ``files``."""
        np.save(folder / _VALUES, self._values)
        np.save(folder / _PLACES, self._places)
        np.save(folder / _STARTS, self._starts)

    @classmethod
    def load(cls, folder: Path) -> "SoundIndex":
        """Map what ``save`` wrote."""
        values, places, starts = (np.load(folder / name, mmap_mode="r") for name in cls.files)
        return cls(values, places, starts)


@dataclass
class SoundIndexBuilder:
    """Collects fingerprints, one for each number from 0."""

    _values: list[NDArray[np.uint32]] = field(default_factory=lambda: [np.empty(0, np.uint32)])
    _places: list[NDArray[np.uint32]] = field(default_factory=lambda: [np.empty(0, np.uint32)])
    _starts: list[int] = field(default_factory=list)
    _length: int = 0

    def add(self, fingerprint: Fingerprint) -> None:
        """Add the sound of the next video."""
        sound = fingerprint.sound
        items = np.frombuffer(sound.items if sound else b"", "<u4").astype(np.uint32)
        fresh = np.flatnonzero(np.diff(items, prepend=~items[:1]))
        self._values.append(items[fresh])
        self._places.append((self._length + fresh).astype(np.uint32))
        self._starts.append(self._length)
        self._length += len(items)

    def build(self) -> SoundIndex:
        """Give the index of what was added."""
        values, places = np.concatenate(self._values), np.concatenate(self._places)
        order = np.argsort(values, kind="stable")
        return SoundIndex(values[order], places[order], np.array(self._starts, np.int64))
