"""`pengaduan run` as a process of its own: it sets itself up, serves, sweeps, and ends cleanly when told to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.casework import COMPLAINT, ROOT


def a_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start(directory: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DEMO", "HOST", "PORT", "PENGADUAN_LANG", "SMTP_URL")
    }
    return subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", *arguments],
        cwd=ROOT,
        env={**environment, "DATA_DIR": str(directory)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


@contextmanager
def serving(directory: Path, *arguments: str) -> Iterator[str]:
    """The address of a running program, which has ended with code 0 after the block."""
    port = a_port()
    process = start(directory, "run", "--port", str(port), *arguments)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if str(port) in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "Traceback" not in err


def call(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    process = start(directory, *arguments)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def test_it_sets_itself_up_serves_and_is_the_same_office_after_a_restart(tmp_path: Path) -> None:
    directory, file = tmp_path / "var", tmp_path / "satu.jsonl"
    file.write_text(json.dumps(COMPLAINT))
    with serving(directory, "--demo") as address:
        with urlopen(f"{address}/readyz") as answer:
            assert json.load(answer)["status"] == "ok"
        taken = json.loads(call(directory, "submit", str(file), "--json").stdout)
    with serving(directory) as address, urlopen(f"{address}/readyz") as answer:
        assert answer.status == 200
    assert json.loads(call(directory, "case", taken["case_number"], "--json").stdout)["status"] == "open"
    listed = call(directory, "user", "list").stdout
    assert all(name in listed for name in ("petugas2", "pengelola", "auditor"))
    assert call(directory, "history", "verify").returncode == 0


def test_the_demo_is_refused_on_an_address_that_others_reach(tmp_path: Path) -> None:
    done = call(tmp_path / "var", "run", "--demo", "--host", "0.0.0.0")
    assert done.returncode == 1
    assert "0.0.0.0" in done.stderr
    assert not (tmp_path / "var").exists()


def test_an_address_that_is_taken_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = call(tmp_path / "var", "run", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "Tidak dapat melayani" in done.stderr


def test_a_worker_ends_when_told_to(tmp_path: Path) -> None:
    assert call(tmp_path / "var", "db", "upgrade").returncode == 0
    process = start(tmp_path / "var", "worker")
    assert process.stderr is not None
    assert "Pekerja berjalan" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0
