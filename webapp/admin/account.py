"""Adding a person, and changing name, address and groups of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.errors import LastAdministrator
from engine.history.log import find_command
from engine.identity import accounts, ending
from engine.identity.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD
from engine.identity.policy import Actor, allowed
from engine.queries.people import Group, known_groups
from engine.store import users
from engine.store.users import User
from webapp.admin.blueprint import acting, blueprint, may, needs
from webapp.admin.people import held, the_user
from webapp.admin.words import group_name, group_reason, warnings
from webapp.command_id import COMMAND_ID, command_id
from webapp.context import ports
from webapp.given_back import given_back_by
from webapp.languages import day
from webapp.security import current_actor

LONGEST_NAME: Final = 100
LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True)
class Entered:
    """What the form holds, or what is stored."""

    id: str
    name: str
    email: str
    groups: frozenset[str]
    #: Typed names of groups that are not among those offered.
    other: str = ""
    #: The last day of the account, as a date field has it: "2026-12-31".
    ends_on: str = ""

    @property
    def wanted(self) -> frozenset[str]:
        return self.groups | set(self.other.replace(",", " ").split())

    @classmethod
    def posted(cls, id: str = "") -> Entered:
        form = request.form
        return cls(
            id or form.get("pengguna", "").strip(),
            " ".join(form.get("nama", "").split()),
            form.get("surel", "").strip(),
            frozenset(form.getlist("kelompok")),
            form.get("kelompok_lain", ""),
            form.get("berakhir", "").strip(),
        )

    @classmethod
    def stored(cls, user: User) -> Entered:
        ends_on = user.ends_on.isoformat() if user.ends_on else ""
        return cls(user.id, user.name, user.email or "", user.groups, ends_on=ends_on)

    @property
    def end(self) -> date | None:
        """The last day, once `_wrong` has found it right."""
        return date.fromisoformat(self.ends_on) if self.ends_on else None


@blueprint.get("/pengguna/baru")
@needs("user:change")
def new_person() -> ResponseReturnValue:
    """The form for a new person."""
    return _new(Entered.posted(), {})


@blueprint.post("/pengguna/baru")
@given_back_by(new_person)
@needs("user:change")
def add_person() -> ResponseReturnValue:
    """A new account; the same form sent twice makes it once."""
    entered, password = Entered.posted(), request.form.get("sandi", "")
    errors = {**_wrong_name(entered.id), **_wrong(entered, None), **wrong_password(password)}
    hashed = "" if errors else accounts.hash_password(password)
    with ports().database.write() as connection:
        if find_command(connection, current_actor().id, command_id()):
            return redirect(url_for("admin.person", id=entered.id), 303)
        if users.get(connection, entered.id):
            errors["pengguna"] = _("Nama pengguna %(id)s sudah ada. Pilih nama lain.", id=entered.id)
        if not errors:
            accounts.add_user(
                connection,
                entered.id,
                entered.name,
                entered.wanted,
                **acting(connection),
                email=entered.email or None,
                password_hash=hashed,
                command_id=command_id(),
            )
            accounts.set_end(connection, entered.id, entered.end, **acting(connection))
    if errors:
        return _new(entered, errors), 422
    return redirect(url_for("admin.person", id=entered.id, sudah="tambah"), 303)


@blueprint.get("/pengguna/<id>")
@needs("user:read")
def person(id: str) -> ResponseReturnValue:
    """One person: the account, the groups, what they hold."""
    user = the_user(id)
    given_back = g.get("given_back", False) and "nama" in request.form
    return _person(user, Entered.posted(id) if given_back else Entered.stored(user), {})


@blueprint.post("/pengguna/<id>")
@given_back_by(person)
@needs("user:change")
def change_person(id: str) -> ResponseReturnValue:
    """Another name, address, or other groups, which count from the person's next request on."""
    user, entered = the_user(id), Entered.posted(id)
    errors = _wrong(entered, user.ends_on)
    if not errors:
        try:
            with ports().database.write() as connection:
                _change(connection, entered)
        except LastAdministrator:
            errors["kelompok"] = last_administrator()
    if errors:
        return _person(user, entered, errors), 422
    if id == current_actor().id and not allowed(Actor(id, entered.wanted), "user:read"):
        return redirect("/tugas", 303)  # they have left the Pengelola, and these pages with it
    return redirect(url_for("admin.person", id=id, sudah="ubah"), 303)


def last_administrator() -> str:
    """Why the only Pengelola stays."""
    return _(
        "Ini satu-satunya Pengelola yang aktif; tanpa Pengelola tidak ada yang dapat mengurus pengguna. "
        "Masukkan orang lain ke kelompok Pengelola dahulu."
    )


def wrong_password(password: str) -> dict[str, str]:
    """What is wrong with a new password, by field."""
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return {}
    return {
        "sandi": _(
            "Kata sandi harus %(shortest)s sampai %(longest)s karakter; ditemukan %(found)s. Pakai satu kalimat.",
            shortest=SHORTEST_PASSWORD,
            longest=LONGEST_PASSWORD,
            found=len(password),
        )
    }


def summary(errors: dict[str, str]) -> list[dict[str, str]]:
    """The list at the top of a page, from what is wrong by field."""
    return [{"text": text, "href": f"#{field}"} for field, text in errors.items()]


def _change(connection: Connection, entered: Entered) -> None:
    by = acting(connection)
    accounts.change_user(connection, entered.id, name=entered.name, email=entered.email or None, **by)
    accounts.set_groups(connection, entered.id, entered.wanted, **by)
    accounts.set_end(connection, entered.id, entered.end, **by)


def _wrong_name(id: str) -> dict[str, str]:
    if accounts.fits_as_name(id):
        return {}
    return {
        "pengguna": _(
            "Nama pengguna terdiri dari huruf kecil, angka, titik, dan garis, tanpa spasi; ditemukan “%(id)s”. "
            "Tulis misalnya rina.wati.",
            id=id,
        )
        if id
        else _("Isi nama pengguna, misalnya rina.wati.")
    }


def _wrong(entered: Entered, ends_on: date | None) -> dict[str, str]:
    errors = _wrong_end(entered, ends_on)
    if not entered.name or len(entered.name) > LONGEST_NAME:
        errors["nama"] = _("Isi nama orangnya, paling panjang %(most)s karakter.", most=LONGEST_NAME)
    if entered.email and not _is_address(entered.email):
        errors["surel"] = _("Alamat surel belum lengkap. Tulis misalnya rina@contoh.go.id, atau kosongkan.")
    unfit = sorted(group for group in entered.wanted if not accounts.fits_as_name(group))
    if unfit:
        errors["kelompok_lain"] = _(
            "Nama kelompok terdiri dari huruf kecil, angka, dan garis bawah; ditemukan “%(groups)s”.",
            groups=", ".join(unfit),
        )
    return errors


def _wrong_end(entered: Entered, ends_on: date | None) -> dict[str, str]:
    """A last day is a date that is not over; one that stood there before may stay."""
    try:
        end = entered.end
    except ValueError:
        return {"berakhir": _("Tulis tanggalnya, misalnya 2026-12-31, atau kosongkan.")}
    if end is None or end == ends_on or end >= (today := _today()):
        return {}
    return {
        "berakhir": _(
            "Hari terakhir paling cepat hari ini, %(today)s. Untuk mengakhirinya sekarang, nonaktifkan akunnya.",
            today=day(today),
        )
    }


def _today() -> date:
    with ports().database.read() as connection:
        return ending.today(connection, ports().clock)


def _is_address(text: str) -> bool:
    name, _at, host = text.rpartition("@")
    return bool(name and "." in host.strip(".") and text.isprintable() and " " not in text) and (
        len(text) <= LONGEST_ADDRESS
    )


def _new(entered: Entered, errors: dict[str, str]) -> str:
    return render_template(
        "admin/person_new.html",
        entered=entered,
        choices=_choices(_groups(), entered.wanted),
        wrong=errors,
        errors=summary(errors),
        command_id=request.form.get(COMMAND_ID) or command_id(),
    )


def _person(user: User, entered: Entered, errors: dict[str, str]) -> str:
    groups = _groups()
    return render_template(
        "admin/person.html",
        wide=True,
        user=user,
        entered=entered,
        choices=_choices(groups, entered.wanted),
        warnings=warnings(entered.wanted, groups),
        wrong=errors,
        errors=summary(errors),
        change=may("user:change"),
        me=current_actor().id,
        today=_today(),
        called={group.id: group_name(group) for group in groups},
        done=None if errors or g.get("given_back") else request.args.get("sudah"),
        **held(user.id),
    )


def _groups() -> list[Group]:
    with ports().database.read() as connection:
        return known_groups(ports(), connection)


def _choices(groups: Sequence[Group], chosen: frozenset[str]) -> list[dict[str, Any]]:
    """The groups as checkboxes; one that was typed and is offered already is ticked, not typed."""
    return [
        {
            "value": group.id,
            "text": group_name(group),
            "hint": {"text": group_reason(group)},
            "checked": group.id in chosen,
        }
        for group in groups
    ]
