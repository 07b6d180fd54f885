"""The check of a case beside the work on it."""

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from tests.chromium import CHROMIUM
from tests.ui.held_screen import RELEASE
from tests.ui.made_case import make_case
from tests.ui.served_screen import Server, open_case
from verify.case import check
from verify.case.folder import read_case
from verify.errors import UnreadableFileError
from verify.ui.integrity import begin_check

HELD_SCREEN = Path(__file__).with_name("held_screen.py")
APP = Path(__file__).parents[2] / "app.py"
POLLS_FOR_MS = 2500


class HeldCheck:
    """A check that lasts until it is let go, and counts how often it was begun."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.begun = 0
        self._check_case = check.check_case

    def __call__(self, root: Path) -> check.CaseCheck:
        """Check the case once that is allowed."""
        self.begun += 1
        assert self.let_go.wait(60)
        return self._check_case(root)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldCheck]:
    """Hold every check of a case, as if its evidence were gigabytes."""
    held = HeldCheck()
    monkeypatch.setattr(check, "check_case", held)
    yield held
    held.let_go.set()


def run_app(monkeypatch: pytest.MonkeyPatch, root: Path) -> AppTest:
    """Open a case."""
    monkeypatch.setattr("sys.argv", ["app.py", str(root)])
    return run_again(AppTest.from_file(str(APP), default_timeout=60))


def run_again(app: AppTest) -> AppTest:
    """Run the page as a decision does."""
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    """Give the markup of the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


def test_page_is_whole_and_runs_again_while_the_check_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: HeldCheck
) -> None:
    """Nobody waits until gigabytes are hashed, and a rerun does not begin to hash anew."""
    root = make_case(tmp_path / "one", frames=1).root
    app = run_app(monkeypatch, root)
    for _ in range(2):
        page = shown(run_again(app))
        assert 'data-testid="matches"' in page
        assert "Being checked" in page
        assert "Intact" not in page
    running = begin_check(root)
    held.let_go.set()
    wait((running,))
    page = shown(run_again(app))
    assert "files are as sealed" in page
    assert "Being checked" not in page
    assert held.begun == 1


def test_outcome_is_kept_for_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each decision would hash every video again."""
    root = make_case(tmp_path / "one", frames=1).root
    app = run_app(monkeypatch, root)
    wait((app.session_state[f"check-{root}"],))
    monkeypatch.setattr(check, "check_case", None)
    assert "files are as sealed" in shown(run_again(app))


def test_case_that_cannot_be_checked_is_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not checked must not read as intact, and the desk stays of use."""

    def refuse(_: Path) -> check.CaseCheck:
        raise UnreadableFileError("the case cannot be checked", "evil\u202e: no entry", "Check the permissions")

    monkeypatch.setattr(check, "check_case", refuse)
    page = shown(run_app(monkeypatch, make_case(tmp_path / "one", frames=1).root))
    for words in ("Not checked", "evil[U+202E]: no entry", "Check the permissions", 'data-testid="matches"'):
        assert words in page
    assert "Intact" not in page


def test_checks_of_one_case_at_a_time_are_one(tmp_path: Path, held: HeldCheck) -> None:
    """Reloading the page must not hash the same evidence twice side by side."""
    root = make_case(tmp_path / "one", frames=1).root
    first, second = begin_check(root), begin_check(root)
    held.let_go.set()
    assert first is second
    assert first.result().outcome.problems == ()
    assert held.begun == 1


@pytest.fixture
def held_server(tmp_path: Path) -> Iterator[Server]:
    """Serve a case with a file too many whose check lasts until it is released."""
    root = make_case(tmp_path / "one", frames=3).root
    (root / "extra.txt").write_text("not of this case", encoding="utf-8")
    running = Server(tmp_path, app=HELD_SCREEN)
    yield running
    running.stop()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_decision_is_saved_while_the_check_lasts_and_its_outcome_disturbs_nothing(
    page: Page, held_server: Server
) -> None:
    """Once the check has ended its outcome shows by itself, words not saved stay, and asking for it ends."""
    sent: list[str | bytes] = []

    def note(frame: str | bytes) -> None:  # Playwright takes no method of a list
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    open_case(page, held_server)
    page.get_by_test_id("sentence").nth(0).click()
    page.keyboard.press("2")
    page.get_by_test_id("stance-by").fill("anna")
    page.get_by_test_id("stance-save").click()
    expect(page.get_by_test_id("stance-chip")).to_be_visible()
    assert len(read_case(held_server.cases / "one").claims) == 1
    page.get_by_test_id("sentence").nth(2).click()
    page.get_by_test_id("stance-note").fill("half a rea")
    page.get_by_test_id("desk").evaluate("desk => { desk.dataset.mark = 'the same'; }")
    expect(page.get_by_test_id("integrity")).to_contain_text("Being checked")
    (held_server.cases / RELEASE).touch()
    expect(page.get_by_test_id("altered")).to_contain_text("extra.txt was added")
    expect(page.get_by_test_id("integrity")).to_contain_text("Altered")
    assert page.get_by_test_id("stance-note").input_value() == "half a rea"
    expect(page.get_by_test_id("stance-note")).to_be_focused()
    assert page.get_by_test_id("desk").get_attribute("data-mark") == "the same"
    page.wait_for_timeout(500)
    asked = len(sent)
    page.wait_for_timeout(POLLS_FOR_MS)
    assert len(sent) == asked


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_decision_in_the_instant_of_asking_for_the_outcome_is_answered(page: Page, held_server: Server) -> None:
    """The browser sends both as one, as a matter of that part of the page alone: the desk must hear all the same."""
    page.add_init_script(
        """const start = window.setInterval;
        window.setInterval = (act, every) => { if (every === 1000) window.ask = act; return start(act, every); };"""
    )
    open_case(page, held_server)
    page.get_by_test_id("sentence").nth(0).click()
    page.keyboard.press("2")
    page.get_by_test_id("stance-by").fill("anna")
    page.wait_for_function("() => Boolean(window.ask)")
    page.get_by_test_id("stance-save").evaluate("save => { window.ask(); save.click(); }")
    expect(page.get_by_test_id("stance-chip")).to_be_visible()
    expect(page.get_by_test_id("integrity")).to_contain_text("Being checked")
    (held_server.cases / RELEASE).touch()
    expect(page.get_by_test_id("altered")).to_contain_text("extra.txt was added")
