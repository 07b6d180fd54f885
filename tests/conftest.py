"""What tests of several folders share: the real test footage, its hash database, and a few small clips."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.case.made_story import Story, write_story
from tests.commands import run_verify
from tests.made_files import write_text
from tests.made_videos import Footage, Scene, VideoSpec, write_video

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real test footage, which lies beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "manifest.csv").is_file():
        pytest.skip("the test footage (../shared/data) is absent")
    return folder


@pytest.fixture(scope="session")
def shared_database(shared_data: Path, session_folder: Path) -> Path:
    """Give a hash database of all the real test footage; ``shared_database.jsonl`` beside it holds what hash said.

    It is made once for all processes of the test run and must not be written to.
    """
    database = session_folder / "shared_database.db"
    said = database.with_suffix(".jsonl")
    with (session_folder / "shared_database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            done = run_verify("hash", shared_data, "--db", database, "--format", "json")
            fresh = said.with_suffix(".fresh")
            fresh.write_text(done.out, encoding="utf-8")
            fresh.replace(said)
    return database


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that all processes of the test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def made_clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the clips a.mp4, b.mp4 and c.mp4, black.mp4, and text.mp4, which is no video. Only copy."""
    folder = tmp_path_factory.mktemp("made_clips")
    for seed, name in enumerate(("a.mp4", "b.mp4", "c.mp4"), start=31):
        write_video(folder / name, VideoSpec(footage=Footage(scenes=(Scene(seed=seed, frames=30 + seed),))))
    write_video(folder / "black.mp4", VideoSpec(footage=Footage(scenes=(Scene(look="black", frames=30),))))
    write_text(folder / "text.mp4")
    return folder


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Give a story; nothing of it may be changed."""
    return write_story(tmp_path_factory.mktemp("story"))


@pytest.fixture(scope="session")
def made_case(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a finished case of the story; nothing of it may be changed."""
    folder = tmp_path_factory.mktemp("made") / "case"
    story.make(folder)
    return folder


@pytest.fixture
def case(made_case: Path, tmp_path: Path) -> Path:
    """Give a copy of the finished case that the test may change."""
    return Path(shutil.copytree(made_case, tmp_path / "case"))
