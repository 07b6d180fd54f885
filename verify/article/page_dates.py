"""Dates as pages and people write them, turned into EDTF without inventing precision."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from verify.errors import InvalidDateError
from verify.records.edtf_date import EdtfDate, parse_date

_EARLIEST_YEAR = 1900
"""An earlier year is the default of a publishing system (0001, 1970 is kept), not a date of publication."""

_ISO = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_MONTHS = {
    name: place
    for names in (
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        ("січ", "лют", "бер", "кві", "тра", "чер", "лип", "сер", "вер", "жов", "лис", "гру"),
        ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
    )
    for place, name in enumerate(names, 1)
}
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[^\W\d_]{3,12})\.?,?\s+(?P<year>\d{4})(?:\s*(?:р|г)\.?)?")
_MONTH_FIRST = re.compile(r"(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})")


def read_date(text: str) -> EdtfDate | None:
    """Read a date of publication.

    A time of day is kept only together with its zone: without one it is no instant. Midnight is taken as the
    day, since publishing systems write it where they know no time.

    Args:
        text: ISO 8601, the form of e-mail (RFC 2822), ``15 November 2022`` or ``November 15, 2022``; months
            also in Ukrainian and Russian.

    Returns:
        The date; None where the text is no such date, or one that cannot be.

    Raises:
        Nothing.
    """
    text = " ".join(text.split())
    written = _iso(text) or _mail(text) or _words(text)
    if written is None or int(written[:4]) < _EARLIEST_YEAR:
        return None
    try:
        return parse_date(written)
    except InvalidDateError:
        return None


def _iso(text: str) -> str | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    if not found["time"] or not found["zone"]:
        return found["day"]
    try:
        return _instant(datetime.fromisoformat(f"{found['day']}T{found['time']}{found['zone'].upper()}"))
    except ValueError:
        return found["day"]


def _mail(text: str) -> str | None:
    if "," not in text or ":" not in text:
        return None
    try:
        return _instant(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError):
        return None


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    written = moment.replace(microsecond=0).isoformat()
    return written.removesuffix("+00:00") + "Z" if moment.utcoffset() == UTC.utcoffset(None) else written


def _words(text: str) -> str | None:
    found = _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text)
    month = _MONTHS.get(found["month"][:3].lower()) if found else None
    if found is None or month is None:
        return None
    return f"{found['year']}-{month:02}-{int(found['day']):02}"
