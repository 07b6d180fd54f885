"""Streamlit's settings: one source, told twice."""

import tomllib
from pathlib import Path

from streamlit import config

from verify.ui.launch import SETTINGS, launch_command, settings_flags, settings_toml

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def test_config_file_holds_the_settings_of_the_launch() -> None:
    """``streamlit run app.py`` and the installed command must not differ."""
    assert CONFIG.read_text(encoding="utf-8") == settings_toml()
    assert tomllib.loads(settings_toml())["server"]["address"] == "127.0.0.1"


def test_every_setting_is_one_that_streamlit_knows() -> None:
    """Streamlit only warns about a setting that it does not know; safety must not depend on luck."""
    known = config.get_config_options()
    assert [
        name
        for section, values in SETTINGS.items()
        for name in (f"{section}.{key}" for key in values)
        if name not in known
    ] == []


def test_flags_keep_the_screen_on_loopback_and_silent() -> None:
    """Unpublished footage does not leave the machine."""
    flags = settings_flags()
    assert "--server.address=127.0.0.1" in flags
    assert "--browser.gatherUsageStats=false" in flags


def test_no_setting_names_a_font_or_theme_to_load() -> None:
    """A font from elsewhere would tell that elsewhere who works on what."""
    assert "http" not in settings_toml()


def test_launch_command_passes_the_arguments_after_the_flags() -> None:
    """Streamlit takes what stands before the two dashes."""
    command = launch_command(["one", "--cases", "all"], port=9000)
    assert command[-4:] == ["--", "one", "--cases", "all"]
    assert "--server.port=9000" in command
    assert Path(command[4]).is_file()
