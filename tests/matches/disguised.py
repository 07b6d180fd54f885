"""A copy of made footage with a known map: cropped, mirrored, with a caption."""

import cv2
import numpy as np

from tests.made_videos import Footage, Picture, Scene, VideoSpec

FILM = Footage(scenes=tuple(Scene(seed=seed, frames=120, look="locked") for seed in (61, 62)), bar_code=False)
"""Ten seconds in two shots, in which discs cross a place that stands still."""

FIRST_INDEX, LAST_INDEX = 20, 110
LEFT_PX, TOP_PX, WIDTH_PX, HEIGHT_PX = 32, 9, 256, 144
MAP = (-320 / WIDTH_PX, 0.0, 1 + LEFT_PX / WIDTH_PX, 0.0, 180 / HEIGHT_PX, -TOP_PX / HEIGHT_PX)
"""Where a place of the original lies in the copy, in fractions of either picture."""


def disguise(picture: Picture) -> Picture:
    """Crop off-centre, mirror and write into the lowest eighth."""
    cut = picture[TOP_PX : TOP_PX + HEIGHT_PX, LEFT_PX : LEFT_PX + WIDTH_PX][:, ::-1].copy()
    cut[126:] = 20
    cv2.putText(cut, "Veldrin, Tuesday", (16, 139), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (240, 240, 240), 1)
    return np.asarray(cut, np.uint8)


ORIGINAL = VideoSpec(footage=FILM)
COPY = VideoSpec(footage=FILM, indices=range(FIRST_INDEX, LAST_INDEX), change=disguise)
ANOTHER_TAKE = VideoSpec(
    footage=Footage(scenes=(Scene(seed=61, frames=100, look="locked", take=1),), bar_code=False),
    indices=range(FIRST_INDEX, 95),
    change=disguise,
)
"""The place of the first shot, recorded another time."""
