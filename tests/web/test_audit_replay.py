"""The replay of a case for the auditor, without JavaScript."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from lxml.html import HtmlElement
from sqlalchemy import func, select

from engine import events
from engine.commands import Complete, Delegate, Migrate, Submit
from engine.definition import bundle
from engine.definition.deploy import deploy
from engine.history import seal_file
from engine.identity import accounts
from engine.identity.policy import Actor
from engine.queries.case import Entry
from engine.runtime.erase import erase
from engine.store.access_log import of_case
from engine.store.tables import access_log
from tests.casework import COMPLAINT, PROCESS, Office, tamper
from tests.process.diagrams import Diagram
from tests.web.case_pages import say
from tests.web.officers import Officer, Page
from webapp.timeline import told

WHO = {"nama": "Siti Rahasia", "kontak": "0811-222-333", "cara_jawaban": "whatsapp"}
#: Ids of the shipped diagram -> those of a later version.
RENAMED = {"Langkah_5": "Telaah", "Batas_5": "Batas_telaah", "Eskalasi_5": "Eskalasi_telaah"}
WHY = "Keberatan atas surat nomor 12"


def rows(page: Page) -> list[HtmlElement]:
    """The table's rows, one an event."""
    return page.tree.xpath("//table//tbody/tr")


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def row(page: Page, said: str) -> str:
    """The words of the first event that is told so."""
    return next(words(one) for one in rows(page) if said in words(one))


def held_and_done(office: Office) -> str:
    """A complaint of 09.00 whose first task waits 30 minutes and is worked on for 45, over the midday break."""
    office.at("2026-11-24 11:30")
    number = office.submit(**WHO)
    office.at("2026-11-24 12:00")
    item = office.open_items(number)[0]
    office.claim(item, "petugas")
    office.at("2026-11-24 13:45")
    office.do(
        Complete(
            actor="petugas", source="rest", command_id=office.id(), work_item=item, answers=office.usual(item)
        )
    )
    return number


def test_a_late_looping_case_is_replayed_the_same_and_every_event_has_its_page(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    office.wait(days=3)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Masih tutup")
    office.run_to(number, "Langkah_8")
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/audit/{number}")
    assert "Diputar ulang: sama dengan catatan." in page.text
    count = len(rows(page))
    assert f"Peristiwa {count} dari {count}" in page.text
    first = auditor.get(f"/audit/{number}?ke=1")
    assert "Pengaduan diterima" in first.text
    assert first.tree.xpath("//a[@rel='next']/@href") == ["?ke=2"]
    assert not first.tree.xpath("//a[@rel='prev']")


def test_a_changed_event_breaks_the_chain_and_the_replay_differs_from_there(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_4")
    tamper(
        office,
        "UPDATE events SET payload = replace(payload, 'Batas_2', 'Batas_3') WHERE case_number = :n AND seq = 3",
        n=number,
    )
    page = Officer(app, "auditor").get(f"/audit/{number}?ke=1")
    assert "Rantai hash tidak utuh pada peristiwa 3" in page.text
    assert "berbeda dari catatan pada peristiwa 1" in page.text  # the command that made event 3
    assert not page.tree.xpath("//main//*[local-name()='svg'][@class='diagram']")


def test_a_cut_tail_is_told_although_what_is_left_replays_the_same(office: Office, app: Flask) -> None:
    number = office.submit()
    office.complete(number)
    tamper(office, "DELETE FROM events WHERE case_number = :n AND seq > 3", n=number)
    page = Officer(app, "auditor").get(f"/audit/{number}")
    assert "Rantai hash tidak utuh pada peristiwa 3" in page.text


def test_a_case_without_any_history_is_not_a_broken_page(office: Office, app: Flask) -> None:
    number = office.submit()
    tamper(office, "DELETE FROM events WHERE case_number = :n", n=number)
    assert Officer(app, "auditor").get(f"/audit/{number}").status == 404


@pytest.mark.parametrize("asked", ["0", "-1", "9999", "x", ""])
def test_a_place_that_is_not_there_shows_the_nearest(office: Office, app: Flask, asked: str) -> None:
    number = office.submit()
    assert Officer(app, "auditor").get(f"/audit/{number}?ke={asked}").status == 200


def test_the_number_typed_on_the_first_page_opens_its_replay(office: Office, app: Flask) -> None:
    number = office.submit()
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/audit?nomor={number.lower()}")
    assert page.path == f"/audit/{number}"


def test_each_event_tells_who_acted_from_where_and_for_whom(office: Office, app: Flask) -> None:
    number = office.do(
        Submit(
            actor="petugas",
            on_behalf="pengadu",
            attested="ktp",
            source="web",
            command_id=office.id(),
            process=PROCESS,
            answers={**COMPLAINT, "nilai": None},
        )
    ).case
    item = office.open_items(number)[0]
    office.do(
        Delegate(actor="sekretariat", source="rest", command_id=office.id(), work_item=item, to="petugas2")
    )
    page = Officer(app, "auditor").get(f"/audit/{number}")
    submitted = row(page, "Pengaduan diterima")
    assert "Petugas, atas nama pengadu · lewat halaman · KTP diperiksa" in submitted
    assert "Sekretariat · lewat program" in row(page, "Mengalihkan tugas kepada Petugas2")
    assert "dipegang Petugas2" in row(page, "Mengalihkan tugas kepada Petugas2")


def test_waiting_and_work_are_told_in_office_hours_and_by_the_clock(office: Office, app: Flask) -> None:
    page = Officer(app, "auditor").get(f"/audit/{held_and_done(office)}")
    completed = row(page, "Menyelesaikan:")
    assert "Petugas · lewat program" in completed
    assert "Menunggu 30 menit jam kerja" in completed
    assert "Dikerjakan 45 menit jam kerja, jam dinding 1 jam 45 menit" in completed
    claimed = row(page, "Mengambil tugas")
    assert "Menunggu 30 menit jam kerja" in claimed
    assert "Dikerjakan 0 menit jam kerja" in claimed


def test_an_open_task_and_a_completed_one_say_when_they_were_due_and_why(office: Office, app: Flask) -> None:
    page = Officer(app, "auditor").get(f"/audit/{held_and_done(office)}")
    due = "Selasa, 24 November 2026, 14.30 WITA"
    why = "dihitung mulai Selasa 11.30, jam istirahat tidak dihitung, sampai Selasa 14.30"
    assert f"{due}: sisa 1 jam 30 menit ({why})" in row(page, "Mengambil tugas")
    assert f"{due}: tepat waktu, sisa 45 menit ({why})" in row(page, "Menyelesaikan:")


def test_a_limit_that_passed_is_told_at_the_event_that_found_it(office: Office, app: Flask) -> None:
    number = office.submit()
    office.wait(days=1)
    office.sweep(number)
    page = Officer(app, "auditor").get(f"/audit/{number}")
    assert "Sistem · lewat pewaktu" in row(page, "Pewaktu yang jatuh tempo dijalankan")
    assert "lewat" in row(page, "Tenggat terlewati")
    assert json.loads(rows(page)[-1].get("data-marks"))[f"{PROCESS}:1"]["late"] == ["Langkah_2"]


def test_the_marks_of_the_diagram_are_the_state_of_the_replay_and_not_of_a_projection(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    office.complete(number)
    tamper(
        office,
        "UPDATE work_items SET element = 'Langkah_6', assignee = 'admin' WHERE case_number = :n",
        n=number,
    )
    page = Officer(app, "auditor").get(f"/audit/{number}?ke=1")
    marks = [json.loads(one.get("data-marks"))[f"{PROCESS}:1"] for one in rows(page)]
    assert marks[0] == {"lit": ["Langkah_2"], "done": ["Langkah_1"], "late": []}
    assert marks[-1] == {"lit": ["Langkah_3"], "done": ["Langkah_1", "Langkah_2"], "late": []}
    lit = page.tree.xpath("//*[local-name()='g'][contains(concat(' ', @class, ' '), ' lit ')]/@data-element")
    assert lit == ["Langkah_2"]
    assert len(page.tree.xpath("//main//*[local-name()='svg'][@class='diagram']")) == 1


def test_what_was_entered_is_shown_and_what_is_personal_is_masked(office: Office, app: Flask) -> None:
    number = held_and_done(office)
    page = Officer(app, "auditor").get(f"/audit/{number}")
    submitted = row(page, "Pengaduan diterima")
    assert "Nama ••• (data pribadi)" in submitted
    assert "••• (data pribadi)" in page.text
    assert "Lingkup" in row(page, "Menyelesaikan:")
    assert not any(personal in page.source for personal in (WHO["nama"], WHO["kontak"], COMPLAINT["uraian"]))


def test_a_reason_opens_what_was_entered_on_one_page_and_is_in_the_access_log(
    office: Office, app: Flask
) -> None:
    number = office.submit(**WHO, rahasia=True)
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/audit/{number}?ke=2")
    opened = auditor.press(page, "Buka isian", alasan=WHY)
    assert opened.status == 200
    assert WHO["nama"] in row(opened, "Pengaduan diterima")
    assert COMPLAINT["uraian"] in opened.text
    assert "Peristiwa 2 dari" in opened.text
    with office.ports.database.read() as connection:
        noted = {(one.actor, one.act, one.why) for one in of_case(connection, number)}
    assert noted == {("auditor", "history:replay", None), ("auditor", "identity:reveal", WHY)}
    assert WHO["nama"] not in auditor.get(f"/audit/{number}").source


def test_a_comment_is_masked_until_it_is_opened(office: Office, app: Flask) -> None:
    number = office.submit()
    say(office, number, "Sudah saya <telepon>.")
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/audit/{number}")
    assert "Komentar ••• (data pribadi)" in row(page, "Menulis komentar")
    assert "telepon" not in page.source
    assert "Sudah saya <telepon>." in row(auditor.press(page, "Buka isian", alasan=WHY), "Menulis komentar")


@pytest.mark.parametrize("why", ["", "   ", "x" * 501])
def test_without_a_reason_nothing_is_opened_and_nothing_noted(office: Office, app: Flask, why: str) -> None:
    number = office.submit(**WHO)
    auditor = Officer(app, "auditor")
    again = auditor.press(auditor.get(f"/audit/{number}"), "Buka isian", alasan=why)
    assert again.status == 422
    assert "Tulis alasannya" in again.text
    assert WHO["nama"] not in again.source
    with office.ports.database.read() as connection:
        revealed = select(func.count()).select_from(access_log).where(access_log.c.act == "identity:reveal")
        assert connection.scalar(revealed) == 0


def test_an_erased_case_is_replayed_and_says_what_cannot_be_told_any_more(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    number = office.submit(**WHO)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    pengelola = Actor("pengelola", frozenset({"pengelola"}))
    erase(office.ports, pengelola, number, "Permintaan", source="web", seals=tmp_path / seal_file.NAME)
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/audit/{number}")
    assert "Diputar ulang: sama dengan catatan." in page.text
    assert "Isian sudah dihapus dan tidak dapat dibaca lagi." in row(page, "Pengaduan diterima")
    assert "Berakhir:" in rows(page)[-1].text_content()
    assert "Buka isian (dicatat)" not in page.buttons()
    assert WHO["nama"] not in page.source


def test_answers_that_were_changed_are_said_not_to_open_and_the_rest_is_told(
    office: Office, app: Flask
) -> None:
    number = office.submit(**WHO)
    tamper(office, "UPDATE answers SET blob = zeroblob(40) WHERE case_number = :n", n=number)
    page = Officer(app, "auditor").get(f"/audit/{number}")
    assert page.status == 200
    assert "Isian tidak dapat dibuka: yang tersimpan diubah" in page.text
    assert "Diputar ulang: sama dengan catatan." in page.text


def test_an_auditors_own_complaint_of_before_is_neither_replayed_nor_opened(
    office: Office, app: Flask
) -> None:
    given = {"actor": "petugas2", "source": "web", "command_id": office.id(), "process": PROCESS}
    number = office.do(Submit(**given, answers=COMPLAINT)).case
    with office.ports.database.write() as connection:
        accounts.set_groups(connection, "petugas2", ["auditor"], **office.by)
    other = office.submit()
    auditor = Officer(app, "petugas2")
    assert auditor.get(f"/audit/{number}").status == 403
    path, fields = auditor.filled(auditor.get(f"/audit/{other}"), "Buka isian", alasan=WHY)
    refused = auditor.send(path.replace(other, number), fields)
    assert refused.status == 403
    assert COMPLAINT["uraian"] not in refused.source


def test_the_case_file_leads_an_auditor_to_the_replay_and_back(office: Office, app: Flask) -> None:
    number = office.submit()
    auditor = Officer(app, "auditor")
    address = auditor.get(f"/pengaduan/{number}").link("Putar ulang")
    assert address == f"/audit/{number}"
    assert auditor.get(address).link("Berkas pengaduan") == f"/pengaduan/{number}"
    assert address not in Officer(app, "petugas").get(f"/pengaduan/{number}").source


def test_a_number_typed_otherwise_leads_to_the_one_address_and_keeps_the_place(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    client = Officer(app, "auditor").client
    for typed in (number.lower(), f"%20{number}", number.replace("-", " ")):
        answer = client.get(f"/audit/{typed}?ke=2")
        assert (answer.status_code, answer.location) == (302, f"/audit/{number}?ke=2")


def test_a_case_that_moved_between_versions_shows_both_at_that_event(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    number = office.submit(**WHO)
    office.run_to(number, "Langkah_5")
    item = office.open_items(number)[0]
    office.wait(minutes=10)
    office.claim(item, "pejabat")
    office.wait(minutes=5)
    diagram = Diagram.shipped()
    diagram.rename_ids(lambda own: RENAMED.get(own, own))
    _deploy(office, diagram, tmp_path)
    office.do(
        Migrate(
            actor="analis", source="cli", command_id=office.id(), case=number, to=f"{PROCESS}:2", mapping=RENAMED
        )
    )  # fmt: skip
    office.wait(minutes=20)
    office.do(
        Complete(
            actor="pejabat", source="web", command_id=office.id(), work_item=office.open_items(number)[0],
            answers=office.usual(office.open_items(number)[0]),
        )
    )  # fmt: skip
    auditor = Officer(app, "auditor")
    page = auditor.get(f"/audit/{number}")
    assert "Diputar ulang: sama dengan catatan." in page.text
    said = [words(one) for one in rows(page)]
    moved = next(at for at, one in enumerate(said, 1) if "Pindah ke versi 2" in one)
    assert "Pindah dari versi 1 ke versi 2" in said[moved - 1]
    assert "Menunggu 10 menit jam kerja Dikerjakan 25 menit jam kerja" in row(
        page, "Menyelesaikan: Menganalisa"
    )
    assert "Hasil analisis" in row(page, "Menyelesaikan: Menganalisa")

    def shown(at: int) -> dict[str, list[str]]:
        figures = auditor.get(f"/audit/{number}?ke={at}").tree.xpath("//figure[not(@hidden)]")
        lit = ".//*[contains(concat(' ', @class, ' '), ' lit ')]/@data-element"
        return {one.get("data-definition"): one.xpath(lit) for one in figures}

    assert shown(moved - 1) == {f"{PROCESS}:1": ["Langkah_5"]}
    assert shown(moved) == {f"{PROCESS}:1": ["Langkah_5"], f"{PROCESS}:2": ["Telaah"]}
    assert shown(moved + 1) == {f"{PROCESS}:2": ["Telaah"]}
    last = json.loads(rows(page)[-1].get("data-marks"))
    assert "Telaah" in last[f"{PROCESS}:2"]["done"]


def test_every_kind_of_event_has_words(app: Flask, office: Office) -> None:
    notes = {events.INCIDENT_RAISED, events.CASE_ERASED}
    of_a_case = sorted({*events.RECORDED, *events.CONSEQUENCES, *notes})
    with app.test_request_context():
        said = {
            kind: told(Entry(office.now, kind, "sistem", None, "web", None, {}), {}) for kind in of_a_case
        }
    assert [kind for kind, words in said.items() if words == kind] == []


def _deploy(office: Office, diagram: Diagram, folder: Path) -> None:
    deploy(
        office.ports.database,
        bundle.read([diagram.save(folder)]),
        by="analis",
        at=office.now,
        note=None,
        source="cli",
    )
