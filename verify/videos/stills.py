"""Single pictures of a video at given times, without decoding all of it where its container can be searched."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from verify.videos.decode import Frame, FramePass, SharedStream
from verify.videos.probe import OpenVideo, open_video

_SEARCHABLE = frozenset({"mov", "mp4", "matroska", "webm"})
"""Containers with an index by time; the others are decoded from the start, which is slow but right."""

_WORTH_A_SEARCH_S = 5
"""Frames nearer than this are reached by decoding on."""


def grab_pictures(path: Path, times: Sequence[Fraction]) -> dict[Fraction, NDArray[np.uint8]]:
    """Give the pictures shown at ``times``.

    Args:
        path: the video.
        times: exact seconds on the player's clock.

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
        return {time: frame.rgb() for time, frame in frames}


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
    run = FramePass(video)
    shared = SharedStream(run.time_base, video.pixel_aspect)
    first = next(run.frames(), None)
    if first is None:
        return
    shown = first
    for time in times:
        target = first.pts + int(time / run.time_base)
        if time - shown.time > _WORTH_A_SEARCH_S:
            video.container.seek(target, stream=video.stream)
        for picture in _pictures(video):
            ticks = int(picture.pts or 0) - first.pts
            if ticks * run.time_base > time:
                break
            shown = Frame(picture, shared, 0, ticks)
        # The frame that ended the search is used up; a time that falls on it is reached by searching back.
        yield time, shown
        video.container.seek(target, stream=video.stream)


def _pictures(video: OpenVideo) -> Iterator[VideoFrame]:
    try:
        for packet in video.container.demux(video.stream):
            try:
                yield from (picture for picture in packet.decode() if not picture.is_corrupt)
            except av.InvalidDataError:
                continue
    except av.FFmpegError:
        return
