"""Dates keep what is not known, and say the first and last instant that they allow."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from verify.errors import InvalidDateError
from verify.records.edtf_date import parse_date

LAST_MICROSECOND = timedelta(microseconds=1)


def at(*parts: int) -> datetime:
    """Give an instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "earliest", "after"),
    [
        ("2022-11-15", at(2022, 11, 15), at(2022, 11, 16)),
        ("2022-11", at(2022, 11, 1), at(2022, 12, 1)),
        ("2022", at(2022, 1, 1), at(2023, 1, 1)),
        ("2022-11~", at(2022, 11, 1), at(2022, 12, 1)),
        ("2022-11-15?", at(2022, 11, 15), at(2022, 11, 16)),
        ("2022-11-15%", at(2022, 11, 15), at(2022, 11, 16)),
        ("202X", at(2020, 1, 1), at(2030, 1, 1)),
        ("2022-XX-XX", at(2022, 1, 1), at(2023, 1, 1)),
        ("2022-21", at(2022, 3, 1), at(2022, 6, 1)),
        ("2022-02/2022-11-15", at(2022, 2, 1), at(2022, 11, 16)),
        ("2022-02~/2022-11-15?", at(2022, 2, 1), at(2022, 11, 16)),
        ("2022-11-15T10:00Z/2022-11-16", at(2022, 11, 15, 10), at(2022, 11, 17)),
        ("[1667,1668]", at(1667, 1, 1), at(1669, 1, 1)),
        ("2022-11-15T10Z", at(2022, 11, 15, 10), at(2022, 11, 15, 11)),
        ("2022-11-15T10:00Z", at(2022, 11, 15, 10), at(2022, 11, 15, 10, 1)),
        ("2022-11-15T10:00:30", at(2022, 11, 15, 10, 0, 30), at(2022, 11, 15, 10, 0, 31)),
    ],
)
def test_date_when_read_gives_first_and_last_instant_it_allows(text: str, earliest: datetime, after: datetime) -> None:
    """A date covers all that its precision leaves open, up to the instant before the next one."""
    date = parse_date(text)
    assert (date.text, date.earliest, date.latest) == (text, earliest, after - LAST_MICROSECOND)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("../2022-11-15", None, at(2022, 11, 15, 23, 59, 59, 999_999)),
        ("/2022-11-15", None, at(2022, 11, 15, 23, 59, 59, 999_999)),
        ("2022-11-15/..", at(2022, 11, 15), None),
        ("2022-11-15/", at(2022, 11, 15), None),
        ("2022-11-15T10:00Z/..", at(2022, 11, 15, 10), None),
    ],
)
def test_interval_when_one_end_is_open_leaves_that_bound_none(
    text: str, earliest: datetime | None, latest: datetime | None
) -> None:
    """An open end is unknown, not a far date."""
    date = parse_date(text)
    assert (date.earliest, date.latest) == (earliest, latest)


def test_time_when_it_has_a_zone_keeps_that_zone() -> None:
    """The zone of an observation is part of it."""
    date = parse_date("2022-11-15T10:00:00.5-05:00")
    assert date.earliest == date.latest == datetime(2022, 11, 15, 15, 0, 0, 500_000, tzinfo=UTC)
    assert date.earliest is not None
    assert date.earliest.tzinfo == timezone(timedelta(hours=-5))


def test_date_when_surrounded_by_spaces_is_read_without_them() -> None:
    """Spaces around a date in a table mean nothing."""
    assert parse_date(" 2022-11-15\n").text == "2022-11-15"


def test_date_when_at_the_end_of_the_calendar_is_read() -> None:
    """The last year there is has a last instant too."""
    assert parse_date("9999").latest == at(9999, 12, 31, 23, 59, 59, 999_999)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "..", "/", "../..", "T", "today", "15.11.2022", "2022/11/15/", "2022-13", "2022-02-30", "0000"),
        *("2022-11-15T25:00Z", "2022-11-15T", "2022-11-15 10:00", "2022-11-15/2022-11-10", "2020/2021/2022"),
        *("２０２２", "1" * 5000, "2022-11-15T10:00Z~", "Y17E7", "../15.11.2022", "2022\x00", "-0100"),
    ],
)
def test_date_when_not_edtf_is_refused_with_the_text(text: str) -> None:
    """What cannot be read as a date is never guessed at."""
    with pytest.raises(InvalidDateError) as caught:
        parse_date(text)
    assert repr(text.strip()) in caught.value.what
    assert "2022-11-15" in caught.value.remedy
