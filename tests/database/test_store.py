"""What is stored comes back as it was, each act in one transaction."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.database.made_records import FACTS, STAMP, add_video, make_fingerprint, make_sound, video_id
from verify.database.rows import FileStamp, StoredFailure
from verify.database.store import HashDatabase, open_database
from verify.errors import FingerprintVersionError, UnknownVideoError
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.records.edtf_date import parse_date
from verify.records.sighting import Sighting

PATH = Path("/footage/1.mp4")
SEEN = Sighting(url="https://example.org/ü", date=parse_date("2022-11~"), recorded_by="Ada", note='a "note",\nhere')


@pytest.fixture
def database(tmp_path: Path) -> Iterator[HashDatabase]:
    """Give an empty database."""
    with open_database(tmp_path / "footage.db", create=True) as opened:
        yield opened


def failure_at(path: Path) -> StoredFailure:
    """Make a failure."""
    return StoredFailure(
        path=path, stamp=STAMP, version=FINGERPRINT_VERSION, error_id="video.empty_file", what="w", why="y", remedy="r"
    )


def test_fingerprint_and_facts_stored_come_back_equal(database: HashDatabase) -> None:
    """Times stay exact and bits stay bits."""
    stored = add_video(database, 1)
    (video,) = database.videos()
    assert database.fingerprint(video_id(1)) == stored
    assert (video.facts, video.paths, video.fingerprint) == (FACTS, (PATH,), FINGERPRINT_VERSION)
    assert database.find_path(PATH) == (video_id(1), STAMP)
    assert database.totals() == (1, stored.seconds)


def test_sound_comes_back_alone_or_as_none(database: HashDatabase) -> None:
    """It is read without the rest of a fingerprint; one without items is not the same as none."""
    for number in (3, 4):
        add_video(database, number)
    empty = replace(make_fingerprint(5), sound=make_sound(5, items=0))
    database.add(Path("/footage/5.mp4"), STAMP, FACTS, empty)
    sounds = [database.sound(video_id(number)) for number in (3, 4, 5)]
    assert sounds == [make_sound(3), None, make_sound(5, items=0)]
    assert database.fingerprint(video_id(5)) == empty


@pytest.mark.parametrize("name", [b"/a/\xff\xfe.mp4", "/a/ünï code\n.mp4".encode(), b"/a/'\";--.mp4"])
def test_path_of_any_bytes_comes_back_as_it_was(database: HashDatabase, name: bytes) -> None:
    """File names are bytes."""
    path = Path(os.fsdecode(name))
    add_video(database, 1, str(path))
    assert database.paths_of(video_id(1)) == (path,)
    assert database.remove(str(path)) == video_id(1)


def test_same_bytes_under_two_paths_are_one_video(database: HashDatabase) -> None:
    """A video is named by its bytes."""
    add_video(database, 1)
    database.add_path(Path("/copy.mp4"), video_id(1), STAMP)
    (video,) = database.videos()
    assert video.paths == (Path("/copy.mp4"), PATH)


def test_path_that_holds_another_video_now_forgets_the_old_one(database: HashDatabase) -> None:
    """A video without any path left is gone, with its fingerprint."""
    add_video(database, 1)
    add_video(database, 2, str(PATH))
    assert [video.video_id for video in database.videos()] == [video_id(2)]
    assert database.video_ids() == (video_id(2),)


def test_video_with_a_sighting_of_its_own_outlives_its_last_path(database: HashDatabase) -> None:
    """What somebody recorded about these bytes is not lost with a file."""
    add_video(database, 1)
    database.add_sighting(video_id(1), SEEN)
    add_video(database, 2, str(PATH))
    assert {video.video_id: video.sightings for video in database.videos()} == {video_id(1): (SEEN,), video_id(2): ()}


def test_failure_replaces_what_its_path_held_and_success_replaces_the_failure(database: HashDatabase) -> None:
    """A path is either a video or a failure."""
    add_video(database, 1)
    database.add_failure(failure_at(PATH))
    assert (list(database.videos()), database.find_failure(PATH)) == ([], failure_at(PATH))
    add_video(database, 2, str(PATH))
    assert (database.failures(), database.find_path(PATH)) == ((), (video_id(2), STAMP))


def test_removed_video_leaves_nothing_and_others_stay(database: HashDatabase) -> None:
    """Fingerprint, paths and sightings go together, by path or by SHA-256 in any case."""
    for number in (1, 2, 3):
        add_video(database, number)
        database.add_sighting(video_id(number), SEEN)
    database.remove(str(PATH))
    database.remove(video_id(2).upper())
    assert database.video_ids() == (video_id(3),)
    assert [database.sightings_of(video_id(number)) for number in (1, 2, 3)] == [(), (), (SEEN,)]
    assert database.find_path(PATH) is None
    with pytest.raises(UnknownVideoError):
        database.remove(str(PATH))


@pytest.mark.parametrize("ask", [HashDatabase.fingerprint, HashDatabase.sound, HashDatabase.video_seconds])
def test_unknown_video_is_an_error_that_names_it(database: HashDatabase, ask: object) -> None:
    """Never an empty answer for a video that is not there."""
    with pytest.raises(UnknownVideoError, match="nobody"):
        ask(database, "nobody")  # type: ignore[operator]


def test_sighting_given_twice_is_stored_once(database: HashDatabase) -> None:
    """Running a command again records nothing new."""
    add_video(database, 1)
    for sighting in (SEEN, SEEN, replace(SEEN, note=None), replace(SEEN, note=None)):
        database.add_sighting(video_id(1), sighting)
    assert sorted(database.sightings_of(video_id(1)), key=str) == sorted([SEEN, replace(SEEN, note=None)], key=str)


def test_sightings_of_a_table_meet_their_video_whichever_comes_first(database: HashDatabase) -> None:
    """A table may name a video that is hashed later, or hashed anew."""
    csv = Path("/footage/sightings.csv")
    database.replace_sightings(csv, [(PATH, SEEN), (Path("/elsewhere.mp4"), Sighting(note="n"))])
    add_video(database, 1)
    assert database.sightings_of(video_id(1)) == (SEEN,)
    add_video(database, 2, str(PATH))
    assert database.sightings_of(video_id(2)) == (SEEN,)
    database.replace_sightings(csv, [])
    assert database.sightings_of(video_id(2)) == ()


def test_version_that_differs_is_refused_with_the_command_that_mends_it(database: HashDatabase) -> None:
    """Hashes of two versions are never compared."""
    add_video(database, 1)
    database.check_version(FINGERPRINT_VERSION)
    add_video(database, 2, version="phash256/0")
    with pytest.raises(FingerprintVersionError, match="1 of its videos") as caught:
        database.check_version(FINGERPRINT_VERSION)
    assert "--rehash" in caught.value.remedy
    add_video(database, 2)
    database.check_version(FINGERPRINT_VERSION)


def test_state_of_equal_content_is_equal_in_whatever_order_it_was_stored(tmp_path: Path) -> None:
    """The state says what can change an answer, not how the database came about."""
    states = set()
    for name, numbers in (("up", (1, 2, 3)), ("down", (3, 2, 1, 2)), ("detour", (9, 1, 3, 2))):
        with open_database(tmp_path / f"{name}.db", create=True) as made:
            for number in numbers:
                add_video(made, number)
            if 9 in numbers:
                made.remove(video_id(9))
            made.add_sighting(video_id(numbers[0] % 2 + 1), SEEN)
            made.add_sighting(video_id(2 - numbers[0] % 2), SEEN)
            made.replace_sightings(
                Path("/s.csv"), [(PATH, SEEN), (PATH, Sighting(note="n"))][:: -1 if name == "up" else 1]
            )
            states.add((made.state(), made.fingerprint_state()))
    assert len(states) == 1


def test_state_changes_with_all_that_can_change_an_answer(database: HashDatabase) -> None:
    """Two reports with one state searched the same things."""
    states = [database.state()]
    add_video(database, 1)
    states.append(database.state())
    database.add_path(Path("/copy.mp4"), video_id(1), STAMP)
    states.append(database.state())
    database.add_sighting(video_id(1), SEEN)
    states.append(database.state())
    database.replace_sightings(Path("/s.csv"), [(PATH, SEEN)])
    states.append(database.state())
    add_video(database, 1, version="phash256/0")
    states.append(database.state())
    changes = (make_sound(9), make_sound(1, items=0), None)
    for sound in changes:
        database.add(PATH, STAMP, FACTS, replace(make_fingerprint(1, version="phash256/0"), sound=sound))
        states.append(database.state())
    assert len(set(states)) == len(states)
    database.add_path(Path("/copy.mp4"), video_id(1), FileStamp(size_bytes=1000, mtime_ns=1))
    assert database.state() == states[-1]


def test_snapshot_shows_one_state_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    """What is read together belongs together."""
    path = tmp_path / "footage.db"
    with open_database(path, create=True) as writer, open_database(path) as reader:
        add_video(writer, 1)
        with reader.snapshot():
            assert reader.video_ids() == (video_id(1),)
            add_video(writer, 2)
            assert reader.video_ids() == (video_id(1),)
        assert reader.video_ids() == (video_id(1), video_id(2))


def test_empty_fingerprint_comes_back_empty(database: HashDatabase) -> None:
    """Nothing is a value too."""
    empty = make_fingerprint(5, frames=0)
    database.add(PATH, STAMP, FACTS, empty)
    assert database.fingerprint(video_id(5)) == empty
