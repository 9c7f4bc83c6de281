"""Files at the pages: sent as a browser sends them, each kept or refused by itself, downloaded and noted."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from engine.commands import COMPLAINANT
from engine.config import Settings
from engine.runtime.answering import MOST_FILES_OF_COMPLAINANT
from engine.store import attachments
from engine.store.tables import access_log
from tests.casework import COMPLAINT, Office
from tests.given_files import PHONE, attach, bomb, given, pdf, photo, picture
from tests.web.officers import Officer, Page
from tests.web.terminal import Terminal
from webapp import create_app
from webapp.attachments import FILES
from webapp.uploads import MOST_AT_ONCE

SURAT = ("surat pernyataan.pdf", pdf())


@pytest.fixture
def third(office: Office) -> str:
    """A case at a task of admin_opd."""
    number = office.submit()
    office.run_to(number, "Langkah_3")
    return number


def filled(page: Page, **answers: str) -> tuple[str, dict[str, Any]]:
    """Where the button "Lampirkan" sends to, and what its form holds; it may stand outside of that form."""
    button = next(b for b in page.tree.iter("button") if "Lampirkan" in b.text_content())
    form = page.tree.get_element_by_id(button.get("form")) if button.get("form") else button.getparent()
    fields = {name: value.removeprefix("\n") for name, value in form.form_values() if name != FILES}
    assert answers.keys() <= fields.keys()
    return (button.get("formaction") or form.get("action")).partition("#")[0], {**fields, **answers}


def upload(who: Officer, page: Page, *files: tuple[str, bytes], **answers: str) -> Page:
    """Choose files, and press "Lampirkan"."""
    path, fields = filled(page, **answers)
    fields[FILES] = [(io.BytesIO(content), name) for name, content in files]
    sent = who.client.post(path, data=fields, content_type="multipart/form-data", follow_redirects=True)
    return Page(sent)


def kept(office: Office, number: str) -> list[Any]:
    with office.ports.database.read() as connection:
        return list(attachments.of_case(connection, number))


def complainant(app: Flask, office: Office, number: str) -> Officer:
    """Whoever has number and code."""
    visitor = Officer(app, "", sign_in=False)
    code = office.ports.keyring.tracking_code(number)
    visitor.press(visitor.get("/lacak"), "Lihat pengaduan", nomor=number, kode=code)
    return visitor


def test_files_are_kept_and_downloaded_as_they_are_and_each_download_is_noted(
    app: Flask, office: Office, third: str
) -> None:
    admin = Officer(app, "admin")
    page = upload(admin, admin.get(f"/pengaduan/{third}"), SURAT, ("foto.png", picture("PNG")))
    assert page.path == f"/pengaduan/{third}"
    assert "Lampiran tersimpan." in page.text
    assert "PDF, 1 kB" in page.text
    answer = admin.client.get(page.link("surat pernyataan.pdf"))
    assert answer.data == SURAT[1]
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    with office.ports.database.read() as connection:
        query = select(access_log.c.actor, access_log.c.case_number).where(
            access_log.c.act == "attachment:read"
        )
        assert connection.execute(query).all() == [("admin", third)]


def test_each_file_has_its_own_result(app: Flask, office: Office, third: str) -> None:
    admin = Officer(app, "admin")
    page = upload(
        admin,
        admin.get(f"/pengaduan/{third}"),
        SURAT,
        ("kosong.pdf", b""),
        ("halaman.png", b"<!doctype html><script>alert(1)</script>"),
        ("bom.png", bomb()),
        ("terpotong.jpg", picture()[:-400]),
    )
    assert page.status == 422
    assert "Tersimpan: surat pernyataan.pdf." in page.text
    assert "kosong.pdf: berkas ini kosong" in page.text
    assert "halaman.png: isinya" in page.text
    assert "bom.png: gambar ini lebih dari 64 juta titik" in page.text
    assert "terpotong.jpg: berkas ini rusak" in page.text
    assert [row.media_type for row in kept(office, third)] == ["application/pdf"]


def test_a_photo_comes_back_without_what_the_phone_wrote_into_it(app: Flask, third: str) -> None:
    admin = Officer(app, "admin")
    page = upload(admin, admin.get(f"/pengaduan/{third}"), ("foto.jpg", photo()))
    content = admin.client.get(page.link("foto.jpg")).data
    assert PHONE.encode() not in content
    with Image.open(io.BytesIO(content)) as drawn:
        assert dict(drawn.getexif()) == {}


def test_a_name_that_deceives_is_shown_and_saved_without_what_deceives(app: Flask, third: str) -> None:
    admin = Officer(app, "admin")
    page = upload(admin, admin.get(f"/pengaduan/{third}"), ("../../x\u202efdp.exe", pdf()))
    assert "xfdp.exe.pdf" in page.text
    assert "\u202e" not in page.source
    saved = admin.client.get(page.link("xfdp.exe.pdf")).headers["Content-Disposition"]
    assert saved == "attachment; filename=xfdp.exe.pdf"


def test_a_comment_that_was_typed_stays_in_its_field(app: Flask, third: str) -> None:
    admin = Officer(app, "admin")
    page = upload(admin, admin.get(f"/pengaduan/{third}"), SURAT, komentar="Belum selesai ditulis")
    assert "Tersimpan: surat pernyataan.pdf." in page.text
    assert page.tree.get_element_by_id("komentar").text.strip() == "Belum selesai ditulis"


def test_at_a_task_what_was_typed_stays_in_the_form_and_the_file_is_at_the_case(
    app: Flask, office: Office, third: str
) -> None:
    admin = Officer(app, "admin")
    item = office.open_items(third)[0]
    path = f"/tugas/{item}"
    page = admin.get(path)
    field = next(f.get("name") for f in page.form("Ambil dan selesaikan")[0].iter("textarea"))
    page = upload(admin, page, SURAT, **{field: "Sudah saya baca."})
    assert page.status == 200
    assert "Sudah saya baca." in page.source
    assert "surat pernyataan.pdf" in page.text
    assert [row.added_by for row in kept(office, third)] == ["admin"]
    assert upload(admin, admin.get(path), ("b.pdf", pdf("lain"))).path == path


def test_the_same_page_sent_twice_keeps_a_file_once(app: Flask, office: Office, third: str) -> None:
    admin = Officer(app, "admin")
    page = admin.get(f"/pengaduan/{third}")
    for _ in range(2):
        upload(admin, page, SURAT)
    upload(admin, page, ("lain.pdf", pdf("lain")))
    assert [row.nth for row in kept(office, third)] == [1, 2]


def test_what_is_too_much_is_turned_away_before_it_is_read_and_the_page_says_so(
    app: Flask, office: Office, third: str
) -> None:
    admin = Officer(app, "admin")
    path, _fields = filled(admin.get(f"/pengaduan/{third}"))
    answer = admin.client.post(
        path,
        environ_overrides={"CONTENT_LENGTH": "60000000"},
        content_type="multipart/form-data; boundary=x",
        follow_redirects=True,
    )
    assert "terlalu besar: paling besar 10 MB tiap berkas" in Page(answer).text
    # elsewhere a request stays as small as it was
    small = admin.client.post(
        f"/pengaduan/{third}/komentar",
        environ_overrides={"CONTENT_LENGTH": "3000000"},
        content_type="application/x-www-form-urlencoded",
    )
    assert small.status_code == 413


def test_no_file_too_many_and_an_expired_page_are_told(app: Flask, office: Office, third: str) -> None:
    admin = Officer(app, "admin")
    page = admin.get(f"/pengaduan/{third}")
    assert "Pilih berkasnya dahulu." in upload(admin, page).text
    many = upload(admin, page, *[(f"{n}.pdf", pdf(str(n))) for n in range(MOST_AT_ONCE + 1)])
    assert f"Paling banyak {MOST_AT_ONCE} berkas sekali kirim." in many.text
    path, fields = filled(page)
    late = admin.client.post(
        path, data={**fields, "csrf_token": "", FILES: [(io.BytesIO(pdf()), "a.pdf")]}, follow_redirects=True
    )
    assert late.status_code == 400
    assert kept(office, third) == []


def test_an_auditor_downloads_and_attaches_nothing(app: Flask, office: Office, third: str) -> None:
    attach(office, third)
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/pengaduan/{third}")
    assert auditor.client.get(page.link("surat.pdf")).status_code == 200
    assert "Lampirkan" not in page.buttons()
    with office.ports.database.read() as connection:
        acts = connection.scalars(select(access_log.c.act).where(access_log.c.actor == "auditor")).all()
    assert "attachment:read" in acts
    assert "Mengunduh lampiran" in Officer(app, "auditor").get("/audit/akses").text


def test_the_history_tells_of_a_file_and_not_its_name(app: Flask, office: Office, third: str) -> None:
    attach(office, third, given("rahasia ibu.pdf"))
    page = Officer(app, "admin").get(f"/pengaduan/{third}")
    assert "Melampirkan berkas 1 (PDF)" in page.text
    assert "rahasia" not in Officer(app, "auditor").get(f"/audit/{third}").source


# --- across the desk, and the complainant themselves ----------------------------------------------------------------


def test_the_counter_attaches_on_behalf_and_shows_only_what_the_complainant_gave(
    app: Flask, office: Office, third: str
) -> None:
    attach(office, third, given("telaah internal.pdf"), "admin")
    petugas = Officer(app, "petugas")
    page = upload(petugas, petugas.get(f"/loket/{third}"), ("ktp ibu.jpg", photo()))
    assert page.path == f"/loket/{third}"
    assert "Tersimpan: ktp ibu.jpg." in page.text
    assert "telaah internal" not in page.source
    assert [(row.added_by, row.on_behalf) for row in kept(office, third)] == [
        ("admin", None),
        ("petugas", COMPLAINANT),
    ]
    assert "Petugas, atas nama pengadu" in Officer(app, "admin").get(f"/pengaduan/{third}").text
    assert petugas.client.get(page.link("ktp ibu.jpg")).status_code == 200


def test_an_answer_typed_across_the_desk_stays(app: Flask, office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    petugas = Officer(app, "petugas")
    page = petugas.get(f"/loket/{number}")
    field = next(f.get("name") for f in page.form("Kirim atas nama pengadu")[0].iter("textarea"))
    page = upload(petugas, page, SURAT, **{field: "Belum selesai diketik"})
    assert "Belum selesai diketik" in page.source
    assert "Tersimpan: surat pernyataan.pdf." in page.text


def test_complainants_attach_and_see_only_their_own(app: Flask, office: Office, third: str) -> None:
    attach(office, third, given("telaah internal.pdf"), "admin")
    attach(office, third, given("dibawa ke loket.pdf"), on_behalf=COMPLAINANT)
    visitor = complainant(app, office, third)
    page = upload(visitor, visitor.get(f"/lacak/{third}"), ("foto.jpg", photo()))
    assert "Tersimpan: foto.jpg." in page.text
    assert "Anda melampirkan berkas" in page.text
    assert "telaah internal" not in page.source
    for name in ("foto.jpg", "dibawa ke loket.pdf"):
        assert visitor.client.get(page.link(name)).status_code == 200
    assert visitor.client.get(f"/lacak/{third}/lampiran/1").status_code == 404
    stranger = complainant(app, office, office.submit())
    assert stranger.client.get(f"/lacak/{third}/lampiran/3").status_code == 403


def test_complainants_attach_so_many_and_none_after_the_end(app: Flask, office: Office) -> None:
    number = office.submit()
    visitor = complainant(app, office, number)
    page = visitor.get(f"/lacak/{number}")
    for nth in range(MOST_FILES_OF_COMPLAINANT):
        upload(visitor, page, (f"{nth}.pdf", pdf(str(nth))))
    assert "Lampirkan" not in visitor.get(f"/lacak/{number}").buttons()
    assert "sudah penuh" in upload(visitor, page, ("lagi.pdf", pdf("lagi"))).text
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    late = upload(visitor, page, ("lagi.pdf", pdf("lagi")))
    assert late.status == 422
    assert "sudah berakhir" in late.text
    assert len(kept(office, number)) == MOST_FILES_OF_COMPLAINANT


def test_complainants_do_not_attach_without_end(office: Office, tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path / "data"), office.ports)
    number = office.submit()
    visitor = complainant(app, office, number)
    page = visitor.get(f"/lacak/{number}")
    codes = [upload(visitor, page).status for _ in range(21)]
    assert (codes[-2], codes[-1]) == (422, 429)


# --- from the terminal -----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "berkas"
    place.mkdir()
    (place / "surat.pdf").write_bytes(pdf())
    (place / "teks.txt").write_text("hanya teks")
    return place


def entered(pengaduan: Terminal) -> str:
    """The number of a complaint entered there."""
    complaint: str = pengaduan("submit", "-", "--json", stdin=json.dumps(dict(COMPLAINT))).line["case_number"]
    return complaint


def test_files_are_attached_from_the_terminal(pengaduan: Terminal, folder: Path) -> None:
    number = entered(pengaduan)
    said = pengaduan("attach", number, str(folder / "surat.pdf"), str(folder / "teks.txt"))
    assert said.code == 1
    assert f"surat.pdf dilampirkan ke {number}." in said.out
    assert "teks.txt: Berkas ini tidak dapat diterima: hanya PDF" in said.err
    assert pengaduan("history", "verify", number).code == 0
