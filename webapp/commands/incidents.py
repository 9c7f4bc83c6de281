"""`incident list|retry|close|resend`: what failed and waits for somebody to look."""

from __future__ import annotations

import uuid

import click
from sqlalchemy import Connection

from engine.commands import RetryIncident
from engine.errors import Refused
from engine.identity.policy import Actor, Subject
from engine.runtime import close_incident
from engine.runtime.handle import handle
from engine.store import incidents
from webapp.commands.console import as_json, local
from webapp.commands.program import Program, as_user, pass_program


@click.group("incident")
def incident() -> None:
    """Kendala."""


@incident.command("list")
@as_user
@as_json
@pass_program
def list_incidents(program: Program, user: str | None, json_lines: bool) -> None:
    """Kendala yang belum terselesaikan, yang terlama dulu."""
    program.may(program.actor(user), "incident:read")
    with program.ports.database.read() as connection:
        found = incidents.unresolved(connection)
        zone = program.ports.active_calendar(connection).zone
    for one in found:
        if json_lines:
            program.console.json(
                {
                    "incident": one.id,
                    "case_number": one.case_number,
                    "opened": one.opened_at,
                    "what": one.what,
                    "error": one.error_code,
                    "message": one.message,
                }
            )
        else:
            program.console.line(
                f"{one.id}  {local(one.opened_at, zone)}  {one.case_number}  {one.what}: {one.message}"
            )
    if not found and not json_lines:
        program.console.say("Tidak ada kendala.", "No incidents.")


@incident.command("retry")
@click.argument("id", metavar="KENDALA")
@as_user
@pass_program
def retry(program: Program, id: str, user: str | None) -> None:
    """Coba lagi yang dihentikan kendala ini."""
    actor = program.actor(user)
    with program.ports.database.read() as connection:
        found = _of(program, connection, actor, id)
    if not found.retriable:
        raise Refused(
            program.console.text(
                f"Kendala {id} tidak menghentikan pengaduan; yang mengirim mengulanginya sendiri setelah sebabnya diperbaiki.",
                f"Incident {id} halts no case; whoever sent it sends it again when its cause is mended.",
            )
        )
    handle(
        program.ports,
        RetryIncident(
            actor=actor.id, source="cli", command_id=str(uuid.uuid4()), case=found.case_number, incident=id
        ),
    )
    program.console.say(
        f"Kendala {id} terselesaikan; {found.case_number} berjalan lagi.",
        f"Incident {id} is resolved; {found.case_number} goes on.",
    )


@incident.command("close")
@click.argument("id", metavar="KENDALA")
@as_user
@pass_program
def close(program: Program, id: str, user: str | None) -> None:
    """Tutup kendala yang sudah ditangani dan tidak menahan pengaduannya."""
    actor = program.actor(user)
    with program.ports.database.write() as connection:
        if _of(program, connection, actor, id).halting:
            raise Refused(
                program.console.text(
                    f"Kendala {id} menahan pengaduannya; jalankan `pengaduan incident retry {id}`.",
                    f"Incident {id} halts its case; run `pengaduan incident retry {id}`.",
                )
            )
        at = program.ports.clock(connection)
        close_incident.close(connection, id, by=actor.id, at=at, source="cli")
    program.console.say(f"Kendala {id} ditutup.", f"Incident {id} is closed.")


def _of(program: Program, connection: Connection, actor: Actor, id: str) -> incidents.Incident:
    """The incident, for whoever may try it again: of a trial that is an analyst. Raises `NotAllowed` and `NotFound`."""
    program.may(actor, "incident:retry", Subject(trials=actor.is_analyst))
    found = incidents.get(connection, id)
    program.may(actor, "incident:retry", Subject(case=found.case_number))
    return found


@incident.command("resend")
@click.argument("id", metavar="KENDALA")
@as_user
@pass_program
def resend(program: Program, id: str, user: str | None) -> None:
    """Kirim lagi surat yang gagal menurut kendala ini."""
    actor = program.actor(user)
    program.may(actor, "incident:retry")
    with program.ports.database.write() as connection:
        if not incidents.get(connection, id).is_letter:
            raise Refused(
                program.console.text(
                    f"Kendala {id} bukan tentang surat.", f"Incident {id} is about no letter."
                )
            )
        at = program.ports.clock(connection)
        count = close_incident.send_again(connection, [id], by=actor.id, at=at, source="cli")
    program.console.say(f"{count} surat dikirim lagi.", f"{count} letters will be sent again.")
