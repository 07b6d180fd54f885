"""Tell whether a case is what it was."""

from dataclasses import dataclass
from pathlib import Path

from verify.case.folder import CASE, MANIFEST, hash_file, list_files, read_manifest
from verify.case.journal import JOURNAL, LOGS, chain_problems, read_entries
from verify.errors import DamagedCaseError, NotACaseError


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCheck:
    """The outcome of a check.

    Attributes:
        files: number of files whose hash was compared.
        problems: what was altered, is missing or was added, a sentence each; empty for an intact case.
    """

    files: int
    problems: tuple[str, ...]


def check_case(root: Path) -> CaseCheck:
    """Compare every file of a case with its manifest, and every line of its logs with the line before.

    Raises:
        NotACaseError: the folder is none.
    """
    if not (root / CASE).is_file() and not (root / MANIFEST).is_file():
        raise NotACaseError(f"{root} cannot be checked", "it is not a case folder", "Give a folder made by: case new")
    listed = read_manifest(root)
    problems = [f"{MANIFEST} is missing"] if not listed else []
    for name, digest in listed.items():
        path = root / name
        if not path.resolve().is_relative_to(root.resolve()):
            problems.append(f"{name} leads out of the case")
        elif not path.is_file():
            problems.append(f"{name} is missing")
        elif hash_file(path) != digest:
            problems.append(f"{name} was altered")
    problems += [f"{name} was added" for name in list_files(root) if name not in listed]
    for log in LOGS:
        problems += chain_problems(root / log)
    if not is_finished(root):
        problems.append("case new was not finished: run it again")
    return CaseCheck(files=len(listed), problems=tuple(problems))


def is_finished(root: Path) -> bool:
    """Whether ``case new`` came to its end on this folder."""
    try:
        return any(entry.get("act") == "case_completed" for entry in read_entries(root / JOURNAL))
    except DamagedCaseError:
        return True  # an altered journal is reported as such
