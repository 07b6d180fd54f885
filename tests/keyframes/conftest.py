"""Clips whose cuts are known to the frame."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.made_videos import HEIGHT_PX, WIDTH_PX, Footage, Picture, VideoSpec, write_video
from verify.keyframes.select import KeyframeSelector
from verify.records.keyframe import Keyframe
from verify.videos.decode import decode_video
from verify.videos.frame import Frame

FREE = Path(__file__).parents[3] / "shared" / "data" / "free"
FRAMES_A_SHOT = 60


@dataclass(frozen=True)
class JoinedClip:
    """Real shots, one after the other.

    Attributes:
        path: the file.
        firsts: the number of the first frame of each shot.
        rate: frames a second.
    """

    path: Path
    firsts: tuple[int, ...]
    rate: int


class _FirstPictures:
    """Keeps the first pictures of a clip, made equal in size."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self.pictures: list[Picture] = []

    def take(self, frame: Frame) -> None:
        """Receive a frame."""
        if len(self.pictures) < self._wanted:
            scaled = cv2.resize(frame.rgb(), (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
            self.pictures.append(scaled.astype(np.uint8))

    def finish(self, end: Fraction) -> None:
        """Receive the end."""


def first_pictures(name: str, wanted: int) -> list[Picture]:
    """Give the first pictures of a free clip."""
    reader = _FirstPictures(wanted)
    decode_video(FREE / name, [reader])
    return reader.pictures


def encode(path: Path, pictures: list[Picture], rate: int = 25) -> Path:
    """Encode pictures, each as long as the others."""
    waiting = iter([pictures[0], *pictures])  # the encoder asks for the first one twice, once for its size
    spec = VideoSpec(
        footage=Footage(bar_code=False),
        indices=tuple(0 for _ in pictures),
        time_base=Fraction(1, rate),
        change=lambda _: next(waiting),
    )
    return write_video(path, spec).path


def choose(path: Path) -> tuple[tuple[Keyframe, ...], list[NDArray[np.uint8]]]:
    """Give the keyframes of a video and their pictures."""
    pictures: list[NDArray[np.uint8]] = []
    selector = KeyframeSelector(lambda _, rgb: pictures.append(rgb))
    decode_video(path, [selector])
    return selector.keyframes(), pictures


@pytest.fixture(scope="session")
def ten_clips(tmp_path_factory: pytest.TempPathFactory) -> JoinedClip:
    """Join ten free clips by hard cuts; two car parks seen from above and two toys on one table are neighbours."""
    parks = "car-detection person-bicycle-car"
    names = f"{parks} bottle-detection box cup crystal flower friday highway_lanes person-room_000-040".split()
    if not FREE.is_dir():
        pytest.skip("the test footage (../shared/data) is not there")
    pictures = [picture for name in names for picture in first_pictures(f"{name}.mp4", FRAMES_A_SHOT)]
    path = encode(tmp_path_factory.mktemp("joined") / "ten.mp4", pictures)
    return JoinedClip(path, tuple(range(0, 10 * FRAMES_A_SHOT, FRAMES_A_SHOT)), 25)
