"""What was done to a copy is told in rectangles and words that a person can check on the pictures."""

from dataclasses import replace

import numpy as np
import pytest

from tests.matches.made_features import HEIGHT, WIDTH, World
from verify.matches.alignment import Alignment
from verify.matches.disguise import measure_geometry, name_disguises, share_of_other_picture
from verify.matches.feature_alignment import FeatureTracer
from verify.matches.feature_frames import FeatureFrames
from verify.matches.lines import Line
from verify.matches.movement import Standing

STREET, SQUARE = World(seed=1), World(seed=2)
SECONDS = 12.0
REFERENCE = STREET.film(np.arange(60.0), np.arange(60.0))
SHOWN = np.arange(0, SECONDS, 1 / 3)


def align(query: FeatureFrames, line: Line, *, mirrored: bool = False) -> Alignment:
    """Give the alignment of a query with all its fits."""
    tracer = FeatureTracer(query, REFERENCE, Standing(REFERENCE))
    nothing = np.empty(0, np.int64)
    return Alignment(
        video_id="reference",
        mirrored=mirrored,
        negative=False,
        line=line,
        query_s=(0.0, SECONDS),
        reference_s=(line.offset_s, line.offset_s + SECONDS * line.speed),
        query_frames=nothing,
        distances=nothing.astype(np.int16),
        fits=tracer.fits_along(line, (0.0, SECONDS)),
    )


def test_geometry_when_copy_is_cropped_then_the_rectangle_is_told() -> None:
    """The crop stands in fractions of the reference, the scale in those of the longer sides."""
    query = STREET.film(20 + SHOWN, SHOWN, scale=1.6, shift=(-0.25 * 1.6 * WIDTH, -0.3 * 1.6 * HEIGHT))
    alignment = align(query, Line(1.0, 20.0))
    geometry = measure_geometry(alignment, query, REFERENCE)
    assert geometry is not None
    assert geometry.crop == pytest.approx((0.25, 0.3, 0.625, 0.625), abs=0.02)
    assert geometry.scale == pytest.approx(1.6, abs=0.02)
    assert geometry.borders == pytest.approx((0, 0, 0, 0), abs=0.02)
    assert name_disguises(alignment, geometry) == ("cropped",)


def test_geometry_when_picture_stands_in_another_then_its_borders_are_told() -> None:
    """Left, top, right, bottom: the way round in which the query is seen, also where it is mirrored."""
    query = STREET.film(20 + SHOWN, SHOWN, scale=0.5, shift=(0.4 * WIDTH, 0.3 * HEIGHT))
    alignment = align(query, Line(1.0, 20.0))
    geometry = measure_geometry(alignment, query, REFERENCE)
    assert geometry is not None
    assert geometry.crop == pytest.approx((0, 0, 1, 1), abs=0.02)
    assert geometry.borders == pytest.approx((0.4, 0.3, 0.1, 0.2), abs=0.02)
    assert name_disguises(alignment, geometry) == ("picture_in_picture",)
    mirrored = measure_geometry(replace(alignment, mirrored=True), query, REFERENCE)
    assert mirrored is not None
    assert mirrored.borders == pytest.approx((0.1, 0.3, 0.4, 0.2), abs=0.02)


def test_geometry_without_features_is_not_told() -> None:
    """What was not measured is nothing, never an invented value."""
    query = STREET.film(20 + SHOWN, SHOWN)
    alignment = replace(align(query, Line(1.0, 20.0)), fits=())
    assert measure_geometry(alignment, query, REFERENCE) is None
    assert share_of_other_picture(alignment, query, REFERENCE) is None
    assert name_disguises(replace(alignment, line=Line(-1.3, 40.0), negative=True), None) == (
        "negative",
        "reversed",
        "sped_up",
    )


def band_of(footage: FeatureFrames, band: FeatureFrames, below: float) -> FeatureFrames:
    """Show the lower part of one video over another, as a ticker is."""
    points, sizes, turns, descriptors, counts = [], [], [], [], []
    for frame in range(len(footage.times)):
        count = 0
        for part, upper in ((footage, True), (band, False)):
            rows = part.of_frame(frame)
            kept = (part.points[rows][:, 1] < below) == upper
            points.append(part.points[rows][kept])
            sizes.append(part.sizes[rows][kept])
            turns.append(part.turns[rows][kept])
            descriptors.append(part.descriptors[rows][kept])
            count += int(kept.sum())
        counts.append(count)
    return replace(
        footage,
        first=np.concatenate([[0], np.cumsum(counts)]),
        points=np.concatenate(points),
        sizes=np.concatenate(sizes),
        turns=np.concatenate(turns),
        descriptors=np.concatenate(descriptors),
    )


def test_other_picture_when_only_a_band_agrees_then_most_of_it_is_another() -> None:
    """Two videos under one ticker share the ticker; a copy shares nearly all of what it shows."""
    copy = STREET.film(20 + SHOWN, SHOWN)
    ticker = band_of(SQUARE.film(20 + SHOWN, SHOWN), copy, below=0.85 * HEIGHT)
    shares = [share_of_other_picture(align(one, Line(1.0, 20.0)), one, REFERENCE) for one in (copy, ticker)]
    assert shares[0] is not None
    assert shares[1] is not None
    assert shares[0] < 0.1
    assert shares[1] > 0.7
