"""Twelve months behind each other: whether more comes, whether it ends, whether it is late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from engine.queries.report_months import Month, months
from webapp.audit.blueprint import blueprint
from webapp.audit.charts import Bar, bars
from webapp.audit.report import asked_month, may, month_end, span_of, today
from webapp.audit.report_tables import number
from webapp.context import now, ports
from webapp.security import current_actor, sign_in_required

MONTHS: Final = 12


@blueprint.get("/laporan/bulan")
@sign_in_required
def report_months() -> ResponseReturnValue:
    """The twelve months up to `?bulan=YYYY-MM`, by default this one."""
    may()
    firsts = _firsts(asked_month())
    spans = [span_of(first, month_end(first)) for first in firsts]
    with ports().database.read() as connection:
        found = months(ports(), connection, current_actor(), spans, now())
    rows = [
        (first, month_end(first), _name(first), month) for first, month in zip(firsts, found, strict=True)
    ]
    return render_template(
        "audit/report_months.html",
        wide=True,
        rows=rows,
        chart=bars([_bar(name, month) for _first, _last, name, month in rows], _("Pengaduan tiap bulan")),
        before=f"{firsts[0] - timedelta(days=1):%Y-%m}",
        after=f"{_later(firsts[-1]):%Y-%m}" if firsts[-1] < today().replace(day=1) else None,
        cases=lambda first, last, **more: url_for(
            "audit.report_cases", dari=first.isoformat(), sampai=last.isoformat(), **more
        ),
    )


def _firsts(last: date) -> list[date]:
    """The first days of the twelve months up to that of `last`."""
    found = [last.replace(day=1)]
    while len(found) < MONTHS:
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return found


def _later(first: date) -> date:
    """The first day of the month a year on: the last of the next twelve."""
    return first.replace(year=first.year + 1)


def _name(first: date) -> str:
    return str(format_date(first, "MMMM yyyy"))


def _bar(name: str, month: Month) -> Bar:
    said = number(month.cases)
    if month.late:
        said = _("%(count)s, terlambat %(late)s", count=said, late=number(month.late))
    return Bar(name, month.cases, said, month.late)
