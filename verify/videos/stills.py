"""Single pictures of a video at given times, without decoding all of it where its container can be searched."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from verify.videos.decode import FramePass
from verify.videos.frame import Frame, SharedStream
from verify.videos.probe import OpenVideo, open_video

_SEARCHABLE = frozenset({"mov", "mp4", "matroska", "webm"})
"""Containers with an index by time; the others are decoded from the start, which is slow but right."""

_WORTH_A_SEARCH_S = 5
"""Frames nearer than this are reached by decoding on."""


def grab_pictures(
    path: Path, times: Sequence[Fraction], *, longest_side_px: int | None = None
) -> dict[Fraction, NDArray[np.uint8]]:
    """Give the pictures shown at ``times``.

    Args:
        path: the video.
        times: exact seconds on the player's clock.
        longest_side_px: larger pictures are scaled down to this; None keeps their size.

    Returns:
        (H, W, 3) uint8 RGB by time, as shown; a time after the last frame gives the last frame. Empty where nothing
        could be decoded.

    Raises:
        FileAccessError, VideoError: the video cannot be opened.
    """
    wanted = sorted(set(times))
    with open_video(path) as video:
        searchable = not _SEARCHABLE.isdisjoint(video.container.format.name.split(","))
        frames = _search(video, wanted) if searchable else _walk(FramePass(video).frames(), wanted)
        return {time: _picture(frame, longest_side_px) for time, frame in frames}


def _picture(frame: Frame, longest_side_px: int | None) -> NDArray[np.uint8]:
    return frame.rgb(None if longest_side_px is None else min(longest_side_px, max(frame.size_px)))


def _walk(frames: Iterator[Frame], times: list[Fraction]) -> Iterator[tuple[Fraction, Frame]]:
    """Pair each time with the frame shown at it, from frames in order."""
    waiting = list(times)
    shown: Frame | None = None
    for frame in frames:
        while waiting and shown is not None and frame.time > waiting[0]:
            yield waiting.pop(0), shown
        if not waiting:
            return
        shown = frame
    if shown is not None:
        yield from ((time, shown) for time in waiting)


def _search(video: OpenVideo, times: list[Fraction]) -> Iterator[tuple[Fraction, Frame]]:
    """Jump to the key picture before each time and decode on from there."""
    search = _Search(video)
    for time in times:
        frame = search.shown_at(time)
        if frame is None:
            return
        yield time, frame


class _Search:
    """Finds frames at ascending times. What was decoded beyond a time is kept for the next one."""

    def __init__(self, video: OpenVideo) -> None:
        self._video = video
        self._run = FramePass(video)
        self._shared = SharedStream(self._run.time_base, video.pixel_aspect)
        self._pictures = self._run.pictures()
        self._origin: int | None = None
        self._shown = self._next = self._read()

    def shown_at(self, time: Fraction) -> Frame | None:
        """Give the frame shown at ``time``, None where nothing could be decoded."""
        if self._next is not None and time - self._next.time > _WORTH_A_SEARCH_S:
            self._jump(time)
        while self._next is not None and self._next.time <= time:
            self._shown, self._next = self._next, self._read()
        return self._shown

    def _jump(self, time: Fraction) -> None:
        """Seek to a key picture shown no later than ``time``; where indices mislead, go further back."""
        back = Fraction(0)
        while self._shown is not None and back <= time:
            target = (self._origin or 0) + int((time - back) / self._run.time_base)
            try:
                self._video.container.seek(target, stream=self._video.stream)
            except av.FFmpegError:
                return  # no usable index: decoding on reaches it as well
            self._pictures = self._run.pictures()
            self._next = self._read()
            if self._next is not None and self._next.time <= time:
                self._shown = self._next
                return
            back = 2 * back + _WORTH_A_SEARCH_S

    def _read(self) -> Frame | None:
        picture = next(self._pictures, None)
        if picture is None:
            return None
        pts = picture.pts or 0
        if self._origin is None:
            self._origin = pts
        return Frame(picture, self._shared, 0, pts - self._origin)
