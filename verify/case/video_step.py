"""Everything that a case holds of one video."""

import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from verify.case.evidence import copy_evidence
from verify.case.folder import (
    FACTS,
    KEYFRAMES,
    MATCHES,
    VIDEO,
    VIDEOS,
    list_files,
    matches_as_json,
    read_manifest,
    video_as_json,
    write_json,
    write_manifest,
)
from verify.case.pictures import Instants, WorkingPictures, write_match_pictures
from verify.case.plain_files import parse_object
from verify.database.store import HashDatabase
from verify.errors import (
    ChangedFileError,
    MissingFileError,
    NotARegularFileError,
    UnreadableFileError,
    VerifyError,
    VideoError,
)
from verify.fingerprints.compute import FingerprintBuilder
from verify.fingerprints.detail import QUERY
from verify.fingerprints.sound import hear
from verify.fingerprints.workers import hash_bytes
from verify.keyframes.images import TABLE, encode_jpeg, keyframes_table, write_synced
from verify.keyframes.select import KeyframeSelector
from verify.matches.find import Matcher
from verify.records.article import Citation
from verify.records.case import CaseVideo
from verify.records.looked_at import LookedAtTable
from verify.records.match import Match
from verify.videos.decode import decode_video

NOT_HAD = "the article cites it, but its file was not there and none was supplied"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
_UNUSABLE = (VideoError, MissingFileError, UnreadableFileError, NotARegularFileError, ChangedFileError)
"""What is a fault of the video; a full disk or a busy hash database is none, and ends the run."""


def kept_name(stem: str, original: Path) -> str:
    """Name a file of the case after its kind only: the original name may be anything."""
    suffix = original.suffix.lower()
    return f"{stem}{suffix}" if _SUFFIX.fullmatch(suffix) else stem


def discard_folder(root: Path, folder: Path) -> None:
    """Take a video's folder out of the case, out of the manifest first."""
    prefix = f"{folder.relative_to(root).as_posix()}/"
    listed = read_manifest(root)
    kept = [name for name in listed if not name.startswith(prefix)]
    if len(kept) < len(listed):
        write_manifest(root, kept)
    if folder.exists():
        shutil.rmtree(folder)


@dataclass(frozen=True, slots=True)
class VideoStep:
    """The making of one video's folder; done when its ``video.json`` is in the manifest."""

    root: Path
    number: int
    citation: Citation
    matcher: Matcher
    database: HashDatabase

    @property
    def folder(self) -> Path:
        """The video's folder."""
        return self.root / VIDEOS / f"{self.number:02d}"

    def run(self) -> dict[str, Any]:
        """Make the folder unless an interrupted run did, and give the content of its ``video.json``.

        Raises:
            UnwritableFileError, DatabaseError: the case cannot be written, or the hash database not read.
        """
        if self._is_done():
            return self._written()
        discard_folder(self.root, self.folder)
        self.folder.mkdir(parents=True)
        facts = video_as_json(self._take())
        write_json(self.folder / VIDEO, facts)
        # Complete files enter the manifest together, so that it never names a file that is still being written.
        ours = (name for name in list_files(self.root) if name.startswith(f"{VIDEOS}/{self.folder.name}/"))
        write_manifest(self.root, {*read_manifest(self.root), *ours})
        return facts

    def _is_done(self) -> bool:
        """Whether the folder is complete, and of the very file that is given now."""
        if f"{VIDEOS}/{self.folder.name}/{VIDEO}" not in read_manifest(self.root):
            return False
        written, file = self._written(), self.citation.file
        named = {"citation": self.citation.as_json(), "original_name": file.name if file else None}
        if any(written[name] != value for name, value in named.items()):
            return False
        try:
            return file is None or hash_bytes(file) == written["sha256"]
        except VerifyError:
            return written["sha256"] is not None  # its evidence was taken before the file went away

    def _written(self) -> dict[str, Any]:
        return parse_object((self.folder / VIDEO).read_bytes())

    def _take(self) -> CaseVideo:
        blank = CaseVideo(number=self.number, folder=str(self.folder.relative_to(self.root)), citation=self.citation)
        file = self.citation.file
        if file is None:
            return replace(blank, missing=NOT_HAD)
        evidence = kept_name("evidence", file)
        try:
            digest, size_bytes = copy_evidence(file, self.folder / evidence)
        except _UNUSABLE as error:
            (self.folder / evidence).unlink(missing_ok=True)
            return replace(blank, missing=str(_named(error, file)), original_name=file.name)
        video = replace(blank, file=evidence, original_name=file.name, sha256=digest, size_bytes=size_bytes)
        try:
            self._examine(self.folder / evidence, file.name, digest)
        except _UNUSABLE as error:
            shutil.rmtree(self.folder / KEYFRAMES)  # of what decoded before the fault showed
            report = self.matcher.refuse(file.name, _named(error, file))
            write_json(self.folder / MATCHES, matches_as_json(report, (), LookedAtTable()))
            return replace(video, missing=str(_named(error, file)))
        return video

    def _examine(self, evidence: Path, name: str, video_id: str) -> None:
        """One decoding pass for keyframes, fingerprint and working pictures; then matching."""
        keyframes_folder = self.folder / KEYFRAMES
        keyframes_folder.mkdir()
        selector = KeyframeSelector(lambda file, rgb: write_synced(keyframes_folder / file, encode_jpeg(rgb)))
        # In the case, not in a folder of the system: footage leaves the case's own disk for nobody to find.
        with tempfile.TemporaryDirectory(prefix=".working-", dir=self.folder) as scratch, hear(evidence) as heard:
            builder = FingerprintBuilder(video_id=video_id, detail=QUERY, heard=heard)
            working = WorkingPictures(Path(scratch))
            facts = decode_video(evidence, [selector, builder, working, heard])
            facts = replace(facts, oddities=(*facts.oddities, *heard.oddities))
            write_json(self.folder / FACTS, facts.as_json())
            keyframes = selector.keyframes()
            write_synced(keyframes_folder / TABLE, keyframes_table(keyframes).encode())
            examination = self.matcher.examine(name, builder.fingerprint())
            instants = Instants(keyframes=keyframes, keyframes_folder=keyframes_folder, working=working)
            pictures = write_match_pictures(self.folder, examination, instants, self._reference_files)
        looked_at = LookedAtTable.of(examination.looked_at)
        write_json(self.folder / MATCHES, matches_as_json(examination.report, pictures, looked_at))

    def _reference_files(self, match: Match) -> tuple[Path, ...]:
        return self.database.paths_of(match.reference.video_id)


def _named(error: VerifyError, file: Path) -> VerifyError:
    """Give the error with the name that the user knows, and without the folders of this machine."""
    return type(error)(f"{file.name} cannot be used", error.why, error.remedy)
