"""Tokens from the command line to the REST face, and what the record keeps of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine.config import Settings
from engine.history import log
from engine.runtime.ports import open_ports
from engine.store.tables import SYSTEM_CHAIN
from tests.rest.client import Client
from tests.web.terminal import Terminal
from webapp import create_app


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path / "var", monkeypatch, capsys).furnish()


@pytest.fixture
def client_of(terminal: Terminal) -> Iterator[Callable[[str], Client]]:
    settings = Settings(data_dir=terminal.directory)
    ports = open_ports(settings)
    app: Flask = create_app(settings, ports, {"RATELIMIT_ENABLED": False})
    yield lambda secret: Client(app, token=secret)
    ports.database.dispose()


def test_a_token_is_shown_once_opens_the_rest_face_and_is_revoked(
    terminal: Terminal, client_of: Callable[[str], Client]
) -> None:
    made = terminal("token", "add", "petugas", "--name", "uji", "--days", "30")
    assert (made.code, "tidak ditampilkan lagi" in made.err) == (0, True)
    secret = made.out.strip()
    client_of(secret).get("/version")
    listed = terminal("token", "list")
    assert secret.partition(".")[0] in listed.out
    assert secret.partition(".")[2] not in listed.out
    assert terminal("token", "revoke", secret.partition(".")[0]).code == 0
    client_of(secret).get("/version", 401)
    assert "(berakhir)" in terminal("token", "list").out


def test_only_its_digest_is_kept(terminal: Terminal) -> None:
    secret = terminal("token", "add", "petugas", "--name", "uji", "--json").line["token"].partition(".")[2]
    with sqlite3.connect(terminal.directory / "pengaduan.sqlite3") as database:
        dump = "\n".join(database.iterdump())
    database.close()
    assert "aduan-" in dump
    assert secret not in dump


def test_making_and_revoking_are_on_record(terminal: Terminal) -> None:
    made = terminal("token", "add", "petugas", "--name", "Nama yang pribadi", "--json").line
    terminal("token", "revoke", made["id"])
    terminal("token", "revoke", made["id"])  # it stays revoked
    ports = open_ports(Settings(data_dir=terminal.directory))
    with ports.database.read() as connection:
        events = [e for e in log.read(connection, SYSTEM_CHAIN) if e.type.startswith("token:")]
    ports.database.dispose()
    assert [e.type for e in events] == ["token:added", "token:revoked"]
    assert all(e.payload["token"] == made["id"] and e.payload["user"] == "petugas" for e in events)
    assert not any("pribadi" in str(e.payload) for e in events)


def test_only_the_administrator_makes_tokens_and_only_for_active_users(terminal: Terminal) -> None:
    add = ("token", "add", "petugas", "--name", "uji")
    for user in ("petugas", "analis", "auditor", "sekretariat"):
        assert terminal(*add, "--as", user).code == 1
    assert terminal(*add, "--as", "pengelola").code == 0
    assert terminal("token", "add", "tidak-ada", "--name", "uji").code == 1
    terminal("user", "disable", "petugas2")
    assert terminal("token", "add", "petugas2", "--name", "uji").code == 1
    assert terminal(*add, "--days", "0").code == 2
    assert terminal("token", "revoke", "aduan-00000000").code == 1
    assert terminal("token", "list", "--as", "auditor").code == 0
    assert terminal("token", "list", "--as", "petugas").code == 1
