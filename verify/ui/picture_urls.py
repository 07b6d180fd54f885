"""Addresses for the pictures of a case: the only place that knows how Streamlit serves a file.

Pictures go through Streamlit's media file manager, by address, not as data URLs within the page: the
browser fetches each once, and a rerun sends addresses only. Measured on two cores with 192 keyframes of 1080p
(44 MB): the page's messages are 170 kB (as data URLs 58 MB at each rerun), giving all addresses takes 0.06 s
a run, and the thumbnails 0.3 s once.

Addresses are hashes of the content, so they stay the same over reruns, reloads and restarts. The manager
forgets a session's files when a full rerun starts and drops what was not asked for again when it ends: every
run of the page must ask for all pictures that it shows.

Nothing is written to the case folder: its manifest covers every file.
"""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import streamlit as st
from PIL import Image
from streamlit import runtime

from verify.case.plain_files import read_record

_MIME_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_FORMATS = ("JPEG", "PNG", "WEBP")
_THUMBNAIL_PX = (176, 132)
"""The filmstrip shows 112 px; this stays sharp on a dense screen at about 5 kB a picture."""
_THUMBNAIL_QUALITY = 78
_THUMBNAILS_KEPT = 4096
"""About 5 kB each: 20 MB for the largest case that anyone steps through."""


class PictureUrls:
    """Gives addresses of the pictures that lie in one case folder, and of nothing outside of it."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def full(self, path: Path) -> str | None:
        """Give the address of the picture as it lies in the case; None where there is none."""
        inside = self._inside(path)
        if inside is None:
            return None
        try:
            return _serve(read_record(inside), _MIME_TYPES[inside.suffix.lower()], str(inside))
        except (OSError, ValueError):
            return None

    def thumbnail(self, path: Path) -> str | None:
        """Give the address of a small copy; None where the picture is missing or cannot be read."""
        inside = self._inside(path)
        content = inside and _thumbnail_of(inside)
        return _serve(content, "image/jpeg", f"{inside} small") if content else None

    def prepare_thumbnails(self, paths: list[Path]) -> None:
        """Make the thumbnails of ``paths`` side by side, which halves a first opening."""
        inside = [path for path in map(self._inside, paths) if path is not None]
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            list(pool.map(_thumbnail_of, inside))

    def _inside(self, path: Path) -> Path | None:
        resolved = path.resolve()
        known = resolved.suffix.lower() in _MIME_TYPES
        return resolved if known and resolved.is_relative_to(self._root) and resolved.is_file() else None


def _thumbnail_of(path: Path) -> bytes | None:
    try:
        facts = path.stat()
        return _make_thumbnail(path, facts.st_mtime_ns, facts.st_size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


@lru_cache(maxsize=_THUMBNAILS_KEPT)
def _make_thumbnail(path: Path, _modified_ns: int, _size_bytes: int) -> bytes:
    # No other format: Pillow would start Ghostscript for an EPS that is called .jpg.
    with Image.open(path, formats=_FORMATS) as picture:
        # A JPEG is decoded at an eighth to a half of its size: 4 ms instead of 25 for 1080p.
        picture.draft("RGB", _THUMBNAIL_PX)
        picture.thumbnail(_THUMBNAIL_PX)
        content = io.BytesIO()
        picture.convert("RGB").save(content, "JPEG", quality=_THUMBNAIL_QUALITY)
    return content.getvalue()


def _serve(content: bytes, mime_type: str, coordinates: str) -> str:
    address = runtime.get_instance().media_file_mgr.add(content, mime_type, f"verify {coordinates}")
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}{address}" if base else address
