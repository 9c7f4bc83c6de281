"""`diff`: what changed between two versions, or between files that were not deployed yet, in terms of the SOP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from engine.definition import bundle
from engine.definition.diff import Change, compare, compare_forms, place, text
from engine.definition.diff import as_json as change_json
from engine.definition.findings import errors, in_order, refusal
from engine.definition.lint import forms
from engine.definition.model import ProcessDefinition
from webapp.commands.console import as_json
from webapp.commands.definitions import beside
from webapp.commands.program import Program, as_user, pass_program

_VERSION = re.compile(r"([^:/\\]+):(\d{1,9})")


@click.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@as_user
@as_json
@pass_program
def diff(program: Program, old: str, new: str, user: str | None, json_lines: bool) -> None:
    """Bandingkan dua versi: apa yang berubah dari A ke B.

    A dan B: berkas .bpmn (formulirnya dari ../forms), folder, berkas .form, atau KUNCI:VERSI yang sudah
    diterapkan. Kode keluar 1 bila ada perbedaan.
    """
    if user is not None or any(_is_version(name) for name in (old, new)):
        program.may(program.actor(user), "definition:read")
    changes = list(_changes(program, old, new))
    console = program.console
    for change in changes:
        if json_lines:
            console.json(change_json(change, console.language))
        else:
            console.line(f"{place(change, console.language)}: {text(change, console.language)}")
    if not changes:
        if not json_lines:
            console.say("Tidak ada perbedaan.", "No differences.")
        return
    if not json_lines and all(change.kind == "layout" for change in changes):
        console.say("Hanya tata letaknya yang berubah.", "Only the layout changed.")
    raise click.exceptions.Exit(1)


def _changes(program: Program, old: str, new: str) -> Iterator[Change]:
    if all(name.endswith(".form") for name in (old, new)):
        yield from compare_forms(_form(Path(old)), _form(Path(new)))
        return
    before, after = _definitions(program, old), _definitions(program, new)
    if len(before) == len(after) == 1:
        yield from compare(*before.values(), *after.values()).changes
        return
    for key in dict.fromkeys([*before, *after]):
        if key in before and key in after:
            yield from compare(before[key], after[key]).changes
        else:
            known = {"old": key if key in before else None, "new": key if key in after else None}
            yield Change("process_key", "removed" if key in before else "added", params=known)


def _is_version(name: str) -> bool:
    return bool(_VERSION.fullmatch(name)) and not Path(name).exists()


def _definitions(program: Program, name: str) -> dict[str, ProcessDefinition]:
    """The processes of one side, by key. Raises `DefinitionInvalid` with what keeps them from being read."""
    if _is_version(name):
        with program.ports.database.read() as connection:
            found = program.ports.definition(connection, name)
        return {found.key: found}
    path = Path(name)
    checked = bundle.check(bundle.read([path, *beside([path], None)]))
    if found_errors := errors(checked.findings):
        raise refusal(found_errors)
    return {definition.key: definition for definition in checked.definitions}


def _form(path: Path) -> bytes:
    """A form file. Raises `DefinitionInvalid` for one that cannot be read."""
    data = bundle.read([path]).files[path.name]
    if findings := forms.read({path.name: data}).findings:
        raise refusal(in_order(findings))
    return data
