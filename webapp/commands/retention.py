"""`retention show|set|remove|run`: how long people are kept, and erasing those whose time is over."""

from __future__ import annotations

import click

from engine.errors import EngineError
from engine.history import seal_file
from engine.queries import retained as read
from engine.queries.retained import Candidate, Retained
from engine.retention import ANY, LONGEST_MONTHS
from engine.runtime import retention as engine
from engine.runtime.retention import BATCH, Result
from engine.store import retention as store
from webapp.commands.console import Console, as_json
from webapp.commands.program import Program, as_user, pass_program
from webapp.commands.refusals import sentences


@click.group("retention")
def retention() -> None:
    """Retensi: berapa lama orang disimpan setelah pengaduannya berakhir, menurut kategori."""


@retention.command("show")
@as_user
@as_json
@pass_program
def show(program: Program, user: str | None, json_lines: bool) -> None:
    """Aturan yang berlaku. Tanpa aturan tidak ada yang dihapus."""
    program.may(program.actor(user), "retention:read")
    with program.ports.database.read() as connection:
        rules = store.rules(connection)
    for rule in rules.values():
        if json_lines:
            program.console.json(
                {
                    "category": rule.category,
                    "months": rule.months,
                    "ground": rule.ground,
                    "set_by": rule.set_by,
                    "set_at": rule.set_at,
                }
            )
        else:
            months = program.console.text(f"{rule.months} bulan", f"{rule.months} months")
            program.console.line(f"{rule.category:<24}  {months:>10}  {rule.ground}")
    if not rules and not json_lines:
        program.console.note(
            "Belum ada aturan retensi, jadi tidak ada yang dihapus.",
            "There is no rule of retention, so nobody is erased.",
        )


@retention.command("set")
@click.argument("category", metavar="KATEGORI")
@click.option(
    "--months",
    type=click.IntRange(1, LONGEST_MONTHS),
    required=True,
    help="Bulan setelah pengaduan berakhir.",
)
@click.option("--ground", required=True, help="Peraturan atau keputusan yang menetapkannya.")
@as_user
@pass_program
def set_rule(program: Program, category: str, months: int, ground: str, user: str | None) -> None:
    """Tetapkan aturan sebuah kategori (`pelayanan_loket`), atau `*` untuk semua yang lain."""
    rule = engine.set_rule(program.ports, program.actor(user), category, months, ground, source="cli")
    program.console.say(
        f"{_called(program.console, rule.category)}: orangnya disimpan {rule.months} bulan setelah pengaduan berakhir.",
        f"{_called(program.console, rule.category)}: people are kept {rule.months} months after the end of the case.",
    )


@retention.command("remove")
@click.argument("category", metavar="KATEGORI")
@as_user
@pass_program
def remove_rule(program: Program, category: str, user: str | None) -> None:
    """Cabut aturan sebuah kategori; sesudah itu aturan `*` yang berlaku, bila ada."""
    engine.remove_rule(program.ports, program.actor(user), category, source="cli")
    program.console.say(
        f"Aturan untuk {_called(program.console, category)} dicabut.",
        f"The rule for {_called(program.console, category)} is removed.",
    )


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Tunjukkan saja apa yang akan dihapus dan apa yang tertahan.")
@click.option(
    "--limit", type=click.IntRange(1), default=BATCH, show_default=True, help="Paling banyak sekian."
)
@as_user
@as_json
@pass_program
def run(program: Program, dry_run: bool, limit: int, user: str | None, json_lines: bool) -> None:
    """Hapus orang yang masa simpannya habis, satu per satu; kegagalan satu tidak menghentikan yang lain."""
    actor = program.actor(user)
    if dry_run:
        program.may(actor, "retention:read")
        with program.ports.database.read() as connection:
            known = read.retained(program.ports, connection, actor)
            found = read.due(connection, actor, known, limit=limit)
            found += read.due(connection, actor, known, held=True, limit=limit)
        for one in found:
            _tell_candidate(program.console, one, json_lines)
        if not json_lines:
            _tell_counts(program.console, known)
        return
    seals = program.settings.data_dir / seal_file.NAME
    done = engine.run(program.ports, actor, seals=seals, source="cli", limit=limit)
    for result in done.results:
        _tell_result(program.console, result, json_lines)
    if not json_lines:
        program.console.say(
            f"{done.erased} orang dihapus; {done.left} masih menunggu.",
            f"{done.erased} people erased; {done.left} still wait.",
        )
    if done.erased < len(done.results):
        raise click.exceptions.Exit(1)


def _tell_candidate(console: Console, one: Candidate, json_lines: bool) -> None:
    if json_lines:
        console.json(
            {
                "case_number": one.case,
                "category": one.category,
                "ended_at": one.ended_at,
                "due_since": one.due.since,
                "rule": one.due.rule.category,
                "months": one.due.rule.months,
                "ground": one.due.rule.ground,
                "held": one.hold,
            }
        )
        return
    what = (
        console.text(f"ditahan: {one.hold}", f"held: {one.hold}")
        if one.hold is not None
        else f"{one.due.rule.category} · {one.due.rule.ground}"
    )
    since = console.text(f"sejak {one.due.since}", f"since {one.due.since}")
    console.line(f"{one.case}  {since}  {what}")


def _tell_counts(console: Console, known: Retained) -> None:
    if not known.rules:
        console.note(
            "Belum ada aturan retensi, jadi tidak ada yang dihapus.",
            "There is no rule of retention, so nobody is erased.",
        )
        return
    console.say(
        f"{known.due} akan dihapus, {known.held} ditahan. Belum ada yang dihapus.",
        f"{known.due} would be erased, {known.held} are held. Nobody was erased yet.",
    )


def _tell_result(console: Console, result: Result, json_lines: bool) -> None:
    error = result.error
    why = (
        None
        if error is None
        else " ".join(sentences(error, console.language))
        if isinstance(error, EngineError)
        else type(error).__name__
    )
    if json_lines:
        console.json({"case_number": result.case, "erased": error is None, "error": why})
    else:
        console.line(f"{result.case}  {why or console.text('dihapus', 'erased')}")


def _called(console: Console, category: str) -> str:
    return console.text("Semua kategori lain", "All other categories") if category == ANY else category
