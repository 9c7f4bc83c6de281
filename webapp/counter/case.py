"""`/loket/<number>`: one case across the desk: print, answer for the complainant, or go on with what is in one's hands."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import COMPLAINANT, Complete
from engine.errors import AnswersInvalid, CaseEnded, Disturbed, NotAllowed, NotFound, Refused, WorkItemNotOpen
from engine.forms.fields import FormSchema, for_staff
from engine.forms.posted import read_post
from engine.forms.validate import validate
from engine.identity.disclosure import note
from engine.queries.counter import AtCounter, at_counter
from engine.runtime.handle import handle
from webapp import attachments, errors, form_view, timeline
from webapp.command_id import COMMAND_ID, command_id, fresh
from webapp.context import ports, zone
from webapp.counter import attested, entry, form
from webapp.counter.blueprint import blueprint, counter_only
from webapp.given_back import CSRF_FIELD, GIVE_BACK, given_back_by
from webapp.public.answers import rows
from webapp.public.tracking import WORK_ITEM, chips
from webapp.security import current_actor
from webapp.uploads import ANCHOR, takes_files

_OURS = frozenset({attested.FIELD, WORK_ITEM, COMMAND_ID, CSRF_FIELD, GIVE_BACK})


@blueprint.get("/loket/<number>")
@counter_only
def case(number: str) -> ResponseReturnValue:
    """The case; with what was typed, when an answer came too late."""
    found = _load(number)
    typed = _typed(_asked(found)) if request.method == "POST" else None
    return _page(found, typed=typed, sent=_just_entered(number))


def _just_entered(number: str) -> bool:
    """The code is shown once more only to who has just entered the complaint; later it is on the receipt."""
    return request.args.get("sudah") == "terkirim" and session.get(entry.ENTERED) == number


@blueprint.post("/loket/<number>")
@given_back_by(case)
@counter_only
def answer(number: str) -> ResponseReturnValue:
    """Answer the task that waits for the complainant, on their behalf; what was looked at goes on record with it."""
    found = _load(number)
    work_item = request.form.get(WORK_ITEM, "")
    asked = _form_of(found, work_item)
    typed = _typed(asked)
    if asked and (changed := form_view.rows_changed(asked, _posted())) is not None:
        return _page(found, typed=changed)
    shown = attested.chosen(attested.ANSWER)
    if shown is None and found.own:
        return _page(found, typed=typed, wrong=_wrong(found, asked), unattested=True), 422
    command = Complete(
        actor=current_actor().id,
        on_behalf=COMPLAINANT,
        source="web",
        command_id=command_id(),
        work_item=work_item if work_item.startswith(f"{number}:") else f"{number}::",
        answers=typed,
        attested=shown,
    )
    try:
        handle(ports(), command)
    except AnswersInvalid as refusal:
        return _page(_load(number), typed=typed, wrong=refusal.detail["errors"]), 422
    except Disturbed as failure:
        return _page(_load(number), typed=typed, refusal=errors.sentence(failure)), 500
    except (NotFound, NotAllowed):
        raise
    except Refused as refusal:
        return _refused(_load(number), refusal, asked, typed), 409
    flash(_("Jawaban atas nama pengadu sudah dicatat."))
    return redirect(url_for("counter.case", number=number), 303)


@blueprint.post("/loket/<number>/lampiran")
@given_back_by(case)
@counter_only
@takes_files
def attach(number: str) -> ResponseReturnValue:
    """Keep what the complainant has brought, on their behalf; an answer that was typed stays in its form."""
    found = _load(number)
    if found.case.status == "ended":
        over = _(
            "Pengaduan ini sudah berakhir. Buat pengaduan baru yang menyebut nomor ini, lalu lampirkan di sana."
        )
        taken = attachments.Taken(problems=(over,))
    else:
        actor = current_actor()
        files = attachments.files_of(actor, number)
        taken = attachments.take(files, actor=actor.id, on_behalf=COMPLAINANT)
    typed = _typed(_asked(found))
    if not taken.problems and not any(typed.values()):
        flash(taken.done)
        return redirect(url_for("counter.case", number=number, _anchor=ANCHOR), 303)
    return _page(_load(number), typed=typed, taken=taken), 422 if taken.problems else 200


def _refused(found: AtCounter, refusal: Refused, asked: FormSchema | None, typed: dict[str, Any]) -> str:
    """The case as it stands now, why the answer did not count, and what was typed, for a new complaint."""
    why = errors.sentence(refusal)
    if isinstance(refusal, WorkItemNotOpen | CaseEnded):
        why = _(
            "Pengaduan ini tidak lagi menunggu jawaban itu. Bila masih ada yang perlu disampaikan, "
            "buat pengaduan baru yang menyebut nomor ini."
        )
    unsent = rows(asked, typed, now=found.case.now.astimezone(zone())) if asked else []
    again = refusal.code == "command_reused"
    return _page(
        found,
        refusal=why,
        unsent=unsent,
        carry=_carry(found, asked, typed),
        answer_id=fresh() if again else None,
    )


def _carry(found: AtCounter, asked: FormSchema | None, typed: dict[str, Any]) -> dict[str, str]:
    """What a new complaint begins with: the old number, and the texts that did not count."""
    into = form.long_text(form.entry_form(form.process()))
    if into is None:
        return {}
    texts = [
        str(typed[path])
        for path, field in (asked.fields.items() if asked else ())
        if field.component == "textarea" and path == field.key and typed.get(path)
    ]
    return {into: form.mention(found.case.number) + "\n".join(texts)}


def _page(
    found: AtCounter,
    *,
    typed: Any = None,
    wrong: Any = None,
    unattested: bool = False,
    answer_id: str | None = None,
    sent: bool = False,
    taken: attachments.Taken | None = None,
    **more: Any,
) -> str:
    schema, case = _asked(found), found.case
    listed = form_view.error_list(schema, wrong) if schema and wrong else []
    if unattested:
        listed.append({"text": attested.missing(), "href": f"#{attested.ANCHOR}"})
    files = _files(case.number, taken)
    listed += files.taken.errors
    fields = None
    if schema:
        local = case.now.astimezone(zone())
        fields = form_view.render(schema, typed or {}, wrong or {}, case.stored, now=local)
    return render_template(
        "counter/case.html",
        wide=True,
        found=found,
        case=case,
        code=ports().keyring.tracking_code(case.number) if sent else None,
        shown=form_view.shown,
        chips=chips(case),
        lines=list(timeline.for_public(case.timeline)),
        fields=fields,
        first=form.first_input(schema) if schema else None,
        errors=listed,
        attested=attested,
        unattested=attested.missing() if unattested else None,
        command_id=answer_id or command_id(),
        fill=entry.FILL,
        files=files,
        **more,
    )


def _files(number: str, taken: attachments.Taken | None) -> attachments.Panel:
    """What the complainant gave: a screen across a desk is read from both sides."""
    files = attachments.files_of(current_actor(), number)
    reads = "read" in files.may
    return attachments.Panel(
        files=files,
        listed=files.of_complainant,
        taken=taken or attachments.told(),
        address=(lambda nth: url_for("cases.attachment", number=number, nth=nth)) if reads else None,
        to=url_for("counter.attach", number=number) if "attach_for_complainant" in files.may else None,
        hint=_("Yang dibawa pengadu: foto, surat. Dicatat atas nama pengadu."),
        none=_("Pengadu belum memberi berkas."),
    )


def _load(number: str) -> AtCounter:
    with ports().database.read() as connection:
        found = at_counter(ports(), connection, current_actor(), number)
    note(ports(), current_actor(), "case:read", number)
    return found


def _asked(found: AtCounter) -> FormSchema | None:
    """The form of the task that waits for the complainant, as it is asked of staff."""
    return _form_of(found, found.own.task.id) if found.own else None


def _form_of(found: AtCounter, work_item: str) -> FormSchema | None:
    """The form that a posted page held, whether or not its task is still open."""
    element = work_item.partition(":")[2].partition(":")[0]
    if element not in found.case.definition.elements:
        return None
    schema = found.case.definition.form_of(element)
    return for_staff(schema) if schema else None


def _wrong(found: AtCounter, asked: FormSchema | None) -> Any:
    """What is wrong with the answers, to be told together with the attestation that is missing."""
    if asked is None:
        return {}
    local = found.case.now.astimezone(zone())
    return validate(asked, _posted(), stored=found.case.stored, now=local).errors


def _typed(schema: FormSchema | None) -> dict[str, Any]:
    return read_post(schema, _posted())[0] if schema else {}


def _posted() -> dict[str, list[str]]:
    return {name: texts for name, texts in request.form.lists() if name not in _OURS}
