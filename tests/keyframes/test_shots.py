"""Cuts are found at their frames, and nothing else is taken for one."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.keyframes.conftest import JoinedClip, encode
from tests.made_videos import Footage, Scene, VideoSpec, draw_picture, write_video
from verify.keyframes.shots import WINDOW_FRAMES, ShotDetector
from verify.videos.decode import decode_video
from verify.videos.frame import Frame


class _Cuts:
    """Collects the numbers of the frames at which shots begin, and how late each was known."""

    def __init__(self) -> None:
        self._detector = ShotDetector()
        self._numbers: dict[int, int] = {}
        self.found: list[int] = []
        self.latest = 0

    def take(self, frame: Frame) -> None:
        """Receive a frame."""
        self._numbers[frame.ticks] = frame.index
        for ticks in self._detector.take(frame):
            self.found.append(self._numbers[ticks])
            self.latest = max(self.latest, frame.index - self._numbers[ticks])

    def finish(self, end: Fraction) -> None:
        """Receive the end."""


def _find(path: Path) -> _Cuts:
    cuts = _Cuts()
    decode_video(path, [cuts])
    return cuts


def test_cuts_of_ten_real_clips_are_found_to_the_frame(ten_clips: JoinedClip) -> None:
    """No cut is missed, none invented, each known when promised."""
    cuts = _find(ten_clips.path)
    assert cuts.found == list(ten_clips.firsts[1:])
    assert cuts.latest <= WINDOW_FRAMES


@pytest.mark.parametrize("gaps", [(40,), (20, 60), (7, 33, 90)])
def test_cuts_of_variable_rate_video_are_found_to_the_frame(tmp_path: Path, gaps: tuple[int, ...]) -> None:
    """Cuts are a matter of pictures; uneven gaps between frames do not move them."""
    footage = Footage(scenes=tuple(Scene(seed=seed, frames=25, look="locked") for seed in (1, 2, 3)))
    pts = tuple(int(tick) for tick in np.cumsum([gaps[number % len(gaps)] for number in range(75)]))
    spec = VideoSpec(footage=footage, pts=pts, time_base=Fraction(1, 1000))
    assert _find(write_video(tmp_path / "clip.mkv", spec).path).found == [25, 50]


def test_fade_is_no_cut(tmp_path: Path) -> None:
    """Getting darker step by step begins no shot."""
    scene = draw_picture(Footage(scenes=(Scene(),), bar_code=False), 0)
    levels = [1.0] * 25 + list(np.linspace(1, 0, 25)) + list(np.linspace(0, 1, 25)) + [1.0] * 25
    pictures = [np.rint(scene * level).astype(np.uint8) for level in levels]
    assert _find(encode(tmp_path / "fade.mp4", pictures)).found == []
