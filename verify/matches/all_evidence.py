"""Every stretch of a query that stands in a reference, by frame hashes and local features together.

Frame hashes are looked at first: where they agree they tell the time to the sample. Local features then say how the
picture lies along those lines, and look for what the whole picture hides.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from verify.database.search import SearchIndex
from verify.matches.alignment import Alignment, along, append, from_features, up_to_cuts
from verify.matches.brightness import Courses, Place, lay, unpack_courses
from verify.matches.brightness_lines import Agreement, LaidCourses
from verify.matches.candidates import Candidate
from verify.matches.disguise import fills, measure_geometry, share_of_other_picture
from verify.matches.feature_alignment import EDGE_S, FeatureStretch, FeatureTracer, FrameFit
from verify.matches.feature_candidates import FeatureCandidate, Variants, propose_by_features
from verify.matches.feature_frames import FeatureFrames, unpack_features
from verify.matches.frames import Frames, unpack_frames
from verify.matches.geometry import found_on_map
from verify.matches.hash_alignment import align_hashes
from verify.matches.lines import Line
from verify.matches.movement import Standing, moving_in_sight
from verify.matches.piecewise import find_pieces, lengthen
from verify.matches.settings import MatchSettings
from verify.matches.what_moves import Movement, Sight, compare_movement, least_alike
from verify.records.fingerprint import Fingerprint
from verify.records.match import Geometry

SHOWN_WITHIN_S = 0.6
"""A reference frame this near stands for an instant: they are about a second apart."""

STRONG_FRAMES = 2
"""A stretch with so many strongly near frames is taken as it is: features do not look for another line there."""


STANDING_SHARE = 0.6
"""Where this share of the agreeing points stands still, features tell the place and hardly the instant."""


@dataclass(frozen=True, slots=True)
class KnownReference:
    """A reference as arrays.

    Attributes:
        frames: its frame hashes.
        features: its local features.
        standing: which of them stand still.
        courses: brightness of its blocks over time.
    """

    frames: Frames
    features: FeatureFrames
    standing: Standing
    courses: Courses | None

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> "KnownReference":
        """Unpack a fingerprint."""
        features = unpack_features(fingerprint)
        return cls(unpack_frames(fingerprint), features, Standing(features), unpack_courses(fingerprint))


class Aligner:
    """Aligns one query with references."""

    def __init__(
        self, fingerprint: Fingerprint, reference: Callable[[str], KnownReference], settings: MatchSettings
    ) -> None:
        self._video_id = fingerprint.video_id
        self._frames = unpack_frames(fingerprint)
        self._courses = unpack_courses(fingerprint)
        self._variants = Variants.of(unpack_features(fingerprint))
        self.reference = reference
        self._settings = settings
        self._tracers: dict[tuple[str, bool, bool], FeatureTracer] = {}

    def align(self, by_hashes: Sequence[Candidate], index: SearchIndex) -> list[Alignment]:
        """Find every stretch.

        Args:
            by_hashes: references with near frame hashes.
            index: where references with near features are looked up.
        """
        near: dict[str, list[Candidate]] = defaultdict(list)
        sharing: dict[str, list[FeatureCandidate]] = defaultdict(list)
        for candidate in by_hashes:
            near[candidate.video_id].append(candidate)
        for found in propose_by_features(self._variants, index, self._settings.max_references):
            sharing[found.video_id].append(found)
        video_ids = sorted({*near, *sharing} - {self._video_id})
        return [one for video_id in video_ids for one in self._align_with(video_id, near[video_id], sharing[video_id])]

    def most_points(self, video_id: str) -> int:
        """Give the most corresponding points that any pair of frames has with a reference."""
        return max((tracer.most_points for key, tracer in self._tracers.items() if key[0] == video_id), default=0)

    def compare_movement(self, alignment: Alignment) -> Movement:
        """Compare what moves along an alignment."""
        reference = self.reference(alignment.video_id)
        tracer = self._tracer(alignment.video_id, mirrored=alignment.mirrored, negative=alignment.negative)
        seen = moving_in_sight(alignment.fits, reference.features, reference.standing, tracer.query.extent)
        count = partial(self._count_moving, tracer, alignment.line)
        geometry = self.measure_geometry(alignment)
        whole = geometry is not None and fills(geometry)
        laid = self._lay(alignment.fits, reference, (alignment.mirrored, alignment.negative), alignment.query_s)
        return compare_movement((self._frames, reference.frames), alignment, Sight(count, seen, whole, laid))

    def compare_brightness(self, alignment: Alignment) -> Agreement | None:
        """Compare how brightness runs along an alignment; None where the place is not known."""
        change = alignment.mirrored, alignment.negative
        laid = self._lay(alignment.fits, self.reference(alignment.video_id), change, alignment.query_s)
        return laid.along(alignment.line, alignment.query_s) if laid else None

    @staticmethod
    def _count_moving(tracer: FeatureTracer, line: Line, fit: FrameFit, shift_s: float) -> int | None:
        """Count the moving points of the reference, some seconds off, that lie where a fit puts them."""
        there = float(line.reference_time(np.array([fit.query_s]))[0]) + shift_s
        at = int(np.abs(tracer.reference.times - there).argmin()) if shift_s else fit.reference_frame
        if abs(tracer.reference.times[at] - there) > SHOWN_WITHIN_S and shift_s:
            return None
        found = found_on_map(tracer.query, fit.query_frame, tracer.reference, at, fit.fit.matrix)
        return len(found) - int(tracer.standing[found].sum())

    def measure_geometry(self, alignment: Alignment) -> Geometry | None:
        """Tell how the reference lies in the query; None where no features were fitted."""
        query = self._variants.get(mirrored=alignment.mirrored, negative=alignment.negative)
        return measure_geometry(alignment, query, self.reference(alignment.video_id).features)

    def share_of_other_picture(self, alignment: Alignment) -> float | None:
        """Give the share of the common picture where either shows what the other does not."""
        query = self._variants.get(mirrored=alignment.mirrored, negative=alignment.negative)
        return share_of_other_picture(alignment, query, self.reference(alignment.video_id).features)

    def _align_with(
        self, video_id: str, near: Sequence[Candidate], sharing: Sequence[FeatureCandidate]
    ) -> list[Alignment]:
        reference = self.reference(video_id)
        together = [
            self._with_fits(one)
            for candidate in near
            for one in align_hashes(self._frames, reference.frames, candidate, self._settings)
        ]
        for found in sharing:
            tracer = self._tracer(video_id, mirrored=found.mirrored, negative=found.negative)
            taken = self._taken(together, tracer.query.times)
            change = found.mirrored, found.negative
            for traced in tracer.find_stretches(found, taken):
                stretch = self._settle(traced, tracer, reference, change)
                one = from_features(self._frames, reference.frames, video_id, change, stretch)
                append(together, one, reference.frames.seconds)
        return [piece for one in together for piece in self._cut(one, reference)]

    def _cut(self, alignment: Alignment, reference: KnownReference) -> list[Alignment]:
        """Cut an alignment where what moves stops agreeing, and find where the rest comes from; else lengthen it."""
        change = alignment.mirrored, alignment.negative
        seen_s = alignment.line.span_of((0.0, reference.frames.seconds))
        longest = min(alignment.query_s[0], seen_s[0]), max(alignment.query_s[1], seen_s[1])
        laid = self._lay(alignment.fits, reference, change, longest)
        if laid is None:
            return [alignment]
        pieces = find_pieces(laid, alignment.line, alignment.query_s)
        if pieces is None:
            longer = lengthen(laid, alignment.line, alignment.query_s)
            span = up_to_cuts((self._frames, reference.frames), alignment.line, alignment.query_s, longer)
            if span == alignment.query_s:
                return [alignment]
            pieces = [(alignment.line, span)]
        tracer = self._tracer(alignment.video_id, mirrored=change[0], negative=change[1])
        stretches = [FeatureStretch(line, span, tracer.fits_along(line, span)) for line, span in pieces]
        cut = [along(self._frames, reference.frames, alignment.video_id, change, one) for one in stretches if one.fits]
        return cut or [alignment]

    def _settle(
        self, stretch: FeatureStretch, tracer: FeatureTracer, reference: KnownReference, change: tuple[bool, bool]
    ) -> FeatureStretch:
        """Move a stretch to the instants that brightness tells, if it tells any."""
        laid = self._lay(stretch.fits, reference, change, stretch.query_s)
        settled = laid.settle(stretch.line, stretch.query_s) if laid else None
        if laid is not None and not _is_alike(settled) and _stands(stretch):
            settled = laid.search(stretch.line, stretch.query_s)
        if settled is None or not _is_alike(settled):
            return stretch
        fits = tracer.fits_along(settled[0], (stretch.query_s[0], stretch.query_s[1] + EDGE_S))
        return FeatureStretch(settled[0], stretch.query_s, fits) if fits else stretch

    def _lay(
        self,
        fits: Sequence[FrameFit],
        reference: KnownReference,
        change: tuple[bool, bool],
        span_s: tuple[float, float],
    ) -> LaidCourses | None:
        """Lay the brightness of a span of the query onto a reference, where the place is known."""
        if not fits or self._courses is None or reference.courses is None:
            return None
        features = self._variants.get(mirrored=change[0], negative=change[1]), reference.features
        place = Place.of(fits, reference.features.extent)
        return lay((self._courses.during(span_s), reference.courses), place, features, change)

    def _tracer(self, video_id: str, *, mirrored: bool, negative: bool) -> FeatureTracer:
        """Give what compares one variant with one reference, with all that it has found out so far."""
        key = video_id, mirrored, negative
        if key not in self._tracers:
            query, reference = self._variants.get(mirrored=mirrored, negative=negative), self.reference(video_id)
            self._tracers[key] = FeatureTracer(query, reference.features, reference.standing)
        return self._tracers[key]

    def _with_fits(self, alignment: Alignment) -> Alignment:
        """Put to a stretch of frame hashes how the picture lies along its line."""
        tracer = self._tracer(alignment.video_id, mirrored=alignment.mirrored, negative=False)
        return replace(alignment, fits=tracer.fits_along(alignment.line, alignment.query_s))

    def _taken(self, alignments: Sequence[Alignment], times: NDArray[np.float64]) -> NDArray[np.bool_]:
        taken = np.zeros(len(times), bool)
        for one in alignments:
            if int((one.distances <= self._settings.strong_bits).sum()) >= STRONG_FRAMES:
                taken |= (times >= one.query_s[0]) & (times < one.query_s[1])
        return taken


def _is_alike(settled: tuple[Line, Agreement] | None) -> bool:
    return settled is not None and settled[1].correlation >= least_alike(settled[0])


def _stands(stretch: FeatureStretch) -> bool:
    """Whether most of what agrees stands still."""
    points, moving = sum(fit.points for fit in stretch.fits), sum(fit.moving for fit in stretch.fits)
    return moving <= (1 - STANDING_SHARE) * points
