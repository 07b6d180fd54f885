"""Choose the frames that stand for a video, and say why."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.keyframes.shots import WINDOW_FRAMES, ShotDetector
from verify.records.keyframe import Keyframe
from verify.records.time import Span
from verify.videos.decode import Frame

CUT_MARGIN_FRAMES = 3
"""A keyframe keeps this far from both ends of its shot: compression smears a cut over its neighbours."""

LOOKS_PER_SECOND = 8
LUMA_SIDE_PX = 384
BLANK_DEVIATION_LUMA = 6.0
"""Below this deviation (0-255) a frame is blank; the same bound as for fingerprints."""

CELLS = (32, 18)
CHANGED_LUMA = 16.0
"""A cell of 32x18 has changed when its mean lies by this outside what the cells around it held, after the overall
change of brightness is taken off: a shaking hand moves edges by less than a cell, a person in a yard fills three."""

CHANGED_RATIO = 0.006
"""Share of changed cells from which the picture shows something else: four of 576."""

SAME_RATIO = 0.003
"""Up to this share of changed cells two keyframes of one shot are the same picture, and the later one is dropped."""

WINDOW_S = Fraction(1)
"""A keyframe is the sharpest of the first second that shows something else: a blend of two pictures, or one blurred by
motion, is less sharp than what comes before and after it."""

SETTLED_S = Fraction(1, 2)
"""What lasts less than this before the shot ends has no keyframe of its own."""

SPACING_S = Fraction(1)
SPACING_RATIO = Fraction(1, 10)
"""Keyframes of a shot are a second apart, or a tenth of how long the shot has run: a long drive does not
give hundreds."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A frame with what the choice is made by."""

    frame: Frame
    cells: NDArray[np.float32]
    sharpness: float
    blank: bool

    @classmethod
    def at(cls, frame: Frame) -> "_Look":
        luma = frame.luma(LUMA_SIDE_PX)
        cells = cv2.resize(luma, CELLS, interpolation=cv2.INTER_AREA).astype(np.float32)
        sharpness = float(cv2.Laplacian(luma, cv2.CV_32F).var())
        return cls(frame, cells, sharpness, float(luma.std()) < BLANK_DEVIATION_LUMA)

    def changed_from(self, other: "_Look") -> float:
        """Give the share of cells that show something else, overall brightness apart."""
        if self.cells.shape != other.cells.shape:
            return 1.0
        brighter = float(np.median(self.cells - other.cells))
        return max(_outside(self.cells - brighter, other.cells), _outside(other.cells, self.cells - brighter))


def _outside(cells: NDArray[np.float32], around: NDArray[np.float32]) -> float:
    """Give the share of cells whose value lies clearly outside what the other picture holds there and next to it."""
    near = np.ones((3, 3), np.uint8)
    below = cv2.erode(around, near) - cells
    above = cells - cv2.dilate(around, near)
    return float((np.maximum(below, above) > CHANGED_LUMA).mean())


@dataclass
class _Shot:
    """A shot while it is seen.

    ``shown`` is the look that later ones are compared with; ``window`` holds those that show something else.
    """

    number: int
    first: Frame
    fallback: Frame
    kept: list[_Look] = field(default_factory=list)
    shown: _Look | None = None
    window: list[_Look] = field(default_factory=list)
    last_look: Fraction = Fraction(-1)

    def spacing_over(self, time: Fraction) -> bool:
        """Whether the last keyframe is far enough back for another."""
        if not self.kept:
            return True
        apart = time - self.kept[-1].frame.time
        return apart >= max(SPACING_S, SPACING_RATIO * (time - self.first.time))


@dataclass(frozen=True, slots=True)
class _Written:
    file: str
    time: Fraction
    pts: int
    time_base: Fraction
    why: str


@dataclass
class KeyframeSelector:
    """Consumer of a decoding pass that chooses keyframes.

    Each shot gives at least one: sharp, away from its cuts and, where the shot has any such frame, not blank. It gives
    more where its content changes for good. Pictures are handed over as soon as they are chosen, so that a long video
    takes no more memory than a short one.

    Attributes:
        write_picture: receives the file name and the (H, W, 3) uint8 RGB picture of each keyframe, in order of time.
    """

    write_picture: Callable[[str, NDArray[np.uint8]], None]
    _detector: ShotDetector = field(default_factory=ShotDetector)
    _queue: deque[Frame] = field(default_factory=deque)
    _cuts: set[int] = field(default_factory=set)
    _shot: _Shot | None = None
    _shots: list[tuple[Fraction, list[_Written]]] = field(default_factory=list)
    _end: Fraction = Fraction(0)
    _count: int = 0

    def take(self, frame: Frame) -> None:
        """Receive the next frame."""
        self._cuts.update(self._detector.take(frame))
        self._queue.append(frame)
        if len(self._queue) > WINDOW_FRAMES + CUT_MARGIN_FRAMES:
            self._settle()

    def finish(self, end: Fraction) -> None:
        """Learn where the video ends, and choose from what is left."""
        while self._queue:
            self._settle(last=True)
        if self._shot is not None:
            self._close(self._shot)
        self._end = end

    def keyframes(self) -> tuple[Keyframe, ...]:
        """Give the keyframes of the finished pass, in order of time."""
        starts = [start for start, _ in self._shots] + [self._end]
        return tuple(
            Keyframe(
                file=written.file,
                time=written.time,
                pts=written.pts,
                time_base=written.time_base,
                shot=number,
                shot_span=Span(start=starts[number], end=starts[number + 1]),
                why=written.why,
            )
            for number, (_, shot) in enumerate(self._shots)
            for written in shot
        )

    def _settle(self, *, last: bool = False) -> None:
        """Take the oldest frame of the queue, of which all is known by now."""
        frame = self._queue.popleft()
        shot = self._shot
        if shot is None or frame.ticks in self._cuts:
            self._cuts.discard(frame.ticks)
            if shot is not None:
                self._close(shot)
            shot = self._shot = _Shot(len(self._shots), frame, frame)
            self._shots.append((frame.time, []))
        ahead = list(self._queue)[:CUT_MARGIN_FRAMES]
        cut_ahead = any(later.ticks in self._cuts for later in ahead)
        early = frame.index - shot.first.index < CUT_MARGIN_FRAMES and shot.number > 0
        if cut_ahead or early:
            return
        if not last or len(ahead) == CUT_MARGIN_FRAMES or not (shot.kept or shot.window):
            self._look(shot, frame)

    def _look(self, shot: _Shot, frame: Frame) -> None:
        shot.fallback = frame if shot.fallback is shot.first else shot.fallback
        if frame.time - shot.last_look < Fraction(1, LOOKS_PER_SECOND):
            return
        shot.last_look = frame.time
        look = _Look.at(frame)
        if look.blank:
            return
        if shot.shown is not None and look.changed_from(shot.shown) < CHANGED_RATIO:
            shot.window.clear()
        elif shot.spacing_over(frame.time):
            shot.window.append(look)
            if frame.time - shot.window[0].frame.time >= WINDOW_S:
                self._choose(shot)

    def _choose(self, shot: _Shot) -> None:
        """Keep the sharpest look of the window, unless an earlier keyframe of the shot shows the same."""
        best = max(shot.window, key=lambda look: look.sharpness)
        shot.window.clear()
        shot.shown = best
        if any(best.changed_from(kept) <= SAME_RATIO for kept in shot.kept):
            return
        why = "sharpest of the shot's first second"
        if shot.kept:
            changed = max(best.changed_from(shot.kept[-1]), 0.01)
            why = f"sharpest after {changed:.0%} of the picture changed"
        self._write(best.frame, why)
        shot.kept.append(best)

    def _close(self, shot: _Shot) -> None:
        window = shot.window
        if window and (not shot.kept or window[-1].frame.time - window[0].frame.time >= SETTLED_S):
            self._choose(shot)
        if not shot.kept:
            blank = _Look.at(shot.fallback).blank
            self._write(shot.fallback, "the whole shot is blank" if blank else "the shot is only a few frames long")

    def _write(self, frame: Frame, why: str) -> None:
        self._count += 1
        file = f"{self._count:04d}_{float(frame.time):.3f}s.jpg"
        self.write_picture(file, frame.rgb())
        self._shots[-1][1].append(_Written(file, frame.time, frame.pts, frame.time_base, why))
