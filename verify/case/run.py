"""Make a case: the steps of the sentence in order, each redone from its beginning if it was interrupted."""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from verify.article.source import read_article
from verify.case.check import is_finished
from verify.case.decisions import user_name
from verify.case.folder import (
    ARTICLE,
    CASE,
    CASE_SCHEMA,
    FACTS,
    KEYFRAMES,
    MATCHES,
    TEXT,
    VIDEO,
    VIDEOS,
    hash_file,
    list_files,
    matches_as_json,
    read_case,
    read_manifest,
    video_as_json,
    write_json,
    write_manifest,
)
from verify.case.journal import JOURNAL, now_utc, read_entries, record_act
from verify.case.pictures import Instants, WorkingPictures, write_match_pictures
from verify.database.store import HashDatabase, open_database
from verify.errors import CaseExistsError, UnwritableFileError, VerifyError
from verify.fingerprints.compute import FingerprintBuilder
from verify.fingerprints.frame_hash import HASH_VERSION
from verify.fingerprints.workers import check_unchanged
from verify.keyframes.images import TABLE, encode_jpeg, keyframes_table, write_synced
from verify.keyframes.select import KeyframeSelector
from verify.matches.find import Matcher, tool_name
from verify.records.article import Article, Citation
from verify.records.case import Case, CaseVideo
from verify.records.edtf_date import EdtfDate
from verify.records.match import Match
from verify.videos.decode import decode_video
from verify.videos.probe import check_regular_file

NOT_HAD = "the article cites it, but its file was not there and none was supplied"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


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
    """
    say("reading the article")
    article = read_article(request.article, published=request.published)
    source = request.article.read_bytes()
    name = _name_case(request.article, source)
    _claim_folder(request.folder, name)
    with open_database(request.database, create=True) as database:
        matcher = Matcher(database, request.database_name)
        _write_article(request, article, source, name, matcher)
        for number, citation in enumerate(_with_files(article.citations, request.videos), start=1):
            say(f"video {number}: {citation.file.name if citation.file else citation.address}")
            _VideoStep(request.folder, number, citation, matcher, database).run()
    for torn in request.folder.rglob("*.part"):
        torn.unlink()
    write_manifest(request.folder, list_files(request.folder))
    _record_once(request.folder, "case_completed", tool=tool_name())
    return read_case(request.folder)


def _name_case(path: Path, source: bytes) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "case"
    return f"{slug}-{hashlib.sha256(source).hexdigest()[:8]}"


def _claim_folder(folder: Path, name: str) -> None:
    """Make the folder, or make sure that it holds this very case, unfinished."""
    if folder.exists():
        if not folder.is_dir() or (any(folder.iterdir()) and not _is_unfinished(folder, name)):
            raise CaseExistsError(
                f"no case was made in {folder}",
                "it holds a finished case or other files",
                "Choose another folder with -o",
            )
        return
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise UnwritableFileError(
            f"{folder} cannot be made", str(error.strerror), "Check the disk and its permissions"
        ) from error


def _is_unfinished(folder: Path, name: str) -> bool:
    if is_finished(folder):
        return False
    if (folder / CASE).is_file():
        return f'"id": "{name}"' in (folder / CASE).read_text(encoding="utf-8")
    # Interrupted before its first file was whole: nothing but what this program writes may lie there.
    return all(path.name in {"article", f".{CASE}.part"} for path in folder.iterdir())


def _write_article(request: CaseRequest, article: Article, source: bytes, name: str, matcher: Matcher) -> None:
    folder = request.folder
    (folder / "article").mkdir(exist_ok=True)
    suffix = request.article.suffix.lower()
    kept = f"article/source{suffix}" if _SUFFIX.fullmatch(suffix) else "article/source"
    write_synced(folder / kept, source)
    write_synced(folder / TEXT, article.text.encode("utf-8", "backslashreplace"))
    write_json(folder / ARTICLE, article.as_json())
    if not (folder / CASE).is_file():
        settings = {"matching": matcher.settings.describe(), "fingerprint": HASH_VERSION}
        case = {"schema": CASE_SCHEMA, "id": name, "title": article.title or request.article.stem}
        write_json(folder / CASE, {**case, "created_utc": now_utc(), "tool": tool_name(), "settings": settings})
    if not read_manifest(folder):
        write_manifest(folder, [name for name in list_files(folder) if not name.startswith(VIDEOS)])
    _record_once(folder, "case_opened", article=request.article.name, sha256=hash_file(folder / kept))


def _record_once(folder: Path, act: str, **details: object) -> None:
    """Write an act to the journal unless an interrupted run did."""
    if not any(entry["act"] == act and entry["details"] == details for entry in read_entries(folder / JOURNAL)):
        record_act(folder, act, user_name(), **details)


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


@dataclass(frozen=True, slots=True)
class _VideoStep:
    """Everything that a case holds of one video; done when its ``video.json`` is in the manifest."""

    root: Path
    number: int
    citation: Citation
    matcher: Matcher
    database: HashDatabase

    @property
    def folder(self) -> Path:
        return self.root / VIDEOS / f"{self.number:02d}"

    def run(self) -> None:
        mark = f"{VIDEOS}/{self.folder.name}/{VIDEO}"
        if mark in read_manifest(self.root):
            self._record(self._written())
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        video = self._take()
        write_json(self.folder / VIDEO, video_as_json(video))
        # Complete files enter the manifest together, so that it never names a file that is still being written.
        write_manifest(self.root, list_files(self.root))
        self._record(video_as_json(video))

    def _written(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.folder / VIDEO).read_text(encoding="utf-8"))
        return facts

    def _record(self, facts: dict[str, Any]) -> None:
        known = {name: facts[name] for name in ("number", "sha256", "missing")}
        _record_once(self.root, "video_added", **known)

    def _take(self) -> CaseVideo:
        blank = CaseVideo(number=self.number, folder=str(self.folder.relative_to(self.root)), citation=self.citation)
        file = self.citation.file
        if file is None:
            return replace(blank, missing=NOT_HAD)
        try:
            video = self._copy(blank, file)
        except (VerifyError, OSError) as error:
            return replace(blank, missing=str(error), original_name=file.name)
        try:
            self._examine(self.folder / str(video.file), str(video.sha256))
        except VerifyError as error:
            report = self.matcher.refuse(file.name, error)
            write_json(self.folder / MATCHES, matches_as_json(report, ()))
            return replace(video, missing=str(error))
        return video

    def _copy(self, blank: CaseVideo, file: Path) -> CaseVideo:
        """Copy the evidence into the case, read-only, hashed before anything else is done with it."""
        before = check_regular_file(file)
        digest = hash_file(file)
        suffix = file.suffix.lower()
        name = f"evidence{suffix}" if _SUFFIX.fullmatch(suffix) else "evidence"
        copy = self.folder / name
        shutil.copyfile(file, copy)
        check_unchanged(file, before)
        copy.chmod(0o444)
        if hash_file(copy) != digest:
            raise UnwritableFileError(f"{file} was not copied whole", "the copy differs", "Check the disk")
        return replace(blank, file=name, original_name=file.name, sha256=digest, size_bytes=before.st_size)

    def _examine(self, evidence: Path, video_id: str) -> None:
        """One decoding pass for keyframes, fingerprint and working pictures; then matching."""
        keyframes_folder = self.folder / KEYFRAMES
        keyframes_folder.mkdir()
        selector = KeyframeSelector(lambda name, rgb: write_synced(keyframes_folder / name, encode_jpeg(rgb)))
        builder = FingerprintBuilder(video_id=video_id)
        with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
            working = WorkingPictures(Path(scratch))
            facts = decode_video(evidence, [selector, builder, working])
            write_json(self.folder / FACTS, facts.as_json())
            table = keyframes_table(selector.keyframes())
            write_synced(keyframes_folder / TABLE, table.encode())
            report = self.matcher.find(str(self.citation.file and self.citation.file.name), builder.fingerprint())
            instants = Instants(keyframes=selector.keyframes(), keyframes_folder=keyframes_folder, working=working)
            pictures = write_match_pictures(self.folder, report, instants, self._reference_file)
        write_json(self.folder / MATCHES, matches_as_json(report, pictures))

    def _reference_file(self, match: Match) -> Path | None:
        paths = self.database.paths_of(match.reference.video_id)
        return next((path for path in paths if path.is_file()), None)
