"""The JSON-LD blocks of a page: what it tells machines about itself."""

import html
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLE_TYPE = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|Report|SocialMediaPosting)")
_OPENING = re.compile(r"<!--|(?://\s*)?<!\[CDATA\[|/\*.*?\*/")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def read_json_ld(root: "HtmlElement") -> tuple[dict[str, Any], ...]:
    """Give every object of the page's JSON-LD in its order, nested ones and those of ``@graph`` included.

    Args:
        root: the page's tree.

    Raises:
        Nothing: a block that is no JSON is passed over, as search engines do.
    """
    objects: list[dict[str, Any]] = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            objects.extend(_objects(_parse(script.text or "")))
    return tuple(objects)


def find_article(objects: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Give the first object that describes an article; empty where there is none.

    Raises:
        Nothing.
    """
    return next((entry for entry in objects if _is_type(entry, _ARTICLE_TYPE)), {})


def find_videos(objects: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """Give the objects that describe a video.

    Raises:
        Nothing.
    """
    return tuple(entry for entry in objects if _is_type(entry, re.compile("VideoObject|Clip")))


def text_value(entry: dict[str, Any], key: str) -> str | None:
    """Give a field as one line of text: a string, the first of a list, or the name or address of an object.

    Raises:
        Nothing.
    """
    value = entry.get(key)
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name") or value.get("url") or value.get("@id")
    return clean_value(value)


def name_values(entry: dict[str, Any], key: str) -> tuple[str, ...]:
    """Give the names in a field that holds one person or several.

    Raises:
        Nothing.
    """
    value = entry.get(key)
    people = value if isinstance(value, list) else [value]
    names = [clean_value(person.get("name") if isinstance(person, dict) else person) for person in people]
    return tuple(dict.fromkeys(name for name in names if name and "://" not in name))


def clean_value(value: object) -> str | None:
    """Give a value of the page as one line without markup's entities; None where it is no text.

    Raises:
        Nothing.
    """
    if not isinstance(value, str):
        return None
    # Many sites write the text as if it were markup: "&#39;" in JSON.
    return " ".join(_CONTROL.sub(" ", html.unescape(value)).split()) or None


def _parse(text: str) -> object:
    try:
        return json.loads(_unwrapped(text), strict=False)
    except (ValueError, RecursionError):
        return None


def _unwrapped(text: str) -> str:
    """Take off the comments by which pages hide a script from old browsers."""
    text = text.strip()
    opening = _OPENING.match(text)
    text = text[opening.end() if opening else 0 :].removesuffix(";").rstrip()
    if text.endswith("]]>"):
        return text.removesuffix("]]>").rstrip().removesuffix("//")
    return text.removesuffix("-->")


def _objects(value: object) -> Iterator[dict[str, Any]]:
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            yield entry
            waiting.extend(reversed(list(entry.values())))
        elif isinstance(entry, list):
            waiting.extend(reversed(entry))


def _is_type(entry: dict[str, Any], pattern: re.Pattern[str]) -> bool:
    types = entry.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and pattern.fullmatch(name.rpartition("/")[2]) for name in names)
