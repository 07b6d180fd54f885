"""What a case's pictures of a match show: sentences, and the points that are marked in them."""

from dataclasses import dataclass

from verify.records.case import CaseVideo, MatchPicture
from verify.report.explanation_words import CASE_NAMES, instant_in_words, segment_in_words
from verify.report.sheet import hex_colour_of
from verify.report.wording import counted


def explain_segment(video: CaseVideo, match: int, segment: int) -> list[str]:
    """Say what the pictures of a segment show together; nothing where none were laid on each other."""
    pictures = [one for one in video.pictures if (one.match, one.segment) == (match, segment)]
    figures = [picture.figures for picture in pictures if picture.figures]
    maps = [picture.matrix for picture in pictures if picture.matrix and picture.points]
    return segment_in_words(figures, maps, CASE_NAMES) if figures else []


def explain_picture(picture: MatchPicture) -> list[str]:
    """Say what one pair of pictures shows."""
    points = f"{counted(picture.point_count, 'point')} of these two pictures correspond."
    instant = [instant_in_words(picture.figures, CASE_NAMES)] if picture.figures else []
    return [points, *instant] if picture.point_count else instant


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered point, in the units of the size that was asked for."""

    x: float
    y: float
    number: int
    colour: str


def mark_points(picture: MatchPicture, side: str, size: tuple[int, int]) -> list[Mark]:
    """Give the corresponding points of a picture: those of the cited video or of the known one.

    Args:
        picture: with its points.
        side: ``query`` or ``reference``.
        size: width and height of the picture that is shown.
    """
    places = [point[:2] if side == "query" else point[2:] for point in picture.points]
    return [
        Mark(round(x * size[0], 4), round(y * size[1], 4), number, hex_colour_of(number))
        for number, (x, y) in enumerate(places, start=1)
    ]
