"""Why a match is one: aligned pairs of frames for the eye, and what tells their instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any, TypeAlias

from verify.records.figures import figure
from verify.records.looked_at import LookedAt
from verify.records.match import MatchReport
from verify.records.time import seconds_as_float

Map: TypeAlias = tuple[float, float, float, float, float, float]
"""An affine map ``a b c d e f``: ``x' = a x + b y + c``, ``y' = d x + e y + f``."""

Point: TypeAlias = tuple[float, float, float, float]
"""x and y in the query, x and y in the reference."""

NEAR_SHARE, NEARER = 0.4, 2.0
"""A picture clearly shows one of two instants where it differs from that one by less than this share of what changes
between the two, and by this factor less than from the other one. In copies nearly all comparisons are so, in other
recordings of the same place hardly any (``benchmarks/shown_instants.py``)."""

_FRACTION_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedPair:
    """A frame of the query and a frame of a reference that were compared with each other.

    Places are fractions of each picture's own width and height, from its upper left corner, in the pictures as they are
    shown: where a copy is mirrored, so is the map.

    Attributes:
        match, segment: indices of the match in the report and of the segment in the match.
        query_time, reference_time: when the two frames are shown, in exact seconds; they are frames of which features
            were kept, so up to half a second off the alignment.
        mirrored: the query shows the reference mirrored left to right.
        negative: with dark and bright exchanged.
        matrix: maps a place of the reference to its place in the query; None where no points were compared.
        points: places of corresponding points.
        moving: how many of them do not stand still in the reference.
    """

    match: int
    segment: int
    query_time: Fraction
    reference_time: Fraction
    mirrored: bool
    negative: bool
    matrix: Map | None = None
    points: tuple[Point, ...] = ()
    moving: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give the object ``compared`` of ``verify.explanation/1``."""
        return {
            "query_s": seconds_as_float(self.query_time),
            "query_time": str(self.query_time),
            "reference_s": seconds_as_float(self.reference_time),
            "reference_time": str(self.reference_time),
            "mirrored": self.mirrored,
            "negative": self.negative,
            "matrix": map_as_json(self.matrix),
            "points": points_as_json(self.points),
            "moving": self.moving,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherInstant:
    """A picture of the query against what the reference shows some time off, where the reference shows something new.

    That is what it shows neither then nor most of the time around it: what a query lacks by chance tells nothing.

    Differences are of luma, 0 to 255, after brightness and contrast were matched.

    Attributes:
        shift: seconds of the reference from the instant that is shown to the other one.
        changed: share of the picture in which the reference shows at this instant what it does not show then, nor most
            of the time around it.
        change: by how much it changes there; None, as those below, where too little changes.
        here: difference there to the instant that is shown.
        there: difference there to the other one.
        moved: how far the camera has moved the picture between the two, in sides of the query; 0 where it stands still.
    """

    shift: float
    changed: float
    change: float | None = None
    here: float | None = None
    there: float | None = None
    moved: float = 0.0

    @property
    def tells(self) -> bool:
        """Whether enough changes to tell the two instants apart."""
        return self.here is not None

    @property
    def nearer_here(self) -> bool:
        """Whether the query clearly shows the instant that is shown rather than the other one."""
        if self.change is None or self.here is None or self.there is None:
            return False
        return self.here < NEAR_SHARE * self.change and NEARER * self.here < self.there

    def as_json(self) -> dict[str, Any]:
        """Give an object of ``other_instants`` of ``verify.explanation/1``."""
        return {
            "shift_s": figure(self.shift),
            "changed": figure(self.changed),
            "change": figure(self.change),
            "difference_here": figure(self.here),
            "difference_there": figure(self.there),
            "moved": figure(self.moved),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "OtherInstant":
        """Read what ``as_json`` gave."""
        return cls(
            shift=data["shift_s"],
            changed=data["changed"],
            change=data["change"],
            here=data["difference_here"],
            there=data["difference_there"],
            moved=data["moved"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InstantFigures:
    """How a picture of the query differs from the reference at the instant that is shown, and around it.

    Attributes:
        difference: mean difference of luma, 0 to 255, where the reference lies and nothing covers it.
        covered: share of it that differs in every pair of the segment, as a caption does; left out of the rest.
        others: the instants around it.
    """

    difference: float
    covered: float
    others: tuple[OtherInstant, ...] = ()

    @property
    def telling(self) -> tuple[OtherInstant, ...]:
        """Give the instants that can be told from the one that is shown."""
        return tuple(other for other in self.others if other.tells)

    def as_json(self) -> dict[str, Any]:
        """Give the object ``figures`` of ``verify.explanation/1``."""
        return {
            "difference": figure(self.difference),
            "covered": figure(self.covered),
            "other_instants": [other.as_json() for other in self.others],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "InstantFigures":
        """Read what ``as_json`` gave."""
        others = tuple(OtherInstant.from_json(other) for other in data["other_instants"])
        return cls(difference=data["difference"], covered=data["covered"], others=others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The answer for one query with all that it rests on.

    Attributes:
        report: the answer.
        pairs: aligned frames of its segments, in order of match, segment and time.
        looked_at: every reference that was compared, those kept first.
    """

    report: MatchReport
    pairs: tuple[AlignedPair, ...] = ()
    looked_at: tuple[LookedAt, ...] = ()


def map_spread(maps: Iterable[Map]) -> float | None:
    """Tell how far the maps of a segment lie from each other; None with fewer than two.

    Returns:
        The largest distance of a corner from its median place, in sides of the query. An edited copy keeps the place of
        its picture; where a camera moves, wrong instants do not.
    """
    corners = [(c, f, a + c, d + f, b + c, e + f, a + b + c, d + e + f) for a, b, c, d, e, f in maps]
    if len(corners) < 2:  # noqa: PLR2004  (distances are between two)
        return None
    middle: list[float] = [median(places) for places in zip(*corners, strict=True)]
    apart: list[float] = [abs(x - mean) for one in corners for x, mean in zip(one, middle, strict=True)]
    return max(apart)


def map_as_json(matrix: Map | None) -> list[float] | None:
    """Give a map with as many decimals as pictures have pixels."""
    return None if matrix is None else [round(value, _FRACTION_DECIMALS + 1) + 0.0 for value in matrix]


def points_as_json(points: tuple[Point, ...]) -> list[list[float]]:
    """Give places likewise."""
    return [[round(value, _FRACTION_DECIMALS) + 0.0 for value in point] for point in points]


def map_from_json(values: list[float] | None) -> Map | None:
    """Read what ``map_as_json`` gave.

    Raises:
        ValueError, TypeError: it is no map.
    """
    if values is None:
        return None
    a, b, c, d, e, f = values
    return (a, b, c, d, e, f)


def points_from_json(values: list[list[float]]) -> tuple[Point, ...]:
    """Read what ``points_as_json`` gave.

    Raises:
        ValueError, TypeError: they are no points.
    """
    return tuple((u, v, x, y) for u, v, x, y in values)
