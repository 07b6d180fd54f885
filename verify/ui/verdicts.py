"""What matching found, in one line a video with its denominator; no Streamlit."""

from dataclasses import dataclass

from verify.records.article import Article
from verify.records.case import Case, CaseVideo
from verify.records.match import CANDIDATE, NO_MATCH, SAME_FOOTAGE, SAME_SCENE, Match, MatchReport
from verify.ui.wording import (
    ANSWER_WORDS,
    NOT_SEARCHED,
    NOT_SEARCHED_WORDS,
    counted,
    enumerated,
    first_seen_words,
    length,
    older_by,
    reference_name,
    stretch,
    video_name,
)

_STRENGTH = (SAME_FOOTAGE, SAME_SCENE, NO_MATCH, "not_comparable", NOT_SEARCHED)
_STRETCHES_NAMED = 3
"""More stretches than this make a line nobody reads; they are all in the matches below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One video's answer.

    Attributes:
        answer: an answer of the match report, or ``not_searched``.
        words: the answer in words.
        video: name of the video.
        sentence: what was found.
        searched: the denominator; None where nothing was searched.
        older: how the footage relates to the article's date where it is older, else None.
        caution: what the answer does not prove, or cannot tell; None where nothing needs saying.
    """

    answer: str
    words: str
    video: str
    sentence: str
    searched: str | None = None
    older: str | None = None
    caution: str | None = None


def judge_case(case: Case) -> tuple[Verdict, ...]:
    """Give the verdicts of a case's videos, in their order."""
    return tuple(judge_video(video, case.article) for video in case.videos)


def strongest(verdicts: tuple[Verdict, ...]) -> Verdict | None:
    """Choose the verdict that says most; None where there is no video."""
    return min(verdicts, key=lambda verdict: (_STRENGTH.index(verdict.answer), verdict.older is None), default=None)


def judge_video(video: CaseVideo, article: Article) -> Verdict:
    """Say in one line what matching found for ``video``."""
    name, report = video_name(video), video.report
    if report is None:
        why = video.missing or "no hash database was searched for it yet"
        return Verdict(answer=NOT_SEARCHED, words=NOT_SEARCHED_WORDS, video=name, sentence=_sentence(why))
    matches = [match for match in report.matches if match.answer == report.answer]
    if not matches:
        return _judge_nothing_found(name, report)
    older, caution = _compare_dates(matches, article)
    return Verdict(
        answer=report.answer,
        words=ANSWER_WORDS[report.answer],
        video=name,
        sentence=_found(matches),
        searched=_searched(report),
        older=older if report.answer == SAME_FOOTAGE else None,
        caution="a lead, never proof of reuse" if report.answer == SAME_SCENE else caution,
    )


def _judge_nothing_found(name: str, report: MatchReport) -> Verdict:
    searched, caution = _searched(report), None
    sentence = _sentence(report.reason)
    if report.answer == NO_MATCH:
        sentence = f"No match among {counted(report.searched.videos, 'reference')}"
        caution = "no match is not proof of new"
        below = sum(match.answer == CANDIDATE for match in report.matches)
        if below:
            sentence += f"; {counted(below, 'candidate')} below the threshold"
    return Verdict(
        answer=report.answer,
        words=ANSWER_WORDS[report.answer],
        video=name,
        sentence=sentence,
        searched=searched,
        caution=caution,
    )


def _found(matches: list[Match]) -> str:
    best = matches[0]
    name, seen = reference_name(best.reference), first_seen_words(best.reference.first_seen)
    more = f", and {counted(len(matches) - 1, 'more reference')} below" if len(matches) > 1 else ""
    if best.identical:
        return f"The very file of {name} ({seen}){more}"
    stretches = _stretches(best)
    if best.answer == SAME_SCENE:
        return f"{stretches} show what {name} shows, in another recording ({seen}){more}"
    return f"{stretches} stand in {name} ({seen}){more}"


def _stretches(match: Match) -> str:
    spans = [segment.query for segment in match.segments]
    if not spans:
        return "Parts"
    if len(spans) > _STRETCHES_NAMED:
        return f"{len(spans)} stretches"
    return f"Seconds {enumerated([stretch(span) for span in spans])}"


def _searched(report: MatchReport) -> str:
    searched = report.searched
    return f"searched {counted(searched.videos, 'video')}, {length(searched.seconds)}"


def _compare_dates(matches: list[Match], article: Article) -> tuple[str | None, str | None]:
    for match in matches:
        gap = older_by(match.reference.first_seen, article.published)
        if gap:
            return f"Older than the article {gap}", None
    if all(match.reference.first_seen is None for match in matches):
        return None, "nobody recorded when the reference was seen"
    if article.published is None:
        return None, "the article's date is unknown, so older or newer cannot be said"
    return None, None


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].upper() + text[1:]
