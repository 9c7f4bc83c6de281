"""`case`, `tasks`, `complete` and `message`: the office's work from the keyboard, by the same `handle` as a page."""

from __future__ import annotations

import uuid
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import click
import orjson

from engine.commands import COMPLAINANT, Complete, SendMessage
from engine.identity.disclosure import note
from engine.identity.policy import allowed
from engine.queries import cases
from engine.queries.cases import Case, Task
from engine.runtime.handle import Outcome, handle
from webapp.commands.console import Console, as_json, local
from webapp.commands.program import Program, as_user, pass_program


@click.command("case")
@click.argument("number", metavar="NUMBER")
@as_user
@as_json
@pass_program
def case(program: Program, number: str, user: str | None, json_lines: bool) -> None:
    """Keadaan satu pengaduan: tugas terbuka dan riwayatnya, tanpa isi pengaduan."""
    actor = program.actor(user)
    with program.ports.database.read() as connection:
        found = cases.case(program.ports, connection, number)
        zone = program.ports.active_calendar(connection).zone
    program.may(actor, "case:read", found.subject)
    note(program.ports, actor, "case:read", number, source="cli")
    if json_lines:
        program.console.json(_case_json(found))
    else:
        _show_case(program.console, found, zone)


@click.command("tasks")
@as_user
@as_json
@pass_program
def tasks(program: Program, user: str | None, json_lines: bool) -> None:
    """Tugas yang terbuka, tenggat terdekat dulu; dengan --as hanya yang boleh dilihat pengguna itu."""
    actor = program.actor(user)
    console, shown = program.console, 0
    with program.ports.database.read() as connection:
        zone = program.ports.active_calendar(connection).zone
        for task in cases.open_tasks(program.ports, connection):
            if not allowed(actor, "work_item:list", task.subject):
                continue
            shown += 1
            if json_lines:
                console.json(_task_json(task))
            else:
                console.line(_task_line(console, task, zone))
    note(program.ports, actor, "work_item:list", shown=shown, source="cli")
    if not shown and not json_lines:
        console.say("Tidak ada tugas terbuka.", "No open tasks.")


@click.command("complete")
@click.argument("task", metavar="TASK")
@click.option(
    "--answers",
    "file",
    required=True,
    type=click.File("rb"),
    metavar="FILE",
    help="Objek JSON; - dari stdin.",
)
@as_user
@as_json
@pass_program
def complete(program: Program, task: str, file: BinaryIO, user: str | None, json_lines: bool) -> None:
    """Ambil dan selesaikan tugas dengan isian dari berkas JSON.

    Tugas milik pengadu diselesaikan atas nama pengadu.
    """
    actor = program.actor(user)
    answers = _object(file)
    with program.ports.database.read() as connection:
        public = cases.task(program.ports, connection, task).subject.public
    command = Complete(
        actor=actor.id,
        on_behalf=COMPLAINANT if public else None,
        source="cli",
        command_id=str(uuid.uuid4()),
        work_item=task,
        answers=answers,
        claim=not public,
    )
    _show_outcome(program.console, handle(program.ports, command), json_lines)


@click.command("message")
@click.argument("number", metavar="NUMBER")
@click.argument("name", metavar="NAME")
@as_user
@as_json
@pass_program
def message(program: Program, number: str, name: str, user: str | None, json_lines: bool) -> None:
    """Kirim pesan ke pengaduan, dengan nama pesan seperti di diagram."""
    command = SendMessage(
        actor=program.actor(user).id,
        source="cli",
        command_id=str(uuid.uuid4()),
        case=number,
        message=name,
    )
    _show_outcome(program.console, handle(program.ports, command), json_lines)


def _object(file: BinaryIO) -> dict[str, Any]:
    try:
        answers = orjson.loads(file.read())
    except orjson.JSONDecodeError as error:
        raise click.BadParameter(f"isian bukan JSON yang utuh ({error}).") from None
    if not isinstance(answers, dict):
        raise click.BadParameter("isian harus satu objek JSON: kunci isian dan nilainya.")
    return answers


def _show_outcome(console: Console, outcome: Outcome, json_lines: bool) -> None:
    if json_lines:
        console.json(
            {"case_number": outcome.case, "open_tasks": outcome.open_items, "ending": outcome.ending}
        )
    elif outcome.ending:
        console.say(
            f"{outcome.case} berakhir: {outcome.ending}.", f"{outcome.case} has ended: {outcome.ending}."
        )
    else:
        waiting = ", ".join(outcome.open_items) or "–"
        console.say(f"Selesai. Sekarang terbuka: {waiting}.", f"Done. Open now: {waiting}.")


def _task_json(task: Task) -> dict[str, Any]:
    return {
        "task": task.id,
        "case_number": task.case,
        "step": task.step,
        "group": task.group,
        "assignee": task.assignee,
        "created": task.created,
        "due": task.due,
        "overdue": task.overdue,
    }


def _task_line(console: Console, task: Task, zone: ZoneInfo) -> str:
    late = console.text("terlambat", "overdue") if task.overdue else ""
    return "  ".join((local(task.due, zone), f"{late:<9}", task.id, task.assignee or task.group, task.step))


def _case_json(found: Case) -> dict[str, Any]:
    return {
        "case_number": found.number,
        "definition": found.definition,
        "status": found.status,
        "submitted": found.submitted,
        "ended": found.ended,
        "ending": found.ending,
        "outcome": found.outcome,
        "tasks": [_task_json(task) for task in found.tasks],
        "history": [
            {
                "seq": event.seq,
                "at": event.at,
                "type": event.type,
                "actor": event.actor,
                "on_behalf": event.on_behalf,
                "source": event.source,
                "work_item": event.payload.get("work_item"),
            }
            for event in found.history
        ],
    }


_STATUS = {
    "open": ("terbuka", "open"),
    "halted": ("terhenti oleh kendala", "halted by an incident"),
    "ended": ("berakhir", "ended"),
}


def _show_case(console: Console, found: Case, zone: ZoneInfo) -> None:
    status = console.text(*_STATUS[found.status])
    ending = f": {found.ending}, {local(found.ended, zone)}" if found.ending else ""
    console.line(f"{found.number}  {found.definition}  {status}{ending}")
    for task in found.tasks:
        console.line(f"  {_task_line(console, task, zone)}")
    console.say("Riwayat", "History")
    for event in found.history:
        about = (
            event.payload.get("work_item") or event.payload.get("timer") or event.payload.get("element") or ""
        )
        console.line(
            f"  {event.seq:>4}  {local(event.at, zone)}  {event.type:<20}  {event.actor:<14}  {about}".rstrip()
        )
