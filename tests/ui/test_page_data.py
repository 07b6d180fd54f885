"""What the desk is told of a case."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.ui.made_case import make_article, make_case, make_match
from verify.records.claim import Claim, Stance
from verify.records.time import Span
from verify.ui.page_data import article_pieces, desk_data


class NamedPictures:
    """Gives each picture its file name as its address, so that a test sees which one was asked for."""

    def full(self, path: Path) -> str | None:
        """Give the name of the picture."""
        return path.name if path.is_file() else None

    def thumbnail(self, path: Path) -> str | None:
        """Give the name of the small copy."""
        return f"small {path.name}" if path.is_file() else None


def test_pieces_put_together_give_the_article_word_for_word() -> None:
    """A reader must see what the article says, an emoji and the spaces between sentences included."""
    article = make_article()
    paragraphs = article_pieces(article, ())
    assert "\n\n".join("".join(piece["text"] for piece in pieces) for pieces in paragraphs) == article.text


def test_pieces_mark_each_sentence_with_its_place_in_the_text() -> None:
    """A decision names characters of text.txt, counted as Python counts them."""
    article = make_article()
    sentences = [piece for pieces in article_pieces(article, ()) for piece in pieces if "start" in piece]
    assert [(entry["start"], entry["end"]) for entry in sentences] == [(s.start, s.end) for s in article.sentences]
    assert all(article.text[entry["start"] : entry["end"]] == entry["text"] for entry in sentences)


def test_claim_over_a_part_of_a_sentence_shows_on_that_sentence_only() -> None:
    """A claim need not be a whole sentence; it must not spill over to the next one."""
    article = make_article()
    first = article.sentences[0]
    stance = Stance(stance="unclear", note="", frame=None, by="anna", at_utc="2022-11-20T10:00:00Z")
    claim = Claim(claim_id="c", start=first.start + 3, end=first.end, quote="icials", stances=(stance,))
    sentences = [piece for pieces in article_pieces(article, (claim,)) for piece in pieces if "start" in piece]
    assert [len(entry["claims"]) for entry in sentences] == [1, 0, 0, 0]


def test_frame_has_exact_time_pts_and_time_base(tmp_path: Path) -> None:
    """A frame is evidence only with its exact place in the file."""
    frame = desk_data(make_case(tmp_path / "case"), NamedPictures())["videos"][0]["frames"][3]
    assert (frame["clock"], frame["pts"], frame["time_base"]) == ("00:00:01.500", 19200, "1/12800")
    assert (frame["url"], frame["thumbnail"]) == ("0003.jpg", "small 0003.jpg")


def test_frame_whose_picture_is_gone_keeps_its_place(tmp_path: Path) -> None:
    """A missing picture is said, never skipped: the numbers of the others must not move."""
    case = make_case(tmp_path / "case")
    (case.root / "videos/01/keyframes/0003.jpg").unlink()
    frames = desk_data(case, NamedPictures())["videos"][0]["frames"]
    assert len(frames) == 24
    assert frames[3]["url"] is None


@pytest.mark.parametrize(("speed", "expected"), [(1.0, 4), (0.5, Fraction(7, 2)), (-1.0, Fraction(13, 2))])
def test_reference_time_follows_speed_and_direction(speed: float, expected: Fraction) -> None:
    """Reversed footage runs from the end of the reference's stretch."""
    segment = replace(make_match().segments[0], speed=speed)
    assert segment.reference == Span(start=Fraction(3), end=Fraction(15, 2))
    assert segment.reference_time(Fraction(5, 2)) == expected


def test_case_without_videos_is_shown(tmp_path: Path) -> None:
    """An article may cite nothing that could be had."""
    assert desk_data(make_case(tmp_path / "case", reports=()), NamedPictures())["videos"] == []
