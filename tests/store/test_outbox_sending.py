"""What leaves the office, on both databases: to whom, saying what, and what becomes of it when it cannot leave."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.history import log
from engine.identity.accounts import add_user, disable_user
from engine.jobs.sender import send
from engine.jobs.sweeper import sweep
from engine.notifications.port import Letter, Nowhere, Sender
from engine.store import incidents, outbox
from engine.store.tables import SYSTEM_CHAIN
from engine.store.tables import outbox as rows
from tests.casework import COMPLAINT, Office

URL = "https://pengaduan.contoh"


@dataclass
class Pigeonhole:
    """A channel that keeps what it is given; with `failures` it fails that often first."""

    failures: int = 0
    letters: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionRefusedError("smtp says no to budi@contoh.id")
        self.letters.append(letter)


@pytest.fixture
def office(office: Office) -> Office:
    """Budi of the first group and Siti of the supervisors have e-mail; nobody else has."""
    for id, group in (("budi", "petugas_mpp"), ("siti", "sekretariat")):
        with office.ports.database.write() as connection:
            add_user(
                connection, id, id.capitalize(), [group], by="pengelola", at=office.now, source="cli",
                email=f"{id}@contoh.id",
            )  # fmt: skip
    return office


def send_all(office: Office, channel: Sender) -> None:
    while send(office.ports, channel, base_url=URL):
        pass


def outcomes(office: Office) -> list[Any]:
    with office.ports.database.read() as connection:
        return list(connection.execute(select(rows).order_by(rows.c.created_at, rows.c.id)))


def test_a_new_task_is_announced_to_its_group_by_references_only(office: Office) -> None:
    number = office.submit(nama="Warga Contoh")
    channel = Pigeonhole()
    send_all(office, channel)
    [letter] = channel.letters
    assert letter.to == ("budi@contoh.id",)
    assert number in letter.subject
    assert "Menerima laporan pengaduan" in letter.text
    assert "Selasa, 24 November 2026 pukul 11.00 WITA" in letter.text
    assert f"{URL}/tugas/{number}:Langkah_2:1" in letter.text
    for personal in ("Warga Contoh", COMPLAINT["judul"], COMPLAINT["uraian"], COMPLAINT["lokasi"]):
        assert personal not in letter.text + letter.subject


def test_a_passed_limit_is_told_to_the_group_that_the_diagram_names(office: Office) -> None:
    number = office.submit()
    office.wait(hours=2)
    sweep(office.ports)
    channel = Pigeonhole()
    send_all(office, channel)
    late = channel.letters[-1]
    assert late.to == ("siti@contoh.id",)
    assert "tenggat lewat" in late.subject
    assert f"{URL}/tugas/{number}:Langkah_2:1" in late.text


def test_a_complainant_who_chose_email_hears_that_an_answer_waits(office: Office) -> None:
    number = office.submit(cara_jawaban="surel", kontak="warga@contoh.id")
    office.run_to(number, "Langkah_8")
    channel = Pigeonhole()
    send_all(office, channel)
    [letter] = [letter for letter in channel.letters if letter.to == ("warga@contoh.id",)]
    assert f"{URL}/lacak/{number}" in letter.text
    assert office.ports.keyring.tracking_code(number) not in letter.text


def test_a_complainant_who_chose_another_way_gets_no_email(office: Office) -> None:
    number = office.submit(cara_jawaban="whatsapp", kontak="warga@contoh.id")
    office.run_to(number, "Langkah_8")
    channel = Pigeonhole()
    send_all(office, channel)
    assert {address for letter in channel.letters for address in letter.to} == {"budi@contoh.id"}
    assert [row.error for row in outcomes(office) if row.recipient == "pengadu"] == ["no address"]


def test_a_disabled_colleague_gets_no_letters(office: Office) -> None:
    with office.ports.database.write() as connection:
        disable_user(connection, "budi", by="pengelola", at=office.now, source="cli")
    office.submit()
    channel = Pigeonhole()
    send_all(office, channel)
    assert channel.letters == []


def test_without_a_channel_every_message_is_closed_with_that_reason(office: Office) -> None:
    office.submit()
    send_all(office, Nowhere())
    [row] = outcomes(office)
    assert (row.error, row.sent_at, row.next_try) == ("no channel", None, None)
    with office.ports.database.read() as connection:
        assert incidents.unresolved(connection) == []


def test_a_sent_message_is_not_sent_again(office: Office) -> None:
    office.submit()
    channel = Pigeonhole()
    send_all(office, channel)
    office.wait(days=1)
    send_all(office, channel)
    assert len(channel.letters) == 1
    assert outcomes(office)[0].sent_at is not None


def test_a_failed_sending_is_tried_again_after_its_pause(office: Office) -> None:
    office.submit()
    channel = Pigeonhole(failures=1)
    send_all(office, channel)
    assert channel.letters == []
    office.now += outbox.BACKOFF[0]
    send_all(office, channel)
    assert len(channel.letters) == 1


def test_the_third_failure_gives_up_and_opens_an_incident_without_an_address_in_it(office: Office) -> None:
    number = office.submit()
    channel = Pigeonhole(failures=9)
    for pause in (*outbox.BACKOFF, timedelta(days=1)):
        send_all(office, channel)
        office.now += pause
    send_all(office, channel)
    assert channel.failures == 6
    with office.ports.database.read() as connection:
        [incident] = incidents.unresolved(connection)
        assert log.read(connection, SYSTEM_CHAIN)[-1].payload["incident"] == incident.id
    assert incident.case_number == number
    assert "@" not in incident.message
    assert "@" not in outcomes(office)[0].error


def test_the_message_of_a_sender_that_died_is_sent_later_under_the_same_id(office: Office) -> None:
    office.submit()
    with office.ports.database.write() as connection:
        [claimed] = outbox.claim(connection, office.now)
    channel = Pigeonhole()
    send_all(office, channel)
    assert channel.letters == []
    office.now += outbox.LEASE
    send_all(office, channel)
    assert [letter.id for letter in channel.letters] == [claimed.id]


def test_two_senders_at_once_send_each_message_once(office: Office) -> None:
    for _ in range(8):
        office.submit()
    channel = Pigeonhole()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: send_all(office, channel), range(2)))
    assert len({letter.id for letter in channel.letters}) == len(channel.letters) == 8
