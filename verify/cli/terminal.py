"""What the commands share of talking to a terminal."""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from verify.errors import VerifyError
from verify.records.names import spelled

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves the cursor, breaks lines, reorders text or cannot be encoded."""

_LAST_BYTE = 0xFF


def named_path(text: str) -> Path:
    """Read a path from the command line; an empty one, as an unset variable gives, is not the current folder."""
    if not text:
        message = "the name is empty"
        raise argparse.ArgumentTypeError(message)
    return Path(text)


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
