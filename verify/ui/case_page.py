"""One case: header and verdict, the desk, the matches, and whether the folder is as it was sealed."""

import hashlib
from pathlib import Path
from typing import Any

import streamlit as st

from verify.case import folder
from verify.case.decisions import user_name
from verify.ui.components.desk import show_desk
from verify.ui.components.sections import show_section
from verify.ui.decisions import take_decision
from verify.ui.frame_search import search_frame
from verify.ui.integrity import show_integrity
from verify.ui.match_data import header_data, matches_data
from verify.ui.page_data import desk_data
from verify.ui.picture_urls import PictureUrls

_NONCES_KEPT = 100
"""A reconnecting browser may send a decision again within seconds, never a hundred decisions later."""


def show_case(root: Path, *, back: str | None, database: str | None) -> None:
    """Show the case in ``root``.

    Args:
        root: the case folder.
        back: address of the list of cases; None where there is no list.
        database: the hash database to look for a keyframe in; None for the one that the case names.

    Raises:
        CaseError: the folder is no case, or is damaged.
    """
    case = folder.read_case(root)
    pictures = PictureUrls(case.root)
    pictures.prepare_thumbnails(
        [case.root / video.folder / "keyframes" / frame.file for video in case.videos for frame in video.keyframes]
    )
    show_section("header.html", **header_data(case), back=back)
    top = st.container(key="verify-top")
    # Streamlit takes no key with two underscores, which an id from elsewhere may hold.
    key = f"desk-{hashlib.sha256(case.case_id.encode()).hexdigest()[:16]}"
    heard = {"answer": st.session_state.get(_answer_key(key)), "found": st.session_state.get(_found_key(key))}
    st.session_state[_unanswered_key(key)] = False
    show_desk(
        key,
        desk_data(case, pictures) | {"user": user_name()} | heard,
        on_decide=lambda: _decide(root, key),
        on_search=lambda: _search(root, key, database),
    )
    show_section("matches.html", videos=matches_data(case, pictures))
    show_integrity(case.root, top, unanswered=_unanswered_key(key))


def _answer_key(key: str) -> str:
    return f"{key}-answer"


def _found_key(key: str) -> str:
    return f"{key}-found"


def _unanswered_key(key: str) -> str:
    return f"{key}-unanswered"


def _decide(root: Path, key: str) -> None:
    sent: Any = st.session_state[key]["decide"]
    nonce = sent.get("nonce") if isinstance(sent, dict) else None
    taken: list[Any] = st.session_state.setdefault(f"{key}-nonces", [])
    if nonce and nonce in taken:
        return
    answer = take_decision(root, sent)
    st.session_state[_unanswered_key(key)] = True
    st.session_state[_answer_key(key)] = answer
    if answer["saved"]:
        taken.append(nonce)
        del taken[:-_NONCES_KEPT]


def _search(root: Path, key: str, database: str | None) -> None:
    st.session_state[_unanswered_key(key)] = True
    st.session_state[_found_key(key)] = search_frame(root, st.session_state[key]["search"], database)
