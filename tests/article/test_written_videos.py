"""A text's videos: Markdown links, HTML in Markdown, and addresses in plain sentences."""

from collections.abc import Callable
from pathlib import Path

import pytest

from verify.records.article import Article

WATCH = "https://www.youtube.com/watch?v=aaaaaaaaaaa"


@pytest.mark.parametrize(
    ("text", "address", "kind", "label"),
    [
        (f"See {WATCH}.", WATCH, "link", None),
        (f"See <{WATCH}>, it burned.", WATCH, "link", None),
        (f"(see {WATCH})", WATCH, "link", None),
        (f"«{WATCH}»", WATCH, "link", None),
        ("Дивіться t.me/chan/12, там усе.", "t.me/chan/12", "link", None),
        ("www.youtube.com/watch?v=aaaaaaaaaaa", "www.youtube.com/watch?v=aaaaaaaaaaa", "link", None),
        (f"[The film]({WATCH})", WATCH, "link", "The film"),
        (f'[]({WATCH} "Barn film")', WATCH, "link", "Barn film"),
        (f"[![Barn](thumb.jpg)]({WATCH})", WATCH, "link", "Barn"),
        (f"![Barn]({WATCH})", WATCH, "embed", "Barn"),
        ("![Barn at night](media/a.mp4)", "media/a.mp4", "video", "Barn at night"),
        ("[a](https://c.example/a_(1).mp4)", "https://c.example/a_(1).mp4", "link", "a"),
        (f"The [film][1].\n\n[1]: {WATCH}", WATCH, "link", None),
        ('<video controls src="media/a.mp4"></video>', "media/a.mp4", "video", None),
        ('<video>\n<source src="media/a.mp4">\n</video>', "media/a.mp4", "video", None),
        (f'<iframe title="Barn" src="{WATCH}"></iframe>', WATCH, "embed", "Barn"),
    ],
)
def test_named_video_is_cited(
    read_saved: Callable[..., Article], text: str, address: str, kind: str, label: str | None
) -> None:
    """However a text names a video, the analyst must learn of it."""
    (citation,) = read_saved(f"A barn burned.\n\n{text}\n", "a.md").citations
    assert (citation.address, citation.kind, citation.label) == (address, kind, label)


@pytest.mark.parametrize(
    "text",
    [
        "The file clip.mp4 shows it.",
        "![Barn](barn.jpg)",
        "https://www.youtube.com/@example and https://news.example/story",
        "[x](javascript:a.mp4)",
        "Write to a@youtube.com/watch?v=aaaaaaaaaaa",
        "and/or 3.5/7 e.g./i.e.",
        "https://[/a.mp4",
    ],
)
def test_text_without_a_video_cites_none(read_saved: Callable[..., Article], text: str) -> None:
    """A name in a sentence is no citation."""
    assert read_saved(f"A barn burned.\n\n{text}\n", "a.md").citations == ()


def test_video_named_twice_is_one_citation_in_reading_order(read_saved: Callable[..., Article]) -> None:
    """The bare address and the link name the same film."""
    text = f"https://t.me/chan/12\n{WATCH}\n[Barn film](https://youtu.be/aaaaaaaaaaa)\n"
    found = read_saved(text, "a.txt").citations
    assert [(citation.platform, citation.label) for citation in found] == [
        ("telegram", None),
        ("youtube", "Barn film"),
    ]


def test_file_beside_a_markdown_text_is_found(read_saved: Callable[..., Article], tmp_path: Path) -> None:
    """Programs that save articles as Markdown put the films beside it."""
    (tmp_path / "a b.mp4").write_bytes(b"film")
    (citation,) = read_saved("A barn burned.\n\n![Barn](a%20b.mp4)\n", "a.md").citations
    assert citation.file == (tmp_path / "a b.mp4").resolve()
