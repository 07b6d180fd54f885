"""From the evidence of an alignment to a score between 0 and 1."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.alignment import Alignment
from verify.matches.brightness_lines import Agreement
from verify.matches.frames import Frames, hash_distances
from verify.matches.settings import MatchSettings

BANS_AT_100_BITS = 3.0
BANS_PER_BIT = 0.1
"""Evidence of one pair of pictures, in powers of ten: of 46 million pairs from unrelated videos one in a thousand is
within 100 bits, and with every bit less the share falls by 0.15 powers of ten (``benchmarks/frame_distances.py``). Two
thirds of that are credited, because plain pictures (a wall, a sky) are nearer to each other than the average."""

BANS_CARRIED_ON = 0.5
"""Evidence of a picture that agrees without being strongly near: hardly any, see ``MatchSettings.strong_bits``."""

BANS_AGAINST = 3.0
"""Evidence of a picture that should agree and does not: in a copy that is rare, in a coincidence it is the rule."""

CHANCE_POINTS = 5
BANS_PER_POINT = 0.5
MOST_FEATURE_BANS = 9.0
"""Evidence of one pair of frames whose local features agree on a map: in unrelated pictures every further point is
about a third as likely, and more than a dozen points say that it is no chance, but not what else it may be."""

CHANCE_PLACED = 10
"""And of so many points on one map of all frames."""

CHANCE_BRIGHTNESS = 0.3
BANS_OF_BRIGHTNESS = 10.0
LEAST_MOVING = 0.1
"""Evidence of brightness that runs alike, where at least this share of the blocks moves: it counts by how far its
correlation exceeds what the best of many lines reaches in other footage, seldom more than this."""

NEW_PICTURE_BITS = 16
"""A frame casts a vote of its own only if it differs by this much from the last that did:
a static shot is one vote."""

REQUIRED_BANS = 2.0
"""Evidence needed beyond the number of pairs that were tried: at the threshold one search in a hundred would find such
a coincidence, if frames were independent."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An alignment with all that speaks for it.

    Attributes:
        alignment: the aligned stretch.
        weights: (n,) weight of each of its frames, see ``rarity``.
        brightness: how the brightness of blocks agrees; None where it was not compared.
    """

    alignment: Alignment
    weights: NDArray[np.float64]
    brightness: Agreement | None


def score_alignment(evidence: Evidence, query: Frames, searched_frames: int, settings: MatchSettings) -> float:
    """Score an alignment from 0 to 1; 0.5 is reached where the evidence makes up for the size of the search.

    Args:
        evidence: the aligned stretch with what speaks for it.
        query: frames of the query.
        searched_frames: frame hashes in the hash database: the more there are, the nearer is the best coincidence.
        settings: what matching is tuned by.
    """
    alignment, weights = evidence.alignment, evidence.weights
    if alignment.seconds < settings.min_seconds:
        return 0.0
    bans = _bans_of_hashes(alignment, weights, query, settings) + _bans_of_features(alignment, weights, query)
    if not (weights == 0).any():
        bans += _bans_of_brightness(evidence.brightness)
    tried = 2 * max(1, int(query.comparable.sum())) * max(1, searched_frames)
    return _logistic(bans - math.log10(tried) - REQUIRED_BANS)


def _bans_of_hashes(
    alignment: Alignment, weights: NDArray[np.float64], query: Frames, settings: MatchSettings
) -> float:
    bans = 0.0
    for frame in _votes(alignment, query):
        bits = int(alignment.distances[frame])
        if bits <= settings.agreeing_bits:
            bans += float(weights[frame]) * _bans_for(bits, settings)
        elif not alignment.fits:  # what features show, the whole picture may well hide
            bans -= BANS_AGAINST
    return bans


def _bans_of_features(alignment: Alignment, weights: NDArray[np.float64], query: Frames) -> float:
    """Add up what local features say: what stands still once for each picture, what moved at each instant."""
    place: dict[int, float] = {}
    instant: dict[int, float] = {}
    together = 0.0
    starts = query.starts[alignment.query_frames]
    for fit in alignment.fits:
        at = max(0, int(np.searchsorted(starts, fit.query_s + 1e-6, side="right")) - 1)
        weight = float(weights[at]) if len(weights) else 1.0
        standing = weight * _bans_for_points(fit.points - fit.moving)
        place[fit.view] = max(place.get(fit.view, 0.0), standing)
        moving = weight * _bans_for_points(fit.moving)
        instant[fit.reference_frame] = max(instant.get(fit.reference_frame, 0.0), moving)
        together = max(together, _bans_for_points(fit.placed - CHANCE_PLACED + CHANCE_POINTS))
    if (weights == 0).any():  # the map may be that of what recurs
        together = 0.0
    return max(together, sum(place.values()) + sum(instant.values()))


def _bans_of_brightness(brightness: Agreement | None) -> float:
    if brightness is None or brightness.moving < LEAST_MOVING:
        return 0.0
    return BANS_OF_BRIGHTNESS * max(0.0, brightness.correlation - CHANCE_BRIGHTNESS)


def _bans_for_points(points: int) -> float:
    return min(MOST_FEATURE_BANS, BANS_PER_POINT * max(0, points - CHANCE_POINTS))


def count_votes(alignment: Alignment, query: Frames, settings: MatchSettings) -> tuple[int, int]:
    """Count the distinct pictures of the stretch, and those of them that agree."""
    votes = _votes(alignment, query)
    agreeing = int((alignment.distances[votes] <= settings.agreeing_bits).sum())
    return len(votes), agreeing


def _bans_for(bits: int, settings: MatchSettings) -> float:
    return BANS_AT_100_BITS + BANS_PER_BIT * (100 - bits) if bits <= settings.strong_bits else BANS_CARRIED_ON


def _votes(alignment: Alignment, query: Frames) -> list[int]:
    """Give the positions of the frames that show something new."""
    votes = [0][: len(alignment.query_frames)]
    hashes = query.hashes[alignment.query_frames]
    for position in range(1, len(hashes)):
        if int(hash_distances(hashes[position], hashes[votes[-1]])) > NEW_PICTURE_BITS:
            votes.append(position)
    return votes


def _logistic(bans: float) -> float:
    return 1 / (1 + 10 ** -max(-12.0, min(12.0, bans)))
