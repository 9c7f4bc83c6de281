"""One task: what it is about, what to fill in, where the case stands; the same page when it is finished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.forms.messages import Message
from engine.forms.posted import read_post
from engine.identity.disclosure import note
from engine.numbers import is_trial
from engine.office_hours import Calendar
from engine.queries.answered import title_in
from engine.queries.task import TaskPage, form_of, task_page
from webapp import due, form_view, timeline
from webapp.attachments import Taken, staff_panel
from webapp.command_id import COMMAND_ID, fresh
from webapp.context import ports
from webapp.diagram import diagram
from webapp.places import acts
from webapp.security import current_actor, sign_in_required
from webapp.tasks.blueprint import blueprint
from webapp.tasks.coordination import whatsapp_link, whatsapp_text
from webapp.tasks.refusals import Refusal, ended, where
from webapp.tasks.written import dossier, lines

#: So many lines of the time line stand open; the rest is folded.
RECENT = 6
#: POSTs that carry the task's form.
_WITH_FORM = ("tasks.complete", "tasks.draft", "tasks.attach")


@blueprint.get("/tugas/<work_item>")
@sign_in_required
def show(work_item: str) -> ResponseReturnValue:
    """The task; with what was typed, when a POST of its form came too late (`webapp.given_back`)."""
    page = load(work_item)
    return render(page, typed=answers_posted(work_item) if request.endpoint in _WITH_FORM else None)


def load(work_item: str, *, identity: bool = False) -> TaskPage:
    """The task as the signed-in person may see it; `identity` once they have revealed it.

    Raises `NotFound` and `NotAllowed`.
    """
    with ports().database.read() as connection:
        found = task_page(ports(), connection, current_actor(), work_item, identity=identity)
    note(ports(), current_actor(), "work_item:read", work_item.partition(":")[0])
    return found


def answers_posted(work_item: str) -> dict[str, object]:
    """What this request's form holds, raw, for a task."""
    with ports().database.read() as connection:
        schema = form_of(ports(), connection, work_item)
    return read_post(schema, request.form.to_dict(flat=False))[0] if schema else {}


def render(
    page: TaskPage,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[Message]] | None = None,
    refused: Refusal | None = None,
    resent: bool = False,
    revealed: bool = False,
    taken: Taken | None = None,
) -> str:
    """The task's page. `typed` fills the form, or is shown to be read where the form is no longer to be filled.

    `errors` are those of the answers; `refused` says why the last act was not done; `resent` that the form came
    a second time with other content; `revealed` that the complainant's identity was asked for just now;
    `taken` what became of files.
    """
    task, schema = page.task, page.definition.form_of(page.task.element.id)
    errors = errors or {}
    answering = "complete" in page.may
    given = typed if typed is not None else page.draft.answers if page.draft else {}
    calendar = _calendar()
    files = staff_panel(page.case, url_for("tasks.attach", work_item=task.id), taken)
    works = page.may & {"complete", "claim"} and not is_trial(page.case)  # no group hears of a trial
    coordination = whatsapp_text(page) if works else None
    return render_template(
        "tasks/task.html",
        wide=True,
        page=page,
        task=task,
        subject=title_in(page.definition, page.answered),
        at_counter=_at_counter(page),
        done=files.taken.done or (None if refused or errors or g.get("given_back") else _done(page)),
        files=files,
        refused=refused,
        errors=(form_view.error_list(schema, errors) if schema else []) + files.taken.errors,
        answering=answering,
        fields=_fields(page, given, errors, calendar) if answering and schema else None,
        unsent=lines(schema, typed) if typed and (resent or not answering) else (),
        recorded=next((lines(schema, a.answers) for a in page.answered if a.work_item == task.id), ()),
        chip=_chip(page, calendar),
        explanation=due.explain(page.explanation) if page.explanation else None,
        ended=None if task.is_open else ended(page),
        where=where(page),
        folded=answering and not revealed and bool(schema and schema.shown_keys & _asked_first(page)),
        dossier=dossier(page.answered, without=task.id),
        history=list(timeline.for_staff(page.timeline, page.names))[::-1],
        recent=RECENT,
        person=timeline.person,
        diagram=diagram(page),
        coordination=coordination,
        coordination_link=whatsapp_link(coordination) if coordination else None,
        me=current_actor().id,
        answer_id=request.form.get(COMMAND_ID) if errors or g.get("given_back") else None,
        command_id=fresh,
        chosen_colleague=request.form.get("kepada", ""),
    )


def _fields(
    page: TaskPage, given: Mapping[str, Any], errors: Mapping[str, list[Message]], calendar: Calendar
) -> Markup:
    schema = page.definition.form_of(page.task.element.id)
    assert schema is not None
    return form_view.render(schema, given, errors, page.stored, now=page.now.astimezone(calendar.zone))


def _asked_first(page: TaskPage) -> frozenset[str]:
    """The keys of the complaint itself."""
    return page.definition.own_keys(page.definition.entry)


def _chip(page: TaskPage, calendar: Calendar) -> due.Chip | None:
    task = page.task
    if task.due is None or not task.is_open:
        return None
    wall = page.explanation is not None and page.explanation.clock == "wall"
    return due.chip(calendar, task.due, since=task.created, now=page.now, wall_clock=wall)


def _calendar() -> Calendar:
    with ports().database.read() as connection:
        return ports().active_calendar(connection)


def _at_counter(page: TaskPage) -> str | None:
    """Where the counter answers for the complainant, for those who sit there."""
    if "counter.case" in current_app.view_functions and "case:submit" in acts():
        return url_for("counter.case", number=page.case)
    return None


def _done(page: TaskPage) -> str | None:
    """What the act before has done (`?sudah=`), as far as it is still so."""
    holder = timeline.person(page.task.assignee or "", page.names)
    mine = page.task.assignee == current_actor().id
    sentences = {
        "ambil": _("Tugas ini sekarang Anda pegang.") if mine else None,
        "lepas": _("Tugas ini sudah Anda lepas; rekan sekelompok dapat mengambilnya.")
        if not page.task.assignee
        else None,
        "alihkan": _("Tugas ini sudah dialihkan kepada %(holder)s.", holder=holder)
        if page.task.assignee and not mine
        else None,
        "draft": _("Draf tersimpan. Hanya Anda yang melihatnya.") if page.draft else None,
        "lampiran": _("Lampiran tersimpan."),
        "kirim-pesan": _("Sudah dilaksanakan. %(where)s", where=where(page)),
    }
    return sentences.get(request.args.get("sudah", ""))
