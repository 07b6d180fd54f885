"""What is drawn: points, frames, differences, and the sheet of all."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from tests.made_videos import draw_picture
from tests.matches.disguised import FILM, MAP, disguise
from verify.matches.drawing import APART, MOST_POINTS, draw_difference, spread_points
from verify.matches.overlay import find_features, fit_pictures, lay_closely
from verify.records.explanation import AlignedPair
from verify.report.sheet import PANEL_PX, SheetWords, colour_of, draw_sheet, mirrored_map

REFERENCE = draw_picture(FILM, 50)
QUERY = disguise(REFERENCE)
PAIR = AlignedPair(
    match=0, segment=0, query_time=Fraction(0), reference_time=Fraction(0), mirrored=True, negative=False, matrix=MAP
)
WORDS = SheetWords(query="Query", reference="Reference", warped="Laid over", caption=("one", "two"))


def test_points_are_few_and_apart() -> None:
    """Their numbers can be read; of points on one spot one is shown."""
    rng = np.random.default_rng(5)
    points = tuple(map(tuple, rng.random((300, 4)).tolist()))
    chosen = spread_points(points)
    assert len(chosen) == MOST_POINTS
    assert set(chosen) <= set(points)
    places = np.array(chosen)[:, :2]
    gaps = np.linalg.norm(places[:, None] - places, axis=2) + np.eye(len(places))
    assert gaps.min() > 2 * APART
    assert len(spread_points(((0.5, 0.5, 0.1, 0.1), (0.501, 0.5, 0.1, 0.1)))) == 1
    assert spread_points(()) == ()


def test_neighbouring_numbers_have_colours_of_their_own() -> None:
    """A number's colour is told from that of the numbers beside it."""
    colours = [np.array(colour_of(number), int) for number in range(MOST_POINTS)]
    assert all(np.abs(one - other).sum() > 150 for one, other in pairwise(colours))


def test_difference_is_drawn_in_colour_where_it_is() -> None:
    """The caption burns; the rest is grey."""
    fitted = fit_pictures(find_features(QUERY), find_features(REFERENCE), PAIR)
    _, overlay = lay_closely(QUERY, REFERENCE, PAIR, fitted)
    drawn = draw_difference(QUERY, overlay).astype(int)
    colourful = (drawn.max(axis=2) - drawn.min(axis=2)) > 60
    assert colourful[130:].mean() > 0.6
    assert colourful[:120].mean() < 0.02


@pytest.mark.parametrize("upright", [False, True])
def test_sheet_holds_four_panels_and_the_caption(*, upright: bool) -> None:
    """Wide pictures stand two by two, upright ones in a row; points are marked in colour on both frames."""
    query = np.ascontiguousarray(QUERY[:, 100:180]) if upright else QUERY
    fitted = fit_pictures(find_features(query), find_features(REFERENCE), PAIR)
    _, overlay = lay_closely(query, REFERENCE, PAIR, fitted)
    sheet = draw_sheet(query, REFERENCE, overlay, PAIR, WORDS)
    height, width, channels = sheet.shape
    assert channels == 3
    assert (width > 2 * height) is upright
    assert height > PANEL_PX
    assert width > 2 * PANEL_PX


def test_map_from_the_mirrored_reference_has_no_mirror_left() -> None:
    """The reference is shown as it lies in the query, so what is drawn on it must be turned about too."""
    a, b, c, d, e, f = mirrored_map(MAP)
    assert (a, b, d, e) == pytest.approx((1.25, 0, 0, 1.25))
    assert (c, f) == pytest.approx((1.125 - 1.25, -9 / 144))
