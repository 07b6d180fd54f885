"""Local features of a hash database, found by inverted lists of near descriptors.

Every descriptor lies in the list of the nearest of 4096 fixed words; a query looks through the lists of the words
nearest to it. Words that are fixed, not learned from the database, keep the answer independent of the order in which
videos came in. The search misses some near descriptors: it only proposes which frames are compared in full.
"""

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from verify.records.fingerprint import FEATURE_BYTES, Fingerprint

_FEATURES, _ROWS = "features.faiss", "feature_rows.npy"
_WORDS = "feature_words.npy"
"""(4096, 16) uint8, made by ``benchmarks/feature_words.py``."""

WORDS_VERSION = "words4096/1x"
"""Names the words; a search structure built with others is built anew."""

DESCRIPTOR_BITS = 128
DESCRIPTOR_BYTES = DESCRIPTOR_BITS // 8

INDEXED_PER_FRAME = 128
"""The strongest features of each frame stand in the index; all of them are compared once a frame is proposed."""

MOST_PROBES, FEWEST_PROBES = 32, 3
PROBED_DESCRIPTORS = 60_000
"""Up to about this many descriptors are looked at for each: many lists of a small database, few of a large one."""


@dataclass(frozen=True, slots=True)
class NearFeatures:
    """Pairs of near descriptors, one entry a pair.

    Attributes:
        query_rows: (n,) int64 row of the query.
        videos: (n,) int64 index of the video in the order it was added.
        frames: (n,) int64 index of the frame among those with features.
        distances: (n,) int32 differing bits.
    """

    query_rows: NDArray[np.int64]
    videos: NDArray[np.int64]
    frames: NDArray[np.int64]
    distances: NDArray[np.int32]


class FeatureIndex:
    """Finds most of the near descriptors."""

    files = (_FEATURES, _ROWS)

    def __init__(self, index: faiss.IndexBinaryIVF, rows: NDArray[np.uint32]) -> None:
        self._index = index
        self._rows = rows

    def __len__(self) -> int:
        """Number of descriptors that are searched."""
        return int(self._index.ntotal)

    def find_nearest(self, descriptors: NDArray[np.uint8], count: int, radius_bits: int) -> NearFeatures:
        """Find the nearest descriptors of each of (n, 16), at most ``count``, within ``radius_bits``."""
        if not len(descriptors) or not len(self):
            nothing = np.empty(0, np.int64)
            return NearFeatures(nothing, nothing, nothing, np.empty(0, np.int32))
        per_list = max(1.0, len(self) / self._index.nlist)
        self._index.nprobe = int(min(MOST_PROBES, max(FEWEST_PROBES, PROBED_DESCRIPTORS / per_list)))
        distances, found = self._index.search(np.ascontiguousarray(descriptors), count)
        near = (found >= 0) & (distances <= radius_bits)
        query_rows = np.nonzero(near)[0].astype(np.int64)
        rows = self._rows[found[near]].astype(np.int64)
        order = np.lexsort((rows[:, 1], rows[:, 0], query_rows))
        rows = rows[order]
        return NearFeatures(query_rows[order], rows[:, 0], rows[:, 1], distances[near][order].astype(np.int32))

    def save(self, folder: Path) -> None:
        """Write the index as ``files``."""
        faiss.write_index_binary(self._index, str(folder / _FEATURES))
        np.save(folder / _ROWS, self._rows)

    @classmethod
    def load(cls, folder: Path) -> "FeatureIndex":
        """Map what ``save`` wrote."""
        index = faiss.read_index_binary(str(folder / _FEATURES), faiss.IO_FLAG_MMAP_IFC)
        return cls(cast("faiss.IndexBinaryIVF", index), np.load(folder / _ROWS, mmap_mode="r"))


@dataclass
class FeatureIndexBuilder:
    """Collects fingerprints."""

    _index: faiss.IndexBinaryIVF = field(init=False)
    _rows: list[NDArray[np.uint32]] = field(default_factory=lambda: [np.empty((0, 2), np.uint32)])

    def __post_init__(self) -> None:
        with files("verify.database").joinpath(_WORDS).open("rb") as file:
            words = np.load(file)
        quantizer = faiss.IndexBinaryFlat(DESCRIPTOR_BITS)
        quantizer.add(words)
        self._index = faiss.IndexBinaryIVF(quantizer, DESCRIPTOR_BITS, len(words))
        self._index.is_trained = True

    def add(self, number: int, fingerprint: Fingerprint) -> None:
        """Add the strongest features of each frame of a video under its number."""
        packed = fingerprint.local_features
        counts = np.frombuffer(packed.counts, "<u2").astype(np.int64)
        frames = np.repeat(np.arange(len(counts)), counts)
        rank = np.arange(len(frames)) - np.repeat(np.cumsum(counts) - counts, counts)
        chosen = np.flatnonzero(rank < INDEXED_PER_FRAME)
        table = np.frombuffer(packed.features, np.uint8).reshape(-1, FEATURE_BYTES)
        if len(chosen):
            self._index.add(np.ascontiguousarray(table[chosen, FEATURE_BYTES - DESCRIPTOR_BYTES :]))
        self._rows.append(np.stack([np.full(len(chosen), number), frames[chosen]], axis=1).astype(np.uint32))

    def build(self) -> FeatureIndex:
        """Give the index of what was added."""
        return FeatureIndex(self._index, np.concatenate(self._rows))
