"""Fingerprint and hash database to matches: the only place that composes the steps of matching."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from verify.database.search import SearchIndex, open_index
from verify.database.store import HashDatabase
from verify.errors import VerifyError
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.still import Still
from verify.matches.all_evidence import Aligner, KnownReference
from verify.matches.candidates import Candidate, propose_candidates
from verify.matches.explain import (
    explain_identical,
    explain_limit,
    explain_no_match,
    explain_others,
)
from verify.matches.feature_alignment import STRONG_POINTS
from verify.matches.feature_frames import unpack_features
from verify.matches.frames import Frames, unpack_frames
from verify.matches.judge import Judge, Judged, span
from verify.matches.listener import Listener
from verify.matches.looked_at import describe_identical, describe_judged, describe_unaligned, order_looked_at
from verify.matches.pairs import Features, choose_pairs
from verify.matches.settings import MatchSettings
from verify.matches.still import StillSearch
from verify.records.explanation import AlignedPair, Examination
from verify.records.fingerprint import COMPARABLE, REASONS, Fingerprint
from verify.records.looked_at import LookedAt
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

if TYPE_CHECKING:
    from fractions import Fraction


KEPT_REFERENCES = 256
"""With more of them unpacked than this, the next query unpacks its own: those of an archive would fill the memory."""


def tool_name() -> str:
    """Name the tool with its version."""
    return f"verify {version('verify-video')}"


@dataclass(frozen=True, slots=True)
class _Found:
    """All that one search gave.

    Attributes:
        query: frames of the query.
        identical: the match of equal bytes, if there is one.
        shown: what is reported beside it, best first.
        judged: the same with candidates, asked for or not.
        proposed: references with near frames.
        compared: video ids of the references that were compared, each with the most points of any pair of frames.
    """

    query: Frames
    identical: list[Match]
    shown: list[Judged] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    proposed: list[Candidate] = field(default_factory=list)
    compared: dict[str, int | None] = field(default_factory=dict)


class Matcher:
    """Finds the footage of queries in one hash database, which it reads once.

    Raises:
        FingerprintVersionError: the database holds fingerprints of another version.
    """

    def __init__(self, database: HashDatabase, name: str, settings: MatchSettings | None = None) -> None:
        database.check_version(FINGERPRINT_VERSION)
        self.settings = settings or MatchSettings()
        self._database = database
        self._index: SearchIndex = open_index(database)
        videos, seconds = database.totals()
        self.searched = Searched(
            database=name,
            state=database.state(),
            videos=videos,
            seconds=float(seconds),
            fingerprint=FINGERPRINT_VERSION,
        )
        self._listener = Listener(self._index, database.sound, self._describe)
        self._references: dict[str, KnownReference] = {}
        self._time_bases: dict[str, Fraction] = {}

    def find(self, path: str, fingerprint: Fingerprint, *, candidates: bool = False) -> MatchReport:
        """Find every second of a video's footage, or the picture of a still, that stands in the hash database.

        Args:
            path: the query as named by the user.
            fingerprint: its fingerprint.
            candidates: also give what stays below the threshold.

        Returns:
            The answer with its matches, best first; never an error for a video that cannot be compared.
        """
        return self._report(path, fingerprint, self._search(fingerprint, candidates=candidates))

    def examine(self, path: str, fingerprint: Fingerprint, *, candidates: bool = False) -> Examination:
        """Find like ``find``, and give what the answer rests on.

        Args:
            path: the query as named by the user.
            fingerprint: its fingerprint.
            candidates: also give what stays below the threshold; it is among ``looked_at`` in any case.
        """
        found = self._search(fingerprint, candidates=candidates)
        pairs = self._pairs(fingerprint, found)
        report = self._report(path, fingerprint, found)
        return Examination(report=report, pairs=pairs, looked_at=self._looked_at(found))

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

    def _answer(self, fingerprint: Fingerprint, query: Frames, shown: Sequence[Match]) -> tuple[str, str]:
        found = [match for match in shown if match.answer != CANDIDATE]
        if found:
            return found[0].answer, found[0].reason + explain_others(len(found) - 1)
        if self._too_little(fingerprint, query):
            return NOT_COMPARABLE, _why_not_comparable(fingerprint, query, self.settings)
        return NO_MATCH, explain_no_match(self.searched.videos, self.searched.seconds, self.searched.state)

    def _too_little(self, fingerprint: Fingerprint, query: Frames) -> bool:
        if isinstance(fingerprint, Still):
            return not query.comparable.any()
        return query.comparable_seconds < self.settings.min_seconds

    def _search(self, fingerprint: Fingerprint, *, candidates: bool) -> "_Found":
        query = unpack_frames(fingerprint)
        identical = self._identical(fingerprint)
        if len(self._references) > KEPT_REFERENCES:
            self._references.clear()
        if self._too_little(fingerprint, query) and not _has_features(fingerprint, self.settings):
            return _Found(query, identical)
        compared: dict[str, KnownReference] = {}

        def reference(video_id: str) -> KnownReference:
            return compared.setdefault(video_id, self._reference(video_id))

        if isinstance(fingerprint, Still):
            found = StillSearch(self._index, reference, self._describe, self.settings).find(fingerprint)
            judged, proposed = found.judged, found.proposed
            points: dict[str, int | None] = dict.fromkeys(compared)
        else:
            proposed = propose_candidates(query, self._index, self.settings)
            aligner = Aligner(fingerprint, reference, self.settings)
            judge = Judge(query, aligner, self._describe, len(self._index.frames), self.settings)
            judged = judge.judge(aligner.align(proposed, self._index))
            points = {video_id: aligner.most_points(video_id) for video_id in compared}
        shown = [one for one in judged if candidates or one.match.answer != CANDIDATE]
        return _Found(query, identical, shown, judged, proposed, points)

    def _report(self, path: str, fingerprint: Fingerprint, found: "_Found") -> MatchReport:
        shown = found.identical + [one.match for one in found.shown]
        answer, reason = self._answer(fingerprint, found.query, shown)
        report = MatchReport(
            tool=tool_name(),
            settings=self.settings.describe(),
            query=_query(path, fingerprint.video_id, found.query),
            searched=self.searched,
            answer=answer,
            reason=reason + explain_limit(found.proposed, self.settings.max_references),
            matches=tuple(shown),
        )
        return self._listener.add_sound(fingerprint.sound, report)

    def _pairs(self, fingerprint: Fingerprint, found: "_Found") -> tuple[AlignedPair, ...]:
        query = Features(unpack_features(fingerprint), fingerprint.frame_hashes.time_base)
        pairs: list[AlignedPair] = []
        for number, judged in enumerate(found.shown, start=len(found.identical)):
            video_id = judged.match.reference.video_id
            reference = Features(self._references[video_id].features, self._time_bases[video_id])
            for index, (scored, segment) in enumerate(zip(judged.segments, judged.match.segments, strict=True)):
                pairs += choose_pairs(scored.alignment, (number, index), query, reference, segment)
        return tuple(pairs)

    def _looked_at(self, found: "_Found") -> tuple[LookedAt, ...]:
        threshold = self.settings.threshold
        near = Counter[str]()
        for candidate in found.proposed:
            near[candidate.video_id] += len(candidate.query_frames)
        entries = [describe_identical(match, threshold) for match in found.identical]
        entries += [describe_judged(one, threshold, near[one.match.reference.video_id]) for one in found.judged]
        aligned = {one.match.reference.video_id for one in found.judged}
        entries += [
            describe_unaligned(self._describe(video_id), threshold, near[video_id], points)
            for video_id, points in found.compared.items()
            if video_id not in aligned
        ]
        return order_looked_at(entries)

    def _reference(self, video_id: str) -> KnownReference:
        if video_id not in self._references:
            fingerprint = self._database.fingerprint(video_id)
            self._references[video_id] = KnownReference.of(fingerprint)
            self._time_bases[video_id] = fingerprint.frame_hashes.time_base
        return self._references[video_id]

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


def _has_features(fingerprint: Fingerprint, settings: MatchSettings) -> bool:
    """Whether local features can be compared where frame hashes cannot: a dark or narrow picture may well have some."""
    if fingerprint.seconds < settings.min_seconds and not isinstance(fingerprint, Still):
        return False
    return max(np.frombuffer(fingerprint.local_features.counts, "<u2"), default=0) >= STRONG_POINTS


def _query(path: str, video_id: str, frames: Frames) -> Query:
    skipped = [
        Skipped(span=span(frames.starts[index], frames.ends[index]), why=REASONS[int(frames.codes[index])])
        for index in np.flatnonzero(~frames.comparable)
    ]
    return Query(
        path=path,
        video_id=video_id,
        seconds=frames.seconds,
        comparable_seconds=frames.comparable_seconds,
        skipped=tuple(skipped),
    )


def _why_not_comparable(fingerprint: Fingerprint, frames: Frames, settings: MatchSettings) -> str:
    if isinstance(fingerprint, Still):
        return f"The picture is too plain to compare: it is {REASONS[int(frames.codes[0])]}."
    if frames.seconds < settings.min_seconds:
        return (
            f"The video is too short to compare: {frames.seconds:.1f} s of at least {settings.min_seconds:g} s needed."
        )
    return (
        f"The video is too plain to compare: {frames.comparable_seconds:.1f} of its {frames.seconds:.1f} s show more"
        " than black or flat pictures."
    )
