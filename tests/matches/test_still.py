"""Which reference shows a picture, and when: real files, fingerprinted, against a real hash database."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.made_videos import Footage, Picture, Scene, VideoSpec, draw_picture
from tests.matches.conftest import MakeShelf, Shelf
from verify.database.store import open_database
from verify.fingerprints.still import fingerprint_luma
from verify.fingerprints.workers import fingerprint_still
from verify.matches.find import Matcher
from verify.matches.settings import MatchSettings
from verify.records.match import MatchReport, Segment

FILM = Footage(scenes=tuple(Scene(seed=seed, frames=75) for seed in (11, 12, 13, 14)), bar_code=False)
"""12 s in four shots."""

OTHER = Footage(scenes=(Scene(seed=21, frames=75), Scene(seed=22, frames=75)), bar_code=False)
INDEX, TIME_S = 130, 5.2
TOLERANCE_S = 0.5


def unchanged(picture: Picture) -> Picture:
    """Change nothing."""
    return picture


def mirror(picture: Picture) -> Picture:
    """Swap left and right."""
    return picture[:, ::-1]


def crop(picture: Picture) -> Picture:
    """Keep four fifths of either side, off-centre."""
    return picture[27:171, 16:272]


def caption(picture: Picture) -> Picture:
    """Write over the lowest sixth."""
    written = picture.copy()
    written[150:] = 240
    cv2.putText(written, "Veldrin, Tuesday", (20, 172), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 0), 1)
    return written


def letterbox(picture: Picture) -> Picture:
    """Add black above and below."""
    return np.pad(picture, ((50, 50), (0, 0), (0, 0)))


def invert(picture: Picture) -> Picture:
    """Swap dark and bright."""
    return 255 - picture


def place_on_a_page(picture: Picture) -> Picture:
    """Show the picture small, on a page of noise."""
    page = np.random.default_rng(3).integers(0, 255, (20, 36, 3)).astype(np.uint8)
    shown = cv2.resize(page, (576, 320), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    shown[80:260, 140:460] = picture
    return shown


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Give a database of two references."""
    return Shelf(tmp_path_factory.mktemp("shelf"), {"film": VideoSpec(footage=FILM), "other": VideoSpec(footage=OTHER)})


def look_for(
    shelf: Shelf, picture: Picture, settings: MatchSettings | None = None, *, candidates: bool = False
) -> MatchReport:
    """Save a picture as a screenshot is saved, and look for it."""
    path = shelf.folder / "shot.jpg"
    Image.fromarray(np.ascontiguousarray(picture)).save(path, quality=70)
    with open_database(shelf.database) as database:
        matcher = Matcher(database, "footage.db", settings)
        return matcher.find(str(path), fingerprint_still(path).fingerprint, candidates=candidates)


def best_segment(report: MatchReport, name: str) -> Segment:
    """Give the segment of the first match, which must be of the reference named."""
    assert report.answer == "same_footage", report.reason
    assert Path(report.matches[0].reference.path).stem == name
    (segment,) = report.matches[0].segments
    return segment


@pytest.mark.parametrize("change", [unchanged, mirror, crop, caption, letterbox, invert, place_on_a_page])
def test_still_when_disguised_then_the_reference_and_the_instant(
    shelf: Shelf, change: Callable[[Picture], Picture]
) -> None:
    """A screenshot names the footage and the time, however it was cut, captioned or framed."""
    report = look_for(shelf, change(draw_picture(FILM, INDEX)))
    assert [Path(match.reference.path).stem for match in report.matches] == ["film"]
    segment = best_segment(report, "film")
    assert segment.query.as_json() == [0, 0]
    assert segment.reference.start - TOLERANCE_S <= TIME_S <= segment.reference.end + TOLERANCE_S
    assert (segment.speed, segment.mirrored) == (1.0, change is mirror)
    assert (segment.frames_compared, segment.frames_agreeing) == (1, 1)
    assert report.query.seconds == 0


@pytest.mark.parametrize(
    ("change", "word"), [(mirror, "mirrored"), (crop, "cropped"), (letterbox, "bordered"), (invert, "negative")]
)
def test_still_when_disguised_then_the_disguise_is_named(
    shelf: Shelf, change: Callable[[Picture], Picture], word: str
) -> None:
    """A person sees what was done to the picture before it was shared."""
    segment = best_segment(look_for(shelf, change(draw_picture(FILM, INDEX))), "film")
    assert word in segment.disguise
    assert segment.points is not None
    assert segment.geometry is not None


def test_still_when_found_then_reason_says_what_one_picture_leaves_open(shelf: Shelf) -> None:
    """A picture cannot show what moves: the same place at another time looks alike."""
    report = look_for(shelf, draw_picture(FILM, INDEX))
    assert "film.mp4 shows this picture at 5." in report.reason
    assert "another recording by a fixed camera would look alike" in report.reason


def test_still_when_unknown_then_no_match(shelf: Shelf) -> None:
    """What nobody has is not found, and that proves nothing."""
    unknown = draw_picture(Footage(scenes=(Scene(seed=99, frames=75),), bar_code=False), 40)
    report = look_for(shelf, unknown, candidates=True)
    assert report.answer == "no_match"
    assert {match.answer for match in report.matches} <= {"candidate"}
    assert "not prove" in report.reason


@pytest.mark.parametrize(("grey", "why"), [(0, "black"), (126, "flat")])
def test_still_when_plain_then_not_comparable(shelf: Shelf, grey: int, why: str) -> None:
    """A flat picture is near to every other."""
    report = look_for(shelf, np.full((180, 320, 3), grey, np.uint8), candidates=True)
    assert (report.answer, report.matches) == ("not_comparable", ())
    assert why in report.reason
    assert [(entry.span.as_json(), entry.why) for entry in report.query.skipped] == [([0, 0], why)]


def test_still_when_threshold_is_out_of_reach_then_a_candidate_with_the_reason(shelf: Shelf) -> None:
    """Below the threshold a reference is shown on request only, and raises no answer."""
    report = look_for(shelf, draw_picture(FILM, INDEX), MatchSettings(threshold=1.0), candidates=True)
    assert report.answer == "no_match"
    assert [match.answer for match in report.matches] == ["candidate"]
    assert "below the threshold 1" in report.matches[0].reason


def test_still_when_an_ident_then_every_reference_is_listed_and_the_reason_says_so(tmp_path: Path) -> None:
    """Where the very picture stands in many unrelated references, which one it was taken from cannot be told."""
    ident = Scene(seed=81, frames=50, look="static")
    specs = {
        f"film{number}": VideoSpec(
            footage=Footage(scenes=(Scene(seed=90 + number), ident, Scene(seed=70 + number)), bar_code=False)
        )
        for number in range(5)
    }
    shelf = Shelf(tmp_path, specs)
    shot = draw_picture(Footage(scenes=(ident,), bar_code=False), 20)
    report = look_for(shelf, shot)
    assert sorted(shelf.names(report)) == sorted(specs)
    assert all("5 or more unrelated references" in match.reason for match in report.matches)
    shelf.database = tmp_path / "few.db"
    shelf.store([shelf.write("film0", specs["film0"])])
    assert "unrelated references" not in look_for(shelf, shot).reason


def frame_like_a_phone(picture: Picture) -> Picture:
    """Show the picture in the middle of a desk that every clip of somebody's phone shows."""
    desk = np.random.default_rng(7).integers(0, 255, (12, 20, 3)).astype(np.uint8)
    framed = cv2.resize(desk, (480, 270), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    for number in range(24):
        place = (20 + number * 37 % 440, 12 + number * 71 % 250)
        cv2.putText(framed, chr(65 + number), place, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2)
    framed[30:240, 54:426] = cv2.resize(picture, (372, 210), interpolation=cv2.INTER_AREA)
    return framed


def test_still_when_only_what_frames_it_agrees_then_the_reference_is_a_candidate(tmp_path: Path) -> None:
    """Two clips filmed off one phone share the desk, and no footage."""
    specs = {"film": VideoSpec(footage=FILM), "framed": VideoSpec(footage=OTHER, change=frame_like_a_phone)}
    shelf = Shelf(tmp_path, specs)
    report = look_for(shelf, frame_like_a_phone(draw_picture(FILM, INDEX)), candidates=True)
    assert {Path(match.reference.path).stem: match.answer for match in report.matches} == {
        "film": "same_footage",
        "framed": "candidate",
    }
    assert "Points agree, but the picture does not" in report.matches[-1].reason
    shown = look_for(shelf, frame_like_a_phone(draw_picture(OTHER, INDEX)))
    assert Path(shown.matches[0].reference.path).stem == "framed"


def test_still_when_built_in_another_order_then_same_answer(make_shelf: MakeShelf, tmp_path: Path) -> None:
    """The answer depends on what a database holds, not on how it came about."""
    shelf = make_shelf({})
    specs = {"film": VideoSpec(footage=FILM), "half": VideoSpec(footage=FILM, indices=range(100, 300))}
    paths = [shelf.write(name, spec) for name, spec in specs.items()]
    answers = []
    for number, order in enumerate((paths, paths[::-1])):
        shelf.database = tmp_path / f"{number}.db"
        shelf.store(order)
        answers.append(json.dumps(look_for(shelf, crop(draw_picture(FILM, INDEX)), candidates=True).as_json()))
    assert answers[0] == answers[1]
    assert len(json.loads(answers[0])["matches"]) == len(paths)


def test_still_when_database_is_empty_then_no_match(make_shelf: MakeShelf) -> None:
    """An empty database is searched like any other."""
    report = look_for(make_shelf({}), draw_picture(FILM, INDEX), candidates=True)
    assert (report.answer, report.matches) == ("no_match", ())


def test_still_when_not_from_a_file_then_found_as_well(shelf: Shelf) -> None:
    """The frame on a screen is a picture like any other: its brightness is all that is needed."""
    luma = np.asarray(Image.fromarray(draw_picture(FILM, INDEX)).convert("L"))
    find: Callable[..., MatchReport]
    with open_database(shelf.database) as database:
        find = partial(Matcher(database, "footage.db").find, "frame")
        assert find(fingerprint_luma(luma, "0" * 64)).answer == "same_footage"
