"""The calendar in force as a month, and every version that was deployed."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, get_day_names
from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import NotFound
from engine.queries import calendar_month as read
from engine.queries.calendar_month import Day
from engine.store import calendars
from webapp.admin.blueprint import blueprint, names, needs
from webapp.context import now, ports
from webapp.languages import language

#: How far beyond what the calendar knows one may page.
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 1)


@blueprint.get("/kalender")
@needs("calendar:read")
def calendar() -> ResponseReturnValue:
    """A month (`?bulan=2026-11`, by default this one) under the calendar in force, and the versions."""
    with ports().database.read() as connection:
        versions, known = read.versions(connection), names(connection)
        try:
            version = calendars.active_version(connection)
        except NotFound:
            return render_template("admin/calendar_none.html", versions=versions)
        inforce, source = (
            ports().calendar(connection, version),
            calendars.by_version(connection, version).source,
        )
    today = now().astimezone(inforce.zone).date()
    first = _asked(today)
    days = read.month(inforce, source, first.year, first.month)
    return render_template(
        "admin/calendar.html",
        wide=True,
        first=first,
        title=month_name(first),
        weeks=read.weeks(days),
        weekdays=weekdays(),
        today=today,
        periods=_periods(days),
        back=_address(_months(first, -1)),
        on=_address(_months(first, 1)),
        this=None if (first.year, first.month) == (today.year, today.month) else _address(today),
        version=next(v for v in versions if v.version == version),
        versions=versions,
        covered=read.covered(inforce),
        without_joint=read.without_joint_leave(inforce, today),
        names=known,
        hours=hours,
        kind=kind,
        done=request.args.get("sudah"),
    )


@blueprint.get("/kalender/<int:version>.toml")
@needs("calendar:read")
def calendar_file(version: int) -> ResponseReturnValue:
    """The file of a version, as it was deployed."""
    with ports().database.read() as connection:
        source = calendars.by_version(connection, version).source
    name = f"kalender-{version}.toml"
    return Response(
        source,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def hours(day: Day) -> list[str]:
    """The spans of a day: "08.00–12.00"."""
    sign = "." if language() == "id" else ":"
    return [f"{_clock(start, sign)}–{_clock(end, sign)}" for start, end in day.hours]


def kind(day: Day) -> str:
    """What a day is, in words."""
    return {
        "open": _("Buka"),
        "period": _("Jam khusus"),
        "own_hours": _("Jam tersendiri"),
        "national": _("Libur nasional"),
        "joint": _("Cuti bersama"),
        "office": _("Kantor tutup"),
        "weekend": _("Tutup"),
        "outside": _("Belum ada di kalender"),
    }[day.kind]


def month_name(first: date) -> str:
    """ "November 2026"."""
    return format_date(first, "LLLL y", locale=language())


def weekdays() -> list[str]:
    """The names of the days, Monday first."""
    found = get_day_names("wide", "stand-alone", locale=language())
    return [found[number] for number in range(7)]


def _asked(today: date) -> date:
    """The first day of the month that was asked for; an address that names none shows this month."""
    try:
        first = date.fromisoformat(f"{request.args.get('bulan', '')}-01")
    except ValueError:
        return today.replace(day=1)
    return min(max(first, _FIRST), _LAST)


def _months(first: date, step: int) -> date:
    index = first.year * 12 + first.month - 1 + step
    return min(max(date(index // 12, index % 12 + 1, 1), _FIRST), _LAST)


def _address(month: date) -> str:
    return url_for("admin.calendar", bulan=f"{month:%Y-%m}")


def _periods(days: list[Day]) -> list[str]:
    """The names of the periods with hours of their own in this month."""
    return list(dict.fromkeys(day.name for day in days if day.kind == "period"))


def _clock(minute: int, sign: str) -> str:
    return f"{minute // 60:02}{sign}{minute % 60:02}"
