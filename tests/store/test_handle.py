"""The path of a command, on both databases: repeats, refusals, drafts, failures and what they leave behind."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from engine.commands import COMPLAINANT, Claim, Complete, Delegate, Release, RetryIncident, Submit
from engine.errors import (
    AlreadyClaimed,
    AnswersInvalid,
    CaseEnded,
    CaseHalted,
    CommandReused,
    Disturbed,
    NobodyWaits,
    NotAllowed,
    NotClaimed,
    NotFound,
    StillFailing,
    WorkItemNotOpen,
)
from engine.history.verify import verify
from engine.runtime.handle import handle
from engine.runtime.ports import Ports
from engine.store import cases as case_store
from engine.store import drafts, incidents
from engine.store.session import Database, counting
from engine.store.tables import answers, cases, events, outbox, timers, work_items
from tests.casework import COMPLAINT, PROCESS, Office


def rows(office: Office, table: object) -> int:
    with office.ports.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def completing(office: Office, item: str, actor: str = "petugas", **answers: object) -> Complete:
    return Complete(
        actor=actor,
        source="web",
        command_id=office.id(),
        work_item=item,
        answers=office.usual(item, **answers),
        claim=True,
    )


def test_the_same_submission_again_gives_the_first_number_also_after_a_restart(office: Office) -> None:
    command = Submit(
        actor=COMPLAINANT, source="web", command_id="x", process=PROCESS, answers=dict(COMPLAINT)
    )
    first = office.do(command)
    database = Database(office.ports.database.url)
    again = handle(Ports(database, office.ports.keyring, office.ports.clock), command)
    database.dispose()
    assert (again.case, again.repeated) == (first.case, True)
    assert office.ports.keyring.tracking_code(again.case) == office.ports.keyring.tracking_code(first.case)
    assert rows(office, cases) == 1


def test_another_command_under_a_used_id_is_refused_and_names_the_first(office: Office) -> None:
    command = Submit(
        actor=COMPLAINANT, source="web", command_id="x", process=PROCESS, answers=dict(COMPLAINT)
    )
    first = office.do(command)
    other = replace(command, answers={**COMPLAINT, "judul": "Hal yang lain"})
    with pytest.raises(CommandReused) as refusal:
        office.do(other)
    assert refusal.value.detail["case"] == first.case
    assert rows(office, cases) == 1


def test_a_stale_page_sent_twice_gives_the_first_result(office: Office) -> None:
    number = office.submit()
    command = completing(office, office.open_items(number)[0])
    office.do(command)
    assert office.do(command).repeated
    assert office.state(number).activations["Langkah_3"] == 1


def test_a_refused_submission_leaves_nothing_and_takes_no_number(office: Office) -> None:
    with pytest.raises(AnswersInvalid) as refusal:
        office.submit(judul="")
    assert set(refusal.value.detail["errors"]) == {"judul"}
    assert rows(office, cases) == 0
    assert office.submit() == "PGD-2026-000001"


BAD_ANSWERS = {
    "a required field left empty": ({"alasan": ""}, "alasan"),
    "a text over its length": ({"alasan": "a" * 2001}, "alasan"),
    "an unknown choice": ({"lingkup": "entah"}, "lingkup"),
    "an ending choice not asked once more": ({"lingkup": "tidak_layak"}, "konfirmasi_akhir"),
}


@pytest.mark.parametrize(("given", "field"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_bad_answers_name_their_field_and_change_nothing(
    office: Office, given: dict[str, object], field: str
) -> None:
    number = office.submit()
    before = rows(office, events)
    with pytest.raises(AnswersInvalid) as refusal:
        office.complete(number, **given)
    assert field in refusal.value.detail["errors"]
    assert rows(office, events) == before


def test_a_task_of_another_group_cannot_be_touched(office: Office) -> None:
    item = office.open_items(office.submit())[0]
    for act in (
        Claim(actor="admin", source="web", command_id="1", work_item=item),
        completing(office, item, "admin"),
        Claim(actor="auditor", source="web", command_id="2", work_item=item),
        Claim(actor="nobody", source="web", command_id="3", work_item=item),
        Claim(actor=COMPLAINANT, source="web", command_id="4", work_item=item),
    ):
        with pytest.raises(NotAllowed):
            office.do(act)


def test_what_does_not_exist_is_not_found(office: Office) -> None:
    number = office.submit()
    for item in (
        f"{number}:Langkah_9:1",
        f"{number}:Langkah_2:2",
        f"{number}:Langkah_2:x",
        "PGD-2026-000009:a:1",
    ):
        with pytest.raises(NotFound):
            office.do(Claim(actor="petugas", source="web", command_id="1", work_item=item))


def test_claiming_releasing_and_delegating(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]

    def holder() -> str | None:
        with office.ports.database.read() as connection:
            row = connection.scalar(select(work_items.c.assignee).where(work_items.c.id == item))
        assert row == office.state(number).work_items["Langkah_2:1"].assignee
        return row

    with pytest.raises(NotClaimed):
        office.do(replace(completing(office, item), claim=False))
    office.claim(item, "petugas")
    office.claim(item, "petugas")
    assert holder() == "petugas"
    with pytest.raises(AlreadyClaimed) as told:
        office.do(completing(office, item, "petugas2"))
    assert told.value.detail["holder"] == "petugas"
    with pytest.raises(AlreadyClaimed):
        office.do(Release(actor="petugas2", source="web", command_id=office.id(), work_item=item))
    office.do(Delegate(actor="petugas", source="web", command_id=office.id(), work_item=item, to="petugas2"))
    assert holder() == "petugas2"
    with pytest.raises(NotAllowed):
        office.do(
            Delegate(actor="petugas2", source="web", command_id=office.id(), work_item=item, to="admin")
        )
    office.do(
        Delegate(actor="sekretariat", source="web", command_id=office.id(), work_item=item, to="petugas")
    )
    assert holder() == "petugas"
    office.do(Release(actor="petugas", source="web", command_id=office.id(), work_item=item))
    assert holder() is None


def test_a_member_cannot_hand_on_a_task_that_a_colleague_holds(office: Office) -> None:
    item = office.open_items(office.submit())[0]
    office.claim(item, "petugas")
    with pytest.raises(AlreadyClaimed):
        office.do(
            Delegate(actor="petugas2", source="web", command_id=office.id(), work_item=item, to="petugas2")
        )


def test_a_finished_task_is_refused_by_name(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    office.complete(number)
    with pytest.raises(WorkItemNotOpen):
        office.do(completing(office, item, "petugas2"))


def test_a_message_needs_its_group_and_somebody_who_waits(office: Office) -> None:
    number = office.submit()
    with pytest.raises(NobodyWaits):
        office.send(number, "tutup_oleh_admin")
    with pytest.raises(NobodyWaits):
        office.send(number, "tidak_ada")
    office.run_to(number, "Langkah_8")
    with pytest.raises(NotAllowed):
        office.send(number, "tutup_oleh_admin", actor="petugas")
    office.send(number, "tutup_oleh_admin")
    with pytest.raises(CaseEnded):
        office.send(number, "tutup_oleh_admin")


def test_read_only_answers_come_from_the_store_whatever_is_sent(office: Office) -> None:
    number = office.submit()
    office.complete(number, judul="Judul yang dipalsukan")
    assert "dipalsukan" not in json.dumps(all_answers(office, number))
    first, second = all_answers(office, number)
    assert first["judul"] == COMPLAINT["judul"]
    assert "judul" not in second, "what a form only shows is kept once"


def all_answers(office: Office, number: str) -> list[dict[str, object]]:
    with office.ports.database.read() as connection:
        row = case_store.load(connection, number)
        assert row.wrapped_key is not None
        key = office.ports.keyring.unwrap(number, row.wrapped_key)
        query = select(answers).where(answers.c.case_number == number).order_by(answers.c.answered_at)
        return [
            json.loads(office.ports.keyring.open(key, r.work_item_id, r.blob))
            for r in connection.execute(query)
        ]


def break_condition(office: Office, number: str) -> None:
    """Make the next gateway read a variable that is null, as a faulty diagram would."""
    with office.ports.database.read() as connection:
        definition = office.ports.definition(connection, case_store.load(connection, number).definition_id)
    office.ports._definitions[definition.id] = replace(definition, variables=frozenset())


def test_a_command_that_fails_inside_is_undone_and_what_was_typed_is_kept(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    before = office.state(number)
    break_condition(office, number)
    with pytest.raises(Disturbed) as told:
        office.do(completing(office, item, alasan="Sudah diketik panjang lebar."))
    incident = told.value.detail["incident"]
    assert office.state(number).work_items == before.work_items
    assert office.state(number).variables == before.variables
    with office.ports.database.read() as connection:
        draft = drafts.load(connection, item, "petugas")
        assert draft is not None
        row = case_store.load(connection, number)
        key = office.ports.keyring.unwrap(number, row.wrapped_key or b"")
        kept = json.loads(office.ports.keyring.open(key, f"{item}:draft", draft.blob))
        assert kept["alasan"] == "Sudah diketik panjang lebar."
        assert [i.id for i in incidents.unresolved(connection)] == [incident]
        assert row.status == "open"
    assert rows(office, answers) == 1
    with pytest.raises(Exception, match="draft"):
        office.do(
            RetryIncident(
                actor="pengelola", source="web", command_id=office.id(), case=number, incident=incident
            )
        )


def test_a_completed_task_keeps_no_draft(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    with office.ports.database.write() as connection:
        drafts.save(connection, drafts.Draft(item, "petugas", number, b"x", office.now))
    office.complete(number)
    with office.ports.database.read() as connection:
        assert drafts.load(connection, item, "petugas") is None


def test_a_task_that_is_taken_away_keeps_no_draft(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    (item,) = office.open_items(number)
    with office.ports.database.write() as connection:
        drafts.save(connection, drafts.Draft(item, "petugas", number, b"x", office.now))
    office.send(number, "tutup_oleh_admin")
    with office.ports.database.read() as connection:
        assert drafts.load(connection, item, "petugas") is None


def test_who_entered_a_case_for_the_complainant_is_kept(office: Office) -> None:
    command = Submit(
        actor="petugas",
        on_behalf=COMPLAINANT,
        source="web",
        command_id="x",
        process=PROCESS,
        answers=dict(COMPLAINT),
    )
    entered, own = office.do(command).case, office.submit()
    with office.ports.database.read() as connection:
        assert case_store.load(connection, entered).entered_by == "petugas"
        assert case_store.load(connection, own).entered_by is None


def test_a_timer_that_fails_is_tried_three_times_and_then_halts_its_case_until_it_is_mended(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, other = office.submit(), office.submit()
    office.run_to(number, "Langkah_8")
    with office.ports.database.read() as connection:
        definition = office.ports.definition(connection, case_store.load(connection, number).definition_id)
    lame = {k: v for k, v in definition.elements.items() if not k.startswith("Selesai_")}
    office.wait(days=1)
    office.ports._definitions[definition.id] = replace(definition, elements=lame)
    for wait in (0, 2, 11):
        office.wait(minutes=wait)
        with pytest.raises(CaseHalted):
            office.sweep(number)
    with office.ports.database.read() as connection:
        (incident,) = incidents.unresolved(connection)
        assert case_store.load(connection, number).status == "halted"
        assert case_store.load(connection, other).status == "open"
        assert connection.scalar(select(timers.c.tries).where(timers.c.id == f"{number}:Batas_8:1")) == 3
    with pytest.raises(CaseHalted) as told:
        office.complete(number, COMPLAINANT)
    assert told.value.detail["incident"] == incident.id
    retry = RetryIncident(
        actor="pengelola", source="web", command_id=office.id(), case=number, incident=incident.id
    )
    with pytest.raises(NotAllowed):
        office.do(replace(retry, actor="petugas"))
    with pytest.raises(StillFailing):
        office.do(retry)
    with office.ports.database.read() as connection:
        assert incidents.unresolved(connection) == [incident]
    office.ports._definitions[definition.id] = definition
    office.do(replace(retry, command_id=office.id()))
    assert office.state(number).ending == "Selesai_sistem"
    with office.ports.database.read() as connection:
        assert [i.timer_due for i in incidents.unresolved(connection) if i.timer_due] == []
        assert verify(office.ports, connection).findings == []


def test_a_command_is_one_transaction_of_few_statements(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_4")
    item = office.open_items(number)[0]
    command = completing(office, item, "admin")
    office.do(completing(office, office.open_items(office.submit())[0]))  # what is read once has been read
    with counting(office.ports.database) as counts:
        office.do(command)
    assert counts["commits"] == 1
    assert counts["statements"] <= 20


def test_messages_hold_references_only(office: Office) -> None:
    number = office.submit(nama="Warga Contoh", kontak="0800-000-0003", cara_jawaban="whatsapp")
    office.wait(days=2)
    office.sweep(number)
    office.run_to(number, "Langkah_8")
    with office.ports.database.read() as connection:
        said = [dict(r.payload) | {"to": r.recipient} for r in connection.execute(select(outbox))]
    assert {m["to"] for m in said} == {
        "petugas_mpp",
        "admin_opd",
        "pejabat_penghubung",
        "sekretariat",
        "pengadu",
    }
    assert "Warga" not in json.dumps(said)
    assert "0800" not in json.dumps(said)


def test_history_and_state_hold_nothing_personal(office: Office) -> None:
    secret = {"nama": "Siti Rahasia", "kontak": "0811-222-333", "cara_jawaban": "whatsapp", "rahasia": True}
    number = office.submit(uraian="Kisah yang sangat pribadi dan panjang.", **secret)
    office.complete(number, alasan="Alasan pribadi petugas.")
    with office.ports.database.read() as connection:
        stored = case_store.load(connection, number).state.decode()
        told = json.dumps([dict(r.payload) for r in connection.execute(select(events))])
    for word in ("Siti", "0811-222", "pribadi"):  # four digits alone turn up in a digest
        assert word not in stored
        assert word not in told


def test_verify_reports_what_it_cannot_read_and_goes_on(office: Office) -> None:
    office.tampered = True
    numbers = [office.submit(), office.submit()]
    with office.ports.database.write() as connection:
        connection.execute(text("DROP TABLE incidents"))
    with office.ports.database.read() as connection:
        report = verify(office.ports, connection)
    assert [(f.case, f.code) for f in report.findings] == [(number, "unreadable") for number in numbers]
    assert report.cases == 2
