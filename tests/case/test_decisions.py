"""Stances as they are recorded in a case."""

import multiprocessing
from pathlib import Path

import pytest

from tests.case.made_story import bytes_of
from verify.case.check import check_case
from verify.case.decisions import Decision, record_stance, user_name
from verify.case.folder import hash_file, read_case
from verify.case.journal import CLAIMS, JOURNAL, read_entries
from verify.errors import DamagedCaseError, NotACaseError, UsageError, VerifyError
from verify.records.claim import STANCES

STANCES_EACH = 15


def _spans(case: Path) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in read_case(case).article.sentences]


@pytest.mark.parametrize("stance", STANCES)
def test_stance_is_saved_with_note_frame_name_and_time(case: Path, stance: str) -> None:
    """All that was decided comes back, and the picture it rests on can be checked."""
    start, end = _spans(case)[0]
    keyframe = read_case(case).videos[0].keyframes[0]
    decision = Decision(stance=stance, note="seen at the treeline", frame=(1, keyframe.file), by="anna")
    claim = record_stance(case, start=start, end=end, decision=decision)
    assert read_case(case).claims == (claim,)
    current = claim.current
    assert current is not None
    assert (current.stance, current.note, current.by) == (stance, "seen at the treeline", "anna")
    assert current.frame is not None
    assert (current.frame.time, current.frame.pts) == (keyframe.time, keyframe.pts)
    assert current.frame.sha256 == hash_file(case / "videos/01/keyframes" / keyframe.file)
    assert check_case(case).problems == ()


def test_later_stance_stands_and_earlier_ones_stay(case: Path) -> None:
    """A change of mind adds a line and takes none away."""
    start, end = _spans(case)[0]
    record_stance(case, start=start, end=end, decision=Decision(stance="supported", by="anna"))
    before = (case / CLAIMS).read_bytes()
    claim = record_stance(case, start=start, end=end, decision=Decision(stance="unclear", by="boris"))
    assert [(stance.stance, stance.by) for stance in claim.stances] == [("supported", "anna"), ("unclear", "boris")]
    assert claim.current == claim.stances[-1]
    assert (case / CLAIMS).read_bytes().startswith(before)


def test_marked_words_become_a_claim_that_quotes_them(case: Path) -> None:
    """A claim need not be a sentence; it quotes the article word for word, in the order of the text."""
    text = read_case(case).article.text
    start = text.index("flees along a rural road")
    record_stance(case, start=start, end=start + 24, decision=Decision(stance="supported"))
    record_stance(case, start=0, end=start, decision=Decision(stance="unclear"))
    assert [claim.quote for claim in read_case(case).claims] == [text[:start], "flees along a rural road"]


def test_stance_touches_no_other_file_and_is_in_the_journal(case: Path) -> None:
    """A decision grows the two logs; the sealed files stay as they are."""
    before = bytes_of(case)
    record_stance(case, start=0, end=5, decision=Decision(stance="not_shown", by="anna"))
    after = bytes_of(case)
    assert {name for name in after if after[name] != before.get(name)} == {JOURNAL, CLAIMS}
    act = read_entries(case / JOURNAL)[-1]
    assert (act["act"], act["by"], act["details"]["claim"]) == ("stance_taken", "anna", "c0-5")


def test_stance_without_a_name_bears_that_of_the_system(case: Path) -> None:
    """Every decision has somebody who took it."""
    claim = record_stance(case, start=0, end=5, decision=Decision(stance="supported"))
    assert claim.current is not None
    assert claim.current.by == user_name() != ""


@pytest.mark.parametrize(
    ("start", "end", "decision", "why"),
    [
        (0, 5, Decision(stance="surely"), "'surely' is no stance"),
        (0, 5, Decision(stance=""), "is no stance"),
        (5, 5, Decision(stance="supported"), "no stretch of a text"),
        (6, 5, Decision(stance="supported"), "no stretch of a text"),
        (-1, 5, Decision(stance="supported"), "no stretch of a text"),
        (0, 10**6, Decision(stance="supported"), "no stretch of a text"),
        (0, 5, Decision(stance="supported", frame=(1, "none.jpg")), "has no keyframe none.jpg"),
        (0, 5, Decision(stance="supported", frame=(2, "0001.jpg")), "video 2 has no keyframe"),
        (0, 5, Decision(stance="supported", frame=(1, "../video.json")), "has no keyframe"),
    ],
)
def test_wrong_stance_is_refused_with_a_reason_and_nothing_is_written(
    case: Path, start: int, end: int, decision: Decision, why: str
) -> None:
    """A mistake leaves no trace in the case."""
    before = bytes_of(case)
    with pytest.raises(UsageError, match=why):
        record_stance(case, start=start, end=end, decision=decision)
    assert bytes_of(case) == before


def test_keyframe_whose_picture_is_gone_cannot_be_pinned(case: Path) -> None:
    """Evidence that is not there is no evidence."""
    file = read_case(case).videos[0].keyframes[0].file
    (case / "videos/01/keyframes" / file).unlink()
    with pytest.raises(DamagedCaseError, match="cannot be read"):
        record_stance(case, start=0, end=5, decision=Decision(stance="supported", frame=(1, file)))
    assert not (case / CLAIMS).exists()


def test_stance_on_what_is_no_case_writes_nothing(tmp_path: Path) -> None:
    """No log appears in a stranger's folder."""
    with pytest.raises(NotACaseError):
        record_stance(tmp_path, start=0, end=5, decision=Decision(stance="supported"))
    assert list(tmp_path.iterdir()) == []


def _take_stances(case: Path, by: str) -> None:
    for number in range(STANCES_EACH):
        try:
            record_stance(case, start=number, end=number + 3, decision=Decision(stance="unclear", by=by))
        except VerifyError as error:
            raise SystemExit(str(error)) from error


def test_stances_of_two_processes_at_once_are_all_kept_in_one_chain(case: Path) -> None:
    """Two people at one case lose nothing of each other."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["verify.case.decisions"])
    processes = [context.Process(target=_take_stances, args=(case, by)) for by in ("anna", "boris")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    claims = read_case(case).claims
    assert [sorted(stance.by for stance in claim.stances) for claim in claims] == [["anna", "boris"]] * STANCES_EACH
    assert check_case(case).problems == ()
