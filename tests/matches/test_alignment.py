"""What frame hashes and local features say of one stretch is put together, and ends where a video cuts."""

import numpy as np
import pytest

from tests.matches.made_frames import film, make_frames
from verify.matches.alignment import Alignment, append, from_features, up_to_cuts
from verify.matches.feature_alignment import FeatureStretch
from verify.matches.lines import Line

REFERENCE_S = 60.0


def stretch(query_s: tuple[float, float], line: Line, *, mirrored: bool = False) -> Alignment:
    """Give a stretch without any evidence."""
    there = sorted(line.speed * time + line.offset_s for time in query_s)
    nothing = np.empty(0, np.int64)
    return Alignment(
        video_id="reference",
        mirrored=mirrored,
        negative=False,
        line=line,
        query_s=query_s,
        reference_s=(there[0], there[1]),
        query_frames=nothing,
        distances=nothing.astype(np.int16),
    )


def put(*stretches: Alignment) -> list[Alignment]:
    """Put stretches together in the order given."""
    together: list[Alignment] = []
    for one in stretches:
        append(together, one, REFERENCE_S)
    return together


def test_append_when_a_stretch_goes_on_then_the_first_one_is_longer_and_keeps_its_line() -> None:
    """Frame hashes tell the time more finely: features lengthen the stretch, they do not move it."""
    (joined,) = put(stretch((2, 6), Line(1.0, 10.0)), stretch((5, 9), Line(1.01, 10.2)))
    assert (joined.line, joined.query_s, joined.reference_s) == (Line(1.0, 10.0), (2, 9), (12, 19))


def test_append_when_the_reference_ends_then_the_joined_stretch_does_too() -> None:
    """Both sides tell the same stretch: what the reference does not show the query does not copy."""
    (joined,) = put(stretch((2, 6), Line(1.0, 52.0)), stretch((5, 9), Line(1.0, 52.3)))
    assert (joined.query_s, joined.reference_s) == ((2, 8), (54, 60))


@pytest.mark.parametrize(
    "other",
    [
        stretch((5, 9), Line(1.0, 12.0)),
        stretch((5, 9), Line(-1.0, 20.0)),
        stretch((5, 9), Line(1.0, 10.0), mirrored=True),
        stretch((9, 12), Line(1.0, 10.0)),
    ],
    ids=["another offset", "backwards", "mirrored", "after a gap"],
)
def test_append_when_it_is_another_stretch_then_both_stand(other: Alignment) -> None:
    """Repeated, reversed and mirrored pieces are segments of their own."""
    first = stretch((2, 6), Line(1.0, 10.0))
    together = put(first, other)
    assert [one.query_s for one in together] == [first.query_s, other.query_s]
    assert together[1] is other


def from_span(begin: float, end: float, offset_s: float) -> Alignment:
    """Give the alignment of a stretch of a film with a cut every 6 s that features saw between two instants."""
    reference = film(60)
    query = reference[90:270]
    found = FeatureStretch(Line(1.0, offset_s), (begin, end), ())
    return from_features(make_frames(query), make_frames(reference), "reference", (False, False), found)


def test_from_features_then_the_stretch_reaches_to_the_cuts() -> None:
    """Frames with features are a second apart; copies are cut where a shot ends."""
    # The query begins at 15 s: it cuts at 3 s, 9 s, 15 s…
    found = from_span(3.7, 8.2, 15.0)
    assert found.query_s == pytest.approx((3.0, 9.0), abs=0.2)
    assert found.reference_s == pytest.approx((18.0, 24.0), abs=0.2)
    assert int(found.distances.max()) == 0


def test_from_features_when_no_cut_is_near_then_little_is_added() -> None:
    """What was not seen is not claimed for long."""
    found = from_span(5.5, 6.2, 15.0)
    assert found.query_s[0] == pytest.approx(4.3, abs=0.2)
    assert found.query_s[1] == pytest.approx(7.4, abs=0.2)


@pytest.mark.parametrize(
    ("stretch_s", "longest_s", "lengthened"),
    [
        ((8.0, 10.0), (1.0, 29.0), (6.0, 12.0)),
        ((8.0, 10.0), (7.5, 10.5), (7.5, 10.5)),
        ((8.0, 10.0), (8.0, 10.0), (8.0, 10.0)),
        ((0.1, 29.9), (0.1, 29.9), (0.1, 29.9)),
    ],
    ids=["cuts", "no cut", "as it was", "ends"],
)
def test_stretch_is_lengthened_up_to_cuts_and_not_beyond(
    stretch_s: tuple[float, float], longest_s: tuple[float, float], lengthened: tuple[float, float]
) -> None:
    """Brightness may carry it farther; a cut every six seconds ends it, and it is never longer than asked for."""
    videos = make_frames(film(30)), make_frames(film(30))
    begin, end = up_to_cuts(videos, Line(1.0, 0.0), stretch_s, longest_s)
    assert [begin, end] == pytest.approx(lengthened, abs=0.2)
    assert longest_s[0] <= begin <= stretch_s[0] < stretch_s[1] <= end <= longest_s[1]
