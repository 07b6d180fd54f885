"""The stage in a real Chromium: keyframe and reference side by side, and what the match says."""

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import needs_chromium
from tests.ui.served_screen import HOSTILE_NAME, Server, open_case

pytestmark = needs_chromium


def test_reference_stands_beside_a_matched_keyframe_only(page: Page, server: Server) -> None:
    """Outside of a match there is nothing to compare with."""
    open_case(page, server)
    assert page.get_by_test_id("stage-reference").is_hidden()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    reference = page.get_by_test_id("stage-reference")
    reference.wait_for()
    assert reference.locator("img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 320
    assert "00:00:03.500" in reference.inner_text()
    page.get_by_test_id("filmstrip-item").nth(11).click()
    expect(reference).to_contain_text("the reference file has moved")


def test_pictures_fill_their_boxes_and_the_room_tells_of_the_match(page: Page, server: Server) -> None:
    """Black bars beside a picture would be read as part of the evidence."""
    open_case(page, server)
    for width, height in ((1280, 800), (1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        for key, pictures in (("Home", 1), ("ArrowRight", 1), ("ArrowRight", 1), ("ArrowRight", 2)):
            page.keyboard.press(key)
            expect(page.locator(".picture img:visible")).to_have_count(pictures)
        page.wait_for_timeout(200)
        boxes = page.locator(".picture img:visible").evaluate_all(
            "pictures => pictures.map(({ clientWidth, clientHeight }) => [clientWidth, clientHeight])"
        )
        assert [abs(across / down - 16 / 9) < 0.03 for across, down in boxes] == [True, True]
        assert boxes[0][0] * 2 > page.locator(".room").evaluate("room => room.clientWidth") * 0.85
    says = page.get_by_test_id("stage-says")
    for words in (
        "24 of 25 distinct pictures agree, mirrored.",
        "at least 1,138 days",
        "example.org archive",
        "00:00:01.500",
        "00:00:03.000",
        "1.00x",
        "mirrored",
        "cropped",
        "0.993",
        "7 known videos",
    ):
        expect(says).to_contain_text(words)
    page.keyboard.press("Home")
    expect(says).to_contain_text("This frame matches nothing that was searched (7 references).")


def test_mirrored_reference_is_turned_by_a_key_and_says_so(page: Page, server: Server) -> None:
    """A picture shown otherwise than it is must bear that on its face."""
    open_case(page, server)
    mirror = page.locator("[data-action=mirror]")
    label = page.get_by_test_id("stage-flipped")
    expect(mirror).to_be_disabled()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(mirror).to_be_enabled()
    expect(label).to_be_hidden()
    page.keyboard.press("m")
    expect(label).to_have_text("shown mirrored for comparison")
    picture = page.get_by_test_id("stage-reference").locator("img")
    assert picture.evaluate("picture => getComputedStyle(picture).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    page.keyboard.press("m")
    expect(label).to_be_hidden()


def test_points_and_the_laid_reference_are_drawn_over_their_own_frame(page: Page, server: Server) -> None:
    """Numbers mark one point in both pictures; the slider blends the reference over the keyframe."""
    open_case(page, server)
    points, overlay = page.locator("[data-action=points]"), page.locator("[data-action=overlay]")
    expect(points).to_be_disabled()
    expect(overlay).to_be_disabled()
    page.get_by_test_id("filmstrip-item").nth(4).click()
    expect(points).to_be_enabled()
    page.keyboard.press("t")
    marks = page.get_by_test_id("stage-point")
    expect(marks).to_have_text(["1", "2", "1", "2"])
    places = marks.evaluate_all("marks => marks.map((mark) => [mark.style.left, mark.style.top])")
    assert places == [["25%", "50%"], ["75%", "25%"], ["70%", "50%"], ["30%", "30%"]]
    page.keyboard.press("m")
    expect(page.get_by_test_id("stage-flipped")).to_be_visible()
    assert marks.nth(2).evaluate("mark => parseFloat(mark.style.left)") == pytest.approx(30)
    page.keyboard.press("o")
    laid = page.get_by_test_id("stage-laid")
    assert laid.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 320
    page.get_by_test_id("stage-blend").fill("80")
    assert laid.evaluate("picture => getComputedStyle(picture).opacity") == "0.8"
    expect(page.get_by_test_id("stage-says")).to_contain_text("clearly less in 1 of 1 comparison")
    page.get_by_test_id("filmstrip-item").nth(5).click()
    expect(laid).to_have_count(0)
    expect(marks).to_have_count(0)
    expect(page.get_by_test_id("stage-blend")).to_be_hidden()


def test_each_reference_of_an_instant_can_be_put_beside_the_keyframe(page: Page, server: Server) -> None:
    """A lead may tell more than the best match."""
    open_case(page, server, "two_references")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    reference, says = page.get_by_test_id("stage-reference"), page.get_by_test_id("stage-says")
    expect(reference).to_contain_text("car.mp4")
    page.keyboard.press("x")
    expect(reference).to_contain_text("other.mp4")
    expect(says).to_contain_text("Another recording of the place.")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("stage-image")).to_have_attribute("data-index", "5")
    expect(reference).to_contain_text("other.mp4")
    page.get_by_test_id("reference-choice").nth(0).click()
    expect(reference).to_contain_text("car.mp4")


def test_video_of_several_is_chosen_by_its_tab(page: Page, server: Server) -> None:
    """Each video has its own keyframes and matches."""
    open_case(page, server, "hostile")
    why = page.get_by_test_id("stage-why")
    page.get_by_role("tab").nth(1).click()
    expect(why).to_contain_text(f"2 {HOSTILE_NAME}")
    page.keyboard.press("v")
    expect(why).to_contain_text(f"1 {HOSTILE_NAME}")
