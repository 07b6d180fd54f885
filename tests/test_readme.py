"""The session in the README is true."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_session_prints_what_the_readme_shows() -> None:
    """A newcomer who types the commands sees the same lines; only wall seconds, paths and the state differ."""
    command = [sys.executable, str(ROOT / "docs" / "write_session.py"), "--check"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert outcome.returncode == 0, outcome.stderr


def test_session_finds_the_older_footage_of_the_sample() -> None:
    """The first thing a reader sees is a find: which seconds, where, seen when."""
    session = "".join(block.partition("```")[0] for block in README.split("```console\n")[1:])
    stretch = "seconds 23.0–36.0 (mirrored, covered) of person-bicycle-car.mp4"
    for found in ("same footage", stretch, "first seen 2018-11~"):
        assert found in session


def test_readme_opens_with_what_it_does_in_one_sentence() -> None:
    """Two lines decide whether a reader stays."""
    title, blank, sentence, after = README.splitlines()[:4]
    assert title.startswith("# ")
    assert (blank, after) == ("", "")
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")
