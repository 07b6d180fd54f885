"""Pictures of a match: the query and the reference at the same instants."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from verify.errors import VerifyError
from verify.fingerprints.known_file import find_known_file
from verify.keyframes.images import encode_jpeg, write_synced
from verify.records.case import MatchPicture
from verify.records.keyframe import Keyframe
from verify.records.match import Match, MatchReport, Segment
from verify.records.time import exact_seconds
from verify.videos.frame import Frame
from verify.videos.stills import grab_pictures

PICTURES_A_SEGMENT = 5
SIDE_PX = 960
"""Longer side of the pictures of a match; keyframes are kept whole."""

MAX_WORKING = 600
"""Working pictures kept at a time: beyond it every second one goes, and from then on they are twice as far apart."""

MAX_MATCHES = 20
"""References for which pictures are made, the best first; the others are listed without."""


@dataclass
class WorkingPictures:
    """Consumer of a decoding pass that keeps small pictures in a folder, one a second of all but long videos.

    So the pictures of a match can be chosen afterwards without decoding the query again.

    Attributes:
        folder: where the pictures go for as long as they are needed.
        times: exact times of the pictures, ascending.
    """

    folder: Path
    times: list[Fraction] = field(default_factory=list)
    _apart: int = 1

    def take(self, frame: Frame) -> None:
        """Keep the frame if it is far enough from the last one kept."""
        if self.times and frame.time - self.times[-1] < self._apart:
            return
        self.path_of(frame.time).write_bytes(encode_jpeg(frame.rgb(min(SIDE_PX, max(frame.size_px)))))
        self.times.append(frame.time)
        if len(self.times) > MAX_WORKING:
            self._apart *= 2
            for time in self.times[1::2]:
                self.path_of(time).unlink()
            self.times = self.times[::2]

    def finish(self, end: Fraction) -> None:
        """Nothing is left to do at the end."""

    def path_of(self, time: Fraction) -> Path:
        """Give the file of the picture at ``time``."""
        return self.folder / f"{time.numerator}-{time.denominator}.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instants:
    """The pictures of a query that can be shown beside a reference.

    Attributes:
        keyframes: with their pictures in ``keyframes_folder``.
        keyframes_folder: their folder.
        working: further pictures, used where a segment has few keyframes.
    """

    keyframes: tuple[Keyframe, ...]
    keyframes_folder: Path
    working: WorkingPictures

    def within(self, segment: Segment) -> list[tuple[Fraction, Path]]:
        """Choose up to five instants of a segment, spread over it, keyframes first."""
        inside = [keyframe for keyframe in self.keyframes if segment.query.contains(keyframe.time)]
        chosen = {keyframe.time: self.keyframes_folder / keyframe.file for keyframe in _spread(inside)}
        spare = [time for time in self.working.times if segment.query.contains(time)]
        while spare and len(chosen) < PICTURES_A_SEGMENT:
            # The instant farthest from all chosen ones shows most that is new.
            time = max(spare, key=lambda one: (min((abs(one - other) for other in chosen), default=one), -one))
            spare.remove(time)
            if min((abs(time - other) for other in chosen), default=Fraction(1)) >= 1:
                chosen[time] = self.working.path_of(time)
        return sorted(chosen.items())


def write_match_pictures(
    folder: Path, report: MatchReport, instants: Instants, find_files: Callable[[Match], Sequence[Path]]
) -> tuple[MatchPicture, ...]:
    """Write the pictures of every match into ``folder``/matches.

    Args:
        folder: the video's folder of the case.
        report: what matching found.
        instants: pictures of the query.
        find_files: gives the paths at which a match's reference was hashed.
    """
    (folder / "matches").mkdir(exist_ok=True)
    pictures: list[MatchPicture] = []
    for number, match in enumerate(report.matches[:MAX_MATCHES]):
        aligned = [
            (index, time, file, exact_seconds(float(segment.reference_time(time))))
            for index, segment in enumerate(match.segments)
            for time, file in instants.within(segment)
        ]
        grabbed, missing = _reference_pictures(match, [entry[3] for entry in aligned], find_files(match))
        for count, (index, time, file, reference_time) in enumerate(aligned):
            name = f"matches/m{number}-s{index}-{count}"
            shutil.copyfile(file, folder / f"{name}-query.jpg")
            rgb = grabbed.get(reference_time)
            if rgb is not None:
                write_synced(folder / f"{name}-reference.jpg", encode_jpeg(rgb))
            pictures.append(
                MatchPicture(
                    match=number,
                    segment=index,
                    query_time=time,
                    reference_time=reference_time,
                    query_file=f"{name}-query.jpg",
                    reference_file=f"{name}-reference.jpg" if rgb is not None else None,
                    missing=missing if rgb is None else None,
                )
            )
    return tuple(pictures)


def _reference_pictures(
    match: Match, times: list[Fraction], paths: Sequence[Path]
) -> tuple[dict[Fraction, NDArray[np.uint8]], str]:
    """Grab the reference's pictures from a file that still holds the bytes that were hashed; else say why not."""
    path, missing = find_known_file(paths, match.reference.video_id, "reference")
    if path is None:
        return {}, missing
    try:
        grabbed = grab_pictures(path, times, longest_side_px=SIDE_PX)
    except VerifyError as error:
        return {}, f"the reference file cannot be read: {error.why}"
    return grabbed, "nothing of the reference file could be decoded at this time"


def _spread(keyframes: list[Keyframe]) -> list[Keyframe]:
    if len(keyframes) <= PICTURES_A_SEGMENT:
        return keyframes
    steps = np.linspace(0, len(keyframes) - 1, PICTURES_A_SEGMENT).round().astype(int)
    return [keyframes[int(step)] for step in steps]
