"""The screen's command line and the case that an address means."""

from pathlib import Path

import pytest

from verify.errors import NotACaseError, UsageError
from verify.ui.arguments import find_case_folder, read_arguments


def test_arguments_without_a_case_list_the_default_folder() -> None:
    """``streamlit run app.py`` alone must do something useful."""
    arguments = read_arguments([])
    assert (arguments.case, arguments.cases, arguments.database) == (None, Path("cases"), None)


def test_arguments_are_read_in_any_order() -> None:
    """As the command line contract says."""
    arguments = read_arguments(["--db", "f.db", "one", "--cases", "all"])
    assert (arguments.case, arguments.cases, arguments.database) == (Path("one"), Path("all"), "f.db")


@pytest.mark.parametrize("arguments", [["--port", "1"], ["a", "b"], ["--cases"]])
def test_arguments_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    """The screen says so; it does not exit."""
    with pytest.raises(UsageError):
        read_arguments(arguments)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../outside", "inner/deep", "/etc", "a\\b", "gone", "x\0y", "link", "file"]
)
def test_case_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """The address comes from anyone who can make a link."""
    cases = tmp_path / "cases"
    (cases / "inner" / "deep").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (cases / "link").symlink_to(tmp_path / "outside")
    (cases / "file").write_text("no folder")
    with pytest.raises(NotACaseError):
        find_case_folder(cases, name)


def test_case_name_in_the_folder_is_found(tmp_path: Path) -> None:
    """Names may hold spaces and any alphabet."""
    (tmp_path / "Херсон 15.11").mkdir()
    assert find_case_folder(tmp_path, "Херсон 15.11") == tmp_path / "Херсон 15.11"
