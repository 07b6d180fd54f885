"""What the commands share of talking to a terminal."""

import json
import sys
from typing import Any

from verify.errors import VerifyError

_FIRST_PRINTABLE = 0x20
_C1_CONTROLS = range(0x7F, 0xA0)
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(text: object) -> str:
    """Make text from outside safe for a terminal: control characters and undecodable bytes as backslash escapes."""
    raw = str(text).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(character if _is_plain(character) else f"\\x{ord(character):02x}" for character in raw)


def complain(error: VerifyError) -> None:
    """Print an error to standard error."""
    print(f"verify-video: {shown(error)}", file=sys.stderr)


def print_json(data: dict[str, Any]) -> None:
    """Print one JSON object as a line."""
    print(json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace").decode(), flush=True)


def exit_status(worked: int, failed: int) -> int:
    """Give the exit status for so many inputs that worked and failed."""
    if not failed and worked:
        return 0
    return 1 if worked else 3


def _is_plain(character: str) -> bool:
    code = ord(character)
    return code >= _FIRST_PRINTABLE and code not in _C1_CONTROLS and character not in _BIDI_CONTROLS
