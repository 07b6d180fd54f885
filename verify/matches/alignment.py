"""A stretch of the query that runs along one line in time through a reference.

Both kinds of evidence end here: frame hashes along the line, and local features that fit on a map. What they say of one
stretch is put together.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from verify.matches.feature_alignment import FeatureStretch, FrameFit
from verify.matches.frames import TOO_FAR, Frames, hash_distances
from verify.matches.lines import Line

SAME_LINE_S = 0.75
"""Two stretches on one line may differ by this much where they meet: a still scene leaves features that freedom."""

LONGEST_GAP_S = 2.5
"""Between two stretches on one line this much may be hidden."""

STEP_S = 1 / 6
LONGEST_EXTENSION_S = 1.2
"""Beyond the first and last frame with features a stretch goes on up to a cut, but no farther than this: frames with
features are about a second apart."""

CUT_BITS = 84
"""Frame hashes a sixth of a second apart that differ by this much are of two shots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """One stretch with all its evidence.

    Attributes:
        video_id: the reference.
        mirrored: the query shows it mirrored left to right.
        negative: with dark and bright exchanged.
        line: the alignment in time.
        query_s, reference_s: start and end of the stretch in seconds, both ascending.
        query_frames: (n,) indices of the query's comparable frame hashes in the stretch.
        distances: (n,) bits between each and its counterpart in the reference; ``TOO_FAR`` without one.
        fits: frames whose local features agree on a map, in order of time.
    """

    video_id: str
    mirrored: bool
    negative: bool
    line: Line
    query_s: tuple[float, float]
    reference_s: tuple[float, float]
    query_frames: NDArray[np.int64]
    distances: NDArray[np.int16]
    fits: tuple[FrameFit, ...] = ()

    @property
    def seconds(self) -> float:
        """Length of the stretch in the query."""
        return self.query_s[1] - self.query_s[0]


def from_features(
    query: Frames, reference: Frames, video_id: str, change: tuple[bool, bool], stretch: FeatureStretch
) -> Alignment:
    """Give the alignment of a stretch that local features follow, up to the cuts around it.

    Args:
        query: its frame hashes.
        reference: likewise.
        video_id: the reference.
        change: whether mirrored, whether negative.
        stretch: what was found.
    """
    begin = _extend(query, reference, stretch.line, stretch.query_s[0], (-STEP_S, LONGEST_EXTENSION_S))
    end = _extend(query, reference, stretch.line, stretch.query_s[1], (STEP_S, LONGEST_EXTENSION_S))
    return along(query, reference, video_id, change, replace(stretch, query_s=(begin, end)))


def along(
    query: Frames, reference: Frames, video_id: str, change: tuple[bool, bool], stretch: FeatureStretch
) -> Alignment:
    """Give the alignment of a stretch from its start to its end; the arguments are those of ``from_features``."""
    query_s, reference_s = spans_on_both(stretch.line, stretch.query_s, reference.seconds)
    inside = query.comparable & (query.ends > query_s[0]) & (query.starts < query_s[1])
    frames = np.flatnonzero(inside)
    return Alignment(
        video_id=video_id,
        mirrored=change[0],
        negative=change[1],
        line=stretch.line,
        query_s=query_s,
        reference_s=reference_s,
        query_frames=frames,
        distances=_distances(query, reference, frames, stretch.line, mirrored=change[0]),
        fits=stretch.fits,
    )


def spans_on_both(
    line: Line, query_s: tuple[float, float], reference_seconds: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Give the stretch in query and reference: what the reference cuts off at its ends, the query loses too."""
    here = np.array(query_s)
    there = np.clip(line.reference_time(here), 0, reference_seconds)
    here = np.clip((there - line.offset_s) / line.speed, query_s[0], query_s[1])
    begin, end = sorted(there.tolist())
    return (float(here[0]), float(here[1])), (begin, end)


def append(alignments: list[Alignment], one: Alignment, reference_seconds: float) -> None:
    """Add a stretch found by features; one that goes on from another along the same line lengthens that.

    Args:
        alignments: those of one reference.
        one: the stretch to add.
        reference_seconds: length of the reference.
    """
    at = next((place for place, other in enumerate(alignments) if _goes_on_from(other, one)), None)
    if at is None:
        alignments.append(one)
    else:
        alignments[at] = _join(alignments[at], one, reference_seconds)


def _goes_on_from(finer: Alignment, other: Alignment) -> bool:
    if (finer.mirrored, finer.negative) != (other.mirrored, other.negative) or finer.line.speed * other.line.speed < 0:
        return False
    begin, end = max(finer.query_s[0], other.query_s[0]), min(finer.query_s[1], other.query_s[1])
    if begin - end > LONGEST_GAP_S:
        return False
    middle = np.array([(begin + end) / 2])
    return bool(abs(finer.line.reference_time(middle) - other.line.reference_time(middle))[0] <= SAME_LINE_S)


def _join(finer: Alignment, other: Alignment, reference_seconds: float) -> Alignment:
    """Lengthen a stretch by another; its own line stays."""
    begin, end = min(finer.query_s[0], other.query_s[0]), max(finer.query_s[1], other.query_s[1])
    known = np.isin(other.query_frames, finer.query_frames, invert=True)
    frames = np.concatenate([finer.query_frames, other.query_frames[known]])
    order = np.argsort(frames, kind="stable")
    distances = np.concatenate([finer.distances, other.distances[known]])
    query_s, reference_s = spans_on_both(finer.line, (begin, end), reference_seconds)
    return replace(
        finer,
        query_s=query_s,
        reference_s=reference_s,
        query_frames=frames[order],
        distances=distances[order],
        fits=tuple(sorted((*finer.fits, *other.fits), key=lambda fit: fit.query_s)),
    )


def up_to_cuts(
    videos: tuple[Frames, Frames], line: Line, query_s: tuple[float, float], longest: tuple[float, float]
) -> tuple[float, float]:
    """Lengthen a stretch towards the ends of a longer one, but not beyond a cut in query or reference."""
    begin = _extend(*videos, line, query_s[0], (-STEP_S, query_s[0] - longest[0]))
    end = _extend(*videos, line, query_s[1], (STEP_S, longest[1] - query_s[1]))
    return max(begin, longest[0]), min(end, longest[1])


def _extend(query: Frames, reference: Frames, line: Line, start_s: float, steps: tuple[float, float]) -> float:
    """Go on from an instant of the query while neither video cuts, in steps of so much and by so much at most."""
    step_s, most_s = steps
    here = start_s
    while abs(here + step_s - start_s) <= most_s:
        then = here + step_s
        if not _goes_on(query, here, then):
            break
        there, beyond = line.reference_time(np.array([here, then])).tolist()
        if not _goes_on(reference, there, beyond):
            break
        here = then
    edge = query.seconds if step_s > 0 else 0.0
    return edge if abs(edge - here) < 2 * STEP_S else here


def _goes_on(frames: Frames, before_s: float, after_s: float) -> bool:
    """Whether the same shot is shown at two instants; beyond the ends nothing is."""
    if not (0 <= after_s <= frames.seconds and len(frames.starts)):
        return False
    first, second = (_shown_at(frames, time) for time in (before_s, after_s))
    if first == second:
        return True
    if not (frames.comparable[first] and frames.comparable[second]):
        return False
    return bool(hash_distances(frames.hashes[first], frames.hashes[second]) < CUT_BITS)


def _shown_at(frames: Frames, time_s: float) -> int:
    return max(0, int(np.searchsorted(frames.starts, time_s + 1e-6, side="right")) - 1)


def _distances(
    query: Frames, reference: Frames, frames: NDArray[np.int64], line: Line, *, mirrored: bool
) -> NDArray[np.int16]:
    there = line.reference_time(query.starts[frames])
    at = (np.searchsorted(reference.starts, there + STEP_S / 2, side="right") - 1).clip(0)
    hashes = (query.mirrored if mirrored else query.hashes)[frames]
    usable = (there >= -STEP_S) & (there < reference.seconds) & reference.comparable[at]
    return np.where(usable, hash_distances(hashes, reference.hashes[at]), TOO_FAR).astype(np.int16)
