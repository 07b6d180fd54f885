"""Compare a still with one reference: which of its pictures it shows, and what says so.

Local features tell how the still lies in the picture, at about one frame a second. Laid back by that map, or in one of
its views, it has a frame hash, which is compared at every sample. Neither alone tells the instant: what stands still
agrees in features at any time, and a part of a picture has but a rough hash. So both are added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.frame_hash import hash_pictures
from verify.matches.all_evidence import KnownReference
from verify.matches.brightness import blocks_inside
from verify.matches.feature_candidates import Variants
from verify.matches.feature_frames import FeatureFrames
from verify.matches.frames import TOO_FAR, hash_distances
from verify.matches.geometry import GUIDED_BITS, PLACE_TOLERANCE, PairFit, fit_pair, project
from verify.matches.still_brightness import blocks_of, misfit_at
from verify.matches.views import Luma, Views, fill_bars, lay_back
from verify.records.fingerprint import COMPARABLE

LEAST_POINTS = 8
"""Points from which a fitted frame is followed up and lays the still back."""

MOST_FRAMES, MOST_LAID = 48, 24
"""Frames of a reference that are fitted, and those of them by which the still is laid back."""

REACH_S = 1.6
"""About a fitted frame, samples this near are compared: frames with features are about a second apart."""

LEAST_SHOWN = 0.2
"""A map that lays the still over less of the reference's picture than this says nothing of its hash."""

FEWEST_SEEN = 14
"""Features of the reference that should lie in the still: of fewer, each would say too much."""

BITS_ALIKE = 75.0
BITS_ALIKE_WHOLE = 50.0
"""What full agreement of local features is worth in bits of the frame hash, and the same where the whole picture is
compared, which tells the time better."""

BITS_PER_LUMA, USUAL_LUMA = 8.0, 6.0
"""What a luma by which blocks misfit more or less than usual weighs. Of 370 screenshots that were laid back half misfit
their reference by less than two luma; other pictures with as many corresponding points, by six or more."""

BITS_AS_PART, BITS_LAID_BACK = 10.0, 20.0
BITS_BESIDE = 40.0
"""Bits by which a hash must be nearer to be preferred: of a part to the whole picture, because one of many parts is
near to some other picture; laid back by a map, because a map also undoes what the camera moved; and of a map by which
the reference covers little of the still, for as much of it as is not covered."""

FARTHEST_BITS = 120.0
"""Hashes farther apart than this disagree no more. All these were chosen together on 400 screenshots of the first half
of the sources (``benchmarks/accuracy/stills.py``); from half to twice each, one screenshot in fifty changes."""


@dataclass(frozen=True, slots=True)
class StillVariant:
    """A still as it is, mirrored or negative.

    Attributes:
        mirrored, negative: what was done to it.
        features: its features, so changed.
        luma: (H, W) its picture, likewise.
        views: its views, not changed.
    """

    mirrored: bool
    negative: bool
    features: FeatureFrames
    luma: Luma
    views: Views

    @classmethod
    def of(cls, luma: Luma, variants: Variants, views: Views, change: tuple[bool, bool]) -> "StillVariant":
        """Change a picture: mirrored, and negative, or not."""
        mirrored, negative = change
        turned = luma[:, ::-1] if mirrored else luma
        features = variants.get(mirrored=mirrored, negative=negative)
        return cls(mirrored, negative, features, np.ascontiguousarray(255 - turned if negative else turned), views)

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """The (n, 4) hashes of the views; a negative has none."""
        return self.views.frames.mirrored if self.mirrored else self.views.frames.hashes


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a reference shows the still.

    Attributes:
        sample: the frame hash of the reference that is shown at the instant.
        whole_bits, part_bits, laid_bits: bits between it and the still: the whole picture, a part, laid back.
        frame: the frame with features that agrees in most points, about the instant; None where none was fitted.
        fit: its map.
        cost: the less, the likelier is the instant; comparable between references.
    """

    sample: int
    whole_bits: int
    part_bits: int
    laid_bits: int
    frame: int | None
    fit: PairFit | None
    cost: float

    @property
    def points(self) -> int:
        """Corresponding points."""
        return 0 if self.fit is None else len(self.fit)

    @property
    def bits(self) -> int:
        """Bits of the nearest way to compare the pictures."""
        return min(self.whole_bits, self.part_bits, self.laid_bits)


@dataclass
class StillTracer:
    """Compares one variant of a still with one reference."""

    still: StillVariant
    reference: KnownReference
    _fits: dict[int, PairFit | None] = field(default_factory=dict)

    def find(self, frames: Sequence[int], samples: Sequence[int]) -> Sighting | None:
        """Find the instant that the still shows; None where nothing agrees.

        Args:
            frames: frames with features that may show it, the likeliest first.
            samples: frame hashes that may.
        """
        self._follow(frames)
        strong = sorted((j for j, fit in self._fits.items() if fit and len(fit) >= LEAST_POINTS), key=self._rank)
        compared = self._samples_about(strong, samples)
        if not len(compared):
            return None
        whole, part = self._by_views(compared)
        laid, covering, misfit = self._laid_back(strong[:MOST_LAID], compared)
        alike = self._alike_at(compared)
        costs = np.min(
            [
                np.minimum(whole, FARTHEST_BITS) - BITS_ALIKE_WHOLE * alike,
                np.minimum(part + BITS_AS_PART, FARTHEST_BITS) - BITS_ALIKE * alike,
                np.minimum(covering + BITS_LAID_BACK, FARTHEST_BITS) - BITS_ALIKE * alike,
            ],
            axis=0,
        )
        costs += BITS_PER_LUMA * (np.nan_to_num(misfit, nan=USUAL_LUMA) - USUAL_LUMA)
        at = int(costs.argmin())
        frame = self._frame_about(int(compared[at]))
        return Sighting(
            sample=int(compared[at]),
            whole_bits=int(whole[at]),
            part_bits=int(part[at]),
            laid_bits=int(laid[at]),
            frame=frame,
            fit=None if frame is None else self._fits[frame],
            cost=float(costs[at]),
        )

    def _rank(self, frame: int) -> tuple[float, int]:
        return -self._alike(frame), frame

    def _follow(self, frames: Sequence[int]) -> None:
        """Fit frames, and their neighbours for as long as those agree."""
        waiting = list(dict.fromkeys(frames))
        while waiting and len(self._fits) < MOST_FRAMES:
            frame = waiting.pop(0)
            if frame in self._fits:
                continue
            fit = fit_pair(self.still.features, 0, self.reference.features, frame)
            self._fits[frame] = fit
            if fit is not None and len(fit) >= LEAST_POINTS:
                beside = (frame - 1, frame + 1)
                waiting += [other for other in beside if 0 <= other < len(self.reference.features.times)]

    def _samples_about(self, frames: Sequence[int], samples: Sequence[int]) -> NDArray[np.int64]:
        """Give the comparable samples about fitted frames, and those given."""
        about = np.zeros(len(self.reference.frames.starts), bool)
        about[list(samples)] = True
        for frame in frames:
            about[self._near(frame)] = True
        return np.flatnonzero(about & self.reference.frames.comparable)

    def _near(self, frame: int) -> slice:
        """Give the range of samples about a frame with features."""
        time, known = self.reference.features.times[frame], self.reference.frames
        first = np.searchsorted(known.ends, time - REACH_S, side="right")
        return slice(int(first), int(np.searchsorted(known.starts, time + REACH_S)))

    def _by_views(self, samples: NDArray[np.int64]) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """Give the bits between samples and the nearest view of the whole still, and of it as a part."""
        far = np.full(len(samples), TOO_FAR, np.int16)
        if self.still.negative:
            return far, far
        bits = hash_distances(self.still.hashes[:, np.newaxis], self.reference.frames.hashes[samples])
        bits[~self.still.views.frames.comparable] = TOO_FAR
        whole = self.still.views.whole
        return bits[:whole].min(axis=0), bits[whole:].min(axis=0, initial=TOO_FAR)

    def _laid_back(
        self, frames: Sequence[int], samples: NDArray[np.int64]
    ) -> tuple[NDArray[np.int16], NDArray[np.float64], NDArray[np.float32]]:
        """Give the bits between samples and the still laid back by the maps of frames; and with what is beside it.

        And by how many luma its blocks misfit theirs.
        """
        laid = np.full(len(samples), TOO_FAR, np.int16)
        covering = np.full(len(samples), float(TOO_FAR))
        misfit = np.full(len(samples), np.nan, np.float32)
        filled = fill_bars(self.still.luma)
        pictures = [self.still.luma] if filled is self.still.luma else [self.still.luma, filled]
        for frame in frames:
            fit = self._fits[frame]
            shown, covered = self._overlap(fit.matrix) if fit is not None else (0.0, 0.0)
            if fit is None or shown < LEAST_SHOWN:
                continue
            extent = self.reference.features.extent
            back = [lay_back(picture, fit.matrix, extent) for picture in pictures]
            hashed = hash_pictures(back)
            usable = hashed.hashes[hashed.codes == COMPARABLE].view(np.uint64)
            near = self._near(frame)
            at = np.flatnonzero((samples >= near.start) & (samples < near.stop))
            bits = hash_distances(usable[:, np.newaxis], self.reference.frames.hashes[samples[at]])
            nearest = bits.min(axis=0, initial=TOO_FAR)
            laid[at] = np.minimum(laid[at], nearest)
            covering[at] = np.minimum(covering[at], nearest + BITS_BESIDE * (1 - covered))
            misfit[at] = np.fmin(misfit[at], self._misfit(back[0], fit.matrix, samples[at]))
        return laid, covering, misfit

    def _misfit(
        self, laid: NDArray[np.uint8], matrix: NDArray[np.float64], samples: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Give by how many luma the blocks of the still, laid back by a map, misfit those of the reference."""
        courses, known = self.reference.courses, self.reference.frames
        if courses is None:
            return np.full(len(samples), np.nan, np.float32)
        inside = blocks_inside(matrix, (self.still.features, self.reference.features), courses)[1]
        return misfit_at(courses, (known.starts + known.ends)[samples] / 2, blocks_of(laid, courses), inside)

    def _overlap(self, matrix: NDArray[np.float64]) -> tuple[float, float]:
        """Give the share of the reference's picture that the still shows, and that of the still which it covers."""
        laid = project(matrix, _corners(self.reference.features.extent)).astype(np.float32)
        still = _corners(self.still.features.extent).astype(np.float32)
        common, _ = cv2.intersectConvexConvex(laid, still)
        return common / max(1e-6, abs(cv2.contourArea(laid))), common / max(1e-6, abs(cv2.contourArea(still)))

    def _alike_at(self, samples: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give from 0 to 1 how well local features agree at samples, between those of frames on either side."""
        known = self.reference.frames
        frames = sorted(self._fits)
        if not frames:
            return np.zeros(len(samples))
        middles = (known.starts[samples] + known.ends[samples]) / 2
        alike = np.interp(middles, self.reference.features.times[frames], [self._alike(frame) for frame in frames])
        return np.asarray(alike, np.float64)

    def _alike(self, frame: int) -> float:
        """Give from 0 to 1 how well a frame agrees: nearness in bits and in place, of the features in sight."""
        fit = self._fits[frame]
        if fit is None:
            return 0.0
        still, reference = self.still.features, self.reference.features
        bits = np.bitwise_count(still.descriptors[fit.query] ^ reference.descriptors[fit.reference]).sum(axis=1)
        scale = np.sqrt(abs(np.linalg.det(fit.matrix[:, :2])))
        placed = project(fit.matrix, reference.points[fit.reference].astype(np.float64))
        away = np.linalg.norm(placed - still.points[fit.query], axis=1) / scale
        nearness = (1 - bits / GUIDED_BITS) * np.maximum(0.0, 1 - (away / PLACE_TOLERANCE) ** 2)
        places = project(fit.matrix, reference.points[reference.of_frame(frame)].astype(np.float64))
        seen = int(((places >= 0) & (places <= np.array(still.extent))).all(axis=1).sum())
        return float(nearness.sum()) / max(seen, FEWEST_SEEN)

    def _frame_about(self, sample: int) -> int | None:
        """Give the fitted frame about a sample that agrees in most points."""
        known, times = self.reference.frames, self.reference.features.times
        begin, end = known.starts[sample] - REACH_S, known.ends[sample] + REACH_S
        fitted = {j: len(fit) for j, fit in self._fits.items() if fit is not None and begin <= times[j] <= end}
        return max(fitted, key=lambda j: (fitted[j], -j), default=None)


def _corners(extent: tuple[float, float]) -> NDArray[np.float64]:
    width, height = extent
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
