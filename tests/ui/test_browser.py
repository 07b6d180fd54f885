"""The screen in a real Chromium: keys, decisions, safety, and silence on the network."""

from playwright.sync_api import Page, expect

from tests.chromium import needs_chromium
from tests.ui.served_screen import HOSTILE, Server, expect_index, open_case
from verify.case.folder import read_case

pytestmark = needs_chromium

PRESSES = 30
PAINTED_WITHIN_MS = 50
REPEATED_AFTER_MS = 33

# Resolves when the browser has painted the frame that follows the key press; tells the time since the press.
WATCH_KEYS = """() => {
  window.painted = [];
  window.addEventListener("keydown", (event) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.painted.push(performance.now() - event.timeStamp);
    port2.postMessage(null);
  }), true);
}"""


def test_fast_key_presses_are_all_answered(page: Page, server: Server) -> None:
    """Stepping is the analyst's day: no press may be lost."""
    open_case(page, server)
    for _ in range(PRESSES):
        page.keyboard.press("ArrowRight")
    expect_index(page, PRESSES)
    assert page.get_by_test_id("stage-time").inner_text() == "00:00:15.000"
    for key, expected in (("ArrowLeft", 29), ("Home", 0), ("End", 39), ("k", 38), ("j", 39)):
        page.keyboard.press(key)
        expect_index(page, expected)


def test_burst_of_presses_between_two_paints_counts_each_and_paints_the_last(page: Page, server: Server) -> None:
    """Paints that nobody sees must not queue up before the one that the analyst waits for."""
    open_case(page, server)
    page.wait_for_timeout(500)
    shown = page.evaluate(
        """async (presses) => {
          const desk = document.querySelector("[data-testid=desk]") ?? [...document.querySelectorAll("*")]
            .map((element) => element.shadowRoot?.querySelector("[data-testid=desk]")).find(Boolean);
          const shown = [];
          new MutationObserver(() => shown.push(desk.querySelector("[data-testid=stage-image]")?.dataset.index))
            .observe(desk.querySelector(".current .picture"), { childList: true });
          for (let press = 0; press < presses; press++)
            window.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", code: "ArrowRight" }));
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          return shown;
        }""",
        PRESSES,
    )
    assert shown == [str(PRESSES)]
    expect_index(page, PRESSES)


def test_keyframe_is_painted_at_once_at_the_rate_of_a_held_key(page: Page, server: Server) -> None:
    """A keyboard repeats 30 times a second: the picture must keep up, without a round trip to Python."""
    open_case(page, server)
    page.wait_for_timeout(500)
    page.evaluate(WATCH_KEYS)
    for _ in range(PRESSES):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(REPEATED_AFTER_MS)
    page.wait_for_function(f"window.painted.length === {PRESSES}")
    painted = sorted(page.evaluate("window.painted"))
    assert painted[PRESSES // 2] < PAINTED_WITHIN_MS, painted


def test_letters_of_another_keyboard_act_by_their_place(page: Page, server: Server) -> None:
    """Our users write Ukrainian: the key that bears j gives another letter."""
    open_case(page, server)
    page.evaluate("window.dispatchEvent(new KeyboardEvent('keydown', { key: '\\u043e', code: 'KeyJ' }))")
    expect_index(page, 1)


def test_decision_survives_reload_and_restart_with_frame_and_sentence(page: Page, server: Server) -> None:
    """Let people stop: resume at the same frame, and no decision is ever lost."""
    open_case(page, server)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.get_by_test_id("sentence").nth(2).click()
    page.keyboard.press("2")
    page.get_by_test_id("stance-note").fill("No treeline in sight")
    page.get_by_test_id("stance-by").fill("anna")
    page.get_by_test_id("stance-save").click()
    page.get_by_test_id("stance-chip").wait_for()
    stance = read_case(server.cases / "one").claims[0].current
    assert stance is not None
    assert stance.frame is not None
    assert (stance.stance, stance.note, stance.by) == ("contradicted", "No treeline in sight", "anna")
    assert stance.frame.file == "0004.jpg"
    check_place_kept(page)
    page.reload()
    check_place_kept(page)
    server.stop()
    server.start()
    page.reload()
    check_place_kept(page)
    assert page.get_by_test_id("stance-by").input_value() == "anna"


def check_place_kept(page: Page) -> None:
    """Check frame, sentence, chip and history after a rerun, a reload or a restart."""
    page.get_by_test_id("stage-image").wait_for()
    assert page.get_by_test_id("stance-chip").inner_text() == "✕ contradicted"
    expect_index(page, 4)
    assert page.get_by_test_id("sentence").nth(2).get_attribute("aria-pressed") == "true"
    history = page.get_by_test_id("stance-history").inner_text()
    assert "No treeline in sight" in history
    assert "anna" in history


def test_keys_typed_into_the_note_stay_in_the_note(page: Page, server: Server) -> None:
    """A reason may hold digits, and its cursor moves with the arrows."""
    open_case(page, server)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("n")
    page.keyboard.type("1 g b")
    page.keyboard.press("ArrowRight")
    expect_index(page, 0)
    assert page.get_by_test_id("stance-note").input_value() == "1 g b"
    assert page.locator(".stances [aria-checked=true]").count() == 0
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    assert page.get_by_test_id("stance-supported").get_attribute("aria-checked") == "true"
    page.reload()
    page.get_by_test_id("stage-image").wait_for()
    assert page.get_by_test_id("stance-note").input_value() == "1 g b", "an unsaved reason is kept, too"


def test_pictures_open_grey_and_one_key_blurs_them_all(page: Page, server: Server) -> None:
    """Surprise does most harm: grey first, and everything hidden by one key, the matches included."""
    open_case(page, server)
    everything = [
        page.get_by_test_id("stage-image"),
        page.locator(".frame img").first,
        page.locator(".verify-picture").first,
    ]

    def filters() -> list[str]:
        return [str(picture.evaluate("element => getComputedStyle(element).filter")) for picture in everything]

    assert filters() == ["grayscale(1)"] * 3
    page.keyboard.press("g")
    assert filters() == ["none"] * 3
    page.keyboard.press("b")
    assert all("blur" in entry for entry in filters())
    page.reload()
    page.get_by_test_id("stage-image").wait_for()
    assert all("blur" in entry for entry in filters())


def test_screen_reader_is_told_where_stepping_ended(page: Page, server: Server) -> None:
    """Each step of a held key read aloud would never end."""
    open_case(page, server)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    live = page.locator("[aria-live=polite]")
    expect(live).to_have_text("Keyframe 5 of 40, at 00:00:02.000. same footage: car.mp4")


def test_every_control_is_reached_and_seen_by_keyboard(page: Page, server: Server) -> None:
    """No mouse is needed, and the focus is never invisible; ? lists the keys and Escape closes the list."""
    open_case(page, server)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => {
              let element = document.activeElement;
              while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
              const name = element.dataset.action ?? element.dataset.testid ?? element.tagName;
              return [name, getComputedStyle(element).outlineStyle];
            }"""
        )
        seen.append(name)
        # Streamlit's link to the content shows itself when it is focused.
        assert name in {"BODY", "HTML", "stSkipToContent"} or outline != "none", f"the focus on {name} is invisible"
    for name in ("stance-save", "stage-says", "next", "colour", "blur", "pair", "keys", "filmstrip-item"):
        assert name in seen
    page.keyboard.press("?")
    expect(page.locator("dialog.keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.keys")).to_be_hidden()


def test_focus_follows_the_keyframe_in_the_filmstrip(page: Page, server: Server) -> None:
    """Focus left behind would send the next Tab to another place than the eye."""
    open_case(page, server)
    page.get_by_test_id("filmstrip-item").nth(2).click()
    page.keyboard.press("ArrowRight")
    expect_index(page, 3)
    expect(page.get_by_test_id("filmstrip-item").nth(3)).to_be_focused()


def test_focus_follows_a_click_and_a_press_that_one_paint_shows(page: Page, server: Server) -> None:
    """On a slow machine both come before the next paint."""
    open_case(page, server)
    page.get_by_test_id("filmstrip-item").nth(2).evaluate(
        """(item) => {
          item.focus();
          item.click();
          window.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
        }"""
    )
    expect_index(page, 3)
    expect(page.get_by_test_id("filmstrip-item").nth(3)).to_be_focused()


def test_hostile_words_are_text_wherever_they_stand_and_a_click_opens_a_case(page: Page, server: Server) -> None:
    """Titles, names, reasons, sightings and notes come from strangers; the address keeps the case."""
    page.goto(server.address)
    page.get_by_test_id("case-row").filter(has_text="window.owned").click()
    page.get_by_test_id("stage-image").wait_for()
    assert page.url.endswith("?case=hostile")
    assert page.locator("h1").inner_text() == HOSTILE
    expect(page.get_by_test_id("stage-why")).to_contain_text(HOSTILE)
    page.keyboard.press("v")
    page.keyboard.press("End")
    expect(page.get_by_test_id("stage-says")).to_contain_text(HOSTILE)
    page.get_by_test_id("sentence").nth(0).click()
    expect(page.get_by_test_id("stance-history")).to_contain_text(HOSTILE)
    page.wait_for_timeout(500)
    assert page.evaluate("window.owned") is None
    assert page.locator("img[src='x'], img[onerror], a[href^=javascript]").count() == 0
