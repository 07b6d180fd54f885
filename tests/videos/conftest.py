"""Each odd file is made once."""

from pathlib import Path

import pytest

from tests.made_files import NO_VIDEOS, ODD_VIDEOS
from tests.made_videos import MadeVideo


@pytest.fixture(scope="session")
def odd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the odd files."""
    return tmp_path_factory.mktemp("odd")


@pytest.fixture(params=ODD_VIDEOS)
def odd_video(request: pytest.FixtureRequest, odd_folder: Path) -> MadeVideo:
    """Give one of the odd videos."""
    return ODD_VIDEOS[request.param](odd_folder / request.param)


@pytest.fixture(params=NO_VIDEOS)
def no_video(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give one of the files without a video that may be decoded."""
    path: Path = tmp_path / request.param
    NO_VIDEOS[request.param](path)
    return path
