"""Make a case: the steps of the sentence in order, each redone from its beginning if it was interrupted."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verify.article.source import parse_article, read_source
from verify.case.decisions import user_name
from verify.case.folder import (
    ARTICLE,
    CASE,
    CASE_SCHEMA,
    TEXT,
    VIDEOS,
    json_bytes,
    list_files,
    read_case,
    read_manifest,
    replace_file,
    write_manifest,
)
from verify.case.journal import COMPLETED, JOURNAL, is_finished, now_utc, read_entries, record_act
from verify.case.plain_files import is_torn, parse_object, walk_files
from verify.case.video_step import VideoStep, discard_folder, kept_name
from verify.database.store import open_database
from verify.errors import CaseExistsError, UnwritableFileError, UsageError
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.matches.find import Matcher, tool_name
from verify.records.article import Article, Citation
from verify.records.case import Case
from verify.records.edtf_date import EdtfDate


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRequest:
    """What a case is to be made of.

    Attributes:
        article: the saved article.
        videos: files supplied by the user, in order.
        published: date of publication as the user knows it.
        database: the hash database; made if it does not exist.
        database_name: the database as the user named it.
        folder: the case folder to make.
    """

    article: Path
    videos: tuple[Path, ...] = ()
    published: EdtfDate | None = None
    database: Path
    database_name: str
    folder: Path


def new_case(request: CaseRequest, say: Callable[[str], None] = lambda _: None) -> Case:
    """Make a case, or go on with one that was interrupted.

    Args:
        request: what it is made of.
        say: told of each step as it begins.

    Returns:
        The case. A video that cannot be used is part of it, with the reason.

    Raises:
        ArticleError, FileAccessError: the article cannot be read, or the folder not written.
        DatabaseError: the hash database cannot be used.
        CaseExistsError: the folder holds a finished case, another case, or other files.
        UsageError: the hash database would lie in the case.
    """
    say(f"reading the article {request.article.name}")
    source = read_source(request.article)
    article = parse_article(request.article, source, published=request.published)
    case_id = _name_case(request.article, source)
    _check_folder(request, case_id)
    # One snapshot for the whole case: what other processes write meanwhile is not half in it.
    with open_database(request.database, create=True) as database, database.snapshot():
        matcher = Matcher(database, request.database_name)
        try:
            request.folder.mkdir(parents=True, exist_ok=True)
            _keep_article(request, article, source, _describe_case(request, article, case_id, matcher))
            citations = _with_files(article.citations, request.videos)
            for number, citation in enumerate(citations, start=1):
                name = citation.file.name if citation.file else citation.address
                say(f"video {number} of {len(citations)}: {name}")
                _add_video(VideoStep(request.folder, number, citation, matcher, database))
            _finish(request.folder, len(citations))
        except OSError as error:
            raise UnwritableFileError(
                f"{request.folder} cannot be written",
                f"{error.strerror or error}",
                "Check the disk and its permissions; the same command then goes on where it stopped",
            ) from error
    return read_case(request.folder)


def _add_video(step: VideoStep) -> None:
    facts = step.run()
    _record_once(step.root, "video_added", **{key: facts[key] for key in ("number", "sha256", "missing")})


def _name_case(path: Path, source: bytes) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "case"
    return f"{slug}-{hashlib.sha256(source).hexdigest()[:8]}"


def _check_folder(request: CaseRequest, case_id: str) -> None:
    """Make sure that the folder can be made, is empty, or holds this very case, unfinished."""
    folder = request.folder
    if request.database.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"no case was made in {folder}", "the hash database would lie in it", "Choose another folder with -o"
        )
    if not folder.exists():
        return
    why = "it holds other files"
    if not folder.is_dir():
        why = "there is a file of this name"
    elif not any(folder.iterdir()) or _is_unfinished(folder, case_id):
        return
    elif (folder / CASE).is_file():
        why = "it holds a case already"
    raise CaseExistsError(f"no case was made in {folder}", why, "Choose another folder with -o")


def _is_unfinished(folder: Path, case_id: str) -> bool:
    if (folder / CASE).is_file():
        return not is_finished(folder) and _case_facts(folder).get("id") == case_id
    # Interrupted before its first file was whole: nothing but that may lie there.
    return [path.name for path in folder.iterdir()] == [f".{CASE}.part"]


def _case_facts(folder: Path) -> dict[str, object]:
    try:
        return parse_object((folder / CASE).read_bytes())
    except (OSError, ValueError):
        return {}


def _describe_case(request: CaseRequest, article: Article, case_id: str, matcher: Matcher) -> bytes:
    opened = _case_facts(request.folder).get("created_utc")
    return json_bytes(
        {
            "schema": CASE_SCHEMA,
            "id": case_id,
            "title": article.title or request.article.stem,
            "created_utc": opened if isinstance(opened, str) else now_utc(),
            "tool": tool_name(),
            "settings": {"matching": matcher.settings.describe(), "fingerprint": FINGERPRINT_VERSION},
        }
    )


def _keep_article(request: CaseRequest, article: Article, source: bytes, case: bytes) -> None:
    kept = f"article/{kept_name('source', request.article)}"
    files = {
        CASE: case,  # first: it marks the folder as this case
        kept: source,
        TEXT: article.text.encode("utf-8", "backslashreplace"),
        ARTICLE: json_bytes(article.as_json()),
    }
    for name, data in files.items():
        replace_file(request.folder, name, data)
    write_manifest(request.folder, {*read_manifest(request.folder), *files})
    digest = hashlib.sha256(source).hexdigest()
    _record_once(request.folder, "case_opened", article=request.article.name, sha256=digest)


def _record_once(folder: Path, act: str, **details: object) -> None:
    """Write an act to the journal unless an interrupted run did."""
    acts = read_entries(folder / JOURNAL)
    if not any(entry.get("act") == act and entry.get("details") == details for entry in acts):
        record_act(folder, act, user_name(), **details)


def _finish(folder: Path, videos: int) -> None:
    """Clear away what interrupted runs left, and close the case."""
    kept = {f"{number:02d}" for number in range(1, videos + 1)}
    for other in (folder / VIDEOS).glob("*"):
        if other.is_dir() and other.name not in kept:
            discard_folder(folder, other)
    for name in filter(is_torn, walk_files(folder).plain):
        (folder / name).unlink()
    write_manifest(folder, list_files(folder))
    _record_once(folder, COMPLETED, tool=tool_name())


def _with_files(citations: Sequence[Citation], files: Sequence[Path]) -> list[Citation]:
    """Give supplied files to the first citations without one; further ones stand for themselves."""
    supplied = list(files)
    filled = []
    for citation in citations:
        if citation.file is None and supplied:
            filled.append(replace(citation, file=supplied.pop(0)))
        else:
            filled.append(citation)
    return filled + [Citation(address=None, kind="supplied", file=file) for file in supplied]
