"""What is found, where, and what is not: real clips, decoded, against a real hash database."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.made_videos import Footage, Picture, Scene, VideoSpec
from tests.matches.conftest import MakeShelf, Shelf
from verify.database.store import open_database
from verify.errors import NotAVideoError
from verify.fingerprints.detail import QUERY
from verify.fingerprints.workers import fingerprint_file
from verify.matches.find import Matcher
from verify.matches.settings import MatchSettings
from verify.records.match import MatchReport, Segment

FILM = Footage(scenes=tuple(Scene(seed=seed, frames=75) for seed in (11, 12, 13, 14)), bar_code=False)
"""12 s in four shots."""

OTHER = Footage(scenes=(Scene(seed=21, frames=75), Scene(seed=22, frames=75)), bar_code=False)
STILL = Footage(scenes=(Scene(seed=31, frames=150, look="static"),), bar_code=False)
TOLERANCE_S = 0.2


def mirror(picture: Picture) -> Picture:
    """Swap left and right."""
    return picture[:, ::-1]


def fold(picture: Picture) -> Picture:
    """Make both halves mirror images of each other."""
    left = picture[:, : picture.shape[1] // 2]
    return np.concatenate([left, left[:, ::-1]], axis=1)


def letterbox(picture: Picture) -> Picture:
    """Add black above and below."""
    return np.pad(picture, ((40, 40), (0, 0), (0, 0)))


def caption(picture: Picture) -> Picture:
    """Write into the lowest tenth."""
    written = picture.copy()
    written[162:] = 230
    cv2.putText(written, "Veldrin, Tuesday", (20, 176), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1)
    return written


def shrink(picture: Picture) -> Picture:
    """Quarter the number of pixels."""
    return cv2.resize(picture, (160, 90), interpolation=cv2.INTER_AREA).astype(np.uint8)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Give a database of three references."""
    folder = tmp_path_factory.mktemp("shelf")
    return Shelf(
        folder, {"film": VideoSpec(footage=FILM), "other": VideoSpec(footage=OTHER), "still": VideoSpec(footage=STILL)}
    )


def only_segment(report: MatchReport, name: str) -> Segment:
    """Give the one segment of the one match, with the reference named."""
    assert report.answer == "same_footage", report.reason
    assert [Path(match.reference.path).stem for match in report.matches] == [name]
    (segment,) = report.matches[0].segments
    return segment


def assert_spans(segment: Segment, query: tuple[float, float], reference: tuple[float, float]) -> None:
    """Check both spans of a segment."""
    assert segment.query.as_json() == pytest.approx(query, abs=TOLERANCE_S)
    assert segment.reference.as_json() == pytest.approx(reference, abs=TOLERANCE_S)


@pytest.mark.parametrize("change", [mirror, letterbox, caption, shrink])
def test_find_when_picture_is_disguised_then_same_seconds(shelf: Shelf, change: Callable[[Picture], Picture]) -> None:
    """A mirrored, boxed, captioned or shrunken excerpt is found with its exact seconds and direction."""
    spec = VideoSpec(footage=FILM, indices=range(50, 175), change=change)
    segment = only_segment(shelf.find(shelf.write(f"q_{change.__name__}", spec)), "film")
    assert_spans(segment, (0, 5), (2, 7))
    assert segment.mirrored is (change is mirror)
    assert segment.speed == 1.0
    names = {"mirror": ("mirrored",), "letterbox": ("bordered",)}
    assert segment.disguise == names.get(change.__name__, ())


@pytest.mark.parametrize(("numerator", "denominator", "word"), [(105, 100, "sped_up"), (19, 20, "slowed_down")])
def test_find_when_speed_changed_then_speed_is_told(shelf: Shelf, numerator: int, denominator: int, word: str) -> None:
    """A copy played faster or slower says how fast: reference seconds per query second."""
    speed = numerator / denominator
    indices = tuple(int(frame * speed) for frame in range(int(300 / speed)))
    segment = only_segment(shelf.find(shelf.write(f"q_{word}", VideoSpec(footage=FILM, indices=indices))), "film")
    assert segment.speed == pytest.approx(speed, abs=0.01)
    assert segment.disguise == (word,)
    assert_spans(segment, (0, 12 / speed), (0, 12))


def test_find_when_reversed_then_negative_speed_and_ascending_spans(shelf: Shelf) -> None:
    """Footage played backwards shows in a negative speed only: spans ascend on both sides."""
    spec = VideoSpec(footage=FILM, indices=tuple(reversed(range(75, 225))))
    segment = only_segment(shelf.find(shelf.write("q_reversed", spec)), "film")
    assert segment.speed == pytest.approx(-1, abs=0.01)
    assert segment.disguise == ("reversed",)
    assert_spans(segment, (0, 6), (3, 9))


def test_find_when_two_references_are_joined_then_two_matches(shelf: Shelf) -> None:
    """A query joined of two references names both, each with its own seconds."""
    joined = Footage(scenes=(FILM.scenes[0], OTHER.scenes[0]), bar_code=False)
    report = shelf.find(shelf.write("q_joined", VideoSpec(footage=joined)))
    segments = {Path(match.reference.path).stem: match.segments for match in report.matches}
    assert sorted(segments) == ["film", "other"]
    assert_spans(segments["film"][0], (0, 3), (0, 3))
    assert_spans(segments["other"][0], (3, 6), (0, 3))
    assert "1 more reference matches" in report.reason


def test_find_when_order_is_changed_then_a_segment_each(shelf: Shelf) -> None:
    """A reference cut up and joined in another order, with a repeat, gives one segment a piece."""
    pieces = [(200, 250), (30, 80), (110, 160), (200, 250)]
    indices = tuple(index for first, end in pieces for index in range(first, end))
    report = shelf.find(shelf.write("q_order", VideoSpec(footage=FILM, indices=indices)))
    (match,) = report.matches
    assert len(match.segments) == len(pieces)
    for number, (segment, (first, end)) in enumerate(zip(match.segments, pieces, strict=True)):
        assert_spans(segment, (2 * number, 2 * number + 2), (first / 25, end / 25))
        assert segment.speed == 1.0


def test_find_when_pictures_are_symmetric_then_not_called_mirrored(make_shelf: MakeShelf) -> None:
    """What fits both ways round is listed once, the way it is."""
    shelf = make_shelf({"film": VideoSpec(footage=FILM, indices=range(150), change=fold)})
    query = shelf.write("q", VideoSpec(footage=FILM, indices=range(20, 120), change=fold))
    segment = only_segment(shelf.find(query), "film")
    assert_spans(segment, (0, 4), (0.8, 4.8))
    assert segment.mirrored is False


def crop(picture: Picture) -> Picture:
    """Keep two thirds of the width and height, off the centre, mirrored."""
    return np.ascontiguousarray(picture[20:140, 80:292][:, ::-1])


def test_find_among_very_many_frames_finds_the_same_seconds(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer frames are looked up there, by hashes and by features; all of them are compared."""
    monkeypatch.setattr("verify.matches.candidates.FRAMES_FOR_ALL", 0)
    monkeypatch.setattr("verify.matches.feature_candidates.DESCRIPTORS_FOR_MORE", 0)
    plain = shelf.write("q_as_it_is", VideoSpec(footage=FILM, indices=range(50, 200)))
    assert_spans(only_segment(shelf.find(plain), "film"), (0, 6), (2, 8))
    cropped = shelf.find(shelf.write("q_cropped", VideoSpec(footage=FILM, indices=range(50, 200), change=crop)))
    assert shelf.names(cropped) == ["film"]
    assert all(segment.mirrored for segment in cropped.matches[0].segments)


def test_find_for_many_queries_keeps_few_references_and_answers_the_same(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was unpacked for one query is given up for another one, and unpacked again."""
    monkeypatch.setattr("verify.matches.find.KEPT_REFERENCES", 0)
    paths = [shelf.write(f"q_{name}", VideoSpec(footage=footage)) for name, footage in (("a", FILM), ("b", OTHER))]
    queries = [fingerprint_file(path, detail=QUERY, threads=1).fingerprint for path in paths]
    with open_database(shelf.database) as database:
        matcher = Matcher(database, "footage.db")
        first, second, again = (matcher.find("q", queries[number]) for number in (0, 1, 0))
    assert (shelf.names(first), shelf.names(second)) == (["film"], ["other"])
    assert again == first


def test_find_when_excerpt_is_static_then_reference_is_named(shelf: Shelf) -> None:
    """One picture that stands cannot be told from another recording of it: a lead, with the reason, never reuse."""
    spec = VideoSpec(footage=STILL, indices=range(50, 110))
    report = shelf.find(shelf.write("q_still", spec))
    assert report.answer == "same_scene"
    assert "nothing moves" in report.reason
    (match,) = report.matches
    (segment,) = match.segments
    assert Path(match.reference.path).stem == "still"
    assert segment.query.as_json() == pytest.approx((0, 2.4), abs=TOLERANCE_S)
    assert (segment.frames_compared, segment.frames_agreeing) == (1, 1)
    assert segment.speed == 1.0


def test_find_when_footage_is_unknown_then_no_match_says_what_was_searched(shelf: Shelf) -> None:
    """No match gives the denominator and does not claim that the footage is new."""
    spec = VideoSpec(footage=Footage(scenes=(Scene(seed=99, frames=75),), bar_code=False))
    report = shelf.find(shelf.write("q_unknown", spec), candidates=True)
    assert report.answer == "no_match"
    assert [match.answer for match in report.matches] in ([], ["candidate"])
    assert "3 reference videos" in report.reason
    assert "not prove" in report.reason


def test_find_when_query_is_flat_then_not_comparable(shelf: Shelf) -> None:
    """Flat frames alone never match: the answer says that there is too little to compare."""
    spec = VideoSpec(footage=Footage(scenes=(Scene(frames=50, look="black"), Scene(frames=25, look="grey"))))
    report = shelf.find(shelf.write("q_flat", spec), candidates=True)
    assert (report.answer, report.matches) == ("not_comparable", ())
    assert "too plain" in report.reason
    assert [(entry.span.as_json(), entry.why) for entry in report.query.skipped] == [
        ([0.0, pytest.approx(2.0, abs=TOLERANCE_S)], "black"),
        ([pytest.approx(2.0, abs=TOLERANCE_S), 3.0], "flat"),
    ]


def test_find_when_query_is_short_then_not_comparable(shelf: Shelf) -> None:
    """Under a second nothing can be told from chance, even of known footage."""
    report = shelf.find(shelf.write("q_short", VideoSpec(footage=FILM, indices=range(20))))
    assert report.answer == "not_comparable"
    assert "too short" in report.reason


def test_find_when_query_is_partly_flat_then_the_rest_is_found(shelf: Shelf) -> None:
    """Black before and after is skipped, named once each, and takes nothing from the match."""
    black = Scene(frames=50, look="black")
    footage = Footage(scenes=(black, FILM.scenes[0], black), bar_code=False)
    report = shelf.find(shelf.write("q_black", VideoSpec(footage=footage)))
    assert_spans(only_segment(report, "film"), (2, 5), (0, 3))
    assert [entry.why for entry in report.query.skipped] == ["black", "black"]
    assert report.query.comparable_seconds == pytest.approx(3, abs=TOLERANCE_S)


def test_find_when_bytes_are_stored_then_identical_comes_first(shelf: Shelf) -> None:
    """The very bytes of the query are listed first with score 1 over the whole."""
    report = shelf.find(shelf.folder / "film.mp4")
    match = report.matches[0]
    assert (match.identical, match.score, match.answer) == (True, 1.0, "same_footage")
    assert [segment.query.as_json() for segment in match.segments] == [[0.0, 12.0]]


def test_find_when_flat_bytes_are_stored_then_identical_all_the_same(make_shelf: MakeShelf) -> None:
    """Equal bytes are equal though not one frame can be compared, and no frame is said to have been."""
    shelf = make_shelf({"black": VideoSpec(footage=Footage(scenes=(Scene(frames=50, look="black"),)))})
    report = shelf.find(shelf.folder / "black.mp4")
    assert report.answer == "same_footage"
    (match,) = report.matches
    assert match.identical
    assert match.segments[0].frames_compared == 0


def test_find_when_database_is_empty_then_no_match(make_shelf: MakeShelf) -> None:
    """An empty database is searched like any other."""
    shelf = make_shelf({})
    report = shelf.find(shelf.write("q", VideoSpec(footage=OTHER)), candidates=True)
    assert (report.answer, report.searched.videos, report.matches) == ("no_match", 0, ())
    assert "0 reference videos" in report.reason


def test_find_when_threshold_is_out_of_reach_then_candidates_do_not_raise_the_answer(shelf: Shelf) -> None:
    """What stays below the threshold is shown on request and never raises the answer."""
    path = shelf.write("q_order", VideoSpec(footage=FILM, indices=range(25, 60)))
    strict = MatchSettings(threshold=1.0)
    report = shelf.find(path, strict, candidates=True)
    kinds = {match.answer for match in report.matches}
    assert shelf.find(path, strict).matches == tuple(match for match in report.matches if match.answer != "candidate")
    assert report.answer == ("no_match" if kinds == {"candidate"} else "same_footage")


def test_find_when_built_in_another_order_then_same_answer(make_shelf: MakeShelf, tmp_path: Path) -> None:
    """The answer depends on the content of a database, not on how it came about."""
    shelf = make_shelf({})
    specs = {
        "film": VideoSpec(footage=FILM),
        "half": VideoSpec(footage=FILM, indices=range(100, 300)),
        "small": VideoSpec(footage=FILM, change=shrink),
    }
    paths = [shelf.write(name, spec) for name, spec in specs.items()]
    query = shelf.write("q", VideoSpec(footage=FILM, indices=range(120, 220), change=mirror))
    answers = []
    for number, order in enumerate((paths, paths[::-1])):
        shelf.database = tmp_path / f"{number}.db"
        shelf.store(order)
        answers.append(json.dumps(shelf.find(query, candidates=True).as_json()))
    assert answers[0] == answers[1]
    assert len(json.loads(answers[0])["matches"]) == len(paths)


def test_find_when_copies_are_more_than_compared_then_reason_says_so(make_shelf: MakeShelf) -> None:
    """Nothing is left out silently; the references that the rarest frames are near to come first."""
    common, rare = Scene(seed=41, frames=100), Scene(seed=42, frames=50)
    specs = {
        f"common{number}": VideoSpec(footage=Footage(scenes=(common, Scene(seed=50 + number)), bar_code=False))
        for number in range(3)
    }
    specs["rare"] = VideoSpec(footage=Footage(scenes=(rare, Scene(seed=60)), bar_code=False))
    shelf = make_shelf(specs)
    query = shelf.write("q", VideoSpec(footage=Footage(scenes=(common, rare), bar_code=False)))
    limited = shelf.find(query, MatchSettings(max_references=2))
    assert "rare" in shelf.names(limited)
    assert "only the first 2 were compared" in limited.reason
    assert sorted(shelf.names(shelf.find(query))) == sorted(specs)
    assert "were compared" not in shelf.find(query).reason


def test_refuse_when_file_is_unreadable_then_report_carries_the_error(shelf: Shelf) -> None:
    """A file that cannot be read has a report of its own, with the id of its error."""
    with open_database(shelf.database) as database:
        report = Matcher(database, "footage.db").refuse("note.mp4", NotAVideoError("note.mp4", "it is text", "No"))
    assert (report.answer, report.error, report.matches) == ("not_comparable", "video.not_a_video", ())
    assert report.query.seconds is None
