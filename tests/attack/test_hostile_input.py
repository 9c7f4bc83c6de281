"""Whatever stands in an address, a form or a file: a page that says so, and never a fault, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

from engine.definition.calendar_file import MOST_DOTS
from engine.definition.calendar_file import read as read_calendar
from engine.errors import CalendarInvalid
from engine.store.session import Database
from engine.store.tables import events
from tests.casework import COMPLAINT, PROCESS, SOAK, Office, open_office
from tests.rest.client import Client
from tests.web.officers import Officer, an_app

SCRIPT = '"><script>alert(1)</script>'
#: Half a surrogate pair, digits of another script beyond every number, a script, a header.
IN_ADDRESSES = ("\ud800", "９" * 30, SCRIPT, "\r\nSet-Cookie: jahat=1", "PGD-9999-999999")
ARGUMENTS = (
    "bahasa", "sesudah", "sebelum", "keadaan", "langkah", "tampil", "selesai", "sudah", "pesan", "next", "nomor",
    "versi", "tahun", "bulan", "tentang", "cetak", "kendala", "dari", "ke", "ganti", "hash", "peta", "benih", "sampel",
    "kertas", "gagal", "sampai", "temuan",
)  # fmt: skip
IN_FORMS = ("a\0b", "x" * 90_000, SCRIPT, "[" * 5_000)
#: Who asks: each in turn, until one is not sent away; with `SOAK=1` all of them.
PEOPLE = ("petugas", "analis", "pengelola", "auditor")
#: Endpoints that have tests of their own for how they fail; papers are read as pages, and written as PDF elsewhere.
LEFT_OUT = (
    "static", "health.ready", "papers.receipt_file", "papers.letter_file", "papers.sheet_file", "designer.sop_pdf",
    "security.sign_out",
)  # fmt: skip


def addresses(app: Flask, method: str, texts: tuple[str, ...], **good: str) -> Iterator[tuple[str, str]]:
    """Every address of the pages with each text in the place of its variables, and once with good ones."""
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.endpoint.startswith(("engine_rest", *LEFT_OUT)):
            continue
        for text in texts:
            for values in [dict.fromkeys(rule.arguments, text), good] if rule.arguments else [{}]:
                path = rule.rule
                for name in rule.arguments:
                    value = quote(values.get(name, "1").encode("utf-8", "surrogatepass"), safe="")
                    path = re.sub(rf"<[^>]*\b{name}>", value, path)
                yield path, text


def test_no_address_is_a_fault(database: Database, tmp_path: Path) -> None:
    office = open_office(database)
    number = office.submit()
    app = an_app(office, tmp_path / "data")
    clients = [Officer(app, who).client for who in PEOPLE]
    good = {
        "number": number,
        "work_item": office.open_items(number)[0],
        "id": "petugas",
        "key": PROCESS,
        "version": "1",
    }
    for path, text in addresses(app, "GET", IN_ADDRESSES, **good):
        value = quote(text.encode("utf-8", "surrogatepass"))
        for client in clients:
            answer = client.get(f"{path}?{'&'.join(f'{name}={value}' for name in ARGUMENTS)}")
            assert answer.status_code < 500, (path, text)
            if answer.mimetype.startswith("text/"):
                assert "<script>alert(1)" not in answer.text, path
            assert "jahat" not in str(answer.headers.get_all("Set-Cookie")), path
            if answer.status_code != 403 and not SOAK:
                break


@pytest.mark.parametrize("people", [("petugas",), ("auditor",), ("analis", "pengelola")])
def test_no_form_is_a_fault(office: Office, app: Flask, people: tuple[str, ...]) -> None:
    """In one office only those of whom none keeps in confidence what another writes for all to read."""
    number = office.submit()
    item = office.open_items(number)[0]
    office.claim(item, "petugas")
    clients = [Officer(app, who).client for who in people]
    app.config["WTF_CSRF_ENABLED"] = False
    names = (
        *COMPLAINT, "nama", "kontak", "rahasia", "komentar", "alasan", "cari", "kode", "nomor", "sandi", "pengguna",
        "kelompok", "kelompok_lain", "surel", "guna", "hari", "isi", "catatan", "tindakan", "diperiksa", "kepada",
        "pesan", "dari", "ke", "ganti", "bulan", "kategori", "dasar", "_tugas", "_identitas", "_perintah", "_langkah", "next", "isian", "lingkup", "tanggapan", "nilai", "lakukan", "saat", "versi",
    )  # fmt: skip
    good = {"number": number, "work_item": item, "id": "petugas2", "incident": "K-000000", "token": "x"}
    good |= {"key": PROCESS, "version": "1"}
    for path, text in addresses(app, "POST", IN_FORMS, **good):
        if not path.isascii() or "%" in path:
            continue
        for client in clients:
            answer = client.post(path, data=dict.fromkeys(names, text))
            assert answer.status_code < 500, (path, text[:10])
            assert "<script>alert(1)" not in answer.text, path
            if answer.status_code != 403 and not SOAK:
                break


def test_nobody_writes_a_sentence_into_the_history_as_a_commands_id(office: Office, app: Flask) -> None:
    client = Officer(app, "petugas").client
    number = office.submit()
    app.config["WTF_CSRF_ENABLED"] = False
    said = "Ibu Siti, 0812-3456-7890, Jalan Merdeka"
    sent = {"komentar": "Sudah dilihat.", "_perintah": said}
    assert client.post(f"/pengaduan/{number}/komentar", data=sent).status_code == 303
    with office.ports.database.read() as connection:
        ids = list(connection.scalars(select(events.c.command_id).where(events.c.type == "comment:added")))
    assert len(ids) == 1
    assert re.fullmatch("[0-9a-f-]{36}", ids[0])


def test_a_password_of_any_length_is_only_wrong(app: Flask) -> None:
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    for length in (256, 4_097, 90_000):
        assert client.post("/masuk", data={"nama": "petugas", "sandi": "x" * length}).status_code == 422
        answer = Client(app, "petugas", password="x" * length).open("GET", "/task")
        assert answer.status_code == 401


def test_a_calendar_that_would_keep_the_parser_busy_is_refused_at_once() -> None:
    with pytest.raises(CalendarInvalid, match=f"more than {MOST_DOTS} dots"):
        read_calendar(".".join(["a"] * 20_000) + " = 1")
