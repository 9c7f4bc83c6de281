"""What the office did in a period: counts, lateness, times of the steps."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as __

from engine.errors import NotAllowed
from engine.identity.policy import allowed
from engine.queries.report import Report, Span, report
from engine.queries.report_cases import NONE, PAGE, Figure, cases_behind
from webapp import due
from webapp.audit.blueprint import blueprint
from webapp.audit.heat import MEASURES, heat_map
from webapp.audit.report_charts import charts
from webapp.audit.report_files import as_csv, as_xlsx
from webapp.audit.report_tables import percent, tables, totals, words
from webapp.context import now, ports, zone
from webapp.security import current_actor, sign_in_required

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: `?keadaan=` -> the figure's state, and its words.
_STATES: Final[dict[str, tuple[str, Any]]] = {
    "berakhir": ("ended", __("Berakhir")),
    "berjalan": ("open", __("Masih berjalan")),
    "lewat": ("overdue", __("Lewat tenggat sekarang")),
    "terlambat": ("late", __("Pernah terlambat")),
    "kendala": ("incident", __("Ada kendala")),
    "ulang": ("repeated", __("Ada langkah yang diulang")),
    "dinilai": ("rated", __("Dinilai pengadu")),
}
_STAYS: Final[dict[str, tuple[str, Any]]] = {
    "tepat": ("in_time", __("tepat waktu")),
    "terlambat": ("late", __("terlambat")),
}
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@blueprint.get("/laporan")
@sign_in_required
def summary() -> ResponseReturnValue:
    """The figures of a period, by default of this month; `?peta=&versi=` says what its heat map shows."""
    first, last = _days()
    return _page("audit/report.html", first, last, map=True)


@blueprint.get("/laporan/rekap")
@sign_in_required
def month() -> ResponseReturnValue:
    """The recapitulation of a month, to be printed."""
    first = asked_month()
    return _page("audit/report_month.html", first, month_end(first))


@blueprint.get("/laporan/kasus")
@sign_in_required
def report_cases() -> ResponseReturnValue:
    """The cases behind one figure."""
    may()
    first, last = _days()
    asked = request.args
    state, stay = _STATES.get(asked.get("keadaan", "")), _STAYS.get(asked.get("waktu", ""))
    figure = Figure(
        state=state[0] if state else None,
        step=asked.get("langkah") or None,
        lane=asked.get("lajur"),
        stay=stay[0] if stay else None,
        category=asked.get("kategori") or None,
        channel=asked.get("kanal") or None,
        outcome=asked.get("hasil") or None,
        version=asked.get("versi") or None,
    )
    wanted = asked.get("halaman", "1")
    page = max(1, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else 1
    with ports().database.read() as connection:
        found = cases_behind(ports(), connection, current_actor(), span_of(first, last), now(), figure, page)
    kept = {name: value for name, value in asked.items() if name != "halaman"}
    narrowed = [str(one[1]) for one in (state, stay) if one]
    narrowed += [
        words(one) for one in (figure.category, figure.channel, figure.outcome) if one and one != NONE
    ]
    return render_template(
        "audit/report_cases.html",
        wide=True,
        first=first,
        last=last,
        found=found,
        narrowed=narrowed,
        words=words,
        back=url_for("audit.summary", dari=first, sampai=last),
        newer=url_for("audit.report_cases", **kept, halaman=page - 1) if page > 1 else None,
        older=url_for("audit.report_cases", **kept, halaman=page + 1) if page * PAGE < found.total else None,
    )


@blueprint.get("/laporan.csv")
@sign_in_required
def report_csv() -> ResponseReturnValue:
    """The tables as one CSV file."""
    first, last = _days()
    return _file(as_csv(tables(_read(first, last))), "text/csv; charset=utf-8", first, last, "csv")


@blueprint.get("/laporan.xlsx")
@sign_in_required
def report_xlsx() -> ResponseReturnValue:
    """The tables as sheets."""
    first, last = _days()
    return _file(as_xlsx(tables(_read(first, last))), XLSX, first, last, "xlsx")


def may() -> None:
    """Raises `NotAllowed` for who may not read reports."""
    if not allowed(current_actor(), "report:read"):
        raise NotAllowed(act="report:read")


def _read(first: date, last: date) -> Report:
    may()
    with ports().database.read() as connection:
        return report(ports(), connection, current_actor(), span_of(first, last), now())


def _page(template: str, first: date, last: date, *, map: bool = False) -> str:
    found = _read(first, last)
    kept = {"dari": first.isoformat(), "sampai": last.isoformat()}
    before = first.replace(day=1) - timedelta(days=1)
    after = month_end(first) + timedelta(days=1)
    return render_template(
        template,
        wide=True,
        first=first,
        last=last,
        report=found,
        totals=totals(found),
        charts=charts(found),
        heat=heat_map(found, request.args.get("peta", ""), request.args.get("versi", "")) if map else None,
        measures=MEASURES,
        map_of=lambda **more: url_for("audit.summary", _anchor="peta", **kept, **more),
        words=words,
        percent=percent,
        length=due.length,
        nothing=NONE,
        at=now(),
        cases=lambda **more: url_for("audit.report_cases", **kept, **more),
        file=lambda kind: url_for(f"audit.report_{kind}", **kept),
        month=first.strftime("%Y-%m"),
        before=before.strftime("%Y-%m"),
        after=after.strftime("%Y-%m"),
    )


def _file(body: bytes, kind: str, first: date, last: date, ending: str) -> Response:
    name = f"laporan-{first.isoformat()}-{last.isoformat()}.{ending}"
    return Response(
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def today() -> date:
    """Of the office."""
    return now().astimezone(zone()).date()


def asked_month() -> date:
    """The first day of `?bulan=YYYY-MM`, by default of this month."""
    said = _MONTH.fullmatch(request.args.get("bulan", ""))
    if said and 2000 <= int(said[1]) <= 2200:
        return date(int(said[1]), int(said[2]), 1)
    return today().replace(day=1)


def month_end(first: date) -> date:
    """The last day of a month."""
    return first.replace(day=monthrange(first.year, first.month)[1])


def _days() -> tuple[date, date]:
    """`?dari=&sampai=`, this month for what is not said or no date; in the order of time."""
    start = today().replace(day=1)
    first = _day(request.args.get("dari")) or start
    last = _day(request.args.get("sampai")) or max(first, month_end(start))
    return min(first, last), max(first, last)


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def span_of(first: date, last: date) -> Span:
    """The days from `first` to `last`, in the office's zone."""
    return Span(_midnight(first), _midnight(last + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, zone())
