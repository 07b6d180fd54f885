"""All comparable frame hashes of a hash database, searched exactly by Hamming distance."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from verify.database.threads import map_in_threads
from verify.records.fingerprint import COMPARABLE, HASH_BYTES, Fingerprint

_HASHES, _PLACES, _STARTS = "frame_hashes.npy", "frame_places.npy", "frame_starts.npy"

BLOCK_FRAMES = 32_768
"""Hashes that are compared with all queries before the next ones are: a mebibyte, which a processor keeps near itself.
Read from memory anew for each query, they would take twice the time."""

_Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]


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
    """Finds every near frame.

    Attributes of a frame are its hash and its place: frames are numbered through all videos, and ``starts`` tells
    with which number each video begins.
    """

    files = (_HASHES, _PLACES, _STARTS)

    def __init__(self, hashes: NDArray[np.uint8], places: NDArray[np.uint32], starts: NDArray[np.int64]) -> None:
        self._hashes = hashes
        self._places = places
        self._starts = starts

    def __len__(self) -> int:
        """Number of frame hashes that are searched."""
        return len(self._hashes)

    def find_near(self, hashes: NDArray[np.uint8], radius_bits: int) -> NearFrames:
        """Find every frame within ``radius_bits`` of any of the (n, 32) ``hashes``, by row, video and frame."""
        queries = np.ascontiguousarray(hashes)
        blocks = range(0, len(self) if len(queries) else 0, BLOCK_FRAMES)
        nothing = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32)
        found = [nothing, *map_in_threads(partial(self._search_block, queries, radius_bits), blocks)]
        query_rows, rows, distances = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((rows, query_rows))
        places = self._places[rows[order]].astype(np.int64)
        videos = np.searchsorted(self._starts, places, "right") - 1
        return NearFrames(query_rows[order], videos, places - self._starts[videos], distances[order])

    def find_near_in(self, video: int, hashes: NDArray[np.uint8], radius_bits: int) -> NearFrames:
        """Find the same in one video."""
        # Of the type of the places: else all of them would be copied to the type of the bounds.
        bounds = np.append(self._starts, np.iinfo(np.uint32).max)[video : video + 2].astype(np.uint32)
        begin, end = np.searchsorted(self._places, bounds).tolist()
        query_rows, rows, distances = near_hashes(np.ascontiguousarray(hashes), self._hashes[begin:end], radius_bits)
        frames = self._places[begin:end][rows] - self._starts[video]
        order = np.lexsort((frames, query_rows))
        videos = np.full(len(order), video, np.int64)
        return NearFrames(query_rows[order], videos, frames[order], distances[order])

    def _search_block(self, queries: NDArray[np.uint8], radius_bits: int, start: int) -> _Found:
        query_rows, rows, distances = near_hashes(queries, self._hashes[start : start + BLOCK_FRAMES], radius_bits)
        return query_rows, rows + start, distances

    def save(self, folder: Path) -> None:
        """Write the index as ``files``."""
        np.save(folder / _HASHES, self._hashes)
        np.save(folder / _PLACES, self._places)
        np.save(folder / _STARTS, self._starts)

    @classmethod
    def load(cls, folder: Path) -> "FrameIndex":
        """Map what ``save`` wrote."""
        hashes, places, starts = (np.load(folder / name, mmap_mode="r") for name in cls.files)
        return cls(hashes, places, starts)


def near_hashes(queries: NDArray[np.uint8], hashes: NDArray[np.uint8], radius_bits: int) -> _Found:
    """Give the pairs of (n, 32) and (m, 32) hashes that differ by at most so many bits: both rows, and the bits."""
    if not len(queries) or not len(hashes):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32)
    result = faiss.RangeSearchResult(len(queries))
    pointers = faiss.swig_ptr(queries), faiss.swig_ptr(np.asarray(hashes))
    # The radius of FAISS is exclusive.
    faiss.hamming_range_search(  # type: ignore[attr-defined]
        *pointers, len(queries), len(hashes), radius_bits + 1, HASH_BYTES, result
    )
    limits = faiss.rev_swig_ptr(result.lims, len(queries) + 1).astype(np.int64)
    rows = faiss.rev_swig_ptr(result.labels, int(limits[-1])).astype(np.int64)
    distances = faiss.rev_swig_ptr(result.distances, int(limits[-1])).astype(np.int32)
    return np.repeat(np.arange(len(queries), dtype=np.int64), np.diff(limits)), rows, distances


@dataclass
class FrameIndexBuilder:
    """Collects fingerprints, one for each number from 0."""

    _hashes: list[NDArray[np.uint8]] = field(default_factory=lambda: [np.empty((0, HASH_BYTES), np.uint8)])
    _places: list[NDArray[np.uint32]] = field(default_factory=lambda: [np.empty(0, np.uint32)])
    _starts: list[int] = field(default_factory=list)
    _length: int = 0

    def add(self, fingerprint: Fingerprint) -> None:
        """Add the frames of the next video."""
        packed = fingerprint.frame_hashes
        comparable = np.flatnonzero(np.frombuffer(packed.codes, np.uint8) == COMPARABLE)
        self._hashes.append(np.frombuffer(packed.hashes, np.uint8).reshape(-1, HASH_BYTES)[comparable])
        self._places.append((self._length + comparable).astype(np.uint32))
        self._starts.append(self._length)
        self._length += len(packed)

    def build(self) -> FrameIndex:
        """Give the index of what was added, which empties the builder."""
        hashes, places = np.concatenate(self._hashes), np.concatenate(self._places)
        self._hashes.clear()
        self._places.clear()
        return FrameIndex(hashes, places, np.array(self._starts, np.int64))
