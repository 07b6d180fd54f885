"""What a text or Markdown file clearly states about itself: title, author, date, address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from verify.article.page_dates import read_date
from verify.records.edtf_date import EdtfDate

_LONGEST_HEADLINE_CHARS = 150
"""A longer first line is taken for a paragraph, at the risk of missing a very long headline."""

_LONGER_RATIO = 2
"""Without an empty line, a headline is told by the paragraph below being this many times longer: a line of
wrapped text is followed by one as long as itself."""

_STATED_WITHIN_LINES = 12
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.{0,5000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"(?P<name>[^\W\d_][^\W\d]{2,20})\s*:\s*(?P<value>\S.{0,500})")
_BYLINE = re.compile(
    r"(?:By|BY)\s+(?P<value>[A-Z][\w.'’-]+(?:(?:\s+and\s+|,\s*|\s+)[A-Z][\w.'’-]+){1,5}|(?:[A-Z]\.){1,3}[A-Z][\w'’-]+)"
)
"""Something must stand between the words: without it a line of capitals could be divided in millions of ways."""

_NAMES = {
    "title": ("title", "headline", "заголовок"),
    "author": ("author", "byline", "автор"),
    "published": ("published", "date", "publication_date", "pubdate", "опубліковано", "опубликовано", "дата"),
    "address": ("url", "source", "link", "canonical", "джерело", "источник"),
    "language": ("lang", "language"),
}
_HEADING = re.compile(r" {0,3}#[ \t]+(?P<words>\S.*)")
_UNDERLINED = re.compile(r"^(?P<words>\S.*)\n=+[ \t]*$", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…:;,][\"'”»’)\]]*$|[.!?…][\"'”»’)]*\s")
_MARKUP = re.compile(r"(\*\*|__|[*_`])(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFacts:
    """What the file states; None where it does not."""

    title: str | None
    author: str | None
    published: EdtfDate | None
    address: str | None
    language: str | None


def read_stated_facts(text: str, *, is_markdown: bool) -> StatedFacts:
    """Collect what a text clearly states about itself; nothing is guessed from its sentences.

    Args:
        text: the whole text.
        is_markdown: whether a heading may stand anywhere; elsewhere it must be the first line.

    Raises:
        Nothing.
    """
    fields = _fields(text)
    published = read_date(fields["published"]) if "published" in fields else None
    address = fields.get("address", "")
    language = re.match(r"[A-Za-z]{2,3}\b", fields.get("language", ""))
    return StatedFacts(
        title=fields.get("title") or _title(text, is_markdown=is_markdown),
        author=fields.get("author"),
        published=published,
        address=address if re.match(r"https?://\S+$", address) else None,
        language=language.group().lower() if language else None,
    )


def _fields(text: str) -> dict[str, str]:
    front = _FRONT_MATTER.match(text)
    lines = front.group(1).split("\n") if front else text.split("\n", _STATED_WITHIN_LINES)[:_STATED_WITHIN_LINES]
    fields: dict[str, str] = {}
    for line in lines:
        name, value = _field(line.strip())
        # Outside front matter "Title: …" may be prose; a date, an author or an address is not.
        if name and (front or name != "title"):
            fields.setdefault(name, value)
    return fields


def _field(line: str) -> tuple[str | None, str]:
    found = _FIELD.fullmatch(line.strip("*_ "))
    if found:
        value = found["value"].strip("\"'*_ ")
        names = (name for name, words in _NAMES.items() if found["name"].lower() in words)
        return next(names, None), value
    byline = _BYLINE.fullmatch(line)
    return ("author", byline["value"].strip()) if byline else (None, "")


def _title(text: str, *, is_markdown: bool) -> str | None:
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return None
    for line in lines if is_markdown else lines[:1]:
        heading = _HEADING.match(line)
        if heading:
            return _without_markup(_without_closing_marks(heading["words"]))
    underlined = _UNDERLINED.search(text) if is_markdown else None
    if underlined:
        return _without_markup(underlined["words"])
    return _without_markup(lines[0].strip()) if _is_headline(lines, text) else None


def _is_headline(lines: Sequence[str], text: str) -> bool:
    first = lines[0].strip()
    if len(lines) == 1 or len(first) > _LONGEST_HEADLINE_CHARS or _SENTENCE_END.search(first):
        return False
    starts_like_words = first[0].isalnum() or first[0] in "\"'“«„‘*_¿¡"
    if not starts_like_words or _field(first)[0] or re.match(r"https?:|www\.|\d+[.)]\s|[*_-]\s", first):
        return False
    followed_by_gap = not text.lstrip("\n").split("\n", 2)[1].strip()
    return followed_by_gap or len(lines[1].strip()) >= _LONGER_RATIO * len(first)


def _without_closing_marks(words: str) -> str:
    """Take off the signs that may close a heading, as in ``# Title ##``; those of ``# In C#`` belong to it."""
    bare = words.rstrip().rstrip("#")
    return bare if bare.endswith((" ", "\t")) else words


def _without_markup(words: str) -> str | None:
    words = _LINK.sub(r"\1", words)
    for _ in range(3):  # bold within italic within code: no heading has more
        words = _MARKUP.sub(r"\2", words)
    return " ".join(words.split()) or None
