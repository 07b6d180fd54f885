"""What a report says of a case, from its records alone: the verdict, its weakest link, what was not checked.

In sentences, words from outside stand between ``ISOLATE`` and ``END``, so that they reorder nothing else.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from verify.claims.dates import LATER, OLDER, PROBABLY_OLDER, UNDECIDED, compare_dates, date_in_words
from verify.records.agreement import agreement_in_words
from verify.records.article import Article, TextSpan
from verify.records.case import Case, CaseVideo
from verify.records.claim import Claim, PinnedFrame, Stance
from verify.records.match import (
    NOT_COMPARABLE,
    SAME_FOOTAGE,
    SAME_SCENE,
    FirstSeen,
    Match,
    MatchReport,
    Segment,
)
from verify.records.time import Span, exact_seconds, seconds_as_float
from verify.report.wording import counted, published_in_words, visible

ISOLATE, END = "\u2068", "\u2069"
CHECKS = ("sha256sum -c manifest.sha256", "verify-video case check .")
IN_PART = "in_part"
"""Older, but most of what was compared stands in nothing known."""

KINDS: dict[str, tuple[str, str]] = {
    OLDER: ("Yes. Footage in this video was seen before the article", "seen before the article"),
    IN_PART: (
        "In part. Some of this video was seen before the article; most of it matches nothing",
        "seen before the article in part",
    ),
    PROBABLY_OLDER: (
        "Probably. It was seen before the article, by an uncertain date",
        "probably seen before it",
    ),
    UNDECIDED: ("Perhaps. It is known footage, but its age is not settled", "known, age not settled"),
    LATER: ("Perhaps. It is known footage, but seen only after the article", "known, seen only later"),
    SAME_SCENE: (
        "Unknown. Another recording of the same scene is known",
        "same scene in another recording",
    ),
    "no_match": ("Unknown. No match was found", "without a match"),
    NOT_COMPARABLE: ("Unknown. The video could not be compared", "not comparable"),
    "not_searched": ("Unknown. The video was not searched for", "not searched for"),
    "missing": ("Unknown. No file of the video was available", "not obtained"),
}
"""What is known of a video's age, from most to least: the answer to "Is it old?", and words to count by."""

LIMITS = (
    "Matches rest on pictures alone. Sound stands beside them and decides nothing; what is said in it was not checked.",
    "Whether the footage was staged, generated, or altered within the picture was not tested.",
    "Place, time of recording and persons were not checked by the tool; only people's stances speak of them.",
    "Addresses of sightings were not opened; dates stand as recorded, read as UTC where they name no zone.",
)
"""What no report of this tool says anything about."""

_HOUR_S = 3600
_SHORTEST_REST_S = Fraction(1)
"""Less than this between matched stretches is a matter of sampling frames, not of content."""
_LISTED_STRETCHES = 3  # a sentence with more is not read; the report lists them all further down


@dataclass(frozen=True, slots=True, kw_only=True)
class DateComparison:
    """A first sighting against the article, and at least how many whole days before (None unless older)."""

    sentence: str
    order: str = UNDECIDED
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoVerdict:
    """What is known of the age of one video; ``kind`` is a key of ``KINDS``."""

    number: int
    kind: str
    sentences: tuple[str, ...]
    weakest_link: str
    dates: DateComparison | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to "Is it old?" for a reader with one minute."""

    headline: str
    weakest_link: str
    videos: tuple[VideoVerdict, ...]
    not_checked: tuple[str, ...]


def tell_dates(seen: FirstSeen | None, article: Article) -> DateComparison:
    """Say how the first known sighting of a reference stands to the date of the article."""
    found = compare_dates(seen, article.published)
    if found.order == UNDECIDED or article.published is None:
        says = f"Whether the footage is older than the article cannot be decided: {found.why}."
        return DateComparison(sentence=says)
    if found.gap is None:
        dated = date_in_words(article.published.text)
        return DateComparison(order=LATER, sentence=f"The article, dated {dated}, is older than that sighting.")
    says = (
        f"If that sighting is right, the footage is older than the article by at least {counted(found.gap.days, 'day')}"
    )
    if found.gap.days == 0:
        says = "If that sighting is right, the footage is older than the article, but by less than a whole day, so"
        says += " time zones matter"
    says += f"; the article is dated {published_in_words(article)}."
    if found.order == PROBABLY_OLDER:
        says += " A date in this is marked as approximate or uncertain; the comparison is no firmer."
    return DateComparison(order=found.order, days=found.gap.days, sentence=says)


def judge_case(case: Case) -> Verdict:
    """Say what is known of the age of each video, what that rests on, and what was not checked."""
    videos = tuple(_judge_video(video, case.article) for video in case.videos)
    limits = (*_open_points(case), *LIMITS)
    if not videos:
        nothing = "The case holds no video, so nothing was compared."
        return Verdict(headline=nothing, weakest_link=nothing, videos=(), not_checked=limits)
    headline, weakest = f"{KINDS[videos[0].kind][0]}.", videos[0].weakest_link
    if len(videos) > 1:
        counts = Counter(video.kind for video in videos)
        known = "; ".join(f"{counts[kind]} {words}" for kind, (_, words) in KINDS.items() if counts[kind])
        headline = f"Of {len(videos)} videos: {known}."
        least = max(videos, key=lambda video: list(KINDS).index(video.kind))
        weakest = f"Video {least.number}: {least.weakest_link}"
    return Verdict(headline=headline, weakest_link=weakest, videos=videos, not_checked=limits)


def _judge_video(video: CaseVideo, article: Article) -> VideoVerdict:
    report = video.report
    matches = report.matches if report else ()
    copies = [match for match in matches if match.answer == SAME_FOOTAGE or match.identical]
    if report is not None and copies:
        return _judge_copy(video, report, article, copies)
    if video.file is None or report is None:
        kind, what = ("missing", "obtained") if video.file is None else ("not_searched", "searched for")
        why = f"It was not {what}: {_outside(video.missing or 'no reason is on record.')}"
        return VideoVerdict(number=video.number, kind=kind, sentences=(why,), weakest_link=why)
    return _judge_without_copy(video.number, report)


def _judge_without_copy(number: int, report: MatchReport) -> VideoVerdict:
    kind, reason, searched = "no_match", _outside(report.reason), searched_in_words(report)
    says: tuple[str, ...] = (f"No match among {searched}.", reason, "No match is not proof of new.")
    weak = "No match is not proof of new: the footage may be missing from what was searched."
    if report.answer == SAME_SCENE:
        leads = ", ".join(_name(match) for match in report.matches if match.answer == SAME_SCENE)
        kind, weak = SAME_SCENE, "Another recording of the scene does not tell when this one was made."
        says = (f"Same place or camera in another recording ({leads}): a lead, never reuse.", reason)
    elif report.answer == NOT_COMPARABLE:
        kind, says, weak = NOT_COMPARABLE, (reason, f"It would have been compared with {searched}."), reason
    elif report.searched.videos == 0:
        weak = "The hash database was empty, so no match could be found."
    return VideoVerdict(number=number, kind=kind, sentences=says, weakest_link=weak)


def _judge_copy(video: CaseVideo, report: MatchReport, article: Article, copies: list[Match]) -> VideoVerdict:
    """Judge by the copy that is older than the article by the most days; where none is, by the best one."""
    dated = [(tell_dates(match.reference.first_seen, article), match) for match in copies]
    dates, match = max(dated, key=lambda pair: -1 if pair[0].days is None else pair[0].days)
    seen = match.reference.first_seen
    told = sighting_in_words(seen) if seen else "no sighting"
    sentences = [_copy_in_words(video, match), f"First seen, as far as recorded: {told}.", dates.sentence]
    weak = dates.sentence
    if dates.days is not None:
        sentences.append("A first sighting is the latest possible date; the recording may be older still.")
        weak = f"The age rests on one recorded sighting ({told}), which this report did not verify."
    kind = dates.order
    if rest := _unmatched(report, copies):
        if kind == OLDER and 2 * sum(float(span.seconds) for span in rest) > (report.query.comparable_seconds or 0.0):
            kind, weak = IN_PART, f"Most of the video ({_stretches(rest)}) matches nothing that was searched. {weak}"
        sentences.append(f"The rest of the video ({_stretches(rest)}) matches nothing that was searched.")
    if len(copies) > 1:
        sentences.append(f"{counted(len(copies) - 1, 'more known video')} with this footage: see the matches.")
    says = tuple(sentences)
    return VideoVerdict(number=video.number, kind=kind, sentences=says, weakest_link=weak, dates=dates)


def _copy_in_words(video: CaseVideo, match: Match) -> str:
    what = "supplied" if video.citation.kind == "supplied" else "cited"
    cited = f"the {what} video ({_outside(video.original_name or 'without a name')})"
    if match.identical:
        return f"The file of {cited} is byte for byte the same as {_name(match)} in the hash database."
    spans = _stretches(segment.query for segment in match.segments)
    known = _stretches(segment.reference for segment in match.segments)
    disguise = dict.fromkeys(word for segment in match.segments for word in disguise_in_words(segment))
    return (
        f"{spans.capitalize()} of {cited} are {known} of {', '.join((_name(match), *disguise))}; "
        f"{agreement_in_words(match.segments)} (score {match.score:.3f})."
    )


def disguise_in_words(segment: Segment) -> tuple[str, ...]:
    """Say what was done to the copy, the mirror and the speed also where ``disguise`` does not name them."""
    words = [_outside(word.replace("_", " ")) for word in segment.disguise]
    if segment.mirrored and "mirror" not in " ".join(words):
        words.append("mirrored")
    if segment.speed != 1.0:
        words.append(f"at about {abs(segment.speed):.2f} times the speed")
    return tuple(words)


def sighting_in_words(seen: FirstSeen) -> str:
    """Say when, where and by whom, and what of it is not on record."""
    place = f"at {_outside(seen.url)}" if seen.url else "at an address not recorded"
    person = _outside(seen.recorded_by) if seen.recorded_by else "a person not named"
    return f"{date_in_words(visible(seen.date))}, {place}, recorded by {person}"


def searched_in_words(report: MatchReport) -> str:
    """Say how much was searched."""
    seconds = report.searched.seconds
    length = f"{seconds:,.0f} seconds" if seconds < _HOUR_S else f"{seconds / _HOUR_S:,.1f} hours"
    return f"{counted(report.searched.videos, 'known video')} ({length} of footage)"


def _unmatched(report: MatchReport, copies: list[Match]) -> list[Span]:
    """Give the stretches of the query that were compared and stand in none of the copies."""
    spans = [segment.query for match in copies for segment in match.segments]
    spans += [skipped.span for skipped in report.query.skipped]
    position, rest = Fraction(0), []
    end = exact_seconds(report.query.seconds or 0.0)
    for span in (*sorted(spans, key=lambda span: span.start), Span(start=end, end=end)):
        if span.start - position > _SHORTEST_REST_S:
            rest.append(Span(start=position, end=span.start))
        position = max(position, span.end)
    return rest


def _stretches(spans: Iterable[Span]) -> str:
    words = [f"{float(span.start):.1f}\u2013{float(span.end):.1f}" for span in spans]
    more = f" and {len(words) - _LISTED_STRETCHES} more stretches" if len(words) > _LISTED_STRETCHES else ""
    return f"seconds {', '.join(words[:_LISTED_STRETCHES])}{more}"


def _open_points(case: Case) -> Iterable[str]:
    sentences = case.article.sentences
    silent = sum(not any(claim.current for claim in claims_on(span, case.claims)) for span in sentences)
    if silent:
        yield f"{silent} of {counted(len(sentences), 'sentence')} in the article: no stance was taken."
    for video in case.videos:
        if video.report is None:
            yield f"Video {video.number} was not compared: {_outside(video.missing or 'no reason is known')}"
        for skip in video.report.query.skipped if video.report else ():
            what = _stretches([skip.span]).capitalize()
            yield f"{what} of video {video.number} were not compared: {_outside(skip.why)}."


def claims_on(span: TextSpan, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Give the claims that share characters with ``span``."""
    return tuple(claim for claim in claims if claim.start < span.end and span.start < claim.end)


def _outside(text: str) -> str:
    return f"{ISOLATE}{visible(text)}{END}"


def _name(match: Match) -> str:
    return _outside(PurePath(match.reference.path).name)


def report_as_json(case: Case) -> dict[str, Any]:
    """Give all that the report says as one object of ``verify.case/1``; pictures by their names."""
    article, sentences = case.article, []
    for span in case.article.sentences:
        claims = [claim.claim_id for claim in claims_on(span, case.claims)]
        sentences.append({**asdict(span), "quote": article.quote(span), "claims": claims})
    about = {name: getattr(case, name) for name in ("title", "created_utc", "tool", "settings")}
    # Read again without the isolates: in a file each sentence stands alone.
    verdict = json.dumps(asdict(judge_case(case)), ensure_ascii=False).replace(ISOLATE, "").replace(END, "")
    return {
        "schema": "verify.case/1",
        "case": {"id": case.case_id, **about},
        "verdict": json.loads(verdict),
        "article": {**article.as_json(), "text": article.text, "sentences": sentences},
        "claims": [_claim_as_json(claim) for claim in case.claims],
        "videos": [_video_as_json(video) for video in case.videos],
        "how_to_check": list(CHECKS),
    }


def _fields(record: Claim | PinnedFrame | Stance) -> dict[str, Any]:
    """Give a record by its fields; an exact time becomes seconds, and its name says so."""
    entries = asdict(record).items()
    exact = {f"{name}_s": seconds_as_float(value) for name, value in entries if isinstance(value, Fraction)}
    return {name: value for name, value in entries if not isinstance(value, Fraction)} | exact


def _claim_as_json(claim: Claim) -> dict[str, Any]:
    stances = [{**_fields(s), "frame": _fields(s.frame) if s.frame else None} for s in claim.stances]
    return {**_fields(claim), "stance": claim.current.stance if claim.current else None, "stances": stances}


def _video_as_json(video: CaseVideo) -> dict[str, Any]:
    plain = ("number", "folder", "file", "original_name", "sha256", "size_bytes", "missing")
    return {name: getattr(video, name) for name in plain} | {
        "citation": video.citation.as_json(),
        "facts": video.facts.as_json() if video.facts else None,
        "keyframes": [keyframe.as_json() for keyframe in video.keyframes],
        "report": video.report.as_json() if video.report else None,
        "pictures": [picture.as_json() for picture in video.pictures],
        **(video.looked_at.as_json() if video.looked_at else {"looked_at": None, "looked_at_left_out": None}),
    }
