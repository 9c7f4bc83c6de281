"""The work that is measured: cases of the shipped process, in an office on a fresh SQLite file."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow

from engine.commands import Complete
from engine.definition.model import ProcessDefinition
from engine.office_hours import Calendar
from engine.runtime.apply import BEHAVIOUR
from engine.runtime.handle import handle
from engine.spiff.compiled import compiled
from engine.spiff.context import Context
from engine.store import migrations
from engine.store.session import Database
from tests.casework import PROCESS, WORKER, Office, open_office

#: Scalars that the conditions of the shipped process read.
GOING_ON = {"lingkup": "tidak_berkadar", "tanggapan": "respon_balik"}


@contextmanager
def durable_office() -> Iterator[Office]:
    """An office whose database survives a power cut: synchronous=FULL, as in service."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'pengaduan.sqlite3'}")
        migrations.upgrade(database)
        yield open_office(database)
        database.dispose()


def deployed(office: Office) -> tuple[ProcessDefinition, Calendar]:
    with office.ports.database.read() as connection:
        return office.ports.active_definition(connection, PROCESS), office.ports.active_calendar(connection)


def completing(office: Office, number: str, **answers: Any) -> Complete:
    """The command that finishes the case's open task."""
    (name,) = office.state(number).work_items
    item = f"{number}:{name}"
    group = office.state(number).work_items[name].group
    return Complete(
        actor=WORKER[group],
        source="web",
        command_id=office.id(),
        work_item=item,
        answers=office.usual(item, **answers),
        claim=True,
    )


def timed_step(office: Office, number: str) -> float:
    """Seconds of one durable `complete` through `handle`; the complainant always replies, so it never ends."""
    reply = {"tanggapan": "respon_balik", "isi_respon_balik": "Belum selesai, mohon dijelaskan lagi."}
    command = completing(office, number, **reply)
    office.now += timedelta(seconds=1)
    begun = time.perf_counter()
    handle(office.ports, command)
    return time.perf_counter() - begun


class InMemory:
    """The reference: SpiffWorkflow running the same steps, nothing validated, saved or recorded."""

    def __init__(self, definition: ProcessDefinition, calendar: Calendar, office: Office) -> None:
        self.definition, self.calendar, self.office = definition, calendar, office
        self.begin()

    def begin(self) -> None:
        """A new workflow, brought to its second task as a submission leaves it."""
        made = compiled(self.definition)
        self.workflow = BpmnWorkflow(made.spec, made.subprocesses)
        self.workflow.script_engine = Context(dict(GOING_ON), self.office.now, self.calendar, BEHAVIOUR)
        self.workflow.do_engine_steps()
        self.timed_step()

    def timed_step(self) -> float:
        """Seconds to complete the open task and run on to the next."""
        begun = time.perf_counter()
        task = self.workflow.get_next_task(state=TaskState.READY, manual=True)
        task.run()
        self.workflow.do_engine_steps()
        return time.perf_counter() - begun
