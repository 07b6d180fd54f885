"""Which kinds are tried on which sources: each kind on enough of them, in an order that names alone decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.accuracy.disguises.kind import Kind
from benchmarks.accuracy.disguises.kinds import SINGLES, choose_triples, triple_name
from benchmarks.accuracy.making import SINGLE, TRIPLE, Plan, plan_clip
from benchmarks.accuracy.records import Source, seed_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is tried.

    Attributes:
        folder: at most so many videos of the folder are used at all.
        sources: at most so many of them are disguised.
        per_kind: sources that each single kind is tried on.
        triples: number of different triples.
        per_triple: sources that each triple is tried on.
        decoys: references under overlays that queries wear too, for each overlay.
        cards: cards that stand in front of footage.
        joined: references behind each of these cards.
        joined_queries: queries behind each of them.
        plain: unrelated clips that are looked for as they are.
        scene_variants: disguises of each window of a scene, the plain one included.
        stills: sources of which screenshots are taken, one of each kind.
    """

    folder: int
    sources: int
    per_kind: int
    triples: int
    per_triple: int
    decoys: int
    cards: int
    joined: int
    joined_queries: int
    plain: int
    scene_variants: int
    stills: int


FULL = Scale(
    folder=100_000,
    sources=1000,
    per_kind=12,
    triples=20,
    per_triple=8,
    decoys=2,
    cards=5,
    joined=6,
    joined_queries=6,
    plain=100,
    scene_variants=5,
    stills=1000,
)
SMALL = Scale(
    folder=40,
    sources=8,
    per_kind=1,
    triples=4,
    per_triple=1,
    decoys=1,
    cards=2,
    joined=6,
    joined_queries=1,
    plain=2,
    scene_variants=1,
    stills=3,
)


def plan_disguises(sources: Sequence[Source], scale: Scale) -> Iterator[Plan]:
    """Plan the single disguises, then the triples."""
    pool = tuple(sources)
    for kind in SINGLES:
        for source in rotate([one for one in pool if _fits((kind,), one)], kind.name, scale.per_kind):
            yield plan_clip((kind,), source, pool, SINGLE)
    for kinds in choose_triples(scale.triples):
        chosen = rotate([one for one in pool if _fits(kinds, one)], triple_name(kinds), scale.per_triple)
        for source in chosen:
            yield plan_clip(kinds, source, pool, TRIPLE)


def _fits(kinds: tuple[Kind, ...], source: Source) -> bool:
    return all(source.aspect >= kind.least_aspect for kind in kinds)


def rotate(sources: Sequence[Source], purpose: str, count: int) -> list[Source]:
    """Choose sources for a purpose: the same ones whatever other files there are, but for those that come before."""
    return sorted(sources, key=lambda one: seed_of(purpose, one.path.name))[:count]
