"""Find the stretches of a query that frame hashes follow along straight lines in time through a reference.

Pairs of near frames vote for lines; the best line is traced over all pictures, near or not, and cut where they stop
agreeing; what it leaves of the query is looked at again.
"""

import numpy as np

from verify.matches.alignment import Alignment, spans_on_both
from verify.matches.candidates import Candidate
from verify.matches.frames import Frames
from verify.matches.lines import propose_lines
from verify.matches.settings import MatchSettings
from verify.matches.tracing import Stretch, Tracer

MAX_SEGMENTS = 32


def align_hashes(query: Frames, reference: Frames, candidate: Candidate, settings: MatchSettings) -> list[Alignment]:
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
    whole = float(tracer.samples.starts[samples[0]]), float(tracer.samples.ends[samples[-1]])
    query_s, reference_s = spans_on_both(line, whole, reference.seconds)
    return Alignment(
        video_id=candidate.video_id,
        mirrored=candidate.mirrored,
        negative=False,
        line=line,
        query_s=query_s,
        reference_s=reference_s,
        query_frames=frames,
        distances=tracer.distances(samples[first], line),
    )
