"""Where a page names videos: its players, embeds, links, and its description of itself."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.article.cited_videos import Mention
from verify.article.json_ld import find_videos, text_value
from verify.article.page import Page, is_furniture, plain
from verify.article.platforms import is_video_file_address, name_platform_video
from verify.article.video_files import find_file_beside, origin_of_frame, origin_of_frame_file

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CAPTION, _NAME, _TITLE, _WORDS = range(4)
"""Ranks of labels: what the article says of the video, what its description says, what the player says, a
link's words."""

_LAZY_ATTRIBUTES = (
    "src", "data-src", "data-lazy-src", "data-original", "data-href", "data-url", "data-embed-url",
    "data-iframe-src", "data-video-src", "data-video-url", "data-mp4", "data", "data-instgrm-permalink",
)  # fmt: skip
_PARTS = {
    "data-youtube-id": "https://www.youtube.com/watch?v={}",
    "data-telegram-post": "https://t.me/{}",
    "data-tweet-id": "https://x.com/i/web/status/{}",
    "data-tweetid": "https://x.com/i/web/status/{}",
}
_PARTS_BY_TAG = {
    ("amp-youtube", "data-videoid"): "https://www.youtube.com/watch?v={}",
    ("lite-youtube", "videoid"): "https://www.youtube.com/watch?v={}",
    ("lite-vimeo", "videoid"): "https://vimeo.com/{}",
    ("amp-vimeo", "data-videoid"): "https://vimeo.com/{}",
    ("amp-dailymotion", "data-videoid"): "https://www.dailymotion.com/video/{}",
    ("amp-instagram", "data-shortcode"): "https://www.instagram.com/p/{}",
}
_QUOTED_POSTS = re.compile(r"twitter-tweet|twitter-video|instagram-media|tiktok-embed|reddit-embed-bq|bluesky-embed")
_FRAMES = frozenset({"iframe", "embed", "object", "amp-iframe", "frame"})
_PLAYER_ADDRESS = re.compile(r"(?:^|[/._?&=-])videos?(?:id)?(?:[/._?&=-]|$)", re.IGNORECASE)
"""A publisher's own player; other frames are maps, charts, podcasts and adverts."""

_NO_LABEL = re.compile(
    r"(?:(?:youtube|vimeo|facebook|embedded|rumble|vk|dailymotion|twitter|x|tiktok|rutube)?[\s-]*+"
    r"(?:video|post|tweet|embed|media)?[\s-]*+(?:player|post|embed)?|(?:https?://|www\.)\S*)",
    re.IGNORECASE,
)
_PLAYER_NAMES = ("twitter:player", "twitter:player:stream", "og:video", "og:video:url", "og:video:secure_url")


def find_in_body(page: Page, folder: Path) -> Iterator[Mention]:
    """Yield the videos that the article shows or links, in reading order.

    A player that stands before the article and outside the site's furniture is its lead video. Links outside
    the article do not count.

    Args:
        page: the parsed page.
        folder: where the page's file lies; only what lies in it is ever opened.

    Raises:
        Nothing.
    """
    done: set[HtmlElement] = set()
    is_before_article = page.has_article
    for element in page.root.iter():
        if element is page.body:
            is_before_article = False
        if not isinstance(element.tag, str) or element in done:
            continue
        mention = _mention_of(element, folder)
        if mention is not None and _counts(page, element, mention, is_before_article=is_before_article):
            if element.tag != "a":
                done.update(element.iter())
            yield mention


def find_in_head(page: Page, objects: tuple[dict[str, Any], ...], folder: Path) -> tuple[Mention, ...]:
    """Give the videos by which the page describes itself: JSON-LD, Open Graph, Twitter cards.

    Args:
        page: the parsed page.
        objects: its JSON-LD.
        folder: where the page's file lies.

    Raises:
        Nothing.
    """
    described = []
    for entry in find_videos(objects):
        told = (text_value(entry, key) for key in ("embedUrl", "contentUrl", "url"))
        addresses = [address for address in map(_as_address, told) if address]
        players = [address for address in addresses if name_platform_video(address)]
        # "url" is often the page itself: it names a video only where a platform or a file stands behind it.
        others = [_as_address(text_value(entry, key)) for key in ("contentUrl", "embedUrl")]
        others += [address for address in addresses if is_video_file_address(address)]
        ways = tuple(dict.fromkeys((*players, *(address for address in others if address))))
        if ways:
            described.append(_mention(ways, "json_ld", (_NAME, text_value(entry, "name")), folder))
    return (*described, *_open_graph(page, folder))


def _open_graph(page: Page, folder: Path) -> Iterator[Mention]:
    """Yield one mention a platform's video; all other addresses are versions of one video."""
    found = [
        meta.get("content")
        for name in _PLAYER_NAMES
        for meta in page.root.iter("meta")
        if (meta.get("property") or meta.get("name") or "").lower() == name
    ]
    addresses = [address for address in map(_as_address, found) if address]
    groups: dict[object, list[str]] = {}
    for address in addresses:
        groups.setdefault(name_platform_video(address), []).append(address)
    files = groups.pop(None, [])
    if files:
        groups.setdefault(next(iter(groups), None), []).extend(files)
    for ways in groups.values():
        yield _mention(tuple(dict.fromkeys(ways)), "open_graph", (_NAME, None), folder)


def _counts(page: Page, element: "HtmlElement", mention: Mention, *, is_before_article: bool) -> bool:
    parents = (element, *element.iterancestors())
    if page.body in parents:
        return not is_furniture(element, page.body) and not _is_link_aside(element, mention)
    tags = {parent.tag for parent in parents}
    is_lead = is_before_article and mention.kind != "link" and not tags & {"header", "aside"}
    return is_lead and not is_furniture(element, page.root)


def _is_link_aside(element: "HtmlElement", mention: Mention) -> bool:
    return mention.kind == "link" and next(element.iterancestors("aside"), None) is not None


def _mention_of(element: "HtmlElement", folder: Path) -> Mention | None:
    find = _FINDERS.get(element.tag, _find_in_attributes)
    return find(element, folder)


def _find_player(element: "HtmlElement", folder: Path) -> Mention | None:
    sources = [element, *element.iter("source")]
    told = [source.get(name) for source in sources for name in ("src", "data-src", "data-lazy-src", "data-mp4")]
    ways = tuple(dict.fromkeys(address for address in map(_as_player_address, told) if address))
    if not ways:
        return None
    kept = [address for address in ways if find_file_beside(folder, address)]
    label = _caption(element) or (_TITLE, _attribute(element, "title", "aria-label", "data-title"))
    return _mention(tuple(dict.fromkeys((*kept, *ways))), "video", label, folder)


def _find_frame(element: "HtmlElement", folder: Path) -> Mention | None:
    label = _caption(element) or (_TITLE, _attribute(element, "title", "aria-label", "data-title"))
    inner = origin_of_frame(element.get("srcdoc") or "")
    for told in (*(element.get(name) for name in _LAZY_ATTRIBUTES), inner):
        address = _as_address(told)
        if address is None:
            continue
        if not name_platform_video(address):
            # A browser saves the player's page and links that instead.
            address = origin_of_frame_file(folder, address) or address
        if name_platform_video(address) or is_video_file_address(address) or _is_own_player(address):
            return _mention((address,), "embed", label, folder)
    return _find_in_attributes(element, folder)


def _is_own_player(address: str) -> bool:
    return address.startswith(("http://", "https://", "//")) and bool(_PLAYER_ADDRESS.search(address))


def _find_quoted_post(element: "HtmlElement", folder: Path) -> Mention | None:
    if not _QUOTED_POSTS.search(element.get("class") or ""):
        return None
    links = [link.get("href") for link in element.iter("a")]
    told = [element.get("cite"), element.get("data-instgrm-permalink"), *reversed(links)]
    # The post's own address is the last link; earlier ones stand in its words.
    for address in map(_as_address, told):
        if address and name_platform_video(address):
            words = plain(" ".join(paragraph.text_content() for paragraph in element.iter("p")))
            return _mention((address,), "embed", (_WORDS, words), folder)
    return None


def _find_link(element: "HtmlElement", folder: Path) -> Mention | None:
    address = _as_address(element.get("href"))
    if address is None or not (_is_absolute_video(address) or is_video_file_address(address)):
        return None
    words = plain(element.text_content()) or _attribute(element, "title", "aria-label")
    pictures = (picture.get("alt") for picture in element.iter("img"))
    return _mention((address,), "link", (_WORDS, words or next(pictures, None)), folder)


def _is_absolute_video(address: str) -> bool:
    return address.startswith(("http:", "https:", "//")) and name_platform_video(address) is not None


def _find_in_attributes(element: "HtmlElement", folder: Path) -> Mention | None:
    """Find an embed that waits for a script, in whatever element."""
    for name, value in element.items():
        made = _PARTS.get(name) or _PARTS_BY_TAG.get((element.tag, name))
        if made and value.strip():
            address = _as_address(made.format(value.strip().split("?")[0]))
        else:
            address = _as_address(value) if name in _LAZY_ATTRIBUTES else None
        if address and _is_absolute_video(address):
            label = _caption(element) or (
                _TITLE,
                _attribute(element, "title", "data-title", "aria-label", "playlabel"),
            )
            return _mention((address,), "embed", label, folder)
    return None


def _find_nothing(_element: "HtmlElement", _folder: Path) -> None:
    return None


_FINDERS: dict[str, Callable[["HtmlElement", Path], Mention | None]] = {
    "video": _find_player,
    "amp-video": _find_player,
    "blockquote": _find_quoted_post,
    "a": _find_link,
    "meta": _find_nothing,
    "link": _find_nothing,
    "img": _find_nothing,
    **dict.fromkeys(_FRAMES, _find_frame),
}


def _mention(addresses: tuple[str, ...], kind: str, label: tuple[int, str | None], folder: Path) -> Mention:
    rank, words = label
    words = plain(words or "")
    file = next((found for address in addresses if (found := find_file_beside(folder, address))), None)
    return Mention(
        addresses=addresses,
        kind=kind,
        label=None if _NO_LABEL.fullmatch(words) else words,
        label_rank=rank,
        file=file,
    )


def _caption(element: "HtmlElement") -> tuple[int, str] | None:
    for figure in element.iterancestors("figure"):
        captions = (plain(caption.text_content()) for caption in figure.iter("figcaption"))
        caption = next((words for words in captions if words), None)
        if caption:
            return _CAPTION, caption
    return None


def _attribute(element: "HtmlElement", *names: str) -> str | None:
    values: Iterable[str | None] = (element.get(name) for name in names)
    return next((value for value in values if value and value.strip()), None)


def _as_player_address(value: str | None) -> str | None:
    """Let a player also name a file of another machine, a video inside the page, or one fed by a script."""
    cleaned = (value or "").strip()
    return cleaned if cleaned.startswith(("blob:", "data:video/", "file:")) else _as_address(cleaned)


def _as_address(value: str | None) -> str | None:
    """Give an address or a relative link as it stands; None for scripts and other schemes."""
    cleaned = re.sub(r"[\t\n\r\x00\ufffd]+", "", value or "").strip()
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", cleaned)
    if not cleaned or cleaned.startswith("#") or (scheme and scheme.group(1).lower() not in {"http", "https"}):
        return None
    return cleaned
