"""Where things lie in a case folder, and how they are read and written."""

import hashlib
import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from verify.case.journal import CLAIMS, LOGS, read_entries
from verify.claims.board import build_board
from verify.errors import DamagedCaseError, NotACaseError
from verify.keyframes.images import TABLE, read_keyframes_table, write_synced
from verify.records.article import Article, Citation
from verify.records.case import Case, CaseVideo, MatchPicture
from verify.records.match import MatchReport
from verify.records.time import seconds_as_float
from verify.records.video import VideoFacts

CASE, MANIFEST = "case.json", "manifest.sha256"
ARTICLE, TEXT, VIDEOS = "article/article.json", "article/text.txt", "videos"
VIDEO, FACTS, MATCHES, KEYFRAMES = "video.json", "probe.json", "matches.json", "keyframes"
CASE_SCHEMA = "verify.case-folder/1"


def read_case(root: Path) -> Case:
    """Read a case.

    Raises:
        NotACaseError: the folder is none, or ``case new`` was not finished on it.
        DamagedCaseError: a file of it cannot be read as what it should be.
    """
    if not (root / CASE).is_file():
        raise NotACaseError(f"{root} cannot be opened", "it is not a case folder", "Give a folder made by: case new")
    try:
        facts = _read_json(root / CASE)
        text = (root / TEXT).read_text(encoding="utf-8")
        return Case(
            root=root,
            case_id=facts["id"],
            title=facts["title"],
            created_utc=facts["created_utc"],
            tool=facts["tool"],
            settings=dict(facts["settings"]),
            article=Article.from_json(_read_json(root / ARTICLE), text),
            videos=tuple(_read_video(root, folder) for folder in video_folders(root)),
            claims=build_board(read_entries(root / CLAIMS)),
        )
    except FileNotFoundError as error:
        raise NotACaseError(
            f"{root} cannot be opened",
            f"{error.filename} is missing",
            "Run case new again: it goes on where it stopped",
        ) from error
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise DamagedCaseError(
            f"{root} cannot be opened", f"a file of it is damaged ({error})", "See: verify-video case check"
        ) from error


def find_cases(folder: Path) -> tuple[Path, ...]:
    """Give the cases that lie directly in a folder, by name; none where there is no such folder."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.iterdir() if (path / CASE).is_file()))


def video_folders(root: Path) -> list[Path]:
    """Give the folders of a case's finished videos, in order."""
    return sorted(path for path in (root / VIDEOS).glob("*") if (path / VIDEO).is_file())


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write a JSON file of a case, synced and whole."""
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False)
    write_synced(path, (text + "\n").encode("utf-8", "backslashreplace"))


def list_files(root: Path) -> list[str]:
    """Give the files of a case that belong in its manifest, relative to it, by name."""
    files = (path for path in root.rglob("*") if path.is_file())
    names = (path.relative_to(root).as_posix() for path in files)
    return sorted(name for name in names if name not in {MANIFEST, *LOGS} and not name.endswith(".part"))


def write_manifest(root: Path, names: Iterable[str]) -> None:
    """Write the manifest over files that are complete: ``sha256sum -c`` passes before and after."""
    lines = [f"{hash_file(root / name)}  {name}\n" for name in sorted(names)]
    write_synced(root / MANIFEST, "".join(lines).encode())


def read_manifest(root: Path) -> dict[str, str]:
    """Give the hash of each file by its name; empty where there is no manifest yet."""
    if not (root / MANIFEST).is_file():
        return {}
    lines = (root / MANIFEST).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


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


def matches_as_json(report: MatchReport, pictures: Iterable[MatchPicture]) -> dict[str, Any]:
    """Give the content of ``matches.json``: the object of ``verify.match/1`` with the pictures added."""
    return {**report.as_json(), "pictures": [_picture_as_json(picture) for picture in pictures]}


def _read_json(path: Path) -> dict[str, Any]:
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        message = f"{path.name} is no JSON object"
        raise TypeError(message)
    return data


def _read_video(root: Path, folder: Path) -> CaseVideo:
    data = _read_json(folder / VIDEO)
    matches = _read_json(folder / MATCHES) if (folder / MATCHES).is_file() else None
    table = folder / KEYFRAMES / TABLE
    keyframes = read_keyframes_table(table.read_text(encoding="utf-8")) if table.is_file() else ()
    pictures = tuple(_picture(entry) for entry in matches["pictures"]) if matches else ()
    _check_names(
        *(keyframe.file for keyframe in keyframes),
        *(name for picture in pictures for name in (picture.query_file, picture.reference_file) if name),
        *([data["file"]] if data["file"] else []),
    )
    return CaseVideo(
        number=data["number"],
        folder=folder.relative_to(root).as_posix(),
        citation=Citation.from_json(data["citation"]),
        file=data["file"],
        original_name=data["original_name"],
        sha256=data["sha256"],
        size_bytes=data["size_bytes"],
        missing=data["missing"],
        facts=VideoFacts.from_json(_read_json(folder / FACTS)) if (folder / FACTS).is_file() else None,
        keyframes=keyframes,
        report=MatchReport.from_json(matches) if matches else None,
        pictures=pictures,
    )


def _check_names(*names: str) -> None:
    """Refuse names that lead out of the case: it may come from anyone."""
    for name in names:
        if not name or name.startswith("/") or "\\" in name or ".." in name.split("/"):
            message = f"the file name {name!r} leads out of the case"
            raise ValueError(message)


def _picture_as_json(picture: MatchPicture) -> dict[str, Any]:
    return {
        "match": picture.match,
        "segment": picture.segment,
        "query_time_s": seconds_as_float(picture.query_time),
        "reference_time_s": seconds_as_float(picture.reference_time),
        "query_file": picture.query_file,
        "reference_file": picture.reference_file,
        "missing": picture.missing,
    }


def _picture(data: dict[str, Any]) -> MatchPicture:
    return MatchPicture(
        match=data["match"],
        segment=data["segment"],
        query_time=Fraction(str(data["query_time_s"])),
        reference_time=Fraction(str(data["reference_time_s"])),
        query_file=data["query_file"],
        reference_file=data["reference_file"],
        missing=data["missing"],
    )
