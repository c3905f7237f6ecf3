"""The smallest mail server that can be slow, rude and counted. For drills, on 127.0.0.1 only."""

import socketserver
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

# Where in a conversation the postbox can be told to stop: before it has read the letter, and
# after it has taken it but before it has said so.
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that the server has answered for."""

    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def id(self) -> str:
        """The Message-ID, by which a mail server tells a repeat."""
        return str(self.message["Message-ID"])


class Postbox:
    """A server on a free port. ``letters`` is what was taken, in order."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.stopped: list[str] = []  # recipients of the conversations that stand still
        self.refusals: dict[str, str] = {}  # recipient, or "" for everybody → the answer
        self._stops_at = ""
        self._go_on = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.postbox = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self.go_on()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def stop_at(self, place: str) -> None:
        """Let every conversation from now on stand still at ``place``."""
        self._go_on.clear()
        self.stopped.clear()
        self._stops_at = place

    def go_on(self) -> None:
        """Let them all go on, and stop no other."""
        self._stops_at = ""
        self._go_on.set()

    def pass_by(self, place: str, recipients: Sequence[str]) -> None:
        """Stand still if this is the place."""
        if place == self._stops_at:
            self.stopped.extend(recipients)
            self._go_on.wait(timeout=120)

    def count(self) -> Counter[str]:
        """Return how often each letter was taken, by its Message-ID."""
        return Counter(letter.id for letter in self.letters)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    postbox: Postbox

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed is no error of the server's."""


class _Conversation(socketserver.StreamRequestHandler):
    """RFC 5321 as far as Django's mailer speaks it."""

    server: _Server

    def handle(self) -> None:
        postbox = self.server.postbox
        if self._refused(""):
            return
        self._say("220 postbox")
        recipients: list[str] = []
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            if word.upper() == "QUIT":
                self._say("221 bye")
                return
            if word.upper() == "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                if self._refused(address):
                    continue
                recipients.append(address)
            if word.upper() == "DATA":
                postbox.pass_by(BEFORE, recipients)
                self._say("354 go on")
                self._take(tuple(recipients))
                recipients.clear()
                continue
            self._say("250 fine")

    def _take(self, recipients: tuple[str, ...]) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return  # the sender is gone; a letter without its end is none
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        postbox = self.server.postbox
        postbox.letters.append(Letter(recipients, message))
        postbox.pass_by(AFTER, recipients)
        self._say("250 taken")

    def _refused(self, address: str) -> bool:
        answer = self.server.postbox.refusals.get(address)
        if answer:
            self._say(answer)
        return answer is not None

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
