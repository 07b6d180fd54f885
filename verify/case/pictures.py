"""Pictures of a match: the query and the reference at the same instants."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from verify.errors import VerifyError
from verify.fingerprints.known_file import find_known_file
from verify.keyframes.images import encode_jpeg, write_synced
from verify.matches.drawing import draw_difference, spread_points
from verify.matches.instants import PairPictures
from verify.matches.overlay import Picture
from verify.matches.seen_pairs import MAX_SEGMENTS, SeenPair, grab_around, look_closely
from verify.matches.seen_pairs import SIDE_PX as OVERLAY_SIDE_PX
from verify.records.case import MatchPicture
from verify.records.explanation import AlignedPair, Examination
from verify.records.keyframe import Keyframe
from verify.records.match import Match, Segment
from verify.records.time import exact_seconds
from verify.videos.frame import Frame
from verify.videos.stills import grab_pictures

PICTURES_A_SEGMENT = 5
SIDE_PX = 960
"""Longer side of working pictures; keyframes are kept whole, pictures of references as ``seen_pairs`` has them."""

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
    folder: Path, examination: Examination, instants: Instants, find_files: Callable[[Match], Sequence[Path]]
) -> tuple[MatchPicture, ...]:
    """Write the pictures of every match into ``folder``/matches.

    Args:
        folder: the video's folder of the case.
        examination: what matching found.
        instants: pictures of the query.
        find_files: gives the paths at which a match's reference was hashed.
    """
    (folder / "matches").mkdir(exist_ok=True)
    writer = _Writer(folder, examination, instants)
    for number, match in enumerate(examination.report.matches[:MAX_MATCHES]):
        path, missing = find_known_file(find_files(match), match.reference.video_id, "reference")
        for index in range(len(match.segments)):
            writer.write((number, index), path, missing)
    return tuple(writer.written)


@dataclass
class _Writer:
    """Writes the pictures of one segment after another."""

    folder: Path
    examination: Examination
    instants: Instants
    written: list[MatchPicture] = field(default_factory=list)
    _segments: int = 0

    def write(self, place: tuple[int, int], path: Path | None, missing: str) -> None:
        """Write the pictures of a segment.

        Args:
            place: indices of the match and of the segment in it.
            path: the reference, None where it could not be had.
            missing: why not.
        """
        segment = self.examination.report.matches[place[0]].segments[place[1]]
        chosen = self.instants.within(segment)
        shown: dict[Fraction, SeenPair | Picture] = {}
        if path is not None:
            missing = "nothing of the reference file could be decoded at this time"
            try:
                shown = self._show(place, chosen, path)
            except VerifyError as error:
                missing = f"the reference file cannot be read: {error.why}"
        for count, (time, file) in enumerate(chosen):
            name = f"matches/m{place[0]}-s{place[1]}-{count}"
            shutil.copyfile(file, self.folder / f"{name}-query.jpg")
            picture = MatchPicture(
                match=place[0],
                segment=place[1],
                query_time=time,
                reference_time=exact_seconds(float(segment.reference_time(time))),
                query_file=f"{name}-query.jpg",
                reference_file=None,
                missing=missing,
            )
            self.written.append(self._with_reference(picture, name, shown[time]) if time in shown else picture)

    def _show(
        self, place: tuple[int, int], chosen: Sequence[tuple[Fraction, Path]], path: Path
    ) -> dict[Fraction, SeenPair | Picture]:
        """Give what stands beside each instant of the query: of the first segments laid over it, of others as it is."""
        self._segments += 1
        match = self.examination.report.matches[place[0]]
        segment = match.segments[place[1]]
        times = [time for time, _ in chosen]
        if self._segments > MAX_SEGMENTS:
            aligned = [segment.reference_time(time) for time in times]
            grabbed = grab_pictures(path, aligned, longest_side_px=OVERLAY_SIDE_PX)
            return {time: grabbed[at] for time, at in zip(times, aligned, strict=True) if at in grabbed}
        around = grab_around(path, times, segment, exact_seconds(match.reference.seconds))
        pictures = [
            PairPictures(self._pair(place, time), _read_small(file), references)
            for (time, file), references in zip(chosen, around, strict=True)
            if references
        ]
        return {one.pair.query_time: one for one in look_closely(pictures, segment)}

    def _pair(self, place: tuple[int, int], time: Fraction) -> AlignedPair:
        """Give what matching knows of the instant, from the nearest one that it compared."""
        near = [pair for pair in self.examination.pairs if (pair.match, pair.segment) == place]
        nearest = min(near, key=lambda pair: abs(pair.query_time - time), default=None)
        if nearest is not None:
            return replace(nearest, query_time=time)
        segment = self.examination.report.matches[place[0]].segments[place[1]]
        return AlignedPair(
            match=place[0],
            segment=place[1],
            query_time=time,
            reference_time=segment.reference_time(time),
            mirrored=segment.mirrored,
            negative=False,
        )

    def _with_reference(self, picture: MatchPicture, name: str, shown: SeenPair | Picture) -> MatchPicture:
        self._write(f"{name}-reference.jpg", shown.reference if isinstance(shown, SeenPair) else shown)
        picture = replace(picture, reference_file=f"{name}-reference.jpg", missing=None)
        if not isinstance(shown, SeenPair):
            return picture
        self._write(f"{name}-warped.jpg", shown.overlay.warped)
        self._write(f"{name}-difference.jpg", draw_difference(shown.query, shown.overlay))
        return replace(
            picture,
            reference_time=exact_seconds(float(shown.reference_time)),
            warped_file=f"{name}-warped.jpg",
            difference_file=f"{name}-difference.jpg",
            matrix=shown.overlay.matrix if shown.overlay.fitted else None,
            points=spread_points(shown.overlay.points),
            point_count=len(shown.overlay.points),
            figures=shown.figures,
        )

    def _write(self, name: str, rgb: Picture) -> None:
        write_synced(self.folder / name, encode_jpeg(rgb))


def _read_small(file: Path) -> Picture:
    """Read a picture that this program wrote, scaled down to what is laid over."""
    bgr = cv2.imread(str(file), cv2.IMREAD_COLOR)
    assert bgr is not None, file
    rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
    scale = OVERLAY_SIDE_PX / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = [max(1, round(side * scale)) for side in rgb.shape[1::-1]]
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _spread(keyframes: list[Keyframe]) -> list[Keyframe]:
    if len(keyframes) <= PICTURES_A_SEGMENT:
        return keyframes
    steps = np.linspace(0, len(keyframes) - 1, PICTURES_A_SEGMENT).round().astype(int)
    return [keyframes[int(step)] for step in steps]
