"""The evidence copy of a video."""

import hashlib
from pathlib import Path

import pytest

from verify.case.evidence import copy_evidence
from verify.errors import EmptyFileError, MissingFileError, UnwritableFileError


def test_copy_has_the_bytes_and_its_hash_and_is_read_only(tmp_path: Path) -> None:
    """What is examined is what was given, and nothing can write to it by mistake."""
    data = bytes(range(256)) * 9000
    (tmp_path / "a.mp4").write_bytes(data)
    told = copy_evidence(tmp_path / "a.mp4", tmp_path / "copy.mp4")
    assert told == (hashlib.sha256(data).hexdigest(), len(data))
    assert (tmp_path / "copy.mp4").read_bytes() == data
    assert (tmp_path / "copy.mp4").stat().st_mode & 0o777 == 0o444
    assert (tmp_path / "a.mp4").stat().st_mode & 0o200


def test_copy_of_nothing_is_an_error(tmp_path: Path) -> None:
    """A missing or empty file is no evidence."""
    with pytest.raises(MissingFileError):
        copy_evidence(tmp_path / "none.mp4", tmp_path / "copy.mp4")
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(EmptyFileError):
        copy_evidence(tmp_path / "empty.mp4", tmp_path / "copy.mp4")


def test_copy_that_cannot_be_written_is_no_fault_of_the_video(tmp_path: Path) -> None:
    """A full or closed disk ends the run instead of marking the video as unusable."""
    (tmp_path / "a.mp4").write_bytes(b"a")
    with pytest.raises(UnwritableFileError, match="Check the disk"):
        copy_evidence(tmp_path / "a.mp4", tmp_path / "none" / "copy.mp4")
