"""Dates that keep what is not known: EDTF (ISO 8601-2), with a time of day where one was given."""

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from verify.errors import InvalidDateError


@dataclass(frozen=True, slots=True, kw_only=True)
class EdtfDate:
    """A date in EDTF with its bounds.

    ``text`` is the date as written (``2022-11-15``, ``2022-11~``, ``../2022-11-15``, ``2022-11-15T10:00Z``);
    ``earliest`` and ``latest`` are the first and last instants that it allows, None where it is open.
    """

    text: str
    earliest: datetime | None
    latest: datetime | None


def parse_date(text: str) -> EdtfDate:
    """Read a date in EDTF.

    Args:
        text: a calendar date, an interval, or a date with a time of day; a time without a zone is taken as UTC.

    Raises:
        InvalidDateError: the text is not EDTF.
    """
    text = text.strip()
    if "T" in text and "/" not in text:
        instant = _parse_instant(text)
        return EdtfDate(text=text, earliest=instant, latest=instant)
    # An open end is infinite to the parser, which then fails on the bound: both ends are read on their own.
    start, slash, end = text.partition("/")
    parts = (start, end) if slash else (text, text)
    earliest = None if parts[0] in {"..", ""} else _bound(parts[0], text, upper=False)
    latest = None if parts[1] in {"..", ""} else _bound(parts[1], text, upper=True)
    if earliest is None and latest is None:
        raise _invalid(text)
    if earliest is not None and latest is not None and latest < earliest:
        raise _invalid(text)
    return EdtfDate(text=text, earliest=earliest, latest=latest)


def _parse_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise _invalid(text) from error
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant


def _bound(part: str, whole: str, *, upper: bool) -> datetime:
    if "T" in part:
        return _parse_instant(part)
    with warnings.catch_warnings():
        # pyparsing warns about the way edtf names its results; the results are right (tests pin them).
        warnings.simplefilter("ignore")
        from edtf import parse_edtf  # noqa: PLC0415  (a third of a second, needed for few commands)
        from edtf.parser.edtf_exceptions import EDTFParseException  # noqa: PLC0415

        try:
            parsed = parse_edtf(part)
            limit = parsed.upper_strict() if upper else parsed.lower_strict()
            day = datetime(limit.tm_year, limit.tm_mon, limit.tm_mday, tzinfo=UTC)
        except (EDTFParseException, ValueError, AttributeError, TypeError, IndexError) as error:
            raise _invalid(whole) from error
    return day + timedelta(days=1) - timedelta(microseconds=1) if upper else day


def _invalid(text: str) -> InvalidDateError:
    return InvalidDateError(
        f"the date {text!r} cannot be read",
        "it is not EDTF (ISO 8601-2)",
        "Write it like 2022-11-15, 2022-11~ (about), ../2022-11-15 (on or before) or 2022-11-15T10:00Z",
    )
