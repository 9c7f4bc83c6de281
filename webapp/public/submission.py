"""Submitting: the form of the active process's first step, check your answers, then sent.

Nothing is stored before it is sent: the page carries what was typed. Its `command_id` makes the same submit
twice (a double click, the back button, a restart of the server) the same complaint.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.commands import COMPLAINANT, Submit
from engine.definition.model import ProcessDefinition
from engine.errors import AnswersInvalid, CommandReused, Disturbed
from engine.forms.fields import FormSchema, without
from engine.forms.posted import read_post
from engine.forms.validate import Validated, validate
from engine.identity.policy import allowed, complaint_of
from engine.queries.public import Tracking, public_process, tracking
from engine.runtime.handle import handle
from webapp import due, errors, form_view
from webapp.command_id import COMMAND_ID, command_id, fresh
from webapp.context import now, ports, settings, zone
from webapp.given_back import CSRF_FIELD, GIVE_BACK, given_back_by
from webapp.limits import SUBMISSIONS, limiter
from webapp.public import access
from webapp.public.answers import rows
from webapp.public.blueprint import blueprint
from webapp.public.receipt import qr_of
from webapp.security import current_actor, signed_in

#: A name of ours in the form, beside `COMMAND_ID`.
STEP: Final = "_langkah"
_SEND: Final = "kirim"
_CHANGE: Final = "ubah"
_OURS: Final = frozenset({STEP, COMMAND_ID, CSRF_FIELD, GIVE_BACK})
_SENT: Final = "terkirim"
#: The `source` of a command from these pages.
_SOURCE: Final = "web"


@blueprint.get("/pengaduan/baru")
def form() -> ResponseReturnValue:
    """The empty form; or what was posted, to be changed or sent again."""
    definition = _definition()
    if signed_in():
        return _elsewhere(definition)
    if request.method == "POST":
        return _form(definition, read_post(_schema(definition), _posted())[0])
    page = make_response(_form(definition, {}))
    # The empty form is nobody's; kept, it still holds what was typed when somebody comes back to it.
    page.headers["Cache-Control"] = "private, no-cache"
    return page


@blueprint.post("/pengaduan/baru")
@limiter.limit(SUBMISSIONS, exempt_when=lambda: request.form.get(STEP) != _SEND)
@given_back_by(form)
def submit() -> ResponseReturnValue:
    """Check what was typed; show it to be checked; send it."""
    definition = _definition()
    if signed_in():
        return _elsewhere(definition)
    schema = _schema(definition)
    changed = form_view.rows_changed(schema, _posted())
    if changed is not None:
        return _form(definition, changed)
    if request.form.get(STEP) == _CHANGE:
        return form()
    found = validate(schema, _posted(), stored={}, now=_local_now())
    if found.errors:
        return _wrong(definition, found.errors)
    if request.form.get(STEP) != _SEND:
        return _check(schema, found)
    return _send(definition, found)


@blueprint.get("/pengaduan/terkirim")
def sent() -> ResponseReturnValue:
    """Number, code, and what happens next. For the session that sent it, until another is sent."""
    number = session.get(_SENT)
    if not number or not access.knows(number):
        return redirect(url_for("public.track"))
    case = _case(number)
    return render_template(
        "public/sent.html",
        case=case,
        explain=due.explain,
        code=ports().keyring.tracking_code(number),
        qr=qr_of(settings().base_url + url_for("public.case", number=number)),
    )


def _elsewhere(definition: ProcessDefinition) -> ResponseReturnValue:
    """Staff enter complaints at the counter, where they attest whose it is; what they have typed goes along."""
    if not allowed(current_actor(), "case:submit", complaint_of(definition)):
        return render_template("public/not_here.html"), 403
    return redirect(url_for("counter.enter"), 307 if request.method == "POST" else 303)


def _send(definition: ProcessDefinition, found: Validated) -> ResponseReturnValue:
    whole = definition.form_of(definition.entry)
    came = from_source(whole) if whole else {}
    command = Submit(
        source=_SOURCE,
        command_id=command_id(),
        process=definition.key,
        answers={**found.answers, **came},
        actor=COMPLAINANT,
    )
    try:
        outcome = handle(ports(), command)
    except AnswersInvalid as refusal:
        return _wrong(definition, refusal.detail["errors"])
    except CommandReused as refusal:
        return _reused(_schema(definition), found, str(refusal.detail["case"]))
    except Disturbed as failure:
        again = _check_page(
            _schema(definition), found, command_id=command_id(), refusal=errors.sentence(failure)
        )
        return again, 500
    return to_receipt(outcome.case)


def to_receipt(number: str) -> ResponseReturnValue:
    """On to the page with number and code, for the session that has just sent this complaint."""
    access.remember(number)
    session[_SENT] = number
    return redirect(url_for("public.sent"), 303)


def _form(definition: ProcessDefinition, answers: Any, wrong: Any = None) -> str:
    schema = _schema(definition)
    return render_template(
        "public/form.html",
        fields=form_view.render(schema, answers, wrong or {}, {}, now=_local_now()),
        errors=form_view.error_list(schema, wrong or {}),
        command_id=command_id(),
    )


def _wrong(definition: ProcessDefinition, wrong: Any) -> ResponseReturnValue:
    """The form again with everything typed, the wrong answers too."""
    answers, _unknown = read_post(_schema(definition), _posted())
    return _form(definition, answers, wrong), 422


def _check(schema: FormSchema, found: Validated) -> str:
    return _check_page(schema, found, command_id=command_id())


def _reused(schema: FormSchema, found: Validated, number: str) -> ResponseReturnValue:
    """This page was sent before with other content: both are shown, and only the person decides what else to do."""
    first = _case(number) if access.knows(number) else None
    return _check_page(schema, found, command_id=fresh(), first=first, reused=True), 409


def _check_page(schema: FormSchema, found: Validated, **more: Any) -> str:
    return render_template(
        "public/check.html",
        shown=form_view.shown,
        rows=rows(schema, found.answers, now=_local_now()),
        entries=[pair for pair in request.form.items(multi=True) if pair[0] not in _OURS],
        **more,
    )


def _definition() -> ProcessDefinition:
    with ports().database.read() as connection:
        return public_process(ports(), connection)


def _schema(definition: ProcessDefinition) -> FormSchema:
    """The first step's form. A complainant is not asked how the complaint came."""
    schema = definition.form_of(definition.entry)
    assert schema is not None, "lint refuses a first step without a form"
    return without(schema, from_source(schema))


def from_source(schema: FormSchema) -> dict[str, str]:
    """The answers that say by themselves that they came by the web: field -> this source, where it has that choice."""
    return {
        f.key: _SOURCE
        for path, f in schema.fields.items()
        if f.from_source and path == f.key and any(option.value == _SOURCE for option in f.options)
    }


def _case(number: str) -> Tracking:
    with ports().database.read() as connection:
        return tracking(ports(), connection, access.complainant(number), number)


def _posted() -> dict[str, list[str]]:
    return {name: texts for name, texts in request.form.lists() if name not in _OURS}


def _local_now() -> datetime:
    return now().astimezone(zone())
