"""The desk: article, keyframes and decision form in one component, so that no key press waits for Python."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent
_SCRIPTS = tuple(
    f"desk{part}.js" for part in ("_pieces", "_article", "_search", "_comparison", "_stage", "_decision", "")
)
"""Parts of one module: a component of Streamlit takes one script and cannot import from another."""
_mount = st.components.v2.component(
    "verify_desk",
    html=(_FOLDER / "desk.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "desk.css").read_text(encoding="utf-8"),
    js="\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


def show_desk(key: str, data: dict[str, Any], on_decide: Callable[[], None], on_search: Callable[[], None]) -> None:
    """Show the desk.

    Args:
        key: names this desk in the session; ``st.session_state[key]["decide"]`` holds the decision to take, and
            ``["search"]`` the keyframe to look for.
        data: what ``page_data.desk_data`` gave, with ``user``, the last decision's ``answer`` and what the last search
            ``found``.
        on_decide: called before the rerun when the analyst saves a decision.
        on_search: called before the rerun when the analyst asks which reference shows a keyframe.
    """
    _mount(key=key, data=data, on_decide_change=on_decide, on_search_change=on_search)
