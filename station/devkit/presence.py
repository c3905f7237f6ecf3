"""One running station a checkout: a second start is told where the first one is.

The lock ends with the process that holds it, also after kill -9; what it wrote means something
only while somebody holds it. Two stations on one database would send everything twice.
"""

import fcntl
import os
from pathlib import Path


class AlreadyRuns(Exception):
    """Another process runs this checkout's station; the text is for people."""


class Presence:
    """The right to run the station of a checkout, held until the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the right or raise `AlreadyRuns`; ``path`` is the record of who holds it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._record = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)  # no child inherits it
        try:
            fcntl.flock(self._record, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            found = os.read(self._record, 200).decode(errors="replace").strip()
            os.close(self._record)
            raise AlreadyRuns(_told(found)) from error
        self.tell("")

    def tell(self, address: str) -> None:
        """Write down where the station answers; empty while it starts."""
        os.ftruncate(self._record, 0)
        os.pwrite(self._record, address.encode(), 0)

    def leave(self) -> None:
        """Give the right back."""
        os.close(self._record)


def _told(address: str) -> str:
    if not address:
        return (
            "这个目录的服务站正在启动 / the station of this checkout is starting in another window"
        )
    return (
        f"这个目录的服务站已在运行 / the station of this checkout already runs: {address}\n"
        "要重新启动,先在那个窗口按 Ctrl-C / to start anew, press Ctrl-C in its window first"
    )
