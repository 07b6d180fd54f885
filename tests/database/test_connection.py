"""The SQLite file: ours or refused, and readable where nothing can be written."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.commands import drop_privileges, read_lines, run_verify
from tests.made_videos import Footage, Scene, VideoSpec, write_video
from verify.cli.main import main
from verify.database import connection as connection_module
from verify.database.connection import APPLICATION_ID, MIGRATIONS, connect, transaction
from verify.database.store import open_database
from verify.errors import (
    BusyDatabaseError,
    DatabaseError,
    MissingDatabaseError,
    NewerDatabaseError,
    NotADatabaseError,
    UnwritableFileError,
)
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.detail import DEFAULT
from verify.fingerprints.frame_hash import HASH_VERSION
from verify.fingerprints.workers import fingerprint_file

FILM = Footage(scenes=(Scene(seed=41, frames=60), Scene(seed=42, frames=60)))
OTHER = Footage(scenes=(Scene(seed=43, frames=50),))

Printed = pytest.CaptureFixture[str]


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


@pytest.fixture(scope="module")
def made_old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with film/film.mp4, other/other.mp4, excerpt.mp4, and old.db of schema 1. Only copy."""
    folder = tmp_path_factory.mktemp("old")
    for name, footage in (("film", FILM), ("other", OTHER)):
        (folder / name).mkdir()
        write_video(folder / name / f"{name}.mp4", VideoSpec(footage=footage))
    write_video(folder / "excerpt.mp4", VideoSpec(footage=FILM, indices=range(30, 100)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection_module, "MIGRATIONS", MIGRATIONS[:1])
        with connect(folder / "old.db", create=True) as connection:
            for name in ("film", "other"):
                insert_as_before_features(connection, folder / name / f"{name}.mp4")
    return folder


def insert_as_before_features(connection: sqlite3.Connection, path: Path) -> None:
    """Store a video as the first version did: a fingerprint was hashes of frames only."""
    taken = fingerprint_file(path, detail=DEFAULT, threads=1)
    made, hashes = taken.fingerprint, taken.fingerprint.frame_hashes
    packed = (hashes.starts, hashes.ends, hashes.hashes, hashes.mirrored, hashes.codes)
    exact = (str(made.seconds), str(hashes.time_base))
    connection.execute("INSERT INTO video VALUES (?, ?)", (made.video_id, json.dumps(taken.facts.as_json())))
    connection.execute(
        "INSERT INTO fingerprint VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (made.video_id, HASH_VERSION, "0" * 64, *exact, *packed),
    )
    connection.execute(
        "INSERT INTO video_path VALUES (?, ?, ?, ?)",
        (os.fsencode(path), made.video_id, taken.size_bytes, taken.mtime_ns),
    )


@pytest.fixture
def old(made_old: Path, tmp_path: Path) -> Path:
    """Give a copy of the old database; its videos stay where they are."""
    return Path(shutil.copy(made_old / "old.db", tmp_path))


def schema_of(path: Path) -> int:
    """Read the number of the schema."""
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def columns_of(path: Path) -> list[str]:
    """Name the columns of the fingerprints."""
    connection = sqlite3.connect(path)
    try:
        return [row[1] for row in connection.execute("PRAGMA table_info (fingerprint)")]
    finally:
        connection.close()


def test_old_database_is_listed_summed_up_and_weeded_as_it_is(old: Path, made_old: Path, capsys: Printed) -> None:
    """Looking and removing need no features: they work before any migration, and make none."""
    assert schema_of(old) == 1
    content = old.read_bytes()
    assert main(["db", "list", "--db", str(old), "--format", "json"]) == 0
    listed = read_lines(capsys.readouterr().out)
    assert [Path(line["paths"][0]).name for line in listed] == ["film.mp4", "other.mp4"]
    assert {line["fingerprint"] for line in listed} == {HASH_VERSION}
    assert main(["db", "info", "--db", str(old), "--format", "json"]) == 0
    (info,) = read_lines(capsys.readouterr().out)
    assert (info["videos"], info["seconds"], info["fingerprints"]) == (2, 6.8, [HASH_VERSION])
    assert old.read_bytes() == content
    assert main(["db", "remove", str(made_old / "film" / "film.mp4"), "--db", str(old)]) == 0
    assert (schema_of(old), len(columns_of(old))) == (1, 10)
    with open_database(old) as database:
        assert [video.paths[0].name for video in database.videos()] == ["other.mp4"]


def test_old_database_is_refused_for_matching_until_it_is_hashed_again(
    old: Path, made_old: Path, capsys: Printed
) -> None:
    """Old fingerprints are never compared with new ones; the error names the command that helps, and it does."""
    database, excerpt = str(old), str(made_old / "excerpt.mp4")
    # Hashing alone brings the schema up to date, but old fingerprints stay old.
    for command, schema in ((["match", excerpt], 1), (["hash", str(made_old / "film")], 3), (["match", excerpt], 3)):
        assert main([*command, "--db", database, "--format", "json"]) == 3
        refused = capsys.readouterr()
        assert refused.out == ""
        assert f"2 of its videos have fingerprints of version {HASH_VERSION}" in refused.err
        assert f"verify-video hash --rehash FOLDER --db {database}" in refused.err
        assert schema_of(old) == schema
    assert main(["hash", "--rehash", str(made_old / "film"), "--db", database]) == 0
    assert main(["match", excerpt, "--db", database]) == 3
    assert "1 of its videos" in capsys.readouterr().err
    assert main(["hash", "--rehash", str(made_old / "other"), "--db", database]) == 0
    capsys.readouterr()
    assert main(["match", excerpt, "--db", database, "--format", "json"]) == 0
    (line,) = read_lines(capsys.readouterr().out)
    assert [Path(match["reference"]["path"]).name for match in line["matches"]] == ["film.mp4"]
    assert line["searched"]["fingerprint"] == FINGERPRINT_VERSION


def test_old_database_when_migrated_keeps_its_videos_and_empties_their_fingerprints(old: Path) -> None:
    """What is known of the videos stays; what is never compared again takes no room."""
    with open_database(old) as database:
        before = list(database.videos())
    with open_database(old, create=True) as database:
        assert list(database.videos()) == before
        made = database.fingerprint(before[0].video_id)
    assert (schema_of(old), "mirrored" in columns_of(old)) == (len(MIGRATIONS), False)
    assert (made.version, float(made.seconds)) == (HASH_VERSION, 4.8)
    hashes, features, blocks = made.frame_hashes, made.local_features, made.block_luma
    assert blocks is not None
    assert {hashes.starts, hashes.hashes, hashes.codes, features.features, blocks.changes} == {b""}
    assert made.sound is None


def test_migration_that_fails_midway_leaves_the_old_schema(old: Path) -> None:
    """A database is of one schema or of the other, never of half a one."""
    connection = sqlite3.connect(old)
    connection.execute("ALTER TABLE fingerprint ADD COLUMN feature_counts BLOB")
    connection.close()
    before = columns_of(old)
    with pytest.raises(DatabaseError), connect(old, create=True):
        pass
    assert (schema_of(old), columns_of(old)) == (1, before)


def test_migration_that_another_process_ran_meanwhile_is_not_run_twice(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that open an old database at once both go on."""
    migrate = connection_module._migrate

    def migrate_after_another(connection: sqlite3.Connection) -> None:
        monkeypatch.setattr(connection_module, "_migrate", migrate)
        with connect(old, create=True):
            pass
        migrate(connection)

    monkeypatch.setattr(connection_module, "_migrate", migrate_after_another)
    with connect(old, create=True) as connection:
        assert connection.execute("SELECT count(*) FROM fingerprint WHERE features = x''").fetchone() == (2,)
    assert (schema_of(old), columns_of(old).count("block_changes")) == (3, 1)
