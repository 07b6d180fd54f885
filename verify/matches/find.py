"""Fingerprint and hash database to matches: the only place that composes the steps of matching."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from verify.database.search import FrameIndex, open_index
from verify.database.store import HashDatabase
from verify.errors import VerifyError
from verify.fingerprints.frame_hash import HASH_VERSION
from verify.matches.alignment import Alignment, align
from verify.matches.candidates import Candidate, propose_candidates
from verify.matches.explain import (
    explain_candidate,
    explain_identical,
    explain_limit,
    explain_no_match,
    explain_others,
    explain_segments,
    name_disguises,
)
from verify.matches.frames import Frames, unpack_frames
from verify.matches.rarity import weigh_frames
from verify.matches.score import count_votes, score_alignment
from verify.matches.settings import MatchSettings
from verify.records.fingerprint import COMPARABLE, HASH_BITS, REASONS, Fingerprint
from verify.records.match import (
    CANDIDATE,
    NO_MATCH,
    NOT_COMPARABLE,
    SAME_FOOTAGE,
    FirstSeen,
    Match,
    MatchReport,
    Query,
    Reference,
    Searched,
    Segment,
    Skipped,
)
from verify.records.names import spelled
from verify.records.sighting import first_seen
from verify.records.time import Span, exact_seconds


def tool_name() -> str:
    """Name the tool with its version."""
    return f"verify {version('verify-video')}"


@dataclass(frozen=True, slots=True)
class _Scored:
    """An alignment with what it is worth."""

    alignment: Alignment
    score: float
    recurring: bool


class Matcher:
    """Finds the footage of queries in one hash database, which it reads once.

    Raises:
        FingerprintVersionError: the database holds fingerprints of another version.
    """

    def __init__(self, database: HashDatabase, name: str, settings: MatchSettings | None = None) -> None:
        database.check_version(HASH_VERSION)
        self.settings = settings or MatchSettings()
        self._database = database
        self._index: FrameIndex = open_index(database)
        videos, seconds = database.totals()
        self.searched = Searched(
            database=name,
            state=database.state(),
            videos=videos,
            seconds=float(seconds),
            fingerprint=HASH_VERSION,
        )
        self._frames: dict[str, Frames] = {}

    def find(self, path: str, fingerprint: Fingerprint, *, candidates: bool = False) -> MatchReport:
        """Find every second of a video's footage that stands in the hash database.

        Args:
            path: the query as named by the user.
            fingerprint: its fingerprint.
            candidates: also give what stays below the threshold.

        Returns:
            The answer with its matches, best first; never an error for a video that cannot be compared.
        """
        query = unpack_frames(fingerprint)
        proposed = [] if self._too_little(query) else propose_candidates(query, self._index, self.settings)
        matches = self._compare(query, [one for one in proposed if one.video_id != fingerprint.video_id])
        identical = self._identical(fingerprint)
        shown = [match for match in matches if candidates or match.answer != CANDIDATE]
        shown = identical + shown
        answer, reason = self._answer(query, shown)
        return MatchReport(
            tool=tool_name(),
            settings=self.settings.describe(),
            query=_query(path, fingerprint.video_id, query),
            searched=self.searched,
            answer=answer,
            reason=reason + explain_limit(proposed, self.settings.max_references),
            matches=tuple(shown),
        )

    def refuse(self, path: str, error: VerifyError) -> MatchReport:
        """Report a query that could not be read."""
        return MatchReport(
            tool=tool_name(),
            settings=self.settings.describe(),
            query=Query(path=path),
            searched=self.searched,
            answer=NOT_COMPARABLE,
            reason=str(error),
            error=error.error_id,
        )

    def _answer(self, query: Frames, shown: Sequence[Match]) -> tuple[str, str]:
        found = [match for match in shown if match.answer != CANDIDATE]
        if found:
            return found[0].answer, found[0].reason + explain_others(len(found) - 1)
        if self._too_little(query):
            return NOT_COMPARABLE, _why_not_comparable(query, self.settings)
        return NO_MATCH, explain_no_match(self.searched.videos, self.searched.seconds, self.searched.state)

    def _too_little(self, query: Frames) -> bool:
        return query.comparable_seconds < self.settings.min_seconds

    def _compare(self, query: Frames, candidates: Sequence[Candidate]) -> list[Match]:
        alignments = [
            alignment
            for candidate in candidates
            for alignment in align(query, self._reference(candidate.video_id), candidate, self.settings)
        ]
        weights = weigh_frames(alignments, query, self._frames, self.settings)
        by_reference: dict[str, list[_Scored]] = defaultdict(list)
        for alignment, weight in zip(alignments, weights, strict=True):
            by_reference[alignment.candidate.video_id].append(self._score(alignment, weight, query))
        matches = [self._match(video_id, scored, query) for video_id, scored in by_reference.items()]
        return sorted(matches, key=_best_first)

    def _score(self, alignment: Alignment, weights: NDArray[np.float64], query: Frames) -> _Scored:
        score = score_alignment(alignment, weights, query, len(self._index), self.settings)
        return _Scored(alignment, score, bool((weights == 0).any()))

    def _reference(self, video_id: str) -> Frames:
        if video_id not in self._frames:
            self._frames[video_id] = unpack_frames(self._database.fingerprint(video_id))
        return self._frames[video_id]

    def _match(self, video_id: str, scored: list[_Scored], query: Frames) -> Match:
        kept = _without_overlaps([one for one in scored if one.score >= self.settings.threshold])
        answer = SAME_FOOTAGE if kept else CANDIDATE
        if not kept:
            kept = [max(scored, key=lambda one: (one.score, -one.alignment.query_s[0]))]
        segments = tuple(self._segment(one, query) for one in kept)
        best = max(one.score for one in kept)
        reference = self._describe(video_id)
        if answer == SAME_FOOTAGE:
            reason = explain_segments(segments, Path(reference.path).name)
        else:
            recurring = any(one.recurring for one in kept)
            reason = explain_candidate(best, self.settings.threshold, recurring=recurring)
        return Match(answer=answer, score=best, reason=reason, identical=False, reference=reference, segments=segments)

    def _segment(self, scored: _Scored, query: Frames) -> Segment:
        alignment = scored.alignment
        compared, agreeing = count_votes(alignment, query, self.settings)
        mirrored = alignment.candidate.mirrored
        return Segment(
            query=_span(*alignment.query_s),
            reference=_span(*alignment.reference_s),
            speed=alignment.line.speed,
            mirrored=mirrored,
            score=scored.score,
            frames_compared=compared,
            frames_agreeing=agreeing,
            disguise=name_disguises(alignment.line.speed, mirrored=mirrored),
        )

    def _identical(self, fingerprint: Fingerprint) -> list[Match]:
        if not self._database.has_video(fingerprint.video_id):
            return []
        reference = self._describe(fingerprint.video_id)
        whole = Span(start=exact_seconds(0), end=fingerprint.seconds)
        frames = fingerprint.frame_hashes.codes.count(COMPARABLE)
        segment = Segment(
            query=whole,
            reference=whole,
            speed=1.0,
            mirrored=False,
            score=1.0,
            frames_compared=frames,
            frames_agreeing=frames,
        )
        reason = explain_identical(Path(reference.path).name)
        return [
            Match(
                answer=SAME_FOOTAGE,
                score=1.0,
                reason=reason,
                identical=True,
                reference=reference,
                segments=(segment,),
            )
        ]

    def _describe(self, video_id: str) -> Reference:
        paths = tuple(spelled(path) for path in self._database.paths_of(video_id))
        seen = first_seen(self._database.sightings_of(video_id))
        return Reference(
            video_id=video_id,
            path=paths[0] if paths else video_id,
            paths=paths,
            seconds=float(self._database.video_seconds(video_id)),
            first_seen=FirstSeen(date=seen.date.text, url=seen.url, recorded_by=seen.recorded_by)
            if seen and seen.date
            else None,
        )


def _best_first(match: Match) -> tuple[bool, float, float, str]:
    seconds = sum(float(segment.query.seconds) for segment in match.segments)
    return match.answer == CANDIDATE, -round(match.score, 3), -seconds, match.reference.video_id


def _without_overlaps(scored: list[_Scored]) -> list[_Scored]:
    """Keep the best of alignments that lie over each other in the query (a symmetric picture fits mirrored too)."""
    kept: list[_Scored] = []
    for one in sorted(scored, key=_weight_of, reverse=True):
        span = one.alignment.query_s
        covered = sum(max(0.0, min(span[1], other[1]) - max(span[0], other[0])) for other in _spans(kept))
        if covered <= (span[1] - span[0]) / 2:
            kept.append(one)
    return sorted(kept, key=lambda one: one.alignment.query_s)


def _weight_of(scored: _Scored) -> tuple[float, float, bool]:
    alignment = scored.alignment
    nearness = float(np.maximum(0, HASH_BITS // 2 - alignment.distances.astype(np.int64)).sum())
    return nearness, -alignment.query_s[0], not alignment.candidate.mirrored


def _spans(scored: list[_Scored]) -> list[tuple[float, float]]:
    return [one.alignment.query_s for one in scored]


def _span(start: float, end: float) -> Span:
    return Span(start=exact_seconds(start), end=exact_seconds(end))


def _query(path: str, video_id: str, frames: Frames) -> Query:
    skipped = [
        Skipped(span=_span(frames.starts[index], frames.ends[index]), why=REASONS[int(frames.codes[index])])
        for index in np.flatnonzero(~frames.comparable)
    ]
    return Query(
        path=path,
        video_id=video_id,
        seconds=frames.seconds,
        comparable_seconds=frames.comparable_seconds,
        skipped=tuple(skipped),
    )


def _why_not_comparable(frames: Frames, settings: MatchSettings) -> str:
    if frames.seconds < settings.min_seconds:
        return (
            f"The video is too short to compare: {frames.seconds:.1f} s of at least {settings.min_seconds:g} s needed."
        )
    return (
        f"The video is too plain to compare: {frames.comparable_seconds:.1f} of its {frames.seconds:.1f} s show more"
        " than black or flat pictures."
    )
