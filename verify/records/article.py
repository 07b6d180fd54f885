"""An article and the videos that it cites."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verify.records.edtf_date import EdtfDate, parse_date


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSpan:
    """Characters ``[start, end)`` of the article's text: a paragraph or a sentence."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            message = f"characters [{self.start}, {self.end}) are no span of a text"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One video that the article cites.

    Attributes:
        address: URL or relative link as it stands in the page; None for a video that was supplied without a citation.
        kind: where it was found: ``video``, ``embed``, ``json_ld``, ``open_graph``, ``link`` or ``supplied``.
        platform: site that hosts it (``youtube``, ``facebook``…), where the address tells.
        label: title or caption that the page gives the video.
        file: the video's file beside the saved page, where it exists there.
    """

    address: str | None
    kind: str
    platform: str | None = None
    label: str | None = None
    file: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Give what can be published: where the file lay on this machine is left out."""
        return {"address": self.address, "kind": self.kind, "platform": self.platform, "label": self.label}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Citation":
        """Read what ``as_json`` gave."""
        return cls(address=data["address"], kind=data["kind"], platform=data["platform"], label=data["label"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as retrieved.

    Attributes:
        source_name: file name of the saved article.
        text: the article word for word, paragraphs divided by an empty line or a line break as in the source.
        paragraphs, sentences: spans of ``text``, ascending, without white space at their ends.
        title, author, publisher, address, language: None where the source does not say.
        published: date of publication, None where unknown.
        published_source: who says so: ``page`` or ``option``; None where unknown.
        citations: the videos it cites, in reading order, each once.
    """

    source_name: str
    text: str
    paragraphs: tuple[TextSpan, ...]
    sentences: tuple[TextSpan, ...]
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    address: str | None = None
    language: str | None = None
    published: EdtfDate | None = None
    published_source: str | None = None
    citations: tuple[Citation, ...] = ()

    def __post_init__(self) -> None:
        for span in (*self.paragraphs, *self.sentences):
            if span.end > len(self.text):
                message = f"characters [{span.start}, {span.end}) lie outside a text of {len(self.text)}"
                raise ValueError(message)

    def quote(self, span: TextSpan) -> str:
        """Give the words of ``span``."""
        return self.text[span.start : span.end]

    def as_json(self) -> dict[str, Any]:
        """Give the content of ``article.json``; the text itself stands in ``text.txt``."""
        return {
            "schema": "verify.article/1",
            "source_name": self.source_name,
            "title": self.title,
            "author": self.author,
            "publisher": self.publisher,
            "address": self.address,
            "language": self.language,
            "published": self.published.text if self.published else None,
            "published_source": self.published_source,
            "paragraphs": [{"start": span.start, "end": span.end} for span in self.paragraphs],
            "sentences": [{"start": span.start, "end": span.end} for span in self.sentences],
            "citations": [citation.as_json() for citation in self.citations],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], text: str) -> "Article":
        """Read ``article.json`` together with its ``text.txt``."""
        return cls(
            source_name=data["source_name"],
            text=text,
            paragraphs=tuple(TextSpan(**span) for span in data["paragraphs"]),
            sentences=tuple(TextSpan(**span) for span in data["sentences"]),
            title=data["title"],
            author=data["author"],
            publisher=data["publisher"],
            address=data["address"],
            language=data["language"],
            published=parse_date(data["published"]) if data["published"] else None,
            published_source=data["published_source"],
            citations=tuple(Citation.from_json(entry) for entry in data["citations"]),
        )
