"""Bytes become the right characters, whatever the page declares."""

import codecs

import pytest

from verify.article.charset import decode_text, is_marked_wide

UKRAINIAN = "Вантажівка горить біля лісу, повідомляє штаб"
FRENCH = "Le véhicule brûlé près de la forêt a été détruit"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_bytes_with_a_mark_are_read_by_it(encoding: str) -> None:
    """The mark is surer than any declaration, and is no part of the text."""
    data = UKRAINIAN.encode(encoding)
    assert decode_text(data, markup=False) == UKRAINIAN


def test_big_endian_mark_is_read() -> None:
    """UTF-16 comes in both byte orders."""
    data = codecs.BOM_UTF16_BE + UKRAINIAN.encode("utf-16-be")
    assert is_marked_wide(data)
    assert decode_text(data, markup=False) == UKRAINIAN


@pytest.mark.parametrize(
    ("declaration", "encoding", "text"),
    [
        ('<meta charset="windows-1251">', "cp1251", UKRAINIAN),
        ("<meta http-equiv='Content-Type' content='text/html; charset=koi8-u'>", "koi8-u", UKRAINIAN),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "cp1252", FRENCH + " “quoted”"),
        ('<meta charset="iso-8859-2">', "iso8859-2", "Zażółć gęślą jaźń"),
    ],
)
def test_declared_encoding_is_used(declaration: str, encoding: str, text: str) -> None:
    """Old pages are not UTF-8; Latin-1 means what browsers take it for."""
    data = declaration.encode("ascii") + text.encode(encoding)
    assert decode_text(data, markup=True) == declaration + text


def test_utf8_under_a_wrong_declaration_is_still_utf8() -> None:
    """Programs re-encode pages and leave the declaration."""
    data = b'<meta charset="windows-1251">' + UKRAINIAN.encode("utf-8")
    assert decode_text(data, markup=True).endswith(UKRAINIAN)


@pytest.mark.parametrize("declared", ["unicode_escape", "zip", "rot13", "no-such-charset", "idna", "utf-8"])
@pytest.mark.parametrize(("encoding", "text"), [("cp1251", UKRAINIAN), ("cp1252", FRENCH)])
def test_unusable_declaration_falls_back_on_the_look_of_the_words(declared: str, encoding: str, text: str) -> None:
    """A page may not choose a decoder that is none of the web's, nor be lost over a wrong name."""
    data = f'<meta charset="{declared}">'.encode() + text.encode(encoding)
    assert decode_text(data, markup=True).endswith(text)


def test_damaged_utf8_keeps_all_that_is_whole() -> None:
    """One cut character must not turn the whole text into another alphabet."""
    data = UKRAINIAN.encode("utf-8") * 5 + b"\xd0"
    assert decode_text(data, markup=False) == UKRAINIAN * 5 + "\ufffd"


def test_control_characters_become_visible_one_for_one() -> None:
    """An escape sequence from a page must not reach a terminal, and offsets must stay."""
    assert decode_text(b"a\x00b\x1b[31mc\td\x7f", markup=False) == "a\ufffdb\ufffd[31mc\td\ufffd"
