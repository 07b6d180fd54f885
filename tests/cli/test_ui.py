"""``verify-video ui``: what it starts, what it refuses to start, and that nothing of it stays behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.ui.made_case import make_case
from verify.cli.main import main
from verify.ui.arguments import read_arguments

COMMAND = Path(sys.executable).with_name("verify-video")
START_WITHIN_S = 60
END_WITHIN_S = 30


class Started(Exception):  # noqa: N818  (not an error: it stands for the server that takes over)
    """The process would now become this command."""

    def __init__(self, command: list[str]) -> None:
        super().__init__(command)
        self.command = command


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the command instead of becoming it: a test cannot be replaced by a server."""

    def tell(_program: str, command: list[str]) -> None:
        raise Started(command)

    monkeypatch.setattr(os, "execv", tell)


def free_port() -> int:
    """Give a port of loopback that nobody listens on."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.usefixtures("started")
def test_ui_passes_its_arguments_to_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the analyst names must arrive where the screen reads it, whatever folder it runs in."""
    root = make_case(tmp_path / "one", frames=1).root
    monkeypatch.chdir(tmp_path)
    port = free_port()
    with pytest.raises(Started) as caught:
        main(["ui", "one", "--cases", "all cases", "--db", "old footage.db", "--port", str(port)])
    command = caught.value.command
    assert f"--server.port={port}" in command
    assert "--server.address=127.0.0.1" in command
    passed = read_arguments(command[command.index("--") + 1 :])
    assert (passed.case, passed.cases, passed.database) == (root, tmp_path / "all cases", "old footage.db")


@pytest.mark.usefixtures("started")
def test_ui_without_arguments_lists_cases_on_any_free_port() -> None:
    """The shortest command works."""
    with pytest.raises(Started) as caught:
        main(["ui"])
    assert caught.value.command[-1] == "--"
    assert not [flag for flag in caught.value.command if flag.startswith("--server.port")]


@pytest.mark.usefixtures("started")
def test_ui_of_a_missing_case_says_so_and_starts_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error is better told in the terminal than in a browser."""
    assert main(["ui", str(tmp_path / "gone")]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "it is not a case folder" in told.err


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("port", ["taken", "70000", "-1"])
def test_ui_on_a_port_that_cannot_be_had_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The server itself would end with a status that means something else."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert main(["ui", f"--port={taken if port == 'taken' else port}"]) == 2
    assert "Give another --port" in capsys.readouterr().err


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start the installed command on a case and wait until the screen answers."""
    if not COMMAND.is_file():
        pytest.skip("verify-video is not installed beside this Python")
    root = make_case(tmp_path / "one", frames=1).root
    port = free_port()
    command = [str(COMMAND), "ui", str(root), "--db", "footage.db", "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_healthy(process, port)
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server says that it is well."""
    give_up = time.monotonic() + START_WITHIN_S
    while time.monotonic() < give_up and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
                assert answer.read() == b"ok"
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the screen did not start, exit status {process.poll()}")


def is_answered(address: str, port: int) -> bool:
    """Tell whether something accepts connections there."""
    try:
        with socket.create_connection((address, port), timeout=5):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_installed_ui_serves_loopback_only_and_leaves_nothing_behind(
    server: tuple[subprocess.Popen[bytes], int], sent: signal.Signals
) -> None:
    """Unpublished footage does not leave the machine, and Ctrl+C ends what it started."""
    process, port = server
    assert is_answered("127.0.0.1", port)
    # On Linux all of 127.0.0.0/8 is this machine: a server bound to every address would answer there, too.
    others = ["127.0.0.2", *own_addresses()] if sys.platform == "linux" else own_addresses()
    assert [address for address in others if is_answered(address, port)] == []
    process.send_signal(sent)
    process.wait(timeout=END_WITHIN_S)
    assert not is_answered("127.0.0.1", port), "a server outlives the command"


def own_addresses() -> list[str]:
    """Give the addresses of this machine on its networks, as far as its name tells them."""
    try:
        found = socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []
    return [address for address in found if address != "127.0.0.1"]
