"""The frames of a fingerprint as arrays, for the arithmetic of matching."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.frame_hash import mirror_hashes
from verify.records.fingerprint import COMPARABLE, HASH_BYTES, Fingerprint

TOO_FAR = 256
"""Distance given to a pair of which one frame cannot be compared: no bit agrees."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Instants at which comparable frames are looked at.

    Attributes:
        starts, ends: (n,) float64 seconds.
        frames: (n,) the frame shown in ``[start, end)``.
    """

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    frames: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Frames:
    """n frames in order of time.

    Attributes:
        starts, ends: (n,) float64 seconds; a frame is shown in ``[start, end)``.
        hashes: (n, 4) uint64: the 256 bits.
        mirrored: (n, 4) uint64: the same of the mirrored pictures; of a stored video nearly so.
        comparable: (n,) bool.
        codes: (n,) uint8, the reason where it is not.
        seconds: length of the video.
    """

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    hashes: NDArray[np.uint64]
    mirrored: NDArray[np.uint64]
    comparable: NDArray[np.bool_]
    codes: NDArray[np.uint8]
    seconds: float

    @property
    def comparable_seconds(self) -> float:
        """Length of what can be compared."""
        return float((self.ends - self.starts)[self.comparable].sum())

    def sample_clock(self, step_s: float) -> Samples:
        """Take a sample of every comparable frame, and further ones while it stands for longer than a step."""
        chosen = np.flatnonzero(self.comparable)
        spans = (self.ends - self.starts)[chosen]
        counts = np.maximum(1, np.ceil(spans / step_s - 0.5)).astype(np.int64)
        frames = np.repeat(chosen, counts)
        number = np.arange(len(frames)) - np.repeat(np.cumsum(counts) - counts, counts)
        times = self.starts[frames] + number * step_s
        last = number == np.repeat(counts, counts) - 1
        return Samples(times, np.where(last, self.ends[frames], times + step_s), frames)


def unpack_frames(fingerprint: Fingerprint) -> Frames:
    """Turn a packed fingerprint into arrays."""
    packed = fingerprint.frame_hashes
    base = float(packed.time_base)
    codes = np.frombuffer(packed.codes, np.uint8)
    mirrored = np.frombuffer(packed.mirrored, np.uint8)
    if not len(mirrored):
        mirrored = mirror_hashes(np.frombuffer(packed.hashes, np.uint8).reshape(-1, HASH_BYTES))
    return Frames(
        starts=np.frombuffer(packed.starts, "<i8") * base,
        ends=np.frombuffer(packed.ends, "<i8") * base,
        hashes=np.frombuffer(packed.hashes, np.uint64).reshape(-1, HASH_BYTES // 8),
        mirrored=mirrored.reshape(-1, HASH_BYTES).view(np.uint64),
        comparable=codes == COMPARABLE,
        codes=codes,
        seconds=float(fingerprint.seconds),
    )


def hash_distances(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.int16]:
    """Count the differing bits of (..., 4) hashes, broadcast against each other."""
    return np.asarray(np.bitwise_count(left ^ right).sum(axis=-1), dtype=np.int16)
