"""What stands still is told from what moves, feature by feature."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.made_videos import Footage, Scene, draw_picture
from verify.fingerprints.local_features import describe_picture
from verify.matches.feature_frames import FeatureFrames
from verify.matches.movement import SURELY_KEPT, Standing, shows_the_same
from verify.records.fingerprint import FEATURE_BYTES

GROUP, BACKGROUND = 10, 40
"""The group is the strongest, and comes first."""

EXTENT = (256.0, 144.0)
Points = NDArray[np.float64]
Bits = NDArray[np.bool_]


def make_frames(frames: list[tuple[Points, Bits]], seconds_each: float = 1.0) -> FeatureFrames:
    """Give frames of features with a place and the bits of a descriptor each."""
    counts = [len(points) for points, _ in frames]
    total = sum(counts)
    return FeatureFrames(
        times=np.arange(len(frames), dtype=np.float64) * seconds_each,
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        points=np.concatenate([points for points, _ in frames]).astype(np.float32),
        sizes=np.ones(total, np.float32),
        turns=np.zeros(total, np.float32),
        descriptors=np.packbits(np.concatenate([bits for _, bits in frames]), axis=1).view(np.uint64),
        extent=EXTENT,
        seconds=len(frames) * seconds_each,
    )


def film_group(frames: int, step: float, seed: int = 1) -> list[tuple[Points, Bits]]:
    """Give a group that moves by a step a frame, then a still background; places and bits are off a little."""
    rng = np.random.default_rng(seed)
    points = rng.uniform((0, 0), EXTENT, (GROUP + BACKGROUND, 2))
    bits = rng.random((GROUP + BACKGROUND, 128)) < 0.5
    moves = np.concatenate([np.full(GROUP, step), np.zeros(BACKGROUND)])[:, np.newaxis] * np.array([1.0, 0.5])
    return [
        (points + number * moves + rng.uniform(-0.5, 0.5, points.shape), bits ^ (rng.random(bits.shape) < 0.06))
        for number in range(frames)
    ]


@pytest.mark.parametrize("step", [4.0, 12.0, -20.0])
def test_standing_when_a_group_crosses_a_still_background_then_all_but_the_group(step: float) -> None:
    """Feature by feature, whether the group is slow or fast."""
    standing = Standing(make_frames(film_group(6, step)))[:].reshape(6, -1)
    assert standing[:, GROUP:].all()
    assert not standing[:, :GROUP].any()


def test_standing_when_a_feature_is_missed_now_and_then_then_still_stands() -> None:
    """Detection misses one in every other frame: the frame after next tells."""
    everything, missed = np.arange(GROUP + BACKGROUND), GROUP + 3
    kept = [np.delete(everything, missed) if number % 2 else everything for number in range(6)]
    frames = [(points[rows], bits[rows]) for (points, bits), rows in zip(film_group(6, 12.0), kept, strict=True)]
    made = make_frames(frames)
    standing = Standing(made)[:]
    for number in range(6):
        here = standing[made.of_frame(number)]
        assert here[GROUP:].all()
        assert not here[:GROUP].any()


def test_standing_when_another_thing_lies_at_the_place_then_not() -> None:
    """A place is not enough: what lies there must look the same. Of the weakest, others may have been kept instead."""
    rng = np.random.default_rng(3)
    points = rng.uniform((0, 0), EXTENT, (30, 2))
    changing = [(points, rng.random((30, 128)) < 0.5) for _ in range(5)]
    surely = round(SURELY_KEPT * 30)
    standing = Standing(make_frames(changing))[:].reshape(5, 30)
    assert not standing[:, :surely].any()
    assert standing[:, surely:].all()
    assert Standing(make_frames(changing[:1] * 5))[:].all()


def test_standing_when_neighbours_kept_less_then_only_the_strongest_can_have_moved() -> None:
    """A feature that a leaner frame had no room for did not move."""
    rng = np.random.default_rng(5)
    counts = (50, 20, 50, 20, 50)
    frames = make_frames([(rng.uniform((0, 0), EXTENT, (n, 2)), rng.random((n, 128)) < 0.5) for n in counts])
    standing = Standing(frames)[:]
    for number in (0, 2, 4):
        here = standing[frames.of_frame(number)]
        assert here.tolist() == [rank >= SURELY_KEPT * 20 for rank in range(50)]


def test_standing_when_a_frame_is_followed_late_then_all_of_it_stands() -> None:
    """Frames are left out while nothing moves: a frame that lasts for seconds showed nothing else meanwhile."""
    late, soon = make_frames(film_group(3, 50.0), 4.0), make_frames(film_group(3, 50.0), 1.0)
    assert Standing(late)[:].all()
    assert not Standing(soon)[:].reshape(3, -1)[:, :GROUP].any()


def test_standing_of_frames_without_features_or_neighbours() -> None:
    """One frame alone shows nothing that moved; emptiness is no error."""
    points, bits = film_group(1, 0.0)[0]
    nothing = points[:0], bits[:0]
    assert len(Standing(make_frames([nothing, nothing]))[:]) == 0
    assert Standing(make_frames([(points, bits)]))[:].all()


def test_shows_the_same_gives_the_share_that_stayed() -> None:
    """Of one frame's features, those that another frame shows at their place."""
    frames = make_frames([*film_group(3, 12.0), (np.empty((0, 2)), np.empty((0, 128), bool))])
    assert shows_the_same(frames, 0, 0) == 1.0
    assert shows_the_same(frames, 0, 2) == shows_the_same(frames, 2, 0) == BACKGROUND / (BACKGROUND + GROUP)
    assert shows_the_same(frames, 0, 3) == shows_the_same(frames, 3, 0) == 0.0


def film_scene(scene: Scene) -> FeatureFrames:
    """Describe a picture a second of a made scene."""
    frames = []
    for number in range(0, scene.frames, 25):
        picture = draw_picture(Footage(scenes=(scene,), bar_code=False), number)
        luma = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (192, 108), interpolation=cv2.INTER_AREA)
        table = np.frombuffer(describe_picture(np.asarray(luma, np.uint8), 56), np.uint8).reshape(-1, FEATURE_BYTES)
        frames.append((table[:, :2].astype(np.float64) + 0.5, np.unpackbits(table[:, 4:], axis=1) > 0))
    return make_frames(frames)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_standing_of_real_features_follows_the_camera(seed: int) -> None:
    """A camera on a tripod shows nearly all at its place, the discs that cross it apart; of a pan, little stands.

    Measured: 80 to 94 % against 20 %, the weakest fifth.
    """
    locked = Standing(film_scene(Scene(seed=seed, frames=150, look="locked")))[:]
    panned = Standing(film_scene(Scene(seed=seed, frames=150)))[:]
    assert locked.mean() >= 0.75
    assert panned.mean() <= 1.05 - SURELY_KEPT


def test_standing_asked_for_in_any_order_is_the_same() -> None:
    """It is found out where it is asked for: a slice, some rows, nothing, everything."""
    made = make_frames([*film_group(6, 4.0), (np.empty((0, 2)), np.empty((0, 128), bool)), *film_group(3, 12.0)])
    whole = Standing(made)[:]
    assert 0 < whole.sum() < len(whole)
    some = Standing(made)
    rows = np.array([len(whole) - 1, 3, 3, 120])
    assert some[rows].tolist() == whole[rows].tolist()
    assert some[rows[:0]].tolist() == []
    assert some[40:130].tolist() == whole[40:130].tolist()
    assert some[:].tolist() == whole.tolist()
