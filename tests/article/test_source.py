"""Which files are read as articles, how, and which are refused."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from verify.article import source
from verify.article.source import read_article
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
from verify.records.edtf_date import parse_date

EXAMPLE = Path(__file__).resolve().parents[2] / "../shared/article/kherson_truck.txt"
PAGE = "<html><body><article><h1>Barn burns</h1><p>A barn burned on Sunday.</p></article></body></html>"


def test_example_when_read_keeps_every_word_and_invents_nothing() -> None:
    """A voice notice is no title, and what a text does not say stays unknown."""
    if not EXAMPLE.exists():
        pytest.skip("the example article lies outside this checkout")
    article = read_article(EXAMPLE)
    assert article.text == EXAMPLE.read_text(encoding="utf-8")
    assert (article.title, article.author, article.published, article.address) == (None, None, None, None)
    assert article.citations == ()
    assert len(article.paragraphs) == 12
    sentences = [article.quote(span) for span in article.sentences]
    assert len(sentences) == 26
    # The quotation of the post: two sentences, the second of them wholly in quotation marks.
    post = [words for words in sentences if words in article.quote(article.paragraphs[5])]
    assert [words[0] + words[-1] for words in post] == ['".', '""']


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_text_with_any_line_ending_is_kept_word_for_word(read_saved: Callable[..., Article], ending: str) -> None:
    """White space, signs and order of a text file are evidence; only line ends may differ."""
    lines = ["  Odd   spacing\tstays ", "", "«Так», — сказав він. 🎙️", "", ""]
    assert read_saved(ending.join(lines), "a.txt").text == "\n".join(lines)


def test_markdown_when_read_is_kept_word_for_word_with_its_heading_as_title(
    read_saved: Callable[..., Article],
) -> None:
    """Marks of Markdown stay in the text and out of title and paragraphs."""
    text = "# A **barn** burns\n\nIt burned\nall night.\n\n- one cow\n- two hens\n\n> Nobody saw it.\n"
    article = read_saved(text, "a.md")
    assert article.text == text
    assert article.title == "A barn burns"
    assert [article.quote(span) for span in article.paragraphs] == [
        "A **barn** burns",
        "It burned\nall night.",
        "one cow",
        "two hens",
        "Nobody saw it.",
    ]


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.txt", "a", "a.page"])
def test_page_under_any_name_is_read_as_page(read_saved: Callable[..., Article], name: str) -> None:
    """A page saved under another ending is still a page."""
    article = read_saved(PAGE, name)
    assert article.title == "Barn burns"
    assert "<p>" not in article.text


def test_text_that_mentions_tags_is_no_page(read_saved: Callable[..., Article]) -> None:
    """A text about HTML keeps its angle brackets."""
    assert read_saved("The <p> tag is old.", "a.txt").text == "The <p> tag is old."


def test_date_by_option_wins_over_the_page(tmp_path: Path) -> None:
    """The person who opens the case knows better than the page, and the article says who said so."""
    path = tmp_path / "a.html"
    path.write_text(PAGE.replace("<h1>", '<time datetime="2020-01-01" class="published"></time><h1>'), encoding="utf-8")
    assert read_article(path).published_source == "page"
    article = read_article(path, published=parse_date("2022-11~"))
    assert article.published is not None
    assert (article.published.text, article.published_source) == ("2022-11~", "option")


@pytest.mark.parametrize(
    "address",
    [
        "https://news.example/story",
        "http://news.example",
        "HTTPS://NEWS.EXAMPLE/a.html",
        "www.news.example/a",
        "ftp://a.example/b",
    ],
)
def test_address_is_refused_with_the_remedy_to_save_the_page(address: str) -> None:
    """Nothing is fetched: a person must know what to do instead."""
    with pytest.raises(ArticleAddressError, match="Save the page") as caught:
        read_article(Path(address))
    assert "://" in str(caught.value) or "www." in str(caught.value)


def test_reading_a_page_opens_no_connection(
    read_saved: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpublished footage and sources' names must not leave the machine."""

    def refuse(*_args: object, **_keywords: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    links = '<link rel="canonical" href="https://news.example/a"><script src="https://news.example/x.js"></script>'
    assert read_saved(links + PAGE).address == "https://news.example/a"


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A typing error must not look like an empty article."""
    with pytest.raises(MissingFileError, match="nowhere"):
        read_article(tmp_path / "nowhere.txt")


def test_folder_is_refused(tmp_path: Path) -> None:
    """The ``_files`` folder of a page is not the page."""
    with pytest.raises(NotARegularFileError):
        read_article(tmp_path)


def test_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    """Opening a pipe that nobody writes to would hang for ever."""
    os.mkfifo(tmp_path / "a.html")
    with pytest.raises(NotARegularFileError):
        read_article(tmp_path / "a.html")


def test_impossible_name_is_unreadable() -> None:
    """A name that no file can have is told, not raised raw."""
    with pytest.raises(UnreadableFileError):
        read_article(Path("a" * 5000))


@pytest.mark.parametrize(
    "content", ["", "\ufeff", " \n\t\n", "<html><body></body></html>", "<html><script>x()</script></html>"]
)
@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_file_without_words_is_empty(read_saved: Callable[..., Article], content: str, name: str) -> None:
    """An article without a word supports no claim."""
    with pytest.raises(ArticleEmptyError):
        read_saved(content, name)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x00\x00\x00\x18ftypmp42", "video"),
        (b"\x1aE\xdf\xa3", "video"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (bytes(range(256)) * 8, "binary"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "MHTML"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md"])
def test_other_formats_are_refused_by_name(
    read_saved: Callable[..., Article], content: bytes, what: str, name: str
) -> None:
    """A reader of the message learns what the file is and what to give instead."""
    with pytest.raises(ArticleFormatError, match=what):
        read_saved(content, name)


def test_file_over_the_limit_is_refused(read_saved: Callable[..., Article], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that would fill the memory stops no case."""
    monkeypatch.setattr(source, "LARGEST_BYTES", 2_000_000)
    assert read_saved("word " * 300_000, "a.txt").text.startswith("word")
    with pytest.raises(ArticleError, match="2 MB"):
        read_saved("word " * 400_001, "a.txt")


def test_reading_twice_gives_the_same(read_saved: Callable[..., Article]) -> None:
    """Same input, same answer."""
    assert read_saved(PAGE) == read_saved(PAGE)


def test_importing_loads_no_heavy_package() -> None:
    """``--help`` must not wait for parsers."""
    heavy = "{'trafilatura', 'pysbd', 'razdel', 'lxml', 'edtf'}"
    code = f"import sys, verify.article.source; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
