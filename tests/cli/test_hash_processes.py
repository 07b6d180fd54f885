"""``verify-video hash`` as a process: what it opens, what a kill leaves, and who may work beside it."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.commands import ROOT, read_lines, run_verify, start_verify
from tests.made_files import write_text
from tests.made_videos import Footage, Scene, VideoSpec, write_video
from verify.cli.main import main

Describe: TypeAlias = Callable[[Path], tuple[str, str, object]]

CLIPS = 12
KILLS = 20
DATABASES = 4

HOOK = """
import os, sys
log = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.set_inheritable(log, True)

def note(event, arguments):
    if event == "verify.video.open" or (event == "open" and str(arguments[0]).endswith(".mp4")):
        os.write(log, f"{event} {os.path.basename(str(arguments[0]))}\\n".encode())

os.write(log, b"python started\\n")
sys.addaudithook(note)
"""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of small clips, a copy of one, a broken file and a table of sightings."""
    folder = tmp_path_factory.mktemp("refs")
    for number in range(CLIPS):
        footage = Footage(scenes=(Scene(seed=60 + number, frames=20 + number),))
        write_video(folder / f"{number:02}.mp4", VideoSpec(footage=footage))
    shutil.copy(folder / "03.mp4", folder / "copy.mp4")
    write_text(folder / "broken.mp4")
    (folder / "sightings.csv").write_text("path,date\n03.mp4,2019-10-03\n11.mp4,2020~\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def undisturbed(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the database of a run that nothing disturbed."""
    database = tmp_path_factory.mktemp("undisturbed") / "footage.db"
    assert run_verify("hash", clips, "--db", database).status == 1
    return database


@pytest.fixture
def described(capsys: pytest.CaptureFixture[str]) -> Describe:
    """Give a function that says all that ``db list`` and the state of ``db info`` say of a database."""

    def describe(database: Path) -> tuple[str, str, object]:
        capsys.readouterr()
        assert main(["db", "list", "--db", str(database), "--format", "json"]) == 0
        listed = capsys.readouterr().out
        assert main(["db", "info", "--db", str(database), "--format", "json"]) == 0
        (info,) = read_lines(capsys.readouterr().out)
        return listed, info["state"], info["failed"]

    return describe


def test_first_run_opens_each_video_once_and_the_second_opens_none(clips: Path, tmp_path: Path) -> None:
    """Unchanged files cost a stat: no file is opened, no worker started."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(HOOK, "utf-8")
    log = tmp_path / "audit.log"
    env = {"PYTHONPATH": os.pathsep.join([str(hooks), str(ROOT)]), "AUDIT_LOG": str(log)}
    first = run_verify("hash", clips, "--db", tmp_path / "footage.db", "--format", "json", env=env)
    noted = Counter(log.read_text("utf-8").splitlines())
    names = [Path(line["path"]).name for line in first.lines[:-1]]
    assert len(names) == CLIPS + 2
    # The broken file is refused by its bytes, or opened and refused: at most once.
    assert [noted[f"verify.video.open {name}"] for name in names if name != "broken.mp4"] == [1] * (CLIPS + 1)
    assert noted["verify.video.open broken.mp4"] <= 1
    assert noted["open 00.mp4"] > 0
    assert noted["python started"] > 1
    log.unlink()
    second = run_verify("hash", clips, "--db", tmp_path / "footage.db", "--format", "json", env=env)
    assert second.lines[-1]["unchanged"] == CLIPS + 1
    assert log.read_text("utf-8") == "python started\n"


@pytest.mark.parametrize("number", range(DATABASES))
def test_run_killed_at_random_instants_and_run_again_ends_like_an_undisturbed_one(
    clips: Path, undisturbed: Path, tmp_path: Path, described: Describe, number: int
) -> None:
    """Every finished video is stored whole, nothing else is, and the next run goes on from there."""
    chance = random.Random(number)  # noqa: S311  (instants to be repeated, not secrets)
    database = tmp_path / "footage.db"
    for _ in range(KILLS // DATABASES):
        process = start_verify("hash", clips, "--db", database, "--format", "json", "--jobs", "2")
        assert process.stdout is not None
        for _ in range(chance.randrange(CLIPS)):
            process.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        process.communicate()
    again = run_verify("hash", clips, "--db", database, "--format", "json")
    assert again.status == 1
    assert again.lines[-1]["failed"] == 1
    assert described(database) == described(undisturbed)


def heed_interrupts() -> None:
    """Hear Ctrl+C: a shell starts what runs in the background deaf to it, and these tests may run there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_run_interrupted_by_a_person_says_so_and_can_be_gone_on_with(
    clips: Path, undisturbed: Path, tmp_path: Path, described: Describe
) -> None:
    """Ctrl+C reaches main process and workers alike; there is one message and no traceback."""
    database = tmp_path / "footage.db"
    process = start_verify("hash", clips, "--db", database, "--format", "json", "--jobs", "1", before=heed_interrupts)
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, err)
    assert err.startswith("interrupted; ")
    assert len(err.splitlines()) == 1
    assert len(out.splitlines()) < CLIPS + 2
    assert run_verify("hash", clips, "--db", database).status == 1
    assert described(database) == described(undisturbed)


def test_two_runs_at_once_on_one_database_end_like_one(
    clips: Path, undisturbed: Path, tmp_path: Path, described: Describe
) -> None:
    """Whoever comes second waits for its turn or finds the work done."""
    database = tmp_path / "footage.db"
    runs = [start_verify("hash", clips, "--db", database, "--format", "json", "--jobs", "1") for _ in range(2)]
    for process in runs:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (1, "")
        assert len(out.splitlines()) == CLIPS + 3
    assert described(database) == described(undisturbed)


def test_list_and_match_work_while_a_run_writes(
    clips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readers see what was stored last and stop nobody."""
    database = tmp_path / "footage.db"
    process = start_verify("hash", clips, "--db", database, "--format", "json", "--jobs", "1")
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGSTOP)  # it holds the database open for as long as this looks
    try:
        assert main(["db", "list", "--db", str(database), "--format", "json"]) == 0
        assert 1 <= len(capsys.readouterr().out.splitlines()) <= CLIPS
        assert main(["match", str(clips / "00.mp4"), "--db", str(database), "--format", "json"]) == 0
        (line,) = read_lines(capsys.readouterr().out)
        assert line["answer"] == "same_footage"
    finally:
        process.send_signal(signal.SIGCONT)
    with process:  # not communicate(): what readline() read ahead would be lost to it
        out, err = first + process.stdout.read(), process.stderr.read()
    assert (process.returncode, err) == (1, "")
    assert len(out.splitlines()) == CLIPS + 3
