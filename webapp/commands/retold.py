"""`try`: a draft against history. Recorded cases are played on it; those that would go elsewhere, or stand still, are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from engine.definition.mapping import mapping_must_fit
from engine.definition.model import ProcessDefinition
from engine.queries.retold import MOST, Looked, played, to_look_at
from engine.retold import Retold
from engine.retold.groups import EXAMPLES, Group, Told, values_of
from engine.retold.sentences import KINDS, conditions, sentence, time_sentence, values_text
from webapp.commands.console import Console, as_json
from webapp.commands.definitions import existing
from webapp.commands.migration import Replacement
from webapp.commands.program import Program, as_user, pass_program
from webapp.commands.tried import tried

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("try")
@click.argument("paths", nargs=-1, type=existing, metavar="[PATH...]")
@click.option("--process", "key", required=True, metavar="KEY", help="Proses.")
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="Versi yang sudah diterapkan.")
@click.option("--since", type=_DAY, metavar="DATE", help="Pengaduan yang masuk sejak tanggal ini.")
@click.option("--until", type=_DAY, metavar="DATE", help="Pengaduan yang masuk sampai tanggal ini.")
@click.option(
    "--map", "pairs", multiple=True, type=Replacement(), help="Elemen lama dan penggantinya; boleh berulang."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=MOST, show_default=True, metavar="N", help="Yang terbaru."
)
@as_user
@as_json
@pass_program
def try_command(
    program: Program,
    paths: tuple[Path, ...],
    key: str,
    version: int | None,
    since: datetime | None,
    until: datetime | None,
    pairs: tuple[tuple[str, str], ...],
    limit: int,
    user: str | None,
    json_lines: bool,
) -> None:
    """Putar pengaduan yang tercatat pada versi baru; tunjukkan mana yang akan lain jalannya atau berhenti.

    PATH: berkas atau folder, formulirnya dari ../forms atau versi yang berlaku. Tanpa PATH dan --version:
    konsep di server. Tidak ada yang disimpan. Kode keluar 1 bila ada yang tidak melalui jalan yang sama.
    """
    if paths and version is not None:
        raise click.UsageError(
            program.console.text("PATH atau --version, jangan keduanya.", "PATH or --version, not both.")
        )
    actor = program.actor(user)
    program.may(actor, "definition:try")
    ports, console = program.ports, program.console
    mapping = dict(pairs)
    with ports.database.read() as connection:
        new = tried(ports, connection, key, paths, version)
        active = ports.active_definition(connection, key)
        mapping_must_fit(active, new, mapping)
        zone = ports.active_calendar(connection).zone
        looked = to_look_at(
            connection,
            key,
            since=since.replace(tzinfo=zone) if since else None,
            before=(until + timedelta(days=1)).replace(tzinfo=zone) if until else None,
            most=limit,
        )
        told = Told()
        for one, admitted in played(ports, connection, new, looked.numbers, actor, mapping):
            shown = one.case if admitted else console.text("dirahasiakan", "kept secret")
            told.add(one, shown)
            if json_lines and one.kind != "same":
                console.json(_case(one, shown))
    if json_lines:
        _as_json(console, told, looked, new, active)
    else:
        _as_text(console, told, looked, new, active)
    if told.differing:
        raise click.exceptions.Exit(1)


def _case(one: Retold, shown: str) -> Mapping[str, Any]:
    return {
        "case": shown,
        "kind": one.kind,
        "reason": one.reason,
        "place": one.place,
        "old": one.old.to,
        "new": one.new.to,
        "old_condition": one.old.condition,
        "new_condition": one.new.condition,
        "values": one.values,
        "lacking": one.lacking,
    }


def _as_json(
    console: Console, told: Told, looked: Looked, new: ProcessDefinition, old: ProcessDefinition
) -> None:
    for one in told.times:
        console.json(
            {
                "step": one.element,
                "old": one.old,
                "new": one.new,
                "cases": one.count,
                "now_late": one.now_late,
                "no_longer_late": one.no_longer_late,
                "message": time_sentence(one, new, old, console.language),
            }
        )
    kinds = {kind: told.kinds[kind] for kind in KINDS}
    console.json({"looked_at": told.count, "among": looked.among, **kinds})


def _as_text(
    console: Console, told: Told, looked: Looked, new: ProcessDefinition, old: ProcessDefinition
) -> None:
    console.say(
        f"{told.count} pengaduan terbaru diputar, dari {looked.among}.",
        f"The newest {told.count} cases were played, of {looked.among}.",
    )
    which = 0 if console.language == "id" else 1
    for kind, words in KINDS.items():
        if told.kinds[kind]:
            console.line(f"{told.kinds[kind]:>6}  {words[which]}")
    for group in told.groups:
        _group(console, group, new, old)
    for one in told.times:
        console.line("")
        console.line(f"{one.count} × {time_sentence(one, new, old, console.language)}")
        _examples(console, one.examples, max(one.now_late, one.no_longer_late))


def _group(console: Console, group: Group, new: ProcessDefinition, old: ProcessDefinition) -> None:
    console.line("")
    console.line(f"{group.count} × {sentence(group, new, old, console.language)}")
    was, now = conditions(group, console.language)
    if was or now:
        console.say(f"    syarat: {was or '–'} → {now or '–'}", f"    condition: {was or '–'} → {now or '–'}")
    for values, count in values_of(group):
        console.line(f"    {count} × {values_text(values)}")
    _examples(console, group.examples, group.count)


def _examples(console: Console, examples: list[str], count: int) -> None:
    if examples:
        more = " …" if count > EXAMPLES else ""
        console.line(f"    {', '.join(dict.fromkeys(examples))}{more}")
