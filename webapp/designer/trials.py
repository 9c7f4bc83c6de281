"""Trying a version for real, without anybody noticing: a trial (*uji*) is started here, and listed with all others.

Its tasks are done on the pages of any case, `/tugas/<id>` and `/pengaduan/<number>`, by analysts in every lane.
"""

from __future__ import annotations

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import COMPLAINANT, Submit
from engine.definition.model import ProcessDefinition
from engine.errors import AnswersInvalid, CommandReused, Disturbed
from engine.forms.posted import read_post
from engine.forms.validate import validate
from engine.queries.trials import trials
from engine.runtime.handle import handle
from webapp import due, errors, form_view
from webapp.command_id import COMMAND_ID, command_id, fresh
from webapp.context import now, ports, zone
from webapp.designer.blueprint import blueprint, the_definition
from webapp.given_back import CSRF_FIELD, GIVE_BACK, given_back_by
from webapp.security import current_actor, needs

_OURS: Final = frozenset({COMMAND_ID, CSRF_FIELD, GIVE_BACK})


@blueprint.get("/uji")
@needs("definition:try")
def all_trials() -> ResponseReturnValue:
    """Every trial, the newest first; `?sesudah=<number>` goes on after one."""
    with ports().database.read() as connection:
        found = trials(ports(), connection, current_actor(), after=request.args.get("sesudah") or None)
        calendar = ports().active_calendar(connection)
    return render_template(
        "designer/trials.html",
        wide=True,
        rows=found.rows,
        chip=lambda row: (
            row.waiting
            and due.chip(
                calendar,
                row.waiting.due,
                since=row.waiting.created,
                now=now(),
                wall_clock=row.waiting.wall_clock,
            )
        ),
        me=current_actor().id,
        further=url_for("designer.all_trials", sesudah=found.next) if found.next else None,
        first=url_for("designer.all_trials") if request.args.get("sesudah") else None,
    )


@blueprint.get("/<key>/<int:version>/uji")
@needs("definition:try")
def trial(key: str, version: int) -> ResponseReturnValue:
    """The version's first form; or what was posted, to be sent again."""
    return _page(the_definition(key, version))


@blueprint.post("/<key>/<int:version>/uji")
@given_back_by(trial)
@needs("definition:try")
def start_trial(key: str, version: int) -> ResponseReturnValue:
    """Start a trial of this version, in force or not."""
    definition = the_definition(key, version)
    schema = definition.form_of(definition.entry)
    changed = form_view.rows_changed(schema, _posted()) if schema else None
    if changed is not None:
        return _page(definition, typed=changed)
    answers = read_post(schema, _posted())[0] if schema else {}
    if schema:
        found = validate(schema, _posted(), stored={}, now=now().astimezone(zone()))
        if found.errors:
            return _page(definition, wrong=found.errors), 422
        answers = dict(found.answers)
    command = Submit(
        actor=current_actor().id,
        on_behalf=COMPLAINANT if definition.elements[definition.entry].public else None,
        source="web",
        command_id=command_id(),
        process=key,
        version=version,
        trial=True,
        answers=answers,
    )
    try:
        outcome = handle(ports(), command)
    except AnswersInvalid as refusal:
        return _page(definition, wrong=refusal.detail["errors"]), 422
    except CommandReused as refusal:
        return _page(definition, reused=str(refusal.detail["case"]), answer_id=fresh()), 409
    except Disturbed as failure:
        return _page(definition, refusal=errors.sentence(failure)), 500
    return redirect(url_for("cases.show", number=outcome.case, sudah="uji"), 303)


def _page(
    definition: ProcessDefinition,
    *,
    typed: Any = None,
    wrong: Any = None,
    answer_id: str | None = None,
    **more: Any,
) -> str:
    """The form, filled from `typed`, else from what was posted."""
    schema = definition.form_of(definition.entry)
    if typed is None:
        typed = read_post(schema, _posted())[0] if schema and request.method == "POST" else {}
    at = now().astimezone(zone())
    return render_template(
        "designer/trial.html",
        definition=definition,
        fields=form_view.render(schema, typed, wrong or {}, {}, now=at) if schema else "",
        errors=form_view.error_list(schema, wrong or {}) if schema else [],
        command_id=answer_id or command_id(),
        title=_("Mulai uji"),
        **more,
    )


def _posted() -> dict[str, list[str]]:
    return {name: texts for name, texts in request.form.lists() if name not in _OURS}
