"""Recorded cases on another version: the same way, another one, or still; told once, and nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.commands import Command
from engine.definition.bundle import Bundle, check
from engine.definition.model import ProcessDefinition
from engine.definition.xml import CAMUNDA
from engine.errors import ExecutionFailed, Refused
from engine.events import Event
from engine.history.chain import StoredEvent
from engine.identity.policy import Actor
from engine.office_hours import Calendar
from engine.queries.retold import played, to_look_at
from engine.retold import Retold, Time, retell
from engine.retold.groups import gathered
from engine.retold.sentences import sentence, time_sentence
from engine.runtime.apply import BEHAVIOUR
from engine.runtime.erase import erase
from engine.store.tables import cases, metadata
from tests.casework import PROCESS, Office
from tests.golden.test_golden import FILES, _second, definition, events
from tests.process.diagrams import Diagram
from tests.process.random_process import FORMS, Script, Sequence, Task, bodies
from tests.process.random_process import definition as random_definition
from tests.process.test_migrate import RENAMED, inserted, renamed, with_a_form
from tests.process.test_random_processes import act, answers
from tests.process.tracks import CALENDAR, NUMBER, Case

ANALYST = Actor("analis", frozenset({"analis"}))
OUT = {"lingkup": "tidak_layak", "alasan": "Sudah dijawab.", "konfirmasi_akhir": True}
REPLY = {"tanggapan": "respon_balik", "isi_respon_balik": "Belum jelas jadwalnya."}


def edited(*edits: Callable[[Diagram], Any]) -> ProcessDefinition:
    """The shipped process with these edits, as a draft is."""
    diagram = Diagram.shipped()
    for edit in edits:
        edit(diagram)
    checked = check(Bundle({diagram.filename: diagram.source(), **diagram.forms}))
    assert [f for f in checked.findings if f.severity == "error"] == []
    [found] = checked.definitions
    return found


def limit(timer: str, duration: str) -> Callable[[Diagram], None]:
    return lambda diagram: diagram.set_limit(timer, duration)


def condition(flow: str, text: str) -> Callable[[Diagram], None]:
    def edit(diagram: Diagram) -> None:
        diagram.get(flow)[-1].text = text

    return edit


def told(
    office: Office, number: str, new: ProcessDefinition, mapping: Mapping[str, str] | None = None
) -> Retold:
    """What becomes of one case."""
    with office.ports.database.read() as connection:
        [(one, _)] = played(office.ports, connection, new, [number], ANALYST, mapping)
    return one


def to_the_end(office: Office, number: str) -> str:
    while not office.state(number).ended:
        office.wait(minutes=5)
        office.complete(number)
    return number


# --- against itself -----------------------------------------------------------


#: A draft would run by today's behaviour, and so it is played; what was answered otherwise before goes another way.
OF_TODAY = [path for path in FILES if path.parent.name.startswith(f"behaviour-{BEHAVIOUR}")]


@pytest.mark.parametrize("path", OF_TODAY, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_golden_history_goes_the_same_way_on_its_own_version(path: Path) -> None:
    history = list(events(path))
    calendar = replace(Calendar.from_json(json.loads((path.parent / "calendar.json").read_text())), version=1)
    versions = {one.id: one for one in (definition(path.parent, 1), *_second(path.parent))}
    first = versions[history[0].definition_id or ""]
    found = retell(history, first, versions.__getitem__, lambda _: calendar)
    if len(versions) == 1:
        assert found == Retold(history[0].case_number, "same", "same")
    else:  # it moved on the way, past the step that the second version has more
        assert (found.kind, found.reason) == ("same", "same")
        found = retell(history, versions[f"{PROCESS}:2"], versions.__getitem__, lambda _: calendar)
        assert (found.kind, found.reason, found.place) == ("still", "new_step", "Periksa")


@dataclass
class Recorder(Case):
    """A case that keeps its history as the store would."""

    history: list[StoredEvent] = field(default_factory=list)

    def do(self, command: Command) -> list[Event]:
        happened = super().do(command)
        assert command.at is not None
        for one in happened:
            self.history.append(
                StoredEvent(
                    NUMBER, len(self.history) + 1, one.type, command.at, command.at, command.actor, None, "web",
                    self.process.id, one.payload, "", "", command.command_id, None, 1, None, None, None,
                )
            )  # fmt: skip
        return happened


@settings(
    max_examples=40, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(bodies, st.data())
def test_a_random_walk_goes_the_same_way_on_its_own_version(body: Any, data: st.DataObject) -> None:
    process = random_definition(body)
    case = Recorder(process)
    try:
        case.submit(**data.draw(answers))
        for _ in range(12):
            if case.state.ended:
                break
            with suppress(Refused):
                act(case, data)  # type: ignore[arg-type]
    except ExecutionFailed:
        pass  # a null in a condition: what was recorded until then is the history
    if case.history:
        found = retell(case.history, process, lambda _: process, lambda _: CALENDAR)
        assert found == Retold(NUMBER, "same", "same")


# --- what changes -------------------------------------------------------------


def test_a_longer_limit_tells_only_lateness(office: Office) -> None:
    office.at("2026-11-24 08:00")
    number = office.submit()
    office.run_to(number, "Langkah_5")
    office.wait(hours=3)
    to_the_end(office, number)
    found = told(office, number, edited(limit("Batas_5", "PT4H")))
    assert (found.kind, found.times) == ("same", (Time("Langkah_5", "2 Jam", "4 Jam", True, False),))
    [lateness] = gathered([(found, number)]).times
    assert time_sentence(lateness, edited(), None, "en") == (
        "Langkah_5 (Menganalisa pengaduan dan mengkoordinir dengan …): limit 4 Jam instead of 2 Jam. "
        "No longer late: 1."
    )
    shorter = told(office, to_the_end(office, office.submit()), edited(limit("Batas_5", "PT1M")))
    assert (shorter.kind, shorter.times[0].would_be_late, shorter.times[0].was_late) == ("same", True, False)


def test_a_limit_that_would_have_ended_the_case_before_its_answer_is_another_way(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.wait(minutes=40)
    office.complete(number)
    found = told(office, number, edited(limit("Batas_8", "PT30M")))
    assert (found.kind, found.reason, found.place) == ("other", "limit", "Batas_8")
    assert found.new.to == ("Selesai_sistem",)


def test_where_a_limit_ended_the_case_the_longer_one_runs_out_too(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.wait(days=3)
    office.sweep(number)
    assert office.state(number).ending == "Selesai_sistem"
    found = told(office, number, edited(limit("Batas_8", "PT4H")))
    assert (found.kind, found.times) == ("same", (Time("Langkah_8", "2 Jam", "4 Jam", False, False),))


def test_a_changed_condition_sends_exactly_those_cases_elsewhere_whose_answers_it_is_about(
    office: Office,
) -> None:
    on, out = to_the_end(office, office.submit()), office.submit()
    office.complete(out, **OUT)
    new = edited(condition("Alur_Lingkup_Langkah_3", 'lingkup = "tidak_berkadar" or lingkup = "tidak_layak"'))
    assert told(office, on, new).kind == "same"
    found = told(office, out, new)
    assert (found.kind, found.reason, found.place) == ("other", "flow", "Lingkup")
    assert (found.old.to, found.new.to) == (("Dirujuk",), ("Langkah_3",))
    assert found.values == {"lingkup": "tidak_layak"}
    assert found.old.condition is None
    assert found.new.condition == 'lingkup = "tidak_berkadar" or lingkup = "tidak_layak"'
    [group] = gathered([(found, out)]).groups
    assert sentence(group, new, None, "id").startswith("Di Lingkup")


def test_a_running_case_that_would_stand_elsewhere_is_told_too(office: Office) -> None:
    number = office.submit()
    office.complete(number)
    found = told(office, number, edited(condition("Alur_Lingkup_Langkah_3", 'lingkup = "tidak_layak"')))
    assert (found.kind, found.place, found.new.to) == ("other", "Lingkup", ("Dirujuk",))
    assert found.old.to == ("Langkah_3",)


def test_a_reply_that_begins_no_loop_any_more_ends_the_case(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number, **REPLY)
    office.run_to(number, "Langkah_4")
    found = told(office, number, edited(condition("Alur_Respon_balik_Gabung", 'tanggapan = "lain"')))
    assert (found.kind, found.place) == ("other", "Respon_balik")
    assert (found.old.to, found.new.to) == (("Langkah_2",), ("Selesai_pengadu",))


def test_a_step_that_is_new_is_told_once(office: Office) -> None:
    numbers = [to_the_end(office, office.submit()) for _ in range(3)]
    new = edited(inserted)
    all_told = gathered((told(office, number, new), number) for number in numbers)
    [group] = all_told.groups
    assert (group.kind, group.reason, group.place, group.count) == ("still", "new_step", "Periksa", 3)
    assert group.examples == numbers
    assert "langkah baru" in sentence(group, new, None, "id")


def test_a_step_that_is_no_more_is_passed_over(office: Office) -> None:
    def without(diagram: Diagram) -> None:
        diagram._lead("Alur_Langkah_3_Langkah_4", "Langkah_5")
        for own in ("Alur_Langkah_4_Langkah_5", "Batas_4", "Eskalasi_4", "Langkah_4"):
            _remove(diagram, own)

    number = to_the_end(office, office.submit())
    found = told(office, number, edited(without))
    assert (found.kind, found.reason, found.place) == ("other", "step_gone", "Langkah_4")


def _remove(diagram: Diagram, own: str) -> None:
    """An element with the flows at it and their drawing."""
    for flow in [f for f in diagram.all("sequenceFlow") if own in (f.get("sourceRef"), f.get("targetRef"))]:
        _remove(diagram, flow.get("id"))
    for node in list(diagram.root.iter()):
        if own in (node.get("id"), node.get("bpmnElement")) or (node.text or "").strip() == own:
            node.getparent().remove(node)


def test_a_step_by_another_id_is_the_same_step(office: Office) -> None:
    number = to_the_end(office, office.submit())
    assert told(office, number, edited(renamed)) == Retold(number, "same", "same")

    def in_other_words(diagram: Diagram) -> None:
        renamed(diagram)
        diagram.get("Telaah").set("name", "Menelaah")
        diagram.set_property("Telaah", "no", "9")

    new = edited(in_other_words)
    assert told(office, number, new).place == "Telaah"
    assert told(office, number, new, RENAMED) == Retold(number, "same", "same")


def not_asking(diagram: Diagram) -> None:
    """The second step asks something else."""
    with_a_form(diagram)
    diagram.get("Langkah_2").set(f"{{{CAMUNDA}}}formRef", "cek")


def test_what_no_form_asks_any_more_stops_the_case_where_it_is_read(office: Office) -> None:
    number = to_the_end(office, office.submit())
    found = told(office, number, edited(not_asking))
    assert (found.kind, found.reason, found.place) == ("still", "incident", "Lingkup")
    assert (found.lacking, found.new.condition) == (("lingkup",), 'lingkup = "tidak_berkadar"')


def asking(diagram: Diagram) -> None:
    """The second step asks one thing more."""
    said = json.loads(diagram.forms["penerimaan_mpp.form"])
    said["components"].append({"type": "checkbox", "key": "darurat", "id": "F_darurat", "label": "Darurat"})
    diagram.forms["penerimaan_mpp.form"] = json.dumps(said).encode()


def test_a_new_question_has_no_answer_yet_also_where_the_condition_speaks_of_null(office: Office) -> None:
    number = to_the_end(office, office.submit())
    for text in ("darurat", 'darurat = null or lingkup = "tidak_berkadar"'):
        found = told(office, number, edited(asking, condition("Alur_Lingkup_Langkah_3", text)))
        assert (found.kind, found.reason, found.place) == ("still", "question", "Lingkup")
        assert found.lacking == ("darurat",)


def test_a_script_that_reads_a_new_question_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Recorder(random_definition(Sequence((Task(1), Script("1"), Task(1)))))
    case.submit(warna="merah", angka=1, ulang=False)
    case.complete(case.open[0], angka=1, ulang=False)
    monkeypatch.setitem(FORMS, "lanjut", {**FORMS["lanjut"], "baru": "checkbox"})
    new = random_definition(Sequence((Task(1), Script("if baru then 1 else 2"), Task(1))))
    found = retell(case.history, new, lambda _: case.process, lambda _: CALENDAR)
    assert (found.kind, found.reason, found.lacking) == ("still", "question", ("baru",))


def test_an_answer_that_the_version_of_then_did_not_read_is_not_in_the_history(office: Office) -> None:
    number = to_the_end(office, office.submit())
    found = told(office, number, edited(condition("Alur_Lingkup_Langkah_3", "rahasia = false")))
    assert (found.kind, found.reason, found.lacking) == ("untold", "not_recorded", ("rahasia",))


def test_a_message_that_nobody_waits_for_any_more(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.send(number, "tutup_oleh_admin")

    def unheard(diagram: Diagram) -> None:
        for own in ("Tutup_admin", "Selesai_admin"):
            _remove(diagram, own)

    found = told(office, number, edited(unheard))
    assert (found.kind, found.reason, found.place) == ("still", "message", "Langkah_8")


def test_a_history_that_cannot_be_read_is_said_to_be(office: Office) -> None:
    new = edited()
    found = retell([], new, lambda _: new, lambda _: CALENDAR)
    assert (found.kind, found.reason) == ("untold", "unreadable")


# --- which cases --------------------------------------------------------------


def test_nothing_is_stored_and_the_newest_are_looked_at(office: Office, tmp_path: Path) -> None:
    numbers = [office.submit() for _ in range(4)]
    to_the_end(office, numbers[0])
    first = office.now
    office.wait(days=7)
    numbers.append(office.submit())
    erase(
        office.ports,
        Actor("pengelola", frozenset({"pengelola"})),
        numbers[0],
        "Permintaan yang bersangkutan",
        source="cli",
        seals=tmp_path / "segel.jsonl",
    )
    before = counts(office)
    with office.ports.database.read() as connection:
        assert to_look_at(connection, PROCESS).numbers == tuple(reversed(numbers))
        some = to_look_at(connection, PROCESS, most=2)
        assert (some.numbers, some.among) == ((numbers[4], numbers[3]), 5)
        assert to_look_at(connection, PROCESS, before=first + timedelta(days=1)).among == 4
        assert to_look_at(connection, PROCESS, since=first + timedelta(days=1)).numbers == (numbers[4],)
        assert to_look_at(connection, "lain").among == 0
        found = list(played(office.ports, connection, edited(), numbers, ANALYST))
    assert {one.kind for one, _ in found} == {"same"}  # also of whom the person was erased
    assert counts(office) == before


def test_a_case_that_is_kept_from_the_analyst_is_played_and_not_named(office: Office) -> None:
    number = office.submit()
    found = {"lingkup": "berkadar_pengawasan", "tujuan_rujukan": "Inspektorat", "konfirmasi_akhir": True}
    office.complete(number, **found)
    with office.ports.database.read() as connection:
        restricted = connection.scalar(select(cases.c.restricted_to).where(cases.c.number == number))
        [(one, admitted)] = played(office.ports, connection, edited(), [number], ANALYST)
    assert (restricted, one.kind, admitted) == ("penerima_rujukan", "same", False)


def counts(office: Office) -> dict[str, int]:
    with office.ports.database.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def test_a_limit_that_only_tells_somebody_decides_no_way(office: Office) -> None:
    number = office.submit()
    office.wait(minutes=30)
    office.complete(number, **OUT)
    new = edited(
        limit("Batas_2", "PT10M"),
        condition("Alur_Lingkup_Langkah_3", 'lingkup = "tidak_berkadar" or lingkup = "tidak_layak"'),
    )
    found = told(office, number, new)
    assert (found.kind, found.reason, found.place) == ("other", "flow", "Lingkup")
    assert found.values == {"lingkup": "tidak_layak"}
