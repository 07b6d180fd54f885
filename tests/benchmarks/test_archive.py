"""Multiplied fingerprints look like those of other videos, and keep what is real about them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.archive.multiply import DESCRIPTOR, LONGEST_S, SHORTEST_S, Multiplier, shuffle_cells, turn_pairs
from tests.database.made_records import make_fingerprint
from verify.records.fingerprint import FEATURE_BYTES, HASH_BYTES, Fingerprint


def hashes_of(fingerprint: Fingerprint) -> NDArray[np.uint8]:
    """Give (n, 32) hashes."""
    return np.frombuffer(fingerprint.frame_hashes.hashes, np.uint8).reshape(-1, HASH_BYTES)


@pytest.fixture(scope="module")
def sources() -> list[Fingerprint]:
    """Give invented fingerprints, some of them silent."""
    return [make_fingerprint(number, frames=200) for number in range(1, 6)]


def test_made_video_depends_on_its_number_and_the_sources_alone(sources: list[Fingerprint]) -> None:
    """An archive can be made again, and grown; no two videos are one."""
    made = [Multiplier(sources).make(number) for number in (0, 1, 0)]
    assert made[0] == made[2]
    assert made[0].video_id != made[1].video_id
    assert not np.array_equal(hashes_of(made[0])[:100], hashes_of(made[1])[:100])


def test_made_video_lasts_as_long_as_its_frames(sources: list[Fingerprint]) -> None:
    """Piece follows on piece, without gap or overlap, in hashes, features and sound."""
    longest_piece = max(float(one.seconds) for one in sources)
    for number in range(8):
        made = Multiplier(sources).make(number)
        base = made.frame_hashes.time_base
        starts, ends = (np.frombuffer(t, "<i8") for t in (made.frame_hashes.starts, made.frame_hashes.ends))
        assert np.abs(starts[1:] - ends[:-1]).max() <= 2  # ticks are rounded
        assert float(ends[-1] * base) == pytest.approx(float(made.seconds), abs=0.001)
        assert SHORTEST_S <= float(made.seconds) <= LONGEST_S + longest_piece
        assert (np.diff(np.frombuffer(made.local_features.ticks, "<i8")) > 0).all()
        assert made.sound is not None
        assert float(len(made.sound) * made.sound.step) == pytest.approx(float(made.seconds), abs=0.2)


def test_made_hashes_are_those_of_another_picture_that_moves_alike() -> None:
    """Far from the source, the distances between its frames kept."""
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 256, (50, HASH_BYTES), dtype=np.uint8)
    turned = hashes ^ turn_pairs(rng)
    away = np.bitwise_count(hashes ^ turned).sum(axis=1)
    assert 80 < away.min() == away.max() < 176
    assert np.bitwise_count(turned[1:] ^ turned[0]).sum(axis=1).tolist() == (
        np.bitwise_count(hashes[1:] ^ hashes[0]).sum(axis=1).tolist()
    )


def test_made_descriptors_keep_every_cell_in_the_middle_edge_or_corner() -> None:
    """Cells change places within their ring, all of them at once."""
    order = shuffle_cells(np.random.default_rng(1))
    assert sorted(order) == list(range(16))
    assert order.tolist() != list(range(16))
    for ring in ({0, 3, 12, 15}, {5, 6, 9, 10}):
        assert {int(order[cell]) for cell in ring} == ring


def test_made_features_are_as_many_as_the_real_ones(sources: list[Fingerprint]) -> None:
    """Each piece brings the features of its source, bits and all, in other places of the descriptor."""
    made = Multiplier(sources[:1]).make(0).local_features
    real = sources[0].local_features
    counts, once = np.frombuffer(made.counts, "<u2"), np.frombuffer(real.counts, "<u2")
    pieces = len(counts) // len(once)
    assert counts.tolist() == once.tolist() * pieces
    table, real_table = (np.frombuffer(one.features, np.uint8).reshape(-1, FEATURE_BYTES) for one in (made, real))
    bits, real_bits = (np.bitwise_count(one[:, DESCRIPTOR:]).sum(axis=1) for one in (table, real_table))
    assert bits.tolist() == real_bits.tolist() * pieces
    assert not np.array_equal(table[: len(real_table), DESCRIPTOR:], real_table[:, DESCRIPTOR:])
