"""Fingerprint and hash database to matches: the only place that composes the steps of matching."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from verify.database.search import SearchIndex, open_index
from verify.database.store import HashDatabase
from verify.errors import VerifyError
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.matches.all_evidence import Aligner, KnownReference
from verify.matches.candidates import Candidate, propose_candidates
from verify.matches.explain import (
    explain_identical,
    explain_limit,
    explain_no_match,
    explain_others,
)
from verify.matches.frames import Frames, unpack_frames
from verify.matches.judge import Judge, span
from verify.matches.settings import MatchSettings
from verify.records.fingerprint import COMPARABLE, REASONS, Fingerprint
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
        self._references: dict[str, KnownReference] = {}

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
        matches = [] if self._too_little(query) else self._compare(query, fingerprint, proposed)
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

    def _compare(self, query: Frames, fingerprint: Fingerprint, proposed: Sequence[Candidate]) -> list[Match]:
        aligner = Aligner(fingerprint, self._reference, self.settings)
        judge = Judge(query, aligner, self._describe, len(self._index.frames), self.settings)
        return judge.judge(aligner.align(proposed, self._index))

    def _reference(self, video_id: str) -> KnownReference:
        if video_id not in self._references:
            self._references[video_id] = KnownReference.of(self._database.fingerprint(video_id))
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


def _why_not_comparable(frames: Frames, settings: MatchSettings) -> str:
    if frames.seconds < settings.min_seconds:
        return (
            f"The video is too short to compare: {frames.seconds:.1f} s of at least {settings.min_seconds:g} s needed."
        )
    return (
        f"The video is too plain to compare: {frames.comparable_seconds:.1f} of its {frames.seconds:.1f} s show more"
        " than black or flat pictures."
    )
