"""Hash databases of made clips, and a way to look for further clips in them."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.made_videos import VideoSpec, write_video
from verify.database.intake import take_files
from verify.database.store import open_database
from verify.fingerprints.detail import QUERY
from verify.fingerprints.workers import fingerprint_file
from verify.matches.find import Matcher
from verify.matches.settings import MatchSettings
from verify.records.match import MatchReport


class Shelf:
    """Clips by name, each written once, and one hash database of some of them."""

    def __init__(self, folder: Path, references: dict[str, VideoSpec]) -> None:
        self.folder = folder
        self.database = folder / "footage.db"
        self.store(self.write(name, spec) for name, spec in references.items())

    def write(self, name: str, spec: VideoSpec) -> Path:
        """Write a clip that is not stored."""
        path = self.folder / f"{name}.mp4"
        if not path.exists():
            write_video(path, spec)
        return path

    def store(self, paths: Iterable[Path]) -> None:
        """Hash files into the database."""
        with open_database(self.database, create=True) as database:
            for taken in take_files(database, list(paths), jobs=1):
                assert taken.error is None

    def find(self, path: Path, settings: MatchSettings | None = None, *, candidates: bool = False) -> MatchReport:
        """Look for a file."""
        fingerprint = fingerprint_file(path, detail=QUERY, threads=1).fingerprint
        with open_database(self.database) as database:
            return Matcher(database, "footage.db", settings).find(str(path), fingerprint, candidates=candidates)

    def names(self, report: MatchReport) -> list[str]:
        """Name the references that matched, best first."""
        return [Path(match.reference.path).stem for match in report.matches]


MakeShelf: TypeAlias = Callable[[dict[str, VideoSpec]], Shelf]


@pytest.fixture
def make_shelf(tmp_path: Path) -> MakeShelf:
    """Give a maker of databases in a fresh folder."""

    def make(references: dict[str, VideoSpec]) -> Shelf:
        return Shelf(tmp_path, references)

    return make
