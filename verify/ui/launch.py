"""How the screen is started: the one place that holds Streamlit's settings.

``.streamlit/config.toml`` holds the same settings for ``streamlit run app.py``; a test compares it with
``settings_toml``. An installed package has no such file, so ``launch_command`` passes them as flags.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from verify.ui.theme import FONT, MONOSPACE, PALETTE

MAIN = Path(__file__).with_name("main.py")
"""The script that Streamlit runs; it lies within the package."""

_LIGHT, _DARK = 0, 1


def _theme(scheme: int) -> dict[str, str]:
    return {
        "primaryColor": PALETTE["accent"][scheme],
        "backgroundColor": PALETTE["paper"][scheme],
        "secondaryBackgroundColor": PALETTE["surface"][scheme],
        "textColor": PALETTE["ink"][scheme],
        "linkColor": PALETTE["accent"][scheme],
        "borderColor": PALETTE["line"][scheme],
    }


SETTINGS: dict[str, dict[str, str | int | bool]] = {
    "server": {
        "address": "127.0.0.1",
        "headless": True,
        "fileWatcherType": "none",
        "maxUploadSize": 1,
        "runOnSave": False,
        # A page of another site, or a name that resolves to loopback, must not reach the case.
        "enableCORS": True,
        "enableXsrfProtection": True,
    },
    "browser": {"gatherUsageStats": False, "serverAddress": "127.0.0.1"},
    "client": {"toolbarMode": "minimal", "showErrorDetails": "type", "showErrorLinks": False},
    "theme": {
        "font": FONT,
        "headingFont": FONT,
        "codeFont": MONOSPACE,
        "baseFontSize": 15,
        "baseRadius": "6px",
    },
    "theme.light": {**_theme(_LIGHT)},
    "theme.dark": {**_theme(_DARK)},
}
"""Settings by section, as Streamlit names them."""


def settings_flags() -> tuple[str, ...]:
    """Give the settings as flags of ``streamlit run``."""
    return tuple(
        f"--{section}.{name}={str(value).lower() if isinstance(value, bool) else value}"
        for section, values in SETTINGS.items()
        for name, value in values.items()
    )


def settings_toml() -> str:
    """Give the settings as the text of ``.streamlit/config.toml``."""
    sections = [
        "\n".join([f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())])
        for section, values in SETTINGS.items()
    ]
    return "# Written from verify/ui/launch.py, where the reasons stand; a test compares the two.\n\n" + (
        "\n\n".join(sections) + "\n"
    )


def launch_command(arguments: Sequence[str] = (), *, port: int | None = None, app: Path = MAIN) -> list[str]:
    """Give the command that serves the screen on loopback.

    Args:
        arguments: the screen's own: ``[CASE] [--cases DIR] [--db DB]``.
        port: where to listen; None lets Streamlit take 8501 or the next free one.
        app: the script that Streamlit runs.
    """
    flags = settings_flags() if port is None else (*settings_flags(), f"--server.port={port}")
    return [sys.executable, "-m", "streamlit", "run", str(app), *flags, "--", *arguments]
