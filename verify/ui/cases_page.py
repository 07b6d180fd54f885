"""The list of cases."""

from pathlib import Path
from typing import Any

from verify.case import folder
from verify.errors import VerifyError
from verify.report.wording import visible
from verify.ui.arguments import ScreenArguments
from verify.ui.components.sections import show_section
from verify.ui.match_data import case_row


def show_cases(arguments: ScreenArguments) -> None:
    """List the cases of the folder, each a link; a case that cannot be read is listed with the reason."""
    show_section(
        "cases.html",
        cases=[_row(root) for root in folder.find_cases(arguments.cases)],
        folder=visible(str(arguments.cases)),
        database=visible(arguments.database or "footage.db"),
    )


def _row(root: Path) -> dict[str, Any]:
    try:
        return case_row(root, folder.read_case(root))
    except VerifyError as error:
        return {"folder_name": visible(root.name), "failure": visible(str(error))}
