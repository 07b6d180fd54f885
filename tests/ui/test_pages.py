"""The pages as Streamlit builds them."""

import json
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.made_case import make_article, make_case, make_match, make_report
from verify.case.folder import write_json
from verify.records.match import SoundMatch
from verify.records.sound import SoundWitness

APP = Path(__file__).parents[2] / "app.py"
HOSTILE = "<script>document.title='owned'</script> ![x](http://evil.example/x.png) <img src=x onerror=alert(1)>"
Open = Callable[..., AppTest]


@pytest.fixture
def open_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Give a function that runs the app on the cases of ``tmp_path``."""

    def run(*arguments: str, case: str | None = None) -> AppTest:
        monkeypatch.setattr("sys.argv", ["app.py", *(arguments or ("--cases", str(tmp_path)))])
        app = AppTest.from_file(str(APP), default_timeout=60)
        if case is not None:
            app.query_params["case"] = case
        app.run()
        assert not app.exception
        return app

    return run


def shown(app: AppTest) -> str:
    """Give the markup of the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


def test_list_shows_each_case_with_its_facts_and_a_link(tmp_path: Path, open_app: Open) -> None:
    """An analyst with twenty cases must find the one that burns."""
    make_case(tmp_path / "one two", frames=1)
    make_case(tmp_path / "quiet", frames=1, reports=(make_report("no_match"), None))
    page = shown(open_app())
    assert page.count('data-testid="case-row"') == 2
    assert 'href="?case=one%20two"' in page
    for words in (
        "2022-11-15",
        "1 video",
        "2 videos",
        "0 stances",
        "Same footage",
        "Older than the article",
        "No match",
    ):
        assert words in page


def test_list_shows_a_damaged_case_with_the_reason_beside_the_others(tmp_path: Path, open_app: Open) -> None:
    """One bad case must not hide the rest."""
    make_case(tmp_path / "good", frames=1)
    make_case(tmp_path / "bad", frames=1)
    (tmp_path / "bad" / "case.json").write_bytes(b"no")
    page = shown(open_app())
    assert "a file of it is damaged" in page
    assert 'href="?case=good"' in page


def test_empty_list_says_how_to_make_a_case(tmp_path: Path, open_app: Open) -> None:
    """A first start must not be a blank page, nor fail where the folder is not there yet."""
    page = shown(open_app("--cases", str(tmp_path / "none"), "--db", "old.db"))
    assert "verify-video hash FOLDER --db old.db" in page
    assert "verify-video case new ARTICLE --video FILE --db old.db" in page


def test_case_page_shows_header_verdict_matches_and_seal(tmp_path: Path, open_app: Open) -> None:
    """The editor's ten minutes start here."""
    make_case(tmp_path / "one", frames=3)
    page = shown(open_app(case="one"))
    for words in (
        "Officials share video of truck fleeing strikes",
        "<b>2022-11-15</b>, as its page says",
        "A. Writer",
        "Seconds 1.5\N{EN DASH}6.0 of the cited video",
        "<b>2019-10-03</b>, per example.org archive",
        "Searched 7 known videos (130 seconds of footage)",
        "Older than the article by at least 3 years",
        "24 of 25 distinct pictures agree",
        "00:00:01.500 \N{EN DASH} 00:00:06.000",
        "00:00:03.000 \N{EN DASH} 00:00:07.500",
        "speed 1.00x",
        "cropped",
        "0.993",
        "the reference file has moved",
        "files are as sealed",
    ):
        assert words in page, words
    assert page.count('data-testid="match-pair"') == 2


def test_case_page_given_by_path_needs_no_list(tmp_path: Path, open_app: Open) -> None:
    """``verify-video ui CASE`` shows that case and no other."""
    root = make_case(tmp_path / "one", frames=1).root
    page = shown(open_app(str(root)))
    assert 'data-testid="case-header"' in page
    assert "All cases" not in page


def test_altered_case_says_so_at_the_top(tmp_path: Path, open_app: Open) -> None:
    """Evidence that was altered must not look like evidence."""
    root = make_case(tmp_path / "one", frames=1).root
    text = (root / "article" / "text.txt").read_text(encoding="utf-8")
    (root / "article" / "text.txt").write_text(text.replace("truck", "tanks"), encoding="utf-8")
    page = shown(open_app(case="one"))
    assert "This case is not as it was sealed" in page
    assert "article/text.txt was altered" in page


@pytest.mark.parametrize("name", ["../outside", "..", "/etc", "gone"])
def test_case_outside_of_the_folder_is_refused_with_the_remedy(tmp_path: Path, open_app: Open, name: str) -> None:
    """A link must not open what the analyst did not mean to show."""
    make_case(tmp_path / "outside", frames=1)
    (tmp_path / "cases").mkdir()
    page = shown(open_app("--cases", str(tmp_path / "cases"), case=name))
    assert 'data-testid="failure"' in page
    assert "Choose one from the list of cases" in page
    assert 'data-testid="case-header"' not in page


def test_folder_that_is_no_case_is_told_as_what_why_and_remedy(tmp_path: Path, open_app: Open) -> None:
    """No traceback, ever."""
    page = shown(open_app(str(tmp_path)))
    assert "it is not a case folder" in page
    assert "Give a folder made by: case new" in page


def test_wrong_command_line_is_told(open_app: Open) -> None:
    """The screen cannot print usage and exit: a browser waits for it."""
    assert "is not understood" in unescape(shown(open_app("--nonsense")))


def test_hostile_texts_are_shown_as_text(tmp_path: Path, open_app: Open) -> None:
    """Titles, names and reasons come from strangers."""
    match = replace(make_match(), reason=HOSTILE)
    article = replace(make_article(title=HOSTILE), author=HOSTILE)
    make_case(tmp_path / "one", article=article, reports=(make_report("same_footage", match),), frames=1)
    for page in (shown(open_app(case="one")), shown(open_app())):
        assert HOSTILE in unescape(page)
        assert "<script>document" not in page
        assert "<img src=x" not in page


def test_no_page_uses_markdown(tmp_path: Path, open_app: Open) -> None:
    """Markdown loads pictures that a text asks for."""
    make_case(tmp_path / "one", article=make_article(title=HOSTILE), frames=1)
    for app in (open_app(case="one"), open_app(), open_app(case="gone")):
        assert len(app.markdown) == 0
        assert len(app.caption) == 0


def test_matches_list_every_reference_that_was_compared(tmp_path: Path, open_app: Open) -> None:
    """What was dropped, and on what, is one click away."""
    make_case(tmp_path / "case", frames=1, reports=(make_report("same_footage", make_match()), make_report("no_match")))
    page = unescape(shown(open_app(case="case")))
    for words in (
        "Of 7 known videos, 2 were near enough to be compared: 1 kept, 1 dropped.",
        "<b>Kept: same footage.</b> <bdi>Score 0.993, 0.5 needed; what moves does so alike.</bdi>",
        "<b>Dropped.</b> <bdi>3 pairs of frames are near, but they lie on no line in time",
        "0.993 (0.5\N{NO-BREAK SPACE}needed)",
        "No known video was compared: nothing that was searched is near to it.",
    ):
        assert words in page, words
    assert page.index("car.mp4</bdi>") < page.index("sky.mp4</bdi>")
    assert page.count('<details class="verify-small verify-looked-at"') == 1


def test_case_of_an_earlier_version_opens_and_says_what_it_lacks(tmp_path: Path, open_app: Open) -> None:
    """An empty table would say that nothing was compared."""
    root = make_case(tmp_path / "case", frames=1).root
    path = root / "videos/01/matches.json"
    data = {name: value for name, value in json.loads(path.read_text("utf-8")).items() if "looked_at" not in name}
    write_json(path, data)
    page = shown(open_app(case="case"))
    assert "was not recorded: the case was made by an earlier version" in page
    assert "24 of 25 distinct pictures agree" in page


def test_matches_say_what_the_sound_says(tmp_path: Path, open_app: Open) -> None:
    """A second witness stands beside the pictures; a sound without them is named as such."""
    match = replace(make_match(), sound=SoundWitness(verdict="same_sound", reason="The sound is the same too."))
    alone = SoundMatch(
        reference=match.reference, sound=SoundWitness(verdict="same_sound", reason="The same sound stands in b.mp4.")
    )
    report = replace(make_report("same_footage", match), sounds=(alone,))
    make_case(tmp_path / "case", frames=1, reports=(report, None))
    page = shown(open_app(case="case"))
    assert "The sound is the same too." in page
    assert "The same sound stands in b.mp4." in page
