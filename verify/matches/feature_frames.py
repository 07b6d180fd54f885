"""The local features of a fingerprint as arrays, for the arithmetic of matching."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.local_features import reorder
from verify.records.fingerprint import FEATURE_BYTES, SIZE_STEPS, Fingerprint, LocalFeatures

UNIT = 256.0
"""Positions and sizes count in 1/256 of the longer side of the picture."""


@dataclass(frozen=True, slots=True)
class FeatureFrames:
    """n features of m frames, in order of time.

    Attributes:
        times: (m,) float64 seconds at which each frame is shown.
        first: (m + 1,) where each frame's features begin, and where the last one's end.
        points: (n, 2) float32 x and y, in 1/256 of the longer side of the picture.
        sizes: (n,) float32, in the same unit.
        turns: (n,) float32 direction in radians, clockwise.
        descriptors: (n, 2) uint64: the 128 bits.
        extent: width and height of the picture, in the same unit: the longer one is 256.
        seconds: length of the video.
    """

    times: NDArray[np.float64]
    first: NDArray[np.int64]
    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    turns: NDArray[np.float32]
    descriptors: NDArray[np.uint64]
    extent: tuple[float, float]
    seconds: float

    def of_frame(self, frame: int) -> slice:
        """Give the range of features of one frame."""
        return slice(int(self.first[frame]), int(self.first[frame + 1]))

    def frame_numbers(self) -> NDArray[np.int64]:
        """Give the (n,) frame of each feature."""
        return np.repeat(np.arange(len(self.times)), np.diff(self.first))

    def changed(self, *, mirrored: bool, negative: bool) -> "FeatureFrames":
        """Give the features of the same video mirrored left to right, or with dark and bright exchanged."""
        if not mirrored and not negative:
            return self
        points, turns = self.points.copy(), self.turns.copy()
        if mirrored:
            points[:, 0] = self.extent[0] - points[:, 0]
            turns = np.pi - turns
        if negative:
            turns = turns + np.pi
        bits = self.descriptors.view(np.uint8).reshape(-1, self.descriptors.shape[1] * 8)
        changed = reorder(bits, mirrored=mirrored, negative=negative).view(np.uint64)
        return FeatureFrames(self.times, self.first, points, self.sizes, turns, changed, self.extent, self.seconds)


def unpack_features(fingerprint: Fingerprint) -> FeatureFrames:
    """Turn the packed features of a fingerprint into arrays."""
    return as_arrays(fingerprint.local_features, fingerprint.frame_hashes.time_base, fingerprint.seconds)


def as_arrays(packed: LocalFeatures, time_base: Fraction, seconds: Fraction) -> FeatureFrames:
    """Turn packed features, on a clock of that time base, into arrays."""
    table = np.frombuffer(packed.features, np.uint8).reshape(-1, FEATURE_BYTES)
    counts = np.frombuffer(packed.counts, "<u2").astype(np.int64)
    scale = UNIT / max(packed.width_px, packed.height_px)
    return FeatureFrames(
        times=np.frombuffer(packed.ticks, "<i8") * float(time_base),
        first=np.concatenate([[0], np.cumsum(counts)]),
        points=table[:, :2].astype(np.float32) + 0.5,
        sizes=np.exp2(table[:, 2].astype(np.float32) / SIZE_STEPS),
        turns=table[:, 3].astype(np.float32) * (2 * np.pi / 256),
        descriptors=np.ascontiguousarray(table[:, 4:]).view(np.uint64),
        extent=(packed.width_px * scale, packed.height_px * scale),
        seconds=float(seconds),
    )
