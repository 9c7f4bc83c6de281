"""`history verify|replay|seal|export`: is the record whole, does today's program answer it as the one of then did, a
link of the chain of seals over what grew, and the history as files for other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from engine.errors import NotFound
from engine.events import CASE_ERASED
from engine.history import log, seal_file
from engine.history.exports.export import FORMATS, export
from engine.history.replay import Step, replay_recorded
from engine.history.seal import seal
from engine.history.verify import LOST, UNSEALED, Finding, Report, verify
from engine.history.whole_check import for_programs, whole_check
from webapp.commands.console import Console, as_json, local
from webapp.commands.program import Program, as_user, pass_program
from webapp.finding_words import kind_of, means, words


@click.group("history")
def history() -> None:
    """Riwayat: periksa, putar ulang, dan segel."""


@history.command("verify")
@click.argument("number", required=False, metavar="[NUMBER]")
@click.option(
    "--seals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Bandingkan juga dengan salinan segel dari tempat lain.",
)
@as_user
@as_json
@pass_program
def verify_command(
    program: Program, number: str | None, seals: Path | None, user: str | None, json_lines: bool
) -> None:
    """Periksa rantai, isian, segel, dan hasil putar ulang satu pengaduan atau semuanya. Kode keluar 1 bila ada temuan."""
    actor = program.actor(user)
    program.may(actor, "history:verify")
    path = program.settings.data_dir / seal_file.NAME
    copy = seal_file.read(seals) if seals else None
    if number is None and copy is None and actor.is_operator:  # an auditor changes nothing
        report = whole_check(program.ports, path, by=actor.id)
    else:
        with program.ports.database.read() as connection:
            report = verify(program.ports, connection, number, seals=seal_file.read(path), copy=copy)
    if number is not None and not report.cases:
        raise NotFound(f"There is no case {number}; check the number.", case=number)
    (_tell_json if json_lines else _tell)(program.console, report)
    if report.findings:
        raise click.exceptions.Exit(1)


def _tell_json(console: Console, report: Report) -> None:
    for finding in report.findings:
        console.json(for_programs(finding))
    lost = [f"{_place(note)} {note.message}" for note in report.notes if note.kind == LOST]
    unsealed = sum(note.kind == UNSEALED for note in report.notes)
    summary = {"cases": report.cases, "events": report.events, "findings": len(report.findings)}
    console.json({**summary, LOST: lost, UNSEALED: unsealed})


def _tell(console: Console, report: Report) -> None:
    told = [*report.findings, *(note for note in report.notes if note.kind == LOST)]
    for finding in told:
        console.say(_sentence(finding, "id"), _sentence(finding, "en"))
    for code in dict.fromkeys(finding.code for finding in told):
        advice = words(code).remedy
        console.say(f"→ {code}: {advice.indonesian}", f"→ {code}: {advice.english}")
    console.say(
        f"{report.cases} pengaduan, {report.events} peristiwa, {len(report.findings)} temuan.",
        f"{report.cases} cases, {report.events} events, {len(report.findings)} findings.",
    )
    unsealed = sum(note.kind == UNSEALED for note in report.notes)
    if unsealed:
        console.say(
            f"{unsealed} riwayat memuat peristiwa yang belum disegel; `pengaduan history seal` menyegelnya.",
            f"{unsealed} histories hold events that are not yet sealed; `pengaduan history seal` seals them.",
        )


def _sentence(finding: Finding, language: str) -> str:
    """The place, what was found in words, and what exactly, for whoever looks into it."""
    found = f"{kind_of(finding, language)}  {means(finding, language)}"
    return f"{_place(finding)}  {found} ({finding.code}: {finding.message})"


def _place(finding: Finding) -> str:
    return f"{finding.case}:{finding.seq}" if finding.seq else finding.case


@history.command("seal")
@as_user
@as_json
@pass_program
def seal_command(program: Program, user: str | None, json_lines: bool) -> None:
    """Segel riwayat yang bertambah sejak segel terakhir; barisnya juga ditulis ke berkas di luar basis data."""
    program.may(program.actor(user), "history:seal")
    path, console = program.settings.data_dir / seal_file.NAME, program.console
    made = seal(program.ports, path)
    if made is None:
        if json_lines:
            console.json({"seal": None})
        else:
            console.say("Tidak ada yang bertambah sejak segel terakhir.", "Nothing grew since the last seal.")
        return
    if json_lines:
        console.json({"seal": made.number, "at": made.at, "chains": len(made.heads), "hash": made.hash})
        return
    console.say(
        f"Segel {made.number} atas {len(made.heads)} riwayat: {made.hash}",
        f"Seal {made.number} over {len(made.heads)} histories: {made.hash}",
    )
    console.note(
        f"Ditulis ke {path}; simpan salinannya di tempat lain.", f"Written to {path}; keep a copy elsewhere."
    )


@history.command("export")
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), required=True, help="Jenis berkas.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Tulis ke berkas ini; tanpa ini ke keluaran baku.",
)
@as_user
@pass_program
def export_command(program: Program, kind: str, output: Path | None, user: str | None) -> None:
    """Tulis riwayat sebagai berkas untuk program lain; tercatat dalam log akses."""
    pieces = export(program.ports, program.actor(user), kind, source="cli")
    if output is None:
        _write(pieces, sys.stdout.buffer)
        return
    with output.open("wb") as file:
        _write(pieces, file)
    program.console.note(f"Riwayat ditulis ke {output}.", f"The history was written to {output}.")


def _write(pieces: Iterator[bytes], file: BinaryIO) -> None:
    for piece in pieces:
        file.write(piece)
    file.flush()


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
        recorded = log.read(connection, number, until)
        for step in replay_recorded(program.ports, connection, recorded):
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
    for event in recorded:
        if event.type == CASE_ERASED:
            at = local(event.at, zone)
            program.console.note(
                f"Orangnya dihapus pada {at}: langkah dan putusan tetap terbukti, isinya tidak dapat dibaca atau "
                "diperiksa lagi.",
                f"The person was erased on {at}: steps and decisions are still proved, what was written can no longer "
                "be read or checked.",
            )
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
