"""Many files in processes of their own: one bad file costs one file, and nobody is left behind."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path
from threading import Thread

import pytest

from tests.commands import ROOT, run_verify, start_verify
from verify.errors import ChangedFileError, DecoderCrashedError, EmptyFileError, NotAVideoError, VerifyError
from verify.fingerprints.workers import (
    MEMORY_LIMIT_BYTES,
    FingerprintedFile,
    check_unchanged,
    fingerprint_as_finished,
    fingerprint_file,
    fingerprint_files,
    hash_bytes,
)

PATIENCE_S = 60
PARENT, SESSION = 1, 3
SPARSE_BYTES = 1 << 37
"""A file of so many zeros keeps a worker reading for minutes and takes no room on the disk."""

linux_only = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")


def processes(field: int, value: int) -> list[int]:
    """Give the living processes whose ``field`` in /proc, 1 for the parent and 3 for the session, has a value."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[field]) == value and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


def has_open(pid: int, path: Path) -> bool:
    """Tell whether a process has a file open."""
    try:
        return any(entry.readlink() == path for entry in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait until a condition holds; the time allowed only bounds a failure."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.02)


def write_sparse(path: Path) -> Path:
    """Write a file that takes minutes to read."""
    with path.open("wb") as file:
        file.truncate(SPARSE_BYTES)
    return path


@pytest.mark.parametrize("jobs", [1, 2, 100_000])
def test_files_come_in_the_order_given_with_the_errors_of_the_bad_ones(made_clips: Path, jobs: int) -> None:
    """Results can be paired with their files whatever finished first."""
    paths = [made_clips / name for name in ("c.mp4", "text.mp4", "a.mp4", "missing.mp4", "b.mp4")]
    results = list(fingerprint_files(paths, jobs=jobs))
    assert [path for path, _ in results] == paths
    errors = [outcome.error_id if isinstance(outcome, VerifyError) else None for _, outcome in results]
    assert errors == [None, "video.not_a_video", None, "file.missing", None]
    for path, outcome in results:
        if isinstance(outcome, FingerprintedFile):
            assert outcome == fingerprint_file(path)


def test_files_given_as_finished_are_the_same_files(made_clips: Path) -> None:
    """No file is lost or told twice."""
    paths = [made_clips / name for name in ("c.mp4", "text.mp4", "a.mp4", "b.mp4")]
    assert sorted(path for path, _ in fingerprint_as_finished(paths, jobs=2)) == sorted(paths)


def test_no_files_start_no_process() -> None:
    """An empty list costs nothing."""
    assert list(fingerprint_files([], jobs=4)) == []


@linux_only
def test_worker_that_dies_costs_its_file_only(tmp_path: Path, made_clips: Path) -> None:
    """The kernel may kill a decoder at any time, for want of memory or for a fault of its own."""
    victim = write_sparse(tmp_path / "victim.mp4")
    results: dict[Path, object] = {}
    paths = [made_clips / "a.mp4", victim, made_clips / "b.mp4", made_clips / "c.mp4"]
    thread = Thread(target=lambda: results.update(fingerprint_files(paths, jobs=2)))
    thread.start()

    def reading() -> list[int]:
        server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
        return [pid for pid in processes(PARENT, server or 0) if has_open(pid, victim)]

    wait_until(reading, "a worker reads the file")
    os.kill(reading()[0], signal.SIGKILL)
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    error = results.pop(victim)
    assert isinstance(error, DecoderCrashedError)
    assert "-9" in error.why
    assert len(results) == 3
    assert all(isinstance(outcome, FingerprintedFile) for outcome in results.values())


@linux_only
def test_workers_of_a_killed_main_process_end_too(tmp_path: Path) -> None:
    """Nobody decodes on for a process that is gone."""
    victims = [write_sparse(tmp_path / name) for name in ("one.mp4", "two.mp4")]
    process = start_verify("hash", *victims, "--db", tmp_path / "footage.db", "--jobs", "2")
    try:
        wait_until(
            lambda: sum(has_open(pid, path) for pid in processes(SESSION, process.pid) for path in victims) == 2,
            "both workers read",
        )
        process.kill()
        process.wait()
        wait_until(lambda: not processes(SESSION, process.pid), "no process of the run is left")
    finally:
        for pid in processes(SESSION, process.pid):
            os.kill(pid, signal.SIGKILL)
        process.communicate()


def test_command_started_among_hostile_modules_imports_none_of_them(tmp_path: Path, made_clips: Path) -> None:
    """A folder of downloads is a place to work in: an av.py in it must not run."""
    command = Path(sys.executable).with_name("verify-video")
    if not command.exists():
        pytest.skip("verify-video is not installed beside this Python")
    shutil.copy(made_clips / "a.mp4", tmp_path)
    trap = tmp_path / "trap.txt"
    for name in ("av", "cv2", "numpy", "multiprocessing", "threading", "signal", "pebble", "verify", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(trap)!r}, 'a').write('{name} ')\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [command, "hash", "a.mp4", "--db", "footage.db"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert (done.returncode, trap.exists()) == (0, False), done.stderr


def test_environment_after_a_run_is_what_it_was(made_clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library does not change the environment of the program that calls it."""
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    assert len(list(fingerprint_files([made_clips / "a.mp4"], jobs=1))) == 1
    assert "PYTHONSAFEPATH" not in os.environ


def test_limit_on_address_space_leaves_room_for_threads(tmp_path: Path, made_clips: Path) -> None:
    """A limit that a system sets is kept, and decoding works well below ours."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))

    done = run_verify("hash", made_clips / "a.mp4", "--db", tmp_path / "footage.db", before=limit)
    assert (done.status, done.err) == (0, "")


def test_worker_limits_its_own_memory() -> None:
    """A decompression bomb ends its worker, not the machine."""
    code = (
        "import resource; from verify.fingerprints import workers; workers._prepare_worker();"
        " print(*resource.getrlimit(resource.RLIMIT_AS))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    soft = int(done.stdout.split()[0])
    assert 4 << 30 <= soft <= MEMORY_LIMIT_BYTES


def test_bytes_are_hashed_as_sha256sum_does(tmp_path: Path) -> None:
    """The name of a video is the SHA-256 of its bytes."""
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert hash_bytes(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_empty_file_is_refused_before_it_is_hashed(tmp_path: Path) -> None:
    """No bytes have no name."""
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(EmptyFileError):
        hash_bytes(tmp_path / "empty.mp4")


def test_file_written_to_meanwhile_is_not_used(tmp_path: Path) -> None:
    """A fingerprint of half a download would stand for a file that never was."""
    path = tmp_path / "a.mp4"
    path.write_bytes(b"half")
    before = path.stat()
    check_unchanged(path, before)
    path.write_bytes(b"half and half")
    with pytest.raises(ChangedFileError):
        check_unchanged(path, before)


def test_error_of_a_worker_arrives_with_all_its_parts(made_clips: Path) -> None:
    """What, why and remedy survive the way between processes."""
    ((_, error),) = fingerprint_files([made_clips / "text.mp4"], jobs=1)
    with pytest.raises(NotAVideoError) as caught:
        fingerprint_file(made_clips / "text.mp4")
    assert isinstance(error, NotAVideoError)
    assert error.args == caught.value.args
