"""The figures of an explanation in sentences."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from statistics import median

from verify.matches.seen_pairs import SeenPair, SeenSegment
from verify.records.explanation import InstantFigures, Map, OtherInstant, map_spread
from verify.records.match import MatchReport
from verify.report.sheet import SheetWords
from verify.report.wording import ANSWER_WORDS, counted, time_code

STEADY = 0.02
"""Share of the picture's sides by which maps of one segment differ from frame to frame without any zoom or shake."""

CAMERA_MOVES, CLEARLY_STEADIER = 0.03, 3
"""From here on a camera's movement tells the instant, where the maps of the pairs lie so many times nearer together."""

LEAST_COVERED = 0.02


@dataclass(frozen=True, slots=True)
class Names:
    """What the two videos are called, with their article."""

    query: str
    reference: str


PLAIN_NAMES = Names("the query", "the reference")
CASE_NAMES = Names("the cited video", "the known video")
"""For readers of a case."""


def instant_in_words(figures: InstantFigures, names: Names = PLAIN_NAMES) -> str:
    """Say what tells the instant that is shown from others."""
    told = figures.telling
    moved = [other.moved for other in figures.others]
    if not told and moved and min(moved) >= CAMERA_MOVES:
        return (
            f"Nothing but the camera moves: half a second and a second off, {names.reference} lies"
            f" {min(moved):.0%} to {max(moved):.0%} of the sides elsewhere in the picture."
        )
    if not told:
        return "Hardly anything passes within a second either way: these pictures show the place, not the instant."
    nearer = sum(other.nearer_here for other in told)
    here = [other.here or 0.0 for other in told]
    there = [other.there or 0.0 for other in told]
    return (
        f"Where {names.reference} shows what it shows at this instant only, {names.query} differs from it by"
        f" {_range(here)} of 255, and by {_range(there)} from what stands there half a second and a second off: clearly"
        f" less in {nearer} of {counted(len(told), 'comparison')}."
    )


def segment_in_words(figures: Sequence[InstantFigures], maps: Sequence[Map], names: Names = PLAIN_NAMES) -> list[str]:
    """Say what the pairs of a segment show together.

    Args:
        figures: of each pair.
        maps: those found in the pairs.
        names: what the videos are called.
    """
    told = [other for one in figures for other in one.telling]
    spread = map_spread(maps)
    moved = median([other.moved for one in figures for other in one.others] or [0.0])
    camera = moved >= CAMERA_MOVES and spread is not None and spread <= moved / CLEARLY_STEADIER
    sentences = [_tally_in_words(told, names)] if told or not camera else []
    if spread is not None:
        sentences.append(_spread_in_words(spread, names))
    if camera:
        sentences.append(
            f"The camera moves: half a second or a second off, {names.reference} lies {moved:.0%} of the sides or"
            " more elsewhere. Only the aligned instants put it at one place."
        )
    covered = max((one.covered for one in figures), default=0.0)
    if covered >= LEAST_COVERED:
        sentences.append(
            f"{covered:.0%} of the picture differs in every pair, as under a caption or a logo; the figures leave it"
            " out."
        )
    return sentences


def _tally_in_words(told: Sequence[OtherInstant], names: Names) -> str:
    if not told:
        return "Hardly anything passes: the pictures show the place, but not which instant it is."
    nearer = sum(other.nearer_here for other in told)
    return (
        f"In {nearer} of {counted(len(told), 'comparison')} {names.query} clearly shows what {names.reference} shows at"
        " the aligned instant only, and not what stands there half a second or a second off. In another recording of"
        " the same place hardly any are so."
    )


def _spread_in_words(spread: float, names: Names) -> str:
    off, reference = f"{max(spread, 0.001):.1%}", names.reference
    if spread <= STEADY:
        same = f"{reference} lies at the same place of the picture in every pair, to within {off} of its sides."
        return same[:1].upper() + same[1:]
    return (
        f"From pair to pair {reference} lies up to {off} of the sides apart: the copy was zoomed or shaken, or the"
        " instants are not the same."
    )


def points_in_words(seen: SeenPair) -> str:
    """Say how many points correspond, in the pictures shown and when matching compared them."""
    pair = seen.pair
    if not seen.overlay.fitted:
        return "No points correspond for certain: the whole pictures are laid on each other."
    if not seen.overlay.points:
        return "No points of these two pictures correspond for certain: they are laid as frames beside them tell."
    said = f"{counted(len(seen.overlay.points), 'point')} of these two pictures correspond"
    if not pair.points:
        return f"{said}."
    return f"{said}; matching itself compared {len(pair.points):,}, {pair.moving:,} of them moving."


def times_in_words(seen: SeenPair) -> str:
    """Give both instants."""
    return f"query {time_code(seen.pair.query_time)}, reference {time_code(seen.reference_time)}"


def changes_in_words(seen: SeenPair) -> str:
    """Say what was done to the reference to lay it onto the query, after a comma; nothing where nothing was."""
    changes = []
    if seen.pair.mirrored:
        changes.append("mirrored left to right")
    if seen.pair.negative:
        changes.append("dark and bright exchanged")
    return "".join(f", {change}" for change in changes)


def sheet_words(report: MatchReport, segment: SeenSegment, seen: SeenPair) -> SheetWords:
    """Give the words of a sheet, which must stand by itself."""
    match = report.matches[segment.match]
    query, reference = plain_name(report.query.path), plain_name(match.reference.path)
    mirrored = ", mirrored left to right" if seen.pair.mirrored else ""
    laid = "The reference laid onto the query" if seen.overlay.fitted else "The reference over the whole query"
    return SheetWords(
        query=f"Query at {time_code(seen.pair.query_time)}",
        reference=f"Reference at {time_code(seen.reference_time)}{mirrored}",
        warped=f"{laid}{changes_in_words(seen)}",
        caption=(
            f"Query {query}; reference {reference}, SHA-256 {match.reference.video_id[:16]}",
            f"{ANSWER_WORDS[match.answer]}, score {match.score:.3f}",
            points_in_words(seen),
            *textwrap.wrap(instant_in_words(seen.figures), 165),
        ),
    )


def plain_name(path: str) -> str:
    """Name a file in ASCII for a picture, whose font has no other letters."""
    name = PurePath(path).name
    return name if name.isascii() and name.isprintable() else "(name in the page)"


def _range(values: Iterable[float]) -> str:
    low, high = round(min(values := list(values))), round(max(values))
    return f"{low}" if low == high else f"{low} to {high}"
