"""What the commands share of talking to a terminal."""

import json
import re
import sys
from typing import Any

from verify.errors import VerifyError

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves the cursor, breaks lines, reorders text or cannot be encoded."""

_UNDECODABLE = re.compile("[\udc80-\udcff]")
"""How Python holds the bytes of a file name that is not UTF-8."""

_LAST_BYTE = 0xFF


def spelled(text: object) -> str:
    """Give a name from outside as JSON holds it: exactly, but undecodable bytes as backslash escapes."""
    return _UNDECODABLE.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", str(text))


def shown(text: object) -> str:
    """Make text from outside safe for a terminal: control characters and undecodable bytes as backslash escapes."""
    return _UNSAFE.sub(_escape, spelled(text))


def complain(error: VerifyError) -> None:
    """Print an error to standard error."""
    print(f"verify-video: {shown(error)}", file=sys.stderr)


def print_json(data: dict[str, Any]) -> None:
    """Print one JSON object as a line; what is unsafe for a terminal stands in it as JSON's own escapes."""
    line = json.dumps(data, ensure_ascii=False)
    print(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line), flush=True)


def exit_status(worked: int, failed: int) -> int:
    """Give the exit status for so many inputs that worked and failed."""
    if not failed and worked:
        return 0
    return 1 if worked else 3


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= _LAST_BYTE else f"\\u{code:04x}"
