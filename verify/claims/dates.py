"""The dates of an article against the first sightings of the footage that it cites."""

import re
from dataclasses import dataclass
from datetime import timedelta

from verify.errors import InvalidDateError
from verify.records.edtf_date import EdtfDate, parse_date
from verify.records.match import FirstSeen

OLDER, PROBABLY_OLDER, UNDECIDED, LATER = "older", "probably_older", "undecided", "later"

MARGIN = 3
"""A date marked as approximate or uncertain may be off by about its own precision; from this many times that on, the
mark changes nothing about what came first."""

_MARKS = {"~": "about ", "?": "possibly ", "%": "possibly about "}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """Which came first, as far as the bounds of both dates decide it.

    Attributes:
        order: ``older``, ``probably_older``, ``undecided`` or ``later``: the footage against the article.
        gap: time from the latest instant of the sighting to the earliest of the article; None unless older.
        why: what stands in the way of a decision; None where it is made.
    """

    order: str
    gap: timedelta | None = None
    why: str | None = None


def compare_dates(seen: FirstSeen | None, published: EdtfDate | None) -> DateOrder:
    """Compare the first known sighting of a reference with the publication of the article.

    A first sighting is an upper bound on the footage's date: seen earlier means older, seen later means nothing.
    """
    if seen is None:
        return DateOrder(order=UNDECIDED, why="no dated sighting of the known video is on record")
    if published is None:
        return DateOrder(order=UNDECIDED, why="the date of the article is not known")
    try:
        date = parse_date(seen.date)
    except InvalidDateError:
        return DateOrder(order=UNDECIDED, why="the recorded date of the sighting cannot be read")
    if date.latest is not None and published.earliest is not None and date.latest < published.earliest:
        gap = published.earliest - date.latest
        sure = gap > MARGIN * max(_doubt(date), _doubt(published))
        return DateOrder(order=OLDER if sure else PROBABLY_OLDER, gap=gap)
    if date.earliest is not None and published.latest is not None and date.earliest > published.latest:
        return DateOrder(order=LATER)
    why = f"the sighting ({date_in_words(seen.date)}) may fall before or after the article"
    return DateOrder(order=UNDECIDED, why=f"{why} ({date_in_words(published.text)})")


def date_in_words(text: str) -> str:
    """Spell out the signs of an EDTF date; the digits stay as written."""
    start, slash, end = text.partition("/")
    if slash and start in {"..", ""}:
        return f"on or before {_clock_apart(end)}"
    if slash and end in {"..", ""}:
        return f"on or after {_clock_apart(start)}"
    if slash:
        return f"between {_clock_apart(start)} and {_clock_apart(end)}"
    return _clock_apart(text)


def _clock_apart(part: str) -> str:
    mark = _MARKS.get(part[-1:])
    plain = part[:-1] if mark else part
    plain = re.sub(r"(?<=T\d\d:\d\d):00(?![.\d])", "", plain).replace("T", " ")
    return (mark or "") + re.sub(r"(?<=\d)(?=[Z+]|-\d\d:\d\d$)", " ", plain).replace(" Z", " UTC")


def _doubt(date: EdtfDate) -> timedelta:
    if not re.search(r"[~?%]", date.text) or date.latest is None or date.earliest is None:
        return timedelta(0)
    return date.latest - date.earliest
