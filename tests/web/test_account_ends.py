"""An account that ends on a date works on that day of the office still, and from the next one on lets nobody in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine.commands import Delegate
from engine.errors import LastAdministrator, NotAllowed, Refused
from engine.history.log import read
from engine.history.verify import verify
from engine.identity import accounts, tokens
from engine.notifications.letters import letter
from engine.notifications.port import Unreachable
from engine.store import users
from engine.store.outbox import Message
from engine.store.tables import SYSTEM_CHAIN, outbox
from tests.casework import MASTER, Office
from tests.rest.client import Client
from tests.web.officers import PASSWORD, Officer, Page
from tests.web.terminal import Terminal

LAST = date(2026, 12, 31)
#: The last minute of that day in Samarinda, when Greenwich has eight hours of it left, and the first of the next.
BEFORE, AFTER = "2026-12-31 23:59", "2027-01-01 00:00"


def end(office: Office, id: str, day: date | None = LAST) -> None:
    with office.ports.database.write() as connection:
        accounts.set_end(connection, id, day, **office.by)


def tried(app: Flask, name: str) -> Page:
    """The page after signing in."""
    officer = Officer(app, name, sign_in=False)
    return officer.sign_in()


def test_the_last_day_is_that_of_the_office_for_signing_in_and_for_a_session(
    office: Office, app: Flask
) -> None:
    end(office, "petugas")
    office.at(BEFORE)
    petugas = Officer(app, "petugas")
    assert petugas.get("/tugas").path == "/tugas"
    office.at(AFTER)
    assert petugas.get("/tugas").path == "/masuk"
    page = tried(app, "petugas")
    assert (page.status, "tidak cocok" in page.text) == (422, True)
    assert tried(app, "petugas2").path == "/tugas"


def test_rest_lets_nobody_in_by_password_or_token_after_it(office: Office, app: Flask) -> None:
    with office.ports.database.write() as connection:
        _, secret = tokens.add(connection, "petugas", "uji", 90, by="pengelola", at=office.now, source="cli")
    end(office, "petugas")
    clients = Client(app, "petugas", password=PASSWORD), Client(app, token=secret)
    office.at(BEFORE)
    for client in clients:
        client.get("/engine")
    office.at(AFTER)  # the password is remembered for minutes, and that does not help
    for client in clients:
        client.get("/engine", status=401)
    with office.ports.database.write() as connection, pytest.raises(Refused, match="account has ended"):
        tokens.add(connection, "petugas", "lagi", 1, by="pengelola", at=office.now, source="cli")


def test_no_command_is_theirs_and_nobody_hands_them_a_task(office: Office, app: Flask) -> None:
    number = office.submit()
    task = f"{number}:Langkah_2:1"
    end(office, "petugas2")
    hand_on: Any = {"actor": "petugas", "source": "web", "work_item": task, "to": "petugas2"}
    office.at(BEFORE)
    petugas = Officer(app, "petugas")
    assert "Petugas2" in petugas.get(f"/tugas/{task}").text
    office.at(AFTER)
    assert "Petugas2" not in petugas.get(f"/tugas/{task}").text
    with pytest.raises(NotAllowed, match="not an active member"):
        office.do(Delegate(**hand_on, command_id=office.id()))
    with pytest.raises(NotAllowed):
        office.claim(task, "petugas2")
    office.claim(task, "petugas")


def test_no_letter_goes_to_them_after_it(office: Office) -> None:
    with office.ports.database.write() as connection:
        users.set_details(connection, "petugas", name="Petugas", email="satu@contoh.id")
        users.set_details(connection, "petugas2", name="Petugas2", email="dua@contoh.id")
    office.submit()
    end(office, "petugas")
    with office.ports.database.read() as connection:
        row = connection.execute(select(outbox).where(outbox.c.recipient == "petugas_mpp")).one()
        message = Message(row.id, row.case_number, row.kind, row.recipient, row.payload, row.created_at)
        to_one = Message(row.id, row.case_number, row.kind, "petugas", row.payload, row.created_at)

        def to(what: Message) -> tuple[str, ...]:
            return letter(office.ports, connection, what, base_url="http://x").to

        office.at(BEFORE)
        assert (to(message), to(to_one)) == (("dua@contoh.id", "satu@contoh.id"), ("satu@contoh.id",))
        office.at(AFTER)
        assert to(message) == ("dua@contoh.id",)
        with pytest.raises(Unreachable):
            to(to_one)


def test_as_somebody_whose_account_has_ended_the_command_line_refuses(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir(mode=0o700)
    key.write_text(MASTER.hex())
    key.chmod(0o600)
    pengaduan = Terminal(tmp_path, monkeypatch, capsys)
    now = office.now
    office.at("2025-06-01 09:00")  # the command line has the machine's clock
    end(office, "auditor", date(2025, 6, 30))
    office.at(now)
    assert "Anda tidak berhak" in pengaduan("user", "list", "--as", "auditor").err
    listed = {one["user"]: one for one in pengaduan("user", "list", "--json").lines}
    assert (listed["auditor"]["active"], listed["auditor"]["ends_on"]) == (False, "2025-06-30")
    assert "sudah berakhir 2025-06-30" in pengaduan("user", "list").out
    assert pengaduan("user", "change", "auditor", "--no-end", "--as", "pengelola").code == 0
    assert pengaduan("user", "list", "--as", "auditor").code == 0
    assert "sampai dengan 2099-12-31" in pengaduan("user", "change", "auditor", "--ends-on", "2099-12-31").out
    assert "paling cepat hari ini" in pengaduan("user", "change", "auditor", "--ends-on", "2020-01-01").err
    assert pengaduan("user", "change", "auditor").code == 2
    said = pengaduan(
        *("user", "add", "magang", "--name", "Magang", "--group", "petugas_mpp", "--ends-on", "2099-06-30"),
        stdin="kunci loket nomor tiga\n",
    )
    assert said.code == 0
    assert {one["user"]: one["ends_on"] for one in pengaduan("user", "list", "--json").lines}[
        "magang"
    ] == "2099-06-30"


def test_the_end_is_set_on_the_persons_page_shown_and_on_record(office: Office, app: Flask) -> None:
    pengelola = Officer(app, "pengelola")
    page = pengelola.press(pengelola.get("/pengelola/pengguna/petugas"), "Simpan", berakhir="2026-12-20")
    assert "berakhir 20 Desember 2026" in page.text
    assert page.tree.get_element_by_id("berakhir").get("value") == "2026-12-20"
    with office.ports.database.read() as connection:
        last = read(connection, SYSTEM_CHAIN)[-1]
        assert verify(office.ports, connection).findings == []
    assert (last.type, last.payload) == ("user:ends", {"user": "petugas", "ends_on": "2026-12-20"})
    auditor = Officer(app, "auditor")
    assert "Akun yang berakhir Petugas: berakhir 20 Desember 2026" in auditor.get("/pengelola/pengguna").text
    office.at("2026-12-21 00:00")
    assert "Petugas: sudah berakhir 20 Desember 2026" in auditor.get("/pengelola/pengguna").text
    page = pengelola.press(pengelola.get("/pengelola/pengguna/petugas"), "Simpan")
    assert (page.status, "Tersimpan" in page.text) == (200, True)  # what stood there may stay
    page = pengelola.press(pengelola.get("/pengelola/pengguna/petugas"), "Simpan", berakhir="")
    assert "berakhir 20 Desember" not in page.text
    assert tried(app, "petugas").path == "/tugas"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2026-11-23", "paling cepat hari ini, 24 November 2026"), ("besok", "Tulis tanggalnya")],
)
def test_a_day_that_is_over_or_none_is_said_in_place(app: Flask, typed: str, said: str) -> None:
    pengelola = Officer(app, "pengelola")
    page = pengelola.press(pengelola.get("/pengelola/pengguna/petugas"), "Simpan", berakhir=typed)
    assert (page.status, said in page.text) == (422, True)
    assert page.tree.get_element_by_id("berakhir").get("value") == typed


def test_one_pengelola_whose_account_does_not_end_always_stays(office: Office, app: Flask) -> None:
    with pytest.raises(LastAdministrator):
        end(office, "pengelola")
    pengelola = Officer(app, "pengelola")
    page = pengelola.press(pengelola.get("/pengelola/pengguna/pengelola"), "Simpan", berakhir="2026-12-31")
    assert (page.status, "satu-satunya Pengelola" in page.text) == (422, True)
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "kedua", "Kedua", ["pengelola"], **office.by)
    end(office, "pengelola")
    for leaving in (accounts.disable_user, accounts.set_end):
        how: dict[str, Any] = {"day": LAST} if leaving is accounts.set_end else {}
        with office.ports.database.write() as connection, pytest.raises(LastAdministrator):
            leaving(connection, "kedua", **how, **office.by)


def test_a_lane_whose_people_have_all_ended_is_told(office: Office, app: Flask) -> None:
    end(office, "admin")
    office.at(BEFORE)
    assert "Belum ada petugas aktif" not in Officer(app, "pengelola").get("/pengelola").text
    office.at(AFTER)
    assert "Belum ada petugas aktif di: Admin OPD" in Officer(app, "pengelola").get("/pengelola").text
