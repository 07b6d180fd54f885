"""A part of the page that runs again each second for as long as it asks to.

Streamlit's own ``run_every`` goes on until the whole page runs anew; this ends with the element.
"""

import streamlit as st

_mount = st.components.v2.component(
    "verify_again",
    html="<span></span>",  # a component needs something to mount
    js="""export default function ({ setTriggerValue }) {
  const timer = setInterval(() => setTriggerValue("again", true), 1000);
  return () => clearInterval(timer);
}""",
)


def look_again(key: str) -> None:
    """Let the fragment that calls this run again within a second or so; to be called anew each time."""
    _mount(key=f"again-{key}", on_again_change=lambda: None)
