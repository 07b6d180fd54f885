"""The screen's first lines: which page to show; Streamlit runs this file, or ``app.py`` of the checkout."""

import sys
from pathlib import Path

import streamlit as st

from verify.errors import VerifyError
from verify.ui.arguments import ScreenArguments, find_case_folder, read_arguments
from verify.ui.case_page import show_case
from verify.ui.cases_page import show_cases
from verify.ui.components.sections import show_failure
from verify.ui.theme import style_sheet

_ICON = Path(__file__).parent / "components" / "icon.png"


def main() -> None:
    """Show the page that the command line and the address ask for."""
    st.set_page_config(page_title="Verify video", page_icon=str(_ICON), layout="wide")
    st.html(f"<style>{style_sheet()}</style>")
    asked = st.query_params.get("case")
    try:
        arguments = read_arguments(sys.argv[1:])
    except VerifyError as error:
        show_failure(error)
        return
    try:
        _route(arguments, asked)
    except VerifyError as error:
        show_failure(error, back=None if arguments.case else "?")


def _route(arguments: ScreenArguments, asked: str | None) -> None:
    if arguments.case is not None:
        show_case(arguments.case, back=None, database=arguments.database)
    elif asked:
        show_case(find_case_folder(arguments.cases, asked), back="?", database=arguments.database)
    else:
        show_cases(arguments)


if __name__ == "__main__":
    main()
