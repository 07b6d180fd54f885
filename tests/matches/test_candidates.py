"""References are proposed by near frames; among very many frames by fewer of them, with the same pairs in the end."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.database.made_records import FACTS, STAMP, make_fingerprint
from tests.matches.made_frames import SETTINGS, Bits, film, make_frames
from verify.database.search import SearchIndex, open_index
from verify.database.store import open_database
from verify.matches.candidates import TELLING_FRAMES, Candidate, propose_candidates
from verify.matches.frames import Frames
from verify.records.fingerprint import Fingerprint, FrameHashes

SECONDS = 20
SHARED = slice(30, 90)
"""Samples of the first reference that are the query."""


def store(number: int, bits: Bits) -> Fingerprint:
    """Give a fingerprint with these hashes."""
    made = make_fingerprint(number)
    ticks = np.arange(len(bits) + 1, dtype="<i8")
    hashes = np.packbits(bits, axis=1).tobytes()
    frames = FrameHashes(
        time_base=made.frame_hashes.time_base,
        starts=ticks[:-1].tobytes(),
        ends=ticks[1:].tobytes(),
        hashes=hashes,
        mirrored=b"",
        codes=bytes(len(bits)),
    )
    return replace(made, frame_hashes=frames)


def flip(bits: Bits, count: int) -> Bits:
    """Turn over the first bits of each."""
    flipped = bits.copy()
    flipped[:, :count] ^= True
    return flipped


@pytest.fixture
def query() -> Frames:
    """Give ten seconds of the first reference."""
    return make_frames(flip(film(SECONDS)[SHARED], 20))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    """Give an index of a reference that holds the query, one that shares a frame by chance, and one of nothing."""
    chance = film(SECONDS, seed=2)
    chance[50] = flip(film(SECONDS)[60:61], 88)[0]
    with open_database(tmp_path / "footage.db", create=True) as database:
        for number, bits in enumerate((film(SECONDS), chance, film(SECONDS, seed=3))):
            database.add(Path(f"/{number}.mp4"), STAMP, FACTS, store(number, bits))
        yield open_index(database)


def pairs_of(candidate: Candidate) -> list[tuple[int, ...]]:
    """Give the pairs as plain numbers."""
    columns = (candidate.query_frames, candidate.reference_frames, candidate.distances)
    return [tuple(int(value) for value in row) for row in zip(*columns, strict=True)]


def test_candidates_among_very_many_frames_have_all_their_pairs(
    query: Frames, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some frames choose the references; then every frame counts, as among few."""
    every = propose_candidates(query, index, SETTINGS)
    monkeypatch.setattr("verify.matches.candidates.FRAMES_FOR_ALL", 0)
    some = propose_candidates(query, index, SETTINGS)
    kept = {(one.video_id, one.mirrored): pairs_of(one) for one in some}
    assert kept == {
        (one.video_id, one.mirrored): pairs_of(one) for one in every if one.video_id == make_fingerprint(0).video_id
    }
    assert {query_frame for query_frame, _, _ in kept[make_fingerprint(0).video_id, False]} == set(range(60))


def test_candidates_near_by_chance_are_looked_at_among_few_frames_only(
    query: Frames, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One frame barely near is a lead in a small archive, and all over a large one."""
    chance = make_fingerprint(1).video_id
    near = [one for one in propose_candidates(query, index, SETTINGS) if one.video_id == chance]
    assert near
    for one in near:
        assert one.distances.min() > SETTINGS.strong_bits
        assert len(np.unique(one.reference_frames)) < TELLING_FRAMES
    monkeypatch.setattr("verify.matches.candidates.FRAMES_FOR_ALL", 0)
    assert chance not in {one.video_id for one in propose_candidates(query, index, SETTINGS)}


def test_candidates_of_a_still_are_the_same_among_very_many_frames(
    query: Frames, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its views are all of one instant, and any of them may be the one that is near."""
    at_once = np.zeros(len(query.starts))
    views = replace(query, starts=at_once, ends=at_once, seconds=0.0)
    every = propose_candidates(views, index, SETTINGS)
    monkeypatch.setattr("verify.matches.candidates.FRAMES_FOR_ALL", 0)
    some = propose_candidates(views, index, SETTINGS)
    assert [(one.video_id, one.mirrored, pairs_of(one)) for one in some] == [
        (one.video_id, one.mirrored, pairs_of(one)) for one in every
    ]
