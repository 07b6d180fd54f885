"""Dates that keep what is not known: EDTF (ISO 8601-2), with a time of day where one was given."""

import functools
import re
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime

from verify.errors import InvalidDateError

_TIME_OF_DAY = re.compile(r"T\d{2}(:?\d{2})?(:?\d{2})?([.,]\d+)?")
"""Its groups, minute, second and fraction, are None where the writer left them open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdtfDate:
    """A date in EDTF with its bounds.

    ``text`` is the date as written (``2022-11-15``, ``2022-11~``, ``../2022-11-15``, ``2022-11-15T10:00Z``);
    ``earliest`` and ``latest`` are the first and last instants that it allows, None where it is open.
    """

    text: str
    earliest: datetime | None
    latest: datetime | None


@functools.lru_cache(maxsize=4096)
def parse_date(text: str) -> EdtfDate:
    """Read a date in EDTF.

    Args:
        text: a calendar date, an interval, or a date with a time of day; a time without a zone is taken as UTC.

    Raises:
        InvalidDateError: the text is not EDTF.
    """
    text = text.strip()
    # An open end is infinite to the parser, which then fails on the bound: both ends are read on their own.
    ends = text.split("/")
    if len(ends) > 2:  # noqa: PLR2004  (an interval has two ends)
        raise _invalid(text)
    earliest = None if ends[0] in {"..", ""} else _bound(ends[0], text, upper=False)
    latest = None if ends[-1] in {"..", ""} else _bound(ends[-1], text, upper=True)
    if earliest is None and latest is None:
        raise _invalid(text)
    if earliest is not None and latest is not None and latest < earliest:
        raise _invalid(text)
    return EdtfDate(text=text, earliest=earliest, latest=latest)


def _parse_instant(text: str, *, upper: bool) -> datetime:
    """Read a date with a time of day; as the upper bound it is the last instant of its hour, minute or second."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise _invalid(text) from error
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    time = _TIME_OF_DAY.search(text)
    if not upper or time is None:
        return instant
    minute, second, fraction = time.groups()
    return instant.replace(
        minute=instant.minute if minute else 59,
        second=instant.second if second else 59,
        microsecond=instant.microsecond if fraction else 999_999,
    )


def _bound(part: str, whole: str, *, upper: bool) -> datetime:
    if "T" in part:
        return _parse_instant(part, upper=upper)
    with warnings.catch_warnings():
        # pyparsing warns about the way edtf names its results; the results are right (tests pin them).
        warnings.simplefilter("ignore")
        from edtf import parse_edtf  # noqa: PLC0415  (a third of a second, needed for few commands)
        from edtf.parser.edtf_exceptions import EDTFParseException  # noqa: PLC0415

        try:
            parsed = parse_edtf(part)
            limit = parsed.upper_strict() if upper else parsed.lower_strict()
            day = datetime(limit.tm_year, limit.tm_mon, limit.tm_mday, tzinfo=UTC)
        except (EDTFParseException, ValueError, OverflowError, AttributeError, TypeError, IndexError) as error:
            raise _invalid(whole) from error
    return day.replace(hour=23, minute=59, second=59, microsecond=999_999) if upper else day


def _invalid(text: str) -> InvalidDateError:
    return InvalidDateError(
        f"the date {text!r} cannot be read",
        "it is not EDTF (ISO 8601-2)",
        "Write it like 2022-11-15, 2022-11~ (about), ../2022-11-15 (on or before) or 2022-11-15T10:00Z",
    )
