"""What speaks for an alignment makes up for the size of the search, or does not."""

import numpy as np
import pytest

from tests.matches.made_frames import SETTINGS, film, make_frames
from verify.matches.alignment import Alignment
from verify.matches.brightness_lines import Agreement
from verify.matches.frames import TOO_FAR
from verify.matches.lines import Line
from verify.matches.score import Evidence, score_alignment

SECONDS = 6
SEARCHED_FRAMES = 100_000
QUERY = make_frames(film(SECONDS))


def score(brightness: Agreement | None, weight: float = 1.0, bits: int = TOO_FAR, seconds: float = SECONDS) -> float:
    """Score a stretch whose frame hashes lie so many bits apart, without any points."""
    frames = np.flatnonzero(QUERY.starts < seconds)[:1]
    alignment = Alignment(
        video_id="reference",
        mirrored=False,
        negative=False,
        line=Line(1.0, 0.0),
        query_s=(0.0, seconds),
        reference_s=(0.0, seconds),
        query_frames=frames,
        distances=np.full(len(frames), bits, np.int16),
    )
    evidence = Evidence(alignment, np.full(len(frames), weight), brightness)
    return score_alignment(evidence, QUERY, SEARCHED_FRAMES, SETTINGS)


def agreement(correlation: float, moving: float = 0.3) -> Agreement:
    """Give how well brightness agrees."""
    return Agreement(correlation=correlation, moving=moving, steady=True)


def test_brightness_that_runs_alike_is_evidence_by_how_well_it_does() -> None:
    """The more of it agrees, the less likely is chance; without it the same frames are worth what they were."""
    scores = [score(one, bits=60) for one in (None, agreement(0.3), agreement(0.5), agreement(0.9))]
    assert scores[0] == scores[1] < scores[2] < scores[3]


def test_brightness_that_agrees_as_chance_does_or_against_is_no_evidence() -> None:
    """Two recordings of one place correlate a little either way: that neither raises nor lowers a score."""
    assert score(agreement(-0.8), bits=60) == score(None, bits=60)


def test_brightness_where_hardly_anything_moves_is_no_evidence() -> None:
    """What one block in twenty does may be the noise of compression."""
    assert score(agreement(0.9, moving=0.05), bits=60) == score(None, bits=60)


def test_brightness_of_what_recurs_is_no_evidence() -> None:
    """An ident moves alike wherever it stands."""
    assert score(agreement(0.9), weight=0.0, bits=60) == score(None, weight=0.0, bits=60)


def test_brightness_alone_is_no_match() -> None:
    """It is laid by what features say, and among hours of footage it does not make up for the search by itself."""
    assert score(agreement(1.0)) < SETTINGS.threshold


@pytest.mark.parametrize("seconds", [0.5, 0.9])
def test_stretch_that_is_too_short_has_no_score(seconds: float) -> None:
    """However well it agrees."""
    assert score(agreement(1.0), bits=0, seconds=seconds) == 0
