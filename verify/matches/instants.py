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
    CORNERS,
    Fitted,
    Overlay,
    Picture,
    find_features,
    fit_pictures,
    lay_closely,
    lay_over,
    place,
)
from verify.records.explanation import AlignedPair, InstantFigures, Map, OtherInstant

FRAME_S = Fraction(1, 25)
COARSE_STEPS = (-4, -2, 2, 4)
"""Frames about the aligned instant of which the nearest is sought, then those beside it: an alignment may be off by
a sixth of a second, and what moves fast shows it."""

CONTROL_S = (Fraction(-1), Fraction(-1, 2), Fraction(1, 2), Fraction(1))
"""What the reference shows so many seconds off is compared as well."""

CLEARLY_LESS = 0.9
"""Another frame than the aligned one must differ by this factor less, where the two are not the same."""

COMPARED_SIDE_PX = 256
MOVES_LUMA = 20
"""Change of luma within a second that counts as movement: about twice what strong compression makes flicker."""

LEAST_CHANGED = 0.002
"""Share of the picture that must change for two instants to be told apart: a person far off fills so much."""

LEAST_CHANGED_BESIDE = 0.0005
"""The same between neighbouring frames."""

MUCH_LESS = 0.8
"""Another map is taken only where it fits so much better: the copy was zoomed or shaken, or the camera moves."""

SAME_MAP = 0.03
"""Maps of most pairs that put the corners within this share of the sides of each other are one map."""

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
    common = _common_map([search.fitted.matrix for search in found if search.fitted])
    for search in found:
        search.take_map(common)
    covered = _covered([search.here for search in found])
    for search in found:
        search.find_nearest(covered)
    covered = _covered([search.here for search in found])
    return [search.instant(covered) for search in found]


@dataclass
class _Search:
    """The search for the instant of one pair.

    Attributes:
        pictures: what is compared.
        pace: seconds of the reference for one of the query.
        best: shift of the frame found so far.
        fitted: the map to it.
        here: its overlay.
    """

    pictures: PairPictures
    pace: Fraction
    best: Fraction = Fraction(0)
    fitted: Fitted | None = field(init=False)
    here: Overlay = field(init=False)
    _common: Map | None = None

    def __post_init__(self) -> None:
        self._query = _small(self.pictures.query)
        self._features = find_features(self.pictures.query)
        self._few_features = find_features(self.pictures.query, few=True)
        self.fitted, self.here = self._lay_anew(self.best, few=False)

    def take_map(self, common: Map | None) -> None:
        """Lay frames by the map of most pairs: one's own follows what moves, where that has most points."""
        self._common = common
        if common is not None:
            self.fitted = Fitted(common, ())
            self.here = lay_over(self._query, self._picture(self.best), self.pictures.pair, self.fitted)

    def find_nearest(self, covered: NDArray[np.bool_] | None) -> None:
        """Go to the frame that the query differs from least, compared where frames differ from each other."""
        for steps in (COARSE_STEPS, (-1, 1)):
            around = self.best
            for step in steps:
                shift = around + step * FRAME_S * self.pace
                if shift in self.pictures.references:
                    self._go_if_nearer(shift, covered)
        self._settle()

    def instant(self, covered: NDArray[np.bool_] | None) -> Instant:
        """Compare the instant found with others, without what is covered."""
        seen = _without(covered, self.here.inside)
        shifts = [pace for shift in CONTROL_S if (pace := shift * self.pace) in self.pictures.references]
        around = {shift: self._lay_off(shift) for shift in shifts}
        only_now = seen & self._only_now([one.luma for one in around.values()])
        others = tuple(
            replace(self._compare(only_now, shift, one, LEAST_CHANGED), moved=_apart(one.matrix, self.here.matrix))
            for shift, one in around.items()
        )
        share = 1 - float(seen.sum() / max(1, self.here.inside.sum()))
        figures = InstantFigures(difference=_mean(self.here, seen), covered=share, others=others)
        return Instant(self.best, self.fitted, figures)

    def _only_now(self, around: Sequence[NDArray[np.float32]]) -> NDArray[np.bool_]:
        """Tell where the reference shows at this instant what it does not show most of the time around it.

        Where it shows nothing special now, a query without it agrees for no reason: it may be any empty scene.
        """
        if len(around) < FEWEST_AROUND:
            return np.zeros(self.here.inside.shape, bool)
        usual = np.median([self.here.luma, *around], axis=0)
        return np.asarray(np.abs(self.here.luma - usual) > MOVES_LUMA, bool)

    def _go_if_nearer(self, shift: Fraction, covered: NDArray[np.bool_] | None) -> None:
        fitted, overlay = self._lay_near(shift)
        other = self._compare(_without(covered, self.here.inside), shift, overlay, LEAST_CHANGED_BESIDE)
        if other.here is not None and other.there is not None and other.there < CLEARLY_LESS * other.here:
            self.best, self.fitted, self.here = shift, fitted, overlay

    def _compare(self, seen: NDArray[np.bool_], shift: Fraction, there: Overlay, least: float) -> OtherInstant:
        changed = seen & there.inside & (np.abs(there.luma - self.here.luma) > MOVES_LUMA)
        share = float(changed.sum() / max(1, self.here.inside.sum()))
        other = OtherInstant(shift=float(shift - self.best), changed=share)
        if share < least:
            return other
        change = float(np.abs(there.luma - self.here.luma)[changed].mean())
        return replace(other, change=change, here=_mean(self.here, changed), there=_mean(there, changed))

    def _settle(self) -> None:
        """Give the frame found its points, and the better of the common map and its own."""
        own = self._lay_anew(self.best, few=False)
        points = own[0].points if own[0] else ()
        if self._common is not None:
            pictures = self._query, self._picture(self.best)
            shared = lay_closely(*pictures, self.pictures.pair, Fitted(self._common, points))
            better = own[0] is not None and _misfit(own[1]) < MUCH_LESS * _misfit(shared[1])
            self.fitted, self.here = own if better else shared
        elif own[0] is not None:
            self.fitted, self.here = own

    def _lay_near(self, shift: Fraction) -> tuple[Fitted | None, Overlay]:
        """Lay a frame beside: by the common map as it is, or else by that of the frame found, settled."""
        how = lay_closely if self._common is None else _lay_as_told
        return how(self._query, self._picture(shift), self.pictures.pair, self.fitted)

    def _lay_off(self, shift: Fraction) -> Overlay:
        """Lay a picture of another instant by the same map where the camera stands still, else by its own.

        In fairness to other instants: where the camera moves, they too may be laid onto the query as well as can be.
        """
        overlay = lay_over(self._query, self._picture(shift), self.pictures.pair, self.fitted)
        if _mostly(overlay) <= _mostly(self.here) + SAME_CAMERA_LUMA:
            return overlay
        fitted, anew = self._lay_anew(shift, few=True)
        # What fills the picture may move as well: then the old map still fits what stands.
        return anew if fitted is not None and _misfit(anew) < MUCH_LESS * _misfit(overlay) else overlay

    def _lay_anew(self, shift: Fraction, *, few: bool) -> tuple[Fitted | None, Overlay]:
        """Find the map of a picture, and lay it."""
        found = find_features(self.pictures.references[shift], few=few)
        fitted = fit_pictures(self._few_features if few else self._features, found, self.pictures.pair)
        return lay_closely(self._query, self._picture(shift), self.pictures.pair, fitted)

    def _picture(self, shift: Fraction) -> Picture:
        return _small(self.pictures.references[shift])


def _lay_as_told(
    query: Picture, reference: Picture, pair: AlignedPair, fitted: Fitted | None
) -> tuple[Fitted | None, Overlay]:
    return fitted, lay_over(query, reference, pair, fitted)


def _common_map(maps: Sequence[Map]) -> Map | None:
    """Give the map of an edited copy, which is that of most of its frames; None where they do not agree."""
    if len(maps) < FEWEST_PAIRS:
        return None
    a, b, c, d, e, f = np.median(maps, axis=0).tolist()
    common = (a, b, c, d, e, f)
    return common if float(np.median([_apart(one, common) for one in maps])) <= SAME_MAP else None


def _apart(one: Map, other: Map) -> float:
    """Give how far apart two maps put the corners at most."""
    return float(np.abs(place(one, CORNERS) - place(other, CORNERS)).max())


def _covered(overlays: Sequence[Overlay]) -> NDArray[np.bool_] | None:
    """Tell where something lies over the picture for good; None where too few pairs tell."""
    if len(overlays) < FEWEST_PAIRS or len({one.inside.shape for one in overlays}) > 1:
        return None
    share = np.mean([one.difference > COVERED_LUMA for one in overlays], axis=0)
    covered = (share >= COVERED_IN).astype(np.uint8)
    return np.asarray(cv2.dilate(covered, np.ones((5, 5), np.uint8)), bool)


def _without(covered: NDArray[np.bool_] | None, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return inside if covered is None else inside & ~covered


def _misfit(overlay: Overlay) -> float:
    """Give how badly the pictures agree, whatever lies over them."""
    inside = overlay.difference[overlay.inside]
    return float(np.minimum(inside, COVERED_LUMA).mean()) if len(inside) else float(COVERED_LUMA)


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
