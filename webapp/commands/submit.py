"""`submit`: complaints from a file, a line each, and what became of each line."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import click
import orjson

from engine.commands import COMPLAINANT, Submit
from engine.definition.model import ProcessDefinition
from engine.errors import AnswersInvalid, EngineError, NotFound, Refused
from engine.forms.answers import MOST_UNKNOWN
from engine.identity.policy import Actor
from engine.numbers import is_trial
from engine.queries.public import public_process
from engine.runtime.handle import handle
from webapp.commands.console import Console, as_json
from webapp.commands.program import Program, as_user, pass_program
from webapp.commands.refusals import fields, sentences

#: Bytes of a line; a form's answers are at most 200,000 characters.
LONGEST_LINE: Final = 1_000_000


@click.command("submit")
@click.argument("file", type=click.File("rb"), metavar="FILE.jsonl")
@as_user
@as_json
@pass_program
def submit(program: Program, file: BinaryIO, user: str | None, json_lines: bool) -> None:
    """Masukkan pengaduan, satu objek JSON per baris; - untuk stdin.

    Setiap baris berdiri sendiri: yang benar masuk, yang salah ditolak dengan nomor baris dan sebabnya. Kunci
    yang tidak ada di formulir dilaporkan dan diabaikan.
    """
    actor = program.actor(user)
    definition = _definition(program)
    form = definition.form_of(definition.entry)
    known = {path.partition(".")[0].partition("[")[0] for path in form.fields} if form else set()
    taken = refused = 0
    for number, line in _lines(file):
        try:
            answers = _answers(line, program.console)
            outcome = handle(program.ports, _command(actor, definition, answers))
        except EngineError as error:
            refused += 1
            _show_refused(program.console, number, error, json_lines)
        else:
            taken += 1
            trial = is_trial(outcome.case)
            code = None if trial else program.ports.keyring.tracking_code(outcome.case)
            _show_taken(
                program.console, number, outcome.case, code, sorted(answers.keys() - known), json_lines
            )
    _conclude(program.console, taken, refused)


def _definition(program: Program) -> ProcessDefinition:
    """The process that takes the public's complaints. Raises `NotFound`, before the first line is read."""
    with program.ports.database.read() as connection:
        try:
            program.ports.active_calendar(connection)
            return public_process(program.ports, connection)
        except NotFound:
            raise NotFound(
                program.console.text(
                    "Belum ada proses atau kalender yang berlaku. Jalankan `pengaduan deploy` dan `pengaduan calendar deploy`.",
                    "No process or no calendar is in force. Run `pengaduan deploy` and `pengaduan calendar deploy`.",
                )
            ) from None


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers from 1."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        whole = line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):  # the rest of a line too long to take
            line = file.readline(LONGEST_LINE + 1)
        text = whole.removeprefix(b"\xef\xbb\xbf").strip()
        if text:
            yield number, text


def _answers(line: bytes, console: Console) -> dict[str, Any]:
    """The answers of a line. Raises `Refused` with what is wrong with it."""
    if len(line) > LONGEST_LINE:
        raise Refused(
            console.text(
                f"Baris harus paling panjang {LONGEST_LINE} bita; ringkas isinya.",
                f"A line has at most {LONGEST_LINE} bytes; shorten it.",
            )
        )
    try:
        answers = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Refused(
            console.text(
                f"Baris harus satu objek JSON; yang ditemukan bukan JSON yang utuh ({error.msg}, kolom {error.colno}). Perbaiki baris ini.",
                f"A line must be one JSON object; found broken JSON ({error.msg}, column {error.colno}). Mend this line.",
            )
        ) from None
    if not isinstance(answers, dict):
        raise Refused(
            console.text(
                f"Baris harus satu objek JSON {{...}}; ditemukan {type(answers).__name__}. Perbaiki baris ini.",
                f"A line must be one JSON object {{...}}; found {type(answers).__name__}. Mend this line.",
            )
        )
    return answers


def _command(actor: Actor, definition: ProcessDefinition, answers: Mapping[str, Any]) -> Submit:
    return Submit(
        actor=actor.id,
        on_behalf=COMPLAINANT,
        source="cli",
        command_id=str(uuid.uuid4()),
        process=definition.key,
        answers=answers,
        trial=actor.is_analyst,
    )


def _show_taken(
    console: Console, line: int, number: str, code: str | None, unknown: list[str], json_lines: bool
) -> None:
    """Nobody follows a trial, so it has no code."""
    named = [key[:100] for key in unknown[:MOST_UNKNOWN]]
    if json_lines:
        console.json({"line": line, "case_number": number, "code": code, "ignored": named})
        return
    if code is None:
        console.say(f"Baris {line}: {number}, sebuah uji", f"Line {line}: {number}, a trial")
    else:
        console.say(f"Baris {line}: {number}, kode {code}", f"Line {line}: {number}, code {code}")
    if named:
        listed = ", ".join(named)
        console.note(f"Baris {line}: kunci diabaikan: {listed}", f"Line {line}: keys ignored: {listed}")


def _show_refused(console: Console, line: int, error: EngineError, json_lines: bool) -> None:
    said = " ".join(sentences(error, console.language))
    if json_lines:
        of_fields = {"fields": fields(error)} if isinstance(error, AnswersInvalid) else {}
        console.json({"line": line, "error": said, **of_fields})
    else:
        console.note(f"Baris {line}: ditolak. {said}", f"Line {line}: refused. {said}")


def _conclude(console: Console, taken: int, refused: int) -> None:
    if not taken and not refused:
        raise Refused(
            console.text(
                "Berkas harus memuat sedikitnya satu pengaduan; ditemukan kosong. Isi satu objek JSON per baris.",
                "The file must hold at least one complaint; found none. Write one JSON object a line.",
            )
        )
    console.note(
        f"{taken} pengaduan masuk, {refused} ditolak.", f"{taken} complaints taken, {refused} refused."
    )
    if refused:
        raise click.exceptions.Exit(1)
