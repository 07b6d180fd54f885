"""``verify-video hash`` keeps its contract."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.commands import drop_privileges, read_lines, run_verify
from verify.cli.main import main
from verify.database.store import open_database
from verify.fingerprints.workers import hash_bytes

LINE_KEYS = {"schema", "path", "sha256", "state", "seconds", "reason", "error"}
SUMMARY_KEYS = {"schema", "added", "unchanged", "updated", "failed", "ignored", "video_seconds", "wall_seconds"}


class Hash:
    """Runs the command in this process on one database."""

    def __init__(self, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.database = database
        self._capsys = capsys
        self.err = ""

    def __call__(self, *arguments: object) -> tuple[int, list[dict[str, Any]], dict[str, Any]]:
        """Give the status, the lines by file and the summary."""
        status = main(["hash", *map(str, arguments), "--db", str(self.database), "--format", "json"])
        captured = self._capsys.readouterr()
        self.err = captured.err
        *lines, summary = read_lines(captured.out)
        assert all(line.keys() == LINE_KEYS and line["schema"] == "verify.hash/1" for line in lines)
        assert summary.keys() == SUMMARY_KEYS
        assert summary["schema"] == "verify.hash-summary/1"
        assert summary["wall_seconds"] > 0
        return status, lines, summary


@pytest.fixture
def run_hash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Hash:
    """Give the command on a new database."""
    return Hash(tmp_path / "footage.db", capsys)


def counts(summary: dict[str, Any]) -> list[int]:
    """Give the counts of a summary: added, unchanged, updated, failed, ignored."""
    return [summary[name] for name in ("added", "unchanged", "updated", "failed", "ignored")]


def test_folder_hashed_prints_one_line_a_file_and_a_summary(
    tmp_path: Path, made_clips: Path, run_hash: Hash, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contract, to the key; paths as the argument joined with the walk."""
    shutil.copytree(made_clips, tmp_path / "refs" / "deep")
    (tmp_path / "refs" / "readme.txt").touch()
    (tmp_path / "refs" / "empty.mp4").touch()
    monkeypatch.chdir(tmp_path)
    status, lines, summary = run_hash("refs")
    assert status == 1
    assert [(line["path"], line["state"], line["error"]) for line in lines] == [
        ("refs/deep/a.mp4", "added", None),
        ("refs/deep/b.mp4", "added", None),
        ("refs/deep/black.mp4", "added", None),
        ("refs/deep/c.mp4", "added", None),
        ("refs/deep/text.mp4", "failed", "video.not_a_video"),
        ("refs/empty.mp4", "failed", "video.empty_file"),
    ]
    assert [line["sha256"] for line in lines] == [
        *(hash_bytes(Path(line["path"])) for line in lines[:4]),
        None,
        None,
    ]
    assert [line["seconds"] for line in lines] == [2.44, 2.48, 1.2, 2.52, None, None]
    assert [line["reason"] is None for line in lines] == [True, True, False, True, False, False]
    assert counts(summary) == [4, 0, 0, 2, 1]
    assert summary["video_seconds"] == 8.64
    assert run_hash.err == ""
    status, lines, summary = run_hash("refs")
    assert status == 1
    assert counts(summary) == [0, 4, 0, 2, 1]
    assert [line["state"] for line in lines] == ["unchanged"] * 4 + ["failed"] * 2
    assert lines[4]["error"] == "video.not_a_video"
    assert "no video file" in lines[4]["reason"]


def test_text_output_says_the_same_for_a_person(
    made_clips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file with its state, then the counts."""
    files = [str(made_clips / name) for name in ("a.mp4", "text.mp4", "black.mp4")]
    assert main(["hash", *files, "--db", str(tmp_path / "footage.db")]) == 1
    first, second, third, last = capsys.readouterr().out.splitlines()
    assert first == f"added      {files[0]} 2.4 s"
    assert second.startswith(f"failed     {files[1]}: text.mp4 cannot be read: ")
    assert "can be compared" in third
    assert last.startswith("2 added, 0 unchanged, 0 updated, 1 failed, 0 ignored; 3.6 s of video in ")


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (["a.mp4"], 0),
        (["a.mp4", "text.mp4"], 1),
        (["a.mp4", "missing.mp4"], 1),
        (["text.mp4"], 3),
        (["missing.mp4"], 3),
        (["text.mp4", "missing"], 3),
    ],
)
def test_exit_status_says_whether_all_some_or_none_worked(
    made_clips: Path, run_hash: Hash, names: list[str], status: int
) -> None:
    """Scripts can rely on it; each failure has its line."""
    given, lines, summary = run_hash(*(made_clips / name for name in names))
    assert given == status
    assert len(lines) == len(names)
    assert summary["failed"] == sum(line["state"] == "failed" for line in lines) == len(names) - (status < 3)


def test_empty_folder_is_named_on_standard_error_and_has_no_line(
    tmp_path: Path, made_clips: Path, run_hash: Hash
) -> None:
    """A folder is no file: alone it leaves nothing to do, beside a file that worked it is one input that failed."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").touch()
    status, lines, summary = run_hash(tmp_path / "empty")
    assert (status, lines, counts(summary)) == (3, [], [0, 0, 0, 0, 1])
    assert str(tmp_path / "empty") in run_hash.err
    status, lines, _ = run_hash(tmp_path / "empty", made_clips / "a.mp4")
    assert (status, len(lines)) == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [[], ["--jobs", "0"], ["--jobs", "many"], ["--format", "xml"], ["--date", "15.11.2022"], ["--date", ""]],
)
def test_wrong_usage_is_status_2_and_touches_nothing(
    tmp_path: Path, made_clips: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip on the command line makes no database."""
    database = tmp_path / "footage.db"
    paths = [str(made_clips / "a.mp4")] if arguments else []
    try:
        status: object = main(["hash", *paths, *arguments, "--db", str(database)])
    except SystemExit as error:
        status = error.code
    assert status == 2
    assert not database.exists()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"n\nl\x1b[31m.mp4", "n\nl\x1b[31m.mp4"),
        ("ünï їй 😀.mp4".encode(), "ünï їй 😀.mp4"),
        (b"\xff\xfe.mp4", "\\xff\\xfe.mp4"),
        (b"-dash 'quote\".mp4", "-dash 'quote\".mp4"),
    ],
)
def test_name_of_any_bytes_is_hashed_printed_and_found_again(
    made_clips: Path, run_hash: Hash, capsys: pytest.CaptureFixture[str], name: bytes, text: str
) -> None:
    """A name is data: exact where JSON can hold it, harmless on a terminal."""
    folder = run_hash.database.with_name("refs")
    folder.mkdir()
    shutil.copy(made_clips / "a.mp4", folder / os.fsdecode(name))
    status, (line,), _ = run_hash(folder)
    assert (status, line["path"], line["state"]) == (0, f"{folder}/{text}", "added")
    assert run_hash(folder)[1][0]["state"] == "unchanged"
    assert main(["hash", str(folder), "--db", str(run_hash.database)]) == 0
    assert main(["db", "list", "--db", str(run_hash.database)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 3


def test_file_named_is_tried_whatever_its_ending(tmp_path: Path, made_clips: Path, run_hash: Hash) -> None:
    """A name says nothing of the bytes."""
    shutil.copy(made_clips / "a.mp4", tmp_path / "evidence")
    (tmp_path / "link").symlink_to(tmp_path / "evidence")
    status, lines, _ = run_hash(tmp_path / "evidence", tmp_path / "link")
    assert (status, [line["state"] for line in lines]) == (0, ["added", "updated"])


@pytest.mark.parametrize("place", ["folder", "file"])
def test_what_may_not_be_read_is_named_and_the_rest_is_hashed(tmp_path: Path, made_clips: Path, place: str) -> None:
    """Permissions cost what they cover; mended, the file comes in."""
    (tmp_path / "refs" / "closed").mkdir(parents=True)
    shutil.copy(made_clips / "a.mp4", tmp_path / "refs")
    shutil.copy(made_clips / "b.mp4", tmp_path / "refs" / "closed")
    closed = tmp_path / "refs" / "closed" if place == "folder" else tmp_path / "refs" / "closed" / "b.mp4"
    database = tmp_path / "footage.db"
    closed.chmod(0)
    done = run_verify("hash", tmp_path / "refs", "--db", database, "--format", "json", before=drop_privileges)
    closed.chmod(0o700)
    assert done.status == 1
    # A folder is no video and has no line of its own: it is named on standard error.
    assert ("file.unreadable" in {line.get("error") for line in done.lines}) == (place == "file")
    assert ("closed cannot be read" in done.err) == (place == "folder")
    assert "Traceback" not in done.err
    done = run_verify("hash", tmp_path / "refs", "--db", database, "--format", "json")
    assert (done.status, done.lines[-1]["added"], done.lines[-1]["unchanged"]) == (0, 1, 1)


def test_sighting_given_by_options_is_recorded_for_every_file_once(
    made_clips: Path, run_hash: Hash, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where, when and who, for new files and for known ones."""
    options = ("--url", "https://example.org", "--date", "2022-11~", "--recorded-by", "Ada")
    run_hash(made_clips / "a.mp4")
    for _ in range(2):
        run_hash(made_clips / "a.mp4", made_clips / "text.mp4", *options)
    main(["db", "list", "--db", str(run_hash.database), "--format", "json"])
    (video,) = read_lines(capsys.readouterr().out)
    assert video["first_seen"] == "2022-11~"
    assert [(seen["url"], seen["recorded_by"], seen["recorded_on"]) for seen in video["sightings"]] == [
        ("https://example.org", "Ada", None)
    ]


def test_table_that_is_wrong_is_one_input_that_failed(
    tmp_path: Path, made_clips: Path, run_hash: Hash, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is named on standard error, the videos are hashed, and the mended table is read though none changed."""
    shutil.copy(made_clips / "a.mp4", tmp_path)
    table = tmp_path / "sightings.csv"
    table.write_text("path,date\na.mp4,15.11.2022\n", "utf-8")
    status, lines, _ = run_hash(tmp_path)
    assert (status, lines[0]["state"]) == (1, "added")
    assert "line 2" in run_hash.err
    table.write_text("\ufeffpath,date\na.mp4,2022-11-15\n", "utf-8")
    assert run_hash(tmp_path)[0] == 0
    further = tmp_path / "more.csv"
    further.write_text("path,date\na.mp4,2019\n", "utf-8")
    assert run_hash(tmp_path, "--sightings", further)[0] == 0
    main(["db", "list", "--db", str(run_hash.database), "--format", "json"])
    (video,) = read_lines(capsys.readouterr().out)
    assert video["first_seen"] == "2019"
    assert len(video["sightings"]) == 2


def test_json_in_a_pipe_is_utf_8_whatever_the_surroundings_say(tmp_path: Path, made_clips: Path) -> None:
    """A program that reads the lines need not guess."""
    path = Path(shutil.copy(made_clips / "a.mp4", tmp_path / "ü.mp4"))
    env = {"PYTHONIOENCODING": "ascii"}
    done = run_verify("hash", path, "--db", tmp_path / "footage.db", "--format", "json", env=env)
    assert (done.status, done.err) == (0, "")
    assert done.lines[0]["path"] == str(path)


@pytest.mark.parametrize("database", ["no/footage.db", "clip.mp4", "."])
def test_database_that_cannot_be_used_is_status_3_with_one_message(
    tmp_path: Path, made_clips: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What lies there stays as it is."""
    shutil.copy(made_clips / "b.mp4", tmp_path / "clip.mp4")
    assert main(["hash", str(made_clips / "a.mp4"), "--db", str(tmp_path / database)]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert hash_bytes(tmp_path / "clip.mp4") == hash_bytes(made_clips / "b.mp4")


def test_shared_footage_is_hashed_or_refused_as_its_readme_says(shared_data: Path, shared_database: Path) -> None:
    """Every real file has its right outcome."""
    *lines, summary = read_lines(shared_database.with_suffix(".jsonl").read_text("utf-8"))
    by_name = {str(Path(line["path"]).relative_to(shared_data)): line for line in lines}
    failed = {name: line["error"] for name, line in by_name.items() if line["state"] == "failed"}
    assert failed == {
        "odd/audio_only.mp4": "video.no_video_stream",
        "odd/encrypted.mp4": "video.encrypted",
        "odd/invalid_bitstream.webm": "video.nothing_decoded",
    }
    listed = {row.split(",")[0] for row in (shared_data / "manifest.csv").read_text("utf-8").splitlines()[1:]}
    assert by_name.keys() >= {name for name in listed if (shared_data / name).is_file()}
    assert summary["added"] + summary["updated"] + summary["failed"] == len(lines)
    seconds = {name: line["seconds"] for name, line in by_name.items()}
    assert seconds["odd/fragmented_wrong_duration.mp4"] == pytest.approx(1, abs=0.1)
    assert seconds["odd/segment_claims_3900s.mp4"] == pytest.approx(8, abs=0.1)
    assert seconds["odd/corrupted.mp4"] == pytest.approx(2.7, abs=0.5)
    assert "damaged" in by_name["odd/corrupted.mp4"]["reason"]
    assert "not looked at" in by_name["odd/two_video_streams.mkv"]["reason"]
    with open_database(shared_database) as database:
        assert {path for video in database.videos() for path in video.paths} == {
            Path(line["path"]) for line in lines if line["state"] != "failed"
        }
