"""Facts in words and figures for people: each has its wording here, for the report, the screen and the command line."""

import re
from fractions import Fraction

from verify.claims.dates import date_in_words
from verify.records.article import Article
from verify.records.match import CANDIDATE, NO_MATCH, NOT_COMPARABLE, SAME_FOOTAGE, SAME_SCENE
from verify.records.time import Span

ANSWER_WORDS = {
    SAME_FOOTAGE: "Same footage",
    SAME_SCENE: "Same scene, another recording",
    CANDIDATE: "Candidate below the threshold",
    NO_MATCH: "No match",
    NOT_COMPARABLE: "Not comparable",
}
PUBLISHED_SOURCES = {"page": "as its page says", "option": "as entered by hand"}
"""Who says when the article was published."""

_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """Show control characters and direction overrides by their code, so that they hide or reorder nothing."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def time_code(time: Fraction) -> str:
    """Give ``hh:mm:ss.mmm``, rounded to the nearest millisecond."""
    seconds, milliseconds = divmod(round(time * 1000), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"


def time_range(span: Span) -> str:
    """Give both ends of a span as time codes."""
    return f"{time_code(span.start)} \N{EN DASH} {time_code(span.end)}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Give a number with its noun."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def published_in_words(article: Article) -> str | None:
    """Say when the article was published and who says so; None where it bears no date."""
    if article.published is None:
        return None
    source = PUBLISHED_SOURCES.get(article.published_source or "")
    date = date_in_words(article.published.text)
    return f"{date}, {source}" if source else date
