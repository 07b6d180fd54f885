"""Peer: ``imagehash.phash`` of one frame a second."""

from pathlib import Path
from typing import cast

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.accuracy.peers.peer import OneASecond, Rgb, distances, hash_frames, pack_bits

HASH_BITS = 64
MAX_DISTANCE_BITS = 10
"""imagehash names no distance; over 10 of 64 bits is where pictures are commonly taken to differ."""

BEST_SHARE = 3
"""One in so many frames, the best, gives the score: an excerpt, or a clip in a compilation, need not match all over."""


class FramePhash:
    """The mean of the best third of the query's frames, each compared with the nearest frame of the reference.

    A frame's likeness is the share of 64 bits that agree. The default is that of a mean distance of 10 bits.
    """

    name = "imagehash.phash"
    default_threshold = 1 - MAX_DISTANCE_BITS / HASH_BITS

    def why_missing(self) -> str | None:
        """Never missing: the project itself needs imagehash."""
        return None

    def fingerprint(self, path: Path) -> NDArray[np.uint64]:
        """Give the hash of one frame a second, (n, 1) uint64."""
        return pack_bits(np.stack(hash_frames(path, OneASecond(), _hash_picture)), 1)

    def compare(self, query: object, reference: object) -> float:
        """Give the mean likeness of the best third of the query's frames."""
        apart = distances(cast("NDArray[np.uint64]", query), cast("NDArray[np.uint64]", reference))
        nearest = np.sort(apart.min(axis=1))
        return float(1 - nearest[: -(-len(nearest) // BEST_SHARE)].mean() / HASH_BITS)


def _hash_picture(picture: Rgb) -> NDArray[np.uint8]:
    bits: NDArray[np.bool_] = imagehash.phash(Image.fromarray(picture)).hash
    return bits.reshape(-1).astype(np.uint8)
