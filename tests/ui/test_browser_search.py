"""A keyframe that is looked for from the stage, in a real Chromium."""

from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.chromium import needs_chromium
from tests.made_videos import Footage, Scene, VideoSpec, draw_picture, write_video
from tests.ui.made_case import make_case, make_report
from tests.ui.served_screen import Server, open_case
from verify.cli.main import main

pytestmark = needs_chromium

FILM = Footage(scenes=(Scene(seed=11, frames=75), Scene(seed=12, frames=75)), bar_code=False)


@pytest.fixture(scope="module")
def searching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a case beside the hash database that it names; its second keyframe shows a film in it."""
    cases = tmp_path_factory.mktemp("searched")
    root = make_case(cases / "one", frames=4, reports=(make_report("no_match"),)).root
    Image.fromarray(draw_picture(FILM, 100)).save(root / "videos" / "01" / "keyframes" / "0001.jpg")
    references = tmp_path_factory.mktemp("references")
    write_video(references / "film.mp4", VideoSpec(footage=FILM))
    (references / "sightings.csv").write_text("path,date,recorded_by\nfilm.mp4,2019-10-03,Ada\n", "utf-8")
    assert main(["hash", str(references), "--db", str(cases / "footage.db")]) == 0
    running = Server(cases)
    yield running
    running.stop()


def test_frame_on_the_stage_is_searched_by_a_key_and_answered_beside_it(page: Page, searching: Server) -> None:
    """The answer belongs to its keyframe: it goes when the analyst steps on, and is there on the way back."""
    open_case(page, searching)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("f")
    found = page.get_by_test_id("searched-frame")
    expect(found).to_contain_text("This frame alone, in footage.db")
    for words in ("Same footage · film.mp4 at 00:00:04.000 · score 1.000", "2019-10-03", "Ada", "at least 1,138 days"):
        expect(found).to_contain_text(words)
    expect(found).to_contain_text("It is one picture: another recording by a fixed camera would look alike.")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("stage-image")).to_have_attribute("data-index", "2")
    expect(found).to_have_count(0)
    page.get_by_test_id("search-frame").click()
    expect(found).to_contain_text("Not comparable: The picture is too plain to compare")
    page.keyboard.press("ArrowLeft")
    expect(found).to_contain_text("film.mp4")


def test_frame_cannot_be_searched_without_the_database_and_the_stage_says_what_to_do(
    page: Page, server: Server
) -> None:
    """A case that came from elsewhere names a database that is not here."""
    open_case(page, server)
    page.keyboard.press("f")
    found = page.get_by_test_id("searched-frame")
    expect(found).to_contain_text("This frame cannot be searched: the case was searched in footage.db, which is not")
    expect(found).to_contain_text("verify-video ui CASE --db DB")
    expect(page.get_by_test_id("stage-says")).to_contain_text("This frame matches nothing that was searched")
