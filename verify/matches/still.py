"""Find the references that show a still, and the instant: one picture, so there is no alignment in time.

What two recordings of one place have in common is all that a picture can show. So the answer is ``same_footage`` or
nothing, and its reason says what one picture leaves open.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from verify.database.search import SearchIndex
from verify.fingerprints.still import Still
from verify.matches.alignment import Alignment
from verify.matches.all_evidence import KnownReference
from verify.matches.candidates import Candidate, propose_candidates
from verify.matches.disguise import measure_geometry, name_disguises, share_of_other_picture
from verify.matches.explain import explain_candidate, explain_still, explain_unlike
from verify.matches.feature_alignment import FrameFit
from verify.matches.feature_candidates import FeatureCandidate, Variants, propose_by_features
from verify.matches.feature_frames import unpack_features
from verify.matches.judge import Judged, Scored, span
from verify.matches.lines import Line
from verify.matches.rarity import count_groups
from verify.matches.settings import MatchSettings
from verify.matches.still_evidence import BITS_AS_PART, Sighting, StillTracer, StillVariant
from verify.matches.still_score import score_still
from verify.matches.views import Views, make_views
from verify.records.match import CANDIDATE, SAME_FOOTAGE, Match, Reference, Segment

SEEDS = 10
"""Pairs of frames that share most features, and pairs of near hashes, from which a reference is looked at."""

MAX_BY_HASH = 32
"""References, as they are or mirrored, that are looked at because a hash is near: the nearest."""

BESIDE_S = 1.2
"""Frames with features are looked at that lie no farther from a near hash."""

BITS_OF_OTHER = 60.0
OTHER_UNTOLD = 0.5
"""What a common picture that differs throughout weighs in bits, and the share that is taken where nothing tells it."""

SURELY_ALIKE, HARDLY_ALIKE, BEHIND_BEST, PICTURE_BITS = 75.0, 110.0, 20.0, 64
"""Up to the first sum of cost and difference a still is taken for the reference's picture. Up to the second only where
it costs at most so much more than the best, and the hashes are so near, or nearer than those of any other. Points alone
would take other footage behind the same captions, meme or phone for it: see ``docs/decisions/0016-one-picture.md``."""

CLOCK_SLACK_S = 1e-6


@dataclass(frozen=True, slots=True)
class FoundStill:
    """What one search gave.

    Attributes:
        judged: a match for each reference, best first; below the threshold they are candidates.
        proposed: references with near frame hashes.
    """

    judged: list[Judged]
    proposed: list[Candidate]


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A reference, as it is, mirrored or negative, that may show the still."""

    video_id: str
    mirrored: bool
    negative: bool
    near: Candidate | None
    sharing: FeatureCandidate | None


@dataclass(frozen=True, slots=True)
class _Found:
    """A reference that may show the still, and how dear the best instant is; see ``Sighting``."""

    scored: Scored
    cost: float

    @property
    def difference(self) -> float:
        """Cost in bits, and how much of the common picture differs."""
        other = self.scored.other_picture
        return self.cost + BITS_OF_OTHER * (OTHER_UNTOLD if other is None else other)

    @property
    def bits(self) -> int:
        """Bits between the hashes."""
        return int(self.scored.alignment.distances[0])


@dataclass(frozen=True, slots=True)
class StillSearch:
    """Searches one hash database for stills.

    Attributes:
        index: its search structures.
        reference: gives a reference as arrays by its video id.
        describe: gives the record of a reference by its video id.
        settings: what matching is tuned by.
    """

    index: SearchIndex
    reference: Callable[[str], KnownReference]
    describe: Callable[[str], Reference]
    settings: MatchSettings

    def find(self, still: Still) -> FoundStill:
        """Look for a still."""
        views = make_views(still.luma())
        variants = Variants.of(unpack_features(still))
        proposed = propose_candidates(views.frames, self.index, self.settings)
        scored: dict[str, list[_Found]] = defaultdict(list)
        for one in self._proposals(proposed, views, variants):
            found = self._look_at(one, StillVariant.of(still.luma(), variants, views, (one.mirrored, one.negative)))
            if found is not None:
                scored[one.video_id].append(found)
        best = [max(ways, key=_likeliest) for ways in scored.values()]
        return FoundStill(self._judge(sorted(best, key=_best_first)), proposed)

    def _proposals(self, near: Sequence[Candidate], views: Views, variants: Variants) -> list[_Proposal]:
        """Put together what hashes and features propose; in an order that depends on the database alone."""
        by_hash = {(one.video_id, one.mirrored, False): one for one in _nearest(near, views)}
        shared = propose_by_features(variants, self.index, self.settings.max_references)
        by_features = {(one.video_id, one.mirrored, one.negative): one for one in shared}
        keys = sorted({*by_hash, *by_features})
        return [_Proposal(*key, by_hash.get(key), by_features.get(key)) for key in keys]

    def _look_at(self, proposal: _Proposal, still: StillVariant) -> _Found | None:
        reference = self.reference(proposal.video_id)
        frames, samples = _seeds(proposal, reference)
        sighting = StillTracer(still, reference).find(frames, samples)
        if sighting is None:
            return None
        alignment = _align(proposal, sighting, reference)
        score = score_still(sighting, still.views, len(self.index.frames))
        scored = Scored(
            alignment=alignment,
            score=score,
            recurring=False,
            movement=None,
            geometry=measure_geometry(alignment, still.features, reference.features),
            other_picture=share_of_other_picture(alignment, still.features, reference.features),
        )
        return _Found(scored, sighting.cost)

    def _judge(self, found: Sequence[_Found]) -> list[Judged]:
        likely = [one.scored.score >= self.settings.threshold for one in found]
        rivals = [one for one, may in zip(found, likely, strict=True) if may]
        same = [may and _alike(one, rivals) for one, may in zip(found, likely, strict=True)]
        shown = [one.scored.alignment for one, alike in zip(found, same, strict=True) if alike]
        frames = {one.video_id: self.reference(one.video_id).frames for one in shown}
        recurs = count_groups(shown, 1, frames, self.settings)[0] >= self.settings.recurring_in
        recurring_in = self.settings.recurring_in if recurs else 0
        return [self._match(one.scored, recurring_in, same=alike) for one, alike in zip(found, same, strict=True)]

    def _match(self, scored: Scored, recurring_in: int, *, same: bool) -> Judged:
        alignment = scored.alignment
        segment = Segment(
            query=span(*alignment.query_s),
            reference=span(*alignment.reference_s),
            speed=1.0,
            mirrored=alignment.mirrored,
            score=scored.score,
            frames_compared=1,
            frames_agreeing=1,
            points=sum(fit.points for fit in alignment.fits) if alignment.fits else None,
            disguise=name_disguises(alignment, scored.geometry),
            geometry=scored.geometry,
        )
        reference = self.describe(alignment.video_id)
        if same:
            reason = explain_still(segment, Path(reference.path).name, recurring_in)
        elif scored.score >= self.settings.threshold:
            reason = explain_unlike()
        else:
            reason = explain_candidate(scored.score, self.settings.threshold, recurring=False, overlay=False)
        answer = SAME_FOOTAGE if same else CANDIDATE
        match = Match(
            answer=answer, score=scored.score, reason=reason, identical=False, reference=reference, segments=(segment,)
        )
        return Judged(match, (scored,))


def _nearest(near: Sequence[Candidate], views: Views) -> list[Candidate]:
    """Choose the references to look at: those of which a hash is nearest, one of the whole still rather."""

    def rank(one: Candidate) -> tuple[float, str, bool]:
        bits = one.distances + BITS_AS_PART * (one.query_frames >= views.whole)
        return float(bits.min()), one.video_id, one.mirrored

    return sorted(near, key=rank)[:MAX_BY_HASH]


def _seeds(proposal: _Proposal, reference: KnownReference) -> tuple[list[int], list[int]]:
    """Give the frames with features and the frame hashes that a proposal points at, the likeliest first."""
    frames: list[int] = []
    samples: list[int] = []
    times = reference.features.times
    if proposal.sharing is not None:
        order = np.argsort(-proposal.sharing.shared, kind="stable")[:SEEDS]
        frames += proposal.sharing.reference_frames[order].tolist()
    if proposal.near is not None:
        order = np.argsort(proposal.near.distances, kind="stable")
        samples += dict.fromkeys(proposal.near.reference_frames[order].tolist())
        for start in reference.frames.starts[samples[:SEEDS]].tolist():
            at = int(np.searchsorted(times, start + CLOCK_SLACK_S, side="right"))
            frames += [j for j in (at - 1, at) if 0 <= j < len(times) and abs(times[j] - start) <= BESIDE_S]
    return frames, samples


def _align(proposal: _Proposal, sighting: Sighting, reference: KnownReference) -> Alignment:
    known, at = reference.frames, sighting.sample
    fits: tuple[FrameFit, ...] = ()
    if sighting.fit is not None and sighting.frame is not None:
        moving = len(sighting.fit) - int(reference.standing[sighting.fit.reference].sum())
        time = float(reference.features.times[sighting.frame])
        fits = (FrameFit(0, sighting.frame, 0.0, time, sighting.fit, moving),)
    return Alignment(
        video_id=proposal.video_id,
        mirrored=proposal.mirrored,
        negative=proposal.negative,
        line=Line(1.0, float(known.starts[at])),
        query_s=(0.0, 0.0),
        reference_s=(float(known.starts[at]), float(known.ends[at])),
        query_frames=np.zeros(1, np.int64),
        distances=np.array([sighting.bits], np.int16),
        fits=fits,
    )


def _alike(found: _Found, rivals: Sequence[_Found]) -> bool:
    """Whether the picture as a whole says that the still is of the reference: by itself, or beside all that may be."""
    if found.difference <= SURELY_ALIKE:
        return True
    cheap = found.cost <= min(one.cost for one in rivals) + BEHIND_BEST
    near = found.bits <= max(PICTURE_BITS, min(one.bits for one in rivals))
    return found.difference <= HARDLY_ALIKE and cheap and near


def _likeliest(found: _Found) -> tuple[float, float, bool, bool]:
    alignment = found.scored.alignment
    return round(found.scored.score, 3), -found.cost, not alignment.mirrored, not alignment.negative


def _best_first(found: _Found) -> tuple[float, float, str]:
    return -round(found.scored.score, 3), found.cost, found.scored.alignment.video_id
