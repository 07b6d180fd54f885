"""Facts in words: one wording for the report, the screen and the command line."""

import ast
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.report.made_cases import make_article
from verify.records import match
from verify.records.time import Span
from verify.report.wording import (
    ANSWER_WORDS,
    PUBLISHED_SOURCES,
    counted,
    published_in_words,
    time_code,
    time_range,
    visible,
)

PACKAGE = Path(__file__).parents[2] / "verify"


@pytest.mark.parametrize(
    ("time", "written"),
    [("0", "00:00:00.000"), ("59.9996", "00:01:00.000"), ("75.5", "00:01:15.500"), ("3725.25", "01:02:05.250")],
)
def test_time_code(time: str, written: str) -> None:
    """Thousandths carry over into minutes and hours."""
    assert time_code(Fraction(time)) == written


def test_time_range_names_both_ends() -> None:
    """A stretch is found in a player by its two ends."""
    assert time_range(Span(start=Fraction(3, 2), end=Fraction(6))) == "00:00:01.500 \N{EN DASH} 00:00:06.000"


def test_visible_keeps_text_of_any_language() -> None:
    """Line breaks, joiners and scripts stay; a byte that is not UTF-8 is shown by its code."""
    assert visible("Київ\n\u05e9\u05dc\u05d5\u05dd \u200d\t\udcff") == "Київ\n\u05e9\u05dc\u05d5\u05dd \u200d\t[U+DCFF]"


def test_every_answer_has_its_words() -> None:
    """An answer without words would be shown as a name of the code, or not at all."""
    assert set(ANSWER_WORDS) == set(match.ANSWERS)


@pytest.mark.parametrize(("source", "says"), [("page", ", as its page says"), ("option", ", as entered by hand")])
def test_date_of_the_article_bears_who_says_so(source: str, says: str) -> None:
    """A date that somebody typed is not one that the page bears."""
    assert published_in_words(replace(make_article(), published_source=source)) == f"2022-11-15{says}"


def test_article_without_a_date_is_given_none() -> None:
    """Unknown stays unknown."""
    assert published_in_words(replace(make_article(), published=None, published_source=None)) is None


def test_numbers_are_told_with_their_nouns() -> None:
    """What is counted stands beside the number."""
    assert (counted(1, "day"), counted(4112, "day")) == ("1 day", "4,112 days")
    assert counted(2, "stretch", "stretches") == "2 stretches"


@pytest.mark.parametrize("words", [*ANSWER_WORDS.values(), *PUBLISHED_SOURCES.values()])
def test_wording_stands_in_one_place(words: str) -> None:
    """The same fact in other words reads as another fact: report, screen and command line take theirs from here."""
    layers = [path for name in ("cli", "ui", "report") for path in (PACKAGE / name).rglob("*.py")]
    holders = [path.name for path in layers if words in text_constants(path)]
    assert holders == ["wording.py"]


def text_constants(path: Path) -> set[str]:
    """Give the texts that a module holds."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}
