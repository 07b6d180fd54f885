"""Lines in time through frames that are made of bits: long queries, odd speeds, static cameras for hours."""

import numpy as np
import pytest

from tests.matches.made_frames import SETTINGS, Bits, film, find_pairs, make_frames
from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.matches.alignment import Alignment
from verify.matches.candidates import PAIRS_A_FRAME, nearest_pairs
from verify.matches.frames import Frames
from verify.matches.hash_alignment import align_hashes


def align_bits(query: Bits, reference: Bits) -> list[Alignment]:
    """Align pictures."""
    left, right = make_frames(query), make_frames(reference)
    return align_hashes(left, right, find_pairs(left, right), SETTINGS)


@pytest.mark.parametrize("speed", [1.0, 1.02, 1.05, 0.97, 1.25, -1.0, -1.04])
def test_align_when_query_is_minutes_long_then_one_line_to_the_sample(speed: float) -> None:
    """Over minutes a slightly wrong speed drifts by seconds: the line found must not, and must not break."""
    reference = film(420)
    query_s = np.arange(240 * SAMPLES_PER_SECOND) / SAMPLES_PER_SECOND
    offset = 60.0 if speed > 0 else 360.0
    query = reference[np.rint((speed * query_s + offset) * SAMPLES_PER_SECOND).astype(int)].copy()
    query ^= np.random.default_rng(2).random(query.shape) < 0.04
    (found,) = align_bits(query, reference)
    assert found.query_s == pytest.approx((0, 240), abs=0.01)
    error = found.line.reference_time(query_s) - (speed * query_s + offset)
    assert np.abs(error).max() < 0.15


def test_align_when_cameras_are_static_then_normal_speed_and_few_pairs() -> None:
    """Where every frame is near to every other, any line fits: normal speed is taken, and the pairs stay bounded."""
    rng = np.random.default_rng(3)
    place = rng.random(256) < 0.5
    reference = place ^ (rng.random((1800 * SAMPLES_PER_SECOND, 256)) < 0.05)
    query = reference[600:1800] ^ (rng.random((1200, 256)) < 0.02)
    candidate = find_pairs(make_frames(query), make_frames(reference))
    assert len(candidate.query_frames) == 1200 * PAIRS_A_FRAME
    (found,) = align_hashes(make_frames(query), make_frames(reference), candidate, SETTINGS)
    assert found.line.speed == 1.0
    assert found.line.offset_s == pytest.approx(100, abs=0.1)


def test_align_when_pieces_are_many_then_none_overlap() -> None:
    """Ten pieces in another order are ten stretches, one after the other."""
    reference = film(60)
    order = np.random.default_rng(4).permutation(10)
    query = np.concatenate([reference[36 * piece : 36 * piece + 24] for piece in order])
    found = align_bits(query, reference)
    assert [round(one.line.offset_s + one.query_s[0]) for one in found] == [6 * piece for piece in order]
    ends = [end for one in found for end in one.query_s]
    assert ends == sorted(ends)


def test_align_when_static_picture_outlasts_the_reference_then_cut_there() -> None:
    """A picture that stands for 10 s in the query and 3 s in the reference is the same for 3 s only."""
    picture, next_scene = film(1, seed=5)[:1], film(12, seed=6)
    reference = make_frames(np.concatenate([np.repeat(picture, 18, axis=0), next_scene]))
    codes = np.zeros(1, np.uint8)
    hashes = np.packbits(picture, axis=1).view(np.uint64)
    query = Frames(np.zeros(1), np.full(1, 10.0), hashes, hashes, codes == 0, codes, 10.0)
    (found,) = align_hashes(query, reference, find_pairs(query, reference), SETTINGS)[:1]
    assert found.query_s[1] - found.query_s[0] == pytest.approx(3, abs=0.4)


def test_nearest_pairs_when_thinned_then_nearest_of_each_group_stay() -> None:
    """Each group keeps its nearest pairs, those given first where distances are equal."""
    groups = np.array([2, 1, 2, 1, 2])
    distances = np.array([9, 5, 3, 5, 3], np.int32)
    assert nearest_pairs(groups, distances, 1).tolist() == [1, 2]
    assert nearest_pairs(groups, distances, 2).tolist() == [1, 3, 2, 4]
