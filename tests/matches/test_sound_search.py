"""References are found by their sound alone: with exact seconds, under noise, among hours, and never by chance."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from tests.matches.made_items import SPAN_S, STEP_S, Items, disturbed, music, pack, unpacked
from verify.database.sound_index import SoundIndexBuilder
from verify.matches.sound_search import MOST_SOUNDS, HeardReference, search_sounds

if TYPE_CHECKING:
    from verify.database.search import SearchIndex

SILENCE = np.full(400, 0x256DF977, np.uint32)


@dataclass(frozen=True)
class Sounds:
    """A hash database of sounds alone."""

    items: dict[str, Items]

    def search(self, query: Items) -> list[HeardReference]:
        """Look for a sound."""
        builder = SoundIndexBuilder()
        for items in self.items.values():
            builder.add(cast("object", SimpleNamespace(sound=pack(items))))  # type: ignore[arg-type]
        index = SimpleNamespace(video_ids=tuple(self.items), sounds=builder.build())
        return search_sounds(unpacked(query), cast("SearchIndex", index), lambda name: unpacked(self.items[name]))


HOURS = Sounds({f"music{seed}": music(seed, 4000) for seed in range(40)})
"""Five hours and a half."""


@pytest.mark.parametrize(("count", "share"), [(11, 0.02), (20, 0.05), (80, 0.12), (240, 0.15)])
def test_excerpt_is_found_with_its_seconds(count: int, share: float) -> None:
    """Four seconds of a clean copy, half a minute of one under noise."""
    (found,) = HOURS.search(disturbed(HOURS.items["music7"][1000 : 1000 + count], share))
    assert found.video_id == "music7"
    (segment,) = found.segments
    seconds = (count - 1) * STEP_S + SPAN_S
    assert segment.query.as_json() == pytest.approx([0, seconds], abs=0.7)
    assert segment.reference.as_json() == pytest.approx([1000 * STEP_S, 1000 * STEP_S + seconds], abs=0.7)
    assert found.error_rate == pytest.approx(share, abs=0.05)


def test_stretches_of_several_references_are_found_in_their_places() -> None:
    """A compilation names each of its sources."""
    parts = [music(90, 100), HOURS.items["music3"][500:600], SILENCE[:40], HOURS.items["music5"][:150]]
    found = {one.video_id: one.segments for one in HOURS.search(np.concatenate(parts))}
    assert sorted(found) == ["music3", "music5"]
    (third,), (fifth,) = found["music3"], found["music5"]
    assert third.query.as_json() == pytest.approx([100 * STEP_S + 1.36, 200 * STEP_S + 1.36], abs=0.7)
    assert fifth.reference.as_json() == pytest.approx([0, 150 * STEP_S + 1.36], abs=1.5)


def test_sound_that_occurs_twice_is_placed_once() -> None:
    """What is heard once in the query is told once a reference, at the best of its places."""
    jingle = music(91, 60)
    twice = np.concatenate([music(92, 100), disturbed(jingle, 0.1), music(93, 100), jingle, music(94, 50)])
    (found,) = Sounds({"twice": twice}).search(jingle)
    (segment,) = found.segments
    assert float(segment.reference.start) == pytest.approx(260 * STEP_S + SPAN_S / 2, abs=2)


def test_silence_and_held_tones_find_nothing() -> None:
    """What says nothing leads nowhere, however long it is."""
    sounds = Sounds({"silent": SILENCE, "part": np.concatenate([music(95, 100), SILENCE])})
    assert sounds.search(SILENCE) == []
    assert sounds.search(np.concatenate([music(96, 60), SILENCE[:100]])) == []


@pytest.mark.parametrize("seed", range(300, 320))
def test_unrelated_sound_finds_nothing(seed: int) -> None:
    """No false alarm among five hours."""
    assert HOURS.search(music(seed, 500)) == []


def test_jingle_in_very_many_references_is_cut_short() -> None:
    """The list stays readable, in a fixed order, those that share most first."""
    jingle = music(97, 100)
    sounds = {
        f"{number:02}": np.concatenate([music(500 + number, 50), jingle[: 60 + number], music(600 + number, 50)])
        for number in range(30)
    }
    found = Sounds(sounds).search(jingle)
    assert len(found) == MOST_SOUNDS
    assert found[0].video_id > "20"
    assert [one.seconds for one in found] == sorted((one.seconds for one in found), reverse=True)


def test_search_for_nothing_and_in_nothing_finds_nothing() -> None:
    """Empty sounds are sounds."""
    assert HOURS.search(np.empty(0, np.uint32)) == []
    assert Sounds({}).search(music(1, 100)) == []
    assert Sounds({"empty": np.empty(0, np.uint32)}).search(music(1, 100)) == []
