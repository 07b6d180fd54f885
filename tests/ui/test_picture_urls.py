"""Pictures by address: inside the case only, small copies small, the same after a rerun."""

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from tests.ui.made_case import make_picture
from verify.ui.picture_urls import PictureUrls


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> MemoryMediaFileStorage:
    """Give the memory of a media file manager as Streamlit runs it."""
    memory = MemoryMediaFileStorage("/media")
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(media_file_mgr=MediaFileManager(memory)))
    return memory


def served(storage: MemoryMediaFileStorage, address: str | None) -> bytes:
    """Give the bytes behind an address."""
    assert address is not None
    return storage.get_file(address.rsplit("/", 1)[1]).content


def test_full_picture_is_the_very_file_of_the_case(tmp_path: Path, storage: MemoryMediaFileStorage) -> None:
    """What an analyst judges is the evidence, not a copy of less quality."""
    make_picture(tmp_path / "a.jpg", "a")
    assert served(storage, PictureUrls(tmp_path).full(tmp_path / "a.jpg")) == (tmp_path / "a.jpg").read_bytes()


def test_address_stays_the_same_over_reruns(tmp_path: Path, storage: MemoryMediaFileStorage) -> None:
    """A rerun must not make the browser fetch and decode everything again."""
    make_picture(tmp_path / "a.jpg", "a")
    first, second = (PictureUrls(tmp_path) for _ in range(2))
    assert first.full(tmp_path / "a.jpg") == second.full(tmp_path / "a.jpg")
    assert first.thumbnail(tmp_path / "a.jpg") == second.thumbnail(tmp_path / "a.jpg")
    assert storage is not None


def test_thumbnail_is_small_and_keeps_the_shape(tmp_path: Path, storage: MemoryMediaFileStorage) -> None:
    """A filmstrip of 200 pictures must not weigh megabytes."""
    make_picture(tmp_path / "a.jpg", "a")
    content = served(storage, PictureUrls(tmp_path).thumbnail(tmp_path / "a.jpg"))
    assert Image.open(BytesIO(content)).size == (176, 99)
    assert len(content) < 12_000


def test_picture_that_was_replaced_gets_a_new_thumbnail(tmp_path: Path, storage: MemoryMediaFileStorage) -> None:
    """The cache must not show what is no longer in the case."""
    pictures = PictureUrls(tmp_path)
    make_picture(tmp_path / "a.jpg", "a")
    before = pictures.thumbnail(tmp_path / "a.jpg")
    make_picture(tmp_path / "a.jpg", "something else", hue=100)
    assert pictures.thumbnail(tmp_path / "a.jpg") != before
    assert storage is not None


def test_no_file_outside_of_the_case_is_served(tmp_path: Path, storage: MemoryMediaFileStorage) -> None:
    """A case comes from elsewhere: its records, and links in it, may point anywhere."""
    case = tmp_path / "case"
    case.mkdir()
    make_picture(tmp_path / "secret.jpg", "secret")
    (case / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (case / "notes.txt").write_text("not a picture")
    pictures = PictureUrls(case)
    for path in ("../secret.jpg", "link.jpg", "notes.txt", "gone.jpg", "."):
        assert pictures.full(case / path) is None
        assert pictures.thumbnail(case / path) is None
    assert storage is not None


def test_file_that_is_no_picture_has_no_thumbnail(tmp_path: Path, storage: MemoryMediaFileStorage) -> None:
    """One damaged picture must not take the page down."""
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    pictures = PictureUrls(tmp_path)
    pictures.prepare_thumbnails([tmp_path / "a.jpg", tmp_path / "gone.jpg"])
    assert pictures.thumbnail(tmp_path / "a.jpg") is None
    assert storage is not None
