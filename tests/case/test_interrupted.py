"""Cases whose making was interrupted."""

import multiprocessing
import random
import subprocess
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.case.made_story import (
    Story,
    bytes_of,
    list_case,
    make_quietly,
    manifest_passes,
    without_times,
)
from verify.case.check import check_case
from verify.case.folder import MANIFEST, read_case
from verify.case.journal import is_finished
from verify.case.plain_files import is_torn
from verify.errors import CaseExistsError
from verify.records.edtf_date import parse_date

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

KILLS = 20
_SEED = 8


@pytest.fixture(scope="module")
def processes() -> "ForkServerContext":
    """Give processes that start with the program loaded, so that a kill hits its work and not its imports."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["verify.case.run", "verify.case.check"])
    return context


@pytest.fixture(scope="module")
def undisturbed(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a case of two videos that was made in one go."""
    folder = tmp_path_factory.mktemp("undisturbed") / "case"
    story.make(folder, story.other)
    return folder


def _start(processes: "ForkServerContext", story: Story, case: Path) -> BaseProcess:
    process = processes.Process(target=make_quietly, args=(story.folder, case, (story.other,)))
    process.start()
    return process


def _wait_for(folder: Path, process: BaseProcess) -> float:
    """Wait until the case is begun, and give that instant."""
    while not folder.exists() and process.is_alive():
        time.sleep(0.001)
    return time.monotonic()


def test_case_killed_at_any_instant_is_finished_by_the_next_run(
    story: Story, undisturbed: Path, tmp_path: Path, processes: "ForkServerContext"
) -> None:
    """Kill -9 costs time only: the manifest passes at that instant, and a rerun gives the files of one go."""
    whole = _start(processes, story, tmp_path / "whole")
    begun = _wait_for(tmp_path / "whole", whole)
    whole.join()
    work_s = time.monotonic() - begun
    chance = random.Random(_SEED)  # noqa: S311  (instants, not secrets)
    expected = without_times(undisturbed)
    interrupted = 0
    for number in range(KILLS):
        case = tmp_path / str(number)
        process = _start(processes, story, case)
        _wait_for(case, process)
        time.sleep(chance.uniform(0, work_s))
        process.kill()
        process.join()
        if (case / MANIFEST).exists():
            assert manifest_passes(case)
        if not is_finished(case):  # else it was done before the kill
            interrupted += 1
            story.make(case, story.other)
        assert without_times(case) == expected
        assert check_case(case).problems == ()
        assert not [name for name in list_case(case) if is_torn(name) or "working" in name]
    assert interrupted


def test_manifest_passes_at_every_instant_of_case_new(story: Story, tmp_path: Path) -> None:
    """Whoever checks a case while it is being made finds no file that fails."""
    command = [sys.executable, "-m", "verify", "case", "new", str(story.page), "--video", str(story.other)]
    command += ["--video", str(story.older), "--db", str(story.database), "-o", str(tmp_path / "case")]
    seen = set()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            if (tmp_path / "case" / MANIFEST).exists():
                assert manifest_passes(tmp_path / "case")
                seen.add((tmp_path / "case" / MANIFEST).read_bytes())
            time.sleep(0.005)
        assert process.returncode == 0, process.stderr and process.stderr.read()
    assert len(seen) >= 2
    assert manifest_passes(tmp_path / "case")


def _interrupt(case: Path) -> None:
    """Take the end of the making away, as if it had been interrupted before it."""
    journal = case / "journal.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    assert "case_completed" in lines[-1]
    journal.write_text("".join(lines[:-1]), "utf-8")


def test_unfinished_case_is_named_by_check_and_finished_by_a_rerun(story: Story, case: Path) -> None:
    """An interrupted case says so, and the same command completes it."""
    _interrupt(case)
    assert any("not finished" in problem for problem in check_case(case).problems)
    story.make(case)
    assert check_case(case).problems == ()


def test_rerun_with_other_options_holds_what_the_last_command_said(story: Story, case: Path) -> None:
    """A date or a video corrected after an interruption counts; nothing of the first attempt is left."""
    _interrupt(case)
    story.make(case, story.other, published=parse_date("2020-01-02"))
    made = read_case(case)
    assert made.article.published is not None
    assert (made.article.published.text, len(made.videos)) == ("2020-01-02", 2)
    _interrupt(case)
    story.make(case)
    again = read_case(case)
    assert again.article.published is not None
    assert (again.article.published.text, len(again.videos)) == ("2022-11-15", 1)
    assert check_case(case).problems == ()
    assert not (case / "videos/02").exists()


def test_rerun_takes_a_video_again_whose_file_is_another_now(story: Story, tmp_path: Path) -> None:
    """The evidence is the file that is given, not one of the same name before an interruption."""
    supplied = tmp_path / "supplied.mp4"
    supplied.write_bytes(story.other.read_bytes())
    story.make(tmp_path / "case", supplied)
    _interrupt(tmp_path / "case")
    supplied.write_bytes(story.older.read_bytes())
    story.make(tmp_path / "case", supplied)
    assert (tmp_path / "case/videos/02/evidence.mp4").read_bytes() == story.older.read_bytes()
    assert check_case(tmp_path / "case").problems == ()


def test_alteration_before_a_rerun_is_not_blessed_by_it(story: Story, case: Path) -> None:
    """What was hashed once keeps its hash: an altered picture stays altered."""
    _interrupt(case)
    picture = next((case / "videos/01/keyframes").glob("*.jpg"))
    picture.write_bytes(b"another picture")
    story.make(case)
    assert check_case(case).problems == (f"videos/01/keyframes/{picture.name} was altered",)


def test_unfinished_case_of_another_article_is_refused(story: Story, case: Path, tmp_path: Path) -> None:
    """A folder is continued only by the article that began it."""
    _interrupt(case)
    before = bytes_of(case)
    other = tmp_path / "other.html"
    other.write_text(story.page.read_text("utf-8").replace("river", "lake"), "utf-8")
    with pytest.raises(CaseExistsError, match="holds a case already"):
        story.make(case, article=other)
    assert bytes_of(case) == before
