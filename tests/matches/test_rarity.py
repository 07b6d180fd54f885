"""Idents join unrelated videos and make no match; footage that many related copies share does."""

from pathlib import Path

import numpy as np
import pytest

from tests.made_videos import Footage, Scene, VideoSpec
from tests.matches.conftest import MakeShelf, Shelf
from tests.matches.made_frames import film, make_frames
from verify.database.store import open_database
from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.matches.alignment import Alignment
from verify.matches.find import Matcher
from verify.matches.lines import Line
from verify.matches.rarity import weigh_frames
from verify.matches.settings import MatchSettings
from verify.records.match import MatchReport

CLIPS = 20
MOVING = Scene(seed=500, frames=75)
STATIC = Scene(seed=501, frames=75, look="static")
VIRAL = (Scene(seed=600, frames=50), Scene(seed=601, frames=50))


def join(*scenes: Scene) -> VideoSpec:
    """Join scenes to one clip."""
    return VideoSpec(footage=Footage(scenes=scenes, bar_code=False))


def with_ident(ident: Scene, number: int, place: str) -> VideoSpec:
    """Join an ident and an unrelated clip."""
    before, after = Scene(seed=700 + number, frames=45), Scene(seed=800 + number, frames=45)
    scenes = {"front": (ident, before, after), "end": (before, after, ident), "middle": (before, ident, after)}
    return join(*scenes[place])


def match_all(shelf: Shelf) -> list[MatchReport]:
    """Look for every stored video."""
    with open_database(shelf.database) as database:
        matcher = Matcher(database, "footage.db")
        return [
            matcher.find(video.paths[0].name, database.fingerprint(video.video_id), candidates=True)
            for video in database.videos()
        ]


def matched(report: MatchReport) -> list[str]:
    """Name the other references that are said to be the same footage."""
    found = [match for match in report.matches if match.answer == "same_footage" and not match.identical]
    return [Path(match.reference.path).stem for match in found]


@pytest.mark.parametrize("ident", [MOVING, STATIC], ids=["moving", "static"])
def test_find_when_ident_joins_unrelated_clips_then_no_match_among_them(make_shelf: MakeShelf, ident: Scene) -> None:
    """An ident at the front, in the middle or at the end of unrelated clips says nothing of them."""
    places = ("front", "middle", "end")
    shelf = make_shelf({f"clip{n:02}": with_ident(ident, n, places[n % 3]) for n in range(CLIPS)})
    reports = match_all(shelf)
    assert [matched(report) for report in reports] == [[]] * CLIPS
    reasons = [match.reason for report in reports for match in report.matches if match.answer == "candidate"]
    assert any("recurs in unrelated references" in reason for reason in reasons)


@pytest.mark.parametrize("place", ["front", "end"])
def test_find_when_fresh_clip_bears_the_ident_then_no_match(make_shelf: MakeShelf, place: str) -> None:
    """A new clip with a known ident, always at the same place, is as new as without it."""
    shelf = make_shelf({f"clip{n:02}": with_ident(MOVING, n, place) for n in range(7)})
    assert shelf.find(shelf.write("q", with_ident(MOVING, 90, place))).answer == "no_match"


def test_find_when_ident_stands_among_black_then_no_match(make_shelf: MakeShelf) -> None:
    """Black pictures around an ident do not make it footage: neither says anything."""
    shelf = make_shelf({f"clip{n:02}": with_ident(MOVING, n, "front") for n in range(7)})
    black = Scene(frames=60, look="black")
    assert shelf.find(shelf.write("q", join(black, MOVING, black))).answer == "no_match"


def test_find_when_clip_with_ident_is_copied_then_its_source_alone_is_found(make_shelf: MakeShelf) -> None:
    """The ident takes nothing from the match with the clip that was really copied."""
    shelf = make_shelf({f"clip{n:02}": with_ident(MOVING, n, "front") for n in range(7)})
    copied = join(MOVING, Scene(seed=703, frames=45), Scene(seed=803, frames=45), Scene(seed=950, frames=40))
    assert matched(shelf.find(shelf.write("q", copied))) == ["clip03"]


def test_find_when_viral_clip_stands_whole_in_related_copies_then_all_are_found(make_shelf: MakeShelf) -> None:
    """Ten copies of one video are ten matches, also where the query shows a part of it among other footage."""
    film = (*VIRAL, Scene(seed=602, frames=50))
    specs = {f"copy{n}": join(*film, Scene(seed=640 + n, frames=5 + n)) for n in range(10)}
    shelf = make_shelf(specs)
    assert sorted(matched(shelf.find(shelf.write("part", join(Scene(seed=660, frames=100), *VIRAL))))) == sorted(specs)


def test_find_when_excerpt_is_used_in_compilations_then_all_are_found(make_shelf: MakeShelf) -> None:
    """An excerpt looked for by itself is found wherever it was used, however often that was."""
    specs = {
        f"compilation{n}": join(Scene(seed=720 + n, frames=60), *VIRAL, Scene(seed=740 + n, frames=60))
        for n in range(8)
    }
    shelf = make_shelf(specs)
    report = shelf.find(shelf.write("excerpt", join(*VIRAL)))
    assert sorted(matched(report)) == sorted(specs)
    for match in report.matches:
        (segment,) = match.segments
        assert segment.reference.as_json() == pytest.approx((2.4, 6.4), abs=0.2)


def test_weigh_frames_when_a_fragment_comes_first_then_idents_still_recur() -> None:
    """A stray frame that aligned by itself has the ident around it: that relates no two references."""
    ident = film(3, seed=1)
    references = {str(number): make_frames(np.concatenate([film(5, seed=10 + number), ident])) for number in range(6)}
    query = make_frames(np.concatenate([film(5, seed=9), ident]))
    fragment = align_span("0", 0.2, range(30, 31))
    alignments = [fragment, *(align_span(name, 0.0, range(30, 48)) for name in references)]
    weights = weigh_frames(alignments, query, references, MatchSettings())
    assert [weight.sum() for weight in weights] == [0.0] * len(alignments)


def align_span(video_id: str, offset_s: float, frames: range) -> Alignment:
    """Align frames of the sampling clock with a reference."""
    span = frames.start / SAMPLES_PER_SECOND, frames.stop / SAMPLES_PER_SECOND
    there = span[0] + offset_s, span[1] + offset_s
    return Alignment(
        video_id=video_id,
        mirrored=False,
        negative=False,
        line=Line(1.0, offset_s),
        query_s=span,
        reference_s=there,
        query_frames=np.array(frames),
        distances=np.zeros(len(frames), np.int16),
    )
