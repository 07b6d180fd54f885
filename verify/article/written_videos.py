"""Where a text or Markdown file names videos: links, pictures, HTML elements, bare addresses."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from verify.article.cited_videos import Mention
from verify.article.platforms import is_video_file_address, name_platform_video
from verify.article.video_files import find_file_beside

_MARKDOWN_LINK = re.compile(
    r"""(?P<shown>!?)\[(?P<label>[^\[\]\n]{0,500})\]\(\s*<?(?P<address>[^\s<>()]{1,2000}(?:\([^\s()<>]{0,200}\)[^\s<>()]{0,500})?)>?"""
    r"""(?:\s+(?:"(?P<title>[^"\n]{0,500})"|'[^'\n]{0,500}'))?\s*\)"""
)
_PICTURE_LINK = re.compile(r"\[!\[(?P<label>[^\[\]\n]{0,500})\]\([^()\s]{0,2000}\)\]\((?P<address>[^\s()<>]{1,2000})\)")
_DEFINITION = re.compile(r"^ {0,3}\[(?P<label>[^\]\n]{1,200})\]:[ \t]*<?(?P<address>[^\s<>]{1,2000})>?", re.MULTILINE)
_ELEMENT = re.compile(r"<(?P<tag>video|source|iframe|embed|a)\b(?P<attributes>[^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""(?:^|\s)(?P<name>src|data-src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_TITLE = re.compile(r"""\stitle\s*=\s*["']([^"']{1,500})["']""", re.IGNORECASE)
_BARE = re.compile(
    r"""(?<![\w@/.=%-])(?:https?://|www\.)[^\s<>"'`«»“”\[\]{}|\\^]{1,2000}"""
    r"""|(?<![\w@/.=%:-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,6}/[^\s<>"'`«»“”\[\]{}|\\^]{1,2000}""",
    re.IGNORECASE,
)
_AFTER_ADDRESS = ".,;:!?…'*_~"
_KINDS = {"video": "video", "source": "video", "iframe": "embed", "embed": "embed", "a": "link"}


def find_written_videos(text: str, folder: Path) -> tuple[Mention, ...]:
    """Give the videos that a text names, in reading order.

    A file beside the text counts where Markdown or HTML links it, not where a sentence has its name.

    Args:
        text: the whole text.
        folder: where the text's file lies.

    Raises:
        Nothing.
    """
    found = [*_links(text), *_elements(text), *_bare_addresses(text)]
    mentions = []
    for _, kind, address, label in sorted(found, key=lambda entry: entry[0]):
        if not (name_platform_video(address) or _names_file(kind, address)):
            continue
        words = " ".join(label.split())
        given = words if words and not words.startswith(("http://", "https://", "www.")) else None
        file = find_file_beside(folder, address)
        mentions.append(Mention(addresses=(address,), kind=kind, label=given, file=file))
    return tuple(mentions)


def _names_file(kind: str, address: str) -> bool:
    scheme = re.match(r"([A-Za-z][\w+.-]*):", address)
    if scheme and scheme.group(1).lower() not in {"http", "https"}:
        return False
    return kind == "video" or is_video_file_address(address)


def _links(text: str) -> Iterator[tuple[int, str, str, str]]:
    for link in _PICTURE_LINK.finditer(text):
        yield link.start(), "link", link["address"], link["label"]
    for link in _MARKDOWN_LINK.finditer(text):
        kind = "link"
        if link["shown"]:
            kind = "embed" if name_platform_video(link["address"]) else "video"
        if kind == "video" and not is_video_file_address(link["address"]):
            continue  # a picture
        yield link.start(), kind, link["address"], link["label"] or link["title"] or ""
    for link in _DEFINITION.finditer(text):
        yield link.start(), "link", link["address"], ""


def _elements(text: str) -> Iterator[tuple[int, str, str, str]]:
    for element in _ELEMENT.finditer(text):
        title = _TITLE.search(element["attributes"])
        for found in _ATTRIBUTE.finditer(element["attributes"]):
            value = html.unescape(found[2] or found[3] or found[4] or "").strip()
            if value:
                yield element.start(), _KINDS[element["tag"].lower()], value, title[1] if title else ""
                break


def _bare_addresses(text: str) -> Iterator[tuple[int, str, str, str]]:
    for found in _BARE.finditer(text):
        address = found.group().rstrip(_AFTER_ADDRESS)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(_AFTER_ADDRESS)
        if address.startswith(("http", "HTTP", "www.")) or name_platform_video(address):
            yield found.start(), "link", address, ""
