"""Small clips whose every frame carries its own number, so that a test can tell which frame it was given.

``Footage`` is a supply of pictures: a picture depends on its index and on nothing else. ``VideoSpec`` says
which of them a file shows and when. A file that reuses footage is a spec with the same footage and some of
its indices. Files that are odd beyond their pictures and times are made in ``made_files``.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.packet import Packet

Picture: TypeAlias = NDArray[np.uint8]
Look: TypeAlias = Literal["moving", "locked", "static", "black", "grey"]

WIDTH_PX = 320
HEIGHT_PX = 180
GREY_LUMA = 126
NOISE_LUMA = 3.0
"""Standard deviation of the noise of a static scene: that of a phone indoors."""
NO_KEYFRAMES = 1_000_000
"""As ``keyframe_interval``: only the first frame is a keyframe."""

# The bar code lies on the 8 px grid of JPEG and H.264, so that no coded block mixes cells at full size.
CELL_PX = 8
BAR_LEFT_PX, BAR_TOP_PX = 8, 8
COLUMNS = 16
INDEX_BITS = 16
CHECK_BITS = 12
MARK = 0b1101
"""Fixed cells: neither mirrored nor negative pictures show them, nor flat ones."""
DARKEST_WHITE, BRIGHTEST_BLACK = 165, 90


class MisreadError(ValueError):
    """The picture shows no bar code, or one that is damaged."""


def _check_bits(index: int) -> int:
    """Give the check of an index: any two bar codes differ in at least four cells."""
    return zlib.crc32(index.to_bytes(2, "big")) >> (32 - CHECK_BITS)


def _cells_of(index: int) -> NDArray[np.bool_]:
    """Give the (2, 16) cells of an index, True for white: the index, then the mark and the check."""
    code = (index << INDEX_BITS) | (MARK << CHECK_BITS) | _check_bits(index)
    bits = [code >> place & 1 for place in reversed(range(2 * COLUMNS))]
    return np.array(bits, dtype=np.bool_).reshape(2, COLUMNS)


def stamp_index(picture: Picture, index: int) -> None:
    """Draw the bar code of ``index``, 0 to 65535, into a (180, 320, 3) picture: 128 by 16 px, top left."""
    if not 0 <= index < 1 << INDEX_BITS:
        message = f"a bar code holds 0 to {(1 << INDEX_BITS) - 1}, not {index}"
        raise ValueError(message)
    strip = np.kron(_cells_of(index), np.full((CELL_PX, CELL_PX), 255)).astype(np.uint8)
    height, width = strip.shape
    picture[BAR_TOP_PX : BAR_TOP_PX + height, BAR_LEFT_PX : BAR_LEFT_PX + width] = strip[..., np.newaxis]


def read_index(picture: Picture) -> int:
    """Read the bar code of a whole picture of any size, upright and without borders.

    Args:
        picture: (H, W) luma or (H, W, 3) in any order of colours; H and W may be scaled by different factors.

    Returns:
        The index with which the picture was drawn.

    Raises:
        MisreadError: a cell is neither black nor white, or the check fails.
    """
    luma = picture.mean(axis=2) if picture.ndim == 3 else picture
    code = 0
    for row in range(2):
        for column in range(COLUMNS):
            code = code << 1 | _read_cell(luma, row, column)
    index = code >> INDEX_BITS
    if code & 0xFFFF != (MARK << CHECK_BITS | _check_bits(index)):
        message = f"cells {code:032b} are no bar code"
        raise MisreadError(message)
    return index


def _read_cell(luma: NDArray[Any], row: int, column: int) -> bool:
    """Tell whether a cell is white; only its inner quarter counts, edges blur."""
    top, bottom = _inner_px(BAR_TOP_PX + row * CELL_PX, luma.shape[0] / HEIGHT_PX)
    left, right = _inner_px(BAR_LEFT_PX + column * CELL_PX, luma.shape[1] / WIDTH_PX)
    level = float(luma[top:bottom, left:right].mean()) if luma.size else 0.0
    if BRIGHTEST_BLACK < level < DARKEST_WHITE:
        message = f"cell {row}, {column} is neither black nor white: {level:.0f}"
        raise MisreadError(message)
    return level >= DARKEST_WHITE


def _inner_px(start_px: int, scale: float) -> tuple[int, int]:
    """Give the span of a cell without a quarter on either side, in a picture scaled by ``scale``."""
    first = int((start_px + CELL_PX // 4) * scale)
    return first, max(first + 1, int((start_px + CELL_PX - CELL_PX // 4) * scale))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One shot.

    Attributes:
        seed: the place: textures and colours. No two seeds look alike.
        frames: its length.
        look: ``moving`` pans over the place while three discs cross it; ``locked`` is a camera that stands
            still; ``static`` is one picture with fresh noise in every frame; ``black`` and ``grey`` are flat.
        take: another take of one seed is the same place recorded another time, not the same footage.
    """

    seed: int = 1
    frames: int = 50
    look: Look = "moving"
    take: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """Scenes joined by hard cuts; a picture is named by its index over all of them.

    Attributes:
        scenes: in order.
        bar_code: whether pictures carry their index. Flat scenes never do.
        borders_px: black left, top, right and bottom, added around the picture, even numbers.
    """

    scenes: tuple[Scene, ...] = (Scene(),)
    bar_code: bool = True
    borders_px: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def frames(self) -> int:
        """The number of pictures."""
        return sum(scene.frames for scene in self.scenes)

    @property
    def cuts(self) -> tuple[int, ...]:
        """The first index of each scene but the first."""
        return tuple(accumulate(scene.frames for scene in self.scenes[:-1]))

    def crop(self, picture: Picture) -> Picture:
        """Take the borders off a picture in its original size."""
        left, top, right, bottom = self.borders_px
        height, width = picture.shape[:2]
        return picture[top : height - bottom, left : width - right]


def draw_picture(footage: Footage, index: int) -> Picture:
    """Draw one picture: (180, 320, 3) RGB plus borders, the same on every call."""
    if not 0 <= index < footage.frames:
        message = f"the footage has {footage.frames} pictures, none numbered {index}"
        raise IndexError(message)
    starts = (0, *footage.cuts)
    number = sum(start <= index for start in starts) - 1
    scene = footage.scenes[number]
    picture = _draw_scene(scene, index - starts[number])
    if footage.bar_code and scene.look not in {"black", "grey"}:
        stamp_index(picture, index)
    left, top, right, bottom = footage.borders_px
    return np.pad(picture, ((top, bottom), (left, right), (0, 0)))


def _draw_scene(scene: Scene, step: int) -> Picture:
    """Draw frame ``step`` of a scene without bar code."""
    if scene.look in {"black", "grey"}:
        level = GREY_LUMA if scene.look == "grey" else 0
        return np.full((HEIGHT_PX, WIDTH_PX, 3), level, dtype=np.uint8)
    if scene.look == "static":
        rng = np.random.default_rng((scene.seed, scene.take, step, 4))
        noise = rng.normal(0, NOISE_LUMA, (HEIGHT_PX, WIDTH_PX, 1))
        still = _view_place(scene, 0)
        return np.clip(np.rint(still + noise), 0, 255).astype(np.uint8)
    return _add_discs(_view_place(scene, step), scene, step)


def _view_place(scene: Scene, step: int) -> Picture:
    """Crop what the camera sees of the place."""
    place = _paint_place(scene.seed)
    corner = np.random.default_rng((scene.seed, 1)).integers(40, 140, 2)
    if scene.look == "moving":
        pan = np.random.default_rng((scene.seed, scene.take, 2))
        corner = corner + np.rint(step * pan.uniform(0.8, 2.5, 2) * pan.choice([-1, 1], 2)).astype(np.int64)
    room = np.array([HEIGHT_PX, WIDTH_PX])
    top, left = room - np.abs(corner % (2 * room) - room)  # turns back at the edge
    view: Picture = place[top : top + HEIGHT_PX, left : left + WIDTH_PX]
    return view.copy()


@lru_cache(maxsize=32)
def _paint_place(seed: int) -> Picture:
    """Paint a place four pictures large: clouds of colour at four scales, then shapes with sharp corners."""
    rng = np.random.default_rng(seed)
    height, width = 2 * HEIGHT_PX, 2 * WIDTH_PX
    paint = np.full((height, width, 3), 128.0)
    for rows, depth in ((3, 100), (9, 80), (30, 60), (90, 30)):
        clouds = rng.uniform(-1, 1, (rows, rows * 16 // 9, 3))
        paint += depth * cv2.resize(clouds, (width, height), interpolation=cv2.INTER_LINEAR)
    place: Picture = np.clip(paint, 0, 255).astype(np.uint8)
    for _ in range(40):
        left, top = (int(value) for value in rng.integers(0, (width, height)))
        wide, high = (int(value) for value in rng.integers(8, 60, 2))
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        cv2.rectangle(place, (left, top), (left + wide, top + high), colour, -1)
    return place


def _add_discs(picture: Picture, scene: Scene, step: int) -> Picture:
    """Let three discs cross the picture on paths that do not repeat."""
    rng = np.random.default_rng((scene.seed, scene.take, 3))
    for _ in range(3):
        periods, phases = rng.uniform(45, 200, 2), rng.uniform(0, 2 * np.pi, 2)
        x, y = 0.5 + 0.5 * np.sin(2 * np.pi * step / periods + phases)
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        centre = (int(x * WIDTH_PX), int(y * HEIGHT_PX))
        cv2.circle(picture, centre, int(rng.integers(10, 28)), colour, -1)
    return picture


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSpec:
    """One video stream.

    Attributes:
        footage: where the pictures come from.
        indices: which of them are shown, in order; None for all.
        time_base: seconds of one tick.
        pts: tick of each frame; None for one tick a frame from ``start_pts``. Matroska rounds to 1 ms.
        start_pts: first tick where ``pts`` is None.
        codec: name of the encoder: ``libx264``, ``libvpx-vp9``, ``mpeg4``…
        pixel_format: of the encoder; one with alpha goes with a ``change`` to RGBA.
        b_frames: most B-frames in a row, of libx264.
        keyframe_interval: most frames from one keyframe to the next.
        pixel_aspect: width over height of a pixel, declared only.
        change: what is done to each picture before it is encoded.
    """

    footage: Footage = Footage()
    indices: range | tuple[int, ...] | None = None
    time_base: Fraction = Fraction(1, 25)
    pts: tuple[int, ...] | None = None
    start_pts: int = 0
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    b_frames: int = 3
    keyframe_interval: int = 50
    pixel_aspect: Fraction = Fraction(1)
    change: Callable[[Picture], Picture] | None = None

    def list_indices(self) -> tuple[int, ...]:
        """List the indices shown."""
        return tuple(range(self.footage.frames) if self.indices is None else self.indices)

    def list_pts(self) -> tuple[int, ...]:
        """List the ticks of the frames."""
        count = len(self.list_indices())
        ticks = tuple(range(self.start_pts, self.start_pts + count)) if self.pts is None else self.pts
        if len(ticks) != count or any(later <= earlier for earlier, later in pairwise(ticks)):
            message = f"{count} frames need as many ascending ticks, not {ticks}"
            raise ValueError(message)
        return ticks

    def draw(self, index: int) -> Picture:
        """Draw a picture as it is handed to the encoder."""
        picture = draw_picture(self.footage, index)
        return np.ascontiguousarray(self.change(picture)) if self.change else picture


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeVideo:
    """What a player must show of a file.

    Attributes:
        path: the file.
        indices: the index of each frame shown, in order.
        times: when each is shown, in exact seconds; the first one at 0.
        seconds: end of the last frame, which lasts as long as the one before it.
    """

    path: Path
    indices: tuple[int, ...]
    times: tuple[Fraction, ...]
    seconds: Fraction


def write_video(path: Path, spec: VideoSpec) -> MadeVideo:
    """Encode a spec; the ending of ``path`` says into which container. The same spec gives the same bytes."""
    indices, ticks = spec.list_indices(), spec.list_pts()
    last = ticks[-1] - ticks[-2] if len(ticks) > 1 else 1
    durations = dict(zip(ticks, (*(after - tick for tick, after in pairwise(ticks)), last), strict=True))
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = _add_stream(container, spec)
        for index, tick in zip(indices, ticks, strict=True):
            picture = spec.draw(index)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24" if picture.shape[2] == 3 else "rgba")
            frame.pts, frame.time_base = tick, spec.time_base
            _mux(container, stream.encode(frame), durations)
        _mux(container, stream.encode(None), durations)
    times = tuple((tick - ticks[0]) * spec.time_base for tick in ticks)
    return MadeVideo(path=path, indices=indices, times=times, seconds=times[-1] + last * spec.time_base)


def _add_stream(container: OutputContainer, spec: VideoSpec) -> VideoStream:
    """Open the encoder of a spec, single-threaded: the number of threads changes the bytes."""
    x264 = f"threads=1:bframes={spec.b_frames}:b-adapt=0:keyint={spec.keyframe_interval}:scenecut=0"
    options = {
        "libx264": {"preset": "ultrafast", "x264-params": x264},
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "threads": "1", "crf": "20", "b": "0"},
    }.get(spec.codec, {"qscale": "3", "flags": "+qscale"})
    stream = cast("VideoStream", container.add_stream(spec.codec, rate=25, options=options))
    stream.height, stream.width = spec.draw(spec.list_indices()[0]).shape[:2]
    stream.pix_fmt = spec.pixel_format
    stream.time_base = stream.codec_context.time_base = spec.time_base
    stream.codec_context.sample_aspect_ratio = spec.pixel_aspect
    stream.codec_context.gop_size = spec.keyframe_interval
    return stream


def _mux(container: OutputContainer, packets: "list[Packet[VideoStream]]", durations: dict[int, int]) -> None:
    """Write packets with the durations of their frames; encoders leave them empty and muxers then guess."""
    for packet in packets:
        packet.duration = durations[cast("int", packet.pts)]
        container.mux(packet)
