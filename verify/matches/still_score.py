"""From the evidence of one picture to a score between 0 and 1."""

import math

from verify.matches.score import BANS_AT_100_BITS, BANS_PER_BIT, REQUIRED_BANS
from verify.matches.still_evidence import LEAST_POINTS, Sighting
from verify.matches.views import Views

WHOLE_BANS_PER_BIT = 0.125
"""Of the whole picture every bit nearer than 100 is worth a little more than in a video, where one plain picture is
followed by others: none of 38,000 pairs of a screenshot and an unrelated reference was within 72 bits, nor would be
ten times as many."""

BANS_AT_LEAST_POINTS = 3.2
BANS_PER_POINT = 0.15
"""Evidence of a map on which ``LEAST_POINTS`` agree, in powers of ten, and of every further point. A still has so many
features that chance finds much: of 38,000 pairs of a screenshot and an unrelated reference, each also mirrored and
negative, some 100 agreed in 8 points, 16 in 15, one in 24: seven or eight more points make chance ten times rarer."""

LOCAL_PICTURES = 200
LOCAL_PARTS = 3000
"""Comparisons of hashes about a fitted frame: samples, times maps or views of the whole, and times views of parts.
Where a map already says when and how, hashes need not make up for the search over everything."""


def score_still(sighting: Sighting, views: Views, searched_frames: int) -> float:
    """Score where a reference may show a still; 0.5 is reached where the evidence makes up for the size of the search.

    Args:
        sighting: the evidence.
        views: of the still: every one was looked for.
        searched_frames: frame hashes in the hash database.
    """
    parts = len(views.frames.codes) - views.whole
    whole = BANS_AT_100_BITS + WHOLE_BANS_PER_BIT * (100 - sighting.whole_bits) - math.log10(views.whole)
    searched = max(whole, _bans(sighting.part_bits) - math.log10(max(1, parts)))
    together = 0.0
    if sighting.points >= LEAST_POINTS:
        nearby = max(
            _bans(min(sighting.whole_bits, sighting.laid_bits)) - math.log10(LOCAL_PICTURES),
            _bans(sighting.part_bits) - math.log10(LOCAL_PARTS),
        )
        together = BANS_AT_LEAST_POINTS + BANS_PER_POINT * (sighting.points - LEAST_POINTS) + max(0.0, nearby)
    tried = math.log10(2 * max(1, searched_frames))
    return 1 / (1 + 10 ** -max(-12.0, min(12.0, max(searched, together) - tried - REQUIRED_BANS)))


def _bans(bits: int) -> float:
    return BANS_AT_100_BITS + BANS_PER_BIT * (100 - bits)
