"""Processes of the station start together, end together and are not restarted."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

from station.devkit.places import CHECKOUT
from station.devkit.supervisor import Part, Supervisor, open_socket

PARENT = """
import os, sys
from pathlib import Path
from station.devkit.supervisor import Part, Supervisor
wait = "import os, sys; os.write(int(sys.argv[1]), b'x'); import signal; signal.pause()"
end = int(sys.argv[1])
Supervisor(environ=os.environ, directory=Path.cwd(), logs=Path(sys.argv[2])).start(
    Part(name="child", command=(sys.executable, "-c", wait, str(end)), keeps=(end,))
)
os.close(end)
import signal; signal.pause()
"""


def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(environ=os.environ, directory=tmp_path, logs=tmp_path / "logs")


def test_a_part_that_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    parts = supervisor(tmp_path)
    parts.start(Part(name="stays", command=(sys.executable, "-c", "input()"), keeps=()))
    parts.start(Part(name="ends", command=(sys.executable, "-c", "print('why'); exit(3)")))
    parts._running["ends"].wait()
    parts._running["stays"].wait()  # its standard input is closed: it ends as well
    ended = {parts.first_ended()}
    parts.stop()
    (first,) = ended
    assert first is not None
    assert first.name == "stays"
    assert "EOFError" in first.last_lines()


def test_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    parts = supervisor(tmp_path)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_DFL); signal.pause()"
    parts.start(Part(name="waits", command=(sys.executable, "-c", deaf)))
    process = parts._running["waits"]
    parts.stop()
    assert process.returncode is not None
    assert parts.first_ended() is None


def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(writing), str(tmp_path / "logs")],
        cwd=CHECKOUT,
        pass_fds=[writing],
    )
    os.close(writing)
    try:
        assert os.read(reading, 1) == b"x"  # the child runs
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        readable, _, _ = select.select([reading], [], [], 10)
        assert readable, "the child outlived its parent"
        assert os.read(reading, 1) == b""  # end of file: nobody holds the pipe any more
    finally:
        os.close(reading)


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with open_socket("127.0.0.1", preferred_port=port) as free:
            assert free.getsockname()[1] != port
