"""Add, list and remove videos with their fingerprints and sightings."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from verify.database.connection import connect, transaction
from verify.database.rows import (
    FINGERPRINT_COLUMNS,
    FileStamp,
    StoredFailure,
    StoredVideo,
    facts_of,
    failure_of,
    fingerprint_of,
    fingerprint_values,
    seconds_of,
    sighting_of,
    sighting_values,
    sound_of,
)
from verify.errors import FingerprintVersionError, UnknownVideoError
from verify.records.fingerprint import Fingerprint, Sound
from verify.records.sighting import Sighting
from verify.records.video import VideoFacts

_COLUMNS, _PLACES = ", ".join(FINGERPRINT_COLUMNS), ", ".join("?" for _ in FINGERPRINT_COLUMNS)
_SIGHTING_COLUMNS = "url, date, recorded_by, recorded_on, archived_url, note"


class HashDatabase:
    """One open hash database. Every method that writes is one transaction."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read the database as it stands now, whatever other processes write meanwhile; nothing is written within.

        Within another snapshot it is that one.
        """
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def find_path(self, path: Path) -> tuple[str, FileStamp] | None:
        """Give the video and the stamp stored for an absolute path."""
        row = self._connection.execute(
            "SELECT video_id, size_bytes, mtime_ns FROM video_path WHERE path = ?", (os.fsencode(path),)
        ).fetchone()
        return None if row is None else (row[0], FileStamp(size_bytes=row[1], mtime_ns=row[2]))

    def find_failure(self, path: Path) -> StoredFailure | None:
        """Give the failure stored for an absolute path."""
        row = self._connection.execute("SELECT * FROM failure WHERE path = ?", (os.fsencode(path),)).fetchone()
        return None if row is None else failure_of(row)

    def has_video(self, video_id: str) -> bool:
        """Whether a video with these bytes is stored."""
        query = "SELECT 1 FROM video WHERE video_id = ?"
        return self._connection.execute(query, (video_id,)).fetchone() is not None

    def has_size(self, size_bytes: int) -> bool:
        """Whether a stored file has this many bytes, as a copy of it must."""
        query = "SELECT 1 FROM video_path WHERE size_bytes = ?"
        return self._connection.execute(query, (size_bytes,)).fetchone() is not None

    def video_seconds(self, video_id: str) -> Fraction:
        """Give the length of a stored video.

        Raises:
            UnknownVideoError: no such video.
        """
        row = self._connection.execute("SELECT seconds FROM fingerprint WHERE video_id = ?", (video_id,)).fetchone()
        if row is None:
            raise _unknown(video_id)
        return seconds_of(row[0])

    def add(self, path: Path, stamp: FileStamp, facts: VideoFacts, fingerprint: Fingerprint) -> None:
        """Store a video, or store it anew, under an absolute path."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO video VALUES (?, ?) ON CONFLICT (video_id) DO UPDATE SET facts = excluded.facts",
                (fingerprint.video_id, json.dumps(facts.as_json(), sort_keys=True)),
            )
            self._connection.execute(
                f"INSERT OR REPLACE INTO fingerprint ({_COLUMNS}) VALUES ({_PLACES})",  # noqa: S608
                fingerprint_values(fingerprint),
            )
            self._set_path(path, fingerprint.video_id, stamp)

    def add_path(self, path: Path, video_id: str, stamp: FileStamp) -> None:
        """Store a further path, or a new stamp, of a stored video."""
        with transaction(self._connection):
            self._set_path(path, video_id, stamp)

    def add_failure(self, failure: StoredFailure) -> None:
        """Store that a file could not be used, and forget what its path held before."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM video_path WHERE path = ?", (os.fsencode(failure.path),))
            self._drop_pathless()
            self._connection.execute(
                "INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    os.fsencode(failure.path),
                    failure.stamp.size_bytes,
                    failure.stamp.mtime_ns,
                    failure.version,
                    failure.error_id,
                    failure.what,
                    failure.why,
                    failure.remedy,
                ),
            )

    def remove(self, name: str) -> str:
        """Remove the video with this SHA-256, or at this path, with all that is stored of it.

        Returns:
            The SHA-256 of the removed video.

        Raises:
            UnknownVideoError: no such video.
        """
        with transaction(self._connection):
            path = os.fsencode(os.path.abspath(name))  # noqa: PTH100  (resolve() would follow links)
            row = self._connection.execute(
                "SELECT video_id FROM video_path WHERE path = ? UNION SELECT video_id FROM video WHERE video_id = ?",
                (path, name.lower().encode(errors="replace").decode()),
            ).fetchone()
            if row is None:
                raise _unknown(name)
            self._connection.execute("DELETE FROM sighting WHERE video_id = ?", row)
            self._connection.execute("DELETE FROM video WHERE video_id = ?", row)
            return str(row[0])

    def add_sighting(self, video_id: str, sighting: Sighting) -> None:
        """Store a sighting of a video; one that is stored already is not stored twice."""
        values = sighting_values(sighting)
        with transaction(self._connection):
            known = self._connection.execute(
                f"SELECT 1 FROM sighting WHERE video_id = ? AND ({_SIGHTING_COLUMNS}) IS (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (video_id, *values),
            ).fetchone()
            if known is None:
                self._connection.execute(
                    f"INSERT INTO sighting (video_id, {_SIGHTING_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                    (video_id, *values),
                )

    def replace_sightings(self, csv: Path, sightings: list[tuple[Path, Sighting]]) -> None:
        """Store what a sightings.csv says now, in place of what it said before."""
        source = os.fsencode(csv)
        with transaction(self._connection):
            self._connection.execute("DELETE FROM sighting WHERE csv = ?", (source,))
            self._connection.executemany(
                f"INSERT INTO sighting (csv, path, {_SIGHTING_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                [(source, os.fsencode(path), *sighting_values(sighting)) for path, sighting in sightings],
            )

    def sightings_of_csv(self, csv: Path) -> list[tuple[Path, Sighting]]:
        """Give what was stored of a sightings.csv, in its order."""
        rows = self._connection.execute(
            f"SELECT path, {_SIGHTING_COLUMNS} FROM sighting WHERE csv = ? ORDER BY rowid",  # noqa: S608
            (os.fsencode(csv),),
        )
        return [(Path(os.fsdecode(row[0])), sighting_of(row[1:])) for row in rows]

    def videos(self) -> Iterator[StoredVideo]:
        """Give every video, in the order of its first path, then SHA-256."""
        rows = self._connection.execute(
            "SELECT video.video_id, facts, version,"
            " (SELECT min(path) FROM video_path AS p WHERE p.video_id = video.video_id) AS first"
            " FROM video JOIN fingerprint USING (video_id) ORDER BY first IS NULL, first, video.video_id"
        ).fetchall()
        for video_id, facts, version, _ in rows:
            yield StoredVideo(
                video_id=video_id,
                facts=facts_of(facts),
                paths=self.paths_of(video_id),
                sightings=self.sightings_of(video_id),
                fingerprint=version,
            )

    def paths_of(self, video_id: str) -> tuple[Path, ...]:
        """Give the paths of a video, ascending."""
        rows = self._connection.execute("SELECT path FROM video_path WHERE video_id = ? ORDER BY path", (video_id,))
        return tuple(Path(os.fsdecode(row[0])) for row in rows)

    def sightings_of(self, video_id: str) -> tuple[Sighting, ...]:
        """Give the sightings of a video, each once, in a fixed order."""
        rows = self._connection.execute(
            f"SELECT DISTINCT {_SIGHTING_COLUMNS} FROM sighting WHERE video_id = ?1 OR path IN"  # noqa: S608
            f" (SELECT path FROM video_path WHERE video_path.video_id = ?1) ORDER BY {_SIGHTING_COLUMNS}",
            (video_id,),
        )
        return tuple(sighting_of(row) for row in rows)

    def failures(self) -> tuple[StoredFailure, ...]:
        """Give the files that could not be used, by path."""
        return tuple(failure_of(row) for row in self._connection.execute("SELECT * FROM failure ORDER BY path"))

    def fingerprint(self, video_id: str) -> Fingerprint:
        """Give the fingerprint of a video.

        Raises:
            UnknownVideoError: no such video.
        """
        query = f"SELECT {_COLUMNS} FROM fingerprint WHERE video_id = ?"  # noqa: S608
        row = self._connection.execute(query, (video_id,)).fetchone()
        if row is None:
            raise _unknown(video_id)
        return fingerprint_of(row)

    def sound(self, video_id: str) -> Sound | None:
        """Give the sound of a video without the rest of its fingerprint; None where it has none.

        Raises:
            UnknownVideoError: no such video.
        """
        query = "SELECT sound_step, sound_span, sound FROM fingerprint WHERE video_id = ?"
        row = self._connection.execute(query, (video_id,)).fetchone()
        if row is None:
            raise _unknown(video_id)
        return sound_of(row)

    def video_ids(self) -> tuple[str, ...]:
        """Give the videos that have a fingerprint, ascending."""
        rows = self._connection.execute("SELECT video_id FROM fingerprint ORDER BY video_id")
        return tuple(row[0] for row in rows)

    def check_version(self, version: str) -> None:
        """Make sure that all fingerprints are of ``version``.

        Raises:
            FingerprintVersionError: some are not.
        """
        row = self._connection.execute(
            "SELECT version, count(*) FROM fingerprint WHERE version <> ?", (version,)
        ).fetchone()
        if row[1]:
            raise FingerprintVersionError(
                f"{self.path} cannot be compared",
                f"{row[1]} of its videos have fingerprints of version {row[0]}, and this tool makes {version}",
                f"Hash them again: verify-video hash --rehash FOLDER --db {self.path}",
            )

    def state(self) -> str:
        """Digest of all that can change an answer: fingerprints, paths and sightings."""
        digest = hashlib.sha256()
        for query in (
            "SELECT video_id, digest FROM fingerprint ORDER BY video_id",
            "SELECT path, video_id FROM video_path ORDER BY path",
            f"SELECT video_id, path, {_SIGHTING_COLUMNS} FROM sighting ORDER BY 1, 2, 3, 4, 5, 6, 7, 8",  # noqa: S608
        ):
            for row in self._connection.execute(query):
                digest.update(repr(row).encode())
        return digest.hexdigest()[:16]

    def fingerprint_state(self) -> str:
        """Digest of the fingerprints alone, to which the search cache belongs."""
        digest = hashlib.sha256()
        for row in self._connection.execute("SELECT video_id, digest FROM fingerprint ORDER BY video_id"):
            digest.update(repr(row).encode())
        return digest.hexdigest()[:16]

    def totals(self) -> tuple[int, Fraction]:
        """Give the number of videos and their length together in exact seconds."""
        rows = self._connection.execute("SELECT seconds FROM fingerprint").fetchall()
        return len(rows), sum((seconds_of(row[0]) for row in rows), Fraction(0))

    def _set_path(self, path: Path, video_id: str, stamp: FileStamp) -> None:
        name = os.fsencode(path)
        self._connection.execute("DELETE FROM failure WHERE path = ?", (name,))
        self._connection.execute(
            "INSERT OR REPLACE INTO video_path VALUES (?, ?, ?, ?)",
            (name, video_id, stamp.size_bytes, stamp.mtime_ns),
        )
        self._drop_pathless()

    def _drop_pathless(self) -> None:
        # A path whose bytes changed named another video before; without any path left that one is gone.
        self._connection.execute(
            "DELETE FROM video WHERE video_id NOT IN (SELECT video_id FROM video_path)"
            " AND video_id NOT IN (SELECT video_id FROM sighting WHERE video_id IS NOT NULL)"
        )


@contextmanager
def open_database(path: Path, *, create: bool = False) -> Iterator[HashDatabase]:
    """Open a hash database; see ``verify.database.connection.connect`` for what is raised."""
    with connect(path, create=create) as connection:
        yield HashDatabase(connection, path)


def _unknown(name: str) -> UnknownVideoError:
    return UnknownVideoError(
        f"{name} cannot be found",
        "the hash database holds no such video",
        "Look it up with: verify-video db list",
    )
