"""Local features of a made world that a camera pans over: minutes of video in no time."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from verify.matches.feature_frames import FeatureFrames

WIDTH, HEIGHT = 256.0, 144.0
DENSITY = 60
"""Features in a picture's width of the world."""

FLIPPED = 0.06
"""Share of the bits of a descriptor that differ from one picture to the next."""


@dataclass(frozen=True)
class World:
    """Points on a long strip, each with a descriptor; the camera moves along it by ``pan`` units a second, unevenly.

    Crops of an even pan could lie anywhere in time.
    """

    seed: int
    pan: float = 24.0
    seconds: float = 60.0
    points: NDArray[np.float64] = field(init=False)
    descriptors: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        length = WIDTH + abs(self.pan) * (self.seconds + 2)
        count = int(DENSITY * length / WIDTH)
        points = np.column_stack([rng.random(count) * length, rng.random(count) * HEIGHT])
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "descriptors", rng.integers(0, 256, (count, 16), dtype=np.uint8))

    def film(
        self,
        film_s: NDArray[np.float64],
        shown_s: NDArray[np.float64],
        scale: float = 1.0,
        shift: tuple[float, float] = (0.0, 0.0),
    ) -> FeatureFrames:
        """Show the world.

        Args:
            film_s: (m,) instants of the world that are shown.
            shown_s: (m,) when each is shown.
            scale: everything is so much larger…
            shift: …and moved by this much, in 1/256 of the picture's longer side.
        """
        rng = np.random.default_rng(self.seed + len(film_s))
        points, descriptors, counts = [], [], []
        for time in film_s.tolist():
            camera = abs(self.pan) * (time + 0.6 * np.sin(1.3 * time) + 0.3)
            places = (self.points - (camera, 0.0)) * scale + shift
            seen = ((places >= 0) & (places < (WIDTH, HEIGHT))).all(axis=1)
            noise = np.packbits(rng.random((int(seen.sum()), 128)) < FLIPPED, axis=1)
            points.append(places[seen])
            descriptors.append(self.descriptors[seen] ^ noise)
            counts.append(int(seen.sum()))
        return FeatureFrames(
            times=shown_s,
            first=np.concatenate([[0], np.cumsum(counts)]),
            points=np.floor(np.concatenate(points)).astype(np.float32) + np.float32(0.5),
            sizes=np.full(sum(counts), 8 * scale, np.float32),
            turns=np.zeros(sum(counts), np.float32),
            descriptors=np.ascontiguousarray(np.concatenate(descriptors)).view(np.uint64),
            extent=(WIDTH, HEIGHT),
            seconds=float(shown_s[-1]) + 0.3,
        )


def thin(frames: FeatureFrames, kept: int, seed: int) -> FeatureFrames:
    """Leave so many features of every frame, others in each."""
    rng = np.random.default_rng(seed)
    rows = []
    for frame in range(len(frames.times)):
        here = frames.of_frame(frame)
        count = min(kept, here.stop - here.start)
        rows.append(np.sort(here.start + rng.permutation(here.stop - here.start)[:count]))
    chosen = np.concatenate(rows)
    return replace(
        frames,
        first=np.concatenate([[0], np.cumsum([len(each) for each in rows])]),
        points=frames.points[chosen],
        sizes=frames.sizes[chosen],
        turns=frames.turns[chosen],
        descriptors=frames.descriptors[chosen],
    )
