"""Whom a case is kept from, who acted for whom, and what only the complainant may say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.commands import COMPLAINANT, Claim, Comment, Complete, Delegate, RevealIdentity, Submit
from engine.errors import CommentUnfit, NotAllowed, Refused
from engine.history.log import read
from engine.identity import accounts
from engine.identity.policy import Actor
from engine.queries.task import task_page
from engine.store import cases
from engine.store.cases import CaseRow
from engine.store.session import Database
from engine.store.tables import answers, outbox, work_items
from tests.casework import COMPLAINT, PROCESS, Office, open_office, sound
from tests.process.diagrams import Diagram

REFERRED: dict[str, Any] = {
    "lingkup": "berkadar_pengawasan",
    "alasan": "Dugaan pungutan liar",
    "tujuan_rujukan": "Inspektorat",
    "konfirmasi_akhir": True,
}


def row(office: Office, number: str) -> CaseRow:
    with office.ports.database.read() as connection:
        return cases.load(connection, number)


def submitted(office: Office, actor: str, **more: Any) -> str:
    command = Submit(
        actor=actor, source="web", command_id=office.id(), process=PROCESS, answers=COMPLAINT, **more
    )
    return office.do(command).case


def payload(office: Office, number: str, type: str) -> Any:
    with office.ports.database.read() as connection:
        return next(e.payload for e in reversed(read(connection, number)) if e.type == type)


def test_a_complaint_of_the_staffs_own_is_handled_by_others(office: Office) -> None:
    number = submitted(office, "petugas")
    assert (row(office, number).own_of, row(office, number).entered_by) == ("petugas", "petugas")
    [task] = office.open_items(number)
    for command in (
        Claim(actor="petugas", source="web", command_id=office.id(), work_item=task),
        Comment(actor="petugas", source="web", command_id=office.id(), case=number, text="Milik saya"),
        RevealIdentity(actor="petugas", source="web", command_id=office.id(), case=number),
    ):
        with pytest.raises(NotAllowed):
            office.do(command)
    office.claim(task, "petugas2")
    with office.ports.database.read() as connection:
        assert set(connection.scalars(select(work_items.c.own_of))) == {"petugas"}


def test_nobody_hands_a_task_to_whose_own_complaint_it_is(office: Office) -> None:
    number = submitted(office, "petugas")
    [task] = office.open_items(number)
    with pytest.raises(NotAllowed, match="petugas"):
        office.do(
            Delegate(actor="sekretariat", source="web", command_id=office.id(), work_item=task, to="petugas")
        )


def test_whoever_enters_a_walk_ins_complaint_may_work_on_it(office: Office) -> None:
    number = submitted(office, "petugas", on_behalf=COMPLAINANT, attested="ktp")
    assert (row(office, number).own_of, row(office, number).entered_by) == (None, "petugas")
    assert payload(office, number, "case:submitted")["attested"] == "ktp"
    office.claim(office.open_items(number)[0], "petugas")


def test_the_complainants_own_submission_attests_nothing(office: Office) -> None:
    number = office.submit()
    assert "attested" not in payload(office, number, "case:submitted")
    assert row(office, number).entered_by is None


@pytest.mark.parametrize("attested", ["", "Budi, KTP 6472…", "paspor palsu"])
def test_an_attestation_is_one_of_those_known(office: Office, attested: str) -> None:
    with pytest.raises(Refused, match="attested"):
        submitted(office, "petugas", on_behalf=COMPLAINANT, attested=attested)


def test_nobody_attests_their_own_identity(office: Office) -> None:
    with pytest.raises(Refused, match="attested"):
        submitted(office, COMPLAINANT, attested="ktp")


def test_staff_who_answer_for_the_complainant_are_recorded_so_and_give_no_rating(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    [task] = office.open_items(number)
    office.do(
        Complete(
            actor="petugas",
            source="rest",
            command_id=office.id(),
            work_item=task,
            answers={"tanggapan": "selesai", "nilai": 5, "catatan_penutup": "Terima kasih"},
            attested="tanda_terima",
        )
    )
    with office.ports.database.read() as connection:
        [event] = [e for e in read(connection, number) if e.type == "work_item:completed"][-1:]
        blob = connection.scalar(select(answers.c.blob).where(answers.c.work_item_id == task))
    assert (event.actor, event.on_behalf, event.payload["attested"]) == (
        "petugas",
        COMPLAINANT,
        "tanda_terima",
    )
    key = office.ports.keyring.unwrap(number, row(office, number).wrapped_key or b"")
    given = office.ports.keyring.open(key, task, blob or b"")
    assert b'"nilai":null' in given
    assert b"Terima kasih" in given


def test_a_complaint_referred_as_berkadar_is_for_its_receivers_alone(office: Office) -> None:
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "inspektorat", "Inspektorat", ["penerima_rujukan"], **office.by)
    number = office.submit()
    office.complete(number, **REFERRED)
    found = row(office, number)
    assert (found.restricted_to, found.referred_by) == ("penerima_rujukan", "petugas")
    comment = {"source": "web", "case": number, "text": "Sudah kami terima."}
    with pytest.raises(NotAllowed):
        office.do(Comment(actor="admin", command_id=office.id(), **comment))
    office.do(Comment(actor="inspektorat", command_id=office.id(), **comment))
    office.do(Comment(actor="petugas", command_id=office.id(), **comment))
    with office.ports.database.read() as connection:
        told = connection.execute(select(outbox.c.kind, outbox.c.recipient)).all()
    assert ("case:ended", "penerima_rujukan") in [tuple(t) for t in told]


@pytest.mark.parametrize("lingkup", ["bukan_kewenangan", "tidak_layak"])
def test_what_is_referred_for_another_reason_stays_open_to_the_lanes(office: Office, lingkup: str) -> None:
    number = office.submit()
    office.complete(number, lingkup=lingkup, **{k: v for k, v in REFERRED.items() if k != "lingkup"})
    assert row(office, number).restricted_to is None


def test_a_restriction_whose_condition_cannot_be_told_holds(
    sqlite_database: Database, tmp_path: Path
) -> None:
    diagram = Diagram.shipped()
    diagram.set_property("Selesai_pengadu", "terbatas_untuk", "penerima_rujukan")
    diagram.set_property("Selesai_pengadu", "terbatas_bila", "nilai < 2")
    office = open_office(sqlite_database, paths=[diagram.save(tmp_path / "model")])
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai", nilai=None)
    assert row(office, number).restricted_to == "penerima_rujukan"
    sound(office)


def test_a_comment_is_on_record_without_its_words_and_disturbs_no_task(office: Office) -> None:
    number = office.submit()
    office.claim(office.open_items(number)[0], "petugas")
    said = {"source": "web", "case": number, "text": "  Ibu Rahasia menelepon.  "}
    office.do(Comment(actor="admin", command_id=office.id(), **said))
    assert set(payload(office, number, "comment:added")) == {"digest"}
    office.complete(number)


@pytest.mark.parametrize("text", [None, "", "   \n", "a" * 4001])
def test_an_empty_or_endless_comment_is_refused(office: Office, text: str | None) -> None:
    number = office.submit()
    with pytest.raises(CommentUnfit):
        office.do(Comment(actor="admin", source="web", command_id=office.id(), case=number, text=text))


def test_a_comment_may_follow_the_end_of_a_case(office: Office) -> None:
    number = office.submit()
    office.complete(number, lingkup="tidak_layak", alasan="Kosong", konfirmasi_akhir=True)
    office.do(Comment(actor="admin", source="web", command_id=office.id(), case=number, text="Lihat juga"))


def test_nobody_of_the_group_is_offered_their_own_complaint(office: Office) -> None:
    number = submitted(office, "petugas")
    [task] = office.open_items(number)
    with office.ports.database.read() as connection:
        sekretariat = Actor("sekretariat", frozenset({"sekretariat"}))
        page = task_page(office.ports, connection, sekretariat, task)
    assert [user.id for user in page.colleagues] == ["petugas2"]
