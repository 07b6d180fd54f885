"""What must not be found: unrelated clips, cards, and other recordings of a scene; and references that lay traps."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.accuracy.cards import BEHIND_S, CARD_S, CARDS, IN_FRONT_S, JOINED, Card, join_card, make_card
from benchmarks.accuracy.disguises.kinds import KIND_BY_NAME, MILD, OVERLAY_HEAVY
from benchmarks.accuracy.making import ENCODED_AGAIN, Plan, code_digest, describe_clip, make_clip, plan_clip
from benchmarks.accuracy.planning import Scale, rotate
from benchmarks.accuracy.records import Piece, Query, Reference, Source, chance_of
from benchmarks.accuracy.sources import LONGEST_EXCERPT_S, choose_stretch

UNRELATED, FLAT, SCENE, SCENE_RECALL = "unrelated", "flat", "scene", "scene recall"
LEAST_RECURRING = 5
Job = Callable[[], Path]


@dataclass(frozen=True, slots=True)
class Made:
    """Clips to make, and what they are: queries or references."""

    jobs: tuple[Job, ...]
    queries: tuple[Query, ...] = ()
    references: tuple[Reference, ...] = ()

    def __add__(self, other: "Made") -> "Made":
        return Made(self.jobs + other.jobs, self.queries + other.queries, self.references + other.references)


def make_all(made: Made, pool: Executor) -> None:
    """Make every clip that is not there yet."""
    for future in [pool.submit(job) for job in made.jobs]:
        future.result()


def original_references(sources: Sequence[Source]) -> Made:
    """Give every source as a reference."""
    return Made(
        (),
        references=tuple(
            Reference(
                path=source.reference.absolute(),
                seconds=source.seconds,
                present=frozenset({source.name}),
                scenes=_scenes(source),
                original=True,
            )
            for source in sources
        ),
    )


def decoys(others: Sequence[Source], scale: Scale, folder: Path) -> Made:
    """Plan references that wear the overlays of queries over footage that no query shows."""
    plans = [
        plan_clip((KIND_BY_NAME[name],), source, tuple(others), "decoy")
        for name in OVERLAY_HEAVY
        for source in rotate(others, f"decoy {name}", scale.decoys)
    ]
    references = [_as_reference(describe_clip(plan, folder)) for plan in plans]
    return Made(tuple(partial(make_clip, plan, folder) for plan in plans), references=tuple(references))


def _as_reference(query: Query) -> Reference:
    path = query.path.absolute()
    return Reference(path=path, seconds=query.seconds, present=query.present, scenes=query.scenes)


def _scenes(source: Source) -> frozenset[str]:
    return frozenset({source.scene} - {""})


def plain_queries(sources: Sequence[Source], scale: Scale) -> Made:
    """Look for references as they are: only themselves may be found."""
    chosen = rotate(sources, "unrelated", scale.plain)
    queries = [
        Query(
            name=f"{UNRELATED}/{source.name}",
            path=source.reference,
            kind="as it is",
            group=UNRELATED,
            seconds=source.seconds,
            present=frozenset({source.name}),
            scenes=_scenes(source),
        )
        for source in chosen
    ]
    return Made((), queries=tuple(queries))


def card_queries(folder: Path) -> Made:
    """Plan cards by themselves; one that stands in references is rightly found there."""
    paths = [folder / f"card-{card.name.replace(' ', '_')}-{code_digest()}.mp4" for card in CARDS]
    queries = [
        Query(
            name=f"{FLAT}/{card.name}",
            path=path,
            kind=card.name,
            group=FLAT,
            seconds=CARD_S,
            present=frozenset({_card_name(card)}),
        )
        for card, path in zip(CARDS, paths, strict=True)
    ]
    jobs = tuple(partial(make_card, card, path) for card, path in zip(CARDS, paths, strict=True))
    return Made(jobs, queries=tuple(queries))


def joined_cards(ours: Sequence[Source], others: Sequence[Source], scale: Scale, folder: Path) -> Made:
    """Plan clips behind one card: of other sources as references, of ours as queries, which share the card only.

    There are none where a card would stand in fewer than five references: that it recurs could not be seen.
    """
    made = Made(())
    if len(others) < LEAST_RECURRING:
        return made
    for card in CARDS:
        if card.name not in JOINED[: scale.cards]:
            continue
        for source in rotate(others, f"joined {card.name}", scale.joined):
            query, job = _joined(card, source, folder)
            reference = _as_reference(query)
            present = reference.present | {_card_name(card)}
            made += Made((job,), references=(replace(reference, present=present, card=card.name),))
        for source in rotate(ours, f"joined {card.name}", scale.joined_queries):
            query, job = _joined(card, source, folder)
            made += Made((job,), queries=(query,))
    return made


def _joined(card: Card, source: Source, folder: Path) -> tuple[Query, Job]:
    name = f"{FLAT}/{card.name} + {source.name}"
    stretch = choose_stretch(source, chance_of(name), BEHIND_S)
    digest = hashlib.sha256(f"{name} {stretch!r} {code_digest()}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
    path = folder / f"joined-{card.name.replace(' ', '_')}-{digest}.mp4"
    query = Query(
        name=name,
        path=path,
        kind=f"{card.name} in front",
        group=FLAT,
        seconds=IN_FRONT_S + stretch.seconds,
        present=frozenset({source.name}),
        scenes=_scenes(source),
        card=card.name,
    )
    return query, partial(join_card, card, stretch, path)


def _card_name(card: Card) -> str:
    return f"card {card.name}"


def scene_queries(ours: Sequence[Source], everything: Sequence[Source], scale: Scale, folder: Path) -> Made:
    """Plan windows of scenes under mild disguises: those of references, to be found, and others, not to be found."""
    plans = [plan for source in ours for plan in _scene_plans(source, everything, scale)]
    queries = tuple(describe_clip(plan, folder) for plan in plans)
    return Made(tuple(partial(make_clip, plan, folder) for plan in plans), queries=queries)


def _scene_plans(source: Source, everything: Sequence[Source], scale: Scale) -> Iterator[Plan]:
    partners = [one for one in everything if one.scene == source.scene and one.name != source.name]
    if not source.scene or not (partners or source.later):
        return
    for name in ("", *MILD)[: scale.scene_variants]:
        kinds = (KIND_BY_NAME[name],) if name else ()
        yield plan_clip(kinds, source, (), SCENE_RECALL)
        for number, (start_s, end_s) in enumerate(source.later):
            seconds = min(end_s - start_s, LONGEST_EXCERPT_S)
            piece = Piece(source=source, start_s=start_s, speed=1.0, seconds=seconds)
            yield Plan(
                name=f"{SCENE}/{name or ENCODED_AGAIN}/{source.name}/{number}",
                group=SCENE,
                kinds=tuple(kind.name for kind in kinds),
                pieces=(piece,),
                ghost=True,
            )
