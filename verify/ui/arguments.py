"""What the screen was started with, and which case an address of the browser means."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verify.errors import NotACaseError, UsageError

DEFAULT_CASES = Path("cases")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenArguments:
    """The screen's command line.

    Attributes:
        case: the one case to show; None lists the cases of ``cases``.
        cases: the folder that holds the cases.
        database: the hash database that frames are looked for in and new cases are made with, as the user named it;
            None where not given.
    """

    case: Path | None
    cases: Path
    database: str | None


def read_arguments(arguments: Sequence[str]) -> ScreenArguments:
    """Read ``[CASE] [--cases DIR] [--db DB]``.

    Raises:
        UsageError: the command line makes no sense.
    """
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    parser.add_argument("case", nargs="?", type=Path)
    parser.add_argument("--cases", type=Path, default=DEFAULT_CASES)
    parser.add_argument("--db", dest="database")
    try:
        found, unknown = parser.parse_known_args(list(arguments))
    except argparse.ArgumentError as error:
        raise _wrong_usage(str(error)) from error
    if unknown:
        raise _wrong_usage(f"{' '.join(unknown)!r} is not understood")
    return ScreenArguments(case=found.case, cases=found.cases, database=found.database)


def _wrong_usage(why: str) -> UsageError:
    return UsageError(
        "the screen cannot be started like this",
        why,
        "Use: streamlit run app.py -- [CASE] [--cases DIR] [--db DB]",
    )


def find_case_folder(cases: Path, name: str) -> Path:
    """Give the folder that ``?case=name`` means: one that lies directly in ``cases``, nothing else.

    Raises:
        NotACaseError: there is none, or the name leads out of ``cases``.
    """
    folder = cases / name
    plain = name not in {"", ".", ".."} and not set(name) & {"/", "\\", "\0"}
    # Path.is_dir() raises on a name that is too long, which an address may hold.
    if not plain or not os.path.isdir(folder) or folder.resolve().parent != cases.resolve():  # noqa: PTH112
        raise NotACaseError(
            f"there is no case {name!r}",
            f"it is no folder directly in {cases}",
            "Choose one from the list of cases",
        )
    return folder
