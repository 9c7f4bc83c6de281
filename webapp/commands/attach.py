"""`attach`: files from this machine put to a case, each kept or refused by itself."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from engine.commands import Attach
from engine.errors import AttachmentUnfit
from engine.files.examine import examine
from engine.runtime.handle import handle
from webapp.commands.console import as_json
from webapp.commands.program import Program, as_user, pass_program
from webapp.commands.refusals import sentences


@click.command("attach")
@click.argument("number", metavar="NUMBER")
@click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@as_user
@as_json
@pass_program
def attach(program: Program, number: str, files: tuple[Path, ...], user: str | None, json_lines: bool) -> int:
    """Lampirkan berkas (PDF, JPEG, PNG, WebP) ke pengaduan. Tempat dan waktu di dalam foto dibuang."""
    actor, refused = program.actor(user), 0
    for path in files:
        try:
            file = examine(path.name, path.read_bytes(), largest=program.settings.attachment_max_bytes)
        except AttachmentUnfit as unfit:
            refused += 1
            why = " ".join(sentences(unfit, program.console.language))
            if json_lines:
                program.console.json({"file": path.name, "error": why, "reason": unfit.detail.get("reason")})
            else:
                program.console.note(f"{path.name}: {why}", f"{path.name}: {why}")
            continue
        command = Attach(actor=actor.id, source="cli", command_id=str(uuid.uuid4()), case=number, file=file)
        handle(program.ports, command)
        if json_lines:
            said = {"media_type": file.media_type, "size": len(file.content)}
            program.console.json({"file": path.name, "case_number": number, **said})
        else:
            program.console.say(
                f"{path.name} dilampirkan ke {number}.", f"{path.name} is attached to {number}."
            )
    return 1 if refused else 0
