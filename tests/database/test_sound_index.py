"""Near items are all found, those of runs and those that stand everywhere are not, and numbers lead back to videos."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.database.made_records import make_fingerprint, make_sound
from verify.database.sound_index import COMMON_PLACES, NearItems, SoundIndex, SoundIndexBuilder
from verify.records.fingerprint import ITEM_BITS

VIDEOS = 9


def build(*sounds: NDArray[np.uint32] | None) -> SoundIndex:
    """Index sounds with these items; None for a video without sound."""
    builder = SoundIndexBuilder()
    for items in sounds:
        sound = None if items is None else replace(make_sound(0), items=items.astype("<u4").tobytes())
        builder.add(replace(make_fingerprint(1), sound=sound))
    return builder.build()


def rows_of(near: NearItems) -> list[tuple[int, int, int]]:
    """Give pairs as rows."""
    return list(zip(near.query_rows.tolist(), near.videos.tolist(), near.items.tolist(), strict=True))


def random_items(seed: int, count: int = 300) -> NDArray[np.uint32]:
    """Give items of twelve bits only, so that near ones are many; none twice."""
    return np.random.default_rng(seed).permutation(1 << 12)[:count].astype(np.uint32)


def test_index_finds_every_item_within_one_bit_and_no_other(tmp_path: Path) -> None:
    """Complete, in a fixed order, built or read from its files."""
    sounds = [None if number % 4 == 0 else random_items(number) for number in range(VIDEOS)]
    query = random_items(99, 40)
    built = build(*sounds)
    built.save(tmp_path)
    expected = [
        (row, number, item)
        for row, value in enumerate(query)
        for number, items in enumerate(sounds)
        if items is not None
        for item in np.flatnonzero(np.bitwise_count(items ^ value) <= 1).tolist()
    ]
    assert len(expected) > 100
    assert max(row[2] for row in expected) < 300
    for index in (built, SoundIndex.load(tmp_path)):
        assert len(index) == 300 * 6
        assert rows_of(index.find_near(query)) == expected


def test_run_of_one_item_is_indexed_once() -> None:
    """Silence is one place, not thousands."""
    items = np.array([0x700, 0x700, 0x700, 0x800, 0x800, 0x700], np.uint32)
    assert rows_of(build(items).find_near(items[:1])) == [(0, 0, 0), (0, 0, 5)]


def test_item_in_very_many_places_carries_no_weight() -> None:
    """What stands everywhere leads nowhere."""
    mixed = np.random.default_rng(1).integers(0, 1 << 32, 2 * COMMON_PLACES).astype(np.uint32)
    mixed[::2] = mixed[0]
    index = build(mixed, mixed[: COMMON_PLACES // 2])
    assert rows_of(index.find_near(mixed[:1])) == []
    assert rows_of(index.find_near(mixed[1:2])) == [(0, 0, 1), (0, 1, 1)]


def test_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    """No videos, no sounds, no query: empty answers."""
    for sounds in ((), (None,), (None, np.empty(0, np.uint32), None)):
        index = build(*sounds)
        index.save(tmp_path)
        assert (
            rows_of(index.find_near(random_items(1)))
            == rows_of(SoundIndex.load(tmp_path).find_near(random_items(1)))
            == []
        )
    assert rows_of(build(random_items(1)).find_near(np.empty(0, np.uint32))) == []


def test_first_item_of_a_sound_is_indexed_whatever_it_is() -> None:
    """An item is fresh where nothing came before it, even if the sound before ended with it."""
    one = np.array([5], np.uint32)
    assert rows_of(build(one, one).find_near(one)) == [(0, 0, 0), (0, 1, 0)]
    assert ITEM_BITS == 32
