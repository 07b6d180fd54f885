"""The earliest sighting is the one whose latest possible instant is earliest."""

from itertools import permutations

import pytest

from verify.records.edtf_date import parse_date
from verify.records.sighting import Sighting, first_seen


def seen(date: str | None, url: str | None = None) -> Sighting:
    """Make a sighting."""
    return Sighting(date=parse_date(date) if date else None, url=url)


@pytest.mark.parametrize(
    "dates",
    [
        ("2019-10-03", "2019-10-04", "2020"),
        ("../2019-10-03", "2019-10-04", "2019-10"),
        ("2019-10-03", "2019-10~", "2019"),
        ("2019-10-03T08:00Z", "2019-10-03T12:00Z", "2019-10-03"),
        ("2019-10-03T23:30+02:00", "2019-10-03T22:00Z", "2019-10-03T20:00-05:00"),
        ("2019-10-03T10:00:30Z", "2019-10-03T10:00Z", "2019-10-03T10Z"),
        ("1999/2019-10-03", "2019-10-04T00:00Z", "2018/2019-10-05"),
        ("2019-10-03", "2018/..", "2017-01-01/"),
    ],
)
def test_first_seen_in_any_order_is_the_one_surely_over_first(dates: tuple[str, ...]) -> None:
    """A vague early date does not beat a date that surely lies before its end."""
    for order in permutations(dates):
        chosen = first_seen([seen(date) for date in order])
        assert chosen is not None
        assert chosen.date is not None
        assert chosen.date.text == dates[0]


def test_first_seen_when_dates_tie_depends_on_nothing_but_the_sightings() -> None:
    """Two sightings of one date are ordered by their addresses, not by how they were stored."""
    sightings = [seen("2019", "b"), seen("2019", "a"), seen("2019", None)]
    assert {first_seen(order) for order in permutations(sightings)} == {seen("2019", None)}


@pytest.mark.parametrize("sightings", [[], [seen(None, "a")], [seen("2019/..")]])
def test_first_seen_without_a_last_instant_is_unknown(sightings: list[Sighting]) -> None:
    """Unknown stays unknown."""
    assert first_seen(sightings) is None


def test_sighting_as_json_gives_unknown_as_null_and_dates_as_written() -> None:
    """What is printed is what was recorded."""
    json = Sighting(url="https://example.org", date=parse_date("2022-11~")).as_json()
    assert json == {
        "url": "https://example.org",
        "date": "2022-11~",
        "recorded_by": None,
        "recorded_on": None,
        "archived_url": None,
        "note": None,
    }
