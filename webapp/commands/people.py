"""`user add|list|change|group|password|disable|enable`: who works in the office, and in which groups."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any, Final

import click

from engine.errors import Refused
from engine.identity import accounts
from engine.identity.ending import working
from engine.store import users
from webapp.commands.console import as_json
from webapp.commands.program import Program, as_user, pass_program

DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.group("user")
def user() -> None:
    """Pengguna dan kelompoknya."""


@user.command("add")
@click.argument("id", metavar="PENGGUNA")
@click.option("--name", required=True, help="Nama yang ditampilkan.")
@click.option("--group", "groups", multiple=True, required=True, help="Kelompok; boleh berulang.")
@click.option("--email", help="Alamat surel untuk pemberitahuan.")
@click.option("--ends-on", type=DAY, help="Hari terakhir akun, misalnya 2026-12-31.")
@as_user
@pass_program
def add(
    program: Program,
    id: str,
    name: str,
    groups: tuple[str, ...],
    email: str | None,
    ends_on: datetime | None,
    user: str | None,
) -> None:
    """Tambah pengguna. Kata sandi ditanyakan, atau dibaca dari baris pertama stdin; tidak pernah dari argumen."""
    actor = program.actor(user)
    program.may(actor, "user:change")
    _check_name(program, id)
    password_hash = accounts.hash_password(_password(program))
    with program.ports.database.write() as connection:
        if users.get(connection, id) is not None:
            raise Refused(
                program.console.text(
                    f"Nama pengguna {id} sudah ada. Pilih nama lain.",
                    f"There is a user {id} already. Choose another name.",
                )
            )
        by: dict[str, Any] = {"by": actor.id, "at": program.ports.clock(connection), "source": "cli"}
        accounts.add_user(connection, id, name, groups, **by, email=email, password_hash=password_hash)
        accounts.set_end(connection, id, ends_on.date() if ends_on else None, **by)
    listed = ", ".join(sorted(groups))
    program.console.say(f"Pengguna {id} ditambahkan ke {listed}.", f"User {id} was added to {listed}.")


@user.command("list")
@as_user
@as_json
@pass_program
def list_users(program: Program, user: str | None, json_lines: bool) -> None:
    """Semua pengguna, juga yang dinonaktifkan."""
    program.may(program.actor(user), "user:read")
    with program.ports.database.read() as connection:
        everyone = users.everyone(connection)
        on = {person.id for person in working(connection, everyone, program.ports.clock)}
    for person in everyone:
        groups = sorted(person.groups)
        if json_lines:
            program.console.json(
                {
                    "user": person.id,
                    "name": person.name,
                    "active": person.id in on,
                    "ends_on": person.ends_on,
                    "groups": groups,
                }
            )
            continue
        disabled = "" if person.active else program.console.text("  (nonaktif)", "  (disabled)")
        if person.active and person.ends_on:
            over = program.console.text("sudah berakhir", "ended"), program.console.text("berakhir", "ends")
            disabled = f"  ({over[person.id in on]} {person.ends_on})"
        program.console.line(f"{person.id:<16}  {person.name:<24}  {', '.join(groups)}{disabled}")


@user.command("change")
@click.argument("id", metavar="PENGGUNA")
@click.option("--ends-on", type=DAY, help="Hari terakhir akun, misalnya 2026-12-31.")
@click.option("--no-end", is_flag=True, help="Akunnya tidak berakhir.")
@as_user
@pass_program
def change(program: Program, id: str, ends_on: datetime | None, no_end: bool, user: str | None) -> None:
    """Tetapkan hari terakhir sebuah akun; mulai hari berikutnya tidak dapat dipakai lagi."""
    actor = program.actor(user)
    program.may(actor, "user:change")
    if (ends_on is None) != no_end:
        raise click.UsageError("--ends-on HARI, atau --no-end")
    last = ends_on.date() if ends_on else None
    with program.ports.database.write() as connection:
        at = program.ports.clock(connection)
        accounts.set_end(connection, id, last, by=actor.id, at=at, source="cli")
    if last is None:
        program.console.say(f"Akun {id} tidak berakhir.", f"The account of {id} does not end.")
    else:
        program.console.say(
            f"Akun {id} berlaku sampai dengan {last}.", f"The account of {id} works until the end of {last}."
        )


@user.command("disable")
@click.argument("id", metavar="PENGGUNA")
@as_user
@pass_program
def disable(program: Program, id: str, user: str | None) -> None:
    """Nonaktifkan pengguna: tidak dapat masuk lagi, sesinya berakhir, namanya tetap di riwayat."""
    actor = program.actor(user)
    program.may(actor, "user:change")
    program.user(id)
    with program.ports.database.write() as connection:
        at = program.ports.clock(connection)
        accounts.disable_user(connection, id, by=actor.id, at=at, source="cli")
    program.console.say(f"Pengguna {id} dinonaktifkan.", f"User {id} was disabled.")


@user.command("enable")
@click.argument("id", metavar="PENGGUNA")
@as_user
@pass_program
def enable(program: Program, id: str, user: str | None) -> None:
    """Aktifkan lagi pengguna yang dinonaktifkan, dengan kelompok dan kata sandinya semula."""
    actor = program.actor(user)
    program.may(actor, "user:change")
    program.user(id)
    with program.ports.database.write() as connection:
        at = program.ports.clock(connection)
        accounts.enable_user(connection, id, by=actor.id, at=at, source="cli")
    program.console.say(f"Pengguna {id} aktif lagi.", f"User {id} is enabled again.")


@user.command("group")
@click.argument("id", metavar="PENGGUNA")
@click.option(
    "--add", "added", multiple=True, metavar="KELOMPOK", help="Masukkan ke kelompok; boleh berulang."
)
@click.option("--remove", "removed", multiple=True, metavar="KELOMPOK", help="Keluarkan; boleh berulang.")
@as_user
@pass_program
def group(
    program: Program, id: str, added: tuple[str, ...], removed: tuple[str, ...], user: str | None
) -> None:
    """Ubah kelompok pengguna; berlaku pada permintaannya yang berikut."""
    actor = program.actor(user)
    program.may(actor, "user:change")
    program.user(id)
    for name in added:
        _check_name(program, name, "kelompok", "group")
    with program.ports.database.write() as connection:
        at = program.ports.clock(connection)
        wanted = accounts.existing(connection, id).groups - frozenset(removed) | frozenset(added)
        accounts.set_groups(connection, id, wanted, by=actor.id, at=at, source="cli")
    listed = ", ".join(sorted(wanted)) or program.console.text("tanpa kelompok", "no group")
    program.console.say(f"Kelompok {id} sekarang: {listed}.", f"{id} is now in: {listed}.")


@user.command("password")
@click.argument("id", metavar="PENGGUNA")
@as_user
@pass_program
def password(program: Program, id: str, user: str | None) -> None:
    """Ganti kata sandi; semua sesi pengguna itu berakhir. Ditanyakan, atau dari baris pertama stdin."""
    actor = program.actor(user)
    program.may(actor, "user:change")
    program.user(id)
    password_hash = accounts.hash_password(_password(program))
    with program.ports.database.write() as connection:
        at = program.ports.clock(connection)
        accounts.set_password(connection, id, password_hash, by=actor.id, at=at, source="cli")
    program.console.say(f"Kata sandi {id} diganti.", f"The password of {id} was changed.")


def _check_name(program: Program, id: str, what: str = "pengguna", english: str = "user") -> None:
    """A user name is an actor in the history for ever, where `os:…`, `pengadu` and `sistem` mean others."""
    if not accounts.fits_as_name(id):
        raise Refused(
            program.console.text(
                f"Nama {what} harus huruf kecil, angka, titik, garis; ditemukan {id!r}. Pilih nama lain.",
                f"A {english} name has small letters, digits, dots and dashes; found {id!r}. Choose another.",
            )
        )


def _password(program: Program) -> str:
    if sys.stdin.isatty():
        return str(
            click.prompt(
                program.console.text("Kata sandi", "Password"), hide_input=True, confirmation_prompt=True
            )
        )
    return sys.stdin.readline().rstrip("\r\n")
