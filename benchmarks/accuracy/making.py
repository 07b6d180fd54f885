"""Make a planned clip: pieces in time, changes of pictures one after the other, encoding; and say what it shows."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy.disguises.drawing import fit_on, plain_picture
from benchmarks.accuracy.disguises.kind import Change, Kind, Material, Props, arrange_plainly
from benchmarks.accuracy.disguises.kinds import KIND_BY_NAME, triple_name
from benchmarks.accuracy.footage import MOST_FRAMES_PER_S, Encoding, Footage, read_footage, write_clip
from benchmarks.accuracy.records import Piece, Query, Rgb, Shown, Source, Stretch, chance_of, digest_of, overlap
from benchmarks.accuracy.sources import choose_stretch

SINGLE, TRIPLE = "single", "triple"
ENCODED_AGAIN = "encoded again"
_LEAST_RATE = 5.0
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A clip to make.

    Attributes:
        name: unique in the run; seeds all chance.
        group: as of ``Query``.
        kinds: names of what is done to it, in order; none for a copy that is only encoded again.
        pieces: what it shows, in order.
        beside: other footage in the same picture; None where there is none.
        ghost: whether the footage is of the same scene but of no reference, so that nothing is there to be found.
    """

    name: str
    group: str
    kinds: tuple[str, ...]
    pieces: tuple[Piece, ...]
    beside: Stretch | None = None
    ghost: bool = False

    @property
    def label(self) -> str:
        """What was done, as printed."""
        return triple_name(tuple(KIND_BY_NAME[name] for name in self.kinds)) or ENCODED_AGAIN

    @property
    def encoding(self) -> Encoding:
        """How it is encoded: as the last kind that asks for something says."""
        asked = [KIND_BY_NAME[name].encoding for name in self.kinds]
        return next((one for one in reversed(asked) if one != Encoding()), Encoding())

    @property
    def rate(self) -> float:
        """Frames per second: those of the footage that is wanted, or of the first."""
        main = next((piece for piece in self.pieces if piece.wanted), self.pieces[0])
        return self.encoding.rate or min(max(main.source.rate, _LEAST_RATE), MOST_FRAMES_PER_S)

    @property
    def frames(self) -> int:
        """Number of pictures."""
        return max(1, round(sum(piece.seconds for piece in self.pieces) * self.rate))


def plan_clip(kinds: tuple[Kind, ...], source: Source, pool: tuple[Source, ...], group: str) -> Plan:
    """Plan a clip of a source; which seconds, and whatever else is left to chance, follow from the names.

    Args:
        kinds: what is done to it, in order.
        source: whose footage must be found.
        pool: sources whose footage may stand beside, before or after it.
        group: as of ``Query``.
    """
    label = triple_name(kinds) or ENCODED_AGAIN
    name = f"{group}/{label}/{source.name}"
    chance = chance_of(name)
    main = choose_stretch(source, chance)
    count = sum(kind.others for kind in kinds)
    others = _choose_others(source, pool, chance, count + any(kind.beside for kind in kinds))
    arrange = next((kind.arrange for kind in kinds if kind.arrange is not arrange_plainly), arrange_plainly)
    pieces = arrange(Material(chance=chance, main=main, others=others[:count]))
    return Plan(
        name=name,
        group=group,
        kinds=tuple(kind.name for kind in kinds),
        pieces=pieces,
        beside=others[count] if len(others) > count else None,
    )


def _choose_others(
    source: Source, pool: tuple[Source, ...], chance: np.random.Generator, count: int
) -> tuple[Stretch, ...]:
    strangers = [one for one in pool if one.name != source.name and not (one.scene and one.scene == source.scene)]
    strangers.sort(key=lambda one: chance_of(source.name, one.name).random())
    first = int(chance.integers(max(1, len(strangers))))
    turned = strangers[first:] + strangers[:first]
    return tuple(choose_stretch(one, chance) for one in turned[:count])


def describe_clip(plan: Plan, folder: Path) -> Query:
    """Say what a planned clip shows, whether it was made or not."""
    rate, frames = plan.rate, plan.frames
    mirrored = sum(KIND_BY_NAME[name].mirrors for name in plan.kinds) % 2 == 1
    shown, either, start = [], [], 0.0
    for piece in plan.pieces:
        span = (start, start + piece.seconds)
        start = span[1]
        if piece.speed == 0:
            either.append(span)
        elif piece.wanted and not plan.ghost:
            shown.append(_show(piece, span, mirrored=mirrored))
            either += [_query_span(piece, plain, span[0]) for plain in shown[-1].either]
    seen = [piece.source for piece in plan.pieces] + ([plan.beside.source] if plan.beside else [])
    present = frozenset() if plan.ghost else frozenset(source.name for source in seen)
    return Query(
        name=plan.name,
        path=folder / _file_name(plan),
        kind=plan.label,
        group=plan.group,
        seconds=frames / rate,
        shown=tuple(shown),
        either=tuple(either),
        present=present,
        scenes=frozenset(source.scene for source in seen if source.scene),
    )


def _show(piece: Piece, span: tuple[float, float], *, mirrored: bool) -> Shown:
    start, end = piece.source_span
    return Shown(
        source=piece.source.name,
        query=span,
        reference=(start, end),
        speed=piece.speed,
        mirrored=mirrored,
        either=tuple(
            (max(start, one[0]), min(end, one[1])) for one in piece.source.plain if overlap(one, (start, end))
        ),
    )


def _query_span(piece: Piece, plain: tuple[float, float], begins_s: float) -> tuple[float, float]:
    """Give where a stretch of the source stands in a clip whose piece begins at ``begins_s``."""
    first, second = (begins_s + (time - piece.start_s) / piece.speed for time in plain)
    return min(first, second), max(first, second)


def _file_name(plan: Plan) -> str:
    files = ":".join(f"{piece.source.path.stat().st_size}" for piece in plan.pieces)
    digest = hashlib.sha256(f"{plan!r} {files} {code_digest()}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
    stem = "".join(letter if letter.isalnum() else "_" for letter in plan.pieces[0].source.path.stem)[:24]
    kind = "".join(letter if letter.isalnum() else "_" for letter in plan.label)[:40]
    return f"{kind}-{stem}-{digest}.mp4"


def code_digest() -> str:
    """Name the code that clips are made by: clips of other code are made again."""
    files = [_FOLDER / "making.py", _FOLDER / "footage.py", _FOLDER / "cards.py"]
    return digest_of([*files, *sorted((_FOLDER / "disguises").glob("*.py"))])


def make_clip(plan: Plan, folder: Path) -> Path:
    """Make a planned clip unless it is there already."""
    path = folder / _file_name(plan)
    if not path.is_file():
        write_clip(path, _pictures(plan), plan.rate, plan.encoding)
    return path


def _pictures(plan: Plan) -> Iterator[Rgb]:
    shown = _assembled(plan)
    first = next(shown)
    change = compose_changes(plan, first.shape[1], first.shape[0])
    yield change(first, 0.0)
    for number, picture in enumerate(shown, start=1):
        yield change(picture, number / plan.rate)


def _assembled(plan: Plan) -> Iterator[Rgb]:
    """Give the pictures of the pieces in order, all of the size of the first wanted one."""
    footage = [read_footage(piece.source.path, *piece.source_span) for piece in plan.pieces if piece.speed]
    moving = [piece for piece in plan.pieces if piece.speed]
    main = next((number for number, piece in enumerate(moving) if piece.wanted), 0)
    height, width = footage[main].pictures[0].shape[:2]
    canvas = plain_picture(width, height)
    number, since = 0, 0.0
    shown: Footage = footage[0]
    for frame in range(plan.frames):
        time = frame / plan.rate
        while number < len(plan.pieces) - 1 and time >= since + plan.pieces[number].seconds - 1e-6:
            since += plan.pieces[number].seconds
            number += 1
        piece = plan.pieces[number]
        if piece.speed:
            shown = footage[moving.index(piece)]
        yield fit_on(shown.at(piece.source_time(time - since)), canvas)


def compose_changes(plan: Plan, width_px: int, height_px: int) -> Change:
    """Build the changes of all kinds, each for the size that the one before gives."""
    beside = _looped(plan.beside)
    changes: list[Change] = []
    blank = plain_picture(width_px, height_px)
    for name in plan.kinds:
        build = KIND_BY_NAME[name].build
        if build is None:
            continue
        height, width = blank.shape[:2]
        chance = chance_of(plan.name, name)
        change = build(Props(chance=chance, width_px=width, height_px=height, beside=beside))
        blank = change(blank, 0.0)
        changes.append(change)

    def composed(rgb: Rgb, time: float) -> Rgb:
        for change in changes:
            rgb = change(rgb, time)
        return rgb

    return composed


def _looped(stretch: Stretch | None) -> Callable[[float], Rgb]:
    """Give other footage by time in the clip, from its start again when it ends."""
    if stretch is None:
        return lambda _time: plain_picture(64, 36)
    footage = read_footage(stretch.source.path, stretch.start_s, stretch.end_s)
    return lambda time: footage.at(stretch.start_s + time % stretch.seconds)
