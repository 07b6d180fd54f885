"""What a report says: the verdict, its hedges, and one object that holds it all."""

import json
from collections.abc import Callable
from fractions import Fraction

import pytest

from tests.report.made_cases import (
    make_article,
    make_claim,
    make_match,
    make_report,
    make_stance,
    make_video,
    missing_video,
    span,
)
from verify.claims.dates import date_in_words
from verify.records.article import Citation
from verify.records.case import Case
from verify.records.claim import PinnedFrame
from verify.records.match import FirstSeen, Query, Searched, Skipped
from verify.report.content import (
    Verdict,
    judge_case,
    report_as_json,
    tell_dates,
)

MakeCase = Callable[..., Case]


def words(verdict: Verdict, video: int = 0) -> str:
    """Give what is said of one video as a reader sees it."""
    return " ".join(verdict.videos[video].sentences).replace("\u2068", "").replace("\u2069", "")


def seen(date: str) -> FirstSeen:
    """Give a first sighting."""
    return FirstSeen(date=date, url=None, recorded_by=None)


def test_verdict_when_an_older_video_matches_then_says_spans_disguise_frames_and_days(
    make_case: MakeCase,
) -> None:
    """The editor reads which seconds stand where, how well they agree, and by how much they are older."""
    verdict = judge_case(make_case(make_video(make_report(make_match()))))
    assert verdict.headline == "Yes. Footage in this video was seen before the article."
    assert words(verdict) == (
        "Seconds 0.0\u20138.4 of the cited video (clip.mp4) are seconds 3.2\u201311.6 of old.mp4, "
        "mirrored, cropped; 24 of 25 distinct pictures agree (score 0.993). "
        "First seen, as far as recorded: 2019-10-03, at https://example.org/old, recorded by R. Roe. "
        "If that sighting is right, the footage is older than the article by at least 1,138 days; "
        "the article is dated 2022-11-15, as its page says. "
        "A first sighting is the latest possible date; the recording may be older still."
    )
    assert "did not verify" in verdict.weakest_link


@pytest.mark.parametrize(
    ("first_seen", "published", "why"),
    [
        (None, "2022-11-15", "no dated sighting"),
        ("2019-10-03", None, "the date of the article is not known"),
        ("2022-11", "2022-11-15", "may fall before or after"),
        ("2022-11-15", "2022-11-15", "may fall before or after"),
        ("2019-10-03/..", "2022-11-15", "may fall before or after"),
        ("last summer", "2022-11-15", "cannot be read"),
    ],
)
def test_verdict_when_dates_do_not_decide_then_says_so(
    make_case: MakeCase, first_seen: str | None, published: str | None, why: str
) -> None:
    """A match without dates that decide is known footage, never old footage."""
    case = make_case(make_video(make_report(make_match(first_seen))), article=make_article(published=published))
    verdict = judge_case(case)
    assert verdict.videos[0].kind == "undecided"
    assert "cannot be decided" in words(verdict)
    assert why in words(verdict)
    assert "Yes" not in verdict.headline


def test_verdict_when_the_sighting_is_later_then_does_not_call_it_new(make_case: MakeCase) -> None:
    """A later sighting bounds nothing from below."""
    verdict = judge_case(make_case(make_video(make_report(make_match("2023-01-02")))))
    assert verdict.videos[0].kind == "later"
    assert verdict.headline == "Perhaps. It is known footage, but seen only after the article."


@pytest.mark.parametrize(
    ("date", "order", "days"),
    [
        ("2022-11-13", "older", 1),
        ("2022-11-14", "older", 0),
        ("../2022-11-10", "older", 4),
        ("2021", "older", 318),
        ("2021~", "probably_older", 318),
        ("2022-11-14T23:00+00:00", "older", 0),
        ("2022-11-16", "later", None),
    ],
)
def test_comparison_of_dates_uses_the_bounds_that_they_allow(date: str, order: str, days: int | None) -> None:
    """The latest instant of the sighting stands against the earliest of the article."""
    comparison = tell_dates(seen(date), make_article())
    assert (comparison.order, comparison.days) == (order, days)


def test_comparison_when_a_date_is_approximate_then_is_hedged() -> None:
    """A hedge in the source survives in the answer."""
    assert "approximate or uncertain" in tell_dates(seen("2021~"), make_article()).sentence
    assert "approximate" not in tell_dates(seen("2021"), make_article()).sentence


def test_comparison_when_less_than_a_day_lies_between_then_warns_of_time_zones() -> None:
    """Two days without zones may touch."""
    assert "time zones" in tell_dates(seen("2022-11-14"), make_article()).sentence


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2019-10-03", "2019-10-03"),
        ("2022-11~", "about 2022-11"),
        ("2022?", "possibly 2022"),
        ("../2022-11-15", "on or before 2022-11-15"),
        ("2022-11-15/..", "on or after 2022-11-15"),
        ("2022-11/2022-12", "between 2022-11 and 2022-12"),
    ],
)
def test_date_in_words(date: str, said: str) -> None:
    """Signs of EDTF are spelled out."""
    assert date_in_words(date) == said


def test_verdict_when_one_of_several_matches_is_older_then_speaks_of_it(make_case: MakeCase) -> None:
    """The best match may be a late copy; the oldest one answers the question."""
    report = make_report(make_match("2023-01-02"), make_match("2020-05-05"))
    verdict = judge_case(make_case(make_video(report)))
    assert verdict.videos[0].kind == "older"
    assert "2020-05-05" in words(verdict)
    assert "1 more known video" in words(verdict)


def test_verdict_when_a_part_is_unmatched_then_names_it(make_case: MakeCase) -> None:
    """Nobody shall take a match of a part for a match of the whole; what was skipped is not called new."""
    query = Query(path="q", seconds=20.0, skipped=(Skipped(span=span(15, 20), why="black"),))
    verdict = judge_case(make_case(make_video(make_report(make_match(), query=query))))
    assert "The rest of the video (seconds 8.4\u201315.0) matches nothing that was searched." in words(verdict)
    assert any("15.0\u201320.0" in sentence and "black" in sentence for sentence in verdict.not_checked)


def test_verdict_when_nothing_matches_then_gives_the_denominator(make_case: MakeCase) -> None:
    """No match is not proof of new."""
    verdict = judge_case(make_case(make_video(make_report())))
    assert "No match among 412 known videos (24.5 hours of footage)." in words(verdict)
    assert "No match is not proof of new." in words(verdict)


def test_verdict_when_the_database_was_empty_then_says_so(make_case: MakeCase) -> None:
    """An answer from nothing is no answer."""
    searched = Searched(database="db", state="0", videos=0, seconds=0.0, fingerprint="fp/1")
    verdict = judge_case(make_case(make_video(make_report(searched=searched))))
    assert "empty" in verdict.weakest_link


def test_verdict_when_not_comparable_then_gives_the_reason(make_case: MakeCase) -> None:
    """The reason is the answer."""
    report = make_report(answer="not_comparable", reason="Every frame is black.")
    verdict = judge_case(make_case(make_video(report)))
    assert verdict.headline == "Unknown. The video could not be compared."
    assert "Every frame is black." in words(verdict)


def test_verdict_when_only_the_scene_is_the_same_then_calls_it_a_lead(make_case: MakeCase) -> None:
    """Another recording of the same place is never reuse, whatever its date."""
    verdict = judge_case(make_case(make_video(make_report(make_match(answer="same_scene")))))
    assert verdict.videos[0].kind == "same_scene"
    assert "a lead, never reuse" in words(verdict)


def test_verdict_when_a_match_is_below_the_threshold_then_is_no_match(make_case: MakeCase) -> None:
    """A candidate raises nothing."""
    report = make_report(make_match(answer="candidate"), answer="no_match")
    assert judge_case(make_case(make_video(report))).videos[0].kind == "no_match"


def test_verdict_when_the_file_is_identical_then_says_byte_for_byte(make_case: MakeCase) -> None:
    """The same bytes count also where no frame could be compared."""
    report = make_report(make_match(identical=True), answer="not_comparable")
    verdict = judge_case(make_case(make_video(report)))
    assert verdict.videos[0].kind == "older"
    assert "byte for byte the same as old.mp4" in words(verdict)


def test_verdict_when_a_video_is_missing_then_says_why(make_case: MakeCase) -> None:
    """What could not be had is the weakest link."""
    verdict = judge_case(make_case(missing_video()))
    assert verdict.headline == "Unknown. No file of the video was available."
    assert "asks for a login" in verdict.weakest_link


def test_verdict_when_several_videos_then_counts_them(make_case: MakeCase) -> None:
    """The first line holds every video; the weakest link names the one least is known of."""
    videos = (
        make_video(make_report(make_match())),
        make_video(make_report(), number=2),
        make_video(number=3, missing="It could not be decoded."),
        missing_video(4),
    )
    verdict = judge_case(make_case(*videos))
    assert verdict.headline == (
        "Of 4 videos: 1 seen before the article; 1 without a match; 1 not searched for; 1 not obtained."
    )
    assert verdict.weakest_link.startswith("Video 4: ")


def test_verdict_when_the_case_holds_no_video_then_says_so(make_case: MakeCase) -> None:
    """Nothing found differs from nothing compared."""
    assert judge_case(make_case()).headline == "The case holds no video, so nothing was compared."


def test_not_checked_counts_sentences_without_a_stance(make_case: MakeCase) -> None:
    """A proposal without a decision is no stance."""
    claims = (make_claim(), make_claim("By the end it burns.", make_stance()))
    verdict = judge_case(make_case(claims=claims))
    assert "2 of 3 sentences in the article: no stance was taken." in verdict.not_checked


def test_names_from_outside_cannot_close_their_isolation(make_case: MakeCase) -> None:
    """Every isolate that a sentence opens it closes, whatever a file is called."""
    video = make_video(make_report(make_match()), original_name="a\u2069\u202egpj.\x00mp4")
    sentence = judge_case(make_case(video)).videos[0].sentences[0]
    assert "a[U+2069][U+202E]gpj.[U+0000]mp4" in sentence
    assert sentence.count("\u2068") == sentence.count("\u2069")


def test_json_holds_all_that_the_report_says(make_case: MakeCase) -> None:
    """One object of plain JSON: stances with their history, facts, keyframes, matches, pictures, limits."""
    frame = PinnedFrame(video=1, file="1.jpg", time=Fraction(1001, 1000), pts=90090, sha256="d" * 64)
    claim = make_claim("It flees along a road.", make_stance("unclear"), make_stance(frame=frame))
    video = make_video(make_report(make_match()))
    data = report_as_json(make_case(video, missing_video(2), claims=(claim,)))
    assert json.loads(json.dumps(data)) == data
    assert data["schema"] == "verify.case/1"
    assert data["article"]["text"].startswith("A new video")
    assert [sentence["claims"] for sentence in data["article"]["sentences"]] == [[], ["c1"], []]
    assert data["claims"][0]["stance"] == "supported"
    assert [stance["stance"] for stance in data["claims"][0]["stances"]] == ["unclear", "supported"]
    assert data["claims"][0]["stances"][1]["frame"]["time_s"] == 1.001
    assert data["videos"][0]["report"]["schema"] == "verify.match/1"
    assert data["videos"][0]["report"]["matches"][0]["reference"]["first_seen"]["date"] == "2019-10-03"
    assert data["videos"][0]["keyframes"][1]["pts"] == 90090
    assert data["videos"][0]["pictures"][0]["reference_time_s"] == 4.2
    assert data["videos"][1]["missing"] == "The page asks for a login."
    assert data["verdict"]["videos"][0]["dates"]["days"] == 1138
    assert data["verdict"]["not_checked"]
    assert "\u2068" not in json.dumps(data["verdict"], ensure_ascii=False)


def test_verdict_when_most_of_the_video_matches_nothing_then_says_in_part(make_case: MakeCase) -> None:
    """Two old seconds in a long clip do not make the clip old."""
    query = Query(path="clip.mp4", video_id="a" * 64, seconds=30.0, comparable_seconds=30.0)
    verdict = judge_case(make_case(make_video(make_report(make_match(), query=query))))
    assert verdict.headline.startswith("In part.")
    assert verdict.weakest_link.startswith("Most of the video (seconds 8.4\u201330.0) matches nothing")


def test_verdict_on_a_supplied_video_does_not_call_it_cited(make_case: MakeCase) -> None:
    """What an analyst adds is not what the article shows."""
    citation = Citation(address=None, kind="supplied")
    verdict = judge_case(make_case(make_video(make_report(make_match()), citation=citation)))
    assert "of the supplied video (clip.mp4)" in words(verdict)
