"""A rehearsed case goes as the office's own would: the same acts give the same events at the same instants."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.commands import (
    COMPLAINANT,
    Command,
    Complete,
    CompleteExternalTask,
    FireTimers,
    SendMessage,
    Submit,
    ThrowError,
)
from engine.definition.model import ProcessDefinition
from engine.errors import AnswersInvalid, CaseHalted, EngineError, NobodyWaits, WorkItemNotOpen
from engine.history import log
from engine.office_hours import Calendar
from engine.runtime.rehearsal import BY_HAND, CASE, Rehearsal, Step, item
from engine.runtime.ways import ways
from engine.store.session import Database
from tests.casework import COMPLAINT, PROCESS, USUAL, Office, open_office
from tests.process.random_process import Loop, Pause, Task, bpmn, form_files
from tests.process.random_process import Sequence as Blocks
from tests.process.test_external_tasks import catching, with_service

ANSWERS: dict[str, Any] = {
    "on": {},
    "referred": {"lingkup": "bukan_kewenangan", "tujuan_rujukan": "Dinas lain", "konfirmasi_akhir": True},
    "back": {"tanggapan": "respon_balik", "isi_respon_balik": "Belum jelas."},
    "wrong": {"lingkup": "entah", "tanggapan": "entah"},
}


@dataclass
class Both:
    """One case in the office and in a rehearsal; every act goes to both."""

    office: Office
    played: Rehearsal
    number: str = ""
    steps: list[Step] = field(default_factory=list)

    @classmethod
    def of(cls, office: Office, process: str = PROCESS) -> Both:
        definition, calendar = deployed(office, process)
        return cls(office, Rehearsal(definition, calendar))

    def submit(self, **answers: Any) -> Step:
        given = {**COMPLAINT, **answers}
        process = self.played.definition.key
        self.number = self.office.submit(process, **answers)
        return self._play(Submit(**BY_HAND, at=self.office.now, process=process, answers=given))

    def complete(self, **answers: Any) -> Step:
        state = self.office.state(self.number)
        name, task = next(iter(state.work_items.items()))
        given = {**USUAL.get(self.played.definition.elements[task.element].form_ref or "", {}), **answers}
        worker = {"actor": COMPLAINANT} if task.public else {}
        self._office(lambda: self.office.complete(self.number, **answers))
        return self._play(
            Complete(
                **{**BY_HAND, **worker}, at=self.office.now, work_item=item(name), answers=given, claim=True
            )
        )

    def send(self, message: str) -> Step:
        self._office(lambda: self.office.send(self.number, message))
        return self._play(SendMessage(**BY_HAND, at=self.office.now, case=CASE, message=message))

    def wait(self, **time: float) -> Step:
        now = self.office.wait(**time)
        self._office(lambda: self.office.sweep(self.number))
        return self._play(FireTimers(**BY_HAND, at=now, case=CASE, due=now))

    def same(self) -> None:
        assert rehearsed(self.steps) == recorded(self.office, self.number)

    def _office(self, act: Any) -> None:
        with suppress(EngineError):
            act()

    def _play(self, act: Command) -> Step:
        self.steps.append(self.played.do(act))
        return self.steps[-1]


def deployed(office: Office, process: str = PROCESS) -> tuple[ProcessDefinition, Calendar]:
    with office.ports.database.read() as connection:
        return office.ports.active_definition(connection, process), office.ports.active_calendar(connection)


def recorded(office: Office, number: str) -> list[Any]:
    with office.ports.database.read() as connection:
        return [
            (event.type, event.at, _told(event.payload))
            for event in log.read(connection, number)
            if event.type != "incident:raised"
        ]


def rehearsed(steps: Sequence[Step]) -> list[Any]:
    return [
        (event.type, one.command.at, _told(event.payload))
        for step in steps
        for one in step.applied
        for event in one.events
    ]


def _told(payload: Any) -> dict[str, Any]:
    """All of an event but the digest of what was written, which a rehearsal keeps no key for."""
    return {name: value for name, value in payload.items() if name != "digest"}


@pytest.fixture
def both(office: Office) -> Both:
    return Both.of(office)


MOVES = st.one_of(
    st.sampled_from([("complete", name) for name in ANSWERS]),
    st.just(("complete", "on")),
    st.just(("send", "tutup_oleh_admin")),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 2, 3, 16, 30, 100])),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=14))
def test_whatever_is_done_the_rehearsal_records_what_the_office_does(
    office: Office, moves: list[Any]
) -> None:
    both = Both.of(office)
    office.at("2026-11-27 14:00")
    both.submit()
    for kind, what in moves:
        if kind == "wait":
            both.wait(hours=what)
        elif kind == "send":
            both.send(what)
        elif office.state(both.number).work_items:
            both.complete(**ANSWERS[what])
    both.same()


def test_a_case_late_and_answered_back_ends_as_in_the_office(both: Both) -> None:
    both.submit()
    both.complete()
    both.wait(days=4)
    for _ in range(5):
        both.complete()
    both.complete(**ANSWERS["back"])
    both.complete(**ANSWERS["referred"])
    both.same()
    assert both.played.state is not None
    assert both.played.state.ending == both.office.state(both.number).ending == "Dirujuk"


def test_wrong_answers_change_nothing_and_keep_the_limits_that_had_run_out(both: Both) -> None:
    both.submit()
    both.office.wait(days=1)
    step = both.complete(**ANSWERS["wrong"])
    assert isinstance(step.refusal, AnswersInvalid)
    assert step.incident is None
    assert "escalation:raised" in [event.type for event in step.events]
    both.same()


def test_what_is_not_possible_is_refused_as_in_the_office(both: Both) -> None:
    both.submit()
    assert isinstance(both.send("tutup_oleh_admin").refusal, NobodyWaits)
    gone = Complete(**BY_HAND, at=both.office.now, work_item=item("Langkah_9:1"), answers={}, claim=True)
    assert isinstance(both.played.do(gone).refusal, WorkItemNotOpen)
    both.same()


def test_earlier_answers_fill_what_a_form_only_shows(both: Both) -> None:
    both.submit(judul="Antrean")
    while both.played.state and "Langkah_8:1" not in both.played.state.work_items:
        both.complete()
    schema = both.played.definition.form_of("Langkah_8")
    assert schema is not None
    assert both.played.stored(schema)["judul"] == "Antrean"


def test_a_way_is_told_with_its_condition_and_the_values_it_read(both: Both) -> None:
    both.submit()
    step = both.complete()
    [way] = told(both, step)
    assert (way.flow.id, way.by_default) == ("Alur_Lingkup_Langkah_3", False)
    assert way.asked == (('lingkup = "tidak_berkadar"', True),)
    assert way.read == {"lingkup": "tidak_berkadar"}
    for _ in range(2):
        both.complete()
    other = both.complete(**ANSWERS["referred"])
    [way] = told(both, other)
    assert (way.gateway.id, way.by_default) == ("Hasil_analisis", True)
    assert way.read == {"lingkup": "bukan_kewenangan"}


def test_of_a_gateway_that_read_what_the_case_does_not_hold_nothing_is_said(both: Both) -> None:
    both.submit()
    step = both.complete()
    assert step.state is not None
    passed = step.applied[-1].events[0].payload["passed"]
    without = replace(step.state, variables={})
    assert list(ways(both.played.definition, passed, without, step.at)) == []


def told(both: Both, step: Step) -> list[Any]:
    assert step.state is not None
    passed = step.applied[-1].events[0].payload["passed"]
    return list(ways(both.played.definition, passed, step.state, step.at))


def test_a_service_task_is_answered_by_hand_or_left_by_its_error(
    sqlite_database: Database, tmp_path: Path
) -> None:
    office = open_office(sqlite_database, paths=[catching(with_service(), "SALAH").save(tmp_path / "model")])
    definition, calendar = deployed(office)
    for act, ending in (("done", None), ("error", "Tidak_terkirim")):
        both = Both.of(office)
        both.submit()
        both.complete()
        both.complete()
        name = item("Langkah_4:1")
        by = {**BY_HAND, "at": office.now, "work_item": name}
        step = both.played.do(
            CompleteExternalTask(**by, answers={}) if act == "done" else ThrowError(**by, error_code="SALAH")
        )
        assert step.error is None
        assert step.state is not None
        assert step.state.ending == ending
    assert (definition.key, calendar.version) == (PROCESS, 1)


def test_a_null_in_a_condition_is_an_incident_that_undoes_the_act(
    sqlite_database: Database, tmp_path: Path
) -> None:
    diagram = with_service()
    diagram.set_property("Langkah_4", "hasil_layanan", "terkirim")
    flow = next(n for n in diagram.get("Alur_Hasil_analisis_Langkah_6"))
    flow.text = "terkirim"
    both = Both.of(open_office(sqlite_database, paths=[diagram.save(tmp_path / "model")]))
    both.submit()
    both.complete()
    both.complete()
    now = both.office.now
    both.played.do(CompleteExternalTask(**BY_HAND, at=now, work_item=item("Langkah_4:1"), answers={}))
    before = both.played.state
    answers = USUAL["analisis_jawaban"]
    step = both.played.do(
        Complete(**BY_HAND, at=now, work_item=item("Langkah_5:1"), answers=answers, claim=True)
    )
    assert step.refusal is None
    assert step.incident is not None
    assert "no answer for terkirim" in step.incident.message
    assert both.played.state is before
    again = both.played.do(
        Complete(**BY_HAND, at=now, work_item=item("Langkah_5:1"), answers=answers, claim=True)
    )
    assert again.incident is not None, "the case is as it was, and can be tried again"


def test_a_loop_over_a_date_long_past_halts_and_a_long_way_is_gone_in_stretches(
    sqlite_database: Database, tmp_path: Path
) -> None:
    def looping(pause: str, name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        body = Blocks((Task(0), Loop(Pause("PT1H"), "jumlah = 0")))
        timer = b"<timeDuration>PT1H</timeDuration>"
        for file, data in {**form_files(), "acak.bpmn": bpmn(body).replace(timer, pause.encode())}.items():
            (folder / file).write_bytes(data)
        return folder

    answers = {"warna": "merah", "angka": 1, "ulang": False}
    past = "<timeDate>2020-01-01T00:00:00+08:00</timeDate>"
    office = open_office(sqlite_database, paths=[looping(past, "past")])
    start = office.now

    def begun(definition: ProcessDefinition, calendar: Calendar) -> Rehearsal:
        played = Rehearsal(definition, calendar, most_firings=20)
        played.do(Submit(**BY_HAND, at=start, process="acak", answers=answers))
        assert played.state is not None
        [name] = played.state.work_items
        played.do(Complete(**BY_HAND, at=start, work_item=item(name), answers=answers, claim=True))
        return played

    played = begun(*deployed(office, "acak"))
    step = played.do(FireTimers(**BY_HAND, at=start, case=CASE, due=start))
    assert step.incident is not None
    assert "however often it is fired" in step.incident.message
    later = played.do(FireTimers(**BY_HAND, at=start + timedelta(days=1), case=CASE, due=start))
    assert isinstance(later.refusal, CaseHalted)
