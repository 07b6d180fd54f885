"""Find the cuts of a video while it is decoded."""

from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray
from scenedetect.common import FrameTimecode, Timecode
from scenedetect.detectors import AdaptiveDetector

from verify.videos.frame import Frame

PICTURE_SIDE_PX = 256
"""PySceneDetect scales to about this size before it compares frames."""

ADAPTIVE_THRESHOLD = 3.0
MIN_CONTENT = 15.0
"""PySceneDetect's own defaults: a cut is three times the change around it, and no less than 15 of 255."""

WINDOW_FRAMES = 2
"""Frames on each side that a change is compared with; so many frames later a cut is known."""

MIN_SHOT_S = 0.2
"""Two cuts within this are a flash."""

CELLS = (32, 18)
LEAST_CHANGE = 5.0
"""Colour (0-255) by which the 32x18 cells change on average at a cut, at least. 126 cuts between real clips measured
12 and more; key pictures of black-and-white footage, whose meaningless hue jumps, 1; the steps of a fade 1 to 4. Where
a cut in darkness is lost here, the selector still sees that the content changes."""

_NOMINAL_RATE = Fraction(25)


class ShotDetector:
    """Tells cuts, ``WINDOW_FRAMES`` frames after they happened.

    Source: PySceneDetect's AdaptiveDetector, fed from our own decoding pass; cuts at which next to nothing changes are
    not believed.
    """

    def __init__(self) -> None:
        # The rate is used by the detector for durations given in frames only; ours are in seconds.
        self._detector = AdaptiveDetector(
            adaptive_threshold=ADAPTIVE_THRESHOLD,
            min_scene_len=MIN_SHOT_S,
            window_width=WINDOW_FRAMES,
            min_content_val=MIN_CONTENT,
        )
        self._last: NDArray[np.float32] | None = None
        self._changes: dict[int, float] = {}

    def take(self, frame: Frame) -> list[int]:
        """Receive the next frame; give the ticks at which shots were found to begin."""
        rgb = frame.rgb(PICTURE_SIDE_PX)
        self._note_change(frame.ticks, rgb)
        time = FrameTimecode(Timecode(frame.ticks, frame.time_base), fps=_NOMINAL_RATE)
        found = self._detector.process_frame(time, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        return [cut.pts for cut in found if self._changes.get(cut.pts, LEAST_CHANGE) >= LEAST_CHANGE]

    def _note_change(self, ticks: int, rgb: NDArray[np.uint8]) -> None:
        cells = cv2.resize(rgb, CELLS, interpolation=cv2.INTER_AREA).astype(np.float32)
        if self._last is not None:
            self._changes[ticks] = float(np.abs(cells - self._last).mean())
        self._last = cells
        if len(self._changes) > 2 * WINDOW_FRAMES + 1:
            del self._changes[next(iter(self._changes))]
