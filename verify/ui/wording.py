"""Times, lengths, dates and answers in words for people; no Streamlit."""

from datetime import timedelta
from fractions import Fraction
from pathlib import PurePath

from verify.claims.dates import PROBABLY_OLDER, compare_dates, date_in_words
from verify.records.article import Article
from verify.records.case import CaseVideo
from verify.records.edtf_date import EdtfDate
from verify.records.match import (
    CANDIDATE,
    NO_MATCH,
    NOT_COMPARABLE,
    SAME_FOOTAGE,
    SAME_SCENE,
    FirstSeen,
    Reference,
)
from verify.records.time import Span

ANSWER_WORDS = {
    SAME_FOOTAGE: "Same footage",
    SAME_SCENE: "Same scene",
    CANDIDATE: "Candidate below the threshold",
    NO_MATCH: "No match",
    NOT_COMPARABLE: "Not comparable",
}
NOT_SEARCHED = "not_searched"
NOT_SEARCHED_WORDS = "Not searched"
PUBLISHED_SOURCES = {"page": "per the page", "option": "as given"}
"""Who says when the article was published."""

_MINUTE_S = 60
_HOUR_S = 3600
_TO = "\N{EN DASH}"
_DAYS_PER_YEAR = 365.25
_DAYS_PER_MONTH = 30.44


def clock(time: Fraction) -> str:
    """Give ``hh:mm:ss.mmm``, rounded to the nearest millisecond."""
    milliseconds = round(time * 1000)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, _MINUTE_S)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def clock_range(span: Span) -> str:
    """Give both ends of a span as clocks."""
    return f"{clock(span.start)} {_TO} {clock(span.end)}"


def length(seconds: float) -> str:
    """Give a length of time: ``8.4 s``, ``2 min 10 s``, ``24 h 30 min``."""
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    seconds = round(seconds)
    if seconds < _HOUR_S:
        return f"{int(seconds // _MINUTE_S)} min {int(seconds % _MINUTE_S)} s"
    return f"{int(seconds // _HOUR_S)} h {int(seconds % _HOUR_S // _MINUTE_S)} min"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Give a number with its noun."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def video_name(video: CaseVideo) -> str:
    """Name a video of the case: its file, else what the article calls it."""
    return video.original_name or video.citation.label or video.citation.address or f"video {video.number}"


def reference_name(reference: Reference) -> str:
    """Name a reference by its file."""
    return PurePath(reference.path).name or reference.path


def published_words(article: Article) -> str:
    """Say when the article was published and who says so."""
    if article.published is None:
        return "date unknown"
    source = PUBLISHED_SOURCES.get(article.published_source or "")
    date = date_in_words(article.published.text)
    return f"{date}, {source}" if source else date


def age_words(seen: FirstSeen | None, published: EdtfDate | None) -> str | None:
    """Say that a first sighting precedes the publication, by how much and how surely; None where it does not."""
    found = compare_dates(seen, published)
    if found.gap is None:
        return None
    sure = "Probably older" if found.order == PROBABLY_OLDER else "Older"
    return f"{sure} than the article {_gap_words(found.gap)}"


def _gap_words(gap: timedelta) -> str:
    if gap.days >= _DAYS_PER_YEAR:
        return f"by at least {counted(int(gap.days / _DAYS_PER_YEAR), 'year')}"
    if gap.days >= 2 * _DAYS_PER_MONTH:
        return f"by at least {counted(int(gap.days / _DAYS_PER_MONTH), 'month')}"
    return f"by at least {counted(gap.days, 'day')}" if gap.days else "by less than a day"
