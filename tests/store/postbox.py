"""A small SMTP server that keeps what it is given."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Postbox(socketserver.ThreadingTCPServer):
    """Takes mail for anybody and keeps it: (recipients, message)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mail: list[tuple[list[str], bytes]] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs."""

    server: Postbox

    def handle(self) -> None:
        recipients: list[str] = []
        self.wfile.write(b"220 siap\r\n")
        for line in self.rfile:
            match line[:4].upper():
                case b"RCPT":
                    recipients.append(line.decode().split("<")[1].split(">")[0])
                case b"DATA":
                    self.wfile.write(b"354 tulis\r\n")
                    self.server.mail.append((recipients, b"".join(iter(self.rfile.readline, b".\r\n"))))
                case b"QUIT":
                    self.wfile.write(b"221 sampai jumpa\r\n")
                    return
            self.wfile.write(b"250 baik\r\n")


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    """One that serves during the block."""
    with Postbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
