"""A new calendar: what it would change is shown first; only what was looked at is put in force."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.definition.calendar import resolve
from engine.definition.deploy_calendar import deploy_calendar
from engine.errors import CalendarInvalid, NotFound
from engine.queries import calendar_month as read
from engine.store import calendars
from webapp.admin.blueprint import blueprint, needs
from webapp.admin.calendar import hours, kind, weekdays
from webapp.admin.calendar_words import Refusal, refusal
from webapp.context import now, ports
from webapp.given_back import given_back_by
from webapp.security import current_actor

#: A calendar has a few hundred lines.
LONGEST: Final = 200_000
LONGEST_NOTE: Final = 500


@blueprint.get("/kalender/baru")
@needs("calendar:deploy")
def new_calendar() -> ResponseReturnValue:
    """The file in force (or `?versi=`), to be changed here, or replaced by an uploaded one."""
    typed = request.form.get("isi")
    text = _lines(typed) if typed is not None else _source(request.args.get("versi", type=int))
    return _page(text)


@blueprint.post("/kalender/baru")
@given_back_by(new_calendar)
@needs("calendar:deploy")
def deploy_new_calendar() -> ResponseReturnValue:
    """First a look at what changes, then, for exactly that text over exactly that calendar, in force."""
    try:
        text = _text()
    except UnicodeDecodeError:
        unread = Refusal(
            _("Berkas itu bukan berkas teks."),
            _("Pilih berkas kalender (.toml) yang disimpan sebagai teks UTF-8."),
        )
        return _page(_lines(request.form.get("isi", "")), refused=unread), 422
    try:
        looked_at = _looked_at(text)
        preview = _preview(text)
    except CalendarInvalid as error:
        return _page(text, refused=refusal(error, text)), 422
    if request.form.get("tindakan") != "berlakukan":
        return _page(text, preview=preview, looked_at=looked_at)
    if request.form.get("diperiksa") != looked_at:
        return _page(text, preview=preview, looked_at=looked_at, again=True), 409
    done = deploy_calendar(
        ports().database,
        text,
        by=current_actor().id,
        at=now(),
        note=request.form.get("catatan", "").strip()[:LONGEST_NOTE] or None,
        source="web",
    )
    return redirect(url_for("admin.calendar", sudah="berlaku" if done.changed else "sama"), 303)


def _preview(text: str) -> dict[str, Any]:
    """What deploying `text` would do. Raises `CalendarInvalid`."""
    resolved = resolve(text, first_year=now().year - 1)
    with ports().database.read() as connection:
        before, source = _in_force(connection)
    zone = (before or resolved.calendar).zone
    found = read.difference(before, source, resolved.calendar, text, now().astimezone(zone).date())
    return {
        "difference": found,
        "warnings": resolved.warnings,
        "zone": (before.timezone, resolved.calendar.timezone)
        if before and before.timezone != resolved.calendar.timezone
        else None,
        "is_first": before is None,
    }


def _in_force(connection: Connection) -> tuple[Any, str]:
    try:
        version = calendars.active_version(connection)
    except NotFound:
        return None, ""
    return ports().calendar(connection, version), calendars.by_version(connection, version).source


def _looked_at(text: str) -> str:
    """Names what is being looked at: this text, over the calendar in force now."""
    with ports().database.read() as connection:
        try:
            version = calendars.active_version(connection)
        except NotFound:
            version = 0
    return f"{version}:{hashlib.sha256(text.encode()).hexdigest()}"


def _source(version: int | None) -> str:
    with ports().database.read() as connection:
        try:
            return calendars.by_version(connection, version or calendars.active_version(connection)).source
        except NotFound:
            return ""


def _text() -> str:
    """What was uploaded, else what was typed. Raises `UnicodeDecodeError`, and `CalendarInvalid` when too long."""
    upload = request.files.get("berkas")
    if upload and upload.filename:
        text = _lines(upload.read(LONGEST * 4).decode("utf-8-sig")).replace("\0", "")
    else:
        text = _lines(request.form.get("isi", ""))
    return text[:LONGEST]


def _lines(text: str) -> str:
    """As editors write it: a browser sends two characters for the end of a line."""
    return text.replace("\r\n", "\n")


def _page(
    text: str,
    *,
    preview: dict[str, Any] | None = None,
    refused: Refusal | None = None,
    looked_at: str = "",
    again: bool = False,
) -> str:
    errors = [{"text": refused.summary, "href": "#isi"}] if refused else []
    return render_template(
        "admin/calendar_new.html",
        wide=True,
        text=text,
        note=request.form.get("catatan", ""),
        preview=preview,
        refused=refused,
        errors=errors,
        looked_at=looked_at,
        again=again,
        hours=hours,
        kind=kind,
        weekdays=weekdays(),
        named=_named,
        stretches=read.stretches,
    )


def _named(days: Sequence[date]) -> list[str]:
    """The names of the weekdays among these days, Monday first."""
    return [weekdays()[number] for number in sorted({day.weekday() for day in days})]
