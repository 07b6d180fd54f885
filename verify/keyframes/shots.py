"""Find the cuts of a video while it is decoded."""

from fractions import Fraction

import cv2
from scenedetect.common import FrameTimecode, Timecode
from scenedetect.detectors import AdaptiveDetector

from verify.videos.decode import Frame

PICTURE_SIDE_PX = 256
"""PySceneDetect scales to about this size before it compares frames."""

ADAPTIVE_THRESHOLD = 3.0
MIN_CONTENT = 15.0
"""PySceneDetect's own defaults: a cut is three times the change around it, and no less than 15 of 255."""

WINDOW_FRAMES = 2
"""Frames on each side that a change is compared with; so many frames later a cut is known."""

MIN_SHOT_S = 0.2
"""Two cuts within this are a flash."""

_NOMINAL_RATE = Fraction(25)


class ShotDetector:
    """Tells cuts, ``WINDOW_FRAMES`` frames after they happened.

    Source: PySceneDetect's AdaptiveDetector, fed from our own decoding pass.
    """

    def __init__(self) -> None:
        # The rate is used by the detector for durations given in frames only; ours are in seconds.
        self._detector = AdaptiveDetector(
            adaptive_threshold=ADAPTIVE_THRESHOLD,
            min_scene_len=MIN_SHOT_S,
            window_width=WINDOW_FRAMES,
            min_content_val=MIN_CONTENT,
        )

    def take(self, frame: Frame) -> list[int]:
        """Receive the next frame; give the ticks at which shots were found to begin."""
        picture = cv2.cvtColor(frame.rgb(PICTURE_SIDE_PX), cv2.COLOR_RGB2BGR)
        time = FrameTimecode(Timecode(frame.ticks, frame.time_base), fps=_NOMINAL_RATE)
        return [cut.pts for cut in self._detector.process_frame(time, picture)]
