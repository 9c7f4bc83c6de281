"""`sop`: the SOP document of a process in force, or of any version, out of its diagram."""

from __future__ import annotations

import click

from engine.definition.model import ProcessDefinition
from engine.definition.sop import as_json, document
from engine.queries.public import public_process
from webapp.commands.program import Program, as_user, pass_program


@click.command("sop")
@click.option("--process", "key", metavar="KEY", help="Kunci proses. Bawaan: proses yang menerima pengaduan.")
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="Bawaan: versi yang berlaku.")
@click.option("--format", "kind", type=click.Choice(["json"]), default="json", show_default=True)
@as_user
@pass_program
def sop(program: Program, key: str | None, version: int | None, kind: str, user: str | None) -> None:
    """Tulis dokumen SOP (PermenPAN-RB 35/2012) dari diagram yang diterapkan."""
    program.may(program.actor(user), "definition:read")
    program.console.json(as_json(document(_definition(program, key, version))))


def _definition(program: Program, key: str | None, version: int | None) -> ProcessDefinition:
    ports = program.ports
    with ports.database.read() as connection:
        if key is None and version is None:
            return public_process(ports, connection)
        chosen = key or public_process(ports, connection).key
        if version is None:
            return ports.active_definition(connection, chosen)
        return ports.definition(connection, f"{chosen}:{version}")
