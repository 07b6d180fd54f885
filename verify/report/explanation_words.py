"""The figures of an explanation in sentences."""

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from verify.matches.seen_pairs import SeenPair, SeenSegment
from verify.records.explanation import InstantFigures, Map, map_spread
from verify.records.match import MatchReport
from verify.report.sheet import SheetWords
from verify.report.wording import ANSWER_WORDS, counted, time_code

STEADY = 0.02
"""Share of the picture's sides by which maps of one segment differ from frame to frame without any zoom or shake."""

LEAST_COVERED = 0.02


def instant_in_words(figures: InstantFigures) -> str:
    """Say what tells the instant that is shown from others."""
    told = figures.telling
    if not told:
        return "Hardly anything passes within a second either way: these pictures show the place, not the instant."
    nearer = sum(other.nearer_here for other in told)
    here = [other.here or 0.0 for other in told]
    there = [other.there or 0.0 for other in told]
    return (
        f"Where the reference shows what it shows at this instant only, the query differs from it by {_range(here)} of"
        f" 255, and by {_range(there)} from what stands there half a second and a second off: clearly less in {nearer}"
        f" of {counted(len(told), 'comparison')}."
    )


def segment_in_words(figures: Sequence[InstantFigures], maps: Sequence[Map]) -> list[str]:
    """Say what the pairs of a segment show together.

    Args:
        figures: of each pair.
        maps: those found in the pairs.
    """
    told = [other for one in figures for other in one.telling]
    spread = map_spread(maps)
    sentences = []
    if told:
        nearer = sum(other.nearer_here for other in told)
        sentences.append(
            f"In {nearer} of {counted(len(told), 'comparison')} the query clearly shows what the reference shows at the"
            " aligned instant only, and not what stands there half a second or a second off. In another recording of"
            " the same place hardly any are so."
        )
    else:
        sentences.append("Hardly anything passes: the pictures show the place, but not which instant it is.")
    if spread is not None:
        off = f"{max(spread, 0.001):.1%}"
        steady = f"The reference lies at the same place of the picture in every pair, to within {off} of its sides."
        moving = (
            f"From pair to pair the reference lies up to {off} of the sides apart: the copy was zoomed or shaken, or"
            " the instants are not the same."
        )
        sentences.append(steady if spread <= STEADY else moving)
    covered = max((one.covered for one in figures), default=0.0)
    if covered >= LEAST_COVERED:
        sentences.append(
            f"{covered:.0%} of the picture differs in every pair, as under a caption or a logo; the figures leave it"
            " out."
        )
    return sentences


def points_in_words(seen: SeenPair) -> str:
    """Say how many points correspond, in the pictures shown and when matching compared them."""
    pair = seen.pair
    if not seen.overlay.fitted:
        return "No points correspond for certain: the whole pictures are laid on each other."
    if not seen.overlay.points:
        compared = counted(len(pair.points), "point")
        return f"The picture is laid as matching found it by {compared} of neighbouring frames."
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
