"""Peer: the rules of Meta's vPDQ, over the PDQ hashes of ``pdqhash``; the package ``vpdq`` itself rarely builds."""

from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.peers.peer import (
    EveryNth,
    PeerError,
    Rgb,
    distances,
    hash_frames,
    load,
    pack_bits,
    why_not_importable,
)
from verify.errors import VerifyError
from verify.videos.probe import open_video

SECONDS_PER_HASH = 1
MIN_QUALITY = 50
MAX_DISTANCE_BITS = 31
MIN_MATCHING_RATIO = 0.8
"""``VPDQ_QUALITY_THRESHOLD``, ``VPDQ_DISTANCE_THRESHOLD`` and ``VPDQ_QUERY_MATCH_THRESHOLD_PERCENT``."""

_HASH_WORDS = 4


class Vpdq:
    """vPDQ as ``VPDQSignal`` of python-threatexchange decides: how many of the query's frames are in the reference?

    Every n-th frame is hashed in full size, n being the frame rate without its fraction. Equal hashes count once, those
    of a quality below 50 not at all. A frame matches if it is within 31 of 256 bits of any frame of the other
    video; their order is of no matter. The share of the query that matches is the score, and 80 % the default. (The
    share of the reference has a default of 0 %, so it decides nothing; it would lose every excerpt.)

    One step is kinder than the original: a picture that its file turns is hashed upright.

    Source: facebook/ThreatExchange, ``vpdq/README.md``, ``filehasher.cpp`` and ``extensions/vpdq/vpdq_util.py``.
    """

    name = "vPDQ"
    default_threshold = MIN_MATCHING_RATIO

    def why_missing(self) -> str | None:
        """Say whether ``pdqhash`` is missing."""
        return why_not_importable(self.name, "pdqhash", "pdqhash")

    def fingerprint(self, path: Path) -> NDArray[np.uint64]:
        """Give the distinct hashes of good quality, (n, 4) uint64."""
        compute = load("pdqhash").compute

        def hash_picture(picture: Rgb) -> NDArray[np.uint8] | None:
            bits, quality = compute(picture)
            return bits.astype(np.uint8) if quality >= MIN_QUALITY else None

        hashes = [bits for bits in hash_frames(path, EveryNth(_hash_step(path)), hash_picture) if bits is not None]
        if not hashes:
            return np.empty((0, _HASH_WORDS), np.uint64)
        return np.unique(pack_bits(np.stack(hashes), _HASH_WORDS), axis=0)

    def compare(self, query: object, reference: object) -> float:
        """Give the share of the query's frames that the reference has; 0 where either has none."""
        apart = distances(cast("NDArray[np.uint64]", query), cast("NDArray[np.uint64]", reference))
        return float((apart.min(axis=1) <= MAX_DISTANCE_BITS).mean()) if apart.size else 0.0


def _hash_step(path: Path) -> int:
    try:
        with open_video(path) as video:
            rate = video.stream.average_rate or video.stream.base_rate or 1
    except VerifyError as error:
        raise PeerError(str(error)) from error
    return max(1, int(SECONDS_PER_HASH * rate))
