"""Open the SQLite file of a hash database and bring its schema up to date."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from verify.errors import (
    BusyDatabaseError,
    DatabaseError,
    MissingDatabaseError,
    NewerDatabaseError,
    NotADatabaseError,
    UnwritableFileError,
)

APPLICATION_ID = 0x76657266
"""Marks the SQLite file as ours: "verf"."""

MIGRATIONS = ("schema.sql", "schema_2.sql", "schema_3.sql")
"""Numbered from 1 and append-only: a database at version n has run the first n."""

BUSY_TIMEOUT_S = 30.0

PAGE_BYTES = 2048
"""Half of SQLite's own: of short clips the last page of each, half empty, is felt. A row of facts still fits in one."""


@contextmanager
def connect(path: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a hash database.

    Args:
        path: the SQLite file.
        create: make it, and bring an older schema up to date; else a missing file is an error and nothing is written.

    Raises:
        MissingDatabaseError, NotADatabaseError, NewerDatabaseError, BusyDatabaseError, UnwritableFileError.
    """
    if not create and not path.is_file():
        raise MissingDatabaseError(
            f"{path} cannot be opened",
            "there is no such hash database",
            f"Make it with: verify-video hash FOLDER --db {path}",
        )
    with _plain_errors(path):
        try:
            connection = _open(path, create=create)
        except sqlite3.OperationalError as error:
            raise UnwritableFileError(
                f"{path} cannot be opened", str(error), "Check that its folder exists and can be written"
            ) from error
        try:
            _prepare(connection, path, create=create)
            yield connection
        finally:
            connection.close()


def _open(path: Path, *, create: bool) -> sqlite3.Connection:
    if create or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    # Even to read a WAL database, SQLite makes files beside it, unless it is told that nobody writes to it.
    wal = path.with_name(path.name + "-wal")
    written_to = wal.exists() and wal.stat().st_size > 0
    address = path.absolute().as_uri() + ("?mode=ro" if written_to else "?immutable=1")
    return sqlite3.connect(address, timeout=BUSY_TIMEOUT_S, isolation_level=None, uri=True)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all or nothing; a killed process leaves nothing of it behind."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise BusyDatabaseError(
                f"{path} cannot be written",
                "another process is writing to it",
                "Wait for it to end and try again",
            ) from error
        raise DatabaseError(f"{path} cannot be used", str(error), "Check the disk and its permissions") from error
    except sqlite3.DatabaseError as error:
        raise NotADatabaseError(
            f"{path} cannot be opened",
            f"it is no intact hash database ({error})",
            "Give the file that verify-video hash made",
        ) from error


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    mark = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if mark != APPLICATION_ID and (tables or not create):
        raise NotADatabaseError(
            f"{path} cannot be opened", "it is no hash database", "Give the file that verify-video hash made"
        )
    if version > len(MIGRATIONS):
        raise NewerDatabaseError(
            f"{path} cannot be opened",
            f"its schema {version} is newer than {len(MIGRATIONS)}, which this version knows",
            "Update verify-video",
        )
    if create:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of a new file; later it changes nothing
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if version < len(MIGRATIONS):
            _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        # Read again under the lock: another process may have migrated meanwhile.
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        for name in MIGRATIONS[version:]:
            script = files("verify.database").joinpath(name).read_text(encoding="utf-8")
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _statements(script: str) -> Iterator[str]:
    # executescript() would commit the transaction around it.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
