"""`migrate-cases`: running cases go on in another version; what can move, what cannot and why, then the move."""

from __future__ import annotations

import uuid
from collections import Counter

import click

from engine.definition.sentences.moves import why
from engine.errors import EngineError, NotMigratable
from engine.runtime.migration import Moved, Plan, Standing, move, plan
from webapp.commands.console import Console, as_json
from webapp.commands.program import Program, as_user, pass_program
from webapp.commands.refusals import sentences


class Replacement(click.ParamType):
    """`LAMA=BARU`."""

    name = "LAMA=BARU"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        old, sign, new = value.partition("=")
        if not (sign and old and new):
            self.fail(f"{value}: tulis sebagai LAMA=BARU, id elemen lama dan penggantinya.", param, ctx)
        return old, new


@click.command("migrate-cases")
@click.option("--process", "key", required=True, metavar="KEY", help="Proses.")
@click.option("--from", "old", required=True, type=click.IntRange(min=1), metavar="N", help="Versi sekarang.")
@click.option("--to", "new", required=True, type=click.IntRange(min=1), metavar="M", help="Versi tujuan.")
@click.option(
    "--map", "pairs", multiple=True, type=Replacement(), help="Elemen lama dan penggantinya; boleh berulang."
)
@click.option(
    "--dry-run", is_flag=True, help="Hanya tunjukkan mana yang dapat pindah; tidak ada yang berubah."
)
@as_user
@as_json
@pass_program
def migrate_cases(
    program: Program,
    key: str,
    old: int,
    new: int,
    pairs: tuple[tuple[str, str], ...],
    dry_run: bool,
    user: str | None,
    json_lines: bool,
) -> None:
    """Pindahkan pengaduan yang masih berjalan ke versi lain. Tenggat, pemegang, dan draf tetap.

    Yang tidak dapat pindah tetap di versinya. Kode keluar 1 bila ada yang tidak pindah.
    """
    actor = program.actor(user)
    program.may(actor, "definition:migrate")
    mapping = dict(pairs)
    with program.ports.database.read() as connection:
        found = plan(program.ports, connection, f"{key}:{old}", f"{key}:{new}", mapping)
    console = program.console
    for one in found.stuck:
        _stuck(console, one, json_lines)
    failed = len(found.stuck)
    if dry_run:
        _would_move(console, found, json_lines)
    else:
        moved = 0
        for done in move(
            program.ports,
            found.movable,
            to=found.new.id,
            mapping=mapping,
            actor=actor.id,
            source="cli",
            command_id=str(uuid.uuid4()),
        ):
            moved += done.error is None
            failed += done.error is not None
            _done(console, done, json_lines)
        _summary(console, moved, failed, json_lines)
    if failed:
        raise click.exceptions.Exit(1)


def _stuck(console: Console, one: Standing, json_lines: bool) -> None:
    if json_lines:
        console.json({"case": one.case, "moved": False, "reasons": [list(r) for r in one.reasons]})
    else:
        console.line(f"{one.case}: {why(one.reasons, console.language)}")


def _done(console: Console, done: Moved, json_lines: bool) -> None:
    if json_lines:
        console.json({"case": done.case, "moved": done.error is None, **_reasons(done.error)})
    elif isinstance(done.error, NotMigratable):
        console.line(f"{done.case}: {why(done.error.detail['reasons'], console.language)}")  # type: ignore[arg-type]
    elif done.error is not None:
        console.line(f"{done.case}: {' '.join(sentences(done.error, console.language))}")


def _reasons(error: EngineError | None) -> dict[str, object]:
    if error is None:
        return {}
    reasons = error.detail["reasons"] if isinstance(error, NotMigratable) else [(error.code, "")]
    return {"reasons": [list(reason) for reason in reasons]}  # type: ignore[attr-defined]


def _would_move(console: Console, found: Plan, json_lines: bool) -> None:
    """How many would move, step by step."""
    movable = [one for one in found.standing if not one.reasons]
    at = Counter(step for one in movable for step in one.steps)
    if json_lines:
        console.json({"movable": len(movable), "stuck": len(found.stuck), "steps": dict(sorted(at.items()))})
        return
    for step, count in sorted(at.items()):
        name = found.old.elements[step].name or step
        console.say(f"{count} di {step}, {name}.", f"{count} at {step}, {name}.")
    console.say(
        f"{len(movable)} dapat pindah dari {found.old.id} ke {found.new.id}, {len(found.stuck)} tidak.",
        f"{len(movable)} can move from {found.old.id} to {found.new.id}, {len(found.stuck)} cannot.",
    )


def _summary(console: Console, moved: int, failed: int, json_lines: bool) -> None:
    if json_lines:
        console.json({"moved": moved, "stuck": failed})
    else:
        console.say(
            f"{moved} pindah, {failed} tetap di versinya.", f"{moved} moved, {failed} stay on their version."
        )
