"""What ``case check`` finds."""

import os
from pathlib import Path

import pytest

from tests.case.made_story import list_case
from verify.case.check import check_case
from verify.case.decisions import Decision, record_stance
from verify.case.folder import MANIFEST
from verify.case.journal import CLAIMS, JOURNAL, LOGS
from verify.errors import NotACaseError


def _listed(case: Path) -> list[str]:
    return [name for name in list_case(case) if name not in {MANIFEST, *LOGS}]


def test_intact_case_has_no_problem_and_all_its_files_were_compared(made_case: Path) -> None:
    """The denominator is said."""
    check = check_case(made_case)
    assert (check.files, check.problems) == (len(_listed(made_case)), ())


def test_every_altered_file_is_named(case: Path) -> None:
    """One changed byte in any file of the case shows, under the name of that file and no other."""
    for name in _listed(case):
        path = case / name
        data = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        assert check_case(case).problems == (f"{name} was altered",)
        path.write_bytes(data)


def test_every_missing_file_is_named(case: Path) -> None:
    """Whatever is taken out of a case is missed."""
    for name in _listed(case):
        path = case / name
        data = path.read_bytes()
        path.unlink()
        assert check_case(case).problems == (f"{name} is missing",)
        path.write_bytes(data)


def test_every_added_file_is_named(case: Path) -> None:
    """What was slipped in shows, hidden files included."""
    for name in ("extra.txt", ".hidden", "videos/01/keyframes/9999.jpg", "videos/02/video.json", "a\nb"):
        (case / name).parent.mkdir(exist_ok=True)
        (case / name).write_text("mine", "utf-8")
    added = {problem.removesuffix(" was added") for problem in check_case(case).problems}
    assert added == {"extra.txt", ".hidden", "videos/01/keyframes/9999.jpg", "videos/02/video.json", "a\nb"}


def test_links_and_pipes_are_named_and_not_opened(case: Path, tmp_path: Path) -> None:
    """A case holds plain files; a pipe would keep a reader waiting for ever."""
    secret = tmp_path / "secret"
    secret.write_text("secret", "utf-8")
    (case / "videos/02").symlink_to(tmp_path, target_is_directory=True)
    (case / "article/link.txt").symlink_to(secret)
    (case / "dangling").symlink_to(tmp_path / "nothing")
    os.mkfifo(case / "pipe")
    text = case / "article/text.txt"
    secret.write_bytes(text.read_bytes())
    text.unlink()
    text.symlink_to(secret)
    problems = check_case(case).problems
    for name in ("videos/02", "article/link.txt", "dangling", "pipe", "article/text.txt"):
        assert [problem for problem in problems if problem.startswith(name)] == [
            f"{name} is a link, a pipe or a device; a case holds plain files only"
        ]


@pytest.mark.parametrize("name", ["/etc/hostname", "../secret", "videos/../../secret"])
def test_manifest_that_names_files_elsewhere_is_told_and_not_followed(case: Path, name: str) -> None:
    """A hostile manifest cannot have files outside the case compared with a hash, which would tell of them."""
    (case.parent / "secret").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with (case / MANIFEST).open("a", encoding="utf-8") as manifest:
        manifest.write(f"{empty}  {name}\n")
    assert check_case(case).problems == (f"{name} leads out of the case",)


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (b"no line of a manifest\n", "no line of sha256sum"),
        (b"\xff\xfe\n", "no line of sha256sum"),
        (b"0" * 64 + b"  a\0b\n", "no line of sha256sum"),
        (b"0" * 64 + b"  " + b"x" * 5000 + b"\n", "is missing"),
        (b"0" * 64 + b"  case.json\n", "names case.json 2 times"),
    ],
)
def test_manifest_with_a_strange_line_is_told_with_the_rest_checked(case: Path, added: bytes, words: str) -> None:
    """No line of a manifest from elsewhere ends the check."""
    manifest = (case / MANIFEST).read_bytes()
    (case / MANIFEST).write_bytes(manifest + added)
    assert any(words in problem for problem in check_case(case).problems)


def test_missing_manifest_journal_or_case_file_is_named(case: Path) -> None:
    """The files that the check rests on are missed like all others."""
    (case / JOURNAL).unlink()
    assert f"{JOURNAL} is missing" in check_case(case).problems
    (case / "case.json").unlink()
    assert "case.json is missing" in check_case(case).problems
    (case / MANIFEST).write_bytes(b"")
    assert f"{MANIFEST} is missing or empty" in check_case(case).problems


def test_stances_cut_off_the_end_of_the_log_are_missed(case: Path) -> None:
    """A chain does not tell that its end was cut off; the journal does."""
    for stance in ("supported", "unclear"):
        record_stance(case, start=0, end=5, decision=Decision(stance=stance, by="anna"))
    assert check_case(case).problems == ()
    log = case / CLAIMS
    log.write_bytes(log.read_bytes().split(b"\n")[0] + b"\n")
    assert any(problem.startswith(f"{CLAIMS}: the stance that line") for problem in check_case(case).problems)
    log.unlink()
    assert len([problem for problem in check_case(case).problems if problem.startswith(CLAIMS)]) == 2


@pytest.mark.parametrize("log", [JOURNAL, CLAIMS])
def test_altered_line_of_a_log_is_named(case: Path, log: str) -> None:
    """Who decided what cannot be changed unseen, in the last line neither."""
    record_stance(case, start=0, end=5, decision=Decision(stance="supported", by="anna"))
    data = (case / log).read_bytes()
    (case / log).write_bytes(data.replace(b"anna", b"olga"))
    assert any(problem.startswith(f"{log}: line") for problem in check_case(case).problems)


def test_folder_that_is_no_case_is_refused(tmp_path: Path) -> None:
    """Nothing is said to be intact that is no case."""
    with pytest.raises(NotACaseError, match="it is not a case folder"):
        check_case(tmp_path)
    with pytest.raises(NotACaseError):
        check_case(tmp_path / "none")
