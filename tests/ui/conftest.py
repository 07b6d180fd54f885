"""A browser, and the screen that it looks at."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.ui.made_case import make_case, make_match, make_report
from tests.ui.served_screen import Server, make_hostile_case, other_match


@pytest.fixture(scope="module")  # two of Playwright's drivers in one process at a time are refused
def browser() -> Iterator[Browser]:
    """Give a Chromium of this machine."""
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve three cases: one of 40 keyframes with a match, one with hostile texts, one that matches two references."""
    cases = tmp_path_factory.mktemp("cases")
    make_case(cases / "one", frames=40)
    make_hostile_case(cases / "hostile")
    make_case(cases / "two_references", reports=(make_report("same_footage", make_match(), other_match()),), frames=8)
    running = Server(cases)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page of a fresh profile; whatever a test does, it asks nobody beyond loopback and complains of nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    hosts: set[str | None] = set()
    complaints: list[str] = []
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    context.route(lambda address: urlsplit(address).hostname not in {"127.0.0.1", None}, lambda route: route.abort())
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    yield opened
    context.close()
    # Pictures of the page itself may be blobs, which have no host.
    assert hosts - {"127.0.0.1", None} == set()
    # Said when a test restarts the screen, or when a decision falls into the instant of asking for the check's outcome.
    expected = ("ERR_CONNECTION_REFUSED", "WebSocket", "Multiple different fragmentIds")
    assert [said for said in complaints if not any(words in said for words in expected)] == []
