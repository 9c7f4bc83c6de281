"""The Pengelola's people: added, changed, disabled, each on record; the auditor looks and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from engine.commands import Delegate
from engine.history.log import read
from engine.identity import accounts
from engine.store import users
from engine.store.tables import SYSTEM_CHAIN
from tests.casework import COMPLAINT, Office
from tests.web.officers import Officer, Page

RINA = {
    "pengguna": "rina.wati",
    "nama": "Rina Wati",
    "surel": "rina@contoh.id",
    "sandi": "kunci loket nomor tiga",
}


def recorded(office: Office) -> list[tuple[str, Any]]:
    """The last events of the chain `sistem` that are about people."""
    with office.ports.database.read() as connection:
        found = read(connection, SYSTEM_CHAIN)
    return [(e.type, e.payload) for e in found if e.type.split(":")[0] in ("user", "membership", "password")]


def submit(officer: Officer, page: Page, button: str, groups: list[str], **answers: Any) -> Page:
    """Press the button with exactly these groups ticked."""
    path, fields = officer.filled(page, button, **answers)
    return officer.send(path, {**fields, "kelompok": groups})


def add_rina(app: Flask, groups: list[str], **other: str) -> tuple[Officer, Page]:
    pengelola = Officer(app, "pengelola")
    form = pengelola.get("/pengelola/pengguna/baru")
    return pengelola, submit(pengelola, form, "Tambahkan", groups, **{**RINA, **other})


def test_a_new_person_signs_in_and_sees_the_work_of_their_group(office: Office, app: Flask) -> None:
    number = office.submit()
    _, page = add_rina(app, ["petugas_mpp"])
    assert page.path == "/pengelola/pengguna/rina.wati"
    assert "Rina Wati ditambahkan" in page.text
    assert recorded(office)[-1] == ("user:added", {"user": "rina.wati", "groups": ["petugas_mpp"]})
    rina = Officer(app, "rina.wati", sign_in=False)
    rina.press(rina.get("/masuk"), "Masuk", nama="rina.wati", sandi=RINA["sandi"])
    assert number in rina.get("/tugas").text


def test_neither_name_address_nor_password_of_a_person_is_in_the_record(office: Office, app: Flask) -> None:
    add_rina(app, ["petugas_mpp"])
    with office.ports.database.read() as connection:
        said = str([event.payload for event in read(connection, SYSTEM_CHAIN)])
    for personal in ("Rina", "contoh.id", RINA["sandi"]):
        assert personal not in said


def test_the_same_form_sent_twice_adds_one_person(office: Office, app: Flask) -> None:
    pengelola = Officer(app, "pengelola")
    path, fields = pengelola.filled(pengelola.get("/pengelola/pengguna/baru"), "Tambahkan", **RINA)
    first, second = pengelola.send(path, fields), pengelola.send(path, fields)
    assert (first.path, second.path) == ("/pengelola/pengguna/rina.wati",) * 2
    added = [said["user"] for type, said in recorded(office) if type == "user:added"]
    assert added.count("rina.wati") == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("pengguna", "Rina Wati", "huruf kecil"),
        ("pengguna", "petugas", "sudah ada"),
        ("nama", "  ", "Isi nama orangnya"),
        ("surel", "rina@", "surel belum lengkap"),
        ("surel", "rina@contoh.id\r\nBcc: x@y.id", "surel belum lengkap"),
        ("sandi", "pendek", "12 sampai 256 karakter"),
        ("kelompok_lain", "Loket 3!", "huruf kecil"),
    ],
)
def test_what_does_not_fit_is_said_in_place_and_nothing_typed_is_lost(
    app: Flask, field: str, typed: str, said: str
) -> None:
    _, page = add_rina(app, ["petugas_mpp"], **{field: typed})
    assert (page.status, page.path) == (422, "/pengelola/pengguna/baru")
    assert page.title.startswith("Galat:")
    assert said in page.text
    if field != "nama":
        assert page.tree.xpath("//input[@id='nama']/@value") == [RINA["nama"]]
    assert page.tree.xpath("//input[@name='kelompok'][@checked]/@value") == ["petugas_mpp"]
    assert RINA["sandi"] not in page.source


def test_a_change_of_groups_counts_from_the_next_request_on(office: Office, app: Flask) -> None:
    number = office.submit()
    pejabat, pengelola = Officer(app, "pejabat"), Officer(app, "pengelola")
    assert number not in pejabat.get("/tugas").text
    page = pengelola.get("/pengelola/pengguna/pejabat")
    done = submit(pengelola, page, "Simpan", ["petugas_mpp"], nama="Pejabat Baru")
    assert "Tersimpan" in done.text
    assert number in pejabat.get("/tugas").text
    assert recorded(office)[-2:] == [
        ("user:changed", {"user": "pejabat", "fields": ["name"]}),
        (
            "membership:changed",
            {"user": "pejabat", "added": ["petugas_mpp"], "removed": ["pejabat_penghubung"]},
        ),
    ]


def test_saving_without_a_change_leaves_no_record(office: Office, app: Flask) -> None:
    pengelola = Officer(app, "pengelola")
    before = recorded(office)
    pengelola.press(pengelola.get("/pengelola/pengguna/pejabat"), "Simpan")
    assert recorded(office) == before


def test_the_groups_offered_are_the_roles_and_those_the_diagrams_name(app: Flask) -> None:
    page = Officer(app, "pengelola").get("/pengelola/pengguna/baru")
    offered = page.tree.xpath("//input[@name='kelompok']/@value")
    assert {"sekretariat", "analis", "auditor", "pengelola"} <= set(offered)
    assert {"petugas_mpp", "admin_opd", "pejabat_penghubung"} <= set(offered)
    assert "pengadu" not in offered
    assert len(offered) == len(set(offered))


def test_a_group_that_no_diagram_names_is_kept_and_warned_of(app: Flask) -> None:
    _, page = add_rina(app, ["petugas_mpp"], kelompok_lain="tim_khusus")
    assert "Tidak ada diagram yang menyebut: tim_khusus" in page.text
    assert "tim_khusus" in page.tree.xpath("//input[@name='kelompok'][@checked]/@value")


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (["auditor", "petugas_mpp"], "Seorang auditor tidak mengubah apa pun"),
        (["analis", "petugas_mpp"], "Seorang analis tidak pernah melihat isi pengaduan"),
        (["analis", "sekretariat"], "tidak dapat mengerjakan tugas sebagai: Sekretariat"),
        ([], "tidak mempunyai tugas apa pun"),
    ],
)
def test_roles_that_work_against_each_other_are_said_in_words(
    app: Flask, groups: list[str], said: str
) -> None:
    _, page = add_rina(app, groups)
    assert said in page.text


@pytest.mark.parametrize("groups", [["petugas_mpp", "sekretariat"], ["analis"], ["auditor"], ["pengelola"]])
def test_roles_that_go_together_are_not_warned_of(app: Flask, groups: list[str]) -> None:
    _, page = add_rina(app, groups)
    assert not page.tree.xpath("//div[contains(@class, 'app-notice')][not(contains(@class, '--done'))]")


def test_a_new_password_ends_the_sessions_and_is_never_shown(office: Office, app: Flask) -> None:
    petugas, pengelola = Officer(app, "petugas"), Officer(app, "pengelola")
    form = pengelola.get("/pengelola/pengguna/petugas/sandi")
    short = pengelola.press(form, "Ganti kata sandi", sandi="pendek")
    assert (short.status, "12 sampai 256" in short.text) == (422, True)
    done = pengelola.press(form, "Ganti kata sandi", sandi="empat lima enam tujuh")
    assert "Kata sandi diganti" in done.text
    assert "empat lima" not in done.source
    assert petugas.get("/tugas").path == "/masuk"
    page = petugas.press(petugas.get("/masuk"), "Masuk", nama="petugas", sandi="empat lima enam tujuh")
    assert page.path != "/masuk"
    assert recorded(office)[-1] == ("password:changed", {"user": "petugas"})


def test_disabling_says_what_they_hold_ends_their_sessions_and_can_be_undone(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    office.claim(f"{number}:Langkah_2:1", "petugas")
    petugas, pengelola = Officer(app, "petugas"), Officer(app, "pengelola")
    ask = pengelola.get("/pengelola/pengguna/petugas/nonaktifkan")
    assert "1 tugas ada di tangannya" in ask.text
    assert number in ask.text
    done = pengelola.press(ask, "Ya, nonaktifkan")
    assert "Masih memegang 1 tugas" in done.text
    assert petugas.get("/tugas").path == "/masuk"
    assert "masih memegang tugas" in pengelola.get("/pengelola/pengguna").text
    back = pengelola.press(done, "Aktifkan lagi")
    assert "dapat masuk lagi" in back.text
    assert recorded(office)[-2:] == [
        ("user:disabled", {"user": "petugas"}),
        ("user:enabled", {"user": "petugas"}),
    ]


def test_what_a_disabled_person_holds_can_be_handed_on_by_the_sekretariat(office: Office, app: Flask) -> None:
    number = office.submit()
    task = f"{number}:Langkah_2:1"
    office.claim(task, "petugas")
    pengelola = Officer(app, "pengelola")
    pengelola.press(pengelola.get("/pengelola/pengguna/petugas/nonaktifkan"), "Ya, nonaktifkan")
    office.do(
        Delegate(actor="sekretariat", source="web", command_id=office.id(), work_item=task, to="petugas2")
    )
    assert "Tugas di tangan: 0" in pengelola.get("/pengelola/pengguna/petugas").text


def test_the_last_pengelola_cannot_leave(office: Office, app: Flask) -> None:
    pengelola = Officer(app, "pengelola")
    page = pengelola.press(pengelola.get("/pengelola/pengguna/pengelola/nonaktifkan"), "Ya, nonaktifkan")
    assert (page.status, "satu-satunya Pengelola" in page.text) == (409, True)
    page = submit(pengelola, pengelola.get("/pengelola/pengguna/pengelola"), "Simpan", ["auditor"])
    assert (page.status, "satu-satunya Pengelola" in page.text) == (422, True)
    with office.ports.database.read() as connection:
        user = users.get(connection, "pengelola")
    assert user is not None
    assert (user.active, user.groups) == (True, {"pengelola"})


def test_a_pengelola_who_leaves_the_group_is_let_out_of_these_pages(office: Office, app: Flask) -> None:
    with office.ports.database.write() as connection:
        accounts.set_groups(connection, "analis", ["pengelola"], **office.by)
    pengelola = Officer(app, "pengelola")
    page = submit(pengelola, pengelola.get("/pengelola/pengguna/pengelola"), "Simpan", ["petugas_mpp"])
    assert page.path == "/tugas"
    assert pengelola.get("/pengelola").status == 403


def test_a_change_that_came_too_late_is_given_back_filled(office: Office, app: Flask) -> None:
    pengelola = Officer(app, "pengelola")
    path, fields = pengelola.filled(
        pengelola.get("/pengelola/pengguna/pejabat"), "Simpan", nama="Pejabat Baru", surel="p@contoh.id"
    )
    page = pengelola.send(path, {**fields, "csrf_token": "lama", "kelompok": ["admin_opd"]})
    assert page.status == 400
    assert page.tree.xpath("//input[@id='nama']/@value") == ["Pejabat Baru"]
    assert page.tree.xpath("//input[@name='kelompok'][@checked]/@value") == ["admin_opd"]
    assert not [type for type, _ in recorded(office) if type.endswith(":changed")]


def test_people_are_found_by_name_and_by_group(app: Flask) -> None:
    pengelola = Officer(app, "pengelola")

    def found(search: str) -> list[str]:
        page = pengelola.get(f"/pengelola/pengguna?cari={search}")
        return [a.get("href").rpartition("/")[2] for a in page.tree.xpath("//tbody//a")]

    assert found("PETUGAS") == ["petugas", "petugas2"]
    assert found("admin_opd") == ["admin"]
    assert "Tidak ada pengguna yang cocok" in pengelola.get("/pengelola/pengguna?cari=%3Cb%3Ex").text


SHOWN = (
    "/pengelola",
    "/pengelola/pengguna",
    "/pengelola/pengguna/petugas",
    "/pengelola/kalender",
    "/pengelola/kalender/hitung-ulang",
    "/pengelola/kendala",
    "/pengelola/token",
    "/pengelola/retensi",
    "/pengelola/retensi/jatuh-tempo",
    "/pengelola/retensi/penahanan",
)
CHANGING = (
    "/pengelola/pengguna/baru",
    "/pengelola/pengguna/petugas",
    "/pengelola/pengguna/petugas/sandi",
    "/pengelola/pengguna/petugas/nonaktifkan",
    "/pengelola/pengguna/petugas/aktifkan",
    "/pengelola/kalender/baru",
    "/pengelola/kalender/hitung-ulang",
    "/pengelola/kendala/K-000000/coba-lagi",
    "/pengelola/kendala/K-000000/tutup",
    "/pengelola/kendala/K-000000/kirim-lagi",
    "/pengelola/kendala/kirim-lagi",
    "/pengelola/token",
    "/pengelola/token/aduan-0/cabut",
    "/pengelola/retensi",
    "/pengelola/retensi/cabut",
    "/pengelola/retensi/konfirmasi",
    "/pengelola/retensi/jatuh-tempo",
    "/pengelola/retensi/penahanan",
    "/pengelola/retensi/penahanan/PGD-2026-000001",
    "/pengelola/hapus",
    "/pengelola/hapus/ya",
)


def test_an_auditor_reads_every_page_and_finds_no_button_that_changes_anything(app: Flask) -> None:
    auditor = Officer(app, "auditor")
    for path in SHOWN:
        page = auditor.get(path)
        assert (path, page.status) == (path, 200)
        posts = [form.get("action") for form in page.tree.forms if form.get("method") == "post"]
        assert [action for action in posts if action.startswith("/pengelola")] == []


@pytest.mark.parametrize("name", ["auditor", "petugas", "sekretariat", "analis"])
def test_who_is_no_pengelola_changes_nothing_here(office: Office, app: Flask, name: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    officer, before = Officer(app, name), recorded(office)
    for path in CHANGING:
        assert (path, officer.send(path, {"nama": "x", "sandi": "x" * 20}).status) == (path, 403)
    assert recorded(office) == before


def test_every_post_of_these_pages_is_among_those_tried(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    filled = {
        rule.replace("<id>", "petugas")
        .replace("<incident>", "K-000000")
        .replace("<token>", "aduan-0")
        .replace("<number>", "PGD-2026-000001")
        for rule in rules
        if rule.startswith("/pengelola")
    }
    assert filled == set(CHANGING)


def test_an_officer_does_not_get_in(app: Flask) -> None:
    petugas, nobody = Officer(app, "petugas"), Officer(app, "petugas", sign_in=False)
    for path in SHOWN:
        assert petugas.get(path).status == 403
        assert nobody.get(path).path == "/masuk"


def test_no_page_tells_what_a_complaint_says(office: Office, app: Flask) -> None:
    number = office.submit(nama="Warga Rahasia", kontak="0812000111")
    office.claim(f"{number}:Langkah_2:1", "petugas")
    pengelola = Officer(app, "pengelola")
    pages = [
        pengelola.get(f"/pengelola{path}").source
        for path in ("", "/pengguna", "/pengguna/petugas", "/kalender", "/kalender/hitung-ulang", "/kendala")
    ]
    for secret in (COMPLAINT["judul"], COMPLAINT["uraian"], "Warga Rahasia", "0812000111"):
        assert not any(secret in page for page in pages)


def test_the_front_page_tells_what_needs_attention(office: Office, app: Flask) -> None:
    with office.ports.database.write() as connection:
        accounts.disable_user(connection, "admin", **office.by)
        accounts.set_groups(connection, "analis", [], **office.by)
        accounts.add_user(connection, "baru", "Baru", ["petugas_mpp"], **office.by)
    text = Officer(app, "pengelola").get("/pengelola").text
    assert "Belum ada petugas aktif di: Admin OPD" in text
    assert "Pengguna tanpa kelompok: analis" in text
    assert "Pengguna tanpa kata sandi: baru" in text


def test_a_calendar_near_its_end_is_told_and_a_year_whose_joint_leave_is_due(
    office: Office, app: Flask
) -> None:
    office.at("2027-11-24 09:00")
    text = Officer(app, "pengelola").get("/pengelola").text
    assert "Kalender hanya sampai 31 Desember 2027" in text
