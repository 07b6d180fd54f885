"""Parts of the page without a script: templates in which all text from outside is escaped."""

from functools import lru_cache
from pathlib import Path

import streamlit as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from verify.errors import VerifyError
from verify.ui.wording import error_words


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def show_section(template: str, **data: object) -> None:
    """Show a template, every value escaped; never Markdown, which would load pictures that a title asks for."""
    st.html(_environment().get_template(template).render(data))


def show_failure(error: VerifyError, *, back: str | None = None) -> None:
    """Show an error as what, why and remedy, with a way back where there is one."""
    show_section("failure.html", **error_words(error), back=back)
