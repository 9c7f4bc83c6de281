"""`hold set|lift|list`: cases that nothing erases while somebody needs them."""

from __future__ import annotations

import click

from engine.queries import held as read
from engine.runtime import hold as engine
from webapp.commands.console import as_json, local
from webapp.commands.program import Program, as_user, pass_program


@click.group("hold")
def hold() -> None:
    """Penahanan: pengaduan yang tidak dihapus selama masih diperlukan (perkara, pemeriksaan)."""


@hold.command("set")
@click.argument("number", metavar="NUMBER")
@click.option("--why", required=True, help="Dasar penahanan, tercatat selamanya; tanpa nama atau kontak.")
@as_user
@pass_program
def set_hold(program: Program, number: str, why: str, user: str | None) -> None:
    """Tahan pengaduan: orangnya tidak dapat dihapus sampai penahanan dicabut."""
    engine.hold(program.ports, program.actor(user), number, why, source="cli")
    program.console.say(
        f"{number} ditahan: orangnya tidak dihapus sampai penahanan dicabut.",
        f"{number} is held: the person is not erased until the hold is lifted.",
    )


@hold.command("lift")
@click.argument("number", metavar="NUMBER")
@click.option("--why", required=True, help="Dasar pencabutan, tercatat selamanya; tanpa nama atau kontak.")
@as_user
@pass_program
def lift_hold(program: Program, number: str, why: str, user: str | None) -> None:
    """Cabut penahanan: penghapusan dan retensi berlaku lagi."""
    engine.lift(program.ports, program.actor(user), number, why, source="cli")
    program.console.say(
        f"Penahanan {number} dicabut; retensi berlaku lagi.",
        f"The hold on {number} is lifted; retention counts again.",
    )


@hold.command("list")
@as_user
@as_json
@pass_program
def list_holds(program: Program, user: str | None, json_lines: bool) -> None:
    """Pengaduan yang ditahan, yang terbaru lebih dahulu."""
    actor = program.actor(user)
    program.may(actor, "retention:read")
    with program.ports.database.read() as connection:
        zone = program.ports.active_calendar(connection).zone
        found = read.held(connection, actor)
    for one in found:
        if json_lines:
            program.console.json(
                {
                    "case_number": one.case,
                    "ended_at": one.ended_at,
                    "held_since": one.since,
                    "held_by": one.by,
                    "ground": one.ground,
                }
            )
        else:
            program.console.line(f"{one.case}  {local(one.since, zone)}  {one.by:<14}  {one.ground}")
    if not found and not json_lines:
        program.console.note("Tidak ada pengaduan yang ditahan.", "No case is held.")
