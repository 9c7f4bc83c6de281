"""The page of an error says what happened, that nothing is lost, and where to go on; met by real requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, abort

from engine.config import Settings
from engine.errors import EngineError, KeyMissing
from tests.casework import Office
from tests.web.officers import Officer, Page
from webapp import create_app
from webapp.error_pages import BY_CODE, BY_STATUS

#: A word or two of each page's title and the advice that must stand on it.
SAID = {
    400: ("tidak dapat dibaca", "muat ulang"),
    401: ("belum masuk", "Masuk dahulu"),
    403: ("tidak berhak", "minta haknya kepada Pengelola"),
    404: ("tidak ada", "Periksa alamatnya"),
    405: ("tidak dibuka dengan cara itu", "Buka formulirnya"),
    409: ("tidak dapat dilakukan sekarang", "Keadaannya sudah berubah"),
    410: ("sudah tidak ada lagi", "sudah dihapus"),
    413: ("terlalu besar", "ringkas isiannya"),
    422: ("perlu diperbaiki", "perbaiki isiannya"),
    429: ("Terlalu banyak percobaan", "Demi keamanan"),
    500: ("kendala di pihak kami", "nomor kendala"),
    503: ("berhenti sebentar", "coba lagi beberapa menit lagi"),
}


@pytest.fixture
def visitor(app: Flask) -> Officer:
    return Officer(app, "", sign_in=False)


def answering(app: Flask, path: str, error: Callable[[], object]) -> None:
    """An address of the application where this error happens."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule(path, path, error)


def ways(page: Page) -> list[str]:
    return [" ".join(a.text_content().split()) for a in page.tree.xpath("//ul[@class='app-error__next']//a")]


@contextmanager
def away(office: Office) -> Iterator[None]:
    """The database's file is not there, and something else is in its place."""
    database = office.ports.database
    file = Path(str(database.url.database))
    database.dispose()
    kept = file.rename(file.with_suffix(".kept"))
    file.mkdir()
    try:
        yield
    finally:
        database.dispose()
        file.rmdir()
        kept.rename(file)


# --- every status ------------------------------------------------------------


def test_every_status_that_can_happen_has_its_page() -> None:
    assert SAID.keys() == BY_STATUS.keys()


@pytest.mark.parametrize("status", SAID)
def test_a_page_says_what_happened_what_is_lost_and_where_to_go(
    app: Flask, visitor: Officer, status: int
) -> None:
    answering(app, "/galat", lambda: abort(status))
    page = visitor.get("/galat")
    assert page.status == status
    assert all(words in page.text for words in SAID[status])
    assert f"Galat {status}" in page.text
    assert "Tidak ada pengaduan yang berubah atau hilang" in page.text
    assert "Ke beranda" in ways(page)


def _errors() -> Iterator[type[EngineError]]:
    waiting = [EngineError]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        yield found


@pytest.mark.parametrize("error", [e for e in _errors() if e.code in BY_CODE], ids=lambda e: e.code)
def test_a_refusal_of_the_engine_has_a_page_without_gaps(
    app: Flask, visitor: Officer, error: type[EngineError]
) -> None:
    def refuse() -> None:
        raise error("The English of the engine", incident="K-ABC123")

    answering(app, "/tolak", refuse)
    page = visitor.get("/tolak")
    assert page.status == BY_CODE[error.code].status
    assert "{" not in page.text
    assert "The English" not in page.source


def test_an_erased_person_is_gone_for_good(app: Flask, visitor: Officer) -> None:
    def refuse() -> None:
        raise KeyMissing

    answering(app, "/dihapus", refuse)
    assert visitor.get("/dihapus").status == 410


# --- where to go on ----------------------------------------------------------


@pytest.mark.parametrize("typed", ["/PGD-2026-000123", "/x/pgd-2026-123", "/aduan/PGD2026000123/lihat"])
def test_a_mistyped_address_with_a_number_offers_to_track_it(visitor: Officer, typed: str) -> None:
    page = visitor.get(typed)
    assert page.status == 404
    assert ways(page)[0] == "Lacak pengaduan PGD-2026-000123"
    form, _ = visitor.get(page.link("Lacak pengaduan PGD")).form("Lihat pengaduan")
    assert form.fields["nomor"] == "PGD-2026-000123"


def test_whoever_opens_a_staff_page_of_a_case_without_an_account_can_track_it(visitor: Officer) -> None:
    page = visitor.get("/tugas/PGD-2026-000123:Langkah_2:1")
    assert page.link("Lacak pengaduan PGD-2026-000123").startswith("/lacak?nomor=PGD-2026-000123")


def test_staff_get_their_way_back(app: Flask) -> None:
    page = Officer(app, "petugas").get("/tugas/PGD-2026-999999:Langkah_2:1")
    assert page.status == 404
    assert "Tugas" in ways(page)
    assert "Ke beranda" not in ways(page)


def test_the_page_before_is_offered_only_when_it_is_ours(visitor: Officer) -> None:
    for came, offered in (
        ("http://localhost/lacak?nomor=1", True),
        ("https://elsewhere.example/lacak", False),
        ("http://localhost/tidak-ada", False),
    ):
        page = Page(visitor.client.get("/tidak-ada", headers={"Referer": came}))
        assert ("Ke halaman sebelumnya" in ways(page)) is offered


def test_an_address_that_only_takes_a_form_leads_to_the_form(office: Office, app: Flask) -> None:
    task = f"/tugas/{office.open_items(office.submit())[0]}"
    petugas = Officer(app, "petugas")
    page = petugas.get(f"{task}/ambil")
    assert page.status == 405
    assert page.link("Buka formulirnya") == task
    assert "POST" in petugas.client.get(f"{task}/ambil").headers["Allow"]


def test_errors_come_in_english_too(visitor: Officer) -> None:
    page = visitor.get("/tidak-ada?bahasa=en")
    assert page.tree.get("lang") == "en"
    assert "There is no such page" in page.text
    assert "English" not in page.source
    assert page.link("Bahasa Indonesia") == "/tidak-ada?bahasa=id"


# --- nothing is lost ---------------------------------------------------------


def test_too_many_tries_say_how_long_to_wait_and_keep_what_was_typed(office: Office, tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path / "data"), office.ports)
    visitor = Officer(app, "", sign_in=False)
    page = visitor.get("/lacak")
    for _ in range(10):
        visitor.press(page, "Lihat pengaduan", nomor="PGD-2026-000001", kode="salah")
    path, fields = visitor.filled(page, "Lihat pengaduan", nomor="PGD-2026-000001", kode="salah")
    answer = visitor.client.post(path, data=fields)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    refused = Page(answer)
    assert "Dapat dicoba lagi dalam 10 menit." in refused.text
    again = visitor.press(refused, "Buka kembali isian saya")
    assert again.form("Lihat pengaduan")[0].fields["nomor"] == "PGD-2026-000001"


def test_a_database_that_is_away_loses_nothing_typed(office: Office, app: Flask, visitor: Officer) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    typed = {"judul": "Antrean terlalu lama", "uraian": "Baris satu.\nBaris dua.", "lokasi": "MPP"}
    path, fields = visitor.filled(visitor.get("/pengaduan/baru"), "Periksa jawaban", **typed)
    with away(office):
        answer = visitor.client.post(path, data=fields)
        page = Page(answer)
    assert page.status == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Basis datanya tidak dapat dihubungi" in page.text
    assert "Nomor kendala: K-" in page.text
    back = visitor.press(page, "Buka kembali isian saya")
    assert "Belum terkirim." in back.text
    form, _ = back.form("Periksa jawaban")
    assert {name: form.fields[name] for name in typed} == typed


def test_a_signed_in_officer_sees_the_page_of_a_database_that_is_away(office: Office, app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    petugas = Officer(app, "petugas")
    with away(office):
        page = petugas.get("/tugas")
    assert page.status == 503
    assert "Layanan sedang berhenti sebentar" in page.text
    assert petugas.get("/tugas").status == 200


def test_a_password_does_not_come_back(office: Office, app: Flask, visitor: Officer) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    path, fields = visitor.filled(visitor.get("/masuk"), "Masuk", nama="petugas", sandi="kata-sandi-saya")
    with away(office):
        page = visitor.send(path, fields)
    assert page.status == 503
    assert "kata-sandi-saya" not in page.source
    assert visitor.press(page, "Buka kembali isian saya").form("Masuk")[0].fields["nama"] == "petugas"


def test_what_is_too_large_to_be_read_is_not_carried(visitor: Officer) -> None:
    page = visitor.send("/pengaduan/baru", {"uraian": "x" * 2_100_000})
    assert page.status == 413
    assert "Buka kembali isian saya" not in page.buttons()
