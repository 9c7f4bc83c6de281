"""`lint`, `deploy` and `calendar deploy`: from the analyst's and the Pengelola's files to versions in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from engine.definition import bundle
from engine.definition.deploy import Deployed, deploy, put_in_force
from engine.definition.deploy_calendar import deploy_calendar
from engine.definition.findings import Finding, errors, in_order, remedy, text
from engine.definition.findings import as_json as finding_json
from engine.definition.lint import forms
from engine.errors import DefinitionInvalid
from engine.queries.completed import completed, note_of
from webapp.commands.console import Console, as_json
from webapp.commands.program import Program, as_user, pass_program
from webapp.commands.shipped import FORMS, PROCESSES

existing = click.Path(exists=False, path_type=Path)


@click.command("lint")
@click.argument("files", nargs=-1, required=True, type=existing, metavar="FILE...")
@click.option(
    "--forms", "folder", type=existing, metavar="DIR", help="Folder formulir. Bawaan: ../forms dari berkas."
)
@as_json
@pass_program
def lint(program: Program, files: tuple[Path, ...], folder: Path | None, json_lines: bool) -> None:
    """Periksa diagram dan formulir; tidak ada yang berubah.

    Kode keluar 1 bila ada temuan yang menghalangi penerapan, 0 bila bersih atau hanya peringatan.
    """
    findings = _findings([*files, *beside(files, folder)])
    for finding in findings:
        _show(program.console, finding, json_lines)
    if not findings and not json_lines:
        program.console.say("Tidak ada temuan.", "No findings.")
    if errors(findings):
        raise click.exceptions.Exit(1)


@click.command("deploy")
@click.argument("paths", nargs=-1, type=existing, metavar="[PATH...]")
@click.option("--note", metavar="TEXT", help="Alasan perubahan ini, untuk riwayat.")
@as_user
@as_json
@pass_program
def deploy_command(
    program: Program, paths: tuple[Path, ...], note: str | None, user: str | None, json_lines: bool
) -> None:
    """Terapkan diagram dan formulir sebagai versi baru, semua atau tidak sama sekali.

    Folder berarti berkas .bpmn, .dmn, dan .form di dalamnya; tanpa formulir, ../forms ikut. Yang masih
    kurang diambil dari versi yang berlaku, dan catatannya menyebutnya. Tanpa PATH: proses dan formulir bawaan. Isi yang sama tidak menjadi versi baru.
    """
    actor = program.actor(user)
    program.may(actor, "definition:deploy")
    chosen = paths or (PROCESSES, FORMS)
    given = bundle.read([*chosen, *beside(chosen, None)])
    with program.ports.database.read() as connection:
        whole = completed(program.ports, connection, given.files)
    done = deploy(
        program.ports.database,
        whole.bundle,
        by=actor.id,
        at=program.now(),
        note=note_of(note, whole.taken),
        source="cli",
    )
    _report(program.console, done, json_lines)


@click.command("activate")
@click.argument("key", metavar="KEY")
@click.argument("version", type=click.IntRange(min=1), metavar="VERSION")
@click.option("--note", metavar="TEXT", help="Alasan, untuk riwayat.")
@as_user
@pass_program
def activate_command(program: Program, key: str, version: int, note: str | None, user: str | None) -> None:
    """Berlakukan versi yang sudah diterapkan, juga yang lebih lama. Pengaduan yang berjalan tetap di versinya."""
    actor = program.actor(user)
    program.may(actor, "definition:activate")
    ports = program.ports
    done = put_in_force(ports.database, key, version, clock=ports.clock, by=actor.id, source="cli", note=note)
    if done:
        program.console.say(f"{key}:{version} berlaku.", f"{key}:{version} is in force.")
    else:
        program.console.say(f"{key}:{version} sudah berlaku.", f"{key}:{version} is in force already.")


@click.group("calendar")
def calendar() -> None:
    """Kalender jam kerja."""


@calendar.command("deploy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--note", metavar="TEXT", help="Alasan perubahan ini, untuk riwayat.")
@as_user
@as_json
@pass_program
def calendar_deploy(
    program: Program, file: Path, note: str | None, user: str | None, json_lines: bool
) -> None:
    """Terapkan berkas kalender. Tenggat yang sudah berjalan tidak ikut bergeser."""
    actor = program.actor(user)
    program.may(actor, "calendar:deploy")
    content = read_text(file)
    done = deploy_calendar(
        program.ports.database, content, by=actor.id, at=program.now(), note=note, source="cli"
    )
    version, console = done.calendar.version, program.console
    if json_lines:
        console.json({"version": version, "changed": done.changed, "warnings": done.warnings})
        return
    for warning in done.warnings:
        console.note(f"Peringatan: {warning}", f"Warning: {warning}")
    if done.changed:
        console.say(f"Kalender versi {version} berlaku.", f"Calendar version {version} is in force.")
    else:
        console.say(
            f"Tidak ada yang berubah; kalender versi {version} sudah berlaku.",
            f"Nothing changed; calendar version {version} is in force already.",
        )


def read_text(file: Path) -> str:
    """A text file. Raises click's usage error for one that is no UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.BadParameter(f"{file}: bukan teks UTF-8; simpan ulang sebagai UTF-8.") from None


def _findings(paths: Sequence[Path]) -> tuple[Finding, ...]:
    try:
        read = bundle.read(paths)
    except DefinitionInvalid as refused:
        carried = refused.detail["findings"]
        assert isinstance(carried, tuple)
        return carried
    if not read.diagrams:  # forms may be looked at alone; a deployment needs a diagram
        return tuple(in_order(forms.read(read.resources).findings))
    return bundle.check(read).findings


def beside(paths: Iterable[Path], folder: Path | None) -> list[Path]:
    """The folder given, else ../forms of each file or folder, unless forms are among what was given."""
    if folder is not None:
        return [folder]
    given = list(paths)
    if any(path.suffix == ".form" or (path.is_dir() and any(path.glob("*.form"))) for path in given):
        return []
    folders = [(path if path.is_dir() else path.parent).resolve().parent / "forms" for path in given]
    return [path for path in dict.fromkeys(folders) if path.is_dir()]


def _show(console: Console, finding: Finding, json_lines: bool) -> None:
    if json_lines:
        console.json(finding_json(finding, console.language))
        return
    warning = console.text("peringatan: ", "warning: ") if finding.severity == "warning" else ""
    console.line(f"{warning}{text(finding, console.language)} {remedy(finding, console.language)}")


def _report(console: Console, done: Deployed, json_lines: bool) -> None:
    for finding in done.warnings:
        if not json_lines:
            _show(console, finding, json_lines)
    for definition, changed in [
        *((d, True) for d in done.definitions),
        *((d, False) for d in done.unchanged),
    ]:
        if json_lines:
            console.json(
                {
                    "process": definition.key,
                    "version": definition.version,
                    "changed": changed,
                    "deployment": done.deployment_id if changed else None,
                    "warnings": [finding_json(f, console.language) for f in done.warnings],
                }
            )
        elif changed:
            console.say(
                f"{definition.id} diterapkan dan berlaku.", f"{definition.id} was deployed and is in force."
            )
        else:
            console.say(
                f"{definition.id} sudah memuat isi ini; tidak ada yang berubah.",
                f"{definition.id} has this content already; nothing changed.",
            )
