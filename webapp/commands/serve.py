"""`run`, `web`, `worker` and `db upgrade`: the program's long-running parts and their beginning."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from waitress import create_server

from engine.config import Settings, load_settings
from engine.errors import Refused
from engine.history import seal_file
from engine.identity.accounts import DEMO, DEMO_PASSWORD, add_demo_accounts
from engine.jobs import sender, sweeper
from engine.jobs.checker import Checker
from engine.jobs.embedded import Repeating
from engine.jobs.port import Jobs
from engine.jobs.seal_copies import places
from engine.jobs.sealer import Sealer
from engine.jobs.tidier import Tidier
from engine.notifications.email import open_sender
from engine.runtime.ports import Ports, open_ports
from engine.store import migrations
from engine.store.session import Database
from engine.store.triggers import check_triggers
from webapp import LARGEST_REQUEST, create_app
from webapp.commands.console import Console
from webapp.commands.program import Program, existing_database, pass_program
from webapp.commands.shipped import install
from webapp.observability import start_logging
from webapp.uploads import largest_upload

#: Requests at once; SQLite has one writer, and reading pages is quick.
THREADS = 8
#: How long before its end a calendar is complained about.
FORESIGHT = timedelta(days=90)


def _served(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--data-dir", type=click.Path(file_okay=False, path_type=Path), help="Folder data (DATA_DIR)."
        ),
        click.option("--port", type=click.IntRange(1, 65535), help="Porta (PORT), bawaan 8000."),
        click.option("--host", help="Alamat (HOST), bawaan 127.0.0.1."),
    ):
        command = option(command)
    return command


@click.command("run")
@_served
@click.option("--demo", is_flag=True, default=None, help="Buat akun percobaan; hanya pada alamat loopback.")
@pass_program
def run(program: Program, /, **options: Any) -> None:
    """Siapkan dan jalankan semuanya dalam satu proses: basis data, web, pewaktu, dan pemberitahuan."""
    settings = _settings(options)
    start_logging()
    database = upgraded(program, settings)
    ports = opened(settings, database, program.console)
    install(ports, by=program.actor(None).id, source="cli")
    if settings.demo:
        _add_demo(ports, program.console, by=program.actor(None).id)
    _note_end_of_calendar(ports, program.console)
    with _stopping(), running(background(ports, settings)):
        _serve(ports, settings, program.console)


@click.command("web")
@_served
@click.option("--demo", is_flag=True, default=None, help="Tandai setiap halaman sebagai percobaan.")
@pass_program
def web(program: Program, /, **options: Any) -> None:
    """Hanya server web, di atas basis data yang sudah siap."""
    settings = _settings(options)
    start_logging()
    database = existing_database(program, settings)
    ports = opened(settings, database, program.console)
    with _stopping():
        _serve(ports, settings, program.console)


@click.command("worker")
@pass_program
def worker(program: Program) -> None:
    """Hanya pewaktu dan pemberitahuan, tanpa server web."""
    settings = program.settings
    start_logging()
    database = existing_database(program, settings)
    ports = opened(settings, database, program.console)
    with _stopping(), running(background(ports, settings)):
        program.console.note(
            "Pekerja berjalan; hentikan dengan Ctrl-C.", "The worker runs; stop it by Ctrl-C."
        )
        with contextlib.suppress(SystemExit, KeyboardInterrupt):
            threading.Event().wait()


@click.group("db")
def db() -> None:
    """Basis data."""


@db.command("upgrade")
@pass_program
def upgrade(program: Program) -> None:
    """Buat atau perbarui tabel sampai sesuai dengan rilis ini."""
    database = upgraded(program, program.settings)
    opened(program.settings, database, program.console)
    revision = migrations.current(database)
    program.console.say(
        f"Basis data siap, revisi {revision}.", f"The database is ready, revision {revision}."
    )


def upgraded(program: Program, settings: Settings) -> Database:
    """The database at this release's tables, made if there is none."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = program.open(settings)
    migrations.upgrade(database)
    return database


def opened(settings: Settings, database: Database, console: Console) -> Ports:
    """Start-up checks, then the ports: the triggers stand, the master key is this database's.

    Raises `Refused` for missing triggers, `KeyMissing` for a missing or foreign key.
    """
    with database.read() as connection:
        missing = check_triggers(connection)
    if missing:
        listed = ", ".join(missing)
        raise Refused(
            console.text(
                f"Pelindung riwayat di basis data tidak lengkap ({listed}). Seseorang mengubahnya: periksa dengan "
                "`pengaduan history verify`, lalu pulihkan dari cadangan.",
                f"The triggers that guard the history are not whole ({listed}). Somebody changed them: run "
                "`pengaduan history verify`, then restore the backup.",
            ),
            missing=missing,
        )
    return open_ports(settings, database)


def background(ports: Ports, settings: Settings) -> list[Jobs]:
    """The sweeper, the sender, the tidier, the sealer and the checker, to be started."""
    channel = open_sender(settings.smtp_url.get_secret_value() if settings.smtp_url else None)
    deliver = partial(sender.send, ports, channel, base_url=settings.base_url, seals_to=places(settings))
    path = settings.data_dir / seal_file.NAME
    jobs: list[Jobs] = [
        Repeating(
            "sweeper", lambda: sweeper.sweep(ports) >= sweeper.MOST, partial(sweeper.until_next_due, ports)
        ),
        Repeating("sender", lambda: deliver() >= sender.BATCH),
        Repeating("tidier", Tidier(ports)),
        Repeating("sealer", Sealer(ports, path, settings.seal_interval)),
    ]
    if settings.verify_at is not None:
        jobs.append(Repeating("checker", Checker(ports, path, settings.verify_at)))
    return jobs


@contextlib.contextmanager
def running(jobs: list[Jobs]) -> Iterator[None]:
    """Run `jobs` during the block; at its end each finishes what it has begun."""
    for job in jobs:
        job.start()
    try:
        yield
    finally:
        for job in jobs:
            job.stop()


@contextlib.contextmanager
def _stopping() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, so that what is under way is finished."""

    def stop(*_: object) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _serve(ports: Ports, settings: Settings, console: Console) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises `Refused` when the address is taken."""
    try:
        server = create_server(
            create_app(settings, ports),
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident=None,
            # what is larger is not even received; a little less, and a page says so
            max_request_body_size=2 * largest_upload(settings, LARGEST_REQUEST),
            **_proxy(settings),
        )
    except OSError as error:
        address = f"{settings.host}:{settings.port}"
        raise Refused(
            console.text(
                f"Tidak dapat melayani di {address} ({error.strerror}). Pilih porta lain dengan --port.",
                f"Cannot serve on {address} ({error.strerror}). Choose another by --port.",
            )
        ) from None
    address = f"http://{settings.host}:{settings.port}"
    console.say(
        f"Alur Aduan melayani di {address} (hentikan dengan Ctrl-C).",
        f"Alur Aduan serves on {address} (stop by Ctrl-C).",
    )
    sys.stdout.flush()
    server.run()  # waitress finishes the requests under way when SystemExit or KeyboardInterrupt arrives


def _proxy(settings: Settings) -> dict[str, Any]:
    """Whom waitress believes about the address and scheme of a visitor: the proxy in front, if there is one."""
    if settings.trusted_proxy is None:
        return {}
    return {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto x-forwarded-host",
        "clear_untrusted_proxy_headers": True,
    }


def _settings(options: dict[str, Any]) -> Settings:
    return load_settings(**{name: value for name, value in options.items() if value is not None})


def _note_end_of_calendar(ports: Ports, console: Console) -> None:
    """A limit cannot run into days that no calendar knows: say so while there is time."""
    with ports.database.read() as connection:
        last, now = ports.active_calendar(connection).periods[-1].last, ports.clock(connection)
    if last - now.date() < FORESIGHT:
        console.note(
            f"Kalender yang berlaku berakhir {last}. Jalankan `pengaduan calendar deploy` untuk tahun berikutnya.",
            f"The calendar in force ends on {last}. Run `pengaduan calendar deploy` for the next year.",
        )


def _add_demo(ports: Ports, console: Console, by: str) -> None:
    with ports.database.write() as connection:
        add_demo_accounts(connection, by=by, at=ports.clock(connection), source="cli")
    names = ", ".join(DEMO)
    console.say(
        f"Percobaan: akun {names}; kata sandi semuanya {DEMO_PASSWORD}.",
        f"Demo: accounts {names}; each with password {DEMO_PASSWORD}.",
    )
