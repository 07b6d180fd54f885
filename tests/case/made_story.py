"""A small story with a cited video, a hash database that knows its footage, and the case made of both."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from tests.made_videos import Footage, Picture, Scene, VideoSpec, write_video
from verify.case.folder import MANIFEST, hash_file
from verify.case.journal import JOURNAL, LOGS
from verify.case.run import CaseRequest, new_case
from verify.database.rows import FileStamp
from verify.database.store import open_database
from verify.fingerprints.workers import fingerprint_file
from verify.records.case import Case
from verify.records.edtf_date import parse_date
from verify.records.sighting import Sighting

FRAMES_A_SECOND = 25
FIRST_INDEX = 40
"""First picture of the older footage that the cited clip shows, mirrored."""
OLDER = VideoSpec(footage=Footage(scenes=(Scene(seed=11, frames=90), Scene(seed=12, frames=80))))
OTHER = VideoSpec(footage=Footage(scenes=(Scene(seed=21, frames=60),)))
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Truck flees on a rural road</title>
<meta property="article:published_time" content="2022-11-15"></head><body><article>
<h1>Truck flees on a rural road</h1>
<p>A new video purportedly shows a truck that flees along a rural road near the river.</p>
<video src="clip.mp4"></video>
<p>By the end of the clip the truck has caught fire, having presumably been hit.</p>
</article></body></html>
"""


def mirror(picture: Picture) -> Picture:
    """Swap left and right."""
    return np.ascontiguousarray(picture[:, ::-1])


@dataclass(frozen=True, slots=True)
class Story:
    """Where the parts of a story lie."""

    folder: Path

    @property
    def page(self) -> Path:
        """The saved article, with its clip beside it."""
        return self.folder / "story.html"

    @property
    def clip(self) -> Path:
        """The cited video: 4 s of the older footage, mirrored."""
        return self.folder / "clip.mp4"

    @property
    def older(self) -> Path:
        """The older footage, in the hash database."""
        return self.folder / "older.mp4"

    @property
    def other(self) -> Path:
        """A video of something else, which the hash database does not know."""
        return self.folder / "other.mp4"

    @property
    def database(self) -> Path:
        """The hash database."""
        return self.folder / "footage.db"

    def request(self, case: Path, *videos: Path, **changes: Any) -> CaseRequest:  # noqa: ANN401
        """Ask for a case of this story."""
        values = {"article": self.page, "database": self.database, "database_name": "footage.db"}
        return CaseRequest(**{**values, **changes}, folder=case, videos=videos)

    def make(self, case: Path, *videos: Path, **changes: Any) -> Case:  # noqa: ANN401
        """Make a case of this story."""
        return new_case(self.request(case, *videos, **changes))


def write_story(folder: Path) -> Story:
    """Write a story and hash its older footage."""
    story = Story(folder)
    story.page.write_text(PAGE, encoding="utf-8")
    write_video(story.older, OLDER)
    indices = range(FIRST_INDEX, FIRST_INDEX + 4 * FRAMES_A_SECOND)
    write_video(story.clip, VideoSpec(footage=OLDER.footage, indices=indices, change=mirror))
    write_video(story.other, OTHER)
    hash_into(story.database, story.older, Sighting(date=parse_date("2019-10-03"), url="https://example.org/old"))
    return story


def copy_story(story: Story, folder: Path) -> Story:
    """Copy a story so that a test may change it; its hash database is made anew, since it names its files."""
    for path in (story.page, story.clip, story.older, story.other):
        shutil.copyfile(path, folder / path.name)
    copy = Story(folder)
    hash_into(copy.database, copy.older, Sighting(date=parse_date("2019-10-03")))
    return copy


def hash_into(database: Path, video: Path, sighting: Sighting | None = None) -> None:
    """Hash a video into a hash database."""
    taken = fingerprint_file(video)
    stamp = FileStamp(size_bytes=taken.size_bytes, mtime_ns=taken.mtime_ns)
    with open_database(database, create=True) as store:
        store.add(video.absolute(), stamp, taken.facts, taken.fingerprint)
        if sighting is not None:
            store.add_sighting(taken.fingerprint.video_id, sighting)


def list_case(root: Path) -> list[str]:
    """List every file of a case, hidden ones included."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir())


def bytes_of(root: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {name: (root / name).read_bytes() for name in list_case(root)}


def manifest_passes(root: Path) -> bool:
    """Whether ``sha256sum -c`` passes, by the program itself where there is one."""
    if shutil.which("sha256sum"):
        command = ["sha256sum", "--check", "--strict", "--status", MANIFEST]
        return subprocess.run(command, cwd=root, check=False).returncode == 0
    lines = (root / MANIFEST).read_text("utf-8").splitlines()
    return all(hash_file(root / line[66:]) == line[:64] for line in lines)


def without_times(root: Path) -> dict[str, Any]:
    """Give a case without what the time of day says: files by name, the journal by its acts."""
    files: dict[str, Any] = {name: data for name, data in bytes_of(root).items() if name not in LOGS}
    case = json.loads(files.pop("case.json"))
    case.pop("created_utc")
    manifest = [line for line in files.pop(MANIFEST).decode().splitlines() if not line.endswith("  case.json")]
    acts = [json.loads(line) for line in (root / JOURNAL).read_text("utf-8").splitlines()]
    told = [(act["act"], act["by"], act["details"]) for act in acts]
    return {**files, "case.json": case, MANIFEST: manifest, JOURNAL: told}


def index_at(seconds: Fraction) -> int:
    """Give the number of the frame shown at a time that was rounded to milliseconds."""
    return int((seconds + Fraction(1, 2000)) * FRAMES_A_SECOND)


def make_quietly(folder: Path, case: Path, videos: tuple[Path, ...] = ()) -> None:
    """Make a case in a process of its own."""
    os.environ.pop("PYTHONWARNINGS", None)
    Story(folder).make(case, *videos)
