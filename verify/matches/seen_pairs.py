"""The aligned pairs of an examination as pictures: both frames, one laid onto the other, and what tells the instant."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from verify.errors import VerifyError
from verify.fingerprints.known_file import find_known_file
from verify.fingerprints.still import is_picture, read_luma
from verify.matches.instants import PairPictures, find_instants, shifts_of
from verify.matches.overlay import Overlay, Picture, lay_closely
from verify.records.explanation import AlignedPair, Examination, InstantFigures
from verify.records.match import Match, Segment
from verify.records.time import exact_seconds
from verify.videos.stills import grab_pictures

SIDE_PX = 800
"""Longer side of the pictures that are shown, and of which up to eighty are held at a time."""

MAX_SEGMENTS = 24
"""Segments of a query of which pictures are made, those of the best matches first; the others are listed without."""

NOT_DRAWN = f"pictures are made of the first {MAX_SEGMENTS} segments only"
NOTHING_DECODED = "nothing of the file could be decoded at these times"

FindFiles = Callable[[Match], Sequence[Path]]
"""Gives the paths at which a match's reference was hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPair:
    """One aligned pair as it is shown.

    Attributes:
        pair: what was compared.
        reference_time: the instant of the reference that is shown, in exact seconds; that of the query is the pair's.
        query: (H, W, 3) uint8 RGB.
        reference: likewise, of any size.
        overlay: the one laid onto the other.
        figures: what tells the instant.
    """

    pair: AlignedPair
    reference_time: Fraction
    query: Picture
    reference: Picture
    overlay: Overlay
    figures: InstantFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSegment:
    """The pairs of one segment.

    Attributes:
        match, segment: its place in the report.
        pairs: in order of time.
        missing: why there are no pictures; None where there are.
    """

    match: int
    segment: int
    pairs: tuple[SeenPair, ...] = ()
    missing: str | None = None


def see_segments(examination: Examination, query: Path, find_files: FindFiles) -> Iterator[SeenSegment]:
    """Give the pairs of every segment, one segment at a time; whatever stands in the way is said there."""
    report = examination.report
    here, why_not = find_known_file((query,), report.query.video_id or "", "query")
    left = MAX_SEGMENTS
    for number, match in enumerate(report.matches):
        if match.identical:
            continue
        there = None
        if here is not None and left > 0:
            there, why_not = find_known_file(find_files(match), match.reference.video_id, "reference")
        for index, segment in enumerate(match.segments):
            blank = SeenSegment(match=number, segment=index)
            left -= 1
            if left < 0:
                yield replace(blank, missing=NOT_DRAWN)
            elif here is None or there is None:
                yield replace(blank, missing=why_not)
            else:
                pairs = [pair for pair in examination.pairs if (pair.match, pair.segment) == (number, index)]
                yield _see(blank, pairs, segment, _Files(here, there, exact_seconds(match.reference.seconds)))


@dataclass(frozen=True, slots=True)
class _Files:
    """Where pictures come from: both files as they were hashed, and how long the reference is."""

    query: Path
    reference: Path
    seconds: Fraction


def _see(blank: SeenSegment, pairs: Sequence[AlignedPair], segment: Segment, files: _Files) -> SeenSegment:
    try:
        pictures = list(_pictures(pairs, segment, files))
    except VerifyError as error:
        return replace(blank, missing=f"the pictures cannot be read: {error.why}")
    if not pictures:
        return replace(blank, missing=NOTHING_DECODED)
    return replace(blank, pairs=look_closely(pictures, segment))


def look_closely(pictures: Sequence[PairPictures], segment: Segment) -> tuple[SeenPair, ...]:
    """Lay the pictures of a segment's pairs onto each other, each at the instant that the query shows."""
    seen = []
    for one, instant in zip(pictures, find_instants(pictures, segment.speed), strict=True):
        _, overlay = lay_closely(one.query, one.references[instant.shift], one.pair, instant.fitted)
        seen.append(
            SeenPair(
                pair=one.pair,
                reference_time=segment.reference_time(one.pair.query_time) + instant.shift,
                query=one.query,
                reference=one.references[instant.shift],
                overlay=overlay,
                figures=instant.figures,
            )
        )
    return tuple(seen)


def grab_around(
    path: Path, times: Sequence[Fraction], segment: Segment, seconds: Fraction
) -> list[dict[Fraction, Picture]]:
    """Grab pictures of a reference around the instants aligned with those of a query.

    Args:
        path: the reference.
        times: instants of the query.
        segment: the alignment.
        seconds: length of the reference.

    Returns:
        For each instant the pictures by their shift from it; empty where nothing could be decoded.

    Raises:
        FileAccessError, VideoError: the reference cannot be opened.
    """
    shifts = shifts_of(segment.speed)
    aligned = [segment.reference_time(time) for time in times]
    # At the aligned instant itself in any case: the last frame is shown up to the end.
    wanted = {time + shift for time in aligned for shift in shifts if not shift or 0 <= time + shift < seconds}
    there = grab_pictures(path, sorted(wanted), longest_side_px=SIDE_PX)
    return [{shift: there[time + shift] for shift in shifts if time + shift in there} for time in aligned]


def _pictures(pairs: Sequence[AlignedPair], segment: Segment, files: _Files) -> Iterator[PairPictures]:
    times = [pair.query_time for pair in pairs]
    here = _query_pictures(files.query, times)
    for pair, around in zip(pairs, grab_around(files.reference, times, segment, files.seconds), strict=True):
        if pair.query_time in here and 0 in around:
            yield PairPictures(pair, here[pair.query_time], around)


def _query_pictures(path: Path, times: Sequence[Fraction]) -> dict[Fraction, Picture]:
    if not is_picture(path):
        return grab_pictures(path, times, longest_side_px=SIDE_PX)
    luma, _ = read_luma(path)
    scale = min(1.0, SIDE_PX / max(luma.shape))
    size = [max(1, round(side * scale)) for side in luma.shape[::-1]]
    grey = cv2.cvtColor(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), cv2.COLOR_GRAY2RGB)
    return dict.fromkeys(times, np.asarray(grey, np.uint8))
