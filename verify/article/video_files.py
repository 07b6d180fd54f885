"""Files beside a saved page, reached by its relative links and by nothing else."""

import re
from pathlib import Path
from urllib.parse import unquote

from verify.article.platforms import split_address

_FRAME_HEAD_BYTES = 400_000
"""A saved player page names its origin in its head, which scripts inside it may make long."""

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->|<!--\s*Page saved with SingleFile\s+url:\s*(\S+)")
_CANONICAL = re.compile(
    r"""<link\b[^>]{0,200}?\brel\s*=\s*["']?canonical["']?[^>]{0,200}?\bhref\s*=\s*["']?([^\s"'>]+)""",
    re.IGNORECASE,
)


def find_file_beside(folder: Path, link: str) -> Path | None:
    """Find the file that a relative link of a saved page names.

    Args:
        folder: the page's own folder.
        link: as it stands in the page: percent-encoded, with or without a query string.

    Returns:
        The resolved path of a regular file inside ``folder``; None for an address, an absolute path, a way
        out of the folder (``..`` or a symbolic link), or where there is no such file.

    Raises:
        Nothing.
    """
    parts = split_address(link)
    if parts is None or parts.scheme or parts.netloc or not parts.path:
        return None
    # A downloader may have kept the percent signs or the query string in the name of the file.
    for name in dict.fromkeys((unquote(parts.path), parts.path, unquote(link))):
        found = _inside(folder, name)
        if found is not None:
            return found
    return None


def origin_of_saved_page(text: str) -> str | None:
    """Give the address that a browser or SingleFile noted when it saved a page.

    Raises:
        Nothing.
    """
    found = _SAVED_FROM.search(text[:_FRAME_HEAD_BYTES])
    address = (found.group(1) or found.group(2)) if found else None
    return address if address and address.startswith(("http://", "https://")) else None


def origin_of_frame(text: str) -> str | None:
    """Give the address of a player whose page was saved in place of an embed.

    Raises:
        Nothing.
    """
    canonical = _CANONICAL.search(text[:_FRAME_HEAD_BYTES])
    return origin_of_saved_page(text) or (canonical.group(1) if canonical else None)


def origin_of_frame_file(folder: Path, link: str) -> str | None:
    """Give the address of a player whose page a browser saved as a file beside the article.

    Raises:
        Nothing.
    """
    path = find_file_beside(folder, link)
    if path is None or path.suffix.lower() not in {".html", ".htm", ".xhtml", ".download"}:
        return None
    try:
        with path.open("rb") as file:
            head = file.read(_FRAME_HEAD_BYTES)
    except OSError:
        return None
    return origin_of_frame(head.decode("utf-8", errors="replace"))


def _inside(folder: Path, name: str) -> Path | None:
    if "\x00" in name or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return None
    try:
        root = folder.resolve(strict=True)
        path = (root / name).resolve(strict=True)
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # no such file, name too long, links in a circle
        return None
