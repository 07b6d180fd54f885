"""What is known of each video in one line, in the report's own words; no Streamlit."""

from dataclasses import dataclass

from verify.claims.dates import date_in_words
from verify.records.article import Article
from verify.records.case import Case, CaseVideo
from verify.records.match import CANDIDATE, NO_MATCH, NOT_COMPARABLE, SAME_FOOTAGE, SAME_SCENE, FirstSeen, MatchReport
from verify.report import content
from verify.report.wording import ANSWER_WORDS, PUBLISHED_SOURCES, counted, visible
from verify.ui.wording import DATE_UNKNOWN, NOT_SEARCHED, NOT_SEARCHED_WORDS, age_words, video_name

_STRENGTH = (SAME_FOOTAGE, SAME_SCENE, NO_MATCH, NOT_COMPARABLE, NOT_SEARCHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The date that the article bears beside the first known sighting of the footage, in words."""

    article: str
    article_source: str | None
    first_seen: str
    recorded_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One video's answer.

    Attributes:
        answer: an answer of the match report, or ``not_searched``.
        words: the answer in words.
        video: name of the video.
        sentence: what was found, as the report says it.
        searched: the denominator, where ``sentence`` does not name it.
        dates: the two dates to compare; None where no known footage was found.
        older: that the footage is older than the article, and by how much; None where that is not known.
        caution: what the answer does not prove, or cannot tell; None where nothing needs saying.
    """

    answer: str
    words: str
    video: str
    sentence: str
    searched: str | None = None
    dates: Dates | None = None
    older: str | None = None
    caution: str | None = None


def judge_case(case: Case) -> tuple[Verdict, ...]:
    """Give the verdicts of a case's videos, in their order."""
    told = content.judge_case(case).videos
    return tuple(_judge(video, found, case.article) for video, found in zip(case.videos, told, strict=True))


def strongest(verdicts: tuple[Verdict, ...]) -> Verdict | None:
    """Choose the verdict that says most; None where there is no video."""
    return min(verdicts, key=lambda verdict: (_STRENGTH.index(verdict.answer), verdict.older is None), default=None)


def _judge(video: CaseVideo, found: content.VideoVerdict, article: Article) -> Verdict:
    name, report = video_name(video), video.report
    if report is None:
        return Verdict(answer=NOT_SEARCHED, words=NOT_SEARCHED_WORDS, video=name, sentence=found.sentences[0])
    seen = _sighting(report, found, article)
    return Verdict(
        answer=report.answer,
        words=ANSWER_WORDS[report.answer],
        video=name,
        sentence=found.sentences[0],
        searched=content.searched_in_words(report) if report.answer in {SAME_FOOTAGE, SAME_SCENE} else None,
        dates=_dates(seen, article) if found.dates else None,
        older=age_words(seen, article.published) if found.dates else None,
        caution=_caution(report, found),
    )


def _sighting(report: MatchReport, found: content.VideoVerdict, article: Article) -> FirstSeen | None:
    """Give the sighting that the report's comparison of dates speaks of."""
    sightings = (match.reference.first_seen for match in report.matches)
    return next((seen for seen in sightings if seen and content.tell_dates(seen, article) == found.dates), None)


def _dates(seen: FirstSeen | None, article: Article) -> Dates:
    return Dates(
        article=date_in_words(article.published.text) if article.published else DATE_UNKNOWN,
        article_source=PUBLISHED_SOURCES.get(article.published_source or "") if article.published else None,
        first_seen=date_in_words(visible(seen.date)) if seen else "no sighting on record",
        recorded_by=visible(seen.recorded_by or seen.url or "nobody named") if seen else None,
    )


def _caution(report: MatchReport, found: content.VideoVerdict) -> str | None:
    if found.dates is not None:
        if found.dates.days is None:
            return found.dates.sentence
        return next((sentence for sentence in found.sentences if sentence.startswith("The rest of the video")), None)
    if report.answer != NO_MATCH:
        return None
    below = sum(match.answer == CANDIDATE for match in report.matches)
    listed = f"{counted(below, 'candidate')} below the threshold. " if below else ""
    return f"{listed}{found.sentences[-1]}"
