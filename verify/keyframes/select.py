"""Choose the frames that stand for a video, and say why."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from verify.keyframes.looks import BlendJudge, Blinking, Cells, Look
from verify.keyframes.shots import WINDOW_FRAMES, ShotDetector
from verify.records.keyframe import Keyframe
from verify.records.time import Span
from verify.videos.frame import Frame

CUT_MARGIN_FRAMES = 3
"""A keyframe keeps this far from both ends of its shot: compression smears a cut over its neighbours."""

LOOKS_PER_SECOND = 8

CHANGED_RATIO = 0.006
"""Share of changed cells from which the picture shows something else: four of 576."""

SAME_RATIO = 0.003
"""Up to this share of changed cells two keyframes of one shot are the same picture, and the later one is dropped."""

WINDOW_S = Fraction(1)
"""A keyframe is the sharpest of the first second that shows something else, blurred by motion least."""

LONGEST_WINDOW_S = Fraction(3)
"""So long a dissolve is waited for to end, where all of the first second is a blend of two pictures."""

SETTLED_S = Fraction(1, 2)
"""What lasts less than this before the shot ends has no keyframe of its own."""

SPACING_S = Fraction(1)
SPACING_RATIO = Fraction(1, 10)
"""Keyframes of a shot are a second apart, or a tenth of how long the shot has run: a long drive does not
give hundreds."""


@dataclass(slots=True)
class _Window:
    """A stretch that shows something else than the last keyframe, and the best look in it."""

    best: Look
    start: Fraction
    end: Fraction

    @property
    def seconds(self) -> Fraction:
        return self.end - self.start


@dataclass
class _Shot:
    """A shot while it is seen; it holds cells, not frames, of what was kept, so that it may run for hours.

    ``shown`` is what later looks are compared with; ``opening`` holds the first frames, from which one is taken when
    the shot is too short to keep away from its cuts.
    """

    number: int
    first: Frame
    opening: list[Frame] = field(default_factory=list)
    kept: list[Cells] = field(default_factory=list)
    kept_last: Fraction = Fraction(0)
    shown: Cells | None = None
    window: _Window | None = None
    looks: int = 0
    last_look: Fraction = Fraction(-1)
    blinking: Blinking = field(default_factory=Blinking)

    def spacing_over(self, time: Fraction) -> bool:
        """Whether the last keyframe is far enough back for another."""
        if not self.kept:
            return True
        apart = time - self.kept_last
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
    _judge: BlendJudge = field(default_factory=BlendJudge)
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
            shot = self._shot = _Shot(len(self._shots), frame)
            self._shots.append((frame.time, []))
        if len(shot.opening) < 2 * CUT_MARGIN_FRAMES:
            shot.opening.append(frame)
        ahead = list(self._queue)[:CUT_MARGIN_FRAMES]
        cut_ahead = any(later.ticks in self._cuts for later in ahead)
        early = frame.index - shot.first.index < CUT_MARGIN_FRAMES and shot.number > 0
        if cut_ahead or early:
            return
        if not last or len(ahead) == CUT_MARGIN_FRAMES or not shot.looks:
            self._look(shot, frame)

    def _look(self, shot: _Shot, frame: Frame) -> None:
        if frame.time - shot.last_look < Fraction(1, LOOKS_PER_SECOND):
            return
        shot.last_look = frame.time
        look = Look.at(frame)
        if look.blank:
            return
        shot.looks += 1
        shot.blinking.take(look.cells)
        judged = self._judge.take(look)
        if judged is not None:
            self._consider(shot, judged)

    def _consider(self, shot: _Shot, look: Look) -> None:
        """Let a look compete for the next keyframe of its shot, if it shows something else than the last one."""
        time = look.frame.time
        if shot.shown is not None and shot.blinking.steady_change(look.cells, shot.shown) < CHANGED_RATIO:
            shot.window = None
            return
        if shot.window is None:
            if shot.spacing_over(time):
                shot.window = _Window(look, time, time)
            return
        window = shot.window
        window.best = max(window.best, look, key=Look.worth)
        window.end = time
        if window.seconds >= (LONGEST_WINDOW_S if window.best.blend else WINDOW_S):
            self._choose(shot, window.best)

    def _choose(self, shot: _Shot, best: Look) -> None:
        """Keep a look, unless an earlier keyframe of the shot shows the same."""
        shot.window = None
        shot.shown = best.cells
        changes = [shot.blinking.steady_change(best.cells, kept) for kept in shot.kept]
        if changes and min(changes) <= SAME_RATIO:
            return
        why = "sharpest of the shot's first second"
        if changes:
            why = f"sharpest after {max(changes[-1], 0.01):.0%} of the picture changed"
        self._write(best.frame, why)
        shot.kept.append(best.cells)
        shot.kept_last = best.frame.time

    def _close(self, shot: _Shot) -> None:
        judged = self._judge.flush()
        if judged is not None:
            self._consider(shot, judged)
        window = shot.window
        if window is not None and (not shot.kept or (window.seconds >= SETTLED_S and not window.best.blend)):
            self._choose(shot, window.best)
        if not shot.kept:
            middle = shot.opening[len(shot.opening) // 2]
            blank = Look.at(middle).blank
            self._write(middle, "the whole shot is blank" if blank else "the shot is only a few frames long")

    def _write(self, frame: Frame, why: str) -> None:
        self._count += 1
        file = f"{self._count:04d}_{float(frame.time):.3f}s.jpg"
        self.write_picture(file, frame.rgb())
        self._shots[-1][1].append(_Written(file, frame.time, frame.pts, frame.time_base, why))
