"""All single disguises by name, and the triples made of them."""

import numpy as np

from benchmarks.accuracy.disguises.embeddings import EMBEDDINGS
from benchmarks.accuracy.disguises.kind import Kind
from benchmarks.accuracy.disguises.overlays import OVERLAYS
from benchmarks.accuracy.disguises.shapes import SHAPES
from benchmarks.accuracy.disguises.times import CODINGS, TIMES
from benchmarks.accuracy.disguises.tones import TONES
from benchmarks.accuracy.records import chance_of

SINGLES: tuple[Kind, ...] = (*SHAPES, *OVERLAYS, *EMBEDDINGS, *TONES, *TIMES, *CODINGS)
KIND_BY_NAME = {kind.name: kind for kind in SINGLES}
TRIPLES = 20
OVERLAY_HEAVY = ("caption bars", "ticker and logo", "meme frame", "stickers", "watermarks", "phone screen")
"""Kinds that look alike in unrelated clips."""

MILD = ("240p, 100 kbit/s", "cropped to 65 %", "less contrast", "letterbox")
"""Kinds that leave a scene easily told from others."""


def choose_triples(count: int = TRIPLES) -> tuple[tuple[Kind, Kind, Kind], ...]:
    """Choose different triples of a shape, an overlay or a tone, and a time or a coding; always the same ones.

    Each row goes through all kinds of its families before one comes again.
    """
    rows = (SHAPES, (*OVERLAYS, *TONES), (*TIMES, *CODINGS))
    shuffled = []
    for number, row in enumerate(rows):
        chance = chance_of("triples", str(number))
        order = np.concatenate([chance.permutation(len(row)) for _ in range(count // len(row) + 1)])
        shuffled.append([row[index] for index in order])
    chosen = [(shuffled[0][n], shuffled[1][n], shuffled[2][n]) for n in range(count)]
    return tuple(dict.fromkeys(chosen))


def triple_name(kinds: tuple[Kind, ...]) -> str:
    """Name kinds that are done together."""
    return " + ".join(kind.name for kind in kinds)
