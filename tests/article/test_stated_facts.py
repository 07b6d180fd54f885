"""A text file's title, author and date are taken only where it clearly states them."""

from collections.abc import Callable

import pytest

from verify.records.article import Article

PARAGRAPH = (
    "A barn burned on Sunday near the wood, and two cows ran away before the fire brigade could reach it, "
    "the mayor said."
)


@pytest.mark.parametrize(
    "text",
    [
        f"Barn burns near the wood\n\n{PARAGRAPH}\n",
        f"Barn burns near the wood\n{PARAGRAPH}\n",
        f"\n\nBarn burns near the wood\n\nBy Ann Lee\n\n{PARAGRAPH}\n",
        f"# Barn burns near the wood\n{PARAGRAPH}\n",
    ],
)
def test_first_line_that_looks_like_a_headline_is_the_title(read_saved: Callable[..., Article], text: str) -> None:
    """A headline is short, ends no sentence and stands apart."""
    assert read_saved(text, "a.txt").title == "Barn burns near the wood"


@pytest.mark.parametrize(
    "text",
    [
        f"🎙️ Voice is AI-generated. Mistakes may occur.\n{PARAGRAPH}",
        f"🎙️ Voice is made by a machine\n\n{PARAGRAPH}",
        f"A barn burned.\n\n{PARAGRAPH}",
        f"“A barn burned.”\n\n{PARAGRAPH}",
        PARAGRAPH,
        "Barn burns",
        "A barn burned on Sunday near\nthe wood, and two cows ran away\nbefore the brigade came.",
        f"https://news.example/story\n\n{PARAGRAPH}",
        f"By Ann Lee\n\n{PARAGRAPH}",
        f"- one cow\n\n{PARAGRAPH}",
        f"{'very ' * 40}long line\n\n{PARAGRAPH}",
    ],
)
def test_first_line_that_is_no_headline_gives_no_title(read_saved: Callable[..., Article], text: str) -> None:
    """A notice, a sentence or an address must not name the case."""
    assert read_saved(text, "a.txt").title is None


def test_markdown_heading_below_a_note_is_the_title(read_saved: Callable[..., Article]) -> None:
    """A Markdown file may open with a picture or a note."""
    assert read_saved(f"A note.\n\n# [Barn](https://a.example) *burns* #\n\n{PARAGRAPH}", "a.md").title == "Barn burns"


def test_underlined_heading_is_the_title(read_saved: Callable[..., Article]) -> None:
    """Markdown has two ways to write a heading."""
    assert read_saved(f"Barn burns. Again.\n=====\n\n{PARAGRAPH}", "a.md").title == "Barn burns. Again."


def test_front_matter_gives_all_facts_and_stays_in_the_text(read_saved: Callable[..., Article]) -> None:
    """Programs that save articles as Markdown put the facts first."""
    text = (
        '---\ntitle: "Barn burns"\nauthor: Ann Lee\ndate: 2022-11-15T10:00:00Z\nurl: https://news.example/a\n'
        "lang: en\n---\n"
        f"{PARAGRAPH}\n"
    )
    article = read_saved(text, "a.md")
    assert article.text == text
    assert (article.title, article.author, article.address) == (
        "Barn burns",
        "Ann Lee",
        "https://news.example/a",
    )
    assert article.published is not None
    assert (article.published.text, article.published_source, article.language) == (
        "2022-11-15T10:00:00Z",
        "page",
        "en",
    )


@pytest.mark.parametrize(
    "line", ["Published: 15 November 2022", "Date: 2022-11-15", "Опубліковано: 15 листопада 2022 р."]
)
def test_stated_date_is_read(read_saved: Callable[..., Article], line: str) -> None:
    """A line that names the date of publication is a clear statement."""
    article = read_saved(f"Barn burns\n\nBy Ann Lee\n{line}\n\n{PARAGRAPH}", "a.txt")
    assert article.published is not None
    assert (article.published.text, article.author) == ("2022-11-15", "Ann Lee")


def test_date_and_name_in_a_sentence_are_not_the_articles(read_saved: Callable[..., Article]) -> None:
    """A person in the story did not write it."""
    text = "About the writer\nAnn Lee is a reporter.\nOn 15 November 2022 a barn burned.\nBy Sunday Bo had left."
    article = read_saved(text, "a.txt")
    assert (article.author, article.published) == (None, None)
