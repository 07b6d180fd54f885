"""Same footage or only the same scene: told by what moves at the aligned instants.

A background says where, not when. In a copy whatever changes in the reference changes in the query at the same
instants; another recording of the place moves in its own way.

Three witnesses are asked. The brightness of the blocks of the picture over time is laid where local features say, and
correlated. The bits of the frame hashes that change over time are correlated with each other: what a caption or a
border changes for good drops out. And of the points that local features agree on, those that do not stand still are
counted at the aligned instants. Each is compared with what it says at instants some seconds off.

Hashes that change alike decide: of whole pictures that is no chance. Else the first that tells anything does, in the
order above; where brightness leaves it open though something moves, points alone decide only if they are many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.alignment import Alignment
from verify.matches.brightness_lines import Agreement, LaidCourses
from verify.matches.feature_alignment import FrameFit
from verify.matches.frames import Frames
from verify.matches.geometry import project
from verify.matches.lines import Line
from verify.matches.tracing import SAMPLE_S

ALIKE, OTHERWISE, UNTOLD = "alike", "otherwise", "untold"
"""What moves does so alike; does so otherwise; nothing tells."""

STEP_S = SAMPLE_S
FEWEST_SAMPLES = 6
SLACK_S = (-2 * STEP_S, -STEP_S, 0.0, STEP_S, 2 * STEP_S)
"""An alignment may be off by this much where little moves."""

CONTROL_S = (-3.0, -2.0, -1.2, 1.2, 2.0, 3.0)
"""Shifts at which nothing should agree that moves."""

FEWEST_CHANGES, TELLING_CHANGES = 1.0, 3.0
"""Bits that must change over time, on average a frame, for their changes to be compared; and from which on it means
something that they do not agree."""

ALIKE_CORRELATION, CLEAR_OF_CONTROL = 0.35, 0.25
"""Correlation of changes from which they are alike, and by how much it must exceed that of shifted instants. Of 216
stretches of copies one in twenty lies below 0.55, of 58 stretches of one scene in two recordings none above 0.31."""

OTHERWISE_CORRELATION = 0.25
WHOLE_PICTURE_BITS = 72
"""Where frame hashes are farther apart than this on average, the whole pictures are not alike, and changes that do not
agree say nothing, most of them may be hidden; unless features say that the one picture lies just where the other does:
then a caption or a bezel is all that they share."""

ALIKE_POINTS, ALIKE_POINTS_IN_ALL, ALIKE_RATIO = 1.5, 12, 2.0
"""Moving points a frame and over all, and how many times those of shifted instants, from which movement is alike."""

MANY_POINTS, MANY_RATIO = 6.0, 3.0
"""Where brightness leaves it open, so many moving points a frame, so many times those of shifted instants, are needed:
two people who walk alike share some."""

FEWEST_CONTROL_FRAMES = 3

MOST_WANDERING = 12.0
"""A copy lies at one place of the query, or about it where it was shaken or zoomed: half of its frames within this, in
1/256 of the longer side. Two recordings by moving cameras lie now here, now there."""

MOVING_SEEN = 6.0
"""Moving points of the reference a frame that lie in the query: with so many, and none found, it moves otherwise."""


ALIKE_BRIGHTNESS, ALIKE_AT_OTHER_SPEED = 0.5, 0.7
"""Correlation of the brightness of blocks from which it runs alike: as it was played, and at another speed, of which
there are many to choose from."""

EXACT_BRIGHTNESS, EXACT_RATIO = 0.9, 2.0
"""Or, where shifted instants agree well too: so high a correlation, which leaves half as much unexplained as theirs."""

OTHERWISE_BRIGHTNESS, OTHERWISE_UNSTEADY = 0.3, 0.15
MOVING_BLOCKS = 0.1
"""And below which it runs otherwise, where this share of the blocks moves; a copy that is shaken or zoomed is laid less
well."""

SHORT_S, LONG_S, LONG_AT_OTHER_SPEED_S = 2.5, 6.0, 9.0
SURE_BRIGHTNESS, SURE_WITH_POINTS = 0.9, 0.75
"""Of many lines one will fit a few steps of another walk: a stretch that is shorter than the longer of these needs a
higher correlation, up to the surest, or to the other where points that move agree too. The shortest ones, at another
speed, are never alike. Chosen so that of one person's walks through one room, looked for in each other, hardly any is
taken for another (``benchmarks/accuracy``, first half)."""

AGAINST_HASHES = 0.7
"""Where the changes of whole pictures do not agree, brightness must agree by so much."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What the movement of two aligned stretches says.

    Attributes:
        verdict: ``ALIKE``, ``OTHERWISE`` or ``UNTOLD``.
        correlation: of the changes of the frame hashes, -1 to 1; None where too little changes.
        points: moving points found a frame; None where no features were compared.
        control_points: the same at shifted instants.
        brightness: how the brightness of blocks agrees; None where it was not compared.
    """

    verdict: str
    correlation: float | None
    points: float | None
    control_points: float | None
    brightness: Agreement | None = None

    @property
    def moves(self) -> bool:
        """Whether anything moves by which the two could have been told apart."""
        return self.correlation is not None or _moves(self.brightness)

    @property
    def brightness_alike(self) -> bool:
        """Whether what moves does so alike, and brightness, weighted by how much each block moves, says so too."""
        seen = self.brightness
        return self.verdict == ALIKE and seen is not None and seen.correlation >= ALIKE_BRIGHTNESS


CountMoving = Callable[[FrameFit, float], int | None]
"""Gives how many moving points of the reference, some seconds off, lie where a fit puts them; None beyond its ends."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What local features let be compared.

    Attributes:
        count_moving: looks for moving points at shifted instants.
        moving_seen: moving points of the reference a frame that lie in the picture of the query.
        whole: the whole reference fills the whole query.
        laid: brightness of the blocks of the reference that lie in the query; None where the place is not known.
    """

    count_moving: CountMoving
    moving_seen: float
    whole: bool
    laid: LaidCourses | None


def compare_movement(frames: tuple[Frames, Frames], alignment: Alignment, sight: Sight) -> Movement:
    """Compare what moves along an alignment.

    Args:
        frames: frame hashes of query and reference.
        alignment: the aligned stretch.
        sight: what local features let be compared.
    """
    by_hashes, correlation = _by_hashes(*frames, alignment, whole=sight.whole)
    by_points, points, control = _by_points(alignment, sight.count_moving, sight.moving_seen)
    many = _many(points, control)
    supported = by_points == ALIKE
    if many or by_hashes == ALIKE:
        least = least_alike(alignment.line)
    else:
        least = _least_alone(alignment, SURE_WITH_POINTS if supported else SURE_BRIGHTNESS, by_hashes)
    plain = abs(alignment.line.speed) == 1
    by_brightness, brightness = _by_brightness(alignment, sight.laid, least, supported=supported and plain)
    if by_brightness == UNTOLD and brightness is not None and _moves(brightness):
        # Together they decide, whatever stickers over the picture make of its hashes.
        by_brightness = ALIKE if many and brightness.correlation >= OTHERWISE_BRIGHTNESS else UNTOLD
        by_points = UNTOLD
    told = [verdict for verdict in (by_brightness, by_hashes, by_points) if verdict != UNTOLD]
    whole = sight.whole or _is_whole(alignment)
    verdict = ALIKE if by_hashes == ALIKE and whole else next(iter(told), UNTOLD)
    if verdict == ALIKE and abs(alignment.line.speed) != 1 and alignment.seconds < SHORT_S:
        verdict = UNTOLD
    return Movement(verdict, correlation, points, control, brightness)


def _by_brightness(
    alignment: Alignment, laid: LaidCourses | None, least: float, *, supported: bool
) -> tuple[str, Agreement | None]:
    if laid is None:
        return UNTOLD, None
    aligned = [one for shift in SLACK_S if (one := _along(laid, alignment, shift)) is not None]
    if not aligned:
        return UNTOLD, None
    best = max(aligned, key=lambda one: one.correlation)
    shifted = [one.correlation for shift in CONTROL_S if (one := _along(laid, alignment, shift)) is not None]
    control = max(shifted, default=0.0)
    clear = best.correlation >= control + CLEAR_OF_CONTROL
    # What moves slowly is much alike a second later too, but never so well.
    exact = best.correlation >= EXACT_BRIGHTNESS and 1 - best.correlation <= (1 - control) / EXACT_RATIO
    # What passes again and again is alike at other instants too: then points must move alike as well.
    if best.correlation >= least and (clear or exact or supported):
        return ALIKE, best
    differs = best.correlation < (OTHERWISE_BRIGHTNESS if best.steady else OTHERWISE_UNSTEADY) and _moves(best)
    return (OTHERWISE if differs else UNTOLD), best


def _least_alone(alignment: Alignment, sure: float, by_hashes: str) -> float:
    """Give the correlation that is needed where hardly anything else says that it moves alike; ``sure`` is enough."""
    least = least_alike(alignment.line)
    long_s = LONG_S if abs(alignment.line.speed) == 1 else LONG_AT_OTHER_SPEED_S
    missing = (long_s - alignment.seconds) / (long_s - SHORT_S)
    least += min(1.0, max(0.0, missing)) * (sure - least)
    return max(least, AGAINST_HASHES) if by_hashes == OTHERWISE else least


def least_alike(line: Line) -> float:
    """Give the correlation of brightness that says along a line that it runs alike."""
    return ALIKE_BRIGHTNESS if abs(line.speed) == 1 else ALIKE_AT_OTHER_SPEED


def _moves(brightness: Agreement | None) -> bool:
    return brightness is not None and brightness.moving >= MOVING_BLOCKS


def _many(points: float | None, control: float | None) -> bool:
    """Whether so many points move alike that no second walk through a place will do so."""
    return points is not None and points >= MANY_POINTS and points >= MANY_RATIO * (control or 0.0)


def _along(laid: LaidCourses, alignment: Alignment, shift_s: float) -> Agreement | None:
    line = Line(alignment.line.speed, alignment.line.offset_s + shift_s)
    return laid.along(line, alignment.query_s)


def _by_hashes(query: Frames, reference: Frames, alignment: Alignment, *, whole: bool) -> tuple[str, float | None]:
    aligned = [value for shift in SLACK_S if (value := _correlate(query, reference, alignment, shift)) is not None]
    if not aligned:
        return UNTOLD, None
    correlation, changes = max(aligned)
    shifted = [value for shift in CONTROL_S if (value := _correlate(query, reference, alignment, shift)) is not None]
    control = max((value for value, _ in shifted), default=0.0)
    if correlation >= ALIKE_CORRELATION and correlation >= control + CLEAR_OF_CONTROL:
        return ALIKE, correlation
    alike = _is_whole(alignment)
    differs = (whole or alike) and changes >= TELLING_CHANGES and correlation < OTHERWISE_CORRELATION
    return (OTHERWISE if differs else UNTOLD), correlation


def _is_whole(alignment: Alignment) -> bool:
    """Whether the whole pictures are alike."""
    return len(alignment.distances) > 0 and float(alignment.distances.mean()) <= WHOLE_PICTURE_BITS


def _correlate(query: Frames, reference: Frames, alignment: Alignment, shift_s: float) -> tuple[float, float] | None:
    """Correlate the changes of the bits over time; None where too little changes in either.

    Returns:
        The correlation, and how many bits change a frame in the stiller of the two.
    """
    times = np.arange(alignment.query_s[0], alignment.query_s[1], STEP_S)
    there = alignment.line.reference_time(times) + shift_s
    inside = (there >= 0) & (there < reference.seconds)
    here, at = _shown_at(query, times), _shown_at(reference, there + STEP_S / 2)
    usable = inside & query.comparable[here] & reference.comparable[at]
    if usable.sum() < FEWEST_SAMPLES:
        return None
    hashes = query.mirrored if alignment.mirrored else query.hashes
    first, second = _changes(hashes[here[usable]]), _changes(reference.hashes[at[usable]])
    energies = float((first**2).sum()), float((second**2).sum())
    changes = min(energies) / float(usable.sum())
    if changes < FEWEST_CHANGES:
        return None
    return float((first * second).sum() / np.sqrt(energies[0] * energies[1])), changes


def _changes(hashes: NDArray[np.uint64]) -> NDArray[np.float32]:
    bits = np.unpackbits(np.ascontiguousarray(hashes).view(np.uint8), axis=1).astype(np.float32)
    return np.asarray(bits - bits.mean(axis=0), np.float32)


def _shown_at(frames: Frames, times: NDArray[np.float64]) -> NDArray[np.int64]:
    at = np.searchsorted(frames.starts, times + 1e-6, side="right") - 1
    return np.asarray(at.clip(0, len(frames.starts) - 1), np.int64)


def _by_points(
    alignment: Alignment, count_moving: CountMoving, moving_seen: float
) -> tuple[str, float | None, float | None]:
    if not alignment.fits:
        return UNTOLD, None, None
    counts = [count for fit in alignment.fits if (count := count_moving(fit, 0.0)) is not None]
    points = float(np.mean(counts)) if counts else 0.0
    control = _control(alignment, count_moving)
    if control is None:
        return UNTOLD, points, None
    if _wander(alignment.fits) > MOST_WANDERING:
        return OTHERWISE, points, control
    if points >= ALIKE_POINTS and sum(counts) >= ALIKE_POINTS_IN_ALL and points >= ALIKE_RATIO * control:
        return ALIKE, points, control
    return (OTHERWISE if moving_seen >= MOVING_SEEN else UNTOLD), points, control


def _control(alignment: Alignment, count_moving: CountMoving) -> float | None:
    """Count moving points a frame at shifted instants, as far as the reference shows any; None where it shows none."""
    means = []
    for shift in CONTROL_S:
        counts = [count for fit in alignment.fits if (count := count_moving(fit, shift)) is not None]
        if len(counts) >= FEWEST_CONTROL_FRAMES:
            means.append(float(np.mean(counts)))
    return float(np.mean(means)) if means else None


def _wander(fits: Sequence[FrameFit]) -> float:
    """Give by how much the place of the reference in the query differs from frame to frame, in the middle of all."""
    point = np.array([[128.0, 72.0]])
    places = np.array([project(fit.fit.matrix, point)[0] for fit in fits])
    return float(np.median(np.linalg.norm(places - np.median(places, axis=0), axis=1)))
