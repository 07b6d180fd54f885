"""What the choice of keyframes is made by: a frame's coarse cells, its sharpness, and whether it is a blend."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.videos.frame import Frame

Cells: TypeAlias = NDArray[np.float32]

LUMA_SIDE_PX = 384
BLANK_DEVIATION_LUMA = 6.0
"""Below this deviation (0-255) a frame is blank; the same bound as for fingerprints."""

CELLS = (32, 18)
CHANGED_LUMA = 16.0
"""A cell of 32x18 has changed when its mean lies by this outside what the cells around it held, after the overall
change of brightness is taken off: a shaking hand moves edges by less than a cell, a person in a yard fills four."""

BLINKING_RATIO = 0.2
"""A cell that changes in this share of all looks blinks. Higher, and a siren light gives a keyframe a second; lower,
and a juggler's hands no longer count."""

BLINKING_SHARE = 0.1
"""Where more of the picture than this changes all the time, the camera or the scene moves: nothing is set aside."""

BLINKING_MEMORY = 1 / 24
"""Weight of the newest look: the last three seconds decide."""

BLEND_LUMA = 3.0
BLEND_RATIO = 0.65
"""A picture is a blend when it lies halfway between the looks before and after it: off by less than this share of half
their difference, which is more than noise. Measured on 204 looks in dissolves of 0.5 and 1 s and 5,306 looks without:
it finds 92 of 100 blends, and takes 6 of 100 others, most of them in pans, for one."""


@dataclass(slots=True)
class Look:
    """A frame with what the choice is made by.

    Attributes:
        frame: the frame.
        cells: (18, 32) float32, mean brightness over the picture, 0-255.
        sharpness: variance of the Laplacian; only pictures of one size can be compared.
        blank: whether there is nothing to see.
        blend: whether it stands in the middle of a dissolve or a fade, known once later looks are.
    """

    frame: Frame
    cells: Cells
    sharpness: float
    blank: bool
    blend: bool = False

    @classmethod
    def at(cls, frame: Frame) -> "Look":
        """Look at a frame."""
        luma = frame.luma(LUMA_SIDE_PX)
        cells = cv2.resize(luma, CELLS, interpolation=cv2.INTER_AREA).astype(np.float32)
        sharpness = float(cv2.Laplacian(luma, cv2.CV_32F).var())
        return cls(frame, cells, sharpness, float(luma.std()) < BLANK_DEVIATION_LUMA)

    def worth(self) -> tuple[bool, float]:
        """Rank looks that show the same: pure pictures before blends, sharp ones before blurred ones."""
        return not self.blend, self.sharpness


class BlendJudge:
    """Marks the looks that are blends, each when the next one is known."""

    def __init__(self) -> None:
        self._before: Look | None = None
        self._waiting: Look | None = None

    def take(self, look: Look) -> Look | None:
        """Receive the next look; give the one before it."""
        judged, before = self._waiting, self._before
        if judged is not None and before is not None:
            halfway = float(np.abs(look.cells - before.cells).mean()) / 2
            off = float(np.abs(judged.cells - (before.cells + look.cells) / 2).mean())
            judged.blend = halfway > BLEND_LUMA and off < BLEND_RATIO * halfway
        self._before, self._waiting = judged or before, look
        return judged

    def flush(self) -> Look | None:
        """Give the look left at the end of a shot; it is taken to be like the one before it."""
        judged = self._waiting
        if judged is not None and self._before is not None:
            judged.blend = self._before.blend
        self._before, self._waiting = judged or self._before, None
        return judged


class Blinking:
    """Learns which cells of a shot change all the time, such as a siren light, flames or a running clock."""

    def __init__(self) -> None:
        self._rate = np.zeros(CELLS[::-1], np.float32)
        self._last: Cells | None = None

    def take(self, cells: Cells) -> None:
        """Receive the cells of the shot's next look."""
        if self._last is not None:
            self._rate += BLINKING_MEMORY * (changed_cells(cells, self._last) - self._rate)
        self._last = cells

    def steady_change(self, cells: Cells, other: Cells) -> float:
        """Give the share of cells that show something else, without those that blink."""
        blinking = self._rate > BLINKING_RATIO
        changed = changed_cells(cells, other)
        if blinking.mean() <= BLINKING_SHARE:
            changed &= ~blinking
        return float(changed.mean())


def changed_cells(cells: Cells, other: Cells) -> NDArray[np.bool_]:
    """Tell which cells show something else, overall brightness apart."""
    mine = cells - float(np.median(cells - other))
    return _outside(mine, other) | _outside(other, mine)


def _outside(cells: Cells, around: Cells) -> NDArray[np.bool_]:
    """Tell which cells lie clearly outside what the other picture holds there and next to it."""
    near = np.ones((3, 3), np.uint8)
    below = cv2.erode(around, near) - cells
    above = cells - cv2.dilate(around, near)
    return np.asarray(np.maximum(below, above) > CHANGED_LUMA, dtype=np.bool_)
