"""Files come into the database once, and what changed comes in again."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.database.made_records import add_video, video_id
from verify.database.intake import Taken, take_files, take_sightings
from verify.database.store import HashDatabase, open_database
from verify.database.walk import find_files
from verify.errors import FingerprintVersionError, VerifyError
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.detail import Detail
from verify.fingerprints.workers import Outcome, fingerprint_as_finished, hash_bytes
from verify.records.sighting import first_seen


@pytest.fixture
def database(tmp_path: Path) -> Iterator[HashDatabase]:
    """Give an empty database."""
    with open_database(tmp_path / "footage.db", create=True) as opened:
        yield opened


@pytest.fixture
def clips(tmp_path: Path, made_clips: Path) -> Path:
    """Give a folder with a.mp4."""
    folder = tmp_path / "clips"
    folder.mkdir()
    shutil.copy(made_clips / "a.mp4", folder)
    return folder


def states(taken: Iterator[Taken]) -> dict[str, str]:
    """Give the state of each file by name."""
    return {entry.path.name: entry.state for entry in taken}


def unwanted(error: VerifyError) -> None:
    """Fail the test: the table was right."""
    pytest.fail(str(error))


def take(database: HashDatabase, folder: Path, *, rehash: bool = False) -> dict[str, str]:
    """Take a folder."""
    return states(take_files(database, find_files([folder]).files, jobs=2, rehash=rehash))


def test_name_too_long_for_the_system_is_an_error_of_that_file(database: HashDatabase, tmp_path: Path) -> None:
    """No path ends a run."""
    found = find_files([tmp_path / ("x" * 5000)])
    (taken,) = take_files(database, found.files, jobs=1)
    assert taken.error is not None
    assert taken.error.error_id == "file.unreadable"


def test_files_are_added_then_unchanged_then_updated_when_rehashed(database: HashDatabase, clips: Path) -> None:
    """Each file comes in once."""
    assert take(database, clips) == {"a.mp4": "added"}
    state = database.state()
    assert take(database, clips) == {"a.mp4": "unchanged"}
    assert take(database, clips, rehash=True) == {"a.mp4": "updated"}
    assert database.state() == state


def test_same_bytes_under_a_second_path_are_one_video_with_two_paths(database: HashDatabase, clips: Path) -> None:
    """The second path is told as updated, in one run or in two, the first one in order as added."""
    shutil.copy(clips / "a.mp4", clips / "b.mp4")
    assert take(database, clips) == {"a.mp4": "added", "b.mp4": "updated"}
    shutil.copy(clips / "a.mp4", clips / "c.mp4")
    assert take(database, clips) == {"a.mp4": "unchanged", "b.mp4": "unchanged", "c.mp4": "updated"}
    (video,) = database.videos()
    assert video.paths == tuple(clips / name for name in ("a.mp4", "b.mp4", "c.mp4"))


def test_path_with_other_bytes_is_updated_to_the_other_video(
    database: HashDatabase, clips: Path, made_clips: Path
) -> None:
    """A file that changed is another video; the old one is gone with its last path."""
    take(database, clips)
    shutil.copy(made_clips / "b.mp4", clips / "a.mp4")
    assert take(database, clips) == {"a.mp4": "updated"}
    (video,) = database.videos()
    assert video.video_id == hash_bytes(made_clips / "b.mp4")


def test_file_touched_only_is_updated_without_decoding(
    database: HashDatabase, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known bytes are recognised, whatever the clock of the file says; its time is no sighting."""
    take(database, clips)
    os.utime(clips / "a.mp4", (1, 1))
    monkeypatch.setattr("verify.database.intake.fingerprint_as_finished", lambda *_, **__: iter(()))
    assert take(database, clips) == {"a.mp4": "updated"}
    (video,) = database.videos()
    assert video.sightings == ()
    assert first_seen(video.sightings) is None


def test_failed_file_is_remembered_until_it_changes(
    database: HashDatabase, clips: Path, made_clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken file is tried once; replaced by a fine one it comes in."""
    shutil.copy(made_clips / "text.mp4", clips / "broken.mp4")
    (_, failed) = take_files(database, find_files([clips]).files, jobs=1)
    assert isinstance(failed.error, VerifyError)
    with monkeypatch.context() as patch:
        patch.setattr("verify.database.intake.fingerprint_as_finished", lambda *_, **__: iter(()))
        (_, again) = take_files(database, find_files([clips]).files, jobs=1)
    assert again.error is not None
    assert (type(again.error), again.error.args) == (type(failed.error), failed.error.args)
    shutil.copy(made_clips / "b.mp4", clips / "broken.mp4")
    assert take(database, clips) == {"a.mp4": "unchanged", "broken.mp4": "added"}
    assert database.failures() == ()


def test_download_completed_while_it_failed_is_tried_again(
    database: HashDatabase, clips: Path, made_clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure belongs to the bytes that were tried, not to those that lie there when it is written down."""
    path = clips / "download.mp4"
    shutil.copy(made_clips / "text.mp4", path)

    def complete_meanwhile(paths: Iterable[Path], *, detail: Detail, jobs: int) -> Iterator[tuple[Path, Outcome]]:
        for result in fingerprint_as_finished(paths, detail=detail, jobs=jobs):
            shutil.copy(made_clips / "b.mp4", path)
            yield result

    with monkeypatch.context() as patch:
        patch.setattr("verify.database.intake.fingerprint_as_finished", complete_meanwhile)
        assert states(take_files(database, [path], jobs=1)) == {"download.mp4": "failed"}
    assert take(database, clips) == {"a.mp4": "added", "download.mp4": "added"}


def test_file_that_cannot_be_read_is_tried_again_each_time(database: HashDatabase, tmp_path: Path) -> None:
    """Only what lies in the bytes is remembered."""
    for _ in range(2):
        (taken,) = take_files(database, [tmp_path / "missing.mp4"], jobs=1)
        assert taken.error is not None
        assert taken.error.error_id == "file.missing"
    assert database.failures() == ()


def test_video_without_a_comparable_frame_is_added_with_the_reason(database: HashDatabase, made_clips: Path) -> None:
    """It is known, and it is known to be of no use."""
    (taken,) = take_files(database, [made_clips / "black.mp4"], jobs=1)
    assert (taken.state, taken.error) == ("added", None)
    assert taken.reason is not None
    assert "compared" in taken.reason


def test_version_mixed_is_refused_until_rehash_mends_it(database: HashDatabase, clips: Path) -> None:
    """The remedy that the error names works."""
    take(database, clips)
    stored = database.fingerprint(hash_bytes(clips / "a.mp4"))
    (video,) = database.videos()
    found = database.find_path(clips / "a.mp4")
    assert found is not None
    database.add(clips / "a.mp4", found[1], video.facts, replace(stored, version="phash256/0"))
    with pytest.raises(FingerprintVersionError):
        take(database, clips)
    assert take(database, clips, rehash=True) == {"a.mp4": "updated"}
    database.check_version(FINGERPRINT_VERSION)
    assert database.fingerprint(stored.video_id) == stored


def test_edited_table_is_read_again_though_no_video_changed(database: HashDatabase, clips: Path) -> None:
    """What a table says now replaces what it said before; read before its video it waits for it."""
    table = clips / "sightings.csv"
    table.write_text("path,date\na.mp4,2020\n", "utf-8")
    assert take_sightings(database, [table], unwanted) == 1
    take(database, clips)
    sha256 = hash_bytes(clips / "a.mp4")
    assert [seen.date.text for seen in database.sightings_of(sha256) if seen.date] == ["2020"]
    assert take_sightings(database, [table], unwanted) == 0
    table.write_text("path,date\na.mp4,2019-10-03\n", "utf-8")
    assert take_sightings(database, [table], unwanted) == 1
    assert [seen.date.text for seen in database.sightings_of(sha256) if seen.date] == ["2019-10-03"]


def test_wrong_table_is_named_and_what_was_stored_of_it_stays(database: HashDatabase, clips: Path) -> None:
    """A slip of the pen loses nothing, and other tables are taken all the same."""
    table, other = clips / "sightings.csv", clips / "other.csv"
    table.write_text("path,date\na.mp4,2020\n", "utf-8")
    take_sightings(database, [table], unwanted)
    before = database.state()
    table.write_text("path,date\na.mp4,2020\na.mp4,oops\n", "utf-8")
    errors: list[VerifyError] = []
    assert take_sightings(database, [table], errors.append) == 0
    assert database.state() == before
    assert "line 3" in errors[0].why
    other.write_text("path,date\na.mp4,2018\n", "utf-8")
    assert take_sightings(database, [table, other], errors.append) == 1
    assert database.state() != before


def test_files_are_told_in_order_and_stored_as_they_finish(database: HashDatabase, made_clips: Path) -> None:
    """A long file holds up the report of the others, not their storing."""
    add_video(database, 7)
    files = [made_clips / name for name in ("c.mp4", "text.mp4", "b.mp4", "a.mp4", "b.mp4")]
    taken = list(take_files(database, files, jobs=2))
    assert [entry.path for entry in taken] == files
    assert [entry.state for entry in taken] == ["added", "failed", "added", "added", "updated"]
    assert video_id(7) in database.video_ids()
    assert len(database.video_ids()) == 4
