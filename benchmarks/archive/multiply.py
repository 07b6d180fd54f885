"""Multiply the fingerprints of some videos to as many hours as wanted, so that they look like those of other videos.

A made video is a row of pieces of random sources, each played in full, 20 seconds to half an hour in all. Every piece
is altered in its own way, the same from its first frame to its last: shots, movement, static stretches, the number of
features and how they recur from frame to frame stay those of real footage, and nothing of it is a copy any more.

- Frame hashes: pairs of neighbouring bits are turned over, every other pair on average. That alone would never come
  near another hash, but of real unrelated videos about three pairs of frames in ten million lie within 72 bits
  (``benchmarks/frame_distances.py``). So one frame in some thousands becomes a neighbour of some source's frame.
- Descriptors: their 4x4 cells change places, those of the middle, the edge and the corners each among themselves. That
  keeps the statistics of every cell, so that the lists of words keep their uneven lengths, and the distances within a
  piece to the bit.
- Brightness of blocks: pieces are turned over left to right and upside down at random, in the grid of the first one.
- Sound: each of the four bytes of an item comes from another stretch of all the sources' sound.
- Times follow on from piece to piece, so frames are sampled at other instants.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.records.fingerprint import (
    COMPARABLE,
    FEATURE_BYTES,
    HASH_BYTES,
    ITEM_BYTES,
    BlockLuma,
    Fingerprint,
    FrameHashes,
    LocalFeatures,
    Sound,
)

SHORTEST_S, LONGEST_S = 20.0, 1800.0
"""Lengths of made videos, evenly spread on a logarithmic scale: six and a half minutes on average."""

TICKS = 90_000
"""A second, in made videos."""

CHANCE_FRAMES = 6e-4
"""Share of frames that become near to a frame of a source…"""

CHANCE_BITS, CHANCE_SLOPE_BITS = 72, 2.9
"""…within so many bits: with every bit less, the share of such pairs falls by 0.15 powers of ten."""

DESCRIPTOR = 4
"""Where the descriptor begins in a packed feature."""

_GRID = np.arange(16).reshape(4, 4)
_CORNERS = _GRID[::3, ::3].ravel()
_MIDDLE = _GRID[1:3, 1:3].ravel()
_EDGES = np.setdiff1d(_GRID, [*_CORNERS, *_MIDDLE])
_PAIR_OF_BITS = np.array([0b11, 0b1100, 0b110000, 0b11000000], np.uint8)


@dataclass(frozen=True, slots=True)
class _Source:
    """A fingerprint as arrays; times in ticks of made videos from its first frame.

    Attributes:
        length: ticks from the first frame to the end.
        spans: (n, 2) int64 start and end of each frame.
        hashes: (n, 32) uint8.
        codes: (n,) uint8.
        shape: width and height of the picture in which features were found.
        instants: (m,) int64 of the frames with features.
        counts: (m,) uint16 features of each.
        table: (k, 20) uint8 the features.
        samples: (s,) int64 when brightness was sampled.
        changes: (s, rows, columns) int8 its changes.
    """

    length: int
    spans: NDArray[np.int64]
    hashes: NDArray[np.uint8]
    codes: NDArray[np.uint8]
    shape: tuple[int, int]
    instants: NDArray[np.int64]
    counts: NDArray[np.uint16]
    table: NDArray[np.uint8]
    samples: NDArray[np.int64]
    changes: NDArray[np.int8]

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> "_Source":
        """Unpack a fingerprint."""
        hashes, features, blocks = fingerprint.frame_hashes, fingerprint.local_features, fingerprint.block_luma
        if blocks is None:
            message = "pictures are not multiplied"
            raise ValueError(message)
        scale = float(hashes.time_base) * TICKS
        spans = np.stack([np.frombuffer(ticks, "<i8") for ticks in (hashes.starts, hashes.ends)], axis=1) * scale
        return cls(
            length=int(float(fingerprint.seconds) * TICKS),
            spans=spans.round().astype(np.int64),
            hashes=np.frombuffer(hashes.hashes, np.uint8).reshape(-1, HASH_BYTES),
            codes=np.frombuffer(hashes.codes, np.uint8),
            shape=(features.width_px, features.height_px),
            instants=(np.frombuffer(features.ticks, "<i8") * scale).round().astype(np.int64),
            counts=np.frombuffer(features.counts, "<u2"),
            table=np.frombuffer(features.features, np.uint8).reshape(-1, FEATURE_BYTES),
            samples=(np.frombuffer(blocks.ticks, "<i8") * scale).round().astype(np.int64),
            changes=np.frombuffer(blocks.changes, np.int8).reshape(-1, blocks.rows, blocks.columns),
        )


class Multiplier:
    """Makes videos without end; each depends on its number and the sources only."""

    def __init__(self, fingerprints: Sequence[Fingerprint]) -> None:
        self._sources = [_Source.of(one) for one in fingerprints]
        sounds = [one.sound for one in fingerprints if one.sound is not None and len(one.sound)]
        self._sound = sounds[0] if sounds else None
        self._hashes = np.concatenate([one.hashes[one.codes == COMPARABLE] for one in self._sources])
        self._items = np.frombuffer(b"".join(one.items for one in sounds), np.uint8).reshape(-1, ITEM_BYTES)

    def videos(self) -> Iterator[Fingerprint]:
        """Give one made video after the other."""
        number = 0
        while True:
            yield self.make(number)
            number += 1

    def make(self, number: int) -> Fingerprint:
        """Make the video of that number."""
        rng = np.random.default_rng(number)
        wanted = int(np.exp(rng.uniform(np.log(SHORTEST_S), np.log(LONGEST_S))) * TICKS)
        pieces: list[_Source] = []
        starts = [0]
        while starts[-1] < wanted:
            source = self._sources[int(rng.integers(len(self._sources)))]
            pieces.append(_alter(source, pieces[0] if pieces else source, starts[-1], rng))
            starts.append(starts[-1] + source.length)
        return Fingerprint(
            video_id=hashlib.sha256(f"made video {number}".encode()).hexdigest(),
            version=FINGERPRINT_VERSION,
            seconds=Fraction(starts[-1], TICKS),
            frame_hashes=_join_hashes(pieces, self._come_near(sum(len(piece.codes) for piece in pieces), rng)),
            local_features=_join_features(pieces),
            block_luma=_join_blocks(pieces),
            sound=self._mix_sound(starts[-1], rng),
        )

    def _come_near(self, frames: int, rng: np.random.Generator) -> dict[int, bytes]:
        """Give a hash near to a source's for some of so many frames."""
        chosen = np.flatnonzero(rng.random(frames) < CHANCE_FRAMES)
        bits = np.maximum(0, CHANCE_BITS - rng.exponential(CHANCE_SLOPE_BITS, len(chosen)).astype(np.int64))
        rank = rng.random((len(chosen), HASH_BYTES * 8)).argsort(axis=1).argsort(axis=1)
        turned = np.packbits(rank < bits[:, np.newaxis], axis=1)
        hashes = self._hashes[rng.integers(len(self._hashes), size=len(chosen))] ^ turned
        return {frame: row.tobytes() for frame, row in zip(chosen.tolist(), hashes, strict=True)}

    def _mix_sound(self, length: int, rng: np.random.Generator) -> Sound | None:
        if self._sound is None:
            return None
        count = int(Fraction(length, TICKS) / self._sound.step)
        bytes_of_items = [
            self._items[(int(rng.integers(len(self._items))) + np.arange(count)) % len(self._items), place]
            for place in range(ITEM_BYTES)
        ]
        return Sound(step=self._sound.step, span=self._sound.span, items=np.stack(bytes_of_items, axis=1).tobytes())


def turn_pairs(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Give (32,) bytes by which a hash is combined, by XOR, to look like another picture's."""
    return np.asarray((rng.integers(0, 2, (HASH_BYTES, 4), dtype=np.uint8) * _PAIR_OF_BITS).sum(axis=1), np.uint8)


def shuffle_cells(rng: np.random.Generator) -> NDArray[np.int64]:
    """Give the (16,) order of cells that makes a descriptor look like another one's."""
    order = np.arange(_GRID.size)
    for ring in (_CORNERS, _MIDDLE, _EDGES):
        order[ring] = rng.permutation(ring)
    return order


def _alter(source: _Source, first: _Source, start: int, rng: np.random.Generator) -> _Source:
    """Make another video's piece of a source, in the shape and the grid of the first piece."""
    mask, cells, shape = turn_pairs(rng), shuffle_cells(rng), first.shape
    table = source.table.copy()
    table[:, DESCRIPTOR:] = source.table[:, DESCRIPTOR + cells]
    for axis in (0, 1):  # positions keep within the picture of the first piece
        ratio = shape[axis] * max(source.shape) / (source.shape[axis] * max(shape))
        table[:, axis] = (source.table[:, axis] * ratio).clip(0, 255)
    return _Source(
        length=source.length,
        spans=source.spans + start,
        hashes=source.hashes ^ mask,
        codes=source.codes,
        shape=shape,
        instants=source.instants + start,
        counts=source.counts,
        table=table,
        samples=source.samples + start,
        changes=_turn_blocks(source.changes, first.changes.shape[1:], rng),
    )


def _turn_blocks(changes: NDArray[np.int8], grid: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.int8]:
    rows, columns = (np.arange(count) * of // count for count, of in zip(grid, changes.shape[1:], strict=True))
    turned = changes[:, rows][:, :, columns]
    return np.ascontiguousarray(turned[:, :: rng.choice((-1, 1)), :: rng.choice((-1, 1))])


def _join_hashes(pieces: Sequence[_Source], replaced: Mapping[int, bytes]) -> FrameHashes:
    hashes = np.concatenate([piece.hashes for piece in pieces])
    for frame, row in replaced.items():
        hashes[frame] = np.frombuffer(row, np.uint8)
    spans = np.concatenate([piece.spans for piece in pieces])
    return FrameHashes(
        time_base=Fraction(1, TICKS),
        starts=np.ascontiguousarray(spans[:, 0]).astype("<i8").tobytes(),
        ends=np.ascontiguousarray(spans[:, 1]).astype("<i8").tobytes(),
        hashes=hashes.tobytes(),
        mirrored=b"",
        codes=np.concatenate([piece.codes for piece in pieces]).tobytes(),
    )


def _join_features(pieces: Sequence[_Source]) -> LocalFeatures:
    width_px, height_px = pieces[0].shape
    return LocalFeatures(
        width_px=width_px,
        height_px=height_px,
        ticks=np.concatenate([piece.instants for piece in pieces]).astype("<i8").tobytes(),
        counts=np.concatenate([piece.counts for piece in pieces]).astype("<u2").tobytes(),
        features=np.concatenate([piece.table for piece in pieces]).tobytes(),
    )


def _go_on(changes: NDArray[np.int8]) -> NDArray[np.int8]:
    """Go on from where the piece before ended: only the first sample of a video says where its brightness begins."""
    return np.concatenate([np.zeros_like(changes[:1]), changes[1:]])


def _join_blocks(pieces: Sequence[_Source]) -> BlockLuma:
    rows, columns = pieces[0].changes.shape[1:]
    return BlockLuma(
        columns=columns,
        rows=rows,
        ticks=np.concatenate([piece.samples for piece in pieces]).astype("<i8").tobytes(),
        changes=np.concatenate([pieces[0].changes, *(_go_on(piece.changes) for piece in pieces[1:])]).tobytes(),
    )
