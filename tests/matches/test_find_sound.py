"""The sound stands beside the answer of the pictures, and changes nothing in it."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.made_sounds import change_sound, write_melody, write_with_sound_of
from tests.made_videos import Footage, Scene, VideoSpec
from tests.matches.conftest import Shelf
from verify.database.store import open_database
from verify.fingerprints.detail import QUERY
from verify.fingerprints.workers import fingerprint_file
from verify.matches.find import Matcher
from verify.records.match import Match, MatchReport

FILM = Footage(scenes=tuple(Scene(seed=seed, frames=100) for seed in (11, 12, 13)), bar_code=False)
"""12 s, stored with melody 1."""

OTHER = Footage(scenes=(Scene(seed=21, frames=100), Scene(seed=22, frames=100)), bar_code=False)
"""8 s, stored without sound."""

FIRST_S = 3
EXCERPT = VideoSpec(footage=FILM, indices=range(FIRST_S * 25, 300))
ELSEWHERE = VideoSpec(footage=Footage(scenes=(Scene(seed=31, frames=225),), bar_code=False))
BLACK = VideoSpec(footage=Footage(scenes=(Scene(look="black", frames=225),)))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Give a database of a film with sound and one without."""
    folder = tmp_path_factory.mktemp("shelf")
    shelf = Shelf(folder, {"other": VideoSpec(footage=OTHER)})
    for seed in (1, 2):
        write_melody(folder / f"{seed}.wav", seed, 12)
    shelf.store([write_with_sound_of(folder / "film.mp4", VideoSpec(footage=FILM), folder / "1.wav")])
    return shelf


def copy_with(shelf: Shelf, name: str, spec: VideoSpec, melody: int) -> Path:
    """Write a video with a melody from its third second on, at 64 kbit/s."""
    return write_with_sound_of(shelf.folder / f"{name}.mp4", spec, shelf.folder / f"{melody}.wav", first_s=FIRST_S)


def only_match(report: MatchReport) -> Match:
    """Give the one match, of the film."""
    assert report.answer == "same_footage", report.reason
    (match,) = report.matches
    assert Path(match.reference.path).stem == "film"
    return match


def test_copy_with_its_own_sound_has_a_second_witness(shelf: Shelf) -> None:
    """Pictures and sound agree, each with its seconds."""
    report = shelf.find(copy_with(shelf, "same", EXCERPT, 1))
    sound = only_match(report).sound
    assert sound is not None
    assert sound.verdict == "same_sound"
    (segment,) = sound.segments
    assert segment.query.as_json() == pytest.approx([0, 9], abs=0.6)
    assert segment.reference.as_json() == pytest.approx([3, 12], abs=0.6)
    assert report.sounds == ()


def test_copy_with_another_sound_is_a_copy_all_the_same(shelf: Shelf) -> None:
    """Footage under other music is footage reused."""
    match = only_match(shelf.find(copy_with(shelf, "dubbed", EXCERPT, 2)))
    assert match.sound is not None
    assert match.sound.verdict == "other_sound"


@pytest.mark.parametrize(("spec", "answer"), [(ELSEWHERE, "no_match"), (BLACK, "not_comparable")])
def test_same_sound_with_other_pictures_raises_no_answer(shelf: Shelf, spec: VideoSpec, answer: str) -> None:
    """Sound alone is a lead that is named, never a match."""
    report = shelf.find(copy_with(shelf, f"heard_{answer}", spec, 1))
    assert (report.answer, report.matches) == (answer, ())
    (heard,) = report.sounds
    assert Path(heard.reference.path).stem == "film"
    assert heard.sound.verdict == "same_sound"
    assert heard.sound.segments[0].reference.as_json() == pytest.approx([3, 12], abs=0.6)
    assert "The same sound stands in film.mp4, without matching pictures" in heard.sound.reason


def test_answer_with_and_without_sound_is_the_same_but_for_the_sound(shelf: Shelf) -> None:
    """No score, reason or order depends on what is heard."""
    for name, spec in (("a", EXCERPT), ("b", ELSEWHERE)):
        fingerprint = fingerprint_file(copy_with(shelf, f"with_{name}", spec, 1), detail=QUERY, threads=1).fingerprint
        with open_database(shelf.database) as database:
            matcher = Matcher(database, "footage.db")
            heard = matcher.find("q", fingerprint, candidates=True)
            deaf = matcher.find("q", replace(fingerprint, sound=None), candidates=True)
        assert heard != deaf
        silent = tuple(replace(match, sound=None) for match in heard.matches)
        assert replace(heard, sounds=(), matches=silent) == deaf


def test_query_or_reference_without_sound_has_no_witness(shelf: Shelf) -> None:
    """What was not measured is None."""
    assert only_match(shelf.find(shelf.write("mute", EXCERPT))).sound is None
    report = shelf.find(copy_with(shelf, "noisy", VideoSpec(footage=OTHER, indices=range(10, 190)), 2))
    assert [match.sound for match in report.matches] == [None]


def test_very_file_of_the_database_is_heard_too(shelf: Shelf) -> None:
    """The same bytes have the same sound, over their whole length."""
    report = shelf.find(shelf.folder / "film.mp4")
    assert report.matches[0].identical
    sound = report.matches[0].sound
    assert sound is not None
    assert (sound.verdict, sound.error_rate) == ("same_sound", 0.0)
    assert sound.segments[0].query.as_json() == pytest.approx([0, 12], abs=0.3)


@pytest.mark.parametrize(
    ("name", "filters", "output"),
    [
        ("mp3", [], {"acodec": "libmp3lame", "audio_bitrate": "64k"}),
        ("opus", [], {"acodec": "libopus", "audio_bitrate": "64k"}),
        ("quiet", [("volume", {"volume": 0.1})], {"acodec": "aac", "audio_bitrate": "64k"}),
        ("dull", [("lowpass", {"f": 2500})], {"acodec": "aac", "audio_bitrate": "64k"}),
        ("echo", [("aecho", {"delays": 25, "decays": 0.2})], {"acodec": "aac", "audio_bitrate": "64k"}),
    ],
)
def test_sound_is_known_after_it_was_encoded_anew(
    shelf: Shelf, name: str, filters: list[tuple[str, dict[str, float]]], output: dict[str, str]
) -> None:
    """Codecs, loudness and filters that people use leave the sound what it is."""
    sound = change_sound(shelf.folder / f"{name}.mka", shelf.folder / "1.wav", *filters, **output)
    path = write_with_sound_of(shelf.folder / f"{name}.mp4", ELSEWHERE, sound, first_s=FIRST_S)
    (heard,) = shelf.find(path).sounds
    assert heard.sound.segments[0].reference.as_json() == pytest.approx([3, 12], abs=0.8)
