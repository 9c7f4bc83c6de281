"""Behind a proxy that speaks TLS: its word about the visitor is believed, and nobody else's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask import Flask, request
from waitress.server import create_server

from engine.config import Settings
from webapp.commands.serve import _proxy


def seen(settings: Settings) -> Iterator[str]:
    """Serve one page that tells what the application sees; gives its address."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: f"{request.scheme} {request.remote_addr}")
    server = create_server(app, host="127.0.0.1", port=0, threads=1, **_proxy(settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.trigger.pull_trigger(server.close)  # inside its own loop, which ends by it
    thread.join()


def asked(address: str) -> str:
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "aduan.example",
    }
    with urlopen(Request(address, headers=headers)) as response:
        return response.read().decode()


@pytest.mark.parametrize(
    ("proxy", "answer"),
    [("127.0.0.1", "https 203.0.113.9"), (None, "http 127.0.0.1"), ("198.51.100.1", "http 127.0.0.1")],
)
def test_forwarded_headers_count_only_from_the_trusted_proxy(
    proxy: str | None, answer: str, tmp_path: Path
) -> None:
    addresses = seen(Settings(data_dir=tmp_path, trusted_proxy=proxy))
    assert asked(next(addresses)) == answer
    with pytest.raises(StopIteration):
        next(addresses)
