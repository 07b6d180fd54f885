"""The search is exact; its cache is never the truth."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.commands import drop_privileges
from tests.database.made_records import add_video, make_fingerprint, video_id
from verify.database.feature_index import FeatureIndex
from verify.database.frame_index import FrameIndex, NearFrames
from verify.database.search import SearchIndex, open_index
from verify.database.sound_index import SoundIndex
from verify.database.store import HashDatabase, open_database
from verify.records.fingerprint import HASH_BYTES

VIDEOS = 6
RADIUS_BITS = 110
"""Random hashes differ in 128 bits, give or take 8: some pairs lie within."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[HashDatabase]:
    """Give a database of invented videos."""
    with open_database(tmp_path / "footage.db", create=True) as opened:
        for number in range(VIDEOS):
            add_video(opened, number)
        yield opened


def queries() -> NDArray[np.uint8]:
    """Give all hashes of two of the videos, some bits flipped."""
    packed = make_fingerprint(1).frame_hashes.hashes + make_fingerprint(4).frame_hashes.hashes
    hashes = np.frombuffer(packed, np.uint8).reshape(-1, HASH_BYTES).copy()
    hashes[:, 3] ^= 0b101
    return hashes


def rows_of(near: NearFrames) -> list[tuple[int, ...]]:
    """Give the pairs found as plain numbers."""
    columns = (near.query_rows, near.videos, near.frames, near.distances)
    return [tuple(int(value) for value in row) for row in zip(*columns, strict=True)]


def answer(index: SearchIndex) -> tuple[tuple[str, ...], list[tuple[int, ...]]]:
    """Ask an index."""
    return index.video_ids, rows_of(index.frames.find_near(queries(), RADIUS_BITS))


def answer_by_counting(numbers: range) -> list[tuple[int, ...]]:
    """Compare every pair of frames, without any index; frames that are not comparable are left out."""
    found: list[tuple[int, ...]] = []
    for row, query in enumerate(queries()):
        for number in numbers:
            packed = make_fingerprint(number).frame_hashes
            every = np.frombuffer(packed.hashes, np.uint8).reshape(-1, HASH_BYTES)
            for frame, distance in enumerate(np.bitwise_count(every ^ query).sum(axis=1).tolist()):
                if packed.codes[frame] == 0 and distance <= RADIUS_BITS:
                    found.append((row, number, frame, distance))
    return found


@pytest.mark.parametrize(("few_s", "a_frame"), [(100 * 3600, 5), (0, 2)])
def test_index_holds_every_feature_of_few_hours_and_the_strongest_of_many(
    database: HashDatabase, few_s: int, a_frame: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left out as long as it fits into memory."""
    monkeypatch.setattr("verify.database.search.FEW_SECONDS", few_s)
    monkeypatch.setattr("verify.database.search.INDEXED_PER_FRAME", 2)
    frames = sum(len(database.fingerprint(one).local_features.counts) // 2 for one in database.video_ids())
    assert len(open_index(database).features) == a_frame * frames


def test_search_finds_every_comparable_frame_within_the_radius_and_no_other(database: HashDatabase) -> None:
    """Exact, in a fixed order, the radius included."""
    expected = answer_by_counting(range(VIDEOS))
    assert len({row[3] for row in expected}) > 3
    for _ in ("built", "from its cache"):
        assert answer(open_index(database)) == (tuple(map(video_id, range(VIDEOS))), expected)


def test_search_without_queries_or_without_frames_finds_nothing(tmp_path: Path, database: HashDatabase) -> None:
    """Nothing found is an empty answer."""
    assert rows_of(open_index(database).frames.find_near(np.empty((0, HASH_BYTES), np.uint8), 256)) == []
    with open_database(tmp_path / "empty.db", create=True) as empty:
        for _ in ("built", "from its cache"):
            assert rows_of(open_index(empty).frames.find_near(queries(), 256)) == []


def test_cache_that_is_current_is_used(database: HashDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second search builds nothing."""
    expected = answer(open_index(database))
    monkeypatch.setattr("verify.database.search._build", None)
    assert answer(open_index(database)) == expected


def test_cache_of_an_older_state_is_built_anew(database: HashDatabase) -> None:
    """What was added is found, what was removed is not."""
    open_index(database)
    add_video(database, VIDEOS)
    assert answer(open_index(database))[1] == answer_by_counting(range(VIDEOS + 1))
    database.remove(video_id(VIDEOS))
    assert answer(open_index(database))[1] == answer_by_counting(range(VIDEOS))


def flip_last_bit(path: Path) -> None:
    """Change one bit of a file, its size kept."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def flip_a_bit_in_the_middle(path: Path) -> None:
    """Change one bit of a file, its size kept."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def cut_in_half(path: Path) -> None:
    """Keep half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def make_folder(path: Path) -> None:
    """Put a folder in the place of a file."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("name", [*FrameIndex.files, *FeatureIndex.files, *SoundIndex.files, "meta.json"])
@pytest.mark.parametrize(
    "damage",
    [
        flip_last_bit,
        flip_a_bit_in_the_middle,
        cut_in_half,
        Path.unlink,
        make_folder,
        lambda path: path.write_bytes(b""),
    ],
)
def test_cache_damaged_in_any_way_changes_no_answer_and_is_mended(
    database: HashDatabase, name: str, damage: Callable[[Path], object]
) -> None:
    """A damaged cache costs time, never an answer."""
    expected = answer(open_index(database))
    folder = Path(f"{database.path}.search")
    sound = {file.name: file.read_bytes() for file in folder.iterdir()}
    damage(folder / name)
    assert answer(open_index(database)) == expected
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == sound
    assert {file.name for file in database.path.parent.iterdir()} - {"footage.db-wal", "footage.db-shm"} == {
        "footage.db",
        "footage.db.search",
    }


def test_cache_of_an_older_layout_is_replaced(database: HashDatabase) -> None:
    """Nothing of it is left, and it is no folder of somebody else's."""
    folder = Path(f"{database.path}.search")
    folder.mkdir()
    for name in ("hashes.faiss", "rows.npy", "features.faiss", "feature_rows.npy", "meta.json"):
        (folder / name).write_bytes(b"{}")
    assert answer(open_index(database))[1] == answer_by_counting(range(VIDEOS))
    files = {*FrameIndex.files, *FeatureIndex.files, *SoundIndex.files, "meta.json"}
    assert {file.name for file in folder.iterdir()} == files


def test_cache_left_half_written_is_removed_a_day_later(database: HashDatabase) -> None:
    """A killed process leaves gigabytes; what is being written by another one is not touched, nor is anything else."""
    beside = database.path.parent
    for name in (".footage.db.search.old", ".footage.db.search.new", ".footage.db.else", "old.footage.db.search."):
        (beside / name / "fresh").mkdir(parents=True)
        (beside / name / "fresh" / "frame_hashes.npy").write_bytes(b"half")
        if "new" not in name:
            os.utime(beside / name, (0, 0))
    open_index(database)
    left = {path.name for path in beside.iterdir() if not path.name.startswith("footage.db")}
    assert left == {".footage.db.search.new", ".footage.db.else", "old.footage.db.search."}


@pytest.mark.parametrize("processors", [1, 5])
def test_search_answers_the_same_on_any_number_of_processors_and_in_any_blocks(
    database: HashDatabase, processors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads share the work, not the answer."""
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    monkeypatch.setattr("verify.database.frame_index.BLOCK_FRAMES", 5)
    assert answer(open_index(database))[1] == answer_by_counting(range(VIDEOS))


def test_search_in_one_video_gives_what_a_search_in_all_gives_of_it(database: HashDatabase) -> None:
    """The first video, the last one, and one between them."""
    frames = open_index(database).frames
    for video in (0, 4, VIDEOS - 1):
        found = rows_of(frames.find_near_in(video, queries(), RADIUS_BITS))
        assert found == [row for row in answer_by_counting(range(VIDEOS)) if row[1] == video]


def test_cache_place_taken_by_a_file_changes_no_answer(database: HashDatabase) -> None:
    """Whatever lies there, the database is the truth."""
    Path(f"{database.path}.search").write_text("not a folder", "utf-8")
    assert answer(open_index(database))[1] == answer_by_counting(range(VIDEOS))
    assert answer(open_index(database))[1] == answer_by_counting(range(VIDEOS))


def test_cache_replaced_while_it_is_opened_is_not_mixed_with_the_new_one(
    database: HashDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may put a newer cache in place between the reading of two of its files."""
    expected = answer(open_index(database))
    read = FeatureIndex.load

    def read_after_another_process(folder: Path) -> FeatureIndex:
        monkeypatch.setattr(FeatureIndex, "load", read)
        with open_database(database.path) as other:
            add_video(other, VIDEOS)
            open_index(other)
        return read(folder)

    monkeypatch.setattr(FeatureIndex, "load", read_after_another_process)
    assert answer(open_index(database)) == expected
    assert answer(open_index(database))[1] == answer_by_counting(range(VIDEOS + 1))


def test_index_in_use_survives_the_replacement_of_its_cache(database: HashDatabase) -> None:
    """A search that runs for hours answers from what it opened."""
    open_index(database)
    index = open_index(database)
    expected = answer(index)
    add_video(database, VIDEOS)
    open_index(database)
    assert answer(index) == expected


def test_search_where_nothing_can_be_written_works_in_memory(tmp_path: Path, database: HashDatabase) -> None:
    """A database on a read-only share is searched all the same."""
    script = (
        "import sys; from pathlib import Path; from verify.database.store import open_database\n"
        "from verify.database.search import open_index\n"
        "with open_database(Path(sys.argv[1])) as database: print(len(open_index(database).frames))\n"
    )
    expected = len(open_index(database).frames)
    folder = tmp_path / "share"
    folder.mkdir()
    copy = folder / "footage.db"
    database._connection.execute("VACUUM INTO ?", (str(copy),))
    folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", script, copy],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=drop_privileges,
        )
    finally:
        folder.chmod(0o755)
    assert (done.stdout.strip(), done.stderr) == (str(expected), "")
    assert [file.name for file in folder.iterdir()] == ["footage.db"]
