"""The dates of an article against first sightings."""

import pytest

from verify.claims.dates import LATER, OLDER, PROBABLY_OLDER, UNDECIDED, compare_dates, date_in_words
from verify.records.edtf_date import parse_date
from verify.records.match import FirstSeen


def _order(seen: str, published: str) -> str:
    return compare_dates(FirstSeen(date=seen, url=None, recorded_by=None), parse_date(published)).order


@pytest.mark.parametrize(
    ("seen", "published", "order"),
    [
        ("2019-10-03", "2022-11-15", OLDER),
        ("2022-11-15", "2022-11-15", UNDECIDED),
        ("2022-11-15T09:00Z", "2022-11-15T10:00Z", OLDER),
        ("2022-11-15T09:00+02:00", "2022-11-15T08:00Z", OLDER),
        ("2022-11-16", "2022-11-15", LATER),
        ("../2019", "2022-11-15", OLDER),
        ("2019/..", "2022-11-15", UNDECIDED),
        ("2022", "2022-11-15", UNDECIDED),
    ],
)
def test_order_follows_from_the_bounds_of_both_dates_alone(seen: str, published: str, order: str) -> None:
    """Footage is older only if its latest possible first sighting precedes the earliest possible publication."""
    assert _order(seen, published) == order


@pytest.mark.parametrize(
    ("seen", "order"),
    [("2022-10~", PROBABLY_OLDER), ("2021~", PROBABLY_OLDER), ("2018-11~", OLDER), ("2015?", OLDER)],
)
def test_approximate_date_counts_as_sure_only_from_far_away(seen: str, order: str) -> None:
    """About a month ago may be wrong by weeks; about a month, eight years ago, changes nothing."""
    assert _order(seen, "2022-11-15") == order


def test_unknown_dates_decide_nothing_and_say_why() -> None:
    """Unknown stays unknown, with the reason for a person."""
    seen = FirstSeen(date="2019", url=None, recorded_by=None)
    assert "sighting" in str(compare_dates(None, parse_date("2022")).why)
    assert "article" in str(compare_dates(seen, None).why)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2018-11~", "about 2018-11"),
        ("../2019-05-20", "on or before 2019-05-20"),
        ("2019/..", "on or after 2019"),
        ("2019-05/2019-07", "between 2019-05 and 2019-07"),
        ("2026-10-15T16:40:00+01:00", "2026-10-15 16:40 +01:00"),
        ("2026-10-15T16:40Z", "2026-10-15 16:40 UTC"),
        ("2026-10-15T16:40:31Z", "2026-10-15 16:40:31 UTC"),
    ],
)
def test_date_in_words_spells_out_signs_and_keeps_digits(text: str, words: str) -> None:
    """Readers need not know EDTF, and no digit changes on the way."""
    assert date_in_words(text) == words
