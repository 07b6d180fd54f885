"""How much of a match agrees, said in words: for the reason of an answer, the report and the screen alike."""

from collections.abc import Sequence

from verify.records.match import Segment

WHOLE_SHARE = 0.5
"""Where fewer of the distinct pictures agree as a whole, cropped or covered ones above all, it is points that agree."""


def agreement_in_words(segments: Sequence[Segment]) -> str:
    """Say how many distinct pictures agree; where hardly any does as a whole, by how many points they correspond."""
    compared = sum(segment.frames_compared for segment in segments)
    agreeing = sum(segment.frames_agreeing for segment in segments)
    points = sum(segment.points or 0 for segment in segments)
    whole = f"{agreeing:,} of {compared:,} distinct picture{'' if compared == 1 else 's'}"
    if not points or WHOLE_SHARE * compared <= agreeing:
        return f"{whole} {'agrees' if compared == 1 else 'agree'}"
    return f"{points:,} corresponding points agree, and the whole picture in {whole}"
