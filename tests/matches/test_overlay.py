"""One picture laid onto another: maps, brightness, and what differs."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from tests.made_videos import Picture, draw_picture
from tests.matches.disguised import FILM, MAP, disguise
from verify.matches.overlay import (
    BESIDE,
    CORNERS,
    Fitted,
    find_features,
    fit_pictures,
    invert,
    join,
    lay_closely,
    lay_over,
    place,
)
from verify.records.explanation import AlignedPair, Map

REFERENCE = draw_picture(FILM, 50)
QUERY = disguise(REFERENCE)
CAPTION = slice(126, None)


def pair(matrix: Map | None = MAP, *, mirrored: bool = True, negative: bool = False) -> AlignedPair:
    """Give a pair at time 0."""
    return AlignedPair(
        match=0,
        segment=0,
        query_time=Fraction(0),
        reference_time=Fraction(0),
        mirrored=mirrored,
        negative=negative,
        matrix=matrix,
    )


def away(matrix: Map, other: Map) -> float:
    """Give the largest distance between the places of corners."""
    return float(np.abs(place(matrix, CORNERS) - place(other, CORNERS)).max())


def test_warped_reference_is_nearer_to_the_query_than_the_reference() -> None:
    """Laid by the true map, only the caption differs."""
    overlay = lay_over(QUERY, REFERENCE, pair(), None)
    size = (QUERY.shape[1], QUERY.shape[0])
    unwarped = cv2.absdiff(cv2.resize(REFERENCE, size), QUERY)[: CAPTION.start].mean()
    warped = cv2.absdiff(overlay.warped, QUERY)[: CAPTION.start].mean()
    assert warped < unwarped / 5
    assert overlay.difference[CAPTION].mean() > 10 * overlay.difference[: CAPTION.start].mean()
    assert overlay.inside.all()


def test_map_found_anew_is_the_true_one_and_comes_closer_still() -> None:
    """Points of the two pictures tell the map; where they agree best is within a third of a pixel of the truth."""
    fitted = fit_pictures(find_features(QUERY), find_features(REFERENCE), pair(None))
    assert fitted is not None
    assert away(fitted.matrix, MAP) < 0.03
    points = np.array(fitted.points)
    assert place(MAP, points[:, 2:]) == pytest.approx(points[:, :2], abs=0.03)
    closer, overlay = lay_closely(QUERY, REFERENCE, pair(None), fitted)
    assert closer is not None
    assert away(closer.matrix, MAP) < 1 / (3 * 180)
    assert overlay.points == fitted.points
    assert overlay.mean_difference <= lay_over(QUERY, REFERENCE, pair(None), fitted).mean_difference


def test_pictures_of_different_places_fit_on_no_map() -> None:
    """Chance must not draw points."""
    other = draw_picture(FILM, 150)
    assert fit_pictures(find_features(QUERY), find_features(other), pair(None)) is None
    overlay = lay_over(QUERY, other, pair(None), None)
    assert (overlay.fitted, overlay.points) == (False, ())
    assert overlay.matrix == (-1.0, 0.0, 1.0, 0.0, 1.0, 0.0)


@pytest.mark.parametrize("change", [lambda one: 255 - one, lambda one: (one // 2 + 90).astype(np.uint8)])
def test_tone_of_the_copy_is_no_difference(change: "type[Picture]") -> None:
    """A negative, or paler, copy differs from the reference in nothing but the tone, and that is matched."""
    query = np.asarray(change(QUERY), np.uint8)
    negative = bool(query[0, 0, 0] == 255 - QUERY[0, 0, 0])
    overlay = lay_over(query, REFERENCE, pair(negative=negative), None)
    assert overlay.difference[: CAPTION.start].mean() < 3
    if negative:
        assert cv2.absdiff(overlay.warped, query)[: CAPTION.start].mean() < 6


def test_picture_in_picture_is_laid_into_its_frame_only() -> None:
    """Beside the small picture nothing is compared and nothing of the reference is drawn."""
    query = np.full((180, 320, 3), 60, np.uint8)
    query[30:120, 100:260] = cv2.resize(REFERENCE, (160, 90), interpolation=cv2.INTER_AREA)
    matrix = (0.5, 0.0, 100 / 320, 0.0, 0.5, 30 / 180)
    overlay = lay_over(query, REFERENCE, pair(matrix, mirrored=False), None)
    assert overlay.inside.mean() == pytest.approx(0.25, abs=0.02)
    assert overlay.inside[60, 180]
    assert not overlay.inside[10, 10]
    assert overlay.difference[~overlay.inside].max() == 0
    assert (overlay.warped[~overlay.inside] == BESIDE).all()
    assert overlay.mean_difference < 6


def test_maps_are_inverted_and_joined() -> None:
    """There and back again is nowhere."""
    turned = (0.8, -0.2, 0.1, 0.3, 1.1, -0.2)
    assert join(invert(turned), turned) == pytest.approx((1, 0, 0, 0, 1, 0))
    twice = place(turned, place(MAP, CORNERS))
    assert place(join(turned, MAP), CORNERS) == pytest.approx(twice)


def test_flat_pictures_are_laid_without_trouble() -> None:
    """Black, white or one pixel: no arithmetic fails."""
    black = np.zeros((90, 160, 3), np.uint8)
    assert lay_over(black, black, pair(None), None).mean_difference == 0
    assert fit_pictures(find_features(black), find_features(black), pair(None)) is None
    dot = np.full((1, 1, 3), 200, np.uint8)
    fitted = Fitted((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), ())
    assert lay_closely(dot, black, pair(None), fitted)[0] == fitted
