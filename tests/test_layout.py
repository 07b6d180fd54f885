"""The tree of the project: names, sizes, and what must not stand in any file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STEPS = ("article", "videos", "keyframes", "fingerprints", "matches", "claims", "case", "report")
NAMELESS = re.compile(r"util(s|ity|ities)?|helpers?|commons?|misc|managers?")
SOURCES = ("verify", "tests", "benchmarks", "docs", "samples", ".ci")
TOP_FILES = ("Makefile", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml", "constraints.txt", "app.py")
TEXTS = frozenset(".py .md .toml .css .js .html .j2 .sql .txt .csv .json .yml .cfg".split())
MAX_FILE_LINES = 350
MAX_FUNCTION_LINES = 50

# Put together from parts, or this file would not pass its own test.
MACHINE_PATHS = re.compile("|".join(("/" + "work/", "/" + "root/", "/" + r"home/\w", r"\b[A-Z]:\\" + "Users")))
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))
REGISTRIES = re.compile("|".join(("index" + "-url", "extra" + "-index", "pypi" + r"\.", "pythonhosted" + r"\.")))


def project_paths() -> Iterator[Path]:
    """Give every path of the project's own folders, caches and build products apart."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if "__pycache__" not in path.parts and not path.name.endswith(".pyc"):
                yield path


def project_texts() -> Iterator[tuple[str, str]]:
    """Give name and content of every text file that we wrote."""
    files = [path for path in project_paths() if path.is_file()]
    for path in [*files, *(ROOT / name for name in TOP_FILES)]:
        if path.suffix in TEXTS or not path.suffix:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def python_files() -> list[Path]:
    """Give every file of Python."""
    return [path for path in project_paths() if path.suffix == ".py"]


def offenders(pattern: re.Pattern[str]) -> list[str]:
    """Name each line of the project that matches."""
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in project_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_names_say_what_a_file_is_for() -> None:
    """A drawer for everything is where structure ends, at any depth."""
    found = [path.relative_to(ROOT).as_posix() for path in project_paths() if NAMELESS.fullmatch(path.stem.lower())]
    assert found == []


@pytest.mark.parametrize("step", STEPS)
def test_step_of_the_sentence_is_a_folder_that_says_what_it_is(step: str) -> None:
    """A reader of the sentence finds each word as a package with a docstring."""
    package = ROOT / "verify" / step / "__init__.py"
    assert ast.get_docstring(ast.parse(package.read_text(encoding="utf-8")))


def test_sentence_stands_in_the_readme_with_links_to_the_folders() -> None:
    """The pipeline of the README leads into the tree, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    places = [text.find(f"(verify/{step}/)") for step in STEPS]
    assert -1 not in places
    assert places == sorted(places)


def test_files_stay_readable_in_one_go() -> None:
    """A longer file does more than one thing."""
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_bytes().splitlines()) for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > MAX_FILE_LINES} == {}


def test_functions_stay_readable_at_a_glance() -> None:
    """A longer function hides its steps."""
    long = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MAX_FUNCTION_LINES:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = length
    assert long == {}


def test_nothing_names_a_path_of_one_machine() -> None:
    """A fresh clone works anywhere."""
    assert offenders(MACHINE_PATHS) == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    """What is not done is an issue or a limit, not a comment."""
    assert offenders(UNFINISHED) == []


def test_nothing_names_a_package_registry() -> None:
    """Where packages come from is the user's choice."""
    assert offenders(REGISTRIES) == []


def test_constraints_pin_every_dependency_that_is_declared() -> None:
    """What was tried is written down in full; a new dependency must be added there, too."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = {canonical(name) for name in re.findall(r'^    "([A-Za-z0-9_.-]+)>=', project, re.MULTILINE)}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonical(line.partition("==")[0]) for line in lines if "==" in line}
    assert declared
    assert declared - pinned == set()


def canonical(name: str) -> str:
    """Give a package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
