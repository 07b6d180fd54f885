"""The documents say what the program does: every command, option, error and decision."""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from verify.cli.main import build_parser
from verify.errors import VerifyError
from verify.records.claim import STANCES
from verify.records.match import ANSWERS, DISGUISES
from verify.records.sound import SOUND_VERDICTS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)?(#[^)\s]+)?\)")
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Give every command that does something, by its words."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield name, parser
    for action in below:
        for word, command in action.choices.items():
            yield from commands(command, f"{name} {word}".strip())


COMMANDS = dict(commands(build_parser()))


def section(page: str, name: str) -> str:
    """Give what a page says of a command: from its heading, or its group's, to the next one of that level."""
    for heading in (name, name.partition(" ")[0]):
        found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,2}} |\Z)", page, re.MULTILINE | re.DOTALL)
        if found:
            own = found.group(2)
            return own if "\n### " not in own or found.group(1) == "##" else own.partition("\n### ")[0]
    return ""


def error_classes(base: type[VerifyError] = VerifyError) -> Iterator[type[VerifyError]]:
    """Give every error a user can act on."""
    for kind in base.__subclasses__():
        yield kind
        yield from error_classes(kind)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_described_in_help_and_page(name: str) -> None:
    """Nobody should have to read the code to use a command."""
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert f"`verify-video {name}" in page
    for action in COMMANDS[name]._actions:
        assert action.help, f"{name} {action.dest} has no help"
        if action.dest == "help":
            continue
        words = action.option_strings or [str(action.metavar)]
        text = section(page, name)
        for word in words:
            assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text), f"{word} is missing under {name}"


def test_page_names_no_option_that_does_not_exist() -> None:
    """A page that promises more than the program keeps is worse than none."""
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    real = {word for parser in COMMANDS.values() for action in parser._actions for word in action.option_strings}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", page)) <= real | {"--version"}


@pytest.mark.parametrize("group", ["db", "case"])
def test_group_of_commands_says_what_it_is_for(group: str) -> None:
    """The list of commands is where a person starts."""
    listing = build_parser().format_help()
    assert re.search(rf"^    {group} +\S", listing, re.MULTILINE)


def test_errors_page_is_up_to_date() -> None:
    """The page is written from the code: make docs."""
    outcome = subprocess.run(
        [sys.executable, str(DOCS / "write_errors.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr


def test_error_ids_are_unique_and_every_error_is_documented() -> None:
    """An id in JSON means one thing for ever."""
    kinds = list(error_classes())
    ids = Counter(kind.error_id for kind in kinds)
    assert [error_id for error_id, count in ids.items() if count > 1] == []
    for kind in kinds:
        assert "error_id" in vars(kind), f"{kind.__name__} has no id of its own"
        assert vars(kind).get("__doc__"), f"{kind.__name__} has no docstring"
        assert "__init__" not in vars(kind), f"{kind.__name__} would not pass between processes"


def test_every_error_class_is_listed_on_the_page() -> None:
    """The page lists what can happen, whoever writes it."""
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert [kind.error_id for kind in error_classes() if f"`{kind.error_id}`" not in page] == []


def test_decisions_are_numbered_without_gaps_and_indexed() -> None:
    """A decision that is not in the index is not found."""
    files = sorted(path.name for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    for name in files:
        first = (DOCS / "decisions" / name).read_text(encoding="utf-8").splitlines()[0]
        title = first.removeprefix(f"# {name[:4]} ")
        assert f"| [{name[:4]}]({name}) | {title} |" in index


def test_vocabulary_holds_every_word_of_the_output() -> None:
    """Whoever reads an answer can look its words up."""
    page = (DOCS / "vocabulary.md").read_text(encoding="utf-8")
    disguises = set(DISGUISES)
    words = {*ANSWERS, *STANCES, *SOUND_VERDICTS, *disguises} - {"candidate"}
    assert [word for word in sorted(words) if f"`{word}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    """A dead link sends a reader away."""
    dead = []
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http:", "https:")):
            continue
        file = page.parent / target if target else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor[1:] not in anchors(file)):
            dead.append(target + anchor)
    assert dead == []


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as sites that show Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
