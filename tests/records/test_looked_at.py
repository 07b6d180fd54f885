"""The references that were compared: to JSON and back, and what a case keeps of many."""

import json

import pytest

from tests.made_looked_at import make_below, make_kept, make_table, make_unaligned
from verify.records.looked_at import MOST_DROPPED, LookedAt, LookedAtTable


@pytest.mark.parametrize("entry", [make_kept(), make_below(), make_unaligned(), make_kept(stretch=None, score=None)])
def test_entry_comes_back_from_json_as_it_was(entry: LookedAt) -> None:
    """Nothing is lost, and what was not measured stays unknown."""
    assert LookedAt.from_json(json.loads(json.dumps(entry.as_json()))) == entry


def test_json_has_no_more_decimals_than_are_printed() -> None:
    """A file that is read and written again stays the same."""
    written = make_kept(score=0.99349, correlation=-0.0001).as_json()
    assert (written["score"], str(written["correlation"])) == (0.993, "0.0")
    assert LookedAt.from_json(written).as_json() == written


def test_table_comes_back_from_json_as_it_was() -> None:
    """The number of those left out is kept with the others."""
    table = make_table(dropped=MOST_DROPPED + 7)
    assert LookedAtTable.from_json(json.loads(json.dumps(table.as_json()))) == table


def test_table_of_many_holds_all_kept_and_the_best_of_the_dropped() -> None:
    """A reader misses neither a match nor a near miss, and learns how many others there were."""
    kept = [make_kept(video_id=f"{number:064x}") for number in range(MOST_DROPPED + 3)]
    lead = make_kept(answer="same_scene")
    dropped = [make_below(0.4 - number / 1000) for number in range(MOST_DROPPED)]
    table = LookedAtTable.of([*kept, lead, *dropped, make_unaligned(), make_unaligned()])
    assert table.entries == (*kept, lead, *dropped)
    assert table.left_out == 2
    assert LookedAtTable.of([*kept, *dropped]).left_out == 0
    assert LookedAtTable.of([]) == LookedAtTable()


def test_values_that_mean_nothing_are_refused() -> None:
    """An answer is one of five, and there are no fewer than no references."""
    with pytest.raises(ValueError, match="is no answer"):
        make_kept(answer="surely")
    with pytest.raises(ValueError, match="is no number"):
        LookedAtTable(left_out=-1)
