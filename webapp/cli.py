"""`pengaduan`: the command line. Exit code 0: done; 1: findings or refused; 2: called in a wrong way.

A refusal is a sentence on standard error that says place, cause and remedy, never a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import OperationalError

from engine.definition.findings import Language
from engine.errors import EngineError
from webapp.commands import (
    attach,
    backup,
    cases,
    definitions,
    diff,
    erase,
    history,
    hold,
    incidents,
    migration,
    people,
    retention,
    retold,
    serve,
    simulate,
    sop,
    submit,
    tokens,
)
from webapp.commands.console import Console
from webapp.commands.program import Program, pass_program
from webapp.commands.refusals import sentences


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lang",
    type=click.Choice(["id", "en"]),
    default="id",
    envvar="PENGADUAN_LANG",
    help="Bahasa pesan (PENGADUAN_LANG).",
)
@click.option("--debug", is_flag=True, hidden=True, help="Tampilkan jejak galat program.")
@click.version_option(package_name="alur-aduan", prog_name="pengaduan")
@pass_program
def pengaduan(program: Program, lang: Language, debug: bool) -> None:
    """Alur Aduan: SOP pengaduan yang berjalan.

    Data ada di folder DATA_DIR (bawaan: var), atau di PostgreSQL bila DATABASE_URL diisi.
    """
    program.console = Console(lang)
    program.debug = debug


for command in (
    serve.run,
    serve.web,
    serve.worker,
    serve.db,
    definitions.lint,
    definitions.deploy_command,
    definitions.activate_command,
    definitions.calendar,
    diff.diff,
    retold.try_command,
    simulate.simulate,
    sop.sop,
    migration.migrate_cases,
    submit.submit,
    cases.case,
    cases.tasks,
    cases.complete,
    cases.message,
    attach.attach,
    people.user,
    tokens.token,
    history.history,
    incidents.incident,
    erase.erase_command,
    hold.hold,
    retention.retention,
    backup.backup,
    backup.restore_command,
):
    pengaduan.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `pengaduan` and exit with its code."""
    sys.exit(call(sys.argv[1:] if arguments is None else list(arguments)))


def call(arguments: list[str]) -> int:
    """Run `pengaduan` with these arguments; gives the exit code."""
    with Program() as program:
        return _call(program, arguments)


def _call(program: Program, arguments: list[str]) -> int:
    try:
        return int(pengaduan.main(arguments, prog_name="pengaduan", standalone_mode=False, obj=program) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        program.console.note("Dibatalkan.", "Aborted.")
    except EngineError as error:
        for sentence in sentences(error, program.console.language):
            click.echo(sentence, err=True)
    except OperationalError as error:
        cause = str(error.orig).strip().partition("\n")[0]
        program.console.note(
            f"Basis data tidak dapat dipakai: {cause}. Periksa DATA_DIR atau DATABASE_URL.",
            f"The database cannot be used: {cause}. Check DATA_DIR or DATABASE_URL.",
        )
    except BrokenPipeError:  # `pengaduan tasks | head`: nobody reads on
        sys.stderr.close()
    except Exception as fault:
        if program.debug:
            raise
        name = type(fault).__name__
        program.console.note(
            f"Galat di dalam program ({name}); yang belum tersimpan dibatalkan. `pengaduan --debug …` menunjukkan rinciannya.",
            f"A fault in the program ({name}); what was not saved is undone. `pengaduan --debug …` shows the details.",
        )
    return 1


if __name__ == "__main__":
    main()
