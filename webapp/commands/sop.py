"""`sop`: the SOP document of a process in force, or of any version, out of its diagram."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from engine.definition.model import ProcessDefinition
from engine.definition.sop import as_json, document
from engine.definition.sop.sheet import PAPERS
from engine.errors import Refused
from engine.queries.public import public_process
from webapp import create_app
from webapp.commands.program import Program, as_user, pass_program
from webapp.designer.sop import as_page, as_pdf
from webapp.papers.pdf import NoPango


@click.command("sop")
@click.option("--process", "key", metavar="KEY", help="Kunci proses. Bawaan: proses yang menerima pengaduan.")
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="Bawaan: versi yang berlaku.")
@click.option(
    "--format", "kind", type=click.Choice(["html", "pdf", "json"]), default="html", show_default=True
)
@click.option(
    "--paper", type=click.Choice(sorted(PAPERS)), default="a4", show_default=True, help="Ukuran kertas."
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Bawaan: keluaran baku."
)
@as_user
@pass_program
def sop(
    program: Program,
    key: str | None,
    version: int | None,
    kind: str,
    paper: str,
    output: Path | None,
    user: str | None,
) -> None:
    """Tulis dokumen SOP (PermenPAN-RB 35/2012) dari diagram yang diterapkan."""
    program.may(program.actor(user), "definition:read")
    definition = _definition(program, key, version)
    if kind == "json" and output is None:
        program.console.json(as_json(document(definition)))
        return
    content = _written(program, definition, kind, paper)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    output.write_bytes(content)
    program.console.note(
        f"Dokumen SOP {definition.id} ditulis ke {output}.",
        f"The SOP of {definition.id} was written to {output}.",
    )


def _written(program: Program, definition: ProcessDefinition, kind: str, paper: str) -> bytes:
    """The document as a file. Raises `Refused` where PDF files cannot be made."""
    if kind == "json":
        return orjson.dumps(as_json(document(definition)), option=orjson.OPT_INDENT_2)
    with create_app(program.settings, program.ports).test_request_context():
        try:
            if kind == "pdf":
                return as_pdf(definition, PAPERS[paper])
            return as_page(definition, PAPERS[paper], whole=True).encode()
        except NoPango:
            raise Refused(
                program.console.text(
                    "PDF tidak dapat dibuat di mesin ini: pasang paket libpango-1.0-0 dan libpangoft2-1.0-0, atau pakai --format html.",
                    "PDF files cannot be made on this machine: install the packages libpango-1.0-0 and libpangoft2-1.0-0, or use --format html.",
                )
            ) from None


def _definition(program: Program, key: str | None, version: int | None) -> ProcessDefinition:
    """The version asked for. Raises `NotFound`."""
    ports = program.ports
    with ports.database.read() as connection:
        if key is None and version is None:
            return public_process(ports, connection)
        chosen = key or public_process(ports, connection).key
        if version is None:
            return ports.active_definition(connection, chosen)
        return ports.definition(connection, f"{chosen}:{version}")
