"""The colours of the screen, light and dark: for Streamlit by ``launch``, for our pages by a style sheet."""

from pathlib import Path

FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, sans-serif"
"""Fonts of the system only: nothing is loaded from anywhere."""
MONOSPACE = "ui-monospace, 'SF Mono', 'Cascadia Mono', 'Noto Sans Mono', 'DejaVu Sans Mono', Consolas, monospace"

PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#f4f3ef", "#121518"),
    "surface": ("#fffffd", "#1a1e22"),
    "sunken": ("#ebe9e3", "#0c0f11"),
    "ink": ("#1d2429", "#e6e7e6"),
    "muted": ("#59646c", "#9aa5ad"),
    "line": ("#d9d6cd", "#2d343a"),
    "accent": ("#1c5a82", "#86bce0"),
    "accent-soft": ("#deebf3", "#1b3040"),
    "on-accent": ("#ffffff", "#0c1a24"),
    "alarm": ("#8f2a1c", "#e98a72"),
    "on-alarm": ("#ffffff", "#24100b"),
    "alarm-soft": ("#f9e6e1", "#361d17"),
    "same-scene": ("#7d5200", "#e7c06c"),
    "same-scene-soft": ("#fbf0d7", "#33280f"),
    "supported": ("#1a6540", "#84d2a6"),
    "supported-soft": ("#dff0e6", "#16301f"),
    "contradicted": ("#9c281b", "#f29f8f"),
    "contradicted-soft": ("#fae3de", "#3b1c17"),
    "unclear": ("#7d5200", "#e7c06c"),
    "unclear-soft": ("#faeed2", "#342a0e"),
    "not_shown": ("#3f5069", "#aec0d8"),
    "not_shown-soft": ("#e3e8f0", "#212b37"),
    "not_checkable": ("#584581", "#c4b4ee"),
    "not_checkable-soft": ("#eae5f4", "#2a2340"),
}
"""Every colour by name: for light, for dark."""

_STYLE_SHEET = Path(__file__).parent / "components" / "page.css"


def style_sheet() -> str:
    """Give the style sheet of the whole page, its colours as custom properties.

    ``light-dark()`` follows the ``color-scheme`` that Streamlit sets for its own theme, and the properties
    are inherited into the components' shadow trees: one palette serves them all.
    """
    colours = "".join(f"--verify-{name}: light-dark({light}, {dark});" for name, (light, dark) in PALETTE.items())
    fonts = f"--verify-font: {FONT}; --verify-monospace: {MONOSPACE};"
    return f":root {{ {colours} {fonts} }}\n{_STYLE_SHEET.read_text(encoding='utf-8')}"
