"""A service task is a wait state: a worker's result comes back as a command, its error to an event of the diagram."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import select

from engine.commands import Complete, CompleteExternalTask, ThrowError
from engine.definition.xml import BPMN, CAMUNDA
from engine.errors import NobodyWaits, NotAllowed, WorkItemNotOpen
from engine.store.session import Database
from engine.store.tables import answers, external_tasks
from tests.casework import Office, open_office, sound
from tests.process.diagrams import Diagram

TOPIC = "kirim_surat"


def with_service(*, group: str = "admin_opd") -> Diagram:
    """The shipped diagram with its fourth step done by a program, in the lane of `group`."""
    diagram = Diagram.shipped()
    task = diagram.get("Langkah_4")
    task.tag = f"{{{BPMN}}}serviceTask"
    for name in ("formRef", "formRefBinding"):
        del task.attrib[f"{{{CAMUNDA}}}{name}"]
    task.set(f"{{{CAMUNDA}}}type", "external")
    task.set(f"{{{CAMUNDA}}}topic", TOPIC)
    return diagram


def catching(diagram: Diagram, code: str) -> Diagram:
    """An error event on the service task that leads to an end of its own."""
    error = etree.Element(f"{{{BPMN}}}error", id="Galat", name="Galat", errorCode=code)
    diagram.process.addnext(error)
    event = diagram._boundary("Langkah_4", "Gagal_kirim")
    etree.SubElement(event, f"{{{BPMN}}}errorEventDefinition", id="Gagal_kirim_pemicu", errorRef="Galat")
    end = diagram._node("endEvent", "Tidak_terkirim", "Lajur_admin_opd")
    etree.SubElement(diagram.get(end), f"{{{BPMN}}}terminateEventDefinition", id="Tidak_terkirim_akhir")
    diagram._flow("Gagal_kirim", end)
    return diagram


def office_of(database: Database, diagram: Diagram, folder: Path) -> Office:
    assert [f for f in diagram.findings() if f.severity == "error"] == []
    return open_office(database, paths=[diagram.save(folder)])


def waiting(office: Office) -> str:
    """A case that waits for the worker; the id of its service task."""
    number = office.submit()
    office.run_to_external(number)
    [name] = office.state(number).external_tasks
    return f"{number}:{name}"


def rows(office: Office) -> list[tuple[str, str | None]]:
    with office.ports.database.read() as connection:
        query = select(external_tasks.c.id, external_tasks.c.ended_how).order_by(external_tasks.c.id)
        return [(row.id, row.ended_how) for row in connection.execute(query)]


def completed(office: Office, task: str, actor: str = "admin", **results: object) -> CompleteExternalTask:
    return CompleteExternalTask(
        actor=actor, source="rest", command_id=office.id(), work_item=task, answers=results
    )


def thrown(office: Office, task: str, code: str) -> ThrowError:
    return ThrowError(actor="admin", source="rest", command_id=office.id(), work_item=task, error_code=code)


def test_a_case_waits_for_the_worker_and_goes_on_with_the_result(database: Database, tmp_path: Path) -> None:
    office = office_of(database, with_service(), tmp_path / "model")
    task = waiting(office)
    assert rows(office) == [(task, None)]
    office.do(completed(office, task, nomor_surat="S-1"))
    assert rows(office) == [(task, "completed")]
    number = task.partition(":")[0]
    assert list(office.state(number).work_items) == ["Langkah_5:1"]
    with office.ports.database.read() as connection:
        assert connection.scalar(select(answers.c.form_id).where(answers.c.work_item_id == task)) == ""
    sound(office)


def test_a_result_that_a_condition_reads_is_a_variable(sqlite_database: Database, tmp_path: Path) -> None:
    diagram = with_service()
    diagram.set_property("Langkah_4", "hasil_layanan", "terkirim")
    flow = diagram.get("Alur_Lingkup_Langkah_3").find(f"{{{BPMN}}}conditionExpression")
    assert flow is not None
    flow.text = 'lingkup = "tidak_berkadar" and (terkirim = null or terkirim)'
    office = office_of(sqlite_database, diagram, tmp_path / "model")
    task = waiting(office)
    office.do(completed(office, task, terkirim=True, lain="tidak dibaca"))
    assert office.state(task.partition(":")[0]).variables["terkirim"] is True
    assert "lain" not in office.state(task.partition(":")[0]).variables
    sound(office)


def test_a_workers_error_goes_to_the_event_that_catches_its_code(database: Database, tmp_path: Path) -> None:
    office = office_of(database, catching(with_service(), "ALAMAT_SALAH"), tmp_path / "model")
    task = waiting(office)
    with pytest.raises(NobodyWaits):
        office.do(thrown(office, task, "LAIN"))
    assert rows(office) == [(task, None)]
    assert office.do(thrown(office, task, "ALAMAT_SALAH")).ending == "Tidak_terkirim"
    assert rows(office) == [(task, "error")]
    sound(office)


def test_an_error_event_without_a_code_catches_every_error(sqlite_database: Database, tmp_path: Path) -> None:
    diagram = catching(with_service(), "X")
    del diagram.get("Gagal_kirim")[-1].attrib["errorRef"]
    office = office_of(sqlite_database, diagram, tmp_path / "model")
    task = waiting(office)
    assert office.do(thrown(office, task, "APA_SAJA")).ending == "Tidak_terkirim"
    sound(office)


def test_the_limit_of_a_service_task_escalates_and_leaves_it_open(
    sqlite_database: Database, tmp_path: Path
) -> None:
    office = office_of(sqlite_database, with_service(), tmp_path / "model")
    task = waiting(office)
    office.wait(hours=5)
    number = task.partition(":")[0]
    office.sweep(number)
    assert [f"{number}:{name}" for name in office.state(number).external_tasks] == [task]
    office.do(completed(office, task))
    sound(office)


def test_a_service_task_that_is_taken_away_ends_with_its_case(
    sqlite_database: Database, tmp_path: Path
) -> None:
    diagram = with_service()
    diagram.message_on("Langkah_4", "Batal", "batalkan", group="admin_opd")
    office = office_of(sqlite_database, diagram, tmp_path / "model")
    task = waiting(office)
    office.send(task.partition(":")[0], "batalkan")
    assert rows(office) == [(task, "cancelled")]
    with pytest.raises(WorkItemNotOpen):
        office.do(completed(office, task))
    sound(office)


def test_only_the_lanes_group_works_on_it_and_nobody_finishes_it_as_a_task(
    sqlite_database: Database, tmp_path: Path
) -> None:
    office = office_of(sqlite_database, with_service(), tmp_path / "model")
    task = waiting(office)
    with pytest.raises(NotAllowed):
        office.do(completed(office, task, actor="petugas"))
    with pytest.raises(WorkItemNotOpen):
        office.do(Complete(actor="admin", source="web", command_id=office.id(), work_item=task, answers={}))
    assert rows(office) == [(task, None)]
    sound(office)


def test_a_result_sent_twice_counts_once(sqlite_database: Database, tmp_path: Path) -> None:
    office = office_of(sqlite_database, with_service(), tmp_path / "model")
    result = completed(office, waiting(office))
    assert not office.do(result).repeated
    assert office.do(result).repeated
    sound(office)
