"""Say in one sentence why a match is a match."""

from collections.abc import Sequence

from verify.matches.candidates import Candidate
from verify.matches.what_moves import OTHERWISE, Movement
from verify.records.agreement import agreement_in_words
from verify.records.match import Segment
from verify.records.sound import SoundSegment

STANDS_S = 0.5
"""What is shown for so long is said with its end."""


def explain_segments(segments: tuple[Segment, ...], name: str) -> str:
    """Say which seconds of the query are which seconds of the reference, and how many pictures agree."""
    parts = []
    for segment in segments[:3]:
        words = ", ".join(word.replace("_", " ") for word in segment.disguise)
        part = f"seconds {_span(segment.query.as_json())} are seconds {_span(segment.reference.as_json())}"
        parts.append(f"{part} ({words})" if words else part)
    if len(segments) > len(parts):
        parts.append(f"and {len(segments) - len(parts)} more")
    return f"{_sentence('; '.join(parts))} of {name}; {agreement_in_words(segments)}."


def explain_still(segment: Segment, name: str, recurring_in: int) -> str:
    """Say at which second of the reference a picture is shown, and what one picture leaves open.

    Args:
        segment: where it is shown.
        name: of the reference.
        recurring_in: number of unrelated references that show it at least; 0 where it does not recur.
    """
    begin, end = segment.reference.as_json()
    at = f"at {begin:.1f} s" if end - begin < STANDS_S else f"from {begin:.1f} to {end:.1f} s"
    details = [word.replace("_", " ") for word in segment.disguise]
    details += [f"{segment.points} points agree"] if segment.points else []
    shown = f"{name} shows this picture {at}{' (' + ', '.join(details) + ')' if details else ''}."
    if recurring_in:
        shown += f" It stands in {recurring_in} or more unrelated references, as an ident does."
    return f"{shown} It is one picture: another recording by a fixed camera would look alike."


def explain_unlike() -> str:
    """Say why a still of which points agree is not taken for the picture of a reference."""
    return (
        "Points agree, but the picture does not: other footage in the same frame or under the same captions looks so."
    )


def explain_scene(movements: Sequence[Movement], name: str) -> str:
    """Say why this is another recording of the place, or why pictures cannot tell."""
    if any(movement.verdict == OTHERWISE for movement in movements):
        why = "the background is the same, but what moves does so otherwise: another recording of this place"
    elif any(movement.moves for movement in movements):
        why = "the pictures are the same, but what moves in them does not tell whether it is one recording"
    else:
        why = "the pictures are the same and nothing moves in them: whether it is one recording they cannot tell"
    return f"Same scene as {name}: {why}."


def explain_identical(name: str) -> str:
    """Say that the bytes are the same."""
    return f"The file has the very bytes of {name}."


def explain_others(count: int) -> str:
    """Say how many further references match."""
    if not count:
        return ""
    return f" {count} more {'reference matches' if count == 1 else 'references match'}."


def explain_limit(candidates: Sequence[Candidate], limit: int) -> str:
    """Say that not every reference with near frames was compared; nothing where every one was."""
    for mirrored in (False, True):
        if sum(candidate.mirrored is mirrored for candidate in candidates) >= limit:
            return f" Near frames stand in {limit} references or more; only the first {limit} were compared."
    return ""


def explain_candidate(score: float, threshold: float, *, recurring: bool, overlay: bool) -> str:
    """Say why a reference is a candidate only."""
    if overlay:
        return "What agrees is a small part of the picture, as a caption or a logo is; the rest is other footage."
    why = f"score {score:.3f} is below the threshold {threshold:g}"
    if recurring:
        why += "; what agrees recurs in unrelated references, as an ident does"
    return f"{_sentence(why)}."


def explain_same_sound(segments: Sequence[SoundSegment]) -> str:
    """Say where the sound agrees beside the pictures."""
    return f"The sound is the same too: {_sound_spans(segments)}."


def explain_sound_alone(segments: Sequence[SoundSegment], name: str) -> str:
    """Say where the sound of a reference stands whose pictures do not match."""
    return f"The same sound stands in {name}, without matching pictures: {_sound_spans(segments)}."


def explain_no_match(videos: int, seconds: float, state: str) -> str:
    """Say what was searched in vain."""
    return (
        f"No match among {videos} reference {'video' if videos == 1 else 'videos'}"
        f" ({seconds:.0f} s, database state {state}). That does not prove the footage new."
    )


def _sound_spans(segments: Sequence[SoundSegment]) -> str:
    parts = [
        f"seconds {_span(segment.query.as_json())} are seconds {_span(segment.reference.as_json())}"
        for segment in segments[:3]
    ]
    if len(segments) > len(parts):
        parts.append(f"and {len(segments) - len(parts)} more")
    return "; ".join(parts)


def _span(pair: list[float]) -> str:
    return f"{pair[0]:.1f}–{pair[1]:.1f}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
