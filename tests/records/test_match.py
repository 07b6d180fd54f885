"""The record of an answer: to JSON and back, plain types only."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from verify.records.agreement import agreement_in_words
from verify.records.match import (
    FirstSeen,
    Geometry,
    Match,
    MatchReport,
    Query,
    Reference,
    Searched,
    Segment,
    Skipped,
    SoundMatch,
)
from verify.records.sound import SoundSegment, SoundWitness
from verify.records.time import Span

SEGMENT = Segment(
    query=Span(start=Fraction(0), end=Fraction(17, 2)),
    reference=Span(start=Fraction(1, 2), end=Fraction(9)),
    speed=-1.0,
    mirrored=True,
    score=0.75,
    frames_compared=20,
    frames_agreeing=19,
    points=300,
    disguise=("mirrored", "reversed"),
    geometry=Geometry(
        crop=(0.1, 0.0, 0.65, 0.7),
        scale=1.5,
        rotation_degrees=-3.5,
        aspect=1.02,
        borders=(0.0, 0.125, 0.0, 0.125),
        covered=0.25,
    ),
)
REPORT = MatchReport(
    tool="verify",
    settings="settings",
    query=Query(
        path="q.mp4",
        video_id="ab" * 32,
        seconds=9.25,
        comparable_seconds=8.5,
        skipped=(Skipped(span=Span(start=Fraction(17, 2), end=Fraction(37, 4)), why="black"),),
    ),
    searched=Searched(database="footage.db", state="0123", videos=2, seconds=30.5, fingerprint="phash256/1"),
    answer="same_footage",
    reason="Because.",
    matches=(
        Match(
            answer="same_footage",
            score=0.75,
            reason="Because.",
            identical=False,
            reference=Reference(
                video_id="cd" * 32,
                path="old.mp4",
                paths=("old.mp4", "older.mp4"),
                seconds=20.0,
                first_seen=FirstSeen(date="../2019-05-20", url=None, recorded_by=None),
            ),
            segments=(SEGMENT,),
            sound=SoundWitness(verdict="untold", reason="Silence."),
        ),
    ),
    sounds=(
        SoundMatch(
            reference=Reference(video_id="ef" * 32, path="song.mp4", paths=("song.mp4",), seconds=60.5),
            sound=SoundWitness(
                verdict="same_sound",
                reason="Because.",
                segments=(SoundSegment(query=SEGMENT.query, reference=SEGMENT.reference),),
                error_rate=0.125,
            ),
        ),
    ),
)

UNREADABLE: dict[str, object] = {
    "path": "note.mp4",
    "sha256": None,
    "seconds": None,
    "comparable_seconds": None,
    "skipped": [],
}
"""The query of a file that cannot be read."""


def test_report_when_written_and_read_then_the_same() -> None:
    """What a case stores of an answer is the whole answer."""
    assert MatchReport.from_json(json.loads(json.dumps(REPORT.as_json()))) == REPORT


def test_report_when_answer_is_unknown_then_refused() -> None:
    """There are four answers, and the candidate."""
    with pytest.raises(ValueError, match="maybe"):
        MatchReport.from_json({**REPORT.as_json(), "answer": "maybe"})


def test_report_written_before_sounds_were_compared_can_be_read() -> None:
    """A case of an earlier version stays readable: no sound was measured."""
    data = REPORT.as_json()
    del data["sounds"], data["matches"][0]["sound"]
    report = MatchReport.from_json(data)
    assert (report.sounds, report.matches[0].sound) == ((), None)


def test_sound_when_verdict_is_unknown_then_refused() -> None:
    """There are three verdicts on a sound."""
    with pytest.raises(ValueError, match="maybe"):
        SoundWitness(verdict="maybe", reason="")


def test_report_when_nothing_was_read_then_nulls() -> None:
    """Of a file that cannot be read nothing is invented."""
    query = MatchReport.from_json({**REPORT.as_json(), "query": UNREADABLE}).as_json()["query"]
    assert query == UNREADABLE


@pytest.mark.parametrize(
    ("agreeing", "points", "words"),
    [
        (19, 300, "19 of 20 distinct pictures agree"),
        (0, 300, "300 corresponding points agree, and the whole picture in 0 of 20 distinct pictures"),
        (3, None, "3 of 20 distinct pictures agree"),
    ],
)
def test_agreement_names_points_where_hardly_a_whole_picture_agrees(
    agreeing: int, points: int | None, words: str
) -> None:
    """A cropped copy is found by points: "0 of 20 agree" beside a full score would look like a fault."""
    assert agreement_in_words([replace(SEGMENT, frames_agreeing=agreeing, points=points)]) == words


def test_agreement_counts_over_all_segments() -> None:
    """A match is told in one sentence."""
    assert agreement_in_words([SEGMENT, SEGMENT]) == "38 of 40 distinct pictures agree"
    one = replace(SEGMENT, frames_compared=1, frames_agreeing=1)
    assert agreement_in_words([one]) == "1 of 1 distinct picture agrees"
