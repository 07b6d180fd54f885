"""Tools in the field that are run beside ours, each by its own rules at its defaults.

They are needed for ``--peers`` only: each is imported when it is used, and one that is missing is named with the
reason.
"""

from benchmarks.accuracy.peers.peer import Peer, PeerError
from benchmarks.accuracy.peers.phash import FramePhash
from benchmarks.accuracy.peers.provena import ProvenaAudit
from benchmarks.accuracy.peers.signature import SIGNATURE_OF_FFMPEG_7, SIGNATURE_OF_FFMPEG_9
from benchmarks.accuracy.peers.video_hash import WholeVideoHash
from benchmarks.accuracy.peers.vpdq import Vpdq

__all__ = ["PEERS", "Peer", "PeerError", "available_peers"]

PEERS: tuple[Peer, ...] = (
    Vpdq(),
    ProvenaAudit(),
    FramePhash(),
    SIGNATURE_OF_FFMPEG_7,
    SIGNATURE_OF_FFMPEG_9,
    WholeVideoHash(),
)


def available_peers() -> tuple[list[Peer], list[str]]:
    """Give the peers that can run here, and a sentence for each that cannot: which, why, and what to do."""
    missing = {peer.name: peer.why_missing() for peer in PEERS}
    return [peer for peer in PEERS if not missing[peer.name]], [why for why in missing.values() if why]
