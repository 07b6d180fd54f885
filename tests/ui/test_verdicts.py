"""The one line that says what matching found."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.made_case import make_article, make_case, make_match, make_report
from verify.records.match import FirstSeen, MatchReport
from verify.report import content
from verify.ui.verdicts import Dates, Verdict, judge_case, strongest
from verify.ui.wording import age_words, length


def judge(tmp_path: Path, report: MatchReport | None, *, published: str | None = "2022-11-15") -> Verdict:
    """Judge a case with one video."""
    case = make_case(tmp_path / "case", article=make_article(published=published), reports=(report,), frames=1)
    return judge_case(case)[0]


def test_same_footage_names_stretch_reference_sighting_and_denominator(tmp_path: Path) -> None:
    """An editor reads this line only."""
    verdict = judge(tmp_path, make_report("same_footage", make_match()))
    for words in (
        "Seconds 1.5\N{EN DASH}6.0",
        "seconds 3.0\N{EN DASH}7.5",
        "car.mp4",
        "mirrored",
        "24 of 25 distinct pictures agree",
    ):
        assert words in verdict.sentence
    assert verdict.searched == "7 known videos (130 seconds of footage)"


def test_both_dates_stand_side_by_side_with_their_sources(tmp_path: Path) -> None:
    """The heart of the product: when the footage was seen, beside the day that the article bears."""
    assert judge(tmp_path, make_report("same_footage", make_match())).dates == Dates(
        article="2022-11-15",
        article_source="as its page says",
        first_seen="2019-10-03",
        recorded_by="example.org archive",
    )


def test_line_is_the_first_sentence_of_the_report(tmp_path: Path) -> None:
    """One fact, one wording: on the screen and in the report."""
    case = make_case(tmp_path / "case", frames=1)
    assert judge_case(case)[0].sentence == content.judge_case(case).videos[0].sentences[0]


def test_dates_are_those_of_the_oldest_sighting_among_the_matches(tmp_path: Path) -> None:
    """The best match is not always the one that proves the age."""
    best, older = make_match(seen="2022-11-20"), make_match(seen="2018")
    verdict = judge(tmp_path, make_report("same_footage", best, older))
    assert verdict.dates is not None
    assert verdict.dates.first_seen == "2018"
    assert str(verdict.older).startswith("Older than the article")


def test_footage_seen_before_the_article_is_called_older(tmp_path: Path) -> None:
    """The case that the tool exists for."""
    assert (
        judge(tmp_path, make_report("same_footage", make_match())).older == "Older than the article by at least 3 years"
    )


def test_footage_seen_at_an_approximate_date_near_the_article_is_probably_older(tmp_path: Path) -> None:
    """Never firmer than its source."""
    verdict = judge(tmp_path, make_report("same_footage", make_match(seen="2022-09~")))
    assert str(verdict.older).startswith("Probably older than the article")


@pytest.mark.parametrize("seen", [None, "2022-11-15", "2023-01", "2019/.."])
def test_footage_not_surely_seen_before_the_article_is_not_called_older(tmp_path: Path, seen: str | None) -> None:
    """The same day, a later date, an open end or no date at all prove nothing."""
    assert judge(tmp_path, make_report("same_footage", make_match(seen=seen))).older is None


def test_unknown_date_of_the_article_is_said(tmp_path: Path) -> None:
    """Silence would read as "not older"."""
    verdict = judge(tmp_path, make_report("same_footage", make_match()), published=None)
    assert verdict.older is None
    assert "the date of the article is not known" in str(verdict.caution)


def test_same_scene_is_never_called_reuse_or_older(tmp_path: Path) -> None:
    """Another recording of the same place says nothing about the age of this one."""
    verdict = judge(tmp_path, make_report("same_scene", make_match("same_scene")))
    assert "another recording" in verdict.sentence
    assert "a lead, never reuse" in verdict.sentence
    assert (verdict.older, verdict.dates) == (None, None)


def test_no_match_gives_the_denominator_and_its_limit(tmp_path: Path) -> None:
    """No match is not proof of new."""
    verdict = judge(tmp_path, make_report("no_match"))
    assert verdict.sentence == "No match among 7 known videos (130 seconds of footage)."
    assert verdict.caution == "No match is not proof of new."


def test_not_comparable_gives_the_reason(tmp_path: Path) -> None:
    """A video that could not be compared was not found to be new."""
    report = replace(make_report("not_comparable"), reason="too dark throughout.")
    assert judge(tmp_path, report).sentence == f"{content.ISOLATE}too dark throughout.{content.END}"


def test_video_never_searched_is_told_apart_from_no_match(tmp_path: Path) -> None:
    """Nothing was searched: there is no denominator."""
    verdict = judge(tmp_path, None)
    assert (verdict.answer, verdict.searched) == ("not_searched", None)


def test_strongest_verdict_leads_the_list(tmp_path: Path) -> None:
    """One reused video among several makes the case."""
    reports = (make_report("no_match"), make_report("same_footage", make_match()), None)
    best = strongest(judge_case(make_case(tmp_path / "case", reports=reports, frames=1)))
    assert best is not None
    assert best.video == "clip-2.mp4"


def test_age_rounds_down() -> None:
    """Never firmer than its source."""
    seen = FirstSeen(date="2022-11-14", url=None, recorded_by=None)
    assert age_words(seen, make_article().published) == "Older than the article by less than a day"
    older = age_words(replace(seen, date="2021-11"), make_article().published)
    assert older == "Older than the article by at least 11 months"


def test_lengths_are_told_plainly() -> None:
    """A length bears its units."""
    assert [length(8.44), length(130), length(88211.4)] == ["8.4 s", "2 min 10 s", "24 h 30 min"]
