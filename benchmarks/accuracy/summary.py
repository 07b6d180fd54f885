"""The figures of a run: by kind, by stratum of negatives, by method, and what it cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.judging import (
    FALSE,
    OTHER_TAKE,
    SAME_CARD,
    SPEED_TOLERANCE,
    STRATA,
    TRUE,
    Claims,
    Placement,
    Trial,
    describe_segments,
    place,
    read_claims,
    read_leads,
    shown_of,
)
from benchmarks.accuracy.making import SINGLE, TRIPLE
from benchmarks.accuracy.negatives import SCENE, SCENE_RECALL
from benchmarks.accuracy.ours import THRESHOLD
from benchmarks.accuracy.records import Answer

Row = dict[str, str | int | float]
NAMED = 12
"""At most so many false pairs of a stratum are named."""


@dataclass(frozen=True)
class Outcome:
    """Everything that is judged: our answers in the order of the queries, and the claims of every method."""

    trial: Trial
    answers: tuple[Answer, ...]
    ours: Claims
    leads: NDArray[np.bool_]
    peers: tuple[Claims, ...] = ()

    @classmethod
    def of(cls, trial: Trial, answers: Sequence[Answer], words: tuple[str, str], peers: Sequence[Claims]) -> "Outcome":
        """Read our answers; ``words`` are those for a copy and for another take."""
        ours = read_claims(trial, answers, words[0], THRESHOLD)
        return cls(trial, tuple(answers), ours, read_leads(trial, answers, words[1]), tuple(peers))

    def placements(self, rows: NDArray[np.bool_]) -> list[Placement]:
        """Measure the pairs of some queries that were found."""
        return [
            place(found, self.trial.queries[row], self.trial.references[column])
            for row, column in np.argwhere(self.ours.found(self.trial) & rows[:, None])
            for found in self.answers[row].found
            if self.trial.column(found.paths) == column
        ]


def ratio(part: float, whole: float) -> float:
    """Give a share with four decimals, 0 of nothing."""
    return round(float(part) / float(whole), 4) if whole else 0.0


def kind_rows(outcome: Outcome, group: str) -> list[Row]:
    """Give the figures of every kind of a group, in the order in which they were tried."""
    kinds = dict.fromkeys(query.kind for query in outcome.trial.queries if query.group == group)
    return [_row(outcome, kind, [query.kind == kind for query in outcome.trial.queries], group) for kind in kinds]


def group_row(outcome: Outcome, name: str, *groups: str) -> Row:
    """Give the figures of whole groups."""
    return _row(outcome, name, [True] * len(outcome.trial.queries), *groups)


def _row(outcome: Outcome, name: str, chosen: list[bool], *groups: str) -> Row:
    trial, ours = outcome.trial, outcome.ours
    rows = np.array(chosen, bool) & trial.rows(*groups)
    wanted = int((trial.relations[rows] == TRUE).sum())
    strictly = ours.found_strictly(trial)[rows]
    row: Row = {
        "kind": name,
        "tried": wanted,
        "found": int(ours.found(trial)[rows].sum()),
        "recall": ratio(ours.found(trial)[rows].sum(), wanted),
        "recall, none false": ratio(strictly.sum(), wanted),
    }
    return row | _exactness(outcome.placements(rows))


def _exactness(placed: list[Placement]) -> Row:
    errors = np.array([one.speed_error for one in placed])
    errors = errors[np.isfinite(errors)]
    return {
        "IoU query": _mean([one.query_iou for one in placed]),
        "IoU reference": _mean([one.reference_iou for one in placed]),
        "speed error": _mean(errors),
        "speed within 3 %": ratio((errors <= SPEED_TOLERANCE).sum(), len(errors)),
        "mirrored right": ratio(sum(one.mirrored_right for one in placed), len(placed)),
    }


def _mean(values: "Sequence[float] | NDArray[np.float64]") -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0


def strata_rows(outcome: Outcome) -> list[Row]:
    """Give false answers by stratum, over pairs that share neither footage nor scene."""
    trial = outcome.trial
    strata = {name: trial.rows(*groups)[:, None] & (trial.relations == FALSE) for name, groups in STRATA.items()}
    rows: list[Row] = []
    for name, false in (strata | {"the same card in front": trial.relations == SAME_CARD}).items():
        claimed = false & outcome.ours.claimed
        rows.append(
            {
                "stratum": name,
                "queries": int(false.any(axis=1).sum()),
                "pairs": int(false.sum()),
                "false same_footage": int(claimed.sum()),
                "false same_scene": int((false & outcome.leads).sum()),
                "highest score": _highest(outcome.ours.scores, false),
                "false per million frames": _per_million(claimed, false, trial),
            }
        )
    return rows


def _highest(scores: NDArray[np.float64], rows: NDArray[np.bool_]) -> float:
    chosen = scores[rows & np.isfinite(scores)]
    return round(float(chosen.max()), 4) if chosen.size else 0.0


def _per_million(claimed: NDArray[np.bool_], pairs: NDArray[np.bool_], trial: Trial) -> float:
    compared = float(trial.comparisons[pairs].sum())
    return round(float(claimed.sum()) / compared * 1e6, 4) if compared else 0.0


def scene_rows(outcome: Outcome) -> list[Row]:
    """Give what was said of other recordings of a scene, and how often the same footage was found on those clips."""
    trial = outcome.trial
    rows: list[Row] = []
    for name, groups in (("windows and takes", (SCENE, SCENE_RECALL)), ("of disguised sources", (SINGLE, TRIPLE))):
        pairs = (trial.relations == OTHER_TAKE) & trial.rows(*groups)[:, None]
        claimed, leads = pairs & outcome.ours.claimed, pairs & outcome.leads
        rows.append(
            {
                "other takes": name,
                "pairs": int(pairs.sum()),
                "false same_footage": int(claimed.sum()),
                "share false": ratio(claimed.sum(), pairs.sum()),
                "share same_scene": ratio(leads.sum(), pairs.sum()),
            }
        )
    return rows


def method_rows(outcome: Outcome) -> list[Row]:
    """Compare all methods over the same pairs, scenes apart."""
    trial = outcome.trial
    false = trial.relations == FALSE
    rows: list[Row] = []
    for claims in (outcome.ours, *outcome.peers):
        row: Row = {"method": claims.name}
        for name, group in (("singles", SINGLE), ("triples", TRIPLE)):
            chosen = trial.rows(group)[:, None] & (trial.relations == TRUE)
            row[f"{name}, none false"] = ratio((claims.found_strictly(trial) & chosen).sum(), chosen.sum())
            row[f"{name}, as delivered"] = ratio((claims.found(trial) & chosen).sum(), chosen.sum())
        row["false pairs, as delivered"] = int(claims.false(trial).sum())
        row["per million frames"] = _per_million(claims.false(trial), false, trial)
        scenes = trial.relations == OTHER_TAKE
        row["other takes, as delivered"] = int((scenes & claims.claimed).sum())
        rows.append(row)
    return rows


def method_kind_rows(outcome: Outcome) -> list[Row]:
    """Compare all methods by kind: pairs found with none false, found as delivered, false as delivered."""
    trial = outcome.trial
    kinds = dict.fromkeys(query.kind for query in trial.queries if query.group == SINGLE)
    rows: list[Row] = []
    for kind in [*kinds, *([TRIPLE] if trial.rows(TRIPLE).any() else [])]:
        chosen = np.array(
            [query.group == TRIPLE if kind == TRIPLE else query.kind == kind for query in trial.queries], bool
        )
        row: Row = {"kind": kind, "tried": int((trial.relations[chosen] == TRUE).sum())}
        for claims in (outcome.ours, *outcome.peers):
            figures = (claims.found_strictly(trial), claims.found(trial), claims.false(trial))
            row[claims.name] = " ".join(str(int(one[chosen].sum())) for one in figures)
        rows.append(row)
    return rows


def headline(outcome: Outcome) -> dict[str, float]:
    """Give the figures that targets and floors are set for."""
    trial, ours = outcome.trial, outcome.ours
    single, triple = group_row(outcome, "", SINGLE), group_row(outcome, "", TRIPLE)
    both = group_row(outcome, "", SINGLE, TRIPLE)
    kinds = kind_rows(outcome, SINGLE)
    right = int(ours.found(trial).sum())
    misplaced = int(((trial.relations == TRUE) & ours.claimed & ~ours.placed).sum())
    scene = scene_rows(outcome)[0]
    return {
        "singles found": float(single["recall"]),
        "singles found, none false": float(single["recall, none false"]),
        "worst single kind": min(float(row["recall"]) for row in kinds) if kinds else 0.0,
        "triples found": float(triple["recall"]),
        "triples found, none false": float(triple["recall, none false"]),
        "precision": ratio(right, right + misplaced + ours.false(trial).sum()),
        "false same_footage": float(ours.false(trial).sum()),
        "found at a wrong place": float(misplaced),
        "IoU query": float(both["IoU query"]),
        "IoU reference": float(both["IoU reference"]),
        "speed within 3 %": float(both["speed within 3 %"]),
        "mirrored right": float(both["mirrored right"]),
        "same scene, share false": float(scene["share false"]),
        "same scene, recall": float(group_row(outcome, "", SCENE_RECALL)["recall"]),
    }


def crashes(outcome: Outcome) -> list[str]:
    """Name the queries that crashed the matcher, with the last lines of each crash."""
    return [
        f"crashed: {answer.query}: {' '.join(answer.crash.strip().splitlines()[-3:])}"
        for answer in outcome.answers
        if answer.crash
    ]


def false_names(outcome: Outcome) -> Iterator[str]:
    """Name the pairs that were falsely taken for copies, worst first, a few of each kind of pair."""
    trial, ours = outcome.trial, outcome.ours
    for name, relation in (
        ("false same_footage", FALSE),
        ("false same_footage of the same card", SAME_CARD),
        ("false same_footage of another take", OTHER_TAKE),
    ):
        pairs = np.argwhere((trial.relations == relation) & ours.claimed)
        scored = sorted(pairs.tolist(), key=lambda pair: -ours.scores[pair[0], pair[1]])
        for row, column in scored[:NAMED]:
            query, reference = trial.queries[row].name, trial.references[column].path.name
            yield f"{name}: {query} in {reference}, score {ours.scores[row, column]:.3f}"
        if len(scored) > NAMED:
            yield f"{name}: and {len(scored) - NAMED} more"


def misses(outcome: Outcome) -> Iterator[str]:
    """Describe each wanted pair that was not found, with what was found instead."""
    trial, ours = outcome.trial, outcome.ours
    for row, column in np.argwhere((trial.relations == TRUE) & ~ours.found(trial)):
        query, reference = trial.queries[row], trial.references[column]
        given = [one for one in outcome.answers[row].found if trial.column(one.paths) == column]
        said = "; ".join(f"{one.answer} {one.score:.3f}: {describe_segments(one.segments)}" for one in given)
        true = describe_segments(shown_of(query, reference))
        yield f"missed: {query.name} ({query.path.name})\n    true: {true}\n    said: {said or 'nothing'}"
