"""The index of descriptors proposes nearly all that is near and nothing that is not, always in the same order."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.made_videos import Footage, Scene, draw_picture
from verify.database.feature_index import (
    DESCRIPTOR_BITS,
    DESCRIPTOR_BYTES,
    INDEXED_PER_FRAME,
    FeatureIndex,
    FeatureIndexBuilder,
    NearFeatures,
)
from verify.fingerprints.local_features import describe_picture
from verify.records.fingerprint import FEATURE_BYTES, Fingerprint, FrameHashes, LocalFeatures

VIDEOS, FRAMES = 6, 3
RADIUS_BITS = 34
COUNT = 32
"""Neighbours asked for: more than one descriptor has in these videos."""


def make_fingerprint(number: int, per_frame: int = 64) -> Fingerprint:
    """Describe three pictures of a pan over a place of its own."""
    footage = Footage(scenes=(Scene(seed=number + 1, frames=25 * FRAMES),), bar_code=False)
    parts = []
    for frame in range(FRAMES):
        luma = cv2.cvtColor(draw_picture(footage, 25 * frame), cv2.COLOR_RGB2GRAY)
        small = cv2.resize(luma, (192, 108), interpolation=cv2.INTER_AREA)
        parts.append(describe_picture(np.asarray(small, np.uint8), per_frame))
    counts = np.array([len(part) // FEATURE_BYTES for part in parts], "<u2")
    return Fingerprint(
        video_id=f"{number:064x}",
        version="test",
        seconds=Fraction(FRAMES),
        frame_hashes=FrameHashes(time_base=Fraction(1), starts=b"", ends=b"", hashes=b"", mirrored=b"", codes=b""),
        local_features=LocalFeatures(
            width_px=192,
            height_px=108,
            ticks=np.arange(FRAMES, dtype="<i8").tobytes(),
            counts=counts.tobytes(),
            features=b"".join(parts),
        ),
    )


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Search in one thread: beside other tests, several wait for one another longer than they search."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    yield
    faiss.omp_set_num_threads(threads)


@pytest.fixture(scope="module")
def fingerprints() -> list[Fingerprint]:
    """Give the fingerprints of six made videos."""
    return [make_fingerprint(number) for number in range(VIDEOS)]


@pytest.fixture(scope="module")
def index(fingerprints: list[Fingerprint]) -> FeatureIndex:
    """Give an index of them."""
    builder = FeatureIndexBuilder(INDEXED_PER_FRAME)
    for fingerprint in fingerprints:
        builder.add(fingerprint)
    return builder.build()


def indexed(fingerprints: list[Fingerprint]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Give the (video, frame) and the descriptor of all that should stand in the index."""
    rows, descriptors = [], []
    for number, fingerprint in enumerate(fingerprints):
        table = np.frombuffer(fingerprint.local_features.features, np.uint8).reshape(-1, FEATURE_BYTES)
        first = 0
        for frame, count in enumerate(np.frombuffer(fingerprint.local_features.counts, "<u2").tolist()):
            kept = table[first : first + min(count, INDEXED_PER_FRAME), -DESCRIPTOR_BYTES:]
            rows += [(number, frame)] * len(kept)
            descriptors.append(kept)
            first += count
    return np.array(rows, np.int64), np.concatenate(descriptors)


def flip(descriptors: NDArray[np.uint8], flipped_bits: int) -> NDArray[np.uint8]:
    """Flip as many bits of each descriptor, as re-encoding and scaling do."""
    rng = np.random.default_rng(flipped_bits)
    bits = np.unpackbits(descriptors, axis=1)
    chosen = rng.permuted(np.tile(np.arange(DESCRIPTOR_BITS), (len(bits), 1)), axis=1)[:, :flipped_bits]
    np.put_along_axis(bits, chosen, 1 - np.take_along_axis(bits, chosen, axis=1), axis=1)
    return np.packbits(bits, axis=1)


def rows_of(near: NearFeatures) -> list[tuple[int, ...]]:
    """Give the pairs found as plain numbers."""
    columns = (near.query_rows, near.videos, near.frames, near.distances)
    return [tuple(int(value) for value in row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(("flipped_bits", "least"), [(0, 1.0), (4, 0.99), (12, 0.96), (20, 0.85)])
def test_index_when_bits_are_flipped_then_finds_nearly_all(
    index: FeatureIndex, fingerprints: list[Fingerprint], flipped_bits: int, least: float
) -> None:
    """An exact descriptor is always found; one with 12 flipped bits in 98 of 100 cases, with 20 in 91."""
    rows, descriptors = indexed(fingerprints)
    near = rows_of(index.find_nearest(flip(descriptors, flipped_bits), COUNT, RADIUS_BITS))
    wanted = {(row, video, frame, flipped_bits) for row, (video, frame) in enumerate(rows.tolist())}
    assert len(wanted & set(near)) >= least * len(wanted)


def test_index_gives_only_pairs_that_are_as_near_as_it_says(
    index: FeatureIndex, fingerprints: list[Fingerprint]
) -> None:
    """Nothing lies beyond the radius, the radius included, and every distance is that of a descriptor of the frame."""
    rows, descriptors = indexed(fingerprints)
    queries = flip(descriptors, 12)
    bits = np.bitwise_count(queries[:, np.newaxis] ^ descriptors).sum(axis=2)
    for radius_bits in (0, 11, 12, RADIUS_BITS):
        near = index.find_nearest(queries, COUNT, radius_bits)
        assert near.distances.max(initial=0) in {0, radius_bits}
        for row, video, frame, distance in rows_of(near):
            assert distance in bits[row, (rows == (video, frame)).all(axis=1)]
    assert len(index.find_nearest(queries, COUNT, 11).distances) < len(index.find_nearest(queries, COUNT, 12).distances)


def test_index_gives_the_nearest_where_more_are_near(index: FeatureIndex, fingerprints: list[Fingerprint]) -> None:
    """At most as many a query as asked for, and the one asked for alone is the nearest."""
    _, descriptors = indexed(fingerprints)
    every = index.find_nearest(descriptors, COUNT, RADIUS_BITS)
    few = index.find_nearest(descriptors, 2, RADIUS_BITS)
    assert np.bincount(every.query_rows).max() > 2
    assert np.bincount(few.query_rows).max() == 2
    (one,) = {distance for *_, distance in rows_of(index.find_nearest(descriptors, 1, RADIUS_BITS))}
    assert one == 0


def test_index_gives_pairs_in_a_fixed_order(index: FeatureIndex, fingerprints: list[Fingerprint]) -> None:
    """By query, video, frame, then nearness, whatever came in first."""
    _, descriptors = indexed(fingerprints)
    queries = flip(descriptors, 8)
    found = rows_of(index.find_nearest(queries, COUNT, RADIUS_BITS))
    assert found == sorted(found)
    backwards = FeatureIndexBuilder(INDEXED_PER_FRAME)
    for fingerprint in reversed(fingerprints):
        backwards.add(fingerprint)
    turned = rows_of(backwards.build().find_nearest(queries, COUNT, RADIUS_BITS))
    assert sorted((row, VIDEOS - 1 - video, *rest) for row, video, *rest in turned) == found


def test_index_built_in_many_blocks_is_the_same(
    index: FeatureIndex, fingerprints: list[Fingerprint], monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much is sorted at a time is a matter of memory only."""
    monkeypatch.setattr("verify.database.feature_index.BLOCK_FEATURES", 1)
    builder = FeatureIndexBuilder(INDEXED_PER_FRAME)
    for fingerprint in fingerprints:
        builder.add(fingerprint)
    queries = flip(indexed(fingerprints)[1], 8)
    found = rows_of(builder.build().find_nearest(queries, 2, RADIUS_BITS))
    assert found == rows_of(index.find_nearest(queries, 2, RADIUS_BITS))


def test_index_answers_the_same_however_many_are_looked_up_at_a_time(
    index: FeatureIndex, fingerprints: list[Fingerprint], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query of hours is looked up part by part; its rows keep their numbers, the last part is shorter."""
    queries = flip(indexed(fingerprints)[1], 8)
    found = rows_of(index.find_nearest(queries, 2, RADIUS_BITS))
    monkeypatch.setattr("verify.database.feature_index.QUERIES_AT_ONCE", 100)
    assert len(queries) % 100 > 0
    assert rows_of(index.find_nearest(queries, 2, RADIUS_BITS)) == found


@pytest.mark.parametrize("processors", [1, 5])
def test_index_answers_the_same_on_any_number_of_processors(
    index: FeatureIndex, fingerprints: list[Fingerprint], processors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads share the work, not the answer; also where more are near than are asked for."""
    queries = flip(indexed(fingerprints)[1], 8)
    found = rows_of(index.find_nearest(queries, 2, RADIUS_BITS))
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    assert rows_of(index.find_nearest(queries, 2, RADIUS_BITS)) == found


def test_index_holds_the_strongest_features_of_each_frame(fingerprints: list[Fingerprint]) -> None:
    """What a frame brings to the index is bounded; frames with few or none bring what they have."""
    some = fingerprints[0].local_features
    counts = np.array([INDEXED_PER_FRAME + 8, 0, 3], "<u2")
    packed = LocalFeatures(
        width_px=some.width_px,
        height_px=some.height_px,
        ticks=some.ticks,
        counts=counts.tobytes(),
        features=some.features[: int(counts.sum()) * FEATURE_BYTES],
    )
    made = make_fingerprint(0)
    fingerprint = Fingerprint(
        video_id=made.video_id,
        version=made.version,
        seconds=made.seconds,
        frame_hashes=made.frame_hashes,
        local_features=packed,
    )
    builder = FeatureIndexBuilder(INDEXED_PER_FRAME)
    builder.add(fingerprint)
    built = builder.build()
    assert len(built) == INDEXED_PER_FRAME + 3
    table = np.frombuffer(packed.features, np.uint8).reshape(-1, FEATURE_BYTES)[:, -DESCRIPTOR_BYTES:]
    exact = built.find_nearest(np.ascontiguousarray(table), 1, 0)
    assert exact.query_rows.tolist() == [*range(INDEXED_PER_FRAME), *range(INDEXED_PER_FRAME + 8, len(table))]
    assert set(exact.videos.tolist()) == {0}
    assert exact.frames.tolist() == [0] * INDEXED_PER_FRAME + [2] * 3


def test_index_when_saved_and_loaded_then_answers_the_same(
    index: FeatureIndex, fingerprints: list[Fingerprint], tmp_path: Path
) -> None:
    """The cache is the index, and its files are all of it."""
    index.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(FeatureIndex.files)
    loaded = FeatureIndex.load(tmp_path)
    queries = flip(indexed(fingerprints)[1], 12)
    assert len(loaded) == len(index)
    found = rows_of(index.find_nearest(queries, COUNT, RADIUS_BITS))
    assert found
    assert rows_of(loaded.find_nearest(queries, COUNT, RADIUS_BITS)) == found


def test_index_of_nothing_or_asked_nothing_finds_nothing(index: FeatureIndex, tmp_path: Path) -> None:
    """A database of videos without features is one, loaded or built; a query without features is one too."""
    queries = np.zeros((2, DESCRIPTOR_BYTES), np.uint8)
    assert rows_of(index.find_nearest(queries[:0], COUNT, DESCRIPTOR_BITS)) == []
    empty = FeatureIndexBuilder(INDEXED_PER_FRAME).build()
    empty.save(tmp_path)
    for built in (empty, FeatureIndex.load(tmp_path)):
        assert len(built) == 0
        assert rows_of(built.find_nearest(queries, COUNT, DESCRIPTOR_BITS)) == []
