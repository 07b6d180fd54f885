"""The screen in a real Chromium: keys, decisions, safety, and silence on the network."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.ui.made_case import make_article, make_case, make_match, make_report
from verify.case.folder import read_case
from verify.ui.launch import launch_command

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHECKOUT = Path(__file__).parents[2]
PRESSES = 30
PAINTED_WITHIN_MS = 50
REPEATED_AFTER_MS = 33
START_WITHIN_S = 60
HOSTILE = "<script>window.owned = 1</script><img src='http://evil.example/x.png' onerror='window.owned = 1'>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on the PATH"),
]

# Resolves when the browser has painted the frame that follows the key press; tells the time since the press.
WATCH_KEYS = """() => {
  window.painted = [];
  window.addEventListener("keydown", (event) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.painted.push(performance.now() - event.timeStamp);
    port2.postMessage(null);
  }), true);
}"""


class Server:
    """The screen, served on loopback by a process of its own."""

    def __init__(self, cases: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.cases = cases
        self.address = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        command = launch_command(["--cases", str(self.cases)], port=self.port)
        path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(
            command,
            cwd=self.cases,
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + START_WITHIN_S
        while time.monotonic() < give_up:
            try:
                with urlopen(f"{self.address}_stcore/health", timeout=5):  # noqa: S310  (loopback)
                    return
            except (URLError, OSError):
                time.sleep(0.2)
        self.stop()
        pytest.fail("the screen did not start")

    def stop(self) -> None:
        """Stop the process that was started."""
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a Chromium of this machine."""
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve two cases: one of 40 keyframes with a match, one with hostile texts."""
    cases = tmp_path_factory.mktemp("cases")
    make_case(cases / "one", frames=40)
    reports = (make_report("no_match"), make_report("same_footage", make_match()))
    make_case(cases / "hostile", article=make_article(title=HOSTILE), reports=reports, frames=4)
    running = Server(cases)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page of a fresh profile; whatever a test does, nothing may be asked for beyond loopback."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    hosts: set[str | None] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    context.route(lambda address: urlsplit(address).hostname not in {"127.0.0.1", None}, lambda route: route.abort())
    opened = context.new_page()
    yield opened
    context.close()
    # Pictures of the page itself may be blobs, which have no host.
    assert hosts - {"127.0.0.1", None} == set()


def open_case(page: Page, server: Server, name: str = "one") -> None:
    """Open a case and wait for its first keyframe."""
    page.goto(f"{server.address}?case={name}")
    page.get_by_test_id("stage-image").wait_for()


def stage_index(page: Page) -> int:
    """Give the index of the keyframe on the stage."""
    return int(page.get_by_test_id("stage-image").get_attribute("data-index") or -1)


def test_fast_key_presses_are_all_answered(page: Page, server: Server) -> None:
    """Stepping is the analyst's day: no press may be lost."""
    open_case(page, server)
    page.wait_for_timeout(500)
    for _ in range(PRESSES):
        page.keyboard.press("ArrowRight")
    assert stage_index(page) == PRESSES
    assert page.get_by_test_id("stage-time").inner_text() == "00:00:15.000"
    assert page.locator(".frame[aria-current=true]").get_attribute("data-index") == str(PRESSES)
    for key, expected in (("ArrowLeft", 29), ("Home", 0), ("End", 39), ("k", 38), ("j", 39)):
        page.keyboard.press(key)
        assert stage_index(page) == expected


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
    assert stage_index(page) == 1


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
    assert stage_index(page) == 4
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
    assert stage_index(page) == 0
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


def test_reference_stands_beside_a_matched_keyframe_only(page: Page, server: Server) -> None:
    """Outside of a match there is nothing to compare with."""
    open_case(page, server)
    assert page.get_by_test_id("stage-reference").is_hidden()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    reference = page.get_by_test_id("stage-reference")
    assert reference.locator("img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 320
    assert "00:00:03.500" in reference.inner_text()
    page.get_by_test_id("filmstrip-item").nth(11).click()
    assert "the reference file has moved" in reference.inner_text()


def test_hostile_title_is_text_and_a_click_opens_a_case(page: Page, server: Server) -> None:
    """Titles come from strangers; the address keeps the case."""
    page.goto(server.address)
    page.get_by_test_id("case-row").filter(has_text="window.owned").click()
    page.get_by_test_id("stage-image").wait_for()
    assert page.url.endswith("?case=hostile")
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.evaluate("window.owned") is None


def test_video_of_several_is_chosen_by_its_tab(page: Page, server: Server) -> None:
    """Each video has its own keyframes and matches."""
    open_case(page, server, "hostile")
    page.get_by_role("tab").nth(1).click()
    assert "clip-2.mp4" in page.get_by_test_id("stage-why").inner_text()
    page.keyboard.press("v")
    assert "clip-1.mp4" in page.get_by_test_id("stage-why").inner_text()
