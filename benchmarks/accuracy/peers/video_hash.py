"""Peer: the package ``videohash``, one hash of 64 bits for a whole video."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import imageio_ffmpeg
from PIL import Image

from benchmarks.accuracy.peers.peer import PeerError, load, why_not_importable

HASH_BITS = 64
MAX_DISTANCE_BITS = 10
"""``VideoHash.is_similar``: 15 % of 64 bits, rounded up."""


class WholeVideoHash:
    """``videohash`` 3 by its own class: the share of 64 bits that agree.

    It makes a collage of one frame a second, cropped of black bars, and hashes that by wavelets and main colours. As it
    stands it fails with Pillow 10 and later, which dropped the name ``Image.ANTIALIAS`` for ``Image.LANCZOS``; the name
    is lent to it, and nothing else is changed. It starts FFmpeg fifteen times a video.
    """

    name = "videohash"
    default_threshold = 1 - MAX_DISTANCE_BITS / HASH_BITS

    def why_missing(self) -> str | None:
        """Say whether the package, or what it needs, is missing."""
        return why_not_importable(self.name, "videohash", "videohash")

    def fingerprint(self, path: Path) -> int:
        """Hash a video with ``VideoHash``."""
        # It puts the ending of the file's name into a command for the shell.
        ending = path.suffix if path.suffix[1:].isalnum() else ".mp4"
        with tempfile.TemporaryDirectory() as folder, _world_of_videohash(Path(folder)):
            link = Path(folder) / f"video{ending}"
            link.symlink_to(path.absolute())
            try:
                made = load("videohash").VideoHash(path=str(link), storage_path=folder + os.sep)
            except Exception as error:
                raise PeerError(f"{path.name}: videohash failed ({type(error).__name__}: {error})") from error
            made.image.close()
            return int(made.hash, 2)

    def compare(self, query: object, reference: object) -> float:
        """Give the share of bits that agree."""
        return 1 - (cast("int", query) ^ cast("int", reference)).bit_count() / HASH_BITS


@contextmanager
def _world_of_videohash(folder: Path) -> Iterator[None]:
    """Lend videohash what it expects: ``ffmpeg`` on the path, an old name in Pillow, and nobody who minds warnings."""
    (folder / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join((str(folder), before))
    lent = not hasattr(Image, "ANTIALIAS")
    if lent:
        Image.ANTIALIAS = Image.LANCZOS  # type: ignore[attr-defined]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.environ["PATH"] = before
        if lent:
            del Image.ANTIALIAS  # type: ignore[attr-defined]
