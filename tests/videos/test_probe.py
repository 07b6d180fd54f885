"""What is no video, or must not be followed, is refused with the error that says so."""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import ffmpeg
import imageio_ffmpeg
import pytest

from tests.made_files import open_input, run_ffmpeg, write_index_first, write_picture
from tests.made_videos import VideoSpec, write_video
from verify.errors import (
    EmptyFileError,
    MissingFileError,
    NotARegularFileError,
    NotAVideoError,
    NoVideoStreamError,
    PlaylistError,
    UnknownCodecError,
    UnreadableFileError,
    VideoError,
    VideoTooLargeError,
)
from verify.videos import probe
from verify.videos.decode import decode_video
from verify.videos.probe import open_video

REFUSALS = {
    "audio_only.mp4": NoVideoStreamError,
    "cut_in_index.mp4": NotAVideoError,
    "unknown_codec.mp4": UnknownCodecError,
    "empty.mp4": EmptyFileError,
    "text.mp4": NotAVideoError,
    "picture.mp4": NotAVideoError,
    "hls.mp4": PlaylistError,
    "concat.mp4": PlaylistError,
    "sdp.mp4": PlaylistError,
}

HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\n{target}\n#EXT-X-ENDLIST\n"
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5004 RTP/AVP 96\r\n"
DASH = (
    '<?xml version="1.0"?>\n<!-- {padding} -->\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
    "<Period><AdaptationSet><Representation id='1'><BaseURL>{target}</BaseURL></Representation></AdaptationSet>"
    "</Period></MPD>"
)
LISTS = {
    "plain.mp4": HLS,
    "marked.mp4": "\ufeff" + HLS,
    "indented.mp4": "\n \t\n" + HLS,
    "upper.mp4": HLS.replace("#EXTM3U", "#extm3u"),
    "named.mkv": HLS,
    "named.ogv": HLS,
    "no_first_line.m3u8": HLS.replace("#EXTM3U\n", ""),
    "only_address.mp4": "{target}\n",
    "concat.mp4": "ffconcat version 1.0\nfile {target}\n",
    "bare_concat.mp4": "file '{target}'\n",
    "commented_concat.mp4": "# a list\nfile '{target}'\n",
    "session.mp4": SDP + "a=control:{target}\r\n",
    "dash.mp4": DASH.replace("{padding}", ""),
    "padded_dash.mp4": DASH.replace("{padding}", "x" * 5000),
    "winamp.mp4": "[playlist]\nFile1={target}\n",
    "smil.mp4": '<smil><body><video src="{target}"/></body></smil>',
}


@contextmanager
def _counting_server() -> Iterator[tuple[str, list[str]]]:
    """Run a loopback server; give its address and the list of what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/secret.mp4", asked
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def _watched(path: Path) -> Iterator[list[bytes]]:
    """Let the kernel report every opening and reading of a file; the list is filled on leaving."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "inotify_init1"):
        pytest.skip("the system reports no file accesses (inotify)")
    watch = libc.inotify_init1(os.O_NONBLOCK)
    in_access, in_open = 0x1, 0x20
    assert libc.inotify_add_watch(watch, os.fsencode(path), in_access | in_open) >= 0
    events: list[bytes] = []
    try:
        yield events
        with suppress(BlockingIOError):
            events.append(os.read(watch, 4096))
    finally:
        os.close(watch)


def test_file_without_a_video_is_refused_with_its_error(no_video: Path) -> None:
    """Each kind of unusable file has an error of its own, which names the file and a remedy."""
    with pytest.raises(REFUSALS[no_video.name]) as caught:
        decode_video(no_video, [])
    assert no_video.name in caught.value.what
    assert caught.value.remedy


def test_watch_sees_a_file_that_is_read(tmp_path: Path) -> None:
    """The watch of the tests below does report."""
    path = tmp_path / "secret.mp4"
    path.write_bytes(b"x")
    with _watched(path) as events:
        path.read_bytes()
    assert events


@pytest.mark.parametrize("name", LISTS)
def test_list_that_points_to_a_file_or_an_address_is_refused_and_neither_is_touched(tmp_path: Path, name: str) -> None:
    """Whatever a list is called and however it begins, what it names is not opened and nobody is asked."""
    secret = write_video(tmp_path / "secret.mp4", VideoSpec(indices=range(10))).path
    path = tmp_path / name
    with _counting_server() as (address, asked), _watched(secret) as events:
        for target in (secret.name, str(secret), f"file://{secret}", address):
            path.write_text(LISTS[name].replace("{target}", target), "utf-8")
            with pytest.raises((PlaylistError, NotAVideoError)):
                decode_video(path, [])
    assert asked == []
    assert events == []


def test_quicktime_that_refers_to_another_file_does_not_open_it(tmp_path: Path) -> None:
    """Samples outside the file are not looked for."""
    secret = write_video(tmp_path / "secret.mov", VideoSpec(indices=range(10))).path
    data = secret.read_bytes()
    inside = b"\0\0\0\x0curl \0\0\0\x01"
    outside = b"url \0\0\0\0secret.mov\0"
    outside = (len(outside) + 4).to_bytes(4, "big") + outside
    grown = len(outside) - len(inside)
    assert data.index(b"mdat") < data.index(b"moov")  # the samples do not move when the index grows
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        # A handler of its own has a dinf in some files; the last of each kind holds the samples' reference.
        start = data.rindex(box, 0, data.rindex(inside)) - 4
        size = int.from_bytes(data[start : start + 4], "big") + grown
        data = data[:start] + size.to_bytes(4, "big") + data[start + 4 :]
    place = data.rindex(inside)
    data = data[:place] + outside + data[place + len(inside) :]
    path = tmp_path / "refers.mov"
    path.write_bytes(data)
    with _watched(secret) as events, suppress(VideoError):
        decode_video(path, [])
    assert events == []


@pytest.mark.parametrize("ending", ["mp4", "mkv", "gif", "ts"])
def test_picture_under_the_name_of_a_video_is_refused(tmp_path: Path, ending: str) -> None:
    """A still is no video, whatever its name says."""
    path = tmp_path / f"picture.{ending}"
    write_picture(path)
    with pytest.raises(NotAVideoError):
        decode_video(path, [])


@pytest.mark.parametrize("kind", ["fifo", "folder", "device"])
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    """A pipe without a writer would block for ever; it is not opened."""
    path = Path("/dev/zero") if kind == "device" else tmp_path / "clip.mp4"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(NotARegularFileError):
        decode_video(path, [])


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """The name may be mistyped, and the error says to check it."""
    with pytest.raises(MissingFileError):
        decode_video(tmp_path / "clip.mp4", [])


def test_name_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    """Whatever the system answers becomes an error that a user can act on."""
    with pytest.raises(UnreadableFileError):
        decode_video(tmp_path / ("x" * 300), [])


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_file_without_permission_is_refused(tmp_path: Path) -> None:
    """Permissions are not an error of the video."""
    path = write_video(tmp_path / "clip.mp4", VideoSpec(indices=range(2))).path
    path.chmod(0)
    with pytest.raises(UnreadableFileError):
        decode_video(path, [])


def test_too_many_streams_are_refused(tmp_path: Path) -> None:
    """A file with hundreds of streams costs one error, not the memory of hundreds of decoders."""
    made = write_video(tmp_path / "one.mkv", VideoSpec(indices=range(2)))
    source = open_input(made.path)
    job = ffmpeg.output(*[source["v"]] * 65, str(tmp_path / "many.mkv"), c="copy")
    job.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), capture_stderr=True)
    with pytest.raises(VideoTooLargeError):
        decode_video(tmp_path / "many.mkv", [])


def test_too_many_pixels_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture beyond the limit is refused before it is decoded."""
    monkeypatch.setattr(probe, "MAX_PIXELS", 320 * 180 - 1)
    with pytest.raises(VideoTooLargeError):
        decode_video(write_video(tmp_path / "clip.mp4", VideoSpec(indices=range(2))).path, [])


def test_strange_names_are_opened_as_files(tmp_path: Path) -> None:
    """A name that looks like an address, an option or a pattern is only a name."""
    made = write_index_first(tmp_path / "clip.mp4", VideoSpec(indices=range(3)))
    data = made.path.read_bytes()
    names = ["http:host.mp4", "concat:a|b.mp4", "-i.mp4", "%03d.mp4", "a*b?.mp4", "зв'іт “1”.mp4", "pipe:0", "a\nb.mp4"]
    for name in names:
        path = tmp_path / name
        path.write_bytes(data)
        with open_video(path) as video:
            assert video.stream.width == 320


def test_unbelievable_pixel_aspect_is_ignored_and_said(tmp_path: Path) -> None:
    """A broken header does not stretch the picture to a line."""
    source = write_video(tmp_path / "plain.mp4", VideoSpec(indices=range(3))).path
    run_ffmpeg([open_input(source)], tmp_path / "odd.mkv", c="copy", aspect="5000:9")
    facts = decode_video(tmp_path / "odd.mkv", [])
    assert (facts.width_px, facts.height_px) == (320, 180)
    assert any("pixel aspect" in said for said in facts.oddities)
