"""The list of cases, narrowed by filters in the address: `?keadaan=&langkah=&terlambat=1&saya=1&sesudah=`.

What is searched for may be somebody's name, so it comes by POST and never stands in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from engine.errors import NotAllowed
from engine.identity.disclosure import note
from engine.office_hours import Calendar
from engine.queries.case_list import (
    CaseRow,
    Choices,
    Filter,
    Status,
    case_list,
    case_search,
    choices,
    may_list,
)
from engine.queries.counter import number_in
from engine.queries.search import MOST
from webapp import due
from webapp.cases.blueprint import blueprint
from webapp.context import now, ports, zone
from webapp.given_back import given_back_by
from webapp.security import current_actor, sign_in_required

#: `?keadaan=` -> status, and its words.
_STATES: Final[dict[str, tuple[Status, Any]]] = {
    "berjalan": ("open", __("Sedang ditangani")),
    "tertahan": ("halted", __("Tertahan karena kendala")),
    "berakhir": ("ended", __("Berakhir")),
}
#: The field of the search.
SOUGHT: Final = "cari"
#: `?keadaan=berakhir:<id of the end event>`.
_ENDED_AS: Final = "berakhir:"


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    text: str
    chosen: bool


@blueprint.get("/pengaduan")
@sign_in_required
def listing() -> ResponseReturnValue:
    """The newest first; with what was typed into the search, when that came too late."""
    wanted = _wanted()
    with ports().database.read() as connection:
        found = case_list(
            ports(),
            connection,
            current_actor(),
            wanted,
            after=request.args.get("sesudah") or None,
            before=request.args.get("sebelum") or None,
        )
    note(ports(), current_actor(), "case:list", shown=len(found.rows))
    return _render(
        found.rows,
        wanted,
        looked_back_to=found.looked_back_to,
        further=_address(sesudah=found.next) if found.next else None,
        back=_address(sebelum=found.previous) if found.previous else None,
        first=_address() if request.args.get("sesudah") or request.args.get("sebelum") else None,
    )


@blueprint.post("/pengaduan")
@given_back_by(listing)
@sign_in_required
def find() -> ResponseReturnValue:
    """A number goes straight to its case; anything else is words of the complaint."""
    typed = request.form.get(SOUGHT, "").strip()
    if number := number_in(typed, now().astimezone(zone()).year):
        return redirect(url_for("cases.show", number=number), 303)
    if not typed:
        return redirect(url_for("cases.listing"), 303)
    with ports().database.read() as connection:
        if not may_list(ports(), connection, current_actor()):
            raise NotAllowed(act="case:search")
        rows = case_search(ports(), connection, current_actor(), typed)
    note(ports(), current_actor(), "case:search", shown=len(rows))
    return _render(rows, Filter(), sought=typed)


def _render(rows: tuple[CaseRow, ...], wanted: Filter, *, sought: str = "", **more: Any) -> str:
    with ports().database.read() as connection:
        offered = choices(ports(), connection)
        calendar = ports().active_calendar(connection)
    return render_template(
        "cases/list.html",
        wide=True,
        rows=rows,
        chip=lambda row: _chip(row, calendar),
        states=_states(wanted, offered),
        steps=[Option(step.id, step.name, wanted.step == step.id) for step in offered.steps],
        wanted=wanted,
        narrowed=wanted != Filter(),
        sought=sought,
        typed=request.form.get(SOUGHT, ""),
        most=MOST,
        me=current_actor().id,
        **more,
    )


def _wanted() -> Filter:
    state = request.args.get("keadaan", "")
    ending = state.removeprefix(_ENDED_AS) if state.startswith(_ENDED_AS) else None
    return Filter(
        status=_STATES[state][0] if state in _STATES else None,
        ending=ending or None,
        step=request.args.get("langkah") or None,
        late=request.args.get("terlambat") == "1",
        entered_by_me=request.args.get("saya") == "1",
    )


def _states(wanted: Filter, offered: Choices) -> list[Option]:
    states = [Option(name, str(text), wanted.status == of) for name, (of, text) in _STATES.items()]
    endings = [
        Option(
            _ENDED_AS + end.id,
            _("Berakhir: %(end)s", end=end.name or end.outcome),
            wanted.ending == end.id,
        )
        for end in offered.endings
    ]
    return [*states, *endings]


def _address(**place: str) -> str:
    """The same list, at another place."""
    kept = {
        name: value
        for name in ("keadaan", "langkah", "terlambat", "saya")
        if (value := request.args.get(name))
    }
    return url_for("cases.listing", **kept, **place)


def _chip(row: CaseRow, calendar: Calendar) -> due.Chip | None:
    if row.waiting is None or row.status == "halted":
        return None
    return due.of_row(calendar, row.waiting, now())
