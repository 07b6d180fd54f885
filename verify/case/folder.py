"""Where things lie in a case folder, and how they are read and written."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from verify.case.journal import CLAIMS, LOGS, is_finished, read_entries
from verify.case.plain_files import is_torn, parse_object, read_record, walk_files
from verify.case.shape import check_shape
from verify.claims.board import build_board
from verify.errors import CaseError, DamagedCaseError, InvalidDateError, NotACaseError
from verify.keyframes.images import TABLE, read_keyframes_table, write_synced
from verify.records.article import Article, Citation
from verify.records.case import Case, CaseVideo, MatchPicture
from verify.records.claim import Claim
from verify.records.looked_at import LookedAtTable
from verify.records.match import MatchReport
from verify.records.video import VideoFacts

CASE, MANIFEST = "case.json", "manifest.sha256"
ARTICLE, TEXT, VIDEOS = "article/article.json", "article/text.txt", "videos"
VIDEO, FACTS, MATCHES, KEYFRAMES = "video.json", "probe.json", "matches.json", "keyframes"
CASE_SCHEMA = "verify.case-folder/1"

_MANIFEST_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *]([^\0]+)")
_NOT_AS_WRITTEN = (
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ValueError,
    ArithmeticError,
    OSError,
    csv.Error,
    InvalidDateError,
)
"""Whatever the readers of records raise on a file that was not written by this program."""


def read_case(root: Path) -> Case:
    """Read a case, which may come from anyone: no file outside its folder is opened or named.

    Raises:
        NotACaseError: the folder is none, or ``case new`` was not finished on it.
        DamagedCaseError: a file of it cannot be read as what it should be.
    """
    if not (root / CASE).is_file():
        raise NotACaseError(f"{root} cannot be opened", "it is not a case folder", "Give a folder made by: case new")
    with _reading(root, "the folder"):
        _refuse_odd_files(root)
    with _reading(root, CASE):
        facts = parse_object(read_record(root / CASE))
    with _reading(root, ARTICLE):
        article = read_article_record(root)
    videos = tuple(_read_video(root, folder) for folder in video_folders(root))
    with _reading(root, CLAIMS):
        claims = tuple(check_shape(claim) for claim in build_board(read_entries(root / CLAIMS)))
        _check_claims(claims, article)
    with _reading(root, CASE):
        return check_shape(
            Case(
                root=root,
                case_id=facts["id"],
                title=facts["title"],
                created_utc=facts["created_utc"],
                tool=facts["tool"],
                settings=facts["settings"],
                article=article,
                videos=videos,
                claims=claims,
            )
        )


def read_article_record(root: Path) -> Article:
    """Read the article of a case, its text to the last character."""
    # Not read_text(): it would turn line ends into others and so move every span behind them.
    text = read_record(root / TEXT).decode("utf-8")
    return check_shape(Article.from_json(parse_object(read_record(root / ARTICLE)), text))


@contextmanager
def _reading(root: Path, name: str) -> Iterator[None]:
    """Turn whatever goes wrong while ``name`` is read into an error of the case."""
    try:
        yield
    except FileNotFoundError as error:
        raise _missing(root, str(error.filename)) from error
    except _NOT_AS_WRITTEN as error:
        why = f"it has no {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
        raise DamagedCaseError(
            f"{root} cannot be opened",
            f"a file of it is damaged: {name} ({why})",
            f"See: verify-video case check {root}",
        ) from error


def _missing(root: Path, file: str) -> CaseError:
    if is_finished(root):
        return DamagedCaseError(f"{root} cannot be opened", f"{file} is missing", "Restore the case from a copy")
    return NotACaseError(
        f"{root} cannot be opened", f"{file} is missing", "Run case new again: it goes on where it stopped"
    )


def _refuse_odd_files(root: Path) -> None:
    odd = walk_files(root).odd
    if odd:
        message = f"{odd[0]} is a link, a pipe or a device; a case holds plain files only"
        raise ValueError(message)


def _check_claims(claims: Iterable[Claim], article: Article) -> None:
    for claim in claims:
        if not claim.start < claim.end or article.text[claim.start : claim.end] != claim.quote:
            message = f"claim {claim.claim_id} does not quote the article"
            raise ValueError(message)


def find_cases(folder: Path) -> tuple[Path, ...]:
    """Give the cases that lie directly in a folder, by name; none where there is no such folder."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.iterdir() if (path / CASE).is_file()))


def video_folders(root: Path) -> list[Path]:
    """Give the folders of a case's finished videos, in order."""
    folders = (path for path in (root / VIDEOS).glob("*") if (path / VIDEO).is_file())
    return sorted(folders, key=lambda path: (len(path.name), path.name))


def json_bytes(data: dict[str, Any]) -> bytes:
    """Give the bytes of a JSON file of a case."""
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write a JSON file of a case, synced and whole."""
    write_synced(path, json_bytes(data))


def replace_file(root: Path, name: str, data: bytes) -> None:
    """Write a file of a case; one that the manifest lists with other bytes leaves the manifest first."""
    path = root / name
    if path.is_file() and path.read_bytes() == data:
        return
    listed = read_manifest(root)
    if name in listed:
        write_manifest(root, listed.keys() - {name})
    path.parent.mkdir(exist_ok=True)
    write_synced(path, data)


def list_files(root: Path) -> list[str]:
    """Give the files of a case that belong in its manifest, relative to it, by name."""
    return [name for name in walk_files(root).plain if name not in {MANIFEST, *LOGS} and not is_torn(name)]


def write_manifest(root: Path, names: Iterable[str]) -> None:
    """Write the manifest over files that are complete: ``sha256sum -c`` passes before and after.

    The hash of a file that is listed already is kept, so that what was altered since still shows.
    """
    known = read_manifest(root)
    lines = [f"{known.get(name) or hash_file(root / name)}  {name}\n" for name in sorted(names)]
    write_synced(root / MANIFEST, "".join(lines).encode("utf-8", "surrogateescape"))


def read_manifest(root: Path) -> dict[str, str]:
    """Give the hash of each file by its name; empty where there is no manifest yet."""
    return {name: digest for digest, name in filter(None, manifest_lines(root))}


def manifest_lines(root: Path) -> list[tuple[str, str] | None]:
    """Give hash and name of each line of the manifest; None for a line that is none of ``sha256sum``."""
    if not (root / MANIFEST).is_file() or (root / MANIFEST).is_symlink():
        return []
    lines = (root / MANIFEST).read_bytes().decode("utf-8", "surrogateescape").split("\n")
    found = [_MANIFEST_LINE.fullmatch(line) for line in lines if line]
    return [(line[1].lower(), line[2]) if line else None for line in found]


def hash_file(path: Path) -> str:
    """Give the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def video_as_json(video: CaseVideo) -> dict[str, Any]:
    """Give the content of ``video.json``."""
    return {
        "number": video.number,
        "citation": video.citation.as_json(),
        "file": video.file,
        "original_name": video.original_name,
        "sha256": video.sha256,
        "size_bytes": video.size_bytes,
        "missing": video.missing,
    }


def matches_as_json(report: MatchReport, pictures: Iterable[MatchPicture], looked_at: LookedAtTable) -> dict[str, Any]:
    """Give the content of ``matches.json``: the object of ``verify.match/1`` with what it rests on added."""
    return {**report.as_json(), "pictures": [picture.as_json() for picture in pictures], **looked_at.as_json()}


def _read_video(root: Path, folder: Path) -> CaseVideo:
    name = folder.relative_to(root).as_posix()
    with _reading(root, f"{name}/{VIDEO}"):
        data = parse_object(read_record(folder / VIDEO))
        if folder.name != f"{data['number']:02d}":
            message = f"it is of video {data['number']}"
            raise ValueError(message)
        _check_names(data["file"])
    with _reading(root, f"{name}/{KEYFRAMES}/{TABLE}"):
        table = folder / KEYFRAMES / TABLE
        keyframes = read_keyframes_table(read_record(table).decode("utf-8")) if table.is_file() else ()
        _check_names(*(check_shape(keyframe).file for keyframe in keyframes))
    with _reading(root, f"{name}/{MATCHES}"):
        report, pictures, looked_at = _read_matches(folder / MATCHES)
    with _reading(root, f"{name}/{FACTS}"):
        facts = _read_facts(folder / FACTS)
    with _reading(root, f"{name}/{VIDEO}"):
        return check_shape(
            CaseVideo(
                number=data["number"],
                folder=name,
                citation=Citation.from_json(data["citation"]),
                file=data["file"],
                original_name=data["original_name"],
                sha256=data["sha256"],
                size_bytes=data["size_bytes"],
                missing=data["missing"],
                facts=facts,
                keyframes=keyframes,
                report=report,
                pictures=pictures,
                looked_at=looked_at,
            )
        )


def _read_facts(path: Path) -> VideoFacts | None:
    return check_shape(VideoFacts.from_json(parse_object(read_record(path)))) if path.is_file() else None


def _read_matches(path: Path) -> tuple[MatchReport | None, tuple[MatchPicture, ...], LookedAtTable | None]:
    if not path.is_file():
        return None, (), None
    data = parse_object(read_record(path))
    report = check_shape(MatchReport.from_json(data))
    pictures = tuple(MatchPicture.from_json(entry) for entry in data["pictures"])
    for picture in pictures:
        files = (picture.reference_file, picture.warped_file, picture.difference_file)
        _check_names(check_shape(picture).query_file, *files)
        if min(picture.match, picture.segment) < 0:
            message = "a picture is of no match"
            raise ValueError(message)
        _ = report.matches[picture.match].segments[picture.segment]  # an IndexError if there is none
    # Cases of earlier versions have no such list, which is not the same as an empty one.
    looked_at = check_shape(LookedAtTable.from_json(data)) if "looked_at" in data else None
    return report, pictures, looked_at


def _check_names(*names: str | None) -> None:
    """Refuse names that lead out of the case: it may come from anyone."""
    for name in names:
        if name is None:
            continue
        if not name or name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/"):
            message = f"the file name {name!r} leads out of the case"
            raise ValueError(message)
