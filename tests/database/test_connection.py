"""The SQLite file: ours or refused, and readable where nothing can be written."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.commands import drop_privileges, run_verify
from verify.database.connection import APPLICATION_ID, MIGRATIONS, connect, transaction
from verify.errors import (
    BusyDatabaseError,
    MissingDatabaseError,
    NewerDatabaseError,
    NotADatabaseError,
    UnwritableFileError,
)


@pytest.fixture
def empty_database(tmp_path: Path) -> Path:
    """Give a database that holds nothing."""
    path = tmp_path / "footage.db"
    with connect(path, create=True):
        pass
    return path


def test_new_database_bears_our_mark_and_schema_and_is_in_wal_mode(empty_database: Path) -> None:
    """Another program can tell what the file is; readers and a writer do not stop each other."""
    with sqlite3.connect(empty_database) as connection:
        values = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()
    assert values == [APPLICATION_ID, len(MIGRATIONS)]


def test_missing_database_is_not_made_by_reading(tmp_path: Path) -> None:
    """A typing error in --db must not answer with an empty database."""
    with pytest.raises(MissingDatabaseError, match="verify-video hash"), connect(tmp_path / "no.db"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_database_of_a_newer_version_is_refused_and_left_alone(empty_database: Path) -> None:
    """An older tool cannot know what a newer schema means."""
    with sqlite3.connect(empty_database) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = empty_database.read_bytes()
    for create in (False, True):
        with pytest.raises(NewerDatabaseError, match="Update verify-video"), connect(empty_database, create=create):
            pass
    assert empty_database.read_bytes() == before


@pytest.mark.parametrize("content", [b"This is a note, no database.\n" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """A video given as --db by mistake stays what it is."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    for create in (False, True):
        with pytest.raises(NotADatabaseError), connect(path, create=create):
            pass
    assert path.read_bytes() == content


def test_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Somebody else's SQLite file gets no tables of ours."""
    path = tmp_path / "notes.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
    connection.close()
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(NotADatabaseError), connect(path, create=create):
            pass
    assert path.read_bytes() == before


def test_empty_file_becomes_a_database_only_where_one_may_be_made(tmp_path: Path) -> None:
    """A killed creation may leave an empty file: hash goes on from it, match refuses it."""
    path = tmp_path / "footage.db"
    path.touch()
    with pytest.raises(NotADatabaseError), connect(path):
        pass
    with connect(path, create=True) as connection:
        assert connection.execute("SELECT count(*) FROM video").fetchone() == (0,)


def test_database_in_a_missing_folder_cannot_be_made(tmp_path: Path) -> None:
    """The error says what to look at."""
    with pytest.raises(UnwritableFileError, match="folder"), connect(tmp_path / "no" / "footage.db", create=True):
        pass


def test_failed_transaction_leaves_nothing_behind(empty_database: Path) -> None:
    """All or nothing."""
    with connect(empty_database, create=True) as connection:
        with pytest.raises(sqlite3.IntegrityError), transaction(connection):
            connection.executemany("INSERT INTO video VALUES (?, '{}')", [("a",), ("b",), ("a",)])
        assert connection.execute("SELECT count(*) FROM video").fetchone() == (0,)


def test_writer_kept_waiting_too_long_says_that_another_one_writes(
    empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of SQLite's wording reaches the user."""
    monkeypatch.setattr("verify.database.connection.BUSY_TIMEOUT_S", 0.01)
    with connect(empty_database, create=True) as holder, transaction(holder):
        with pytest.raises(BusyDatabaseError), connect(empty_database) as other, transaction(other):
            pass
        with connect(empty_database) as reader:
            assert reader.execute("SELECT count(*) FROM video").fetchone() == (0,)


def test_database_in_a_name_with_marks_of_an_address_is_that_file(tmp_path: Path) -> None:
    """A file name is never read as an address with parameters."""
    path = tmp_path / "a?mode=memory#%41.db"
    with connect(path, create=True):
        pass
    assert path.stat().st_size > 0


@pytest.mark.parametrize("locked", ["file", "folder", "both"])
def test_database_that_cannot_be_written_is_read_all_the_same(made_clips: Path, tmp_path: Path, locked: str) -> None:
    """A database on a read-only share answers; what would change it fails with the reason."""
    folder = tmp_path / "share?x=%41"
    folder.mkdir()
    database = folder / "footage.db"
    clip = shutil.copy(made_clips / "a.mp4", tmp_path)
    assert run_verify("hash", clip, "--db", database).status == 0
    content = database.read_bytes()
    if locked != "folder":
        database.chmod(0o444)
    if locked != "file":
        folder.chmod(0o555)
    try:
        listed = run_verify("db", "list", "--db", database, "--format", "json", before=drop_privileges)
        removed = run_verify("db", "remove", clip, "--db", database, before=drop_privileges)
    finally:
        folder.chmod(0o755)
    assert (listed.status, listed.err) == (0, "")
    assert [line["paths"] for line in listed.lines] == [[str(clip)]]
    assert removed.status == 3
    assert removed.err.startswith("verify-video: ")
    assert "Traceback" not in removed.err
    assert database.read_bytes() == content
