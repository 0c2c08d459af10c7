"""A mail server: takes mails and keeps them, or refuses as it is told to."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from events.backends.twins.serving import served


class MailServer:
    """`refused` maps a recipient to the reply that it gets; `reply` is what any mail gets at its end."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refused: dict[str, str] = {}
        self.reply = "250 Taken"
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    @contextmanager
    def running(self) -> Iterator[MailServer]:
        with served(self._server):
            yield self

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        twin = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 twin ready")
                while line := self.rfile.readline().decode().strip():
                    verb = line.upper()
                    if verb.startswith("RCPT"):
                        self._say(twin.refused.get(line.partition("<")[2].rstrip(">"), "250 Ok"))
                    elif verb == "DATA":
                        self._say("354 Go on")
                        self._take()
                    elif verb == "QUIT":
                        self._say("221 Bye")
                        return
                    else:
                        self._say("250 Ok")

            def _take(self) -> None:
                lines: list[bytes] = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
                if twin.reply.startswith("250"):
                    twin.mails.append(message_from_bytes(b"".join(lines)))
                self._say(twin.reply)

            def _say(self, reply: str) -> None:
                self.wfile.write(f"{reply}\r\n".encode())

        return Handler
