"""The accuracy suite: what a made clip is said to show, and how answers are judged."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.disguises.embeddings import EMBEDDINGS
from benchmarks.accuracy.disguises.kind import FAMILIES, Kind, Material, Props
from benchmarks.accuracy.disguises.kinds import KIND_BY_NAME, SINGLES, choose_triples
from benchmarks.accuracy.disguises.shapes import SHAPES
from benchmarks.accuracy.disguises.times import at_speed, freeze, loop, reverse
from benchmarks.accuracy.families import Kinship, join_families
from benchmarks.accuracy.judging import Claims, Trial, span_iou
from benchmarks.accuracy.making import SINGLE, Plan, describe_clip, plan_clip
from benchmarks.accuracy.records import Piece, Query, Reference, Rgb, Shown, Source, Stretch, chance_of, half_of

WIDTH, HEIGHT = 320, 180


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A source of ten seconds whose file exists but is never decoded."""
    path = tmp_path / "a.mp4"
    path.write_bytes(b"a")
    return make_source(path, "a.mp4")


def make_source(path: Path, name: str, plain: tuple[tuple[float, float], ...] = ()) -> Source:
    """Describe a source without a video."""
    return Source(
        name=name,
        path=path,
        reference=path,
        seconds=10.0,
        width_px=WIDTH,
        height_px=HEIGHT,
        rate=25.0,
        scene="",
        live=(True,) * 20,
        plain=plain,
    )


def material(source: Source) -> Material:
    """Give seconds 2 to 8 of a source."""
    main = Stretch(source=source, start_s=2.0, end_s=8.0)
    return Material(chance=chance_of("test"), main=main, others=())


def described(pieces: tuple[Piece, ...], *kinds: str) -> Query:
    """Say what a clip of the pieces shows."""
    return describe_clip(Plan(name="q", group=SINGLE, kinds=kinds, pieces=pieces), Path("clips"))


@pytest.mark.parametrize("speed", [0.7, 1.4])
def test_speed_when_changed_then_truth_maps_the_clip_onto_the_stretch(source: Source, speed: float) -> None:
    """A clip at speed s lasts 1/s times as long as what it shows."""
    query = described(at_speed(speed, material(source)))
    (shown,) = query.shown
    assert shown.query == pytest.approx((0.0, 6 / speed))
    assert shown.reference == pytest.approx((2.0, 8.0))
    assert shown.speed == speed
    assert query.seconds == pytest.approx(6 / speed, abs=0.04)


def test_reversal_then_spans_ascend_and_speed_is_negative(source: Source) -> None:
    """Reversal shows in the sign of the speed only."""
    (shown,) = described(reverse(material(source))).shown
    assert (shown.query, shown.reference, shown.speed) == ((0.0, 6.0), (2.0, 8.0), -1.0)


def test_freeze_then_the_frozen_stretch_decides_nothing(source: Source) -> None:
    """Whether a frozen picture belongs to the segment is nobody's error."""
    query = described(freeze(material(source)))
    before, after = query.shown
    assert query.either == ((before.query[1], after.query[0]),)
    assert after.query[0] - before.query[1] == pytest.approx(2.0)
    assert before.reference[1] == after.reference[0]


def test_loop_then_one_stretch_is_shown_three_times(source: Source) -> None:
    """Each round is a true segment of the same seconds."""
    shown = described(loop(material(source))).shown
    assert [one.query for one in shown] == [(0.0, 3.0), (3.0, 6.0), (6.0, 9.0)]
    assert len({one.reference for one in shown}) == 1


def test_plain_seconds_of_the_source_then_decide_nothing_on_either_side(tmp_path: Path) -> None:
    """Nobody can find black pictures; at half speed they last twice as long in the clip."""
    path = tmp_path / "b.mp4"
    path.write_bytes(b"b")
    query = described(at_speed(0.5, material(make_source(path, "b.mp4", plain=((3.0, 3.5),)))))
    assert query.either == ((2.0, 3.0),)
    assert query.shown[0].either == ((3.0, 3.5),)


def test_mirrored_twice_then_not_mirrored(source: Source) -> None:
    """Only kinds that mirror change the flag."""
    pieces = at_speed(1.0, material(source))
    assert described(pieces, "mirrored", "grey").shown[0].mirrored
    assert not described(pieces, "grey").shown[0].mirrored


def test_halves_of_names_then_never_change() -> None:
    """Parameters chosen on one half would otherwise leak into the other when files are added."""
    assert [half_of(name) for name in ("a.mp4", "b.mp4", "c.mp4", "d.mp4")] == ["first", "second", "first", "first"]


def test_plan_when_made_twice_then_is_the_same(source: Source) -> None:
    """All chance follows from names."""
    kinds = (KIND_BY_NAME["excerpt of 4 s"],)
    assert plan_clip(kinds, source, (source,), SINGLE) == plan_clip(kinds, source, (source,), SINGLE)


def test_iou_of_spans_then_counts_unions_and_skips_what_decides_nothing() -> None:
    """Overlapping segments count once."""
    assert span_iou(((0, 4), (2, 6)), ((0, 8),)) == pytest.approx(6 / 8)
    assert span_iou(((0, 4),), ((0, 8),), ((4, 8),)) == 1.0
    assert span_iou((), ()) == 0.0


SIZES = {
    "cropped to 65 %": (208, 117),
    "cut to 9:16": (101, 180),
    "cut to 1:1": (180, 180),
    "blurred fill 9:16": (320, 569),
    "blurred fill 1:1": (320, 320),
    "turned left": (180, 320),
    "turned right": (180, 320),
}


@pytest.mark.parametrize("kind", [*SHAPES, *EMBEDDINGS], ids=lambda kind: kind.name)
def test_size_after_a_change_then_is_what_the_kind_says(kind: Kind) -> None:
    """A cut to 9:16 is upright, a turn swaps the sides; whatever is shown at another time has the same size."""
    rgb = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    props = Props(chance=chance_of("size"), width_px=WIDTH, height_px=HEIGHT, beside=partial(picture_at, rgb))
    assert kind.build is not None
    change = kind.build(props)
    first, later = change(rgb, 0.0), change(rgb, 1.5)
    assert first.shape == later.shape
    if kind.name in SIZES:
        assert first.shape[1::-1] == SIZES[kind.name]


def picture_at(rgb: Rgb, _time: float) -> Rgb:
    """Give one picture at any time."""
    return rgb


def test_stickers_then_cover_a_quarter() -> None:
    """The kind promises a quarter of the picture."""
    rgb = np.full((HEIGHT, WIDTH, 3), 1, np.uint8)
    build = KIND_BY_NAME["stickers"].build
    assert build is not None
    props = Props(chance=chance_of("stickers"), width_px=WIDTH, height_px=HEIGHT, beside=partial(picture_at, rgb))
    assert 0.25 <= (build(props)(rgb, 0.0) != 1).any(axis=2).mean() < 0.4


def test_kinds_then_are_at_least_thirty_and_triples_differ() -> None:
    """The table of single disguises and of triples holds what is promised."""
    assert len({kind.name for kind in SINGLES}) == len(SINGLES) >= 30
    assert {kind.family for kind in SINGLES} == set(FAMILIES)
    assert len(set(choose_triples())) >= 15


def test_families_then_join_through_others() -> None:
    """Two cuts of one film that do not overlap belong together through a third."""
    kin = [Kinship("a", "b", ""), Kinship("b", "c", "")]
    assert join_families(["a", "b", "c", "d"], kin) == [["a", "b", "c"], ["d"]]


def test_strict_recall_then_needs_a_score_above_every_false_pair() -> None:
    """A find that a false pair outscores does not count; other takes, cards and footage in the picture set no bar."""
    shown = (Shown(source="a", query=(0, 5), reference=(0, 5), speed=1.0, mirrored=False),)
    query = Query(
        name="q", path=Path("q"), kind="k", group=SINGLE, seconds=5, shown=shown, present=frozenset({"a", "b"})
    )
    references = tuple(
        Reference(path=Path(name), seconds=5, present=frozenset({name}), original=True) for name in ("a", "b", "c")
    )
    trial = Trial((query,), references)
    claimed = np.array([[True, True, False]])
    low = Claims("low", np.array([[0.7, 0.9, 0.8]]), claimed, claimed)
    high = Claims("high", np.array([[0.7, 0.9, 0.6]]), claimed, claimed)
    assert low.found(trial).sum() == 1
    assert low.found_strictly(trial).sum() == 0
    assert high.found_strictly(trial).sum() == 1
    assert not high.false(trial).any()
