"""What is known of sources, made clips and answers; times are seconds on the player's clock."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Rgb: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) uint8 picture."""

Spans: TypeAlias = tuple[tuple[float, float], ...]
"""Half-open stretches of time in seconds."""

HALVES = ("first", "second")


def seed_of(*names: str) -> int:
    """Give the same 64 bits for the same names on any machine."""
    return int.from_bytes(hashlib.sha256("/".join(names).encode("utf-8", "surrogateescape")).digest()[:8], "big")


def chance_of(*names: str) -> np.random.Generator:
    """Give a source of chance that depends on nothing but names."""
    return np.random.default_rng(seed_of(*names))


def digest_of(files: Iterable[Path]) -> str:
    """Name the contents of files by eight hexadecimal digits."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


def half_of(file_name: str) -> str:
    """Put a video into one of two halves by its file name: files added later move none."""
    return HALVES[hashlib.sha256(os.fsencode(file_name)).digest()[0] % 2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A video of the folder that can be used.

    Attributes:
        name: path within the folder, with slashes; names its footage everywhere.
        path: the file.
        reference: the file that stands for it in the hash database: the same, or a cut of its first seconds.
        seconds: length of the reference.
        width_px, height_px: as shown.
        rate: frames per second.
        scene: files with one scene show one place in several recordings; empty where none is known.
        live: whether each half second can be compared and moves.
        plain: stretches too flat or bare to say anything, in seconds.
        later: stretches behind the end of the reference, of the same fixed camera.
    """

    name: str
    path: Path
    reference: Path
    seconds: float
    width_px: int
    height_px: int
    rate: float
    scene: str
    live: tuple[bool, ...]
    plain: Spans = ()
    later: Spans = ()

    @property
    def half(self) -> str:
        """The half that the source belongs to."""
        return half_of(self.path.name)

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width_px / self.height_px


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Seconds of a source that a clip may take from."""

    source: Source
    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """Length."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What a stretch of a made clip shows.

    Attributes:
        source: whose footage.
        start_s: what is shown at the beginning of the piece.
        speed: source seconds per second of the clip; negative runs backwards, 0 stands still.
        seconds: length in the clip.
        wanted: whether the piece must be found; others are only there.
    """

    source: Source
    start_s: float
    speed: float
    seconds: float
    wanted: bool = True

    def source_time(self, since_s: float) -> float:
        """Give the second of the source that is shown so long after the beginning of the piece."""
        return self.start_s + self.speed * since_s

    @property
    def source_span(self) -> tuple[float, float]:
        """What is shown of the source, ascending."""
        end = self.source_time(self.seconds)
        return min(self.start_s, end), max(self.start_s, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One true segment: a stretch of a query that shows a stretch of a source.

    Attributes:
        source: whose footage.
        query, reference: the two spans, both ascending.
        speed: source seconds per second of the query.
        mirrored: whether it shows the source mirrored left to right.
        either: stretches of the reference span that decide nothing: plain pictures.
    """

    source: str
    query: tuple[float, float]
    reference: tuple[float, float]
    speed: float
    mirrored: bool
    either: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A clip that is looked for, and the truth about it.

    Attributes:
        name: unique in the run.
        path: the file.
        kind: what was done to it, a row of the tables.
        group: ``single``, ``triple``, ``scene recall``, or a stratum of negatives.
        seconds: length.
        shown: true segments that must be found.
        either: stretches of the query that decide nothing: a frozen picture, plain pictures.
        present: sources whose footage is in the picture, wanted or not: finding them is never false.
        scenes: places that are seen; references of one of these show other recordings of it.
        card: the card that stands in front of footage; empty where none does.
    """

    name: str
    path: Path
    kind: str
    group: str
    seconds: float
    shown: tuple[Shown, ...] = ()
    either: Spans = ()
    present: frozenset[str] = frozenset()
    scenes: frozenset[str] = frozenset()
    card: str = ""

    @property
    def wanted(self) -> tuple[str, ...]:
        """The sources that must be found, each once."""
        return tuple(dict.fromkeys(shown.source for shown in self.shown))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A video of the hash database.

    Attributes:
        path: the file, absolute.
        seconds: length.
        present: sources whose footage it shows.
        scenes: places that it shows.
        original: whether it stands for a source; others were made as traps.
        card: the card that stands in front of footage; empty where none does.
    """

    path: Path
    seconds: float
    present: frozenset[str]
    scenes: frozenset[str] = frozenset()
    original: bool = False
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSegment:
    """A segment as the matcher gave it."""

    query: tuple[float, float]
    reference: tuple[float, float]
    speed: float
    mirrored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A reference that the matcher gave for a query, above its threshold or below."""

    paths: tuple[str, ...]
    answer: str
    score: float
    segments: tuple[FoundSegment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the matcher said of one query, how long it took, and where it crashed if it did."""

    query: str
    answer: str
    wall_s: float
    found: tuple[Found, ...] = ()
    crash: str = ""


def overlap(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Give the common length of two spans."""
    return max(0.0, min(first[1], second[1]) - max(first[0], second[0]))
