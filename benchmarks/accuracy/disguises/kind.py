"""What a kind of disguise is: a change of pictures, an arrangement in time, a way of encoding, or several of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from benchmarks.accuracy.footage import Encoding
from benchmarks.accuracy.records import Piece, Rgb, Stretch

Change: TypeAlias = Callable[[Rgb, float], Rgb]
"""Gives the disguised picture for a picture and its time in the clip, in seconds; the size it gives never changes."""

SHAPE, OVERLAY, EMBEDDING, TONE, TIME, CODING = "shape", "overlay", "embedding", "tone", "time", "coding"
FAMILIES = (SHAPE, OVERLAY, EMBEDDING, TONE, TIME, CODING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Props:
    """What a change of pictures is built from.

    Attributes:
        chance: decides where and how much; seeded by names.
        width_px, height_px: of the pictures that it will be given.
        beside: other footage, by time in the clip.
    """

    chance: np.random.Generator
    width_px: int
    height_px: int
    beside: Callable[[float], Rgb]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What an arrangement in time is made of.

    Attributes:
        chance: decides where and how much; seeded by names.
        main: the footage that must be found.
        others: other footage.
    """

    chance: np.random.Generator
    main: Stretch
    others: tuple[Stretch, ...]


def arrange_plainly(material: Material) -> tuple[Piece, ...]:
    """Show the main footage as it is."""
    main = material.main
    return (Piece(source=main.source, start_s=main.start_s, speed=1.0, seconds=main.seconds),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to disguise footage.

    Attributes:
        name: as printed.
        family: one of ``FAMILIES``.
        build: makes the change of pictures; None leaves them as they are.
        arrange: makes the pieces of the clip.
        encoding: how the clip is encoded.
        mirrors: whether the pictures are mirrored left to right.
        least_aspect: width over height below which the kind changes next to nothing.
        others: how many other sources it shows in its pieces.
        beside: whether it shows other footage in the same picture.
    """

    name: str
    family: str
    build: Callable[[Props], Change] | None = None
    arrange: Callable[[Material], tuple[Piece, ...]] = arrange_plainly
    encoding: Encoding = field(default_factory=Encoding)
    mirrors: bool = False
    least_aspect: float = 0.0
    others: int = 0
    beside: bool = False
