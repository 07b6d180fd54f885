"""Take ``docs/screen.png``: the sample case on the screen, with some decisions taken.

Run ``python docs/take_screenshot.py [FILE]``. It needs a Chromium on the PATH and ``pip install '.[dev]'``; the case is
made in a temporary folder, and the screen that is started for it ends with the picture.
"""

import io
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from verify.case.decisions import Decision, record_stance
from verify.case.folder import read_case
from verify.ui.launch import launch_command

ROOT = Path(__file__).parents[1]
PICTURE = Path(__file__).with_name("screen.png")
WIDTH_PX, HEIGHT_PX = 1440, 900
LARGEST_BYTES = 400_000
START_WITHIN_S = 60
KEYFRAME = 9  # the car turns while the cyclist crosses, as the article says
SELECTED = "As it turns, a cyclist in dark clothes rides across the bays"
DECISIONS = (
    ("As far as this newspaper could tell, a man in a grey top", "supported", "", 6),
    ("While he is still in the picture, a pale green car drives in", "supported", "Enters from below, as told.", 7),
    (
        "The clip was published on the evening of 13 October",
        "contradicted",
        "The yard was seen online in 2018 already, the other way round.",
        5,
    ),
)
"""Opening words of a sentence, stance, reason and number of the keyframe that it rests on."""


def main(picture: Path) -> None:
    """Make the sample case, take decisions, and take the picture."""
    with tempfile.TemporaryDirectory() as name:
        root = make_case(Path(name))
        take_decisions(root)
        with served(root) as address:
            take_picture(address, picture)
    size = picture.stat().st_size
    if size > LARGEST_BYTES:
        sys.exit(f"{picture} has {size} bytes; {LARGEST_BYTES} are allowed")
    sys.stdout.write(f"{picture}: {size} bytes\n")


def make_case(folder: Path) -> Path:
    """Hash the sample references and make the case of the sample article, as a user would."""
    root, database = folder / "depot_road", folder / "footage.db"
    article = ROOT / "samples" / "article" / "depot_road.html"
    verify = (sys.executable, "-m", "verify")
    subprocess.run([*verify, "hash", "samples/reference", "--db", database], cwd=ROOT, check=True)
    subprocess.run([*verify, "case", "new", article, "--db", database, "-o", root], cwd=folder, check=True)
    return root


def take_decisions(root: Path) -> None:
    """Take some stances, so that the picture shows what they look like."""
    case = read_case(root)
    keyframes = case.videos[0].keyframes
    for opening, stance, note, number in DECISIONS:
        sentence = next(span for span in case.article.sentences if case.article.quote(span).startswith(opening))
        frame = (case.videos[0].number, keyframes[min(number, len(keyframes)) - 1].file)
        decision = Decision(stance=stance, note=note, frame=frame, by="M. Hale")
        record_stance(root, start=sentence.start, end=sentence.end, decision=decision)


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve the screen on a free port of loopback; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen(launch_command([str(root)], port=port), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/"
        wait_until_healthy(f"{address}_stcore/health")
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_until_healthy(address: str) -> None:
    """Wait until the server answers."""
    give_up = time.monotonic() + START_WITHIN_S
    while True:
        try:
            with urlopen(address, timeout=5):  # noqa: S310  (loopback)
                return
        except (URLError, OSError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)


def take_picture(address: str, picture: Path) -> None:
    """Open the case, go to the keyframe and the sentence, and take the picture."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("no chromium, chromium-browser or google-chrome on the PATH")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}, color_scheme="light")
        page.goto(address)
        arrange(page)
        shot = page.screenshot()
        browser.close()
    # A palette halves the file; the screen has few colours beside its two pictures.
    with Image.open(io.BytesIO(shot)) as taken:
        taken.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT).save(picture, optimize=True)


def arrange(page: Page) -> None:
    """Put the keyframe and the sentence in place, in colour."""
    page.get_by_test_id("stage-image").wait_for()
    page.keyboard.press("g")
    page.get_by_test_id("filmstrip-item").nth(KEYFRAME - 1).click()
    page.get_by_test_id("sentence").filter(has_text=SELECTED).click()
    page.get_by_test_id("stance-by").fill("M. Hale")
    page.get_by_test_id("stance-note").fill("Crosses to the left in the copy; to the right in the footage of 2018.")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE)
