"""What can be done with a task: each POST is one command, then a redirect; a refusal shows the page again, filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from engine.commands import Claim, Command, Complete, Delegate, Release, RevealIdentity, SendMessage
from engine.errors import (
    AnswersInvalid,
    CaseHalted,
    Disturbed,
    EngineError,
    NobodyWaits,
    NotAllowed,
    NotFound,
    Refused,
)
from engine.forms.posted import read_post
from engine.numbers import is_trial
from engine.queries.task import form_of
from engine.runtime.drafts import save_draft
from engine.runtime.handle import handle
from webapp.attachments import files_of, take
from webapp.command_id import command_id
from webapp.context import ports
from webapp.form_view import rows_changed
from webapp.given_back import given_back_by
from webapp.security import current_actor, sign_in_required
from webapp.tasks.blueprint import blueprint
from webapp.tasks.page import answers_posted, load, render, show
from webapp.tasks.refusals import refusal
from webapp.uploads import ANCHOR, takes_files


@blueprint.post("/tugas/<work_item>/ambil")
@given_back_by(show)
@sign_in_required
def claim(work_item: str) -> ResponseReturnValue:
    """Take it; on to its page, or with `lalu=daftar` back to the list."""
    then = _list() if request.form.get("lalu") == "daftar" else _task(work_item, "ambil")
    return _carry_out(work_item, Claim(**_asked(), work_item=work_item), then)


@blueprint.post("/tugas/<work_item>/lepas")
@given_back_by(show)
@sign_in_required
def release(work_item: str) -> ResponseReturnValue:
    """Give it back to the group."""
    return _carry_out(work_item, Release(**_asked(), work_item=work_item), _task(work_item, "lepas"))


@blueprint.post("/tugas/<work_item>/alihkan")
@given_back_by(show)
@sign_in_required
def delegate(work_item: str) -> ResponseReturnValue:
    """Hand it to the colleague in `kepada`."""
    command = Delegate(**_asked(), work_item=work_item, to=request.form.get("kepada", ""))
    return _carry_out(work_item, command, _task(work_item, "alihkan"))


@blueprint.post("/tugas/<work_item>/selesaikan")
@given_back_by(show)
@sign_in_required
def complete(work_item: str) -> ResponseReturnValue:
    """Finish it with the form's answers, taking it first if nobody holds it; the list tells what came of it."""
    with ports().database.read() as connection:
        schema = form_of(ports(), connection, work_item)
    posted = request.form.to_dict(flat=False)
    if schema and (changed := rows_changed(schema, posted)) is not None:
        return render(load(work_item), typed=changed)
    answers = read_post(schema, posted)[0] if schema else {}
    command = Complete(**_asked(), work_item=work_item, answers=answers, claim=True)
    return _carry_out(work_item, command, _onward(work_item), typed=answers)


@blueprint.post("/tugas/<work_item>/lampiran")
@given_back_by(show)
@sign_in_required
@takes_files
def attach(work_item: str) -> ResponseReturnValue:
    """Put files to the task's case; what was typed into the task's form stays in it."""
    actor = current_actor()
    page = load(work_item)
    taken = take(files_of(actor, page.case), actor=actor.id)
    typed = answers_posted(work_item)
    if not taken.problems and not any(typed.values()):
        return redirect(url_for("tasks.show", work_item=work_item, sudah="lampiran", _anchor=ANCHOR), 303)
    return render(load(work_item), typed=typed, taken=taken), 422 if taken.problems else 200


@blueprint.post("/tugas/<work_item>/draft")
@given_back_by(show)
@sign_in_required
def draft(work_item: str) -> ResponseReturnValue:
    """Keep what is in the form, as it is, for later."""
    answers = answers_posted(work_item)
    try:
        save_draft(ports(), current_actor(), work_item, answers)
    except Refused as error:
        return _refused(work_item, error, answers)
    return redirect(_task(work_item, "draft"), 303)


@blueprint.get("/tugas/<work_item>/kirim-pesan")
@sign_in_required
def confirm_message(work_item: str) -> ResponseReturnValue:
    """Ask once more before a message event of the diagram is sent (`?pesan=<name>`)."""
    page = load(work_item)
    wanted = request.values.get("pesan", "")
    message = next((m for m in page.messages if m.name == wanted), None)
    if message is None:
        return _refused(work_item, NobodyWaits(message=wanted), None)
    return render_template("tasks/message.html", page=page, message=message, command_id=command_id())


@blueprint.post("/tugas/<work_item>/kirim-pesan")
@given_back_by(confirm_message)
@sign_in_required
def send_message(work_item: str) -> ResponseReturnValue:
    """Send the message event named in `pesan` to the case of this task."""
    case = work_item.partition(":")[0]
    command = SendMessage(**_asked(), case=case, message=request.form.get("pesan", ""))
    return _carry_out(work_item, command, _task(work_item, "kirim-pesan"))


@blueprint.post("/tugas/<work_item>/buka-identitas")
@given_back_by(show)
@sign_in_required
def reveal_identity(work_item: str) -> ResponseReturnValue:
    """Name and contact of a complainant who asked for secrecy, on this one page; that it was read is on record."""
    try:
        handle(ports(), RevealIdentity(**_asked(), case=work_item.partition(":")[0]))
    except NotFound:
        raise
    except Refused as error:
        return _refused(work_item, error, None)
    return render(load(work_item, identity=True), revealed=True)


@blueprint.errorhandler(NotAllowed)
def another_groups(error: NotAllowed) -> ResponseReturnValue:
    """A task that is not the person's: whose it is, by group, and nothing else about it."""
    return render_template(
        "tasks/foreign.html", lane=error.detail.get("lane"), group=error.detail.get("group")
    ), 403


def _carry_out(
    work_item: str, command: Command, then: str, typed: Mapping[str, Any] | None = None
) -> ResponseReturnValue:
    try:
        handle(ports(), command)
    except NotFound:
        raise
    except Refused as error:
        return _refused(work_item, error, typed)
    return redirect(then, 303)


def _refused(work_item: str, error: Refused, typed: Mapping[str, Any] | None) -> ResponseReturnValue:
    """The task's page as it stands now, with the reason and what was typed."""
    if isinstance(error, AnswersInvalid):
        return render(load(work_item), typed=typed, errors=error.detail["errors"]), 422  # type: ignore[arg-type]
    kept = typed is not None and isinstance(error, CaseHalted | Disturbed) and _kept(work_item, typed)
    page = load(work_item)
    why = refusal(error, page, kept=kept)
    return render(page, typed=typed, refused=why, resent=error.code == "command_reused"), why.status


def _kept(work_item: str, typed: Mapping[str, Any]) -> bool:
    """Whether what was typed could be kept as a draft; whatever stops it must not hide the first failure."""
    try:
        save_draft(ports(), current_actor(), work_item, typed)
    except (EngineError, SQLAlchemyError):
        return False
    return True


def _asked() -> dict[str, Any]:
    return {"actor": current_actor().id, "source": "web", "command_id": command_id()}


def _task(work_item: str, done: str) -> str:
    return url_for("tasks.show", work_item=work_item, sudah=done)


def _onward(work_item: str) -> str:
    """To the list, which tells what came of it; a trial is in no list, and its file shows the next task."""
    case = work_item.partition(":")[0]
    if is_trial(case):
        return url_for("cases.show", number=case)
    return url_for("tasks.listing", selesai=work_item)


def _list() -> str:
    return url_for("tasks.listing", tampil=request.form.get("tampil") or None)
