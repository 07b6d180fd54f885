"""Compare what was found with the truth, for any method that gives a score for a query and a reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.making import SINGLE, TRIPLE
from benchmarks.accuracy.negatives import FLAT, SCENE, SCENE_RECALL, UNRELATED
from benchmarks.accuracy.records import Answer, Found, FoundSegment, Query, Reference, Shown, Spans, overlap

TRUE, EITHER, SAME_CARD, OTHER_TAKE, FALSE = range(5)
SPEED_TOLERANCE = 0.03
STRATA = {
    "unrelated, as they are": (UNRELATED,),
    "unrelated, in disguise": (SINGLE, TRIPLE, SCENE, SCENE_RECALL),
    "flat, black, titles": (FLAT,),
}
"""Names of strata of pairs that share nothing, by the groups of their queries."""


@dataclass(frozen=True)
class Trial:
    """All queries and references of a run, and how each query is related to each reference.

    A reference that shows footage of a query, wanted or not, is never false. Leaving a source out of the hash database
    is done here: whatever is said of it counts for nothing where others are judged. Clips that share nothing but the
    card in front of them are no copies either, but share pictures: they are counted apart, and set no threshold.
    """

    queries: tuple[Query, ...]
    references: tuple[Reference, ...]

    @cached_property
    def relations(self) -> NDArray[np.int8]:
        """(queries, references): ``TRUE``, ``EITHER``, ``SAME_CARD``, ``OTHER_TAKE`` or ``FALSE``."""
        table = [[_relation(query, reference) for reference in self.references] for query in self.queries]
        return np.array(table, np.int8).reshape(len(self.queries), len(self.references))

    @cached_property
    def comparisons(self) -> NDArray[np.float64]:
        """(queries, references): pairs of frames at one frame a second on either side."""
        ours = np.ceil([query.seconds for query in self.queries])
        theirs = np.ceil([reference.seconds for reference in self.references])
        return np.outer(ours, theirs)

    def rows(self, *groups: str) -> NDArray[np.bool_]:
        """Say which queries belong to one of the groups."""
        return np.array([query.group in groups for query in self.queries], bool)

    def column(self, paths: tuple[str, ...]) -> int | None:
        """Give the number of the reference with one of the paths."""
        return next((self._columns[path] for path in paths if path in self._columns), None)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {str(reference.path): number for number, reference in enumerate(self.references)}


def _relation(query: Query, reference: Reference) -> int:
    if reference.original and reference.present & set(query.wanted):
        return TRUE
    if query.present & reference.present:
        return EITHER
    if query.card and query.card == reference.card:
        return SAME_CARD
    return OTHER_TAKE if query.scenes & reference.scenes else FALSE


@dataclass(frozen=True)
class Claims:
    """What one method said: arrays of (queries, references).

    Attributes:
        name: of the method.
        scores: higher is more alike; -inf where it said nothing.
        claimed: whether it takes the pair for a copy, at its own threshold.
        placed: whether a stretch that it named overlaps a true one; true throughout for methods that name none.
    """

    name: str
    scores: NDArray[np.float64]
    claimed: NDArray[np.bool_]
    placed: NDArray[np.bool_]

    def highest_false(self, trial: Trial) -> float:
        """Give the best score of a pair that shares neither footage nor scene."""
        false = self.scores[trial.relations == FALSE]
        return float(false.max()) if false.size else -np.inf

    def found(self, trial: Trial) -> NDArray[np.bool_]:
        """Say which pairs were rightly found at the method's own threshold."""
        return np.asarray((trial.relations == TRUE) & self.claimed & self.placed, bool)

    def found_strictly(self, trial: Trial) -> NDArray[np.bool_]:
        """Say which pairs were rightly found at the lowest threshold that lets no false pair of the run pass."""
        return np.asarray((trial.relations == TRUE) & self.placed & (self.scores > self.highest_false(trial)), bool)

    def false(self, trial: Trial) -> NDArray[np.bool_]:
        """Say which pairs were taken for copies and share neither footage nor scene, at most a card."""
        return np.asarray(np.isin(trial.relations, (FALSE, SAME_CARD)) & self.claimed, bool)


@dataclass(frozen=True, slots=True)
class Placement:
    """How exactly one true pair was found.

    Attributes:
        query_iou, reference_iou: intersection over union of found and true spans.
        speed_error: relative error of the segment that overlaps each true one most, the mean of all.
        mirrored_right: whether all of those say rightly whether the pictures are mirrored.
    """

    query_iou: float
    reference_iou: float
    speed_error: float
    mirrored_right: bool


def read_claims(trial: Trial, answers: Sequence[Answer], found_answer: str, threshold: float) -> Claims:
    """Put our matcher's answers into arrays; what it does not claim, a lead for example, ranks below what it does."""
    shape = trial.relations.shape
    scores, claimed, placed = np.full(shape, -np.inf), np.zeros(shape, bool), np.zeros(shape, bool)
    for row, answer in enumerate(answers):
        for found in answer.found:
            column = trial.column(found.paths)
            if column is None:
                continue
            score = found.score if found.answer == found_answer else min(found.score, np.nextafter(threshold, 0))
            scores[row, column] = max(scores[row, column], score)
            claimed[row, column] |= found.answer == found_answer
            placed[row, column] |= is_placed(found, trial.queries[row], trial.references[column])
    return Claims("verify", scores, claimed, placed)


def read_leads(trial: Trial, answers: Sequence[Answer], lead_answer: str) -> NDArray[np.bool_]:
    """Say for which pairs our matcher answered that they show one scene."""
    leads = np.zeros(trial.relations.shape, bool)
    for row, answer in enumerate(answers):
        for found in answer.found:
            column = trial.column(found.paths)
            if column is not None:
                leads[row, column] |= found.answer == lead_answer
    return leads


def shown_of(query: Query, reference: Reference) -> tuple[Shown, ...]:
    """Give the true segments of a query in a reference."""
    return tuple(shown for shown in query.shown if shown.source in reference.present)


def is_placed(found: Found, query: Query, reference: Reference) -> bool:
    """Whether some segment overlaps a true one in query time and in reference time."""
    return any(
        overlap(segment.query, shown.query) > 0 and overlap(segment.reference, shown.reference) > 0
        for segment in found.segments
        for shown in shown_of(query, reference)
    )


def place(found: Found, query: Query, reference: Reference) -> Placement:
    """Measure how exactly a true pair was found."""
    shown = shown_of(query, reference)
    errors, mirrored = [], []
    for one in shown:
        best = max(found.segments, key=lambda segment: overlap(segment.query, one.query))
        if overlap(best.query, one.query) > 0:
            errors.append(abs(best.speed - one.speed) / abs(one.speed))
            mirrored.append(best.mirrored == one.mirrored)
    return Placement(
        query_iou=span_iou(
            tuple(segment.query for segment in found.segments), tuple(one.query for one in shown), query.either
        ),
        reference_iou=span_iou(
            tuple(segment.reference for segment in found.segments),
            tuple(one.reference for one in shown),
            tuple(plain for one in shown for plain in one.either),
        ),
        speed_error=float(np.mean(errors)) if errors else float("nan"),
        mirrored_right=all(mirrored),
    )


def span_iou(found: Spans, true: Spans, either: Spans = ()) -> float:
    """Give the intersection over union of two sets of spans; stretches of ``either`` count for neither."""
    edges = np.unique([edge for span in (*found, *true, *either) for edge in span])
    middles, lengths = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    lengths = lengths * ~_within(middles, either)
    ours, theirs = _within(middles, found), _within(middles, true)
    union = float(lengths[ours | theirs].sum())
    return float(lengths[ours & theirs].sum()) / union if union else 0.0


def _within(times: NDArray[np.float64], spans: Spans) -> NDArray[np.bool_]:
    inside = np.zeros(len(times), bool)
    for start, end in spans:
        inside |= (times >= start) & (times < end)
    return inside


def describe_segments(segments: Sequence[FoundSegment] | Sequence[Shown]) -> str:
    """Write segments in one line."""
    return "; ".join(
        f"{one.query[0]:.2f}-{one.query[1]:.2f} = {one.reference[0]:.2f}-{one.reference[1]:.2f} x{one.speed:.3f}"
        f"{' mirrored' if one.mirrored else ''}"
        for one in segments
    )
