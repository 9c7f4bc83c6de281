"""`history verify|replay`: is the record whole, and does today's program answer it as the one of then did?"""

from __future__ import annotations

import click

from engine.errors import NotFound
from engine.history.replay import Step, replay
from engine.history.verify import verify
from webapp.commands.console import as_json, local
from webapp.commands.program import Program, as_user, pass_program


@click.group("history")
def history() -> None:
    """Riwayat: periksa dan putar ulang."""


@history.command("verify")
@click.argument("number", required=False, metavar="[NUMBER]")
@as_user
@as_json
@pass_program
def verify_command(program: Program, number: str | None, user: str | None, json_lines: bool) -> None:
    """Periksa rantai, isian, dan hasil putar ulang satu pengaduan atau semuanya. Kode keluar 1 bila ada temuan."""
    program.may(program.actor(user), "history:verify")
    console = program.console
    with program.ports.database.read() as connection:
        report = verify(program.ports, connection, number)
    if number is not None and not report.cases:
        raise NotFound(f"There is no case {number}; check the number.", case=number)
    for finding in report.findings:
        if json_lines:
            console.json(
                {
                    "case": finding.case,
                    "seq": finding.seq,
                    "kind": finding.kind,
                    "code": finding.code,
                    "message": finding.message,
                }
            )
        else:
            place = f"{finding.case}:{finding.seq}" if finding.seq else finding.case
            console.line(f"{place}  {finding.kind}  {finding.code}  {finding.message}")
    if json_lines:
        console.json({"cases": report.cases, "events": report.events, "findings": len(report.findings)})
    else:
        console.say(
            f"{report.cases} pengaduan, {report.events} peristiwa, {len(report.findings)} temuan.",
            f"{report.cases} cases, {report.events} events, {len(report.findings)} findings.",
        )
    if report.findings:
        raise click.exceptions.Exit(1)


@history.command("replay")
@click.argument("number", metavar="NUMBER")
@click.option("--until", type=click.IntRange(min=1), metavar="SEQ", help="Sampai peristiwa ini.")
@as_user
@as_json
@pass_program
def replay_command(
    program: Program, number: str, until: int | None, user: str | None, json_lines: bool
) -> None:
    """Putar ulang satu pengaduan langkah demi langkah. Kode keluar 1 bila hasilnya berbeda dari catatan."""
    program.may(program.actor(user), "history:replay")
    seen = differs = False
    with program.ports.database.read() as connection:
        zone = program.ports.active_calendar(connection).zone
        for step in replay(program.ports, connection, number, until):
            seen, differs = True, step.difference is not None
            if json_lines:
                program.console.json(_json(step))
            else:
                mark = "✗" if differs else "✓"
                at, event = local(step.event.at, zone), step.event
                program.console.line(
                    f"{mark} {event.seq:>4}  {at}  {event.type:<20}  {event.actor:<14}  {', '.join(_open(step))}".rstrip()
                )
                if step.difference:
                    program.console.line(f"        {step.difference}")
    if not seen:
        raise NotFound(f"There is no case {number}; check the number.", case=number)
    if differs:
        raise click.exceptions.Exit(1)


def _open(step: Step) -> list[str]:
    if step.state is None:
        return []
    return [step.state.ending] if step.state.ending else list(step.state.work_items)


def _json(step: Step) -> dict[str, object]:
    return {
        "seq": step.event.seq,
        "at": step.event.at,
        "type": step.event.type,
        "actor": step.event.actor,
        "open": list(step.state.work_items) if step.state else [],
        "ending": step.state.ending if step.state else None,
        "digest_expected": step.digest_expected,
        "digest_found": step.digest_found,
        "difference": step.difference,
    }
