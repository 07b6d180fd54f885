"""Find the stretches of a query that run along straight lines in time through a reference.

An alignment is ``t_reference = speed * t_query + offset``. Pairs of near frames vote for lines; the best line is traced
over all pictures, near or not, and cut where they stop agreeing; what it leaves of the query is looked at again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.candidates import Candidate
from verify.matches.frames import Frames
from verify.matches.lines import Line, propose_lines
from verify.matches.settings import MatchSettings
from verify.matches.tracing import Stretch, Tracer

MAX_SEGMENTS = 32


@dataclass(frozen=True, slots=True)
class Alignment:
    """A stretch of the query that runs along one line through a reference.

    Attributes:
        candidate: the reference, and whether mirrored.
        line: the alignment in time.
        query_frames: (n,) indices of the comparable query frames of the stretch.
        distances: (n,) bits between each and its counterpart in the reference.
        query_s, reference_s: start and end of the stretch in seconds, both ascending.
    """

    candidate: Candidate
    line: Line
    query_frames: NDArray[np.int64]
    distances: NDArray[np.int16]
    query_s: tuple[float, float]
    reference_s: tuple[float, float]


def align(query: Frames, reference: Frames, candidate: Candidate, settings: MatchSettings) -> list[Alignment]:
    """Find every stretch of the query that stands in the reference.

    Args:
        query: the frames of the query.
        reference: the frames of the reference.
        candidate: near frames of this reference.
        settings: what matching is tuned by.

    Returns:
        Alignments, ascending in query time, that do not overlap in the query.
    """
    tracer = Tracer(query, reference, settings, mirrored=candidate.mirrored)
    taken = np.zeros(len(tracer.samples.starts), bool)
    found: list[Alignment] = []
    while len(candidate.query_frames) and len(found) < MAX_SEGMENTS:
        voting = np.flatnonzero(np.isin(tracer.samples.frames, candidate.query_frames) & ~taken)
        stretch = tracer.find_stretch(propose_lines(query, reference, candidate), voting, taken)
        if stretch is None:
            break
        found.append(_alignment(reference, candidate, tracer, stretch))
        taken[stretch.first : stretch.end] = True
        candidate = candidate.only(np.isin(candidate.query_frames, tracer.samples.frames[~taken]))
    return sorted(found, key=lambda alignment: alignment.query_s)


def _alignment(reference: Frames, candidate: Candidate, tracer: Tracer, stretch: Stretch) -> Alignment:
    line = stretch.line
    samples = np.arange(stretch.first, stretch.end)
    frames, first = np.unique(tracer.samples.frames[samples], return_index=True)
    query_s = np.array([tracer.samples.starts[samples[0]], tracer.samples.ends[samples[-1]]])
    reference_s = np.clip(line.reference_time(query_s), 0, reference.seconds)
    # What the reference cuts off at its ends, the query loses too: both sides tell the same stretch.
    query_s = np.clip((reference_s - line.offset_s) / line.speed, query_s[0], query_s[1])
    begin, end = sorted(reference_s.tolist())
    distances = tracer.distances(samples[first], line)
    return Alignment(candidate, line, frames, distances, (float(query_s[0]), float(query_s[1])), (begin, end))
