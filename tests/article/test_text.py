"""Paragraphs and sentences are stretches of the text, cut where a reader would cut."""

from itertools import pairwise

import pytest

from verify.article import text as text_module
from verify.article.text import find_paragraphs, find_sentences

WRAPPED = "The truck stood by\nthe wood when it was\nhit by a shell.\n\nNobody was seen near\nit later that day.\n"


def sentences(text: str, language: str | None = None) -> list[str]:
    """Give the words of all sentences."""
    return [text[span.start : span.end] for span in find_sentences(text, find_paragraphs(text), language)]


def paragraphs(text: str, *, is_markdown: bool = False) -> list[str]:
    """Give the words of all paragraphs."""
    return [text[span.start : span.end] for span in find_paragraphs(text, is_markdown=is_markdown)]


def test_lines_without_gaps_are_paragraphs() -> None:
    """A text copied from a screen has one line a paragraph."""
    assert paragraphs("First one ends.\nSecond one ends.\n\n  Third one.  ") == [
        "First one ends.",
        "Second one ends.",
        "Third one.",
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    """A line broken for width is no paragraph, and its sentence runs on."""
    assert len(paragraphs(WRAPPED)) == 2
    assert sentences(WRAPPED)[0] == "The truck stood by\nthe wood when it was\nhit by a shell."


@pytest.mark.parametrize(
    "whole",
    [
        "Gen. Ivan Koval and Lt. Col. Smith of the U.S. Army met at 5 p.m. on Nov. 15 in St. Petersburg.",
        'Soldiers "chased away" the truck, the post read.',
        "About 3.5 km of road, i.e. most of it, is No. 5 on Mr. Lee's list.",
        "Генштаб показав відео 15 листопада 2022 р. на своїй сторінці.",
        "Вантажівка ГАЗ-66 стояла в с. Чорнобаївка, вул. Шевченка, 5.",
        "О 14 год. 30 хв. почався обстріл.",
        "Загинуло 5 тис. осіб, заявив ген. Коваль.",
        "«Вірте в нас! Перемога буде», — йдеться в дописі.",
        "В г. Херсоне на ул. Ленина, д. 5 горел грузовик.",
    ],
)
def test_abbreviations_and_quotes_end_no_sentence(whole: str) -> None:
    """A claim cut in two loses who said it, where, or when."""
    assert sentences(f"{whole} {whole}") == [whole, whole]


def test_quotation_ends_its_sentence() -> None:
    """The word after a closed quotation begins a new sentence."""
    text = '"Have faith in us!" The post ended there. “We were not ready,” he said. “We know.”'
    assert sentences(text) == [
        '"Have faith in us!"',
        "The post ended there.",
        "“We were not ready,” he said.",
        "“We know.”",
    ]


def test_script_decides_in_a_text_of_two_languages() -> None:
    """A Ukrainian post quoted in an English article is cut by Ukrainian rules."""
    text = "The post, by Gen. Koval, reads.\nУ м. Херсон горить. Ворог тікає."
    assert sentences(text, "en") == ["The post, by Gen. Koval, reads.", "У м. Херсон горить.", "Ворог тікає."]


def test_sentence_that_comes_twice_has_two_places() -> None:
    """A stance belongs to one place in the text."""
    text = "It burned. It burned. It burned."
    spans = find_sentences(text, find_paragraphs(text), "en")
    assert [(span.start, span.end) for span in spans] == [(0, 10), (11, 21), (22, 32)]


@pytest.mark.parametrize(
    "text",
    [
        WRAPPED,
        "  \u00a0 spaces around \u00a0\n\n\n",
        "... !!! ??? \"' «» “” ((( [1] 1. 2. a.b.c.",
        "No full stop",
        "Мій «лапки без кінця. Друге. Третє.",
        "漢字の文です。次の文です。",
        "# Heading\nText\n---\n* item",
        "🎙️ Emoji. 🎙️ Again.",
        "",
    ],
)
@pytest.mark.parametrize("is_markdown", [True, False])
def test_sentences_hold_every_word_of_the_paragraphs(text: str, is_markdown: bool) -> None:
    """No word is lost between spans, none stands in two, and none has white space at its ends."""
    found = find_paragraphs(text, is_markdown=is_markdown)
    cut = find_sentences(text, found, None)
    for spans in (found, cut):
        for span in spans:
            words = text[span.start : span.end]
            assert words
            assert words == words.strip()
        assert all(one.end <= other.start for one, other in pairwise(spans))
    inside = "".join(text[span.start : span.end] for span in cut)
    assert "".join(inside.split()) == "".join("".join(text[span.start : span.end].split()) for span in found)


def test_endless_paragraph_is_still_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile text must not hold up a case, and prose in it keeps its sentences."""
    monkeypatch.setattr(text_module, "_LONGEST_SEGMENTED_CHARS", 20)
    assert sentences("One sentence here. Another one there!") == ["One sentence here.", "Another one there!"]


def test_markdown_marks_stay_outside_paragraphs() -> None:
    """A heading's mark is no word, and a list item is a paragraph of its own."""
    text = "## Head\nBody of it\ngoes on.\n\n1. one\n2. two\n\n---\n\n> cited"
    assert paragraphs(text, is_markdown=True) == ["Head", "Body of it\ngoes on.", "one", "two", "cited"]
