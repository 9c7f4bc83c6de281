"""The case file: everything of a case on one page, for who may see it; complainants have `/lacak`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from engine.errors import NotAllowed, NotFound
from engine.identity.disclosure import LONGEST_REASON, by_log, note
from engine.office_hours import Calendar
from engine.queries.answered import title_in
from engine.queries.case_file import CaseFile, case_file
from engine.queries.public import normalise_number
from engine.queries.stays import Stay, by_name
from engine.runtime.answering import LONGEST_COMMENT
from webapp import due, timeline
from webapp.attachments import Taken, staff_panel
from webapp.cases.blueprint import blueprint
from webapp.cases.ledger import ledger, other_limits, time
from webapp.cases.rounds import by_step
from webapp.command_id import COMMAND_ID, fresh
from webapp.context import ports
from webapp.counter.attested import ON_RECORD
from webapp.diagram import diagram
from webapp.languages import long_day
from webapp.public import access
from webapp.security import current_actor, sign_in_required, signed_in

#: Fields of the page's forms.
COMMENT: Final = "komentar"
REASON: Final = "alasan"
#: So many days of the history stand open; the rest is folded.
RECENT_DAYS: Final = 3


@dataclass(frozen=True)
class Now:
    """A task that the case waits for, as the head of the page shows it."""

    stay: Stay
    chip: due.Chip | None
    why: str
    #: Its page, where the reader has it.
    address: str | None


@dataclass(frozen=True)
class Day:
    """The lines of one day of the history."""

    name: str
    lines: tuple[timeline.Line, ...]


@dataclass(frozen=True)
class Problem:
    """Why an act was refused: at which field, in words, and what to do."""

    text: str
    field: str = ""
    status: int = 422


@blueprint.get("/pengaduan/<number>")
def show(number: str) -> ResponseReturnValue:
    """The case; whoever has shown its code and is no member of the staff is sent to their own page."""
    if not signed_in() and access.knows(number):
        return redirect(url_for("public.case", number=number))
    return _show(number)


@sign_in_required
def _show(number: str) -> ResponseReturnValue:
    written = normalise_number(number)
    if written != number and request.method == "GET":
        return redirect(url_for("cases.show", number=written))
    return render(load(number))


def load(number: str, *, identity: bool = False) -> CaseFile:
    """The case as the signed-in person may see it. Raises `NotFound` and `NotAllowed`."""
    with ports().database.read() as connection:
        found = case_file(ports(), connection, current_actor(), number, identity=identity)
    note(ports(), current_actor(), "case:read", found.number)
    return found


def render(
    case: CaseFile, *, problem: Problem | None = None, revealed: bool = False, taken: Taken | None = None
) -> str:
    """The page; with what was typed into a form that was refused or came too late."""
    with ports().database.read() as connection:
        calendar = ports().active_calendar(connection)
    complaint, steps = by_step(case.answered)
    days = _days(case)
    files = staff_panel(case.number, url_for("cases.attach", number=case.number), taken)
    return render_template(
        "cases/file.html",
        wide=True,
        case=case,
        title=title_in(case.definition, case.answered) or case.number,
        waiting=[_now(case, stay, calendar) for stay in case.open_stays],
        complaint=complaint,
        steps=steps,
        ledger=ledger(case),
        other_limits=other_limits(case),
        whole=time(case.spent),
        recent=days[:RECENT_DAYS],
        before=days[RECENT_DAYS:],
        picture=diagram(case, also_at=[service.element for service in case.services]),
        attested=ON_RECORD.get(case.attested or ""),
        group_name=timeline.group_name,
        person=timeline.person,
        me=current_actor().id,
        by_log=by_log(current_actor()),
        revealed=revealed,
        done=None if problem else files.taken.done or _DONE.get(request.args.get("sudah", "")),
        problem=problem,
        errors=_summary(problem) + files.taken.errors,
        files=files,
        typed=request.form.get(COMMENT, ""),
        reason=request.form.get(REASON, ""),
        longest=LONGEST_COMMENT,
        counter=_counter_texts(),
        longest_reason=LONGEST_REASON,
        answer_id=request.form.get(COMMAND_ID, "") if request.form.get(COMMENT) else "",
        command_id=fresh,
    )


_DONE: Final = {
    "komentar": __("Komentar Anda tersimpan."),
    "lampiran": __("Lampiran tersimpan."),
    "uji": __("Uji dimulai."),
}


@blueprint.errorhandler(NotFound)
def not_here(error: NotFound) -> ResponseReturnValue:
    """No such number, or kept from who asks: the same page for both."""
    return render_template("cases/closed.html", why="unknown", number=error.detail.get("case", "")), 404


@blueprint.errorhandler(NotAllowed)
def not_theirs(error: NotAllowed) -> ResponseReturnValue:
    """One's own complaint, or no case at all."""
    why = "own" if error.detail.get("own") else "role"
    return render_template("cases/closed.html", why=why, number=_number()), 403


def _number() -> str:
    return (request.view_args or {}).get("number", "")


def _now(case: CaseFile, stay: Stay, calendar: Calendar) -> Now:
    task = stay.task
    return Now(
        stay=stay,
        chip=due.of_task(calendar, task, stay.limit, case.now),
        why=due.explain(stay.limit.explanation) if stay.limit else "",
        address=url_for("tasks.show", work_item=task.id) if task.id in case.reachable else None,
    )


def _days(case: CaseFile) -> list[Day]:
    """The history, newest day first, each day from morning to evening."""
    lines = timeline.for_staff(case.timeline, case.names, by_name(case.stays))
    by_day = groupby(lines, key=lambda line: long_day(line.at))
    return [Day(name, tuple(of_day)) for name, of_day in by_day][::-1]


def _counter_texts() -> dict[str, str]:
    """What the field says of its length, as the forms say it (`form/inputs.html`); its script fills in the count."""
    return {
        "fallback": _("Paling banyak %{count} karakter."),
        "under": _("Masih ada %{count} karakter."),
        "at": _("Tidak ada sisa karakter."),
        "over": _("Lebih %{count} karakter."),
    }


def _summary(problem: Problem | None) -> list[dict[str, str]]:
    if problem is None or not problem.field:
        return []
    return [{"text": problem.text, "href": f"#{problem.field}"}]
