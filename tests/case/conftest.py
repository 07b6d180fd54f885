"""The story and its case, made once."""

import shutil
from pathlib import Path

import pytest

from tests.case.made_story import Story, write_story


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
