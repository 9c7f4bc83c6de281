"""`/loket`: one field for everything that can be scanned or said, a new complaint, and what is at hand today."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.identity.disclosure import note
from engine.queries import counter
from engine.queries.search import MOST, Found, find
from webapp import due
from webapp.context import now, ports, zone
from webapp.counter.blueprint import blueprint, counter_only
from webapp.counter.form import entry_form, first_input, process
from webapp.given_back import given_back_by
from webapp.security import current_actor

#: A text that is longer is no look-up; what a page that came too late gives back stays whole.
LONGEST = 300


@blueprint.get("/loket")
@counter_only
def desk() -> ResponseReturnValue:
    """The empty field with the cursor in it; or what was typed, when it came too late."""
    return _desk(typed=request.form.get("cari", ""))


@blueprint.post("/loket")
@given_back_by(desk)
@counter_only
def look_up() -> ResponseReturnValue:
    """A number leads to its case at once; words to the cases that hold all of them.

    By POST: a name or a telephone number has no place in an address.
    """
    typed = " ".join(request.form.get("cari", "").split())[:LONGEST]
    if not typed:
        return _desk(
            wrong=_("Ketik atau pindai nomor, atau tulis nama, nomor telepon, atau kata-katanya.")
        ), 422
    local = now().astimezone(zone())
    with ports().database.read() as connection:
        number = counter.number_in(typed, local.year)
        if number and counter.is_known(connection, current_actor(), number):
            return redirect(url_for("counter.case", number=number), 303)
        found = find(ports(), connection, current_actor(), typed)
    note(ports(), current_actor(), "case:search", shown=len(found))
    if found:
        return _desk(typed=typed, found=found)
    if number and not typed.isdecimal():
        wrong = _("Tidak ada pengaduan %(number)s. Periksa nomornya, atau cari dengan nama.", number=number)
    else:
        wrong = _("Tidak ada yang cocok. Kurangi katanya, tulis kata yang utuh, atau cari dengan nomornya.")
    return _desk(typed=typed, wrong=wrong), 404


def _desk(*, typed: str = "", found: tuple[Found, ...] | None = None, wrong: str = "") -> str:
    today = now().astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    with ports().database.read() as connection:
        at_hand = counter.desk(ports(), connection, current_actor(), since=today)
        calendar = ports().active_calendar(connection)
    note(ports(), current_actor(), "case:list", shown=len(at_hand.entered) + len(at_hand.waiting))
    return render_template(
        "counter/desk.html",
        wide=True,
        typed=typed,
        found=found,
        most=MOST,
        errors=[{"text": wrong, "href": "#cari"}] if wrong else [],
        entered=at_hand.entered,
        waiting=at_hand.waiting,
        chip=lambda row: due.of_row(calendar, row, now()),
        until=lambda at: due.until(at, now()),
        first=first_input(entry_form(process())),
    )
