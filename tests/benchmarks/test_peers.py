"""The tools that run beside ours in the accuracy suite: each by its own rules, and each may be missing."""

import pickle
import re
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import cv2
import ffmpeg
import imageio_ffmpeg
import numpy as np
import pytest

from benchmarks.accuracy.peers import PEERS, Peer, PeerError, available_peers
from benchmarks.accuracy.peers.peer import EveryNth, OneASecond, distances, hash_frames, pack_bits
from benchmarks.accuracy.peers.phash import FramePhash
from benchmarks.accuracy.peers.provena import ProvenaAudit
from benchmarks.accuracy.peers.signature import SIGNATURE_OF_FFMPEG_7, SIGNATURE_OF_FFMPEG_9
from benchmarks.accuracy.peers.signature_lookup import Found, _Votes, look_up
from benchmarks.accuracy.peers.video_hash import WholeVideoHash
from benchmarks.accuracy.peers.vpdq import Vpdq
from tests.made_files import write_text
from tests.made_videos import Footage, Picture, Scene, VideoSpec, read_index, write_video

FRAMES = 110
ORIGINAL = VideoSpec(footage=Footage(scenes=(Scene(seed=71, frames=FRAMES),), bar_code=False))
UNRELATED = VideoSpec(footage=Footage(scenes=(Scene(seed=72, frames=FRAMES),), bar_code=False))


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with original.mp4, copy.mp4 in half its size, unrelated.mp4, and no_video.mp4, which is text."""
    folder = tmp_path_factory.mktemp("peers")
    write_video(folder / "original.mp4", ORIGINAL)
    write_video(folder / "copy.mp4", replace(ORIGINAL, codec="mpeg4", change=_halve))
    write_video(folder / "unrelated.mp4", UNRELATED)
    write_text(folder / "no_video.mp4")
    return folder


def _halve(picture: Picture) -> Picture:
    return np.asarray(cv2.resize(picture, (160, 90), interpolation=cv2.INTER_AREA), np.uint8)


def _ready(peer: Peer) -> Peer:
    why = peer.why_missing()
    if why:
        pytest.skip(why)
    return peer


def _name(peer: Peer) -> str:
    return peer.name


def test_every_peer_runs_or_is_said_to_be_missing() -> None:
    """A row that is absent from a table is explained beside it."""
    peers, missing = available_peers()
    assert [peer.name for peer in PEERS if peer not in peers] == [why.partition(" is left out")[0] for why in missing]
    assert len({peer.name for peer in PEERS}) == len(PEERS)


@pytest.mark.parametrize(
    ("peer", "module", "package"),
    [
        (Vpdq(), "pdqhash", "pdqhash"),
        (ProvenaAudit(), "provena_audit.audit", "provena-audit"),
        (WholeVideoHash(), "videohash", "videohash"),
    ],
)
def test_missing_package_gives_one_line_with_what_why_and_remedy(
    peer: Peer, module: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The suite goes on without it and says how to get it."""
    monkeypatch.setitem(sys.modules, module, None)
    why = peer.why_missing() or ""
    assert why.startswith(f"{peer.name} is left out: {module} cannot be imported")
    assert why.endswith(f"pip install {package}.")
    assert "\n" not in why


@pytest.mark.parametrize("peer", [one for one in PEERS if not isinstance(one, WholeVideoHash)], ids=_name)
def test_copy_scores_above_what_is_unrelated(peer: Peer, clips: Path) -> None:
    """A smaller copy in another codec is what each of these tools promises to find."""
    _ready(peer)
    copy, original, unrelated = (peer.fingerprint(clips / f"{name}.mp4") for name in ("copy", "original", "unrelated"))
    assert peer.compare(copy, unrelated) < peer.default_threshold
    # The filter of FFmpeg 9 does not find what begins no sooner in the second video than in the first.
    if peer is not SIGNATURE_OF_FFMPEG_9:
        assert peer.compare(copy, original) >= peer.default_threshold


def test_videohash_runs_with_the_installed_pillow(clips: Path) -> None:
    """Equal bytes must give equal hashes; what it was lent is taken back."""
    peer = _ready(WholeVideoHash())
    once = peer.fingerprint(clips / "original.mp4")
    assert peer.compare(once, once) == 1.0
    assert not hasattr(sys.modules["PIL.Image"], "ANTIALIAS")


@pytest.mark.parametrize("peer", PEERS, ids=_name)
def test_file_without_video_is_an_error_of_the_peer(peer: Peer, clips: Path) -> None:
    """One kind of error, whatever a tool raises itself: the run goes on."""
    _ready(peer)
    with pytest.raises(PeerError, match="no_video"):
        peer.fingerprint(clips / "no_video.mp4")


@pytest.mark.parametrize("peer", [Vpdq(), ProvenaAudit(), FramePhash(), SIGNATURE_OF_FFMPEG_7], ids=_name)
def test_fingerprint_survives_pickling(peer: Peer, clips: Path) -> None:
    """The suite keeps fingerprints between runs."""
    fingerprint = _ready(peer).fingerprint(clips / "original.mp4")
    read = pickle.loads(pickle.dumps(fingerprint))  # noqa: S301
    assert peer.compare(read, fingerprint) == peer.compare(fingerprint, fingerprint) > 0


def test_vpdq_of_a_flat_video_matches_nothing(tmp_path: Path) -> None:
    """What PDQ gives a low quality is left out; nothing is left, and nothing is divided by."""
    peer = _ready(Vpdq())
    write_video(tmp_path / "grey.mp4", VideoSpec(footage=Footage(scenes=(Scene(look="grey", frames=60),))))
    grey = peer.fingerprint(tmp_path / "grey.mp4")
    assert peer.compare(grey, grey) == 0.0


def test_vpdq_score_is_the_share_of_the_query() -> None:
    """An excerpt has all of its frames in the whole; the whole does not have all of its frames in an excerpt."""
    whole = np.random.default_rng(5).integers(0, 1 << 63, (10, 4), np.uint64)
    assert Vpdq().compare(whole[:4], whole) == 1.0
    assert Vpdq().compare(whole, whole[:4]) == 0.4


def test_frames_are_picked_by_number_and_by_second(tmp_path: Path) -> None:
    """By number is how vPDQ picks; by second is how we do where a peer leaves it to us."""
    ticks = tuple(range(0, 2 * 62, 2))
    write_video(tmp_path / "numbered.mp4", VideoSpec(footage=Footage(scenes=(Scene(frames=62),)), pts=ticks))
    assert hash_frames(tmp_path / "numbered.mp4", EveryNth(20), read_index) == [0, 20, 40, 60]
    assert hash_frames(tmp_path / "numbered.mp4", OneASecond(), read_index) == [0, 13, 25, 38, 50]


def test_distances_count_bits() -> None:
    """Packing pads with zeros, which differ from nothing."""
    bits = np.random.default_rng(6).integers(0, 2, (3, 70), np.uint8)
    expected = [[int((one != other).sum()) for other in bits] for one in bits]
    assert distances(pack_bits(bits, 2), pack_bits(bits, 2)).tolist() == expected


def test_signature_agrees_with_the_filter_itself(clips: Path) -> None:
    """Run on both videos at once, the filter names the pair of frames and the number that one of our rules names."""
    peer = _ready(SIGNATURE_OF_FFMPEG_7)
    first, second = clips / "original.mp4", clips / "copy.mp4"
    one, other = (SIGNATURE_OF_FFMPEG_7.fingerprint(path) for path in (first, second))
    assert peer.compare(one, other) > 0
    ours = {_reported(look_up(one, other, coarse=coarse)) for coarse in (False, True)}
    assert _run_filter(first, second) in ours


def _reported(found: Found | None) -> tuple[float, float, int] | None:
    return (found.way.first / 25, found.way.second / 25, found.frames) if found else None


def _run_filter(first: Path, second: Path) -> tuple[float, float, int] | None:
    """Let the filter compare two videos within one graph; between threads, FFmpeg 9 often forgets to."""
    graph = f"movie={first}[a];movie={second}[b];[a][b]signature=nb_inputs=2:detectmode=full"
    output = ffmpeg.input(graph, f="lavfi").output("-", format="null")
    _, said = output.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), capture_stderr=True, capture_stdout=True)
    text = said.decode()
    report = re.search(r"matching of video 0 at ([\d.]+) and 1 at ([\d.]+), (\d+) frames matching", text)
    assert report or "no matching of video" in text
    return (float(report[1]), float(report[2]), int(report[3])) if report else None


def test_signature_of_ffmpeg_9_loses_a_video_in_itself(clips: Path) -> None:
    """Its own fault, kept as it is: offsets from 0 on are not read, and only segments at offset 0 are compared."""
    _ready(SIGNATURE_OF_FFMPEG_9)
    whole = SIGNATURE_OF_FFMPEG_9.fingerprint(clips / "original.mp4")
    assert SIGNATURE_OF_FFMPEG_9.compare(whole, whole) == 0
    assert SIGNATURE_OF_FFMPEG_7.compare(whole, whole) == FRAMES


@pytest.mark.parametrize("levels", [3, 40])
def test_signature_votes_are_those_counted_one_by_one(levels: int) -> None:
    """Votes and the nearest pair of each offset, with many equal distances and with few."""
    window = np.random.default_rng(levels).integers(100, 100 + levels, (24, 26)).astype(np.uint16)
    expected = _count_votes(window.tolist())
    votes = _Votes(window)
    assert {key: votes.of(*key) for key in expected} == {key: count for key, (count, _, _) in expected.items()}
    assert {key: votes.nearest(*key) for key in expected} == {key: pair for key, (_, _, pair) in expected.items()}
    assert votes.most == max(count for count, _, _ in expected.values())


def _count_votes(window: list[list[int]]) -> dict[tuple[int, int], tuple[int, int, tuple[int, int]]]:
    """Count votes, least distance and its first pair for each speed and offset."""
    points = [
        (row, column)
        for row, line in enumerate(window)
        for column, apart in enumerate(line)
        if apart == min(line) and apart < 116
    ]
    votes: dict[tuple[int, int], tuple[int, int, tuple[int, int]]] = {}
    for point, later in product(points, points):
        slope = (later[1] - point[1]) // (later[0] - point[0]) if later[0] > point[0] else 0
        if slope in {1, 2}:
            key = (slope, point[1] - slope * point[0])
            near = [(window[row][column], (row, column)) for row, column in (later, point)]
            apart, pair = min(near, key=lambda entry: entry[0])
            count, least, first = votes.get(key, (0, 1000, pair))
            votes[key] = (count + 1, min(least, apart), first if least <= apart else pair)
    return votes
