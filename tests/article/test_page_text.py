"""A page's article is complete, in order, and free of the site's furniture."""

from collections.abc import Callable

import pytest

from verify.records.article import Article

LONG = (
    "The brigade's press officer described the road, the wood and the weather of that morning, "
    "and added that nobody had been hurt in the village beside it. "
)


def lines(article: Article) -> list[str]:
    """Give the words of all paragraphs."""
    return [article.quote(span) for span in article.paragraphs]


def test_short_page_keeps_every_paragraph(read_saved: Callable[..., Article]) -> None:
    """A three-line report is an article too."""
    inner = "<h1>Barn burns</h1><p>A barn burned.</p><p>Nobody was hurt.</p><p>More follows.</p>"
    assert lines(read_saved(f"<article>{inner}</article>")) == [
        "Barn burns",
        "A barn burned.",
        "Nobody was hurt.",
        "More follows.",
    ]


def test_long_page_keeps_its_short_paragraphs(read_saved: Callable[..., Article]) -> None:
    """The sentence that matters may be the shortest."""
    body = "".join(f"<p>{LONG}Part {number} ends.</p><p>It burned {number}.</p>" for number in range(12))
    found = lines(read_saved(f"<main><article>{body}</article></main>"))
    assert found == [words for number in range(12) for words in (f"{LONG}Part {number} ends.", f"It burned {number}.")]


def test_furniture_is_left_out(read_saved: Callable[..., Article]) -> None:
    """A claim must not be taken from a teaser of another story."""
    page = (
        "<nav><p>Home and more of it.</p></nav><article><p>A barn burned on Sunday.</p>"
        '<div class="related-stories"><p>Another barn burned in May.</p></div>'
        '<p><a href="/x">Read more: yet another barn burned down.</a></p>'
        "<p>Nobody was hurt.</p></article><footer><p>All rights reserved here.</p></footer>"
    )
    assert lines(read_saved(page)) == ["A barn burned on Sunday.", "Nobody was hurt."]


@pytest.mark.parametrize(
    "lost",
    [
        "<div>Two cows ran away.</div>",
        '<p class="caption">Two cows ran away.</p>',
        '<div class="widget"><p>Two cows ran away.</p></div>',
        "<figure><blockquote><p>Two cows ran away.</p></blockquote></figure>",
    ],
)
def test_sentence_dropped_by_the_extractor_is_kept(read_saved: Callable[..., Article], lost: str) -> None:
    """In a marked article nothing may be lost, however long the rest of it."""
    inner = f"<p>{LONG * 3}Part 1.</p>{lost}<p>{LONG * 2}Part 2.</p>"
    text = read_saved(f"<body><article>{inner}</article><div><p>{LONG}Other story.</p></div></body>").text
    assert "Part 1.\n\nTwo cows ran away.\n\n" in text
    assert text.endswith("Part 2.")


@pytest.mark.parametrize("hidden", ["<p hidden>", '<p style="color:red; display : none">', "<template><p>"])
def test_words_that_no_reader_sees_are_left_out(read_saved: Callable[..., Article], hidden: str) -> None:
    """Hidden words are no claim of the article."""
    page = f"<article><p>A barn burned.</p>{hidden}Buy a new barn.</p></template><p>It was old.</p></article>"
    assert lines(read_saved(page)) == ["A barn burned.", "It was old."]


def test_text_around_inline_elements_is_whole(read_saved: Callable[..., Article]) -> None:
    """Marks, comments and pictures within a sentence take no word with them."""
    inner = "A <b>ba</b>rn <!-- x -->burned <svg><text>no</text></svg>at <a>Sunday</a>.<br>It&nbsp;was &amp; is."
    page = f"<article><p>{inner}</p></article>"
    assert lines(read_saved(page)) == ["A barn burned at Sunday.", "It was & is."]


def test_page_without_article_element_keeps_its_text(read_saved: Callable[..., Article]) -> None:
    """Old pages have no element for the article, and some wrap everything in a form."""
    page = f"<body><form><div>{LONG}<p>{LONG}Second.</p></div><div>{LONG}Third.</div></form></body>"
    text = read_saved(page).text
    assert text.count("press officer") == 3
    assert text.index("Second.") < text.index("Third.")


def test_page_filled_by_a_script_gives_its_json_ld_body(read_saved: Callable[..., Article]) -> None:
    """Where only the description holds the words, they are the article."""
    described = '{"@type":"NewsArticle","articleBody":"A barn burned.\\nNobody was hurt."}'
    page = f'<script type="application/ld+json">{described}</script>'
    assert lines(read_saved(page)) == ["A barn burned.", "Nobody was hurt."]


def test_paragraph_of_a_page_is_divided_by_an_empty_line(read_saved: Callable[..., Article]) -> None:
    """``text.txt`` of a case is read by people."""
    assert (
        read_saved("<article><p>One is here.</p><p>Two is here.</p></article>").text == "One is here.\n\nTwo is here."
    )


@pytest.mark.parametrize("tag", ["p", "li", "blockquote", "h2", "div", "td", "pre"])
def test_sentence_in_any_block_is_kept(read_saved: Callable[..., Article], tag: str) -> None:
    """Quotations, lists and tables carry claims."""
    inner = f"<{tag}>Two cows ran away.</{tag}>"
    wrapped = {"li": f"<ul>{inner}</ul>", "td": f"<table><tr>{inner}</tr></table>"}.get(tag, inner)
    found = lines(read_saved(f"<article><p>A barn burned.</p>{wrapped}<p>It was old.</p></article>"))
    assert found == ["A barn burned.", "Two cows ran away.", "It was old."]


def test_cyrillic_page_in_an_old_encoding_is_read(read_saved: Callable[..., Article]) -> None:
    """A page of 2005 reads like one of today."""
    page = '<html lang="uk"><meta charset="windows-1251"><article><p>Сарай згорів у неділю.</p></article></html>'
    article = read_saved(page.encode("cp1251"))
    assert (article.text, article.language) == ("Сарай згорів у неділю.", "uk")
