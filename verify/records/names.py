"""Names from outside as they are printed."""

import re

_UNDECODABLE = re.compile("[\\udc80-\\udcff]")
"""How Python holds the bytes of a file name that is not UTF-8."""


def spelled(text: object) -> str:
    """Give a name from outside as JSON holds it: exactly, but undecodable bytes as backslash escapes."""
    return _UNDECODABLE.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", str(text))
