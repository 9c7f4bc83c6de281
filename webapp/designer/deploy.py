"""*Terapkan*: all that is drafted of a process becomes its next version, as it was shown and with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.definition.deploy import deploy
from engine.definition.diff import compare
from engine.definition.findings import errors
from engine.definition.model import ProcessDefinition
from engine.errors import DefinitionInvalid, DraftStale
from engine.queries.drafted import Drafted, drafted, files_of
from engine.queries.processes import processes
from engine.runtime.ground import LONGEST, SHORTEST
from engine.store import design_drafts, users
from engine.store.design_drafts import DesignDraft
from webapp.context import now, ports
from webapp.designer.blueprint import blueprint
from webapp.designer.changes import Group, groups
from webapp.designer.findings import checked, told
from webapp.given_back import given_back_by
from webapp.security import current_actor, needs
from webapp.timeline import person


@dataclass(frozen=True, slots=True)
class File:
    """A file that the next version has new, has otherwise, or has no more."""

    name: str
    kind: str  # "added" | "changed" | "removed"
    #: Who drafted it; none for a file that a deployment brings itself.
    draft: DesignDraft | None = None


@blueprint.get("/<key>/terapkan")
@needs("definition:deploy")
def deploying(key: str) -> ResponseReturnValue:
    """What would change, what the check says, and why: nothing is deployed unseen."""
    return shown(key)


def shown(key: str, *, wrong: str = "", again: bool = False) -> str:
    """The page; `wrong` is about the note, `again` says that something changed since the page was opened."""
    with ports().database.read() as connection:
        whole = drafted(ports(), connection, key)
        known = processes(ports(), connection, key)
        names = {user.id: user.name for user in users.everyone(connection)}
    found = checked(whole.bundle)
    new = found.of(key)
    return render_template(
        "designer/deploy.html",
        wide=True,
        key=key,
        whole=whole,
        active=known[0].active if known else None,
        files=_files(whole),
        findings=told(found.findings),
        refused=bool(errors(found.findings)),
        other=None if new or errors(found.findings) else [d.key for d in found.definitions],
        steps=changes(whole.active, new),
        names=names,
        person=person,
        typed=request.form.get("alasan", ""),
        wrong=wrong,
        errors=[{"text": wrong, "href": "#alasan"}] if wrong else [],
        again=again,
        same=request.args.get("sama", type=int),
    )


@blueprint.post("/<key>/terapkan")
@given_back_by(deploying)
@needs("definition:deploy")
def deploy_drafts(key: str) -> ResponseReturnValue:
    """Deploy all that is drafted, if it still is what was shown (`dilihat`)."""
    with ports().database.read() as connection:
        whole = drafted(ports(), connection, key)
    if request.form.get("dilihat") != whole.state:
        return shown(key, again=True), 409
    note = reason()
    if not note:
        return shown(key, wrong=reason_wanted()), 422
    found = checked(whole.bundle)
    if not whole.drafts or errors(found.findings) or found.of(key) is None:
        return shown(key), 422

    def unless_changed(connection: Connection, new: bool) -> None:
        if drafted(ports(), connection, key).state != whole.state:
            raise DraftStale(f"{key}: somebody saved or deployed since the page was shown.")
        if new:
            design_drafts.discard(connection, key, {draft.name for draft in whole.drafts})

    try:
        done = deploy(
            ports().database,
            whole.bundle,
            by=current_actor().id,
            at=now(),
            note=note,
            source="web",
            within=unless_changed,
        )
    except (DraftStale, DefinitionInvalid):
        return shown(key, again=True), 409
    if not done.definitions:
        same = next(definition.version for definition in done.unchanged if definition.key == key)
        return redirect(url_for("designer.deploying", key=key, sama=same), 303)
    version = next(definition.version for definition in done.definitions if definition.key == key)
    return redirect(url_for("designer.version", key=key, version=version, diterapkan=1), 303)


@blueprint.post("/<key>/terapkan/buang")
@given_back_by(deploying)
@needs("definition:edit")
def discard_drafts(key: str) -> ResponseReturnValue:
    """No draft of the process any more, if they still are those that were shown."""
    with ports().database.write() as connection:
        whole = drafted(ports(), connection, key)
        if request.form.get("dilihat") == whole.state and whole.active is not None:
            design_drafts.discard(connection, key)
            return redirect(url_for("designer.home"), 303)
    return shown(key, again=True), 409


def reason() -> str:
    """The note as typed, in one line; "" for one that is too short or too long."""
    said = " ".join(request.form.get("alasan", "").split())
    return said if SHORTEST <= len(said) <= LONGEST else ""


def reason_wanted() -> str:
    """What is said where there is none."""
    return _("Tulis alasannya, 5 sampai 400 karakter.")


def changes(old: ProcessDefinition | None, new: ProcessDefinition | None) -> list[Group]:
    """What a version changes in terms of the SOP; nothing to say of the first."""
    return groups(compare(old, new)) if old is not None and new is not None else []


def _files(whole: Drafted) -> list[File]:
    before = {} if whole.active is None else files_of(whole.active)
    by_name = {draft.name: draft for draft in whole.drafts}
    return [
        File(name, kind, by_name.get(name))
        for name in sorted({*before, *whole.bundle.files})
        if (kind := difference(before.get(name), whole.bundle.files.get(name)))
    ]


def difference(before: bytes | None, after: bytes | None) -> str:
    """What becomes of a file; "" if nothing does."""
    if before == after:
        return ""
    return "added" if before is None else "removed" if after is None else "changed"
