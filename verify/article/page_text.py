"""The words of a page's article, complete and free of the site's furniture."""

import copy
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from verify.article.page import Block, Page, article_blocks, plain

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SPARE_TAGS = ("script", "style", "svg", "iframe", "video", "audio", "template", "object")
_LINK_LIST_RATIO = 0.7
"""A block with more of its words linked is a list of other stories; a paragraph has under a third."""

_SHORTEST_ENTRY_CHARS = 25
"""A shorter list item or cell without a full stop is a label or a button, seldom a sentence."""

_LOST_RATIO = 0.2
"""On a page that marks no article, the extractor is overruled only where it lost more of the paragraphs than
this."""

_SEARCHED_CHARS = 300_000
"""In more text than any article has, blocks are compared whole: looking for each piece takes quadratic
time."""

_RUN_TOGETHER_LINES = 3
"""The extractor's last resort gives one line, two with a heading."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”»’)]*$")
_PARAGRAPH_TAGS = frozenset({"p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})


def extract_text(page: Page, json_ld_body: str | None) -> str:
    """Give the text of the article, paragraphs divided by an empty line.

    trafilatura tells article from furniture, but drops paragraphs of short pages; where the page marks its
    article, every paragraph in it is kept. A page that is filled by a script may hold its text as JSON-LD
    only.

    Args:
        page: the parsed page.
        json_ld_body: ``articleBody`` of the page's JSON-LD.

    Returns:
        The text; empty where the page has none.

    Raises:
        Nothing.
    """
    blocks = article_blocks(page)
    extracted = _without_furniture(_extract(page.root), blocks)
    if page.has_article or not extracted or _has_lost(blocks, extracted):
        extracted = _complete(page, blocks, extracted) or extracted
    if not extracted and json_ld_body:
        extracted = [plain(line) for line in json_ld_body.split("\n") if line.strip()]
    return "\n\n".join(extracted)


class _Words:
    """Lines of text in which others are looked for, white space apart."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = {plain(line) for line in lines}
        self._whole = plain(" ".join(lines))

    def hold(self, text: str) -> bool:
        text = plain(text)
        return text in self._lines or (len(self._whole) <= _SEARCHED_CHARS and text in self._whole)


def _extract(root: "HtmlElement") -> list[str]:
    from trafilatura import extract  # noqa: PLC0415  (slow to load, needed for pages only)

    text = extract(
        _without_spare_elements(root),
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        favor_recall=True,
        # The date is read elsewhere; here it could only cost time.
        with_metadata=False,
    )
    lines = [cell for line in (text or "").split("\n") for cell in _without_marks(line)]
    return [line for line in lines if line]


def _without_marks(line: str) -> list[str]:
    """Take off what the extractor adds to list items and rows of tables: the page has no such signs."""
    line = line.strip()
    if re.fullmatch(r"\|.*\|", line):
        return [cell.strip() for cell in line[1:-1].split("|") if not re.fullmatch(r"\s*-+\s*", cell)]
    return [re.sub(r"^- (?=\S)", "", line)]


def _without_spare_elements(root: "HtmlElement") -> "HtmlElement":
    from lxml import etree  # noqa: PLC0415  (only pages need it)

    spare = copy.deepcopy(root)
    etree.strip_elements(spare, *_SPARE_TAGS, with_tail=False)
    for element in spare.iter():
        for name, value in element.items():
            if value.startswith("data:"):  # pictures kept inside the page: megabytes that are no text
                del element.attrib[name]
    return spare


def _without_furniture(extracted: list[str], blocks: Sequence[Block]) -> list[str]:
    furniture = {plain(block.text) for block in blocks if block.furniture}
    paragraphs = [plain(block.text) for block in blocks if block.tag == "p"]
    for line in extracted if len(extracted) <= _RUN_TOGETHER_LINES else []:
        # The extractor's last resort puts the whole page into one line.
        if sum(paragraph in line for paragraph in dict.fromkeys(paragraphs)) > 1:
            return []
    return [line for line in extracted if plain(line) not in furniture]


def _has_lost(blocks: Sequence[Block], extracted: list[str]) -> bool:
    """Tell whether the extractor dropped too many of the paragraphs of a page that marks no article."""
    words = _Words(extracted)
    wanted = [block for block in blocks if _is_article_text(block)]
    lost = [block for block in wanted if not words.hold(block.text)]
    paragraphs = sum(len(block.text) for block in wanted if block.tag == "p")
    return sum(len(block.text) for block in lost if block.tag == "p") > _LOST_RATIO * paragraphs


def _complete(page: Page, blocks: Sequence[Block], extracted: list[str]) -> list[str]:
    """Keep every block that is article text or that the extractor kept, and what it found before them."""
    words = _Words(extracted)
    kept = [block.text for block in blocks if _is_article_text(block) or words.hold(block.text)]
    inside = _Words(kept)
    known = [place for place, line in enumerate(extracted) if inside.hold(line)]
    if not kept or not known:
        return kept
    before, behind = extracted[: known[0]], extracted[known[-1] + 1 :]
    if page.has_article:
        # A standfirst may stand before the element marked as the article; what follows it are other stories.
        before, behind = [line for line in before if _ends_sentence(line)], []
    return [*before, *kept, *behind]


def _is_article_text(block: Block) -> bool:
    if block.furniture or block.linked_ratio > _LINK_LIST_RATIO:
        return False
    if block.tag in _PARAGRAPH_TAGS or len(block.text) >= _SHORTEST_ENTRY_CHARS:
        return True
    # Short entries ("It burned.") are told from labels by their full stop.
    return _ends_sentence(block.text)


def _ends_sentence(text: str) -> bool:
    """Whether the last line has words and a full stop behind them."""
    line = text.rpartition("\n")[2]
    end = _SENTENCE_END.search(line)
    return end is not None and re.search(r"\w", line[: end.start()]) is not None
