"""`/loket/baru`: a walk-in's complaint on one page, entered on their behalf; then the receipt, and the next task taken.

`/loket/sendiri` is the same form for a complaint of the person who is signed in: theirs as anybody's is, and
kept from them as staff.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Final

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import COMPLAINANT, Claim, Submit
from engine.definition.model import ProcessDefinition
from engine.errors import AnswersInvalid, CommandReused, Disturbed, Refused
from engine.forms.fields import FormSchema
from engine.forms.posted import read_post
from engine.forms.validate import validate
from engine.identity.policy import allowed
from engine.queries.counter import at_counter, is_known
from engine.runtime.handle import handle
from webapp import errors, form_view
from webapp.command_id import COMMAND_ID, command_id, fresh
from webapp.context import now, ports, zone
from webapp.counter import attested, form
from webapp.counter.blueprint import View, blueprint, counter_only
from webapp.given_back import CSRF_FIELD, GIVE_BACK, given_back_by
from webapp.public.submission import from_source, to_receipt
from webapp.security import current_actor, sign_in_required

#: A POST with this shows the form as filled in, and sends nothing: from an answer that came too late.
FILL: Final = "_isi"
#: In the session: the case that was entered last.
ENTERED: Final = "loket_terakhir"
_OURS: Final = frozenset({attested.FIELD, FILL, COMMAND_ID, CSRF_FIELD, GIVE_BACK})


@blueprint.get("/loket/baru")
@counter_only
def new() -> ResponseReturnValue:
    """The empty form (`?tentang=<number>`: about an older complaint); or what was posted, to be sent again."""
    return _page()


@blueprint.post("/loket/baru")
@given_back_by(new)
@counter_only
def enter() -> ResponseReturnValue:
    """Send it for the complainant, or for oneself when that was chosen."""
    if FILL in request.form:
        return _page()
    return _send(own=attested.chosen(attested.ENTRY) == attested.OWN)


def _staff_only(view: View) -> View:
    """Who changes nothing, an auditor, does not complain from this account either."""

    @wraps(view)
    @sign_in_required
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not allowed(current_actor(), "case:submit_own"):
            abort(403)
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


@blueprint.get("/loket/sendiri")
@_staff_only
def own() -> ResponseReturnValue:
    """The form for a complaint of one's own."""
    return _page()


@blueprint.post("/loket/sendiri")
@given_back_by(own)
@_staff_only
def enter_own() -> ResponseReturnValue:
    """Send it as one's own."""
    return _send(own=True)


def _send(*, own: bool) -> ResponseReturnValue:
    definition = form.process()
    schema = _schema(definition)
    changed = form_view.rows_changed(schema, _posted())
    if changed is not None:
        return _page(typed=changed)
    found = validate(schema, _posted(), stored={}, now=now().astimezone(zone()))
    shown = None if own else attested.chosen(attested.ENTRY)
    if found.errors or (shown is None and not own):
        return _page(wrong=found.errors, unattested=shown is None and not own), 422
    command = Submit(
        actor=current_actor().id,
        on_behalf=None if own else COMPLAINANT,
        source="web",
        command_id=command_id(),
        process=definition.key,
        answers={**found.answers, **_came(definition)},
        attested=shown,
    )
    try:
        outcome = handle(ports(), command)
    except AnswersInvalid as refusal:
        return _page(wrong=refusal.detail["errors"]), 422
    except CommandReused as refusal:
        return _page(reused=str(refusal.detail["case"]), answer_id=fresh()), 409
    except Disturbed as failure:
        return _page(refusal=errors.sentence(failure)), 500
    if own:
        return to_receipt(outcome.case)
    form.remember(schema, found.answers)
    _take_next(outcome.case)
    session[ENTERED] = outcome.case
    return redirect(url_for("counter.case", number=outcome.case, sudah="terkirim"), 303)


def _came(definition: ProcessDefinition) -> dict[str, str]:
    """How one's own complaint came, which its page does not ask."""
    whole = definition.form_of(definition.entry)
    return from_source(whole) if whole and _on_own_page() else {}


def _take_next(number: str) -> None:
    """The step that follows is taken at once, where it is this person's; the complaint stands without it too."""
    with ports().database.read() as connection:
        free = at_counter(ports(), connection, current_actor(), number).free
    for task in free:
        taking = Claim(
            actor=current_actor().id, source="web", command_id=f"{command_id()}:{task.id}", work_item=task.id
        )
        try:
            handle(ports(), taking)
        except Refused:
            return  # a colleague was faster, or a limit: the page tells what is so


def _page(
    *,
    typed: Any = None,
    wrong: Any = None,
    unattested: bool = False,
    answer_id: str | None = None,
    **more: Any,
) -> str:
    """The form; filled from `typed`, else from what was posted, else with what is known beforehand."""
    own = _on_own_page()
    schema = _schema(form.process())
    if typed is None:
        typed = read_post(schema, _posted())[0] if request.method == "POST" else _beforehand(schema, own)
    found = form_view.error_list(schema, wrong or {})
    if unattested:
        found.append({"text": attested.missing(), "href": f"#{attested.ANCHOR}"})
    return render_template(
        "counter/entry.html",
        own=own,
        fields=form_view.render(schema, typed, wrong or {}, {}, now=now().astimezone(zone())),
        errors=found,
        attested=attested,
        unattested=attested.missing() if unattested else None,
        command_id=answer_id or command_id(),
        title=_("Pengaduan Anda sendiri") if own else _("Pengaduan baru di loket"),
        **more,
    )


def _schema(definition: ProcessDefinition) -> FormSchema:
    return form.entry_form(definition, own=_on_own_page())


def _on_own_page() -> bool:
    """Who chooses "my own" on the counter's page stays there, to choose otherwise."""
    return request.path == url_for("counter.own")


def _beforehand(schema: FormSchema, own: bool) -> dict[str, Any]:
    if own:
        return {}
    about = request.args.get("tentang", "")
    with ports().database.read() as connection:
        known = is_known(connection, current_actor(), about)
    return form.beforehand(schema, about if known else None)


def _posted() -> dict[str, list[str]]:
    return {name: texts for name, texts in request.form.lists() if name not in _OURS}
