"""The desk: article, keyframes and decision form in one component, so that no key press waits for Python."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent
_SCRIPTS = ("desk_pieces.js", "desk_article.js", "desk_comparison.js", "desk_stage.js", "desk_decision.js", "desk.js")
"""Parts of one module: a component of Streamlit takes one script and cannot import from another."""
_mount = st.components.v2.component(
    "verify_desk",
    html=(_FOLDER / "desk.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "desk.css").read_text(encoding="utf-8"),
    js="\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


def show_desk(key: str, data: dict[str, Any], on_decide: Callable[[], None]) -> None:
    """Show the desk.

    Args:
        key: names this desk in the session; ``st.session_state[key]["decide"]`` holds the decision to take.
        data: what ``page_data.desk_data`` gave, with ``user`` and the last decision's ``answer``.
        on_decide: called before the rerun when the analyst saves a decision.
    """
    _mount(key=key, data=data, on_decide_change=on_decide)
