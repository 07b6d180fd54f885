"""Tell whether a case is what it was."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from verify.case.decisions import STANCE_TAKEN
from verify.case.folder import CASE, MANIFEST, hash_file, list_files, manifest_lines, read_manifest
from verify.case.journal import CLAIMS, JOURNAL, LOGS, chain_problems, is_finished, line_hashes, read_entries
from verify.case.plain_files import walk_files
from verify.errors import DamagedCaseError, NotACaseError, UnreadableFileError


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

    No file outside the folder is opened, whatever the manifest names.

    Raises:
        NotACaseError: the folder is none.
        UnreadableFileError: a folder of it cannot be read.
    """
    if not (root / CASE).is_file() and not (root / MANIFEST).is_file():
        raise NotACaseError(f"{root} cannot be checked", "it is not a case folder", "Give a folder made by: case new")
    try:
        problems = (*_file_problems(root), *_log_problems(root))
        return CaseCheck(files=len(read_manifest(root)), problems=problems)
    except OSError as error:
        raise UnreadableFileError(
            f"{root} cannot be checked", f"{error.filename}: {error.strerror}", "Check the permissions"
        ) from error


def _file_problems(root: Path) -> Iterator[str]:
    found, listed = walk_files(root), read_manifest(root)
    yield from _manifest_problems(root)
    plain, odd = frozenset(found.plain), frozenset(found.odd)
    for name, digest in listed.items():
        problem = _compare(root / name, digest) if name in plain else _absence(name)
        if problem and name not in odd:
            yield f"{name} {problem}"
    for name in found.odd:
        yield f"{name} is a link, a pipe or a device; a case holds plain files only"
    yield from (f"{name} was added" for name in list_files(root) if name not in listed)


def _manifest_problems(root: Path) -> Iterator[str]:
    lines = manifest_lines(root)
    if not lines:
        yield f"{MANIFEST} is missing or empty"
    for number, line in enumerate(lines, start=1):
        if line is None:
            yield f"{MANIFEST}: line {number} is no line of sha256sum"
    names = Counter(line[1] for line in lines if line)
    yield from (f"{MANIFEST} names {name} {count} times" for name, count in names.items() if count > 1)


def _compare(path: Path, digest: str) -> str | None:
    try:
        return None if hash_file(path) == digest else "was altered"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def _absence(name: str) -> str:
    path = PurePosixPath(name)
    return "leads out of the case" if path.is_absolute() or ".." in path.parts else "is missing"


def _log_problems(root: Path) -> Iterator[str]:
    if not (root / JOURNAL).is_file():
        yield f"{JOURNAL} is missing"
    elif not is_finished(root):
        yield "case new was not finished: run it again"
    for log in LOGS:
        yield from chain_problems(root / log)
    yield from _lost_stances(root)


def _lost_stances(root: Path) -> Iterator[str]:
    """Compare the claims with the journal: the chain alone does not tell that its end was cut off."""
    try:
        acts = read_entries(root / JOURNAL)
    except DamagedCaseError:
        return  # reported already
    kept = set(line_hashes(root / CLAIMS))
    for number, act in enumerate(acts, start=1):
        details = act.get("details")
        told = details.get("line_sha256") if isinstance(details, dict) else None
        if act.get("act") == STANCE_TAKEN and told not in kept:
            yield f"{CLAIMS}: the stance that line {number} of {JOURNAL} tells of was altered or taken out"
