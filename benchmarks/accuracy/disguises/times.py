"""Disguises of time and coding: speed, rates, freezes, loops, reversal, excerpts, compilations."""

from functools import partial

from benchmarks.accuracy.disguises.kind import CODING, TIME, Kind, Material
from benchmarks.accuracy.footage import Encoding
from benchmarks.accuracy.records import Piece, Stretch

EXCERPT_S = 4.0
LOOP_S, LOOPS = 3.0, 3
FROZEN_S = 2.0


def piece_of(stretch: Stretch, seconds: float, *, speed: float = 1.0, wanted: bool = True) -> Piece:
    """Show the first ``seconds`` of a stretch, or all where it has fewer."""
    taken = min(seconds, stretch.seconds)
    return Piece(source=stretch.source, start_s=stretch.start_s, speed=speed, seconds=taken / speed, wanted=wanted)


def at_speed(speed: float, material: Material) -> tuple[Piece, ...]:
    """Play faster or slower."""
    return (piece_of(material.main, material.main.seconds, speed=speed),)


def freeze(material: Material) -> tuple[Piece, ...]:
    """Stop at some picture in the middle third for two seconds, then go on."""
    main = material.main
    until = main.seconds * float(material.chance.uniform(1 / 3, 2 / 3))
    stop = main.start_s + until
    return (
        Piece(source=main.source, start_s=main.start_s, speed=1.0, seconds=until),
        Piece(source=main.source, start_s=stop, speed=0.0, seconds=FROZEN_S),
        Piece(source=main.source, start_s=stop, speed=1.0, seconds=main.end_s - stop),
    )


def loop(material: Material) -> tuple[Piece, ...]:
    """Show three seconds three times."""
    return (excerpt(LOOP_S, material)[0],) * LOOPS


def reverse(material: Material) -> tuple[Piece, ...]:
    """Play backwards."""
    main = material.main
    return (Piece(source=main.source, start_s=main.end_s, speed=-1.0, seconds=main.seconds),)


def excerpt(seconds: float, material: Material) -> tuple[Piece, ...]:
    """Show a few seconds from anywhere in the stretch."""
    main = material.main
    start = main.start_s + max(0.0, main.seconds - seconds) * float(material.chance.random())
    return (piece_of(Stretch(source=main.source, start_s=start, end_s=main.end_s), seconds),)


def splice(material: Material) -> tuple[Piece, ...]:
    """Show 4 to 6 seconds between 4 to 6 seconds of other footage before and after."""
    chance = material.chance
    before, after = (piece_of(other, float(chance.uniform(4, 6)), wanted=False) for other in material.others[:2])
    return (before, *excerpt(float(chance.uniform(4, 6)), material), after)


def compile_two(material: Material) -> tuple[Piece, ...]:
    """Show 4 to 6 seconds of each of two references, both to be found."""
    chance = material.chance
    other = piece_of(material.others[0], float(chance.uniform(4, 6)))
    both = (*excerpt(float(chance.uniform(4, 6)), material), other)
    return both if chance.random() < 0.5 else both[::-1]


TIMES = (
    Kind(name="speed 0.7", family=TIME, arrange=partial(at_speed, 0.7)),
    Kind(name="speed 0.85", family=TIME, arrange=partial(at_speed, 0.85)),
    Kind(name="speed 1.2", family=TIME, arrange=partial(at_speed, 1.2)),
    Kind(name="speed 1.4", family=TIME, arrange=partial(at_speed, 1.4)),
    Kind(name="freeze frame", family=TIME, arrange=freeze),
    Kind(name="loop", family=TIME, arrange=loop),
    Kind(name="reversed", family=TIME, arrange=reverse),
    Kind(name="excerpt of 4 s", family=TIME, arrange=partial(excerpt, EXCERPT_S)),
    Kind(name="excerpt in a compilation", family=TIME, arrange=splice, others=2),
    Kind(name="compilation of two", family=TIME, arrange=compile_two, others=1),
)
CODINGS = (
    Kind(name="240p, 100 kbit/s", family=CODING, encoding=Encoding(lines=240, bit_rate=100_000)),
    Kind(name="12 frames/s", family=CODING, encoding=Encoding(rate=12.0)),
    Kind(name="15 frames/s", family=CODING, encoding=Encoding(rate=15.0)),
)
