"""The reason of an answer says what was seen, and no more."""

import pytest

from verify.matches.brightness_lines import Agreement
from verify.matches.explain import explain_scene
from verify.matches.what_moves import OTHERWISE, UNTOLD, Movement

STILL, MOVING = (Agreement(correlation=0.4, moving=share, steady=True) for share in (0.02, 0.3))


@pytest.mark.parametrize(
    ("movement", "said"),
    [
        (Movement(OTHERWISE, 0.1, None, None, MOVING), "what moves does so otherwise"),
        (Movement(UNTOLD, None, 0.2, 0.1, STILL), "nothing moves in them"),
        (Movement(UNTOLD, None, None, None), "nothing moves in them"),
        (Movement(UNTOLD, None, 0.2, 0.1, MOVING), "what moves in them does not tell"),
        (Movement(UNTOLD, 0.3, None, None), "what moves in them does not tell"),
    ],
)
def test_reason_of_a_scene_does_not_deny_what_moves(movement: Movement, said: str) -> None:
    """Nothing moves, what moves tells nothing, and what moves tells against it are three reasons."""
    reason = explain_scene([movement], "film.mp4")
    assert reason.startswith("Same scene as film.mp4: ")
    assert said in reason
