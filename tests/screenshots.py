"""`make screenshots`: the README's pictures, taken from the running program with the sample complaints in it.

python -m tests.screenshots [folder]
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from engine.identity.accounts import DEMO_PASSWORD
from tests.browser.chromium import chromium
from tests.casework import ROOT, SAMPLES

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@contextmanager
def running(directory: str) -> Iterator[str]:
    """The address of a demo of its own, with the sample complaints entered."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, settings = [sys.executable, "-m", "webapp.cli"], {**environ, "DATA_DIR": directory}
    server = subprocess.Popen(
        [*command, "run", "--demo", "--port", str(port)],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        next(line for line in server.stdout if str(port) in line)
        subprocess.run(
            [*command, "submit", str(SAMPLES)], cwd=ROOT, env=settings, check=True, capture_output=True
        )
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def sign_in(page: Page, address: str, user: str) -> None:
    page.goto(f"{address}/masuk")
    page.locator("input[autocomplete=username]").fill(user)
    page.locator("input[type=password]").fill(DEMO_PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as directory, running(directory) as address, chromium() as browser:
        wide = browser.new_page(viewport=WIDE)
        sign_in(wide, address, "petugas")
        wide.goto(f"{address}/tugas")
        wide.screenshot(path=folder / "tugas.png")
        wide.goto(wide.locator("main a[href^='/tugas/']").first.evaluate("link => link.href"))
        wide.screenshot(path=folder / "tugas-satu.png")
        phone = browser.new_page(viewport=PHONE)
        phone.goto(f"{address}/pengaduan/baru")
        phone.screenshot(path=folder / "pengaduan-baru.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "img")
