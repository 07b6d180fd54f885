"""Two pictures agree on one map, or on none: chance and crowded lettering fit nothing."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import MIN_POINTS, PLACE_TOLERANCE, PairFit, fit_pair, project

EXTENT = (256.0, 144.0)
CENTRE = np.array(EXTENT) / 2
FEATURES = 100
OUTLIERS = 0.6

PLACE_ERROR, SIZE_ERROR_OCTAVES, TURN_ERROR = 0.7, 0.08, 0.04
"""Standard deviations between a picture and its small re-encoded copy, as measured on real ones."""

FLIPPED_BITS = 12

Points = NDArray[np.float64]
Linear = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """Features of one picture."""

    points: Points
    sizes: Points
    turns: Points
    bits: NDArray[np.bool_]

    def first(self, count: int) -> "Features":
        """Give the first of them."""
        return Features(self.points[:count], self.sizes[:count], self.turns[:count], self.bits[:count])

    def beside(self, other: "Features") -> "Features":
        """Give these and others."""
        return Features(
            np.concatenate([self.points, other.points]),
            np.concatenate([self.sizes, other.sizes]),
            np.concatenate([self.turns, other.turns]),
            np.concatenate([self.bits, other.bits]),
        )

    def frames(self) -> FeatureFrames:
        """Give them as a video of one frame."""
        return FeatureFrames(
            times=np.zeros(1),
            first=np.array([0, len(self.points)]),
            points=self.points.astype(np.float32),
            sizes=self.sizes.astype(np.float32),
            turns=self.turns.astype(np.float32),
            descriptors=np.packbits(self.bits, axis=1).view(np.uint64),
            extent=EXTENT,
            seconds=1.0,
        )


def make_features(seed: int, points: Points) -> Features:
    """Give features at the points, otherwise random."""
    rng, count = np.random.default_rng(seed), len(points)
    turns = rng.uniform(0, 2 * np.pi, count)
    return Features(points, 2 ** rng.uniform(1, 4, count), turns, rng.random((count, 128)) < 0.5)


def points_seen_in_both(seed: int, linear: Linear, count: int = FEATURES) -> Points:
    """Give points of the reference that lie in the query too."""
    points = np.random.default_rng(seed).uniform(0, EXTENT, (100 * count, 2))
    mapped = place(linear, points)
    return points[((mapped >= 0) & (mapped <= EXTENT)).all(axis=1)][:count]


def place(linear: Linear, points: Points) -> Points:
    """Map points of the reference into the query: about the centre."""
    return (points - CENTRE) @ linear.T + CENTRE


def seen_again(features: Features, linear: Linear, seed: int, outliers: float = 0.0) -> Features:
    """Give the features of a copy; the first share of them lies anywhere, with any size and direction."""
    rng, count = np.random.default_rng((seed, 2)), len(features.points)
    scale, turn = np.sqrt(abs(np.linalg.det(linear))), np.arctan2(linear[1, 0] - linear[0, 1], np.trace(linear))
    points = place(linear, features.points) + rng.normal(0, PLACE_ERROR, (count, 2))
    sizes = features.sizes * scale * 2 ** rng.normal(0, SIZE_ERROR_OCTAVES, count)
    turns = features.turns + turn + rng.normal(0, TURN_ERROR, count)
    wrong, chance = slice(round(outliers * count)), make_features(seed + 1000, rng.uniform(0, EXTENT, (count, 2)))
    points[wrong], sizes[wrong], turns[wrong] = chance.points[wrong], chance.sizes[wrong], chance.turns[wrong]
    flipped = rng.permuted(np.tile(np.arange(128) < FLIPPED_BITS, (count, 1)), axis=1)
    return Features(points, sizes, turns, features.bits ^ flipped)


def fit(query: Features, reference: Features) -> PairFit | None:
    """Fit two pictures."""
    return fit_pair(query.frames(), 0, reference.frames(), 0)


def fit_copy(seed: int, linear: Linear, outliers: float = 0.0) -> tuple[PairFit | None, Points]:
    """Fit a picture and its copy; give the points of the reference too."""
    reference = make_features(seed, points_seen_in_both(seed, linear))
    return fit(seen_again(reference, linear, seed, outliers), reference), reference.points


def turned(degrees: float, scale: float = 1.0) -> Linear:
    """Give a similarity."""
    angle = np.radians(degrees)
    return scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@pytest.mark.parametrize(
    "linear",
    [
        pytest.param(turned(0), id="same"),
        pytest.param(turned(20, 0.6), id="turned_and_smaller"),
        pytest.param(turned(90, 0.56), id="quarter_turn"),
        pytest.param(turned(180, 0.35), id="upside_down_in_a_corner"),
        pytest.param(turned(-5, 2.0), id="crop"),
        pytest.param(np.diag([1, 1 / 1.2]), id="squeezed"),
        pytest.param(turned(5, 0.9) @ np.array([[1, 0.15], [0, 0.9]]), id="tilted"),
    ],
)
def test_fit_when_six_of_ten_pairs_are_wrong_then_recovers_the_map(linear: Linear) -> None:
    """A known map comes back within the tolerance over the whole picture, with the points that made it and no other."""
    for seed in range(10):
        found, points = fit_copy(seed, linear, OUTLIERS)
        assert found is not None
        right = points[round(OUTLIERS * FEATURES) :]
        assert np.linalg.norm(project(found.matrix, right) - place(linear, right), axis=1).max() < PLACE_TOLERANCE
        assert np.array_equal(found.query, found.reference)
        chance = found.query < OUTLIERS * FEATURES
        assert chance.sum() <= 1
        assert (~chance).sum() >= 0.9 * len(right)


def test_fit_is_the_same_every_time() -> None:
    """No chance is involved: same features, same map, same points, to the last bit."""
    linear = turned(20, 0.6)
    first, again = (fit_copy(3, linear, OUTLIERS)[0] for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.matrix.tobytes() == again.matrix.tobytes()
    assert first.query.tolist() == again.query.tolist()
    assert first.reference.tolist() == again.reference.tolist()


def test_fit_counts_features_from_the_start_of_the_video() -> None:
    """Of any frame of a video, the indices are those of the video's features."""
    reference = make_features(1, points_seen_in_both(1, turned(0)))
    frames = seen_again(reference, turned(0), 1).frames()
    twice = FeatureFrames(
        times=np.arange(2.0),
        first=np.array([0, FEATURES, 2 * FEATURES]),
        points=np.tile(frames.points, (2, 1)),
        sizes=np.tile(frames.sizes, 2),
        turns=np.tile(frames.turns, 2),
        descriptors=np.tile(frames.descriptors, (2, 1)),
        extent=EXTENT,
        seconds=2.0,
    )
    alone, second = fit_pair(frames, 0, reference.frames(), 0), fit_pair(twice, 1, reference.frames(), 0)
    assert alone is not None
    assert second is not None
    assert second.query.tolist() == (alone.query + FEATURES).tolist()
    assert second.reference.tolist() == alone.reference.tolist()


def test_fit_when_pairs_lie_by_chance_then_none() -> None:
    """Equal descriptors at places that agree on nothing, as of lettering and foliage: none of 400 pictures fits."""
    fitted = 0
    for seed in range(400):
        reference = make_features(seed, np.random.default_rng(seed).uniform(0, EXTENT, (20 + seed % 60, 2)))
        fitted += fit(seen_again(reference, turned(0), seed, outliers=1.0), reference) is not None
    assert fitted == 0


def test_fit_when_pictures_share_no_descriptor_then_none() -> None:
    """Unrelated pictures have no near descriptors; and none fits where there are no features at all."""
    made = [make_features(seed, points_seen_in_both(seed, turned(0))) for seed in range(25)]
    assert not any(fit(query, reference) for query in made for reference in made if query is not reference)
    few, nothing = made[0].first(MIN_POINTS - 1), made[0].first(0)
    assert not any(fit(*pair) for pair in ((few, few), (nothing, few), (few, nothing), (nothing, nothing)))


@pytest.mark.parametrize(
    "linear",
    [
        pytest.param(np.diag([-1, 1]), id="mirrored"),
        pytest.param(np.diag([1, -0.5]), id="upside_down_mirrored"),
        pytest.param(turned(0, 0.14), id="too_small"),
        pytest.param(turned(30, 7), id="too_large"),
        pytest.param(np.diag([1, 0.4]), id="too_flat"),
    ],
)
def test_fit_when_map_is_out_of_bounds_then_none(linear: Linear) -> None:
    """A mirrored copy is told by reordered descriptors; a spot, a stroke or a splash is no copy."""
    assert not any(fit_copy(seed, linear)[0] for seed in range(20))


@pytest.mark.parametrize("inside", [turned(0, 0.2), turned(30, 4)], ids=["small", "large"])
def test_fit_when_map_is_just_within_bounds_then_found(inside: Linear) -> None:
    """A picture in a corner and a small part of a picture are copies."""
    found = [fit_copy(seed, inside)[0] for seed in range(20)]
    assert sum(one is not None for one in found) >= 18


@pytest.mark.parametrize("degrees", [0, 37, 90])
def test_fit_when_points_lie_on_a_line_then_none(degrees: float) -> None:
    """A line of lettering, level, slanting or upright, tells no picture; the same points spread out do."""
    rng = np.random.default_rng(4)
    along = rng.uniform(-70, 70, (40, 1))
    line = CENTRE + along @ turned(degrees)[:, :1].T + rng.normal(0, 2, (40, 2))
    spread = CENTRE + np.concatenate([along, rng.uniform(-70, 70, (40, 1))], axis=1)
    for points, found in ((line, False), (spread, True)):
        reference = make_features(4, points)
        assert (fit(seen_again(reference, turned(0), 4), reference) is not None) == found


def test_fit_when_every_descriptor_stands_twice_in_a_frame_then_none() -> None:
    """Tiles of a pattern are as near to one another as to themselves: which is which, descriptors do not tell."""
    tile = make_features(7, points_seen_in_both(7, turned(0)))
    shifted = Features(tile.points + 40, tile.sizes, tile.turns, tile.bits)
    query = seen_again(tile, turned(0), 7)
    assert fit(query, tile) is not None
    assert fit(query, tile.beside(shifted)) is None
