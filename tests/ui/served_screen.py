"""The screen as a process that serves cases on loopback, and what tests of it in a browser share."""

import os
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.ui.made_case import make_article, make_case, make_match, make_report, write_video
from verify.case.decisions import Decision, record_stance
from verify.case.folder import list_files, write_manifest
from verify.records.match import FirstSeen, Match
from verify.ui.launch import MAIN, launch_command

CHECKOUT = Path(__file__).parents[2]
START_WITHIN_S = 60
HOSTILE = "<script>window.owned = 1</script><img src='http://evil.example/x.png' onerror='window.owned = 1'>"
HOSTILE_NAME = "<img src=x onerror='window.owned = 1'>.mp4"


class Server:
    """The screen, served on loopback by a process of its own."""

    def __init__(self, cases: Path, app: Path = MAIN) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.cases = cases
        self.app = app
        self.address = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        command = launch_command(["--cases", str(self.cases)], port=self.port, app=self.app)
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


def other_match() -> Match:
    """Make a second match over the same seconds, not mirrored, in another reference."""
    match = make_match("same_scene", seen=None)
    segment = replace(match.segments[0], mirrored=False, disguise=())
    reference = replace(match.reference, path="/refs/other.mp4", paths=("/refs/other.mp4",))
    return replace(match, reference=reference, segments=(segment,), reason="Another recording of the place.")


def make_hostile_case(root: Path) -> None:
    """Make a case in which every word from outside is hostile: title, author, names, reasons, sighting and note."""
    match = make_match()
    seen = FirstSeen(date="2019-10-03", url=f"javascript:{HOSTILE}", recorded_by=HOSTILE)
    reference = replace(match.reference, path=f"/refs/{HOSTILE_NAME}", paths=(HOSTILE,), first_seen=seen)
    segment = replace(match.segments[0], disguise=(HOSTILE,))
    hostile = replace(match, reason=HOSTILE, reference=reference, segments=(segment,))
    article = replace(make_article(title=HOSTILE), author=HOSTILE, publisher=HOSTILE)
    reports = (replace(make_report("no_match"), reason=HOSTILE), make_report("same_footage", hostile))
    case = make_case(root, article=article, reports=reports, frames=4)
    for video in case.videos:
        frames = tuple(replace(frame, why=HOSTILE) for frame in video.keyframes)
        write_video(root, replace(video, original_name=f"{video.number} {HOSTILE_NAME}", keyframes=frames))
    write_manifest(root, list_files(root))
    sentence = article.sentences[0]
    decision = Decision(stance="unclear", note=HOSTILE, frame=(1, "0000.jpg"), by=HOSTILE)
    record_stance(root, start=sentence.start, end=sentence.end, decision=decision)


def open_case(page: Page, server: Server, name: str = "one") -> None:
    """Open a case and wait for its first keyframe."""
    page.goto(f"{server.address}?case={name}")
    page.get_by_test_id("stage-image").wait_for()


def expect_index(page: Page, index: int) -> None:
    """Wait for the next paint: the stage must show this keyframe, its time and its place in the filmstrip."""
    expect(page.get_by_test_id("stage-image")).to_have_attribute("data-index", str(index))
    expect(page.locator(".frame[aria-current=true]")).to_have_attribute("data-index", str(index))
