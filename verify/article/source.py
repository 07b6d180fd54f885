"""Reads a saved article from its file; the only place that puts the parts of reading together."""

import re
import stat
from dataclasses import replace
from pathlib import Path

from verify.article.charset import decode_text, is_marked_wide
from verify.article.cited_videos import cite
from verify.article.json_ld import clean_value, find_article, read_json_ld
from verify.article.page import parse_page
from verify.article.page_facts import read_page_facts
from verify.article.page_text import extract_text
from verify.article.page_videos import find_in_body, find_in_head
from verify.article.stated_facts import read_stated_facts
from verify.article.text import find_paragraphs, find_sentences
from verify.article.written_videos import find_written_videos
from verify.errors import (
    ArticleAddressError,
    ArticleEmptyError,
    ArticleError,
    ArticleFormatError,
    MissingFileError,
    NotARegularFileError,
    UnreadableFileError,
)
from verify.records.article import Article
from verify.records.edtf_date import EdtfDate

LARGEST_BYTES = 50_000_000
"""Room for a page with its pictures inside; its tree takes many times this in memory."""

_SNIFFED_CHARS = 2_000
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/|www\.", re.IGNORECASE)
_STARTS_LIKE_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main)\b",
    re.IGNORECASE | re.DOTALL,
)
_PAGE_ENDINGS = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_MARKDOWN_ENDINGS = frozenset({".md", ".markdown", ".mdown"})
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "a rich text document"),
    (b"bplist00", "a Safari web archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\x1f\x8b", "a compressed file"),
)
_MAIL_ARCHIVE = re.compile(
    rb"(?:From|MIME-Version|Snapshot-Content-Location):[^\0]{0,4000}multipart/related", re.IGNORECASE
)
_CONTROL_RATIO = 0.05
"""Share of control characters from which bytes are no text; a text with a damaged stretch stays well
below."""


def read_article(path: Path, *, published: EdtfDate | None = None) -> Article:
    r"""Read a saved article: a web page, a Markdown file or a plain text.

    Nothing is fetched. A page's videos are looked for beside it, in its own folder only. The text of ``.txt``
    and ``.md`` files is kept word for word; line ends become ``\n``, and control characters U+FFFD.

    Args:
        path: the saved article.
        published: when it was published, per the user; goes before what the page says.

    Raises:
        ArticleAddressError: the path is an address on the web.
        ArticleFormatError: the file is something else than a page or a text, or nested too deep.
        ArticleEmptyError: the file holds no words.
        ArticleError: the file is larger than 50 MB.
        MissingFileError: there is no such file.
        NotARegularFileError: the path is a folder, a pipe or a device.
        UnreadableFileError: the file cannot be opened.
    """
    path = Path(path)
    return parse_article(path, read_source(path), published=published)


def parse_article(path: Path, data: bytes, *, published: EdtfDate | None = None) -> Article:
    """Read an article from bytes that ``read_source`` gave; see ``read_article`` for the rest.

    Raises:
        ArticleFormatError, ArticleEmptyError: as ``read_article``.
    """
    is_page_name = path.suffix.lower() in _PAGE_ENDINGS
    _refuse_other_formats(path, data)
    text = decode_text(data, markup=is_page_name or b"<" in data[:_SNIFFED_CHARS])
    if not text.strip("\ufffd \n\t\u00a0"):
        raise _empty(path, "it holds no words")
    is_page = is_page_name or _STARTS_LIKE_PAGE.match(text[:_SNIFFED_CHARS])
    article = _read_page(path, text) if is_page else _read_text(path, text)
    if published is not None:
        return replace(article, published=published, published_source="option")
    return article


def _read_page(path: Path, markup: str) -> Article:
    page = parse_page(markup, path.name)
    objects = read_json_ld(page.root)
    body = find_article(objects).get("articleBody")
    text = extract_text(page, body if clean_value(body) else None)
    facts = read_page_facts(page, markup, objects)
    citations = cite(
        find_in_body(page, path.parent), find_in_head(page, objects, path.parent), page_address=facts.address
    )
    if not text and not citations:
        raise _empty(path, "no text of an article could be found in the page")
    paragraphs = find_paragraphs(text)
    return Article(
        source_name=path.name,
        text=text,
        paragraphs=paragraphs,
        sentences=find_sentences(text, paragraphs, facts.language),
        title=facts.title,
        author=facts.author,
        publisher=facts.publisher,
        address=facts.address,
        language=facts.language,
        published=facts.published,
        published_source="page" if facts.published else None,
        citations=citations,
    )


def _read_text(path: Path, text: str) -> Article:
    is_markdown = path.suffix.lower() in _MARKDOWN_ENDINGS
    facts = read_stated_facts(text, is_markdown=is_markdown)
    paragraphs = find_paragraphs(text, is_markdown=is_markdown)
    return Article(
        source_name=path.name,
        text=text,
        paragraphs=paragraphs,
        sentences=find_sentences(text, paragraphs, facts.language),
        title=facts.title,
        author=facts.author,
        address=facts.address,
        language=facts.language,
        published=facts.published,
        published_source="page" if facts.published else None,
        citations=cite(find_written_videos(text, path.parent), page_address=facts.address),
    )


def read_source(path: Path) -> bytes:
    """Give the bytes of a saved article as retrieved.

    Raises:
        ArticleAddressError, ArticleEmptyError, ArticleError: as ``read_article``.
        MissingFileError, NotARegularFileError, UnreadableFileError: as ``read_article``.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise NotARegularFileError(
                f"{path} cannot be read as an article",
                "it is a folder or a device, not a file",
                "Give the saved page itself, the .html, .md or .txt file",
            )
        if status.st_size > LARGEST_BYTES:
            raise _too_large(path)
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _missing(path) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        if _ADDRESS.match(str(path)):
            raise _address(path) from error
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError(
            f"{path} cannot be read",
            reason,
            "Check the path and its permissions, or save the article elsewhere",
        ) from error
    if len(data) > LARGEST_BYTES:
        raise _too_large(path)
    if not data:
        raise _empty(path, "it has no bytes")
    return data


def _refuse_other_formats(path: Path, data: bytes) -> None:
    told = next((what for start, what in _SIGNATURES if data.startswith(start)), None)
    if told is None and data[4:8] == b"ftyp":
        told = "a video"
    if told is None and _MAIL_ARCHIVE.match(data[: 3 * _SNIFFED_CHARS]):
        told = "a page saved as one mail archive (MHTML)"
    if told is None and not is_marked_wide(data) and _control_ratio(data) > _CONTROL_RATIO:
        told = "binary data, not text"
    if told is not None:
        raise ArticleFormatError(
            f"{path.name} cannot be read as an article",
            f"it holds {told}",
            "Save the page as HTML, or copy the words of the article into a .txt file",
        )


def _control_ratio(data: bytes) -> float:
    controls = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c")
    return 1 - len(data.translate(None, controls)) / len(data)


def _missing(path: Path) -> ArticleError | MissingFileError:
    if _ADDRESS.match(str(path)):
        return _address(path)
    return MissingFileError(f"{path} cannot be read", "there is no such file", "Check the path for a typing error")


def _address(path: Path) -> ArticleAddressError:
    # A path has drawn the two slashes of an address together.
    shown = re.sub(r"^([A-Za-z][\w+.-]+):/+", r"\1://", str(path))
    return ArticleAddressError(
        f"{shown} cannot be read",
        "it is an address, and nothing is fetched from the web",
        "Save the page in a browser (Ctrl+S, complete page) and give the saved file",
    )


def _empty(path: Path, why: str) -> ArticleEmptyError:
    return ArticleEmptyError(
        f"{path.name} cannot be read as an article",
        why,
        "Save the page again once it is shown, or save its text as .txt",
    )


def _too_large(path: Path) -> ArticleError:
    return ArticleError(
        f"{path.name} cannot be read as an article",
        f"it is larger than {LARGEST_BYTES // 1_000_000} MB",
        "Save the page without its pictures (HTML only), or copy its words into a .txt file",
    )
