"""A saved page as a tree: which part is the article, and which part is furniture of the site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verify.errors import ArticleEmptyError, ArticleFormatError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DEEPEST = 2_000
"""Elements within each other. libxml2 drops what lies below 2,048 without a word; real pages stay under
100."""

_ARTICLE_PARTS = (
    "//*[@itemprop='articleBody']",
    "//article[not(ancestor::article)]",
    "//main | //*[@role='main']",
)
_MAIN_SHARE_RATIO = 0.5
"""The article holds at least this share of the text in paragraphs; a teaser of another story holds far
less."""

_FURNITURE_TAGS = frozenset({"nav", "footer", "dialog", "menu"})
_FURNITURE_NAME = re.compile(
    r"(related|recommend\w*|read-?(more|next|also)|more-(stories|news|on|from)|most-(read|popular|viewed)|trending"
    r"|popular|side-?bar|footer|nav|navbar|navigation|menu|breadcrumbs?|share|sharing|addtoany|follow|follow-us"
    r"|social-(share|sharing|links|icons|bar|follow|buttons|nav)|newsletter|comments?|disqus|outbrain|taboola|promo"
    r"|sponsored|advert\w*|author-bio|site-header|masthead|cookie\w*)([-_].*)?",
    re.IGNORECASE,
)
_SKIPPED_TEXT_TAGS = _FURNITURE_TAGS | frozenset({
    "aside", "audio", "button", "canvas", "figcaption", "head", "iframe", "input", "math", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
})  # fmt: skip
_BLOCK_TAGS = frozenset({
    "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A parsed page.

    Attributes:
        root: the ``html`` element; nobody changes it.
        body: the element that holds the article.
        has_article: whether the page marks ``body`` as the article; else it is the whole body.
    """

    root: "HtmlElement"
    body: "HtmlElement"
    has_article: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, heading or list item of a page.

    Attributes:
        tag: the nearest element that stands as a block.
        text: its words; lines divided by a break.
        linked_ratio: share of the words that are links.
        furniture: whether it lies in a part of the page that belongs to the site.
    """

    tag: str
    text: str
    linked_ratio: float
    furniture: bool


def parse_page(markup: str, name: str) -> Page:
    """Parse a page; no entity is expanded and nothing is loaded.

    Args:
        markup: the page's characters.
        name: the file, for messages.

    Raises:
        ArticleFormatError: the elements are nested too deep to be read whole.
        ArticleEmptyError: there is no element at all.
    """
    from lxml import etree, html  # noqa: PLC0415  (only pages need it)

    # Without huge_tree, a picture of 10 MB inside the page would cut off everything behind it.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        root = html.document_fromstring(markup.encode("utf-8"), parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ArticleEmptyError(
            f"{name} cannot be read",
            "it holds no element of a page",
            "Save the page again, or save its text as .txt",
        ) from error
    if _is_too_deep(root):
        raise ArticleFormatError(
            f"{name} cannot be read whole",
            f"its elements are nested more than {_DEEPEST} deep",
            "Copy the text of the article into a .txt file and give that",
        )
    body, has_article = _find_article(root)
    return Page(root=root, body=body, has_article=has_article)


def is_furniture(element: "HtmlElement", within: "HtmlElement") -> bool:
    """Tell whether an element lies in navigation, sharing buttons, related stories or the like.

    Args:
        element: the element asked for.
        within: ancestors from this one on do not count.

    Raises:
        Nothing.
    """
    while element is not None and element is not within:
        if is_site_part(element):
            return True
        element = element.getparent()
    return False


def is_site_part(element: "HtmlElement") -> bool:
    """Tell whether the element itself, by its tag or name, is furniture of the site.

    Raises:
        Nothing.
    """
    if element.tag in _FURNITURE_TAGS:
        return True
    if element.tag in {"html", "body", "main", "article", "figure", "video", "iframe", "blockquote"}:
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    return any(_FURNITURE_NAME.fullmatch(name) for name in names)


def article_blocks(page: Page) -> tuple[Block, ...]:
    """Give the paragraphs, headings and list items of the article's element in reading order.

    Raises:
        Nothing.
    """
    blocks: list[Block] = []
    gathered = _GatheredBlock(page.body)
    for kind, element, text in _walk_text(page.body):
        if kind == "break":
            gathered.add("\n")
        elif kind == "text":
            gathered.add(text, linked=any(parent.tag == "a" for parent in _up(element, page.body)))
        else:
            blocks.extend(gathered.finish(page))
            gathered = _GatheredBlock(element)
    blocks.extend(gathered.finish(page))
    return tuple(blocks)


def plain(text: str) -> str:
    """Draw runs of white space together, as a browser does.

    Raises:
        Nothing.
    """
    return " ".join(text.split())


class _GatheredBlock:
    """Collects the pieces of text of one block."""

    def __init__(self, element: "HtmlElement") -> None:
        self._element = element
        self._pieces: list[str] = []
        self._linked = 0

    def add(self, text: str, *, linked: bool = False) -> None:
        self._pieces.append(text if text == "\n" else re.sub(r"\s+", " ", text))
        self._linked += len(plain(text)) if linked else 0

    def finish(self, page: Page) -> Iterator[Block]:
        lines = [plain(line) for line in "".join(self._pieces).split("\n")]
        text = "\n".join(line for line in lines if line)
        if text:
            element = self._element
            furniture = is_furniture(element, page.body)
            yield Block(tag=element.tag, text=text, linked_ratio=self._linked / len(text), furniture=furniture)


def _walk_text(root: "HtmlElement") -> Iterator[tuple[str, "HtmlElement", str]]:
    """Yield texts, breaks and the limits of blocks; an explicit walk, for hostile pages are deep."""
    from lxml import etree  # noqa: PLC0415  (only pages need it)

    walker = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, element in walker:
        if event == "start":
            if element is not root and (element.tag in _SKIPPED_TEXT_TAGS or _is_hidden(element)):
                walker.skip_subtree()
                continue
            if element.tag in _BLOCK_TAGS:
                yield "block", element, ""
            elif element.tag == "br":
                yield "break", element, ""
            yield "text", element, element.text or ""
        elif element is not root:
            if element.tag in _BLOCK_TAGS:
                yield "block", _block_around(element.getparent()), ""
            yield "text", element.getparent(), element.tail or ""


def _is_hidden(element: "HtmlElement") -> bool:
    style = element.get("style") or ""
    return element.get("hidden") is not None or bool(re.search(r"display\s*:\s*none", style, re.IGNORECASE))


def _block_around(element: "HtmlElement") -> "HtmlElement":
    while element.tag not in _BLOCK_TAGS and element.getparent() is not None:
        element = element.getparent()
    return element


def _up(element: "HtmlElement", within: "HtmlElement") -> Iterator["HtmlElement"]:
    while element is not None and element is not within:
        yield element
        if element.tag in _BLOCK_TAGS:
            return
        element = element.getparent()


def _is_too_deep(root: "HtmlElement") -> bool:
    depth = deepest = 0
    from lxml import etree  # noqa: PLC0415  (only pages need it)

    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest > _DEEPEST


def _find_article(root: "HtmlElement") -> tuple["HtmlElement", bool]:
    body = root.find("body")
    if body is None:  # a page of frames
        return root, False
    whole = _text_in_paragraphs(body)
    for path in _ARTICLE_PARTS:
        found = [(_text_in_paragraphs(part), -place, part) for place, part in enumerate(root.xpath(path))]
        best = max(found, key=lambda entry: entry[:2], default=None)
        if best is not None and best[0] and best[0] >= _MAIN_SHARE_RATIO * whole:
            return _with_its_head(best[2]), True
    return body, False


def _with_its_head(part: "HtmlElement") -> "HtmlElement":
    """Widen an article's body to the ``article`` around it, where headline, date and lead video stand."""
    around = next(part.iterancestors("article"), None)
    return part if around is None else around


def _text_in_paragraphs(element: "HtmlElement") -> int:
    return sum(len(plain(paragraph.text_content())) for paragraph in element.iter("p", "blockquote", "li"))
