"""From the alignments of one query to matches: scored, told apart by what moves, and described."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from verify.matches.alignment import Alignment
from verify.matches.all_evidence import Aligner
from verify.matches.disguise import name_disguises
from verify.matches.explain import explain_candidate, explain_scene, explain_segments
from verify.matches.frames import Frames
from verify.matches.rarity import weigh_frames
from verify.matches.score import Evidence, count_votes, score_alignment
from verify.matches.settings import MatchSettings
from verify.matches.what_moves import ALIKE, Movement
from verify.records.fingerprint import HASH_BITS
from verify.records.match import CANDIDATE, SAME_FOOTAGE, SAME_SCENE, Geometry, Match, Reference, Segment
from verify.records.time import Span, exact_seconds

POINT_NEARNESS = 4
"""Bits of frame hashes that weigh as much as a corresponding point, where two alignments of one stretch compete."""

OVERLAY_COVERED = 0.75
"""Where more of the seen picture than this is not found again, what agrees may be a caption or a logo, which other
footage bears as well."""

WHOLE_PICTURE_BITS, WHOLE_PICTURE_SHARE = 96, 0.3
"""Unless frame hashes this near say of this share of the frames that the whole picture agrees."""


@dataclass(frozen=True, slots=True)
class Scored:
    """An alignment with what it is worth.

    Attributes:
        alignment: the aligned stretch.
        score: 0 to 1.
        recurring: some of its frames recur in unrelated references.
        movement: what moves along it; None below the threshold, where nobody looked.
        geometry: how the pictures lie on each other; None where no features were fitted.
        other_picture: share of the common picture where either shows what the other does not; None likewise.
    """

    alignment: Alignment
    score: float
    recurring: bool
    movement: Movement | None
    geometry: Geometry | None
    other_picture: float | None

    @property
    def overlay(self) -> bool:
        """Whether so little of the picture agrees that it may be a caption or a logo on other footage."""
        if self.movement is not None and self.movement.brightness_alike:
            return False
        agreeing = int((self.alignment.distances <= WHOLE_PICTURE_BITS).sum())
        whole = agreeing > WHOLE_PICTURE_SHARE * len(self.alignment.distances)
        return self.other_picture is not None and self.other_picture > OVERLAY_COVERED and not whole

    @property
    def answer(self) -> str:
        """What the alignment shows."""
        if self.movement is None or self.overlay:
            return CANDIDATE
        return SAME_FOOTAGE if self.movement.verdict == ALIKE else SAME_SCENE


@dataclass(frozen=True, slots=True)
class Judged:
    """A reference with what was decided on it.

    Attributes:
        match: what it is.
        segments: the alignments that its segments were made of, in their order.
    """

    match: Match
    segments: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the alignments of one query.

    Attributes:
        query: its frames.
        aligner: what made the alignments.
        describe: gives the record of a reference by its video id.
        searched_frames: frame hashes in the hash database.
        settings: what matching is tuned by.
    """

    query: Frames
    aligner: Aligner
    describe: Callable[[str], Reference]
    searched_frames: int
    settings: MatchSettings

    def judge(self, alignments: Sequence[Alignment]) -> list[Judged]:
        """Give a match for each reference, best first; below the threshold they are candidates."""
        frames = {one.video_id: self.aligner.reference(one.video_id).frames for one in alignments}
        weights = weigh_frames(alignments, self.query, frames, self.settings)
        by_reference: dict[str, list[Scored]] = defaultdict(list)
        for alignment, weight in zip(alignments, weights, strict=True):
            scored = self._look_closer(Evidence(alignment, weight, self.aligner.compare_brightness(alignment)))
            by_reference[alignment.video_id].append(scored)
        return sorted((self._judged(*entry) for entry in by_reference.items()), key=_best_first)

    def _look_closer(self, evidence: Evidence) -> Scored:
        alignment = evidence.alignment
        score = score_alignment(evidence, self.query, self.searched_frames, self.settings)
        recurring = bool((evidence.weights == 0).any())
        movement = self.aligner.compare_movement(alignment) if score >= self.settings.threshold else None
        geometry = self.aligner.measure_geometry(alignment)
        return Scored(alignment, score, recurring, movement, geometry, self.aligner.share_of_other_picture(alignment))

    def _judged(self, video_id: str, scored: list[Scored]) -> Judged:
        answers = {one.answer for one in scored}
        answer = next(one for one in (SAME_FOOTAGE, SAME_SCENE, CANDIDATE) if one in answers)
        kept = [one for one in scored if one.answer == answer]
        if answer == CANDIDATE:
            kept = [max(kept, key=lambda one: (one.score, -one.alignment.query_s[0]))]
        kept = _without_overlaps(kept)
        segments = tuple(self._segment(one) for one in kept)
        best = max(one.score for one in kept)
        reference = self.describe(video_id)
        name = Path(reference.path).name
        if answer == SAME_FOOTAGE:
            reason = explain_segments(segments, name)
        elif answer == SAME_SCENE:
            reason = explain_scene([one.movement for one in kept if one.movement], name)
        else:
            recurring, overlay = any(one.recurring for one in kept), any(one.overlay for one in kept)
            reason = explain_candidate(best, self.settings.threshold, recurring=recurring, overlay=overlay)
        return Judged(
            Match(answer=answer, score=best, reason=reason, identical=False, reference=reference, segments=segments),
            tuple(kept),
        )

    def _segment(self, scored: Scored) -> Segment:
        alignment = scored.alignment
        compared, agreeing = count_votes(alignment, self.query, self.settings)
        return Segment(
            query=span(*alignment.query_s),
            reference=span(*alignment.reference_s),
            speed=alignment.line.speed,
            mirrored=alignment.mirrored,
            score=scored.score,
            frames_compared=compared,
            frames_agreeing=agreeing,
            points=sum(fit.points for fit in alignment.fits) if alignment.fits else None,
            disguise=name_disguises(alignment, scored.geometry),
            geometry=scored.geometry,
        )


def span(start: float, end: float) -> Span:
    """Give a span of exact seconds."""
    return Span(start=exact_seconds(start), end=exact_seconds(end))


def _best_first(judged: Judged) -> tuple[int, float, float, str]:
    match = judged.match
    seconds = sum(float(segment.query.seconds) for segment in match.segments)
    rank = (SAME_FOOTAGE, SAME_SCENE, CANDIDATE).index(match.answer)
    return rank, -round(match.score, 3), -seconds, match.reference.video_id


def _without_overlaps(scored: list[Scored]) -> list[Scored]:
    """Keep the best of alignments that lie over each other in the query (a symmetric picture fits mirrored too)."""
    kept: list[Scored] = []
    for one in sorted(scored, key=_weight_of, reverse=True):
        begin, end = one.alignment.query_s
        others = [other.alignment.query_s for other in kept]
        covered = sum(max(0.0, min(end, other[1]) - max(begin, other[0])) for other in others)
        if covered <= (end - begin) / 2:
            kept.append(one)
    return sorted(kept, key=lambda one: one.alignment.query_s)


def _weight_of(scored: Scored) -> tuple[float, float, bool]:
    alignment = scored.alignment
    nearness = float(np.maximum(0, HASH_BITS // 2 - alignment.distances.astype(np.int64)).sum())
    points = sum(fit.points for fit in alignment.fits)
    return nearness + POINT_NEARNESS * points, -alignment.query_s[0], not alignment.mirrored
