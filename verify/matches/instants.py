"""Is it the same instant? Pictures of a query against the reference at the aligned instants and around them.

A place looks alike for hours. What moves in the reference within a second either way shows the instant: there the
query should differ little from the reference at the aligned instant, and clearly from what it shows a second off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.matches.overlay import (
    Fitted,
    Overlay,
    Picture,
    find_features,
    fit_pictures,
    lay_closely,
    lay_over,
)
from verify.records.explanation import AlignedPair, InstantFigures, OtherInstant

FRAME_S = Fraction(1, 25)
COARSE_STEPS = (-4, -2, 2, 4)
"""Frames about the aligned instant of which the nearest is sought, then those beside it: an alignment may be off by
a sixth of a second, and what moves fast shows it."""

CONTROL_S = (Fraction(-1), Fraction(-1, 2), Fraction(1, 2), Fraction(1))
"""What the reference shows so many seconds off is compared as well."""

CLEARLY_LESS = 0.9
"""Another frame than the aligned one must differ by this factor less, where the two are not the same."""

COMPARED_SIDE_PX = 320
MOVES_LUMA = 20
"""Change of luma within a second that counts as movement: about twice what strong compression makes flicker."""

LEAST_CHANGED = 0.002
"""Share of the picture that must change for two instants to be told apart: a person far off fills so much."""

LEAST_CHANGED_BESIDE = 0.0005
"""The same between neighbouring frames."""

MOST_OF_IT, SAME_CAMERA_LUMA = 0.75, 1.5
"""Where most of the picture differs by no more than this beyond what it does at the aligned instant, the map holds."""

FEWEST_AROUND = 2
COVERED_LUMA = 25
COVERED_IN = 0.75
FEWEST_PAIRS = 3
"""What differs by so much in this share of the pairs, at least three, lies over the picture: a caption or a logo."""


def shifts_of(speed: float) -> tuple[Fraction, ...]:
    """Give the shifts from the aligned instant that are looked at, in seconds of the reference."""
    pace = _pace(speed)
    fine = {step + beside for step in (0, *COARSE_STEPS) for beside in (-1, 0, 1)}
    return tuple(sorted({step * FRAME_S * pace for step in fine} | {shift * pace for shift in CONTROL_S}))


@dataclass(frozen=True, slots=True)
class PairPictures:
    """The pictures of one pair.

    Attributes:
        pair: what was compared.
        query: (H, W, 3) uint8 RGB.
        references: pictures of the reference by their shift from the aligned instant, that at 0 among them.
    """

    pair: AlignedPair
    query: Picture
    references: Mapping[Fraction, Picture]


@dataclass(frozen=True, slots=True)
class Instant:
    """The frame of the reference that a picture of the query shows, among those around the aligned instant.

    Attributes:
        shift: from the aligned instant to it, in seconds of the reference.
        fitted: the map between the two pictures; None where none was found anew.
        figures: what tells it from other instants.
    """

    shift: Fraction
    fitted: Fitted | None
    figures: InstantFigures


def find_instants(pairs: Sequence[PairPictures], speed: float) -> list[Instant]:
    """Find the instant of each pair of a segment.

    Args:
        pairs: with their pictures.
        speed: of the segment.
    """
    found = [_Search(one, _pace(speed)) for one in pairs]
    covered = _covered([search.here for search in found])
    for search in found:
        search.find_nearest(covered)
    covered = _covered([search.here for search in found])
    return [search.instant(covered) for search in found]


@dataclass
class _Search:
    pictures: PairPictures
    pace: Fraction
    best: Fraction = Fraction(0)
    _overlays: dict[Fraction, tuple[Fitted | None, Overlay]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._query = _small(self.pictures.query)
        self._features = find_features(self.pictures.query)

    @property
    def here(self) -> Overlay:
        """The overlay of the instant found."""
        return self._lay(self.best)[1]

    def find_nearest(self, covered: NDArray[np.bool_] | None) -> None:
        """Go to the frame that the query differs from least, compared where frames differ from each other."""
        for steps in (COARSE_STEPS, (-1, 1)):
            around = self.best
            for step in steps:
                shift = around + step * FRAME_S * self.pace
                if shift in self.pictures.references and self._is_nearer(shift, covered):
                    self.best = shift

    def instant(self, covered: NDArray[np.bool_] | None) -> Instant:
        """Compare the instant found with others, without what is covered."""
        if self.best:
            self._overlays[self.best] = self._anew(self.best)  # with points of its own
        fitted, here = self._lay(self.best)
        seen = _without(covered, here.inside)
        shifts = [pace for shift in CONTROL_S if (pace := shift * self.pace) in self.pictures.references]
        only_now = seen & self._only_now(shifts)
        others = tuple(self._compare(only_now, shift, LEAST_CHANGED) for shift in shifts)
        share = 1 - float(seen.sum() / max(1, here.inside.sum()))
        figures = InstantFigures(difference=_mean(here, seen), covered=share, others=others)
        return Instant(self.best, fitted, figures)

    def _only_now(self, shifts: Sequence[Fraction]) -> NDArray[np.bool_]:
        """Tell where the reference shows at this instant what it does not show most of the time around it.

        Where it shows nothing special now, a query without it agrees for no reason: it may be any empty scene.
        """
        around = [self._lay(shift)[1].luma for shift in shifts]
        if len(around) < FEWEST_AROUND:
            return np.zeros(self.here.inside.shape, bool)
        usual = np.median([self.here.luma, *around], axis=0)
        return np.asarray(np.abs(self.here.luma - usual) > MOVES_LUMA, bool)

    def _is_nearer(self, shift: Fraction, covered: NDArray[np.bool_] | None) -> bool:
        other = self._compare(_without(covered, self.here.inside), shift, LEAST_CHANGED_BESIDE)
        return other.here is not None and other.there is not None and other.there < CLEARLY_LESS * other.here

    def _compare(self, seen: NDArray[np.bool_], shift: Fraction, least: float) -> OtherInstant:
        here, there = self.here, self._lay(shift)[1]
        changed = seen & there.inside & (np.abs(there.luma - here.luma) > MOVES_LUMA)
        share = float(changed.sum() / max(1, here.inside.sum()))
        other = OtherInstant(shift=float(shift - self.best), changed=share)
        if share < least:
            return other
        change = float(np.abs(there.luma - here.luma)[changed].mean())
        return replace(other, change=change, here=_mean(here, changed), there=_mean(there, changed))

    def _lay(self, shift: Fraction) -> tuple[Fitted | None, Overlay]:
        if shift not in self._overlays:
            self._overlays[shift] = self._as_before(shift) or self._anew(shift)
        return self._overlays[shift]

    def _anew(self, shift: Fraction) -> tuple[Fitted | None, Overlay]:
        picture, pair = self.pictures.references[shift], self.pictures.pair
        fitted = fit_pictures(self._features, find_features(picture), pair)
        return lay_closely(self._query, _small(picture), pair, fitted)

    def _as_before(self, shift: Fraction) -> tuple[Fitted | None, Overlay] | None:
        """Lay a picture by the map of the aligned instant, where the camera stands still; that takes a tenth."""
        fitted, aligned = self._overlays.get(Fraction(0), (None, None))
        if fitted is None or aligned is None:
            return None
        picture, pair = _small(self.pictures.references[shift]), self.pictures.pair
        overlay = lay_over(self._query, picture, pair, fitted)
        moved = _mostly(overlay) > _mostly(aligned) + SAME_CAMERA_LUMA
        return None if moved else (fitted, overlay)


def _covered(overlays: Sequence[Overlay]) -> NDArray[np.bool_] | None:
    """Tell where something lies over the picture for good; None where too few pairs tell."""
    if len(overlays) < FEWEST_PAIRS or len({one.inside.shape for one in overlays}) > 1:
        return None
    share = np.mean([one.difference > COVERED_LUMA for one in overlays], axis=0)
    covered = (share >= COVERED_IN).astype(np.uint8)
    return np.asarray(cv2.dilate(covered, np.ones((5, 5), np.uint8)), bool)


def _without(covered: NDArray[np.bool_] | None, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return inside if covered is None else inside & ~covered


def _mostly(overlay: Overlay) -> float:
    """Give the difference that most of the picture stays below."""
    inside = overlay.difference[overlay.inside]
    return float(np.quantile(inside, MOST_OF_IT)) if len(inside) else 0.0


def _mean(overlay: Overlay, where: NDArray[np.bool_]) -> float:
    return float(overlay.difference[where].mean()) if where.any() else 0.0


def _pace(speed: float) -> Fraction:
    return Fraction(round(abs(speed) * 100), 100)


def _small(rgb: Picture) -> Picture:
    scale = COMPARED_SIDE_PX / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = [max(1, round(side * scale)) for side in rgb.shape[1::-1]]
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
