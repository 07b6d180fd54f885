"""Peer: the package ``provena-audit``."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.peers.peer import PeerError, load, why_not_importable

MIN_VOTES = 8
"""Default of ``provena-audit audit --min-votes``."""


@dataclass(frozen=True, slots=True, eq=False)
class _Hashes:
    """What ``provena_audit`` keeps of a video: PDQ hashes (n, 32), their qualities (n,) and times in seconds (n,)."""

    pdq: NDArray[np.uint8]
    quality: NDArray[np.uint8]
    offset: NDArray[np.float32]


class ProvenaAudit:
    """``provena-audit`` by its own functions: the most frames that agree on one shift in time.

    It hashes a frame every 0.25 s by PDQ in full size, leaves out those of a quality below 50, matches within 31 bits
    and lets matching frames vote on the shift; 8 votes are a copy. The score is the number of votes.
    """

    name = "provena-audit"
    default_threshold = float(MIN_VOTES)

    def why_missing(self) -> str | None:
        """Say whether the package, or what it needs, is missing."""
        return why_not_importable(self.name, "provena_audit.audit", "provena-audit")

    def fingerprint(self, path: Path) -> _Hashes:
        """Hash a video by the package's ``fingerprint_file``."""
        try:
            done = load("provena_audit.fingerprint").fingerprint_file(path)
        except Exception as error:
            raise PeerError(f"{path.name}: provena-audit failed ({type(error).__name__}: {error})") from error
        times = np.arange(len(done["pdq"]), dtype=np.float32) / np.float32(done["fps"])
        return _Hashes(done["pdq"], done["quality"], times)

    def compare(self, query: object, reference: object) -> float:
        """Give the votes for the best shift, by the package's ``find_pairs``."""
        both = cast("_Hashes", query), cast("_Hashes", reference)
        data = {
            "owner": np.repeat(np.arange(2), [len(one.pdq) for one in both]),
            "offset": np.concatenate([one.offset for one in both]),
            "pdq": np.concatenate([one.pdq for one in both]),
            "quality": np.concatenate([one.quality for one in both]),
        }
        return float(max((found["votes"] for found in load("provena_audit.audit").find_pairs(data, 1)), default=0))
