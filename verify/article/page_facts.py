"""What a page says about itself: title, author, publisher, address, language, date of publication."""

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verify.article.json_ld import clean_value, find_article, name_values, text_value
from verify.article.page import Page, is_furniture, is_site_part
from verify.article.page_dates import read_date
from verify.article.video_files import origin_of_saved_page
from verify.records.edtf_date import EdtfDate

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DATE_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "publication_date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date",
)
_AUTHOR_NAMES = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)
_BY = re.compile(r"(?:by|автор:?|author:?)\s+", re.IGNORECASE)
_LONGEST_BYLINE_CHARS = 80
"""A paragraph up to this length may name the author or the day; a longer one tells the story."""

_HTMLDATE = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
"""Only what the page marks as a date: a search through its words finds dates of events. A fixed last date,
for the default is the clock of this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the page says about itself; None where it does not."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    address: str | None = None
    language: str | None = None
    published: EdtfDate | None = None


def read_page_facts(page: Page, markup: str, objects: tuple[dict[str, Any], ...]) -> PageFacts:
    """Collect what a page says about itself: JSON-LD first, then what readers see, then the head.

    Args:
        page: the parsed page.
        markup: its characters, for the note of the browser that saved it.
        objects: its JSON-LD.

    Raises:
        Nothing.
    """
    article = find_article(objects)
    metas = _metas(page.root)
    address = _address(page, article, metas) or origin_of_saved_page(markup)
    guessed = _guess(page, address)
    return PageFacts(
        title=_title(page, article, metas),
        author=", ".join(name_values(article, "author")) or _author(page, metas) or guessed.author,
        publisher=text_value(article, "publisher") or metas.get("og:site_name") or guessed.publisher,
        address=address,
        language=_language(page, article, metas),
        published=_published(page, article, metas) or guessed.published,
    )


def _metas(root: "HtmlElement") -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        value = clean_value(meta.get("content"))
        if name and value:
            metas.setdefault(name, value)
    return metas


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _title(page: Page, article: dict[str, Any], metas: dict[str, str]) -> str | None:
    headings = [clean_value(heading.text_content()) for heading in page.body.iter("h1")]
    named = [clean_value(title.text_content()) for title in page.root.iterfind("head/title")]
    # A page that lists stories has many first-degree headings; none of them is its title.
    heading = headings[0] if len(headings) == 1 else None
    return _first((text_value(article, "headline"), heading, metas.get("og:title"), *headings, *named))


def _author(page: Page, metas: dict[str, str]) -> str | None:
    given = _first(metas.get(name) for name in _AUTHOR_NAMES if "://" not in metas.get(name, "://"))
    if given is None:
        marked = page.body.xpath(".//*[@rel='author' or @itemprop='author']")
        given = _first(clean_value(element.text_content()) for element in marked)
    return _BY.sub("", given, count=1) if given and _BY.match(given) else given


def _address(page: Page, article: dict[str, Any], metas: dict[str, str]) -> str | None:
    links = [link.get("href") for link in page.root.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    told = (*links, metas.get("og:url"), text_value(article, "mainEntityOfPage"), text_value(article, "url"))
    return _first(clean_value(value) for value in told if value and value.startswith(("http://", "https://")))


def _language(page: Page, article: dict[str, Any], metas: dict[str, str]) -> str | None:
    html_lang = page.body.get("lang") or page.root.get("lang") or page.root.get("xml:lang")
    told = (
        html_lang,
        text_value(article, "inLanguage"),
        metas.get("og:locale"),
        metas.get("content-language"),
    )
    for value in told:
        found = _LANGUAGE.fullmatch(value.strip()) if value else None
        if found:
            return found.group(1).lower()
    return None


def _published(page: Page, article: dict[str, Any], metas: dict[str, str]) -> EdtfDate | None:
    told = [
        text_value(article, "datePublished"),
        *(metas.get(name) for name in _DATE_NAMES),
        *_marked_dates(page),
    ]
    dates = [read_date(value) for value in told if value]
    return next((date for date in dates if date), None)


def _marked_dates(page: Page) -> Iterator[str]:
    """Yield what the article's own elements mark as its date, the surest mark first."""
    for path in (
        ".//*[@itemprop='datePublished']",
        ".//time[@pubdate or contains(@class, 'publish')]",
        ".//header//time[@datetime] | .//time[@datetime and not(preceding::p[ancestor::article])]",
    ):
        for element in page.body.xpath(path):
            value = element.get("datetime") or element.get("content") or element.text_content()
            if value and not is_furniture(element, page.body):
                yield value


def _guess(page: Page, address: str | None) -> PageFacts:
    """Let trafilatura find what no rule above found; its dates have the precision of a day."""
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415  (slow to load, needed for pages only)

    found = extract_metadata(_head_and_byline(page), address, dict(_HTMLDATE), extensive=False)
    published = read_date(found.date) if found.date else None
    author = (found.author or "").replace("; ", ", ")
    return PageFacts(author=clean_value(author), publisher=clean_value(found.sitename), published=published)


def _head_and_byline(page: Page) -> "HtmlElement":
    """Leave what may tell of the article: other stories' dates and those in its sentences are not its own."""
    from lxml import html  # noqa: PLC0415  (only pages need it)

    root = html.document_fromstring("<html><head></head><body></body></html>")
    for meta in page.root.iterfind("head/meta"):
        root.head.append(copy.copy(meta))
    byline = copy.deepcopy(page.body)
    byline.tag, byline.tail = "div", None
    root.body.append(byline)
    for element in list(byline.iterdescendants()):
        is_sentence = element.tag == "p" and len(element.text_content()) > _LONGEST_BYLINE_CHARS
        if is_sentence or element.tag == "time" or (isinstance(element.tag, str) and is_site_part(element)):
            element.drop_tree()
    return root
