"""Write docs/errors.md from ``verify.errors``; with ``--check`` only tell whether it is up to date."""

import sys
from collections.abc import Iterator
from pathlib import Path

from verify.errors import VerifyError

PAGE = Path(__file__).with_name("errors.md")
HEAD = """# Errors

Every error says what could not be done, why, and what you can do about it. In JSON it is named by its id, which stays
the same when the wording changes. The exit status of a command is described in [cli.md](cli.md#exit-status).

This page is written by `docs/write_errors.py` from `verify/errors.py`.

| id | class | meaning |
|---|---|---|
"""


def error_classes(base: type[VerifyError] = VerifyError) -> Iterator[type[VerifyError]]:
    """Give every error under ``base``, each group after its base, in the order of the file."""
    for kind in base.__subclasses__():
        yield kind
        yield from error_classes(kind)


def errors_page() -> str:
    """Give the text of docs/errors.md."""
    rows = (f"| `{kind.error_id}` | `{kind.__name__}` | {kind.__doc__} |\n" for kind in error_classes())
    return HEAD + "".join(rows)


def main() -> int:
    """Write the page, or give 1 where it is out of date."""
    page = errors_page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    sys.stderr.write("docs/errors.md is out of date: make docs\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
