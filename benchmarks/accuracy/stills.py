"""Screenshots of single frames, cut, captioned or disguised; and which instant of which source each of them shows."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benchmarks.accuracy.disguises.drawing import resize
from benchmarks.accuracy.disguises.kind import Props
from benchmarks.accuracy.disguises.kinds import KIND_BY_NAME
from benchmarks.accuracy.disguises.overlays import caption_bars
from benchmarks.accuracy.footage import read_footage
from benchmarks.accuracy.looks import LOOKS_PER_S
from benchmarks.accuracy.making import code_digest
from benchmarks.accuracy.planning import rotate
from benchmarks.accuracy.records import Query, Rgb, Source, chance_of, digest_of

STILL = "still"
CROP_RATIO = 0.8
SMALL_PX = 480
QUALITY, POOR_QUALITY = 85, 40
LONGEST_SIDE_PX = 1280
BEFORE_END_S = 0.2
"""What the last frame of a file shows belongs to no other instant: none is taken so near the end."""

Shot = Callable[[Rgb, np.random.Generator], Rgb]


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A screenshot: what is looked for, and what it shows.

    Attributes:
        query: file, kind, and places seen; without length.
        source: whose frame it is.
        time_s: when that frame is shown.
    """

    query: Query
    source: Source
    time_s: float


def _whole(rgb: Rgb, _chance: np.random.Generator) -> Rgb:
    return rgb


def _crop(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    height, width = rgb.shape[:2]
    wide, high = round(width * CROP_RATIO), round(height * CROP_RATIO)
    left, top = int(chance.integers(width - wide + 1)), int(chance.integers(height - high + 1))
    return rgb[top : top + high, left : left + wide]


def _caption(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    height, width = rgb.shape[:2]
    return caption_bars(Props(chance=chance, width_px=width, height_px=height, beside=lambda _time: rgb))(rgb, 0.0)


def _small(rgb: Rgb, _chance: np.random.Generator) -> Rgb:
    height, width = rgb.shape[:2]
    scale = min(1.0, SMALL_PX / max(width, height))
    return resize(rgb, round(width * scale), round(height * scale))


def _disguise(name: str, rgb: Rgb, chance: np.random.Generator) -> Rgb:
    build = KIND_BY_NAME[name].build
    if build is None:
        return rgb
    height, width = rgb.shape[:2]
    return build(Props(chance=chance, width_px=width, height_px=height, beside=lambda _time: rgb))(rgb, 0.0)


SCREENSHOTS: dict[str, tuple[Shot, int]] = {
    "cropped to 80 %": (_crop, QUALITY),
    "quality 40": (_whole, POOR_QUALITY),
    "captioned": (_caption, QUALITY),
    "480 px": (_small, QUALITY),
}
"""What is done to the picture, and the quality of the JPEG: of these the targets speak."""

DISGUISED: dict[str, tuple[Shot, int]] = {
    name: (partial(_disguise, name), QUALITY)
    for name in (
        "mirrored",
        "cropped to 65 %",
        "cut to 1:1",
        "meme frame",
        "ticker and logo",
        "phone screen",
        "negative",
    )
}
"""Disguises of clips, for what they show of stills."""

KINDS = SCREENSHOTS | DISGUISED


def plan_stills(sources: Sequence[Source], count: int, folder: Path) -> tuple[Still, ...]:
    """Plan a screenshot of each kind from so many sources, at instants that can be compared."""
    return tuple(_plan(folder, sources, count))


def _plan(folder: Path, sources: Sequence[Source], count: int) -> Iterator[Still]:
    code = code_digest() + digest_of([Path(__file__)])
    for source in rotate([one for one in sources if any(one.live)], STILL, count):
        for kind in KINDS:
            chance = chance_of(STILL, kind, source.name)
            moment = int(chance.choice(np.flatnonzero(source.live))) / LOOKS_PER_S + float(chance.uniform(0, 0.4))
            time_s = max(0.0, min(moment, source.seconds - BEFORE_END_S))
            stamp = f"{kind} {source.name} {source.path.stat().st_size} {code}".encode("utf-8", "surrogateescape")
            yield Still(
                query=Query(
                    name=f"{STILL}/{kind}/{source.name}",
                    path=folder / f"still-{hashlib.sha256(stamp).hexdigest()[:16]}.jpg",
                    kind=kind,
                    group=STILL,
                    seconds=0.0,
                    present=frozenset({source.name}),
                    scenes=frozenset({source.scene} - {""}),
                ),
                source=source,
                time_s=time_s,
            )


def make_still(still: Still) -> Path:
    """Take a planned screenshot unless it is there already."""
    path = still.query.path
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    shot, quality = KINDS[still.query.kind]
    footage = read_footage(still.source.path, still.time_s, still.time_s + 0.05, LONGEST_SIDE_PX)
    picture = shot(footage.pictures[0], chance_of(STILL, still.query.kind, still.source.name, "shot"))
    _, coded = cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    partial_path = path.with_suffix(".part")
    partial_path.write_bytes(coded.tobytes())
    partial_path.replace(path)
    return path
