"""What became of each screenshot: the right reference, the right instant, and whatever was said wrongly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.footage import read_footage
from benchmarks.accuracy.judging import FALSE, Trial
from benchmarks.accuracy.looks import SIDE_PX, small_luma
from benchmarks.accuracy.records import Answer, Found
from benchmarks.accuracy.stills import DISGUISED, SCREENSHOTS, Still
from benchmarks.accuracy.summary import Row, ratio

TIME_TOLERANCE_S, LOOSE_TOLERANCE_S = 0.5, 1.0


@dataclass(frozen=True, slots=True)
class StillResult:
    """What was said of one screenshot.

    Attributes:
        still: the screenshot.
        named: its reference is among those said to show it.
        first: it is the first of them.
        error_s: from the frame that was named to the instant that is shown; infinite where the reference is not first.
        alike: the frame that was named looks no more different than those half a second before or after.
        false: references said to show it that share neither footage nor scene with it.
        pairs: such references there are.
        wall_s: how long the search took.
        crash: where it crashed, if it did.
    """

    still: Still
    named: bool
    first: bool
    error_s: float
    alike: bool
    false: tuple[str, ...]
    pairs: int
    wall_s: float
    crash: str

    @property
    def in_time(self) -> bool:
        """Whether the right reference comes first, at the right instant."""
        return self.error_s <= TIME_TOLERANCE_S


def judge_stills(trial: Trial, stills: Sequence[Still], answers: Sequence[Answer], word: str) -> list[StillResult]:
    """Judge the answers, in the order of the screenshots.

    Args:
        trial: of these queries and the references.
        stills: the screenshots.
        answers: ours.
        word: the answer that claims a copy.
    """
    return [_judge(trial, row, still, answers[row], word) for row, still in enumerate(stills)]


def _judge(trial: Trial, row: int, still: Still, answer: Answer, word: str) -> StillResult:
    claimed = [found for found in answer.found if found.answer == word]
    own = str(still.source.reference.absolute())
    first = bool(claimed) and own in claimed[0].paths
    error_s = _time_error(claimed[0], still.time_s) if first else float("inf")
    columns = [column for found in claimed if (column := trial.column(found.paths)) is not None]
    return StillResult(
        still=still,
        named=any(own in found.paths for found in claimed),
        first=first,
        error_s=error_s,
        alike=first and (error_s <= TIME_TOLERANCE_S or _looks_alike(claimed[0], still)),
        false=tuple(trial.references[one].path.name for one in columns if trial.relations[row, one] == FALSE),
        pairs=int((trial.relations[row] == FALSE).sum()),
        wall_s=answer.wall_s,
        crash=answer.crash,
    )


def still_rows(results: Sequence[StillResult]) -> list[Row]:
    """Give the figures of every kind, of all screenshots that targets speak of, and of all that are disguised."""
    kinds = dict.fromkeys(one.still.query.kind for one in results)
    rows = [_row(kind, [one for one in results if one.still.query.kind == kind]) for kind in kinds]
    for name, group in (("all screenshots", SCREENSHOTS), ("all disguised", DISGUISED)):
        chosen = [one for one in results if one.still.query.kind in group]
        rows += [_row(name, chosen)] if chosen else []
    return rows


def _row(name: str, results: Sequence[StillResult]) -> Row:
    tried = len(results)
    return {
        "kind": name,
        "tried": tried,
        "named": ratio(sum(one.named for one in results), tried),
        "named first": ratio(sum(one.first for one in results), tried),
        "first, within 0.5 s": ratio(sum(one.in_time for one in results), tried),
        "or as alike": ratio(sum(one.alike for one in results), tried),
        "first, within 1 s": ratio(sum(one.error_s <= LOOSE_TOLERANCE_S for one in results), tried),
        "false": sum(len(one.false) for one in results),
        "of pairs": sum(one.pairs for one in results),
        "seconds each": round(sum(one.wall_s for one in results) / max(1, tried), 2),
    }


def still_headline(results: Sequence[StillResult]) -> dict[str, float]:
    """Give the figures that targets and floors are set for; none where no screenshots were tried."""
    chosen = [one for one in results if one.still.query.kind in SCREENSHOTS]
    if not chosen:
        return {}
    return {
        "stills first, within 0.5 s": ratio(sum(one.in_time for one in chosen), len(chosen)),
        "stills named first": ratio(sum(one.first for one in chosen), len(chosen)),
        "stills, false": float(sum(len(one.false) for one in results)),
    }


def still_names(results: Sequence[StillResult]) -> Iterator[str]:
    """Name what was falsely said of screenshots, and the searches that crashed."""
    for one in results:
        if one.crash:
            yield f"crashed: {one.still.query.name}: {' '.join(one.crash.strip().splitlines()[-3:])}"
        for name in one.false:
            yield f"false same_footage: {one.still.query.name} in {name}"


def still_misses(results: Sequence[StillResult]) -> Iterator[str]:
    """Describe the screenshots of which the right reference does not come first at the right instant."""
    for one in results:
        if not one.in_time:
            said = f"{one.error_s:.2f} s off" if one.first else ("named, not first" if one.named else "not named")
            yield f"missed: {one.still.query.name} at {one.still.time_s:.2f} s: {said} ({one.still.query.path.name})"


def _time_error(found: Found, time_s: float) -> float:
    start, end = found.segments[0].reference
    return max(0.0, start - time_s, time_s - end)


def _looks_alike(found: Found, still: Still) -> bool:
    """Whether the frame that was named differs from the one shown no more than the source does in half a second."""
    shown = _look(still, still.time_s)
    times = (still.time_s - TIME_TOLERANCE_S, still.time_s + TIME_TOLERANCE_S)
    nearby = [_difference(shown, _look(still, time)) for time in times if 0 <= time < still.source.seconds]
    named = _look(still, sum(found.segments[0].reference) / 2)
    return _difference(shown, named) <= max(nearby, default=0.0)


def _look(still: Still, time_s: float) -> NDArray[np.int16]:
    footage = read_footage(still.source.path, time_s, time_s + 0.05, 2 * SIDE_PX)
    return small_luma(footage.pictures[0], SIDE_PX).astype(np.int16)


def _difference(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    return float(np.abs(one - other).mean())
