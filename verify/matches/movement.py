"""Which features of a video stand still, and which moved: only what moves tells one instant from another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import project

if TYPE_CHECKING:
    from verify.matches.feature_alignment import FrameFit

NEAREST_S, FARTHEST_S = 0.7, 2.2
"""Frames so far apart are looked at: sooner, slow movement is none yet; later, the picture has changed. Several, for
detection misses a feature now and then."""

FEWEST_FEATURES = 8
"""A frame with fewer, in a fade or a flash, tells nothing of its neighbours."""

STILL_DISTANCE = 1.6
"""What moved less, in 1/256 of the longer side, did not move: places are kept to one such unit."""

SAME_BITS = 34

SURELY_KEPT = 0.8
"""A feature among this share of the strongest that a neighbour kept would be there if it were still shown."""

UNCHANGED_S = 1.5
"""A frame is followed by another within a second unless the picture stays as it is."""


class Standing:
    """Which features stand still: another frame shows them at the same place, or none differs.

    It is found out frame by frame as it is asked for: of a long reference few frames ever are.
    """

    def __init__(self, frames: FeatureFrames) -> None:
        self._frames = frames
        self._shown_s = np.diff(frames.times, append=frames.seconds)
        self._known = np.zeros(len(frames.times), bool)
        self._standing = np.zeros(len(frames.points), bool)

    def __getitem__(self, rows: slice | NDArray[np.integer]) -> NDArray[np.bool_]:
        """Tell of some features whether they stand still."""
        asked = np.arange(len(self._standing))[rows]
        frames = np.unique(np.searchsorted(self._frames.first, asked, side="right") - 1)
        for frame in frames[~self._known[frames]].tolist():
            self._look_at(frame)
        return self._standing[rows]

    def _look_at(self, frame: int) -> None:
        frames, here = self._frames, self._frames.of_frame(frame)
        others = _neighbours(frames, frame)
        kept = min((int(frames.first[other + 1] - frames.first[other]) for other in others), default=0)
        # The strongest come first: a weak one may be missing elsewhere because less was kept there.
        rank = np.arange(here.stop - here.start)
        standing = (self._shown_s[frame] > UNCHANGED_S) | (rank >= SURELY_KEPT * kept)
        for other in others:
            standing |= _found_at_place(frames, here, frames.of_frame(other))
        self._standing[here] = standing
        self._known[frame] = True


def _neighbours(frames: FeatureFrames, frame: int) -> list[int]:
    away = np.abs(frames.times - frames.times[frame])
    near = (away >= NEAREST_S) & (away <= FARTHEST_S) & (np.diff(frames.first) >= FEWEST_FEATURES)
    return [int(other) for other in np.flatnonzero(near)]


def shows_the_same(frames: FeatureFrames, one: int, other: int) -> float:
    """Give the share of the features of one frame that another shows at the same place."""
    found = _found_at_place(frames, frames.of_frame(one), frames.of_frame(other))
    return float(found.mean()) if len(found) else 0.0


def moving_in_sight(
    fits: Sequence["FrameFit"], reference: FeatureFrames, standing: Standing, extent: tuple[float, float]
) -> float:
    """Count the moving features of the reference that lie in the picture of the query, on average a fitted frame.

    Args:
        fits: query and reference frames with the map between them.
        reference: its features.
        standing: which of them stand still.
        extent: of the query's picture.
    """
    seen = []
    for fit in fits:
        rows = reference.of_frame(fit.reference_frame)
        inside = project(fit.fit.matrix, reference.points[rows][~standing[rows]].astype(np.float64))
        seen.append(int(((inside >= 0) & (inside <= np.array(extent))).all(axis=1).sum()))
    return float(np.mean(seen)) if seen else 0.0


def _found_at_place(frames: FeatureFrames, here: slice, there: slice) -> NDArray[np.bool_]:
    (x, y), (other_x, other_y) = frames.points[here].T, frames.points[there].T
    near = np.abs(x[:, np.newaxis] - other_x) <= STILL_DISTANCE
    near &= np.abs(y[:, np.newaxis] - other_y) <= STILL_DISTANCE
    ours, theirs = np.nonzero(near)
    bits = np.bitwise_count(frames.descriptors[here][ours] ^ frames.descriptors[there][theirs]).sum(axis=1)
    found = np.zeros(len(x), bool)
    found[ours[bits <= SAME_BITS]] = True
    return found
