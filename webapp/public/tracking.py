"""Following a complaint: number and code, then where it is, its answer, and what is asked of the complainant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import COMPLAINANT, Complete
from engine.errors import AnswersInvalid, CaseEnded, Disturbed, NotAllowed, NotFound, Refused, WorkItemNotOpen
from engine.forms.posted import read_post
from engine.queries.public import Tracking, code_fits, normalise_number, tracking
from engine.runtime.answering import MOST_FILES_OF_COMPLAINANT
from engine.runtime.handle import handle
from webapp import attachments, due, errors, form_view, timeline
from webapp.command_id import COMMAND_ID, command_id
from webapp.context import ports, zone
from webapp.given_back import CARRIED, CSRF_FIELD, GIVE_BACK, carried, carry, given_back_by, go_on
from webapp.limits import CODE_BY_ADDRESS, CODE_BY_CASE, UPLOADS, limiter, refused, typed_case_number
from webapp.public import access
from webapp.public.answers import rows
from webapp.public.blueprint import blueprint
from webapp.uploads import ANCHOR, takes_files

#: A name of ours in the form, beside `COMMAND_ID`.
WORK_ITEM = "_tugas"
_OURS = frozenset({WORK_ITEM, COMMAND_ID, CSRF_FIELD, GIVE_BACK})


@blueprint.get("/lacak")
def track() -> ResponseReturnValue:
    """Asks for number and code; a form that came too late keeps both."""
    return _ask(request.values.get("nomor", ""), code=request.form.get("kode", ""), carried=carried())


@blueprint.post("/lacak")
@limiter.limit(CODE_BY_CASE, key_func=typed_case_number, deduct_when=refused)
@limiter.limit(CODE_BY_ADDRESS, deduct_when=refused)
@given_back_by(track)
def show_code() -> ResponseReturnValue:
    """Check number and code; a wrong code and an unknown number get the same answer."""
    number = normalise_number(request.form.get("nomor", ""))
    with ports().database.read() as connection:
        fits = code_fits(ports(), connection, number, request.form.get("kode", ""))
    if not fits:
        wrong = _("Nomor dan kode ini tidak cocok. Periksa keduanya pada tanda terima Anda.")
        again = _ask(
            request.form.get("nomor", ""), wrong, code=request.form.get("kode", ""), carried=carried()
        )
        return again, 422
    access.remember(number)
    if carried():
        return go_on(url_for("public.case", number=number))
    return redirect(url_for("public.case", number=number), 303)


@blueprint.get("/lacak/<number>")
def case(number: str) -> ResponseReturnValue:
    """The case, for whoever has shown its code; others are asked for it."""
    if not access.knows(number):
        return _ask(number, carried=carry() if request.method == "POST" else ""), 403
    return _show(number, posted=_posted() if request.method == "POST" else None)


@blueprint.post("/lacak/<number>")
@given_back_by(case)
def answer(number: str) -> ResponseReturnValue:
    """Answer the task that waits for the complainant."""
    if not access.knows(number):
        return _ask(number, carried=carry() if request.method == "POST" else ""), 403
    found = _tracking(number)
    schema = found.own and found.definition.form_of(found.own.task.element.id)
    work_item = request.form.get(WORK_ITEM, "")
    if schema and (changed := form_view.rows_changed(schema, _posted())) is not None:
        return _show(number, answers=changed)
    element = work_item.partition(":")[2].partition(":")[0]
    asked = found.definition.form_of(element) if element in found.definition.elements else None
    answers = read_post(asked, _posted())[0] if asked else {}
    command = Complete(
        source="web",
        command_id=command_id(),
        work_item=work_item if work_item.startswith(f"{number}:") else f"{number}::",
        answers=answers,
        **access.acting(number),
    )
    try:
        handle(ports(), command)
    except AnswersInvalid as refusal:
        return _show(number, posted=_posted(), wrong=refusal.detail["errors"]), 422
    except Disturbed as failure:
        return _show(number, posted=_posted(), refusal=errors.sentence(failure)), 500
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        unsent = rows(asked, answers, now=_local(found.now)) if asked else []
        return _show(number, refusal=_why(refusal), unsent=unsent), 409
    flash(_("Jawaban Anda terkirim."))
    return redirect(url_for("public.case", number=number), 303)


@blueprint.post("/lacak/<number>/lampiran")
@limiter.limit(UPLOADS)
@given_back_by(case)
@takes_files
def attach(number: str) -> ResponseReturnValue:
    """Keep the files of the complainant; an answer that was typed stays in its form."""
    if not access.knows(number):
        return _ask(number, carried=carry()), 403
    if _tracking(number).status == "ended":
        over = _("Pengaduan ini sudah berakhir. Bila masih ada yang perlu disampaikan, buat pengaduan baru.")
        taken = attachments.Taken(problems=(over,))
    else:
        acting = access.acting(number)
        files = attachments.files_of(access.complainant(number), number)
        taken = attachments.take(files, actor=acting["actor"], on_behalf=acting.get("on_behalf"))
    typed = any("".join(texts).strip() for texts in _posted().values())
    if not taken.problems and not typed:
        flash(taken.done)
        return redirect(url_for("public.case", number=number, _anchor=ANCHOR), 303)
    return _show(number, posted=_posted(), taken=taken), 422 if taken.problems else 200


@blueprint.get("/lacak/<number>/lampiran/<int:nth>")
def attachment(number: str, nth: int) -> ResponseReturnValue:
    """One of the files that the complainant gave, to be saved."""
    if not access.knows(number):
        return _ask(number), 403
    return attachments.download(access.complainant(number), number, nth)


@blueprint.post("/lacak/lupakan")
def forget() -> ResponseReturnValue:
    """For a phone that others use too."""
    access.forget()
    return redirect(url_for("public.home"), 303)


def _why(refusal: Refused) -> str:
    """A refusal in the complainant's words, who knows of no tasks."""
    if isinstance(refusal, WorkItemNotOpen | CaseEnded):
        return _(
            "Pengaduan ini tidak lagi menunggu jawaban itu. Keadaannya sekarang ada di bawah; "
            "bila masih ada yang perlu disampaikan, buat pengaduan baru."
        )
    return errors.sentence(refusal)


def _ask(number: str, wrong: str = "", *, code: str = "", carried: str = "") -> str:
    errors = [{"text": wrong, "href": "#nomor"}] if wrong else []
    return render_template(
        "public/track.html", number=number, code=code, errors=errors, carried=carried, carried_field=CARRIED
    )


def _show(
    number: str,
    *,
    posted: dict[str, list[str]] | None = None,
    answers: Any = None,
    wrong: Any = None,
    taken: attachments.Taken | None = None,
    **more: Any,
) -> str:
    found = _tracking(number)
    files = _files(found, taken)
    own = found.own
    schema = found.definition.form_of(own.task.element.id) if own else None
    fields = None
    if schema:
        schema = access.asked(schema, number)
        typed = answers or (read_post(schema, posted)[0] if posted else {})
        fields = form_view.render(schema, typed, wrong or {}, found.stored, now=_local(found.now))
    return render_template(
        "public/case.html",
        case=found,
        shown=form_view.shown,
        chips=chips(found),
        lines=list(timeline.for_public(found.timeline)),
        fields=fields,
        errors=(form_view.error_list(schema, wrong) if schema and wrong else []) + files.taken.errors,
        files=files,
        command_id=command_id(),
        **more,
    )


def _files(found: Tracking, taken: attachments.Taken | None) -> attachments.Panel:
    """What they gave, and as long as the complaint runs where more is sent to."""
    number = found.number
    files = attachments.files_of(access.complainant(number), number)
    sent = sum(one.by == COMPLAINANT for one in files.attached)
    open_to_more = "attach_for_complainant" in files.may and sent < MOST_FILES_OF_COMPLAINANT
    return attachments.Panel(
        files=files,
        listed=files.attached,
        taken=taken or attachments.told(),
        address=lambda nth: url_for("public.attachment", number=number, nth=nth),
        to=url_for("public.attach", number=number) if open_to_more else None,
        hint=_(
            "Paling banyak %(most)d berkas untuk satu pengaduan. Tempat dan waktu yang dicatat kamera di dalam foto dibuang.",
            most=MOST_FILES_OF_COMPLAINANT,
        ),
        none=_("Anda belum melampirkan berkas."),
    )


def chips(found: Tracking) -> dict[str, tuple[due.Chip, str]]:
    """Work item id -> its due chip and the sentence that explains it."""
    chips = {}
    with ports().database.read() as connection:
        calendar = ports().active_calendar(connection)
    for waiting in found.waiting:
        task, why = waiting.task, waiting.explanation
        if task.due and why:
            chip = due.chip(
                calendar, task.due, since=task.created, now=found.now, wall_clock=why.clock == "wall"
            )
            chips[task.id] = (chip, due.explain(why))
    return chips


def _tracking(number: str) -> Tracking:
    with ports().database.read() as connection:
        return tracking(ports(), connection, access.complainant(number), number)


def _posted() -> dict[str, list[str]]:
    return {name: texts for name, texts in request.form.lists() if name not in _OURS}


def _local(at: datetime) -> datetime:
    return at.astimezone(zone())
