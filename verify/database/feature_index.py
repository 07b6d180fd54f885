"""Local features of a hash database, found by inverted lists of near descriptors.

Every descriptor lies in the list of the nearest of 4096 fixed words; a query looks through the lists of the words
nearest to it. Words that are fixed, not learned from the database, keep the answer independent of the order in which
videos came in. The search misses some near descriptors: it only proposes which frames are compared in full.

All queries are looked up list by list, not one after the other: a list of a large database then comes from memory once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from verify.database.threads import map_in_threads
from verify.records.fingerprint import FEATURE_BYTES, Fingerprint

_CODES, _PLACES = "feature_codes.npy", "feature_places.npy"
_LISTS, _STARTS = "feature_lists.npy", "feature_starts.npy"
_WORDS = "feature_words.npy"
"""(4096, 16) uint8, made by ``benchmarks/feature_words.py``."""

WORDS_VERSION = "words4096/2"
"""Names the words; a search structure built with others is built anew."""

DESCRIPTOR_BITS = 128
DESCRIPTOR_BYTES = DESCRIPTOR_BITS // 8

EVERY_FEATURE, INDEXED_PER_FRAME = 1 << 16, 32
FEW_SECONDS = 100 * 3600
"""Of a database of more than this only the strongest features of each frame stand in the index, which must fit into
memory. All of them are compared once a frame is proposed."""

MOST_PROBES, FEWEST_PROBES = 32, 2
PROBED_DESCRIPTORS = 5_000
"""Up to about this many descriptors are looked at for each: many lists of a small database, few of a large one. Among a
hundred hours two lists propose as many copies as five do, and one list hardly fewer."""

ASSIGNED_AT_ONCE = 8192
"""Descriptors whose words are looked up at a time."""

QUERIES_AT_ONCE = 1 << 18
"""Descriptors looked up at a time: those of a query of two minutes. Those of hours would take gigabytes for the words
they are looked up by, and more than 2^23 of them could not be numbered above ``_QUERY_AT``."""

LISTS_AT_ONCE = 32
"""Lists that a thread looks through before it takes the next ones."""

_QUERY_AT, _DISTANCE_AT = 40, 32
_DISTANCES, _ROWS = (1 << _QUERY_AT - _DISTANCE_AT) - 1, (1 << _DISTANCE_AT) - 1
"""A pair as one number, which sorts faster than three: the descriptor in the low 32 bits, the distance above them."""

_Near = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]
_Probed = tuple[int, NDArray[np.int64]]
_Chunk = tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.uint32]]


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
    """Finds most of the near descriptors.

    Args:
        codes: (n, 16) descriptors, list after list; within a list by video and frame.
        places: (n,) frame of each: those with features are numbered through all videos.
        lists: (4097,) where each word's list begins, and where the last one ends.
        starts: (videos,) number of the first frame of each video.
    """

    files = (_CODES, _PLACES, _LISTS, _STARTS)

    def __init__(
        self,
        codes: NDArray[np.uint8],
        places: NDArray[np.uint32],
        lists: NDArray[np.int64],
        starts: NDArray[np.int64],
    ) -> None:
        self._codes = codes
        self._places = places
        self._lists = lists
        self._starts = starts

    def __len__(self) -> int:
        """Number of descriptors that are searched."""
        return len(self._codes)

    def find_nearest(self, descriptors: NDArray[np.uint8], count: int, radius_bits: int) -> NearFeatures:
        """Find the nearest descriptors of each of (n, 16), at most ``count``, within ``radius_bits``."""
        parts = []
        for at in range(0, max(1, len(descriptors)), QUERIES_AT_ONCE):
            queries = np.ascontiguousarray(descriptors[at : at + QUERIES_AT_ONCE])
            query_rows, *found = self._find_nearest(queries, count, radius_bits)
            parts.append((query_rows + at, *found))
        return NearFeatures(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _find_nearest(self, queries: NDArray[np.uint8], count: int, radius_bits: int) -> _Near:
        """Give what ``NearFeatures`` holds for some queries."""
        probed = self._probe(queries) if len(self) else []
        some = [probed[at : at + LISTS_AT_ONCE] for at in range(0, len(probed), LISTS_AT_ONCE)]
        found = map_in_threads(partial(self._search_lists, queries, count, radius_bits), some)
        nearest = np.sort(np.concatenate([np.empty(0, np.int64), *found]))
        nearest = nearest[_rank(nearest >> _QUERY_AT) < count]
        query_rows, distances = nearest >> _QUERY_AT, (nearest >> _DISTANCE_AT) & _DISTANCES
        places = self._places[nearest & _ROWS].astype(np.int64)
        order = np.lexsort((distances, places, query_rows))
        places = places[order]
        videos = np.searchsorted(self._starts, places, "right") - 1
        return query_rows[order], videos, places - self._starts[videos], distances[order].astype(np.int32)

    def _probe(self, queries: NDArray[np.uint8]) -> list[_Probed]:
        """Give the words whose lists are looked through, each with the rows of the queries that are looked up there."""
        per_list = max(1.0, len(self) / (len(self._lists) - 1))
        probes = int(min(MOST_PROBES, max(FEWEST_PROBES, PROBED_DESCRIPTORS / per_list)))
        words = nearest_words(queries, probes).ravel()
        order = np.argsort(words, kind="stable")
        ends = np.searchsorted(words[order], np.arange(len(self._lists)))
        rows = order // probes
        return [
            (word, rows[ends[word] : ends[word + 1]])
            for word in np.unique(words).tolist()
            if self._lists[word + 1] > self._lists[word]
        ]

    def _search_lists(
        self, queries: NDArray[np.uint8], count: int, radius_bits: int, probed: Sequence[_Probed]
    ) -> NDArray[np.int64]:
        """Give what is near in some lists, each pair as one number: query, then distance, then descriptor."""
        found = []
        for word, rows in probed:
            begin, end = self._lists[word : word + 2].tolist()
            codes = np.asarray(self._codes[begin:end])
            distances, places = faiss.knn_hamming(queries[rows], codes, min(count, len(codes)))
            near, rank = np.nonzero(distances <= radius_bits)
            kept = distances[near, rank].astype(np.int64)
            found.append((rows[near] << _QUERY_AT) + (kept << _DISTANCE_AT) + (places[near, rank] + begin))
        return np.concatenate(found)

    def save(self, folder: Path) -> None:
        """Write the index as ``files``."""
        np.save(folder / _CODES, self._codes)
        np.save(folder / _PLACES, self._places)
        np.save(folder / _LISTS, self._lists)
        np.save(folder / _STARTS, self._starts)

    @classmethod
    def load(cls, folder: Path) -> "FeatureIndex":
        """Map what ``save`` wrote."""
        codes, places, lists, starts = (np.load(folder / name, mmap_mode="r") for name in cls.files)
        return cls(codes, places, lists, starts)


def nearest_words(descriptors: NDArray[np.uint8], count: int) -> NDArray[np.uint16]:
    """Give the (n, count) nearest words of each of (n, 16) descriptors, the nearest first."""
    parts = [descriptors[at : at + ASSIGNED_AT_ONCE] for at in range(0, len(descriptors), ASSIGNED_AT_ONCE)]
    return np.concatenate([np.empty((0, count), np.uint16), *map_in_threads(partial(_nearest_words, count), parts)])


def _nearest_words(count: int, descriptors: NDArray[np.uint8]) -> NDArray[np.uint16]:
    return np.asarray(faiss.knn_hamming(np.ascontiguousarray(descriptors), _words(), count)[1], np.uint16)


@cache
def _words() -> NDArray[np.uint8]:
    with files("verify.database").joinpath(_WORDS).open("rb") as file:
        return np.asarray(np.load(file), np.uint8)


def _rank(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the entries of each group; groups ascend."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.append(starts, len(groups))))


WORDS_A_PART = 256
"""Words whose lists are put together at a time: what lies in a part then lies twice in memory, not all of it."""

BLOCK_FEATURES = 1 << 20
"""Features that are sorted by word at a time."""


@dataclass
class FeatureIndexBuilder:
    """Collects fingerprints, one for each number from 0.

    Attributes:
        per_frame: features of each frame that are searched, the strongest ones.
    """

    per_frame: int = EVERY_FEATURE
    _waiting: list[tuple[NDArray[np.uint8], NDArray[np.uint32]]] = field(default_factory=list)
    _waiting_features: int = 0
    _parts: dict[int, list[_Chunk]] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)
    _length: int = 0

    def add(self, fingerprint: Fingerprint) -> None:
        """Add features of each frame of the next video."""
        packed = fingerprint.local_features
        counts = np.frombuffer(packed.counts, "<u2").astype(np.int64)
        frames = np.repeat(np.arange(len(counts)), counts)
        chosen = np.flatnonzero(_rank(frames) < self.per_frame)
        table = np.frombuffer(packed.features, np.uint8).reshape(-1, FEATURE_BYTES)
        codes = np.ascontiguousarray(table[chosen, FEATURE_BYTES - DESCRIPTOR_BYTES :])
        self._waiting.append((codes, (self._length + frames[chosen]).astype(np.uint32)))
        self._waiting_features += len(chosen)
        self._starts.append(self._length)
        self._length += len(counts)
        if self._waiting_features >= BLOCK_FEATURES:
            self._sort_waiting()

    def build(self) -> FeatureIndex:
        """Give the index of what was added, which empties the builder."""
        self._sort_waiting()
        total = sum(len(words) for chunks in self._parts.values() for words, _, _ in chunks)
        codes, places = np.empty((total, DESCRIPTOR_BYTES), np.uint8), np.empty(total, np.uint32)
        counts = np.zeros(len(_words()), np.int64)
        at = 0
        for part in sorted(self._parts):
            words, part_codes, part_places = (
                np.concatenate(column) for column in zip(*self._parts.pop(part), strict=True)
            )
            order = np.argsort(words, kind="stable")
            codes[at : at + len(order)], places[at : at + len(order)] = part_codes[order], part_places[order]
            counts += np.bincount(words, minlength=len(counts))
            at += len(order)
        lists = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return FeatureIndex(codes, places, lists, np.array(self._starts, np.int64))

    def _sort_waiting(self) -> None:
        """Find the words of what waits, and put it to the parts they belong to."""
        if not self._waiting:
            return
        codes, places = (np.concatenate(column) for column in zip(*self._waiting, strict=True))
        self._waiting, self._waiting_features = [], 0
        words = nearest_words(codes, 1)[:, 0]
        for part in np.unique(words // WORDS_A_PART).tolist():
            chosen = np.flatnonzero(words // WORDS_A_PART == part)
            self._parts.setdefault(part, []).append((words[chosen], codes[chosen], places[chosen]))
