"""All comparable frame hashes of a hash database, searched exactly by Hamming distance."""

from dataclasses import dataclass, field
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from verify.records.fingerprint import COMPARABLE, HASH_BITS, HASH_BYTES, Fingerprint

_HASHES, _ROWS = "hashes.faiss", "rows.npy"


@dataclass(frozen=True, slots=True)
class NearFrames:
    """Pairs of near frames, one entry a pair.

    Attributes:
        query_rows: (n,) int64 row of the query.
        videos: (n,) int64 index of the video in the order it was added.
        frames: (n,) int64 index of the frame in its fingerprint.
        distances: (n,) int32 differing bits.
    """

    query_rows: NDArray[np.int64]
    videos: NDArray[np.int64]
    frames: NDArray[np.int64]
    distances: NDArray[np.int32]


class FrameIndex:
    """Finds every near frame."""

    files = (_HASHES, _ROWS)

    def __init__(self, index: faiss.IndexBinary, rows: NDArray[np.int64]) -> None:
        self._index = index
        self._rows = rows

    def __len__(self) -> int:
        """Number of frame hashes that are searched."""
        return int(self._index.ntotal)

    def find_near(self, hashes: NDArray[np.uint8], radius_bits: int) -> NearFrames:
        """Find every frame within ``radius_bits`` of any of the (n, 32) ``hashes``."""
        if not len(hashes) or not len(self):
            nothing = np.empty(0, np.int64)
            return NearFrames(nothing, nothing, nothing, np.empty(0, np.int32))
        # The radius of FAISS is exclusive.
        limits, distances, found = self._index.range_search(np.ascontiguousarray(hashes), radius_bits + 1)
        query_rows = np.repeat(np.arange(len(hashes), dtype=np.int64), np.diff(limits.astype(np.int64)))
        rows = self._rows[found]
        # FAISS gives pairs in the order of its threads; a fixed order gives the same answer on any machine.
        order = np.lexsort((rows[:, 1], rows[:, 0], query_rows))
        rows = rows[order]
        return NearFrames(query_rows[order], rows[:, 0], rows[:, 1], distances[order].astype(np.int32))

    def save(self, folder: Path) -> None:
        """Write the index as ``files``."""
        faiss.write_index_binary(self._index, str(folder / _HASHES))
        np.save(folder / _ROWS, self._rows)

    @classmethod
    def load(cls, folder: Path) -> "FrameIndex":
        """Map what ``save`` wrote."""
        index = faiss.read_index_binary(str(folder / _HASHES), faiss.IO_FLAG_MMAP_IFC)
        return cls(index, np.load(folder / _ROWS, mmap_mode="r"))


@dataclass
class FrameIndexBuilder:
    """Collects fingerprints."""

    _index: faiss.IndexBinary = field(default_factory=lambda: faiss.IndexBinaryFlat(HASH_BITS))
    _rows: list[NDArray[np.int64]] = field(default_factory=lambda: [np.empty((0, 2), np.int64)])

    def add(self, number: int, fingerprint: Fingerprint) -> None:
        """Add the frames of a video under its number."""
        packed = fingerprint.frame_hashes
        comparable = np.flatnonzero(np.frombuffer(packed.codes, np.uint8) == COMPARABLE)
        hashes = np.frombuffer(packed.hashes, np.uint8).reshape(-1, HASH_BYTES)[comparable]
        if len(hashes):
            self._index.add(np.ascontiguousarray(hashes))
        self._rows.append(np.stack([np.full(len(comparable), number), comparable], axis=1).astype(np.int64))

    def build(self) -> FrameIndex:
        """Give the index of what was added."""
        return FrameIndex(self._index, np.concatenate(self._rows))
