"""The sound of a query beside the pictures: what it says of each match, and where else it stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from verify.database.search import SearchIndex
from verify.matches.explain import explain_sound_alone
from verify.matches.sound import hear_match
from verify.matches.sound_items import SoundItems, unpack_sound
from verify.matches.sound_search import search_sounds
from verify.records.fingerprint import Sound
from verify.records.match import CANDIDATE, Match, MatchReport, Reference, SoundMatch
from verify.records.sound import SAME_SOUND, SoundWitness


@dataclass(frozen=True, slots=True)
class Listener:
    """Compares the sound of queries with those of one hash database.

    Attributes:
        index: its search structures.
        sound: gives the sound of a reference by its video id, None where it has none.
        describe: gives the record of a reference by its video id.
    """

    index: SearchIndex
    sound: Callable[[str], Sound | None]
    describe: Callable[[str], Reference]
    _known: dict[str, SoundItems | None] = field(default_factory=dict, init=False)

    def add_sound(self, sound: Sound | None, report: MatchReport) -> MatchReport:
        """Give a report with what the sound says; answers, scores and reasons stay those of the pictures."""
        if sound is None:
            return report
        query = unpack_sound(sound)
        matches = tuple(self._with_sound(query, match) for match in report.matches)
        return replace(report, matches=matches, sounds=tuple(self._elsewhere(query, matches)))

    def _with_sound(self, query: SoundItems, match: Match) -> Match:
        reference = self._items(match.reference.video_id)
        return match if reference is None else replace(match, sound=hear_match(match.segments, query, reference))

    def _elsewhere(self, query: SoundItems, matches: tuple[Match, ...]) -> Iterator[SoundMatch]:
        matched = {match.reference.video_id for match in matches if match.answer != CANDIDATE}
        for heard in search_sounds(query, self.index, self._items):
            if heard.video_id not in matched:
                reference = self.describe(heard.video_id)
                witness = SoundWitness(
                    verdict=SAME_SOUND,
                    reason=explain_sound_alone(heard.segments, Path(reference.path).name),
                    segments=heard.segments,
                    error_rate=heard.error_rate,
                )
                yield SoundMatch(reference=reference, sound=witness)

    def _items(self, video_id: str) -> SoundItems | None:
        if video_id not in self._known:
            sound = self.sound(video_id)
            self._known[video_id] = None if sound is None else unpack_sound(sound)
        return self._known[video_id]
