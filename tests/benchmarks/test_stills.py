"""Screenshots of the accuracy suite: what is planned and taken, and how answers are judged."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.accuracy.judging import Trial
from benchmarks.accuracy.records import Answer, Found, FoundSegment, Reference, Source
from benchmarks.accuracy.still_results import StillResult, judge_stills, still_headline, still_rows
from benchmarks.accuracy.stills import KINDS, SCREENSHOTS, Still, make_still, plan_stills
from tests.made_videos import Footage, Scene, VideoSpec, write_video

WIDTH, HEIGHT, SECONDS = 320, 180, 4.0
COPY = "same_footage"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Give a source of four seconds, the second half of which is plain."""
    path = tmp_path_factory.mktemp("stills") / "a.mp4"
    write_video(path, VideoSpec(footage=Footage(scenes=(Scene(seed=1, frames=100),), bar_code=False)))
    return Source(
        name="a.mp4",
        path=path,
        reference=path,
        seconds=SECONDS,
        width_px=WIDTH,
        height_px=HEIGHT,
        rate=25.0,
        scene="",
        live=(True,) * 4 + (False,) * 4,
    )


def judged(still: Still, *found: Found) -> StillResult:
    """Judge one answer where a.mp4 and an unrelated b.mp4 are known."""
    references = (
        Reference(path=still.source.reference, seconds=SECONDS, present=frozenset({"a.mp4"}), original=True),
        Reference(path=Path("/b.mp4"), seconds=SECONDS, present=frozenset({"b.mp4"}), original=True),
    )
    answer = Answer(query=still.query.name, answer=COPY, wall_s=0.1, found=found)
    (result,) = judge_stills(Trial((still.query,), references), [still], [answer], COPY)
    return result


def found_at(path: Path, time_s: float, answer: str = COPY) -> Found:
    """Say that a reference shows the still at a time."""
    segment = FoundSegment(query=(0, 0), reference=(time_s, time_s + 0.1), speed=1.0, mirrored=False)
    return Found(paths=(str(path),), answer=answer, score=0.9, segments=(segment,))


def test_plan_when_made_twice_then_is_the_same_and_shows_live_seconds(source: Source, tmp_path: Path) -> None:
    """A rerun must compare the same pictures; of plain ones nobody can say what they show."""
    stills = plan_stills([source], 10, tmp_path)
    assert stills == plan_stills([source], 10, tmp_path)
    assert [still.query.kind for still in stills] == list(KINDS)
    assert all(0 <= still.time_s < 2.4 for still in stills)


def test_stills_when_taken_then_are_pictures_of_the_kind(source: Source, tmp_path: Path) -> None:
    """A cropped one is smaller, the others are not; none is taken anew."""
    sizes = {}
    for still in plan_stills([source], 1, tmp_path / "new"):
        path = make_still(still)
        assert make_still(replace(still, time_s=99.0)) == path
        with Image.open(path) as taken:
            sizes[still.query.kind] = taken.size
    assert sizes["cropped to 80 %"] == (256, 144)
    assert sizes["quality 40"] == sizes["captioned"] == sizes["mirrored"] == (WIDTH, HEIGHT)


def test_answer_when_judged_then_name_time_and_falsehood_count_apart(source: Source, tmp_path: Path) -> None:
    """The right reference at a wrong time is half of what is asked; an unrelated one is false wherever it stands."""
    still = next(one for one in plan_stills([source], 1, tmp_path) if one.query.kind in SCREENSHOTS)
    own, other = still.source.reference, Path("/b.mp4")
    right = judged(still, found_at(own, still.time_s), found_at(other, 1.0))
    assert (right.named, right.first, right.in_time, right.false) == (True, True, True, ("b.mp4",))
    late = judged(still, found_at(own, still.time_s + 3))
    assert (late.first, late.in_time, round(late.error_s, 3), late.false) == (True, False, 3.0, ())
    second = judged(still, found_at(other, 1.0), found_at(own, still.time_s))
    assert (second.named, second.first, second.in_time) == (True, False, False)
    assert not judged(still, found_at(own, still.time_s, "candidate")).named
    figures = still_headline([right, late])
    assert figures == {"stills first, within 0.5 s": 0.5, "stills named first": 1.0, "stills, false": 1.0}
    assert still_rows([right, late])[-1]["first, within 1 s"] == 0.5
    assert still_headline([]) == {}
