"""Cut a stretch where what moves stops agreeing, and find where the rest comes from.

A still place agrees with itself at any instant, so one line runs on through a loop, a freeze or a jump. What moves does
not: where brightness differs for a while the line ends, and what is left is looked for anew in the whole reference.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from verify.matches.brightness_lines import STEP_S, LaidCourses
from verify.matches.lines import Line

WINDOW_INSTANTS = 9
"""Brightness is compared over a second and a half about an instant."""

AGREES, DIFFERS = 0.45, 0.15
"""Correlation over a window from which it agrees, and below which it differs."""

LEAST_MOVING = 0.06
"""Mean square of luma over a window, from which it moves: less is the noise of compression."""

DIFFERS_S = 0.6
AGREES_S = 0.6
SHORTEST_S = 1.3
"""A line ends where brightness differs for so long; a piece agrees for so long, and is at least so long."""

PROBE_S, MOST_PROBES, FEW_PROBES = 3.0, 8, 3
"""What is left is looked for by so much of it at a time, and no more often; less often where nothing agrees along the
stretch, as in another recording of the place."""

FOUND = 0.7
"""Correlation from which a line found in the whole reference is one."""

OVERLAP_S, REST_S = 1.5, 1.5
"""A stretch is lengthened from this much within it, and over rests of this much in which hardly anything moves."""

Span = tuple[float, float]


def find_pieces(laid: LaidCourses, line: Line, query_s: Span) -> list[tuple[Line, Span]] | None:
    """Give the pieces of a stretch with the line of each, in order of time.

    None where nothing speaks against the stretch, and where none of it agrees along any line: then it is the place
    that the two share, over the whole of it.

    Args:
        laid: brightness of query and reference.
        line: the line that the stretch was found along.
        query_s: the stretch.
    """
    runs = _agreeing_runs(laid, line, query_s)
    if runs is None:
        return None
    edges = [query_s[0], *(edge for run in runs for edge in run), query_s[1]]
    pieces = [(line, run) for run in runs]
    probes = MOST_PROBES if runs else FEW_PROBES
    for begin, end in list(pairwise(edges))[::2]:
        pieces += _follow(laid, line, (begin, end), probes)
    return sorted(pieces, key=lambda piece: piece[1]) or None


def lengthen(laid: LaidCourses, line: Line, query_s: Span) -> Span:
    """Go on beyond both ends of a stretch for as long as brightness agrees, with short rests in between."""
    first, last = line.span_of(laid.reference_s)
    begin, end = max(first, float(laid.query_times[0])), min(last, float(laid.query_times[-1]) + STEP_S)
    before = _last_agreeing(laid, line, np.arange(query_s[0] + OVERLAP_S, begin, -STEP_S))
    after = _last_agreeing(laid, line, np.arange(query_s[1] - OVERLAP_S, end, STEP_S))
    return min([query_s[0], *before]), max([query_s[1], *after])


def _follow(laid: LaidCourses, line: Line, rest_s: Span, probes: int) -> list[tuple[Line, Span]]:
    """Find where a rest of a stretch comes from, piece by piece; ``line`` is that of the stretch."""
    found: list[tuple[Line, Span]] = []
    at, end = rest_s
    for _ in range(probes):
        if end - at < SHORTEST_S:
            break
        settled = laid.search(line, (at, min(end, at + PROBE_S)))
        if settled is None or settled[1].correlation < FOUND:
            at += PROBE_S / 2
            continue
        # Beyond its ends a reference shows nothing that could differ.
        stop = min(end, settled[0].span_of(laid.reference_s)[1] + STEP_S)
        runs = _agreeing_runs(laid, settled[0], (at, stop))
        run = (at, stop) if runs is None else next(iter(runs), (at, min(stop, at + PROBE_S)))
        found.append((settled[0], run))
        at = run[1]
    return found


def _agreeing_runs(laid: LaidCourses, line: Line, query_s: Span) -> list[Span] | None:
    """Give the spans between those in which brightness differs, as far as it agrees there for a while.

    None where it differs nowhere.
    """
    times = np.arange(query_s[0], query_s[1], STEP_S)
    agrees, differs = _look(laid, line, times)
    if not differs.any():
        return None
    runs = [run for run in _runs(~differs) if int(agrees[run].sum()) * STEP_S >= AGREES_S]
    ends = np.append(times, query_s[1])
    spans = [(float(ends[run.start]), float(ends[run.stop])) for run in runs]
    return [span for span in spans if span[1] - span[0] >= SHORTEST_S]


def _last_agreeing(laid: LaidCourses, line: Line, times: NDArray[np.float64]) -> list[float]:
    """Follow instants away from a stretch and give the last one that agrees; nothing where they are few."""
    if len(times) < WINDOW_INSTANTS:
        return []
    ascending = times[0] < times[-1]
    agrees, _ = _look(laid, line, times if ascending else times[::-1])
    last = 0
    for position in np.flatnonzero(agrees if ascending else agrees[::-1]).tolist():
        if (position - last) * STEP_S > REST_S:
            break
        last = position
    return [float(times[last])]


def _look(laid: LaidCourses, line: Line, times: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell at each instant whether brightness agrees, and whether it differs, and has done so for a while."""
    if len(times) < WINDOW_INSTANTS:
        return np.zeros(len(times), bool), np.zeros(len(times), bool)
    query, reference = laid.at(times, line)
    together, here, there = (_over_window(one) for one in (query * reference, query**2, reference**2))
    correlation = together / np.sqrt(np.maximum(here * there, 1e-9))
    moves = there / (WINDOW_INSTANTS * query.shape[1]) >= LEAST_MOVING
    return moves & (correlation >= AGREES), _lasting(moves & (correlation < DIFFERS), round(DIFFERS_S / STEP_S))


def _over_window(values: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.convolve(values.sum(axis=1, dtype=np.float64), np.ones(WINDOW_INSTANTS), mode="same")


def _lasting(marks: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """Keep the marks that stand in a row of at least ``count``."""
    kept = np.zeros(len(marks), bool)
    for run in _runs(marks):
        kept[run] = run.stop - run.start >= count
    return kept


def _runs(marks: NDArray[np.bool_]) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8)))
    return [slice(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]
