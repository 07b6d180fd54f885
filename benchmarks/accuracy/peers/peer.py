"""What every peer offers, and what is the same for several of them."""

import warnings
from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from verify.errors import VerifyError
from verify.videos.decode import decode_video
from verify.videos.frame import Frame

Rgb: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) uint8 picture."""

_Hash = TypeVar("_Hash")


class PeerError(Exception):
    """A peer could not fingerprint a file."""


class Peer(Protocol):
    """A tool that says of two videos how alike they are; it and its fingerprints can be pickled."""

    @property
    def name(self) -> str:
        """What the peer is called in tables."""

    @property
    def default_threshold(self) -> float:
        """At its defaults the peer calls two videos a match if they score this or more."""

    def why_missing(self) -> str | None:
        """Say why the peer cannot run here and what to do about it; None where it can."""

    def fingerprint(self, path: Path) -> object:
        """Fingerprint a video; raises ``PeerError`` where the peer cannot."""

    def compare(self, query: object, reference: object) -> float:
        """Score two fingerprints; more is more alike, and 0 is nothing in common."""


def why_not_importable(peer: str, module: str, package: str) -> str | None:
    """Say why a peer is left out whose package is missing or broken; None where it can be imported."""
    try:
        load(module)
    except ImportError as error:
        return f"{peer} is left out: {module} cannot be imported ({error}). Install it: pip install {package}."
    return None


def load(module: str) -> ModuleType:
    """Import a module of a peer, which has no types; what it is warned of is for its authors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module(module)


class EveryNth:
    """Picks every n-th frame, by number."""

    def __init__(self, step: int) -> None:
        self._step = step

    def __call__(self, frame: Frame) -> bool:
        """Whether to take the frame."""
        return frame.index % self._step == 0


class OneASecond:
    """Picks the first frame of every second on the player's clock."""

    def __init__(self) -> None:
        self._next = Fraction(0)

    def __call__(self, frame: Frame) -> bool:
        """Whether to take the frame."""
        if frame.time < self._next:
            return False
        self._next = Fraction(int(frame.time) + 1)
        return True


class _Hasher(Generic[_Hash]):
    """Consumer of a decoding pass that hashes the frames picked, in their full size."""

    def __init__(self, picks: Callable[[Frame], bool], hash_picture: Callable[[Rgb], _Hash]) -> None:
        self._picks = picks
        self._hash = hash_picture
        self.hashes: list[_Hash] = []

    def take(self, frame: Frame) -> None:
        """Hash the frame if it is picked."""
        if self._picks(frame):
            self.hashes.append(self._hash(frame.rgb()))

    def finish(self, end: Fraction) -> None:
        """Nothing depends on where the video ends."""


def hash_frames(path: Path, picks: Callable[[Frame], bool], hash_picture: Callable[[Rgb], _Hash]) -> list[_Hash]:
    """Hash frames of a video, upright and in their full size.

    Raises:
        PeerError: the video cannot be decoded.
    """
    hasher = _Hasher(picks, hash_picture)
    try:
        decode_video(path, [hasher])
    except VerifyError as error:
        raise PeerError(str(error)) from error
    return hasher.hashes


def pack_bits(bits: NDArray[np.uint8], words: int) -> NDArray[np.uint64]:
    """Pack bits along the last axis into so many words of 64 bits, zeros behind them.

    The order of bits is of no matter: they are only counted.
    """
    packed = np.packbits(bits, axis=-1)
    room = np.zeros((*packed.shape[:-1], words * 8), np.uint8)
    room[..., : packed.shape[-1]] = packed
    return room.view(np.uint64)


def distances(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Count the differing bits of every hash of (n, words) and every one of (m, words), (n, m)."""
    apart = np.zeros((len(first), len(second)), np.uint16)
    for one, other in zip(first.T, second.T, strict=True):
        apart += np.bitwise_count(one[:, None] ^ other[None])
    return apart
