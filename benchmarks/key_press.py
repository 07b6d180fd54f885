"""How long a key press takes until the next keyframe stands on the screen, in a real Chromium.

The screen is started as ``verify-video ui`` starts it, on a case made of ``samples/``. A press counts as painted when
the browser has drawn the frame after it, and only if the picture of that frame is decoded and is another than before.
Presses come as from a held key, 30 a second; then 30 come as fast as they can, and the stage must have followed all.

Run it with ``python -m benchmarks.key_press``.
"""

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from benchmarks.figures import ROOT, publish
from verify.case.run import CaseRequest, new_case
from verify.cli.main import main as verify_video
from verify.ui.launch import launch_command

AIM = "95 of 100 key presses show the new frame within 50 ms, and none of 30 fast ones is lost"
PRESSES, FAST_PRESSES = 100, 30
HELD_KEY_MS = 33
AIM_MS = 50
START_WITHIN_S = 60
WINDOW = {"width": 1440, "height": 900}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# The event's own time stamp is when the browser received the key; the message that an animation frame posts arrives
# when that frame has been drawn. Presses that fall into one animation frame are painted together.
WATCH = """(desk) => {
  const stage = () => desk.querySelector("[data-testid=stage-image]");
  let last = stage().src;
  let pressed = [];
  const painted = () => {
    const image = stage();
    const fresh = image.src !== last && image.complete && image.naturalWidth > 0;
    const now = performance.now();
    last = image.src;
    for (const stamp of pressed.splice(0)) window.painted.push(fresh ? now - stamp : Infinity);
  };
  window.painted = [];
  window.addEventListener("keydown", (event) => {
    pressed.push(event.timeStamp);
    if (pressed.length > 1) return;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = painted;
      port2.postMessage(null);
    });
  }, true);
}"""
NEXT_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def make_sample_case(folder: Path) -> Path:
    """Make the case that ``make demo`` makes."""
    database = folder / "footage.db"
    verify_video(["hash", str(ROOT / "samples" / "reference"), "--db", str(database)])
    article = ROOT / "samples" / "article" / "depot_road.html"
    case = folder / "case"
    new_case(CaseRequest(article=article, database=database, database_name=database.name, folder=case))
    return case


@contextmanager
def serve(case: Path) -> Iterator[str]:
    """Serve the screen on a free port and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    address = f"http://127.0.0.1:{port}/"
    process = subprocess.Popen(
        launch_command([str(case)], port=port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(address: str) -> None:
    give_up = time.monotonic() + START_WITHIN_S
    while time.monotonic() < give_up:
        try:
            with urlopen(f"{address}_stcore/health", timeout=5):  # noqa: S310  (loopback)
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"the screen did not answer within {START_WITHIN_S} s")


def press_as_held(page: Page, last: int) -> list[float]:
    """Step through all keyframes, back to the first, and so on; give the milliseconds of each press."""
    page.get_by_test_id("desk").evaluate(WATCH)
    for press in range(PRESSES):
        page.keyboard.press("ArrowRight" if press % (last + 1) < last else "Home")
        page.wait_for_timeout(HELD_KEY_MS)
    page.wait_for_function(f"window.painted.length === {PRESSES}")
    return sorted(float(milliseconds) for milliseconds in page.evaluate("window.painted"))


def lose_fast_presses(page: Page, last: int) -> int:
    """Press as fast as possible; give how many presses the stage did not follow."""
    lost, left = 0, FAST_PRESSES
    while left:
        page.keyboard.press("Home")
        sweep = min(last, left)
        for _ in range(sweep):
            page.keyboard.press("ArrowRight")
        page.evaluate(NEXT_FRAMES)
        lost += sweep - stage_index(page)
        left -= sweep
    return lost


def stage_index(page: Page) -> int:
    """Give the index of the keyframe on the stage."""
    return int(page.get_by_test_id("stage-image").get_attribute("data-index") or -1)


def measure(page: Page, address: str) -> dict[str, str | int | float]:
    """Open the case and press keys; give the row of the table."""
    page.goto(address)
    page.get_by_test_id("stage-image").wait_for()
    page.keyboard.press("Home")
    keyframes = page.get_by_test_id("filmstrip-item").count()
    page.wait_for_timeout(1000)
    painted = press_as_held(page, keyframes - 1)
    return {
        "keyframes": keyframes,
        "presses": PRESSES,
        "p50_ms": round(statistics.median(painted), 1),
        "p95_ms": round(painted[PRESSES * 95 // 100 - 1], 1),
        "worst_ms": round(painted[-1], 1),
        "within_50_ms": sum(one <= AIM_MS for one in painted),
        "fast_presses": FAST_PRESSES,
        "fast_lost": lose_fast_presses(page, keyframes - 1),
    }


def main() -> int:
    """Measure in the Chromium of this machine."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print(f"no {', '.join(BROWSERS)} on the PATH: nothing was measured", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
        case = make_sample_case(Path(scratch))
        with serve(case) as address, sync_playwright() as driver:
            launched = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            page = launched.new_page(viewport=WINDOW)  # type: ignore[arg-type]
            row = measure(page, address)
            launched.close()
    publish("key_press", AIM, [row])
    return 0


if __name__ == "__main__":
    sys.exit(main())
