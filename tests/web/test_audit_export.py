"""The history as files: at `/audit/ekspor` and by `pengaduan history export`."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from lxml import etree
from sqlalchemy import select

from engine.store.tables import access_log
from tests.casework import Office
from tests.store.test_exports import unpacked
from tests.web.officers import Officer
from tests.web.terminal import Terminal


def test_an_auditor_downloads_each_kind_of_file(app: Flask, office: Office) -> None:
    number = office.submit()
    auditor = Officer(app, "auditor")
    page = auditor.get("/audit/ekspor")
    for kind in ("jsonl", "csv", "xes", "xlsx"):
        answer = auditor.client.get(page.link(f"Unduh {kind.upper()}"))
        assert answer.status_code == 200
        assert answer.is_streamed
        assert answer.headers["Content-Disposition"].endswith(f".{kind}")
        assert number in unpacked(kind, answer.data).decode()
    with office.ports.database.read() as connection:
        exported = access_log.c.act == "history:export"
        rows = connection.execute(select(access_log).where(exported)).all()
    assert sorted((row.actor, row.act, row.source, row.why) for row in rows) == [
        ("auditor", "history:export", "web", kind) for kind in ("csv", "jsonl", "xes", "xlsx")
    ]


def test_another_kind_of_file_is_not_found(app: Flask, office: Office) -> None:
    assert Officer(app, "auditor").client.get("/audit/ekspor/pdf").status_code == 404


def test_the_command_writes_to_the_terminal_or_to_a_file(pengaduan: Terminal, tmp_path: Path) -> None:
    pengaduan.furnish()
    said = pengaduan("history", "export", "--format", "jsonl", "--as", "auditor")
    assert said.code == 0
    assert json.loads(said.out.splitlines()[0])["case_number"] == "sistem"
    path = tmp_path / "riwayat.xlsx"
    assert pengaduan("history", "export", "--format", "xlsx", "--output", path).code == 0
    assert b"case:submitted" not in unpacked("xlsx", path.read_bytes()), "nobody has complained yet"
    assert b"deployment:" in unpacked("xlsx", path.read_bytes())
    path = tmp_path / "riwayat.xes"
    assert pengaduan("history", "export", "--format", "xes", "--output", path).code == 0
    assert etree.fromstring(path.read_bytes()).tag == "{http://www.xes-standard.org/}log"


def test_who_may_not_export_leaves_a_file_that_was_there_as_it_was(
    pengaduan: Terminal, tmp_path: Path
) -> None:
    pengaduan.furnish()
    path = tmp_path / "lama.csv"
    path.write_text("lama")
    said = pengaduan("history", "export", "--format", "csv", "--output", path, "--as", "pengelola")
    assert said.code == 1
    assert path.read_text() == "lama"
