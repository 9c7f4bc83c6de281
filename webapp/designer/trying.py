"""*Coba dengan tangan*: a case played through a draft or a version by hand, clock in hand. Nothing of it is stored.

The whole rehearsal is in the page: its acts in a hidden field, what is half typed in the inputs. Every button posts all of
it, it is played from its beginning, and the next page carries it on (`rehearsed`, `rehearsed_acts`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.definition.findings import Finding
from engine.definition.model import ProcessDefinition
from engine.errors import AnswersInvalid
from engine.forms.examples import example
from engine.forms.fields import FormSchema
from engine.forms.messages import Message
from engine.forms.posted import read_post
from engine.queries.drafted import drafted
from engine.runtime.rehearsal import Step
from webapp import due, form_view
from webapp.context import now, ports, zone
from webapp.designer import rehearsed_acts
from webapp.designer.blueprint import blueprint, the_definition
from webapp.designer.findings import checked, told
from webapp.designer.rehearsed import TOO_LONG, Rehearsed, Service, Task, happened, names, why
from webapp.designer.rehearsed_acts import Act, ActsUnreadable
from webapp.diagram import picture
from webapp.given_back import given_back_by
from webapp.languages import moment
from webapp.security import needs
from webapp.timeline import group_name

#: The hidden field with the acts; the button that was pressed; where the clock shall go; the version tried.
ACTS: Final = "tindakan"
PRESSED: Final = "lakukan"
TO: Final = "ke"
VERSION: Final = "versi"
#: The form that begins, among those of the tasks.
START: Final = "mulai"
_BEGUN_AT: Final = "saat"


@dataclass
class _Page:
    """What one request shows besides the case itself."""

    case: Rehearsed
    #: Task (or `START`) -> what its form is filled with.
    typed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Task -> the errors of its form.
    wrong: dict[str, Mapping[str, list[Message]]] = field(default_factory=dict)
    #: Errors of other inputs: id -> words.
    unfit: dict[str, str] = field(default_factory=dict)
    #: What was refused, and why.
    refused: str = ""
    status: int = 200


@blueprint.get("/<key>/coba", endpoint="try_it")
@needs("definition:try")
def show(key: str) -> ResponseReturnValue:
    """The case, at its beginning or as the posted form holds it; the draft, or `?versi=`."""
    definition, findings = _tried(key)
    if definition is None:
        return _with_errors(key, findings)
    return _render(key, _posted(definition), findings)


@blueprint.post("/<key>/coba", endpoint="try_on")
@given_back_by(show)
@needs("definition:try")
def play(key: str) -> ResponseReturnValue:
    """Play the acts, then do what the button says."""
    definition, findings = _tried(key)
    if definition is None:
        return _with_errors(key, findings)
    page = _posted(definition)
    if page.status == 200:
        kind, _sign, about = request.form.get(PRESSED, "").partition(":")
        does = _BUTTONS.get(kind)
        if does is not None:
            page = does(page, about)
    return _render(key, page, findings)


def _tried(key: str) -> tuple[ProcessDefinition | None, tuple[Finding, ...]]:
    """What is tried; None and why where its draft has errors. Raises `NotFound`."""
    version = request.values.get(VERSION, type=int)
    if version is not None:
        return the_definition(key, version), ()
    with ports().database.read() as connection:
        found = checked(drafted(ports(), connection, key).bundle)
    return found.of(key), found.findings


def _posted(definition: ProcessDefinition) -> _Page:
    """The case that the posted form carries, played, and what is half typed in it."""
    with ports().database.read() as connection:
        case = Rehearsed(definition, ports().active_calendar(connection))
    try:
        acts = rehearsed_acts.read(request.form.get(ACTS, ""))
    except ActsUnreadable:
        lost = _("Kasus yang dikirim tidak dapat dibaca, jadi tidak ada yang dimainkan. Mulai lagi.")
        return _Page(case, refused=lost, status=400)
    dropped = case.play(acts)
    page = _Page(case)
    if dropped:
        page.refused = _(
            "Tindakan ke-%(first)d dan sesudahnya tidak mungkin lagi: prosesnya berubah sejak dimainkan. Yang sebelumnya "
            "masih ada.",
            first=len(acts) - dropped + 1,
        )
        page.status = 409
    posted = request.form.to_dict(flat=False)
    for name, schema in _forms(case).items():
        if schema is None:
            continue
        prefix = f"{name}."
        changed = form_view.rows_changed(schema, posted, prefix=prefix)
        if changed is not None:
            page.typed[name] = changed
        elif any(one.startswith(prefix) for one in posted):
            page.typed[name] = read_post(schema, posted, prefix)[0]
    return page


def _forms(case: Rehearsed) -> dict[str, FormSchema | None]:
    """The forms that wait to be filled in."""
    if case.state is None:
        return {START: case.definition.form_of(case.definition.entry)}
    return {task.name: task.schema for task in case.tasks()}


# --- what the buttons do ------------------------------------------------------------


def _begin(page: _Page, _about: str) -> _Page:
    at = _instant(request.form.get(_BEGUN_AT, ""))
    if at is None:
        page.unfit[_BEGUN_AT] = _("Tulis hari dan jamnya, antara tahun 2000 dan 2099.")
        page.status = 422
        return page
    return _done(page, Act("begin", at=at, answers=page.typed.get(START, {})), START)


def _complete(page: _Page, name: str) -> _Page:
    return _done(page, Act("complete", about=name, answers=page.typed.get(name, {})), name)


def _send(page: _Page, message: str) -> _Page:
    return _done(page, Act("send", about=message))


def _serve(page: _Page, name: str) -> _Page:
    waiting = next((one for one in page.case.services() if one.name == name), None)
    results = waiting.element.results if waiting else ()
    answers = {result: _scalar(request.form.get(f"{name}.{result}", "")) for result in results}
    return _done(page, Act("serve", about=name, answers=answers))


def _fail(page: _Page, name: str) -> _Page:
    code = request.form.get(f"{name}.galat", "").strip()[:100]
    if not code:
        page.unfit[f"{name}.galat"] = _("Tulis kode galatnya.")
        page.status = 422
        return page
    return _done(page, Act("fail", about=name, code=code))


def _example(page: _Page, name: str) -> _Page:
    case = page.case
    schema = _forms(case).get(name)
    if schema is not None:
        at = (case.clock or now()).astimezone(case.calendar.zone)
        page.typed[name] = example(schema, stored=case.shown_before(schema), now=at)
    return page


def _clock(page: _Page, to: str) -> _Page:
    case = page.case
    if case.clock is None:
        return page
    at = {
        "pewaktu": case.next_timer(),
        "jam": case.clock + timedelta(hours=1),
        "buka": case.next_opening(),
        TO: _instant(request.form.get(TO, "")),
    }.get(to)
    if at is None or at < case.clock or not rehearsed_acts.within(at):
        page.unfit[TO] = _(
            "Jam hanya dapat maju: tulis hari dan jam sesudah %(now)s.", now=moment(case.clock)
        )
        page.status = 422
        return page
    return _done(page, Act("clock", at=at))


def _back(page: _Page, number: str) -> _Page:
    """Only the first `number` acts; what was typed in the next one is in its form again."""
    case = page.case
    kept = (
        min(int(number), len(case.acts)) if number.isascii() and number.isdigit() and len(number) < 5 else 0
    )
    again = _Page(Rehearsed(case.definition, case.calendar))
    again.case.play(case.acts[:kept])
    if kept < len(case.acts):
        undone = case.acts[kept]
        name = START if undone.kind == "begin" else undone.about
        if name in _forms(again.case):
            again.typed[name] = undone.answers
    return again


_BUTTONS: Final = {
    "mulai": _begin,
    "selesai": _complete,
    "pesan": _send,
    "layanan": _serve,
    "galat": _fail,
    "contoh": _example,
    "jam": _clock,
    "kembali": _back,
}


def _done(page: _Page, act: Act, form: str = "") -> _Page:
    """Do it, and if that is not possible show why, with all that was typed."""
    case = page.case
    if rehearsed_acts.too_many([*case.acts, act]):
        page.refused, page.status = _too_long(), 422
        return page
    step = case.do(act)
    if step is None:
        page.typed.pop(form, None)
        if form == START:
            page.typed.clear()
        return page
    page.status = 422
    if isinstance(step.error, AnswersInvalid):
        page.wrong[form] = step.error.detail["errors"]  # type: ignore[assignment]
    else:
        page.refused = _refusal(case, step)
    return page


def _refusal(case: Rehearsed, step: Step) -> str:
    error = step.error
    assert error is not None
    if step.incident is not None:
        return _(
            "Di kantor ini menjadi kendala, dan tindakannya dibatalkan. %(why)s",
            why=why(case.definition, error),
        )
    if error.detail.get("reason") == TOO_LONG:
        return _too_long()
    return {
        "work_item_not_open": _("Tugas itu tidak terbuka lagi."),
        "nobody_waits": _("Tidak ada yang menunggu itu sekarang."),
        "case_halted": _("Kasus ini tertahan oleh kendala pewaktu; mundurlah ke tindakan sebelumnya."),
        "case_ended": _("Kasus ini sudah berakhir."),
    }.get(error.code, _("Tindakan ini tidak mungkin sekarang."))


def _too_long() -> str:
    return _(
        "Kasus ini sudah sepanjang yang dapat dimainkan (%(most)d tindakan). Mundurlah atau mulai lagi.",
        most=rehearsed_acts.MOST_ACTS,
    )


def _instant(text: str) -> datetime | None:
    """What a field for day and time holds, in the office's zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is not None or not 2000 <= at.year < 2100:
        return None
    return at.replace(tzinfo=zone())


def _scalar(text: str) -> Any:
    """What was typed as a service's result: a number, true, false, or else a text; nothing for nothing."""
    text = text.strip()[:1000]
    try:
        value = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, bool | int | float) and abs(value) < 10**15 else text or None


# --- the page ------------------------------------------------------------------------


def _render(key: str, page: _Page, findings: tuple[Finding, ...]) -> ResponseReturnValue:
    case = page.case
    version = request.values.get(VERSION, type=int)
    tasks = case.tasks()
    forms = {name: _drawn(page, name, schema) for name, schema in _forms(case).items() if schema}
    listed = [
        row
        for name, schema in _forms(case).items()
        if schema and name in page.wrong
        for row in form_view.error_list(schema, page.wrong[name], prefix=f"{name}.")
    ]
    listed += [{"text": words, "href": f"#{form_view.dom_id(name)}"} for name, words in page.unfit.items()]
    return (
        render_template(
            "designer/trying.html",
            wide=True,
            key=key,
            version=version,
            definition=case.definition,
            case=case,
            action=url_for("designer.try_on", key=key, versi=version),
            acts=rehearsed_acts.written(case.acts),
            picture=picture(case.definition, lit=case.lit(), done=case.done(), late=case.late()),
            warnings=told(findings),
            errors=listed,
            unfit=page.unfit,
            enter=_enter(case),
            refused=page.refused,
            halted=why(case.definition, case.halted_by) if case.halted_by else "",
            forms=forms,
            tasks=[(task, _chip(case, task)) for task in tasks],
            services=[(one, _results(one)) for one in case.services()],
            messages=case.messages(),
            timers=case.timers(),
            explain=due.explain,
            until=due.until,
            ending=case.definition.elements.get(case.state.ending or "") if case.state else None,
            restricted=_restricted(case),
            history=happened(case)[::-1],
            names=names(case.definition),
            group_name=group_name,
            start=request.form.get(_BEGUN_AT) or _local(case.usual_start(now())),
            to=request.form.get(TO, "") if page.unfit else "",
            dom_id=form_view.dom_id,
        ),
        page.status,
    )


def _with_errors(key: str, findings: tuple[Finding, ...]) -> str:
    """A draft that cannot run: all that is to be mended first."""
    return render_template("designer/trying_not.html", wide=True, key=key, findings=told(findings))


def _drawn(page: _Page, name: str, schema: FormSchema) -> Markup:
    case = page.case
    at = (case.clock or now()).astimezone(case.calendar.zone)
    return form_view.render(
        schema,
        page.typed.get(name, {}),
        page.wrong.get(name, {}),
        case.shown_before(schema),
        now=at,
        prefix=f"{name}.",
    )


def _chip(case: Rehearsed, task: Task) -> due.Chip | None:
    if task.item.due is None or case.clock is None:
        return None
    wall = task.explanation is not None and task.explanation.clock == "wall"
    return due.chip(case.calendar, task.item.due, since=task.item.created, now=case.clock, wall_clock=wall)


def _results(one: Service) -> list[tuple[str, str]]:
    """(result, what is typed) of a service task."""
    return [(result, request.form.get(f"{one.name}.{result}", "")) for result in one.element.results]


def _enter(case: Rehearsed) -> str:
    """What the Enter key does in a field: it sends the only form there is, or shows the page again."""
    waiting = list(_forms(case))
    if waiting == [START]:
        return START
    return f"selesai:{waiting[0]}" if len(waiting) == 1 else ""


def _restricted(case: Rehearsed) -> str:
    told = [event.payload.get("restricted_to") for step in case.steps[-1:] for event in step.events]
    return next((str(group) for group in told if group), "")


def _local(at: datetime) -> str:
    """For a field for day and time, to the minute."""
    return at.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")
