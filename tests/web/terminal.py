"""A terminal for the tests: `pengaduan` called in this process over an office of its own."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from engine.store import migrations
from engine.store.session import Database
from tests.casework import ZONE, open_office
from webapp.cli import call


@dataclass(frozen=True)
class Said:
    """What a call wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """The objects of `--json`."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def line(self) -> Any:
        """The only one."""
        [line] = self.lines
        return line


class Terminal:
    """`terminal("case", number, "--json")`, with DATA_DIR and standard input set for it."""

    def __init__(
        self, directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.directory = directory
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        for name in ("DATABASE_URL", "DEMO", "HOST", "MASTER_KEY_FILE", "PENGADUAN_LANG", "PORT", "SMTP_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATA_DIR", str(directory))

    def __call__(self, *arguments: str | Path, stdin: str = "") -> Said:
        typed = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        with self._monkeypatch.context() as patch:
            patch.setattr("sys.stdin", typed)
            code = call([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in err
        return Said(code, out, err)

    def furnish(self) -> Terminal:
        """Put an office into DATA_DIR: tables, process, calendar, and the people of `tests.casework`."""
        self.directory.mkdir(exist_ok=True)
        (self.directory / "pengaduan.sqlite3").write_bytes(_office())
        return self


@cache
def _office() -> bytes:
    """An office as of today: the command line has the real clock."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "pengaduan.sqlite3"
        database = Database(f"sqlite:///{path}", synchronous="OFF")
        migrations.upgrade(database)
        open_office(database, now=datetime.now(ZONE).replace(tzinfo=None).isoformat())
        database.dispose()
        return path.read_bytes()
