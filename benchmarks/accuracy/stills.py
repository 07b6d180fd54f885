"""Screenshots of single frames: cut, compressed, captioned, small; and which instant of which source they show."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.accuracy.disguises.drawing import resize
from benchmarks.accuracy.disguises.kind import Props
from benchmarks.accuracy.disguises.overlays import caption_bars
from benchmarks.accuracy.footage import read_footage
from benchmarks.accuracy.looks import LOOKS_PER_S
from benchmarks.accuracy.records import Rgb, Source, chance_of

CROP_RATIO = 0.8
SMALL_PX = 480
QUALITY, POOR_QUALITY = 85, 40
LONGEST_SIDE_PX = 1280
Shot = Callable[[Rgb, np.random.Generator], Rgb]


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A screenshot that was made: the file, what was done to it, and what it shows."""

    path: Path
    kind: str
    source: str
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


KINDS: dict[str, tuple[Shot, int]] = {
    "cropped to 80 %": (_crop, QUALITY),
    "quality 40": (_whole, POOR_QUALITY),
    "captioned": (_caption, QUALITY),
    "480 px": (_small, QUALITY),
}
"""What is done to the picture, and the quality of the JPEG."""


def make_stills(sources: Sequence[Source], folder: Path) -> Iterator[Still]:
    """Take one screenshot of each kind from each source, at an instant that can be compared."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        for kind, (shot, quality) in KINDS.items():
            chance = chance_of("still", kind, source.name)
            moment = int(chance.choice(np.flatnonzero(source.live))) / LOOKS_PER_S + float(chance.uniform(0, 0.4))
            footage = read_footage(source.path, moment, moment + 0.05, LONGEST_SIDE_PX)
            stem = "".join(letter if letter.isalnum() else "_" for letter in f"{kind} {source.name}")
            path = folder / f"{stem}.jpg"
            picture = np.ascontiguousarray(shot(footage.pictures[0], chance)[..., ::-1])
            cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
            yield Still(path=path, kind=kind, source=source.name, time_s=moment)
