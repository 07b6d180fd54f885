"""What an answer rests on: aligned pairs with their points, and every reference that was looked at."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.made_videos import Footage, Scene, VideoSpec, draw_picture
from tests.matches.conftest import MakeShelf, Shelf
from tests.matches.disguised import COPY, FILM, FIRST_INDEX, MAP, ORIGINAL
from verify.database.store import open_database
from verify.fingerprints.detail import QUERY
from verify.fingerprints.still import is_picture
from verify.fingerprints.workers import fingerprint_file, fingerprint_still
from verify.matches.find import Matcher
from verify.matches.overlay import place
from verify.matches.pairs import PAIRS_A_SEGMENT
from verify.matches.settings import MatchSettings
from verify.records.explanation import Examination
from verify.records.fingerprint import LocalFeatures
from verify.records.looked_at import Stretch

PLACE = 0.03
"""Features keep places to 1/256 of the longer side; a map by few of them is good to a few such steps."""


def examine(shelf: Shelf, path: Path, settings: MatchSettings | None = None, **options: bool) -> Examination:
    """Examine a file."""
    taken = fingerprint_still(path) if is_picture(path) else fingerprint_file(path, detail=QUERY, threads=1)
    with open_database(shelf.database) as database:
        return Matcher(database, "footage.db", settings).examine(str(path), taken.fingerprint, **options)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Give a database of two references."""
    other = VideoSpec(footage=Footage(scenes=(Scene(seed=71, frames=75),), bar_code=False))
    return Shelf(tmp_path_factory.mktemp("pairs"), {"film": ORIGINAL, "other": other})


@pytest.fixture(scope="module")
def examination(shelf: Shelf) -> Examination:
    """Give what is known of the disguised copy."""
    return examine(shelf, shelf.write("copy", COPY))


def test_examine_gives_the_answer_of_find(shelf: Shelf, examination: Examination) -> None:
    """There is one way to match: explaining changes nothing."""
    found = shelf.find(shelf.folder / "copy.mp4")
    assert found.as_json() == examination.report.as_json()
    assert found.answer == "same_footage", found.reason


def test_pairs_are_spread_over_the_segment_at_times_of_frames(examination: Examination) -> None:
    """Each pair names two frames exactly, in order, and they are the same instant to within a sample."""
    (segment,) = examination.report.matches[0].segments
    times = [pair.query_time for pair in examination.pairs]
    assert 3 <= len(times) <= PAIRS_A_SEGMENT
    assert times == sorted(times)
    assert times[-1] - times[0] > segment.query.seconds / 2
    for pair in examination.pairs:
        assert (pair.match, pair.segment, pair.mirrored, pair.negative) == (0, 0, True, False)
        assert (25 * pair.query_time).denominator == (25 * pair.reference_time).denominator == 1
        off = pair.reference_time - pair.query_time - Fraction(FIRST_INDEX, 25)
        assert abs(off) <= Fraction(4, 5)


def test_map_and_points_lie_in_fractions_of_the_pictures_as_they_are_shown(examination: Examination) -> None:
    """A reader needs no knowledge of units or of what was mirrored before: crop and mirror are in the map."""
    for pair in examination.pairs:
        assert pair.matrix is not None
        corners = np.array([(0.3, 0.3), (0.7, 0.3), (0.5, 0.7)])
        assert place(pair.matrix, corners) == pytest.approx(place(MAP, corners), abs=PLACE)
        points = np.array(pair.points)
        assert len(points) >= 6
        assert 0 <= pair.moving <= len(points)
        assert place(pair.matrix, points[:, 2:]) == pytest.approx(points[:, :2], abs=PLACE)


def test_looked_at_says_of_each_reference_why(shelf: Shelf, examination: Examination) -> None:
    """Kept ones come first, with the figures that kept them; the threshold stands on every line."""
    first = examination.looked_at[0]
    assert (Path(first.path).stem, first.answer, first.kept) == ("film", "same_footage", True)
    assert first.why.startswith("Kept: score")
    assert first.bans is not None
    assert first.bans > 0
    assert first.stretch == Stretch.of(examination.report.matches[0].segments[0])
    assert all(entry.threshold == MatchSettings().threshold for entry in examination.looked_at)
    assert all(entry.why.startswith("Dropped") for entry in examination.looked_at if not entry.kept)
    assert json.loads(json.dumps([entry.as_json() for entry in examination.looked_at]))
    assert len({entry.video_id for entry in examination.looked_at}) == len(examination.looked_at)
    assert {Path(entry.path).stem for entry in examination.looked_at} <= {"film", "other"}
    assert shelf.names(examination.report) == ["film"]


def test_looked_at_holds_what_the_threshold_drops(shelf: Shelf) -> None:
    """A candidate is in the table though nobody asked for candidates, and has pairs only where somebody did."""
    path = shelf.write("copy", COPY)
    strict = MatchSettings(threshold=1.0)
    dropped = examine(shelf, path, strict)
    assert (dropped.report.answer, dropped.pairs) == ("no_match", ())
    first = dropped.looked_at[0]
    assert (first.answer, first.kept) == ("candidate", False)
    assert "is below the threshold 1" in first.why
    assert first.bans is not None
    assert first.bans <= 0
    assert examine(shelf, path, strict, candidates=True).pairs


def test_still_is_kept_with_its_pair(shelf: Shelf, tmp_path: Path) -> None:
    """A screenshot has one instant, and so one pair; nothing moves in it that could keep or drop it."""
    path = tmp_path / "still.png"
    cv2.imwrite(str(path), draw_picture(FILM, 50)[:, :, ::-1])
    examination = examine(shelf, path)
    assert examination.report.answer == "same_footage", examination.report.reason
    assert examination.looked_at[0].why.endswith("it is one picture, in which nothing moves.")
    (pair,) = (pair for pair in examination.pairs if pair.match == 0)
    assert pair.query_time == 0
    assert float(pair.reference_time) == pytest.approx(2.0, abs=1.0)


def test_equal_bytes_are_kept_without_pairs(shelf: Shelf) -> None:
    """There is nothing to lay onto each other."""
    examination = examine(shelf, shelf.folder / "film.mp4")
    assert examination.looked_at[0].why == "Kept: the bytes are the same."
    assert [pair for pair in examination.pairs if pair.match == 0] == []


def test_stretch_without_features_has_aligned_instants(make_shelf: MakeShelf) -> None:
    """Where frame hashes alone follow the footage, pairs are aligned instants, with neither map nor points."""
    footage = Footage(scenes=tuple(Scene(seed=seed, frames=60) for seed in (81, 82, 83)), bar_code=False)
    shelf = make_shelf({"film": VideoSpec(footage=footage)})
    query = VideoSpec(footage=footage, indices=range(30, 150))
    fingerprint = fingerprint_file(shelf.write("q", query), detail=QUERY, threads=1).fingerprint
    none = LocalFeatures(width_px=16, height_px=9, ticks=b"", counts=b"", features=b"")
    with open_database(shelf.database) as database:
        examination = Matcher(database, "footage.db").examine("q.mp4", replace(fingerprint, local_features=none))
    (match,) = examination.report.matches
    assert len(examination.pairs) == PAIRS_A_SEGMENT * len(match.segments)
    for pair in examination.pairs:
        segment = match.segments[pair.segment]
        assert (pair.matrix, pair.points) == (None, ())
        assert segment.query.contains(pair.query_time)
        assert float(pair.reference_time) == pytest.approx(float(segment.reference_time(pair.query_time)), abs=1e-3)
