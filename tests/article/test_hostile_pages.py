"""A page made to harm costs neither the machine nor the case."""

import contextlib
import time
from collections.abc import Callable

import pytest

from verify.errors import ArticleError, ArticleFormatError
from verify.records.article import Article

LIMIT_SECONDS = 20
"""Far above what each page takes, also on a busy machine, and below what a square of its size would take."""


def test_endless_nesting_is_refused_not_cut_off(read_saved: Callable[..., Article]) -> None:
    """What the parser would drop in silence must be told."""
    with pytest.raises(ArticleFormatError, match="nested"):
        read_saved("<div>" * 100_000 + "<p>Deep.</p>")


def test_deep_nesting_of_a_real_page_is_read(read_saved: Callable[..., Article]) -> None:
    """Layout by tables nests hundreds of elements."""
    assert "A barn burned." in read_saved("<div>" * 500 + "<p>A barn burned.</p>").text


def test_entities_do_not_grow(read_saved: Callable[..., Article]) -> None:
    """Nested entities would fill the memory, outer ones would read files."""
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    text = read_saved(f"{bomb}<html><body><p>A barn &b; burned &x; here.</p></body></html>", "a.xhtml").text
    assert len(text) < 200
    assert "aaaaaaaaaa" not in text.replace('"aaaaaaaaaa"', "")


def test_picture_of_many_megabytes_inside_the_page_loses_no_text(read_saved: Callable[..., Article]) -> None:
    """A page saved as one file holds its pictures in attributes."""
    picture = f'<img src="data:image/png;base64,{"A" * 12_000_000}">'
    assert (
        read_saved(f"<article><p>Before it.</p>{picture}<p>After it.</p></article>").text == "Before it.\n\nAfter it."
    )


def test_null_bytes_and_control_characters_hide_nothing(read_saved: Callable[..., Article]) -> None:
    """A null byte must not end the page."""
    text = read_saved(
        b"<article><p>A barn\x00 burned\x1b[2J.</p><p>Nobody was hurt at all that day.</p></article>"
    ).text
    assert "Nobody was hurt" in text
    assert not any(ord(sign) < 32 and sign != "\n" for sign in text)


@pytest.mark.parametrize(
    "content",
    [
        "<p>a</p>" * 10_000,
        "<a href='https://youtu.be/aaaaaaaaaaa'>" * 1_000 + "x",
        "".join(f"<p>Barn {number} burned.</p><video src='{number}.mp4'></video>" for number in range(3_000)),
        "<article>" + "(" * 100_000 + "</article>",
        "<" * 200_000,
        "<!-- saved from url=(" * 20_000,
        "<link rel=canonical " * 20_000,
        "<script type='application/ld+json'>" + '{"a":' * 50_000 + "</script><p>A barn burned.</p>",
    ],
)
def test_page_made_to_be_slow_is_done_in_time(read_saved: Callable[..., Article], content: str) -> None:
    """Time must not grow with the square of the page."""
    begun = time.monotonic()
    with contextlib.suppress(ArticleError):
        read_saved(content)
    assert time.monotonic() - begun < LIMIT_SECONDS


@pytest.mark.parametrize(
    "sign", ["[", "![", "(", "<video ", "a.", "http://", "---\n", "# ", '"', "«", "a/", "*", "By A", "1 "]
)
def test_text_made_to_be_slow_is_done_in_time(read_saved: Callable[..., Article], sign: str) -> None:
    """Patterns that look for links must not look for ever."""
    begun = time.monotonic()
    read_saved("Word " + sign * 60_000, "a.md")
    assert time.monotonic() - begun < LIMIT_SECONDS
