"""What a page says about itself is taken from the surest place, and nothing is invented."""

import json
from collections.abc import Callable

import pytest

from verify.article.page_dates import read_date
from verify.records.article import Article

BODY = "<article><p>A barn burned on Sunday, 3 May 2015, the mayor said.</p></article>"


def json_ld(**fields: object) -> str:
    """Make a page with one JSON-LD article."""
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>{BODY}'


def test_json_ld_gives_all_facts(read_saved: Callable[..., Article]) -> None:
    """The description for machines is the surest source."""
    article = read_saved(
        json_ld(
            headline="Barn &amp; hay burn",
            author=[{"@type": "Person", "name": "Ann Lee"}, {"name": "Bo Roe"}],
            publisher={"name": "The Example"},
            datePublished="2022-11-15T14:02:11.000+0200",
            mainEntityOfPage={"@id": "https://news.example/a"},
            inLanguage="uk-UA",
        )
    )
    assert (article.title, article.author, article.publisher) == (
        "Barn & hay burn",
        "Ann Lee, Bo Roe",
        "The Example",
    )
    assert (article.address, article.language) == ("https://news.example/a", "uk")
    assert article.published is not None
    assert (article.published.text, article.published_source) == ("2022-11-15T14:02:11+02:00", "page")


def test_head_gives_facts_without_json_ld(read_saved: Callable[..., Article]) -> None:
    """Open Graph and plain metadata say the same things."""
    head = (
        '<html lang="en-GB"><head><title>Barn burns | Example</title>'
        '<meta property="og:title" content="Barn burns">'
        '<meta property="og:site_name" content="Example"><meta name="author" content="By Ann Lee">'
        '<link rel="canonical" href="https://news.example/b">'
        '<meta property="article:published_time" content="2022-11-15">'
        "</head>"
    )
    article = read_saved(head + BODY)
    assert (article.title, article.author, article.publisher) == ("Barn burns", "Ann Lee", "Example")
    assert (article.address, article.language) == ("https://news.example/b", "en")
    assert article.published is not None
    assert article.published.text == "2022-11-15"


def test_date_of_an_event_is_no_date_of_publication(read_saved: Callable[..., Article]) -> None:
    """A wrong date would overturn the comparison with first sightings; no date does not."""
    article = read_saved(BODY)
    assert (article.published, article.published_source) == (None, None)


def test_date_of_a_related_story_is_not_taken(read_saved: Callable[..., Article]) -> None:
    """A teaser bears the date of another story."""
    teaser = '<div class="related"><time datetime="2011-01-01">1 Jan</time></div>'
    assert read_saved(f"<article>{teaser}<p>A barn burned.</p></article>").published is None


def test_date_of_the_update_is_not_the_date_of_publication(read_saved: Callable[..., Article]) -> None:
    """An update may be years younger."""
    article = read_saved(json_ld(dateModified="2024-01-01T10:00:00Z", datePublished="2022-11-15"))
    assert article.published is not None
    assert article.published.text == "2022-11-15"


def test_note_of_the_browser_gives_the_address(read_saved: Callable[..., Article]) -> None:
    """A page without a canonical link still tells where it was saved from."""
    note = "<!DOCTYPE html>\n<!-- saved from url=(0022)https://news.example/c -->\n<html>"
    assert read_saved(note + BODY).address == "https://news.example/c"


@pytest.mark.parametrize("block", ["{", "[" * 20_000, '"text"', "null", "[1, [2]]", '{"@type": 5, "author": 7}', ""])
def test_broken_json_ld_is_passed_over(read_saved: Callable[..., Article], block: str) -> None:
    """A page's description may be damaged or hostile; the article is still there."""
    article = read_saved(f'<script type="application/ld+json">{block}</script>{BODY}')
    assert article.text.startswith("A barn burned")


def test_address_that_is_a_script_is_not_taken(read_saved: Callable[..., Article]) -> None:
    """A report turns the address into a link."""
    assert read_saved(f'<link rel="canonical" href="javascript:alert(1)">{BODY}').address is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2022-11-15T10:00:00Z", "2022-11-15T10:00:00Z"),
        ("2022-11-15T10:00+02:00", "2022-11-15T10:00:00+02:00"),
        ("2022-11-15 10:00:00 -0500", "2022-11-15T10:00:00-05:00"),
        ("2022-11-15T10:00:00", "2022-11-15"),
        ("2022-11-15T00:00:00Z", "2022-11-15"),
        ("2022-11-15", "2022-11-15"),
        ("Tue, 15 Nov 2022 10:00:00 GMT", "2022-11-15T10:00:00Z"),
        ("15 November 2022", "2022-11-15"),
        ("Nov. 15, 2022", "2022-11-15"),
        ("15 листопада 2022 р.", "2022-11-15"),
        ("15 ноября 2022 г.", "2022-11-15"),
    ],
)
def test_date_keeps_its_precision_and_zone(written: str, expected: str) -> None:
    """A time without a zone is no instant, and midnight is what systems write for a day."""
    date = read_date(written)
    assert date is not None
    assert date.text == expected


@pytest.mark.parametrize(
    "written", ["", "yesterday", "2022-13-45", "0001-01-01T00:00:00Z", "15 Smarch 2022", "31 February 2022"]
)
def test_impossible_date_is_unknown(written: str) -> None:
    """No date is better than a wrong one."""
    assert read_date(written) is None
