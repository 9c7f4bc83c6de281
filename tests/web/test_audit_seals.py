"""The page of seals and checks: what it says of a record that is whole, changed, differing, unsealed or erased."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask

from engine.commands import Submit
from engine.history import seal_file
from engine.history.seal import seal
from engine.history.whole_check import whole_check
from engine.identity import accounts
from engine.identity.policy import Actor
from engine.queries.proof import PAGE, kept_back, page_of_cases
from engine.runtime.erase import erase
from engine.store.session import Database
from tests.casework import COMPLAINT, PROCESS, Office, diverge, open_office, tamper
from tests.web.officers import Officer, Page
from webapp.context import SETTINGS


def file_of(app: Flask) -> Path:
    path: Path = app.extensions[SETTINGS].data_dir / seal_file.NAME
    return path


def answers(page: Page, number: str) -> list[str]:
    """What the row of a case says: chain, replay, answers and lists, deployed files, seal."""
    for row in page.tree.xpath("//table[contains(@class, 'app-proofs')]/tbody/tr"):
        first, *cells = [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
        if first.startswith(number):
            return cells
    raise AssertionError(f"{number} is not on the page: {page.text}")


WELL = ["Utuh", "Sama", "Sama", "Tidak berubah", "Cocok"]


def test_a_whole_sealed_record_says_so_in_every_cell(office: Office, app: Flask) -> None:
    number = office.submit()
    seal(office.ports, file_of(app))
    whole_check(office.ports, file_of(app), by="sistem")
    page = Officer(app, "auditor").get("/audit/segel")
    assert answers(page, number) == WELL
    assert answers(page, "riwayat sistem") == ["Utuh", "Tidak ada yang diputar", *WELL[2:]]
    assert "Pemeriksaan terakhir tidak menemukan apa-apa." in page.text
    assert "Tidak ada: semuanya disegel." in page.text
    assert "Sama dengan basis data." in page.text


def test_a_changed_event_is_named_with_its_replay_and_the_rest_is_not_asked(
    office: Office, app: Flask
) -> None:
    number = office.submit()
    seal(office.ports, file_of(app))
    tamper(office, "UPDATE events SET actor = 'x' WHERE case_number = :n AND seq = 2", n=number)
    page = Officer(app, "auditor").get("/audit/segel")
    chain, *others = answers(page, number)
    assert chain.startswith("Diubah peristiwa 2: Isi peristiwa ini tidak cocok dengan hash-nya")
    assert others == ["Tidak diperiksa", "Tidak diperiksa", "Tidak berubah", "Cocok"]
    assert page.link("peristiwa 2") == f"/audit/{number}?ke=2"


def test_a_replay_that_differs_is_no_tampering(office: Office, app: Flask) -> None:
    number = office.submit()
    diverge(office, number)
    chain, again, *_ = answers(Officer(app, "auditor").get("/audit/segel"), number)
    assert chain == "Utuh"
    assert again.startswith("Menyimpang peristiwa 1: Rantainya utuh, tetapi program menjawab")


def test_what_is_younger_than_the_last_seal_is_no_finding(office: Office, app: Flask) -> None:
    number = office.submit()
    page = Officer(app, "auditor").get("/audit/segel")
    assert answers(page, number)[4].startswith("Belum disegel peristiwa")
    assert "Belum ada segel." in page.text


def test_a_changed_process_file_is_told_with_each_case_that_ran_on_it(office: Office, app: Flask) -> None:
    number = office.submit()
    tamper(office, "UPDATE process_definitions SET content_hash = 'x'")
    page = Officer(app, "auditor").get("/audit/segel")
    assert answers(page, number)[3].startswith("Diubah peristiwa 1: Berkas proses atau formulir bukan")
    assert answers(page, "riwayat sistem")[3].startswith("Diubah Berkas proses")


def test_of_an_erased_person_the_page_says_what_cannot_be_checked(office: Office, app: Flask) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number)
    erase(office.ports, Actor("os:uji"), number, why="Permintaan", source="cli", seals=file_of(app))
    page = Officer(app, "auditor").get("/audit/segel")
    assert answers(page, number)[:4] == WELL[:4]
    assert "orangnya sudah dihapus, isinya tidak dapat diperiksa lagi" in page.text


def test_the_last_check_lists_its_findings_with_what_to_do_and_leads_to_their_cases(
    office: Office, app: Flask
) -> None:
    number, other = office.submit(), office.submit()
    tamper(office, "UPDATE cases SET category = 'lain' WHERE number = :n", n=number)
    whole_check(office.ports, file_of(app), by="sistem")
    auditor = Officer(app, "auditor")
    page = auditor.get("/audit/segel")
    assert "Pemeriksaan terakhir menemukan 1 hal." in page.text
    assert "diubah. Daftar tugas, tenggat, atau keadaan pengaduan tidak sama dengan riwayatnya." in page.text
    assert "Jangan memperbaiki apa pun. Simpan salinan data" in page.text
    only = auditor.get(page.link("Pengaduan yang ada temuannya"))
    assert answers(only, number)[2].startswith("Diubah")
    assert other not in only.source


def test_a_check_that_is_old_broke_off_or_never_was_is_told(office: Office, app: Flask) -> None:
    auditor = Officer(app, "auditor")
    assert "Belum pernah ada pemeriksaan menyeluruh." in auditor.get("/audit/segel").text
    whole_check(office.ports, file_of(app), by="sistem")
    office.wait(days=2, minutes=1)
    page = auditor.get("/audit/segel")
    assert "lebih dari dua hari yang lalu" in page.text
    assert "tidak menemukan apa-apa" not in page.text


def test_sealing_that_fell_behind_is_told(office: Office, app: Flask) -> None:
    seal(office.ports, file_of(app))
    office.submit()
    auditor = Officer(app, "auditor")
    assert "Penyegelan tertinggal." not in auditor.get("/audit/segel").text
    office.now += timedelta(hours=3)
    assert "Penyegelan tertinggal." in auditor.get("/audit/segel").text


def test_a_file_that_tells_of_another_past_is_told_without_its_place(office: Office, app: Flask) -> None:
    seal(office.ports, file_of(app))
    path = file_of(app)
    path.write_text(path.read_text().replace('"periodic"', '"bridging"'))
    page = Officer(app, "auditor").get("/audit/segel")
    assert "Sebuah segel di berkas segel lain daripada di basis data." in page.text
    assert str(path.parent) not in page.source


def test_the_administrator_sees_the_seals_and_no_case(office: Office, app: Flask) -> None:
    number = office.submit()
    seal(office.ports, file_of(app))
    tamper(office, "UPDATE cases SET category = 'lain' WHERE number = :n", n=number)
    whole_check(office.ports, file_of(app), by="sistem")
    page = Officer(app, "pengelola").get("/audit/segel")
    assert "Segel 1, Selasa" in page.text
    assert "menemukan 1 hal" in page.text
    assert number not in page.source


def test_an_auditors_own_complaint_is_in_no_part_of_the_page(office: Office, app: Flask) -> None:
    given = {"actor": "petugas2", "source": "web", "command_id": office.id(), "process": PROCESS}
    own, other = office.do(Submit(**given, answers=COMPLAINT)).case, office.submit()
    with office.ports.database.write() as connection:
        accounts.set_groups(connection, "petugas2", ["auditor"], **office.by)
    tamper(office, "UPDATE cases SET category = 'lain'")
    whole_check(office.ports, file_of(app), by="sistem")
    former = Officer(app, "petugas2")
    for address in ("/audit/segel", "/audit/segel?temuan=1"):
        page = former.get(address)
        assert other in page.source
        assert own not in page.source


def test_cases_and_seals_go_on_by_pages(office: Office, app: Flask) -> None:
    numbers = []
    for _ in range(PAGE + 2):
        numbers.append(office.submit())
        if len(numbers) <= 12:
            seal(office.ports, file_of(app))
    auditor = Officer(app, "auditor")
    first = auditor.get("/audit/segel")
    assert numbers[-1] in first.source
    assert numbers[0] not in first.text
    older = auditor.get(f"/audit/segel?sesudah={numbers[2]}")
    assert answers(older, numbers[0])[:4] == WELL[:4]
    assert "Segel 12" in first.text
    assert "Segel 2 " not in first.text
    assert "Segel 2 " in auditor.get("/audit/segel?segel=3").text


def test_both_databases_page_the_cases_alike(database: Database) -> None:
    office = open_office(database)
    numbers = [office.submit() for _ in range(3)]
    auditor = Actor("auditor", frozenset({"auditor"}))
    with database.read() as connection:
        page = page_of_cases(office.ports, connection, auditor)
        assert (list(page.numbers), page.next) == (numbers[::-1], None)
        page = page_of_cases(office.ports, connection, auditor, after=numbers[2], among={numbers[0]})
        assert page.numbers == (numbers[0],)
        assert kept_back(office.ports, connection, auditor, numbers) == frozenset()
