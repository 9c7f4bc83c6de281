"""What a command works with: the settings, the opened office, and who is acting."""

from __future__ import annotations

import getpass
import os
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

import click

from engine.commands import OS_USER
from engine.config import Settings, load_settings
from engine.errors import NotAllowed, NotFound, Refused
from engine.identity.ending import works
from engine.identity.policy import Actor, Subject, allowed
from engine.runtime.ports import Ports, open_ports
from engine.store import migrations, users
from engine.store.session import Database
from engine.store.users import User
from webapp.commands.console import Console


class Program:
    """One call of `pengaduan`. Opens only what a command asks for."""

    def __init__(self) -> None:
        self.console = Console()
        #: Show the traceback of a fault of the program itself.
        self.debug = False
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        self._closing.close()

    def open(self, settings: Settings) -> Database:
        """The database that `settings` name, as it is; closed when the call ends."""
        database = Database(settings.url)
        self._closing.callback(database.dispose)
        return database

    @cached_property
    def settings(self) -> Settings:
        """Of the environment. Raises `SettingsInvalid`."""
        return load_settings()

    @cached_property
    def ports(self) -> Ports:
        """The office's database and keys. Raises `Refused` where there is none, or one of another release."""
        return open_ports(self.settings, existing_database(self, self.settings))

    def now(self) -> datetime:
        with self.ports.database.read() as connection:
            return self.ports.clock(connection)

    def actor(self, user: str | None) -> Actor:
        """Who acts: the user of `--as`, else the operating system's user. Raises `NotFound`."""
        if user is None:
            return Actor(f"{OS_USER}{_login_name()}")
        found = self.user(user)
        with self.ports.database.read() as connection:
            return Actor(found.id, found.groups, active=works(connection, found, self.ports.clock))

    def user(self, id: str) -> User:
        """The user of this name. Raises `NotFound`."""
        with self.ports.database.read() as connection:
            found = users.get(connection, id)
        if found is None:
            raise NotFound(f"There is no user {id}; `pengaduan user list` shows who there is.", user=id)
        return found

    def may(self, actor: Actor, act: str, subject: Subject | None = None) -> None:
        """Raises `NotAllowed` unless `actor` may do `act`, and `NotFound` where it is about a trial: that is not even there."""
        if not allowed(actor, act, subject):
            if subject is not None and subject.trial and subject.case:
                raise NotFound(f"There is no case {subject.case}; check the number.", case=subject.case)
            raise NotAllowed(act=act)


pass_program = click.make_pass_decorator(Program)

as_user = click.option(
    "--as",
    "user",
    metavar="PENGGUNA",
    help="Bertindak dengan hak pengguna ini. Tanpa ini: pengguna sistem operasi, dan dicatat demikian.",
)


def existing_database(program: Program, settings: Settings) -> Database:
    """The office's database, made before and of this release. Raises `Refused` with what to run."""
    console = program.console
    path = settings.url.removeprefix("sqlite:///")
    if path != settings.url and not Path(path).is_file():
        raise Refused(
            console.text(
                f"Belum ada basis data di {path}. Jalankan `pengaduan db upgrade`, atau tunjuk tempatnya dengan DATA_DIR.",
                f"There is no database at {path}. Run `pengaduan db upgrade`, or name its place by DATA_DIR.",
            )
        )
    database = program.open(settings)
    if migrations.pending(database):
        raise Refused(
            console.text(
                "Basis data belum sesuai dengan rilis program ini. Jalankan `pengaduan db upgrade`.",
                "The database is not of this release. Run `pengaduan db upgrade`.",
            )
        )
    return database


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return f"uid-{os.getuid()}"
