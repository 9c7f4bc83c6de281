"""`/formulir/<id>`: one form with its preview, its findings and its file; the editor where JavaScript runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from engine.definition.findings import Finding
from engine.forms.fields import REPORTED
from engine.forms.reader import INPUTS
from engine.identity.policy import allowed
from engine.store import users
from webapp.context import ports
from webapp.designer.findings import checked, told
from webapp.forms import preview
from webapp.forms.blueprint import PROCESS, Chosen, address, blueprint, the_form
from webapp.forms.preview import Preview
from webapp.forms.refusals import Unfit, differences
from webapp.headers import CONTENT_SECURITY_POLICY
from webapp.languages import language
from webapp.security import current_actor, needs
from webapp.timeline import person

#: form-js's editor writes style elements and draws its icons from data; no other page may.
POLICY: Final = CONTENT_SECURITY_POLICY.replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
).replace("img-src 'self'", "img-src 'self' data:")
#: What the editor offers: all that the server draws. What it takes and draws nothing for is not among it.
OFFERED: Final = (*sorted(INPUTS), "text", "separator", "group", "dynamiclist")


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in the words of the page."""

    severity: str
    where: str
    why: str
    what: str


@blueprint.get("/<id>")
@needs("definition:read")
def show(id: str) -> ResponseReturnValue:
    """The page; with what was typed, when a POST of it came too late (`webapp.given_back`)."""
    chosen = the_form(id)
    if request.method != "POST":
        return shown(chosen)
    return shown(chosen, typed=request.form.get("isi"), tried=preview.given_back(chosen))


def shown(
    chosen: Chosen,
    *,
    typed: str | None = None,
    unfit: Unfit | None = None,
    is_stale: bool = False,
    changes: tuple[str, ...] = (),
    tried: Preview | None = None,
    status: int = 200,
) -> Response:
    """The page. `typed` is the text in the file's field; `unfit` says why it was not kept; `is_stale` that somebody
    saved meanwhile and `changes` how the text differs from that; `tried` is the preview with what was filled in.
    """
    form = chosen.form
    seen = tried or preview.empty(chosen)
    own, other = findings(chosen)
    errors = list(seen.errors)
    if unfit:
        errors = [{"text": unfit.what, "href": "#isi"}]
    with ports().database.read() as connection:
        names = {user.id: user.name for user in users.everyone(connection)}
    before = chosen.in_force
    may_edit = allowed(current_actor(), "definition:edit")
    editor = _editor(chosen) if may_edit and form.schema is not None and not form.gone else None
    page = render_template(
        "designer/form.html",
        wide=True,
        chosen=chosen,
        form=form,
        preview=seen,
        own=own,
        other=other,
        errors=errors,
        unfit=unfit,
        is_stale=is_stale,
        changes=changes,
        text=form.content.decode("utf-8-sig", "replace") if typed is None else typed,
        revision=form.revision,
        opened=typed is not None,
        in_force=before is not None,
        since=differences(before, form.content) if form.draft and before is not None else (),
        names=names,
        person=person,
        others=[(one, address(one, named=True)) for one in chosen.same if one.process != form.process],
        may_edit=may_edit,
        editor=editor,
        may_try=allowed(current_actor(), "definition:try"),
        done=request.args.get("sudah", ""),
        before_id=request.args.get("dari", ""),
    )
    return Response(page, status, {"Content-Security-Policy": POLICY} if editor else {})


@blueprint.get("/<id>/berkas")
@needs("definition:read")
def file(id: str) -> ResponseReturnValue:
    """The form's file with its draft, to be saved."""
    form = the_form(id).form
    answer = Response(form.content, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=form.name)
    return answer


def _editor(chosen: Chosen) -> dict[str, str]:
    """Where the editor's script finds what (`webapp.forms.editing`), and what it offers."""
    form = chosen.form

    def at(endpoint: str) -> str:
        return url_for(endpoint, id=form.name, **{PROCESS: form.process})

    return {
        "source": at("forms.file"),
        "save": at("forms.autosave"),
        "seen": at("forms.present"),
        "choices": at("forms.token"),
        "again": at("forms.try_out"),
        "revision": str(form.revision),
        "csrf": generate_csrf(),
        "language": language(),
        "kinds": " ".join(OFFERED),
        "reports": " ".join(REPORTED),
    }


def findings(chosen: Chosen) -> tuple[list[Said], list[Said]]:
    """What the check of the drafted process says of this form's file, and of all others."""
    own: list[Said] = []
    other: list[Said] = []
    for finding in checked(chosen.whole.bundle).findings:
        (own if finding.filename == chosen.form.name else other).append(said(finding))
    return own, other


def said(finding: Finding) -> Said:
    """The finding in the language of the page."""
    [(_finding, where, why, what)] = told([finding])
    return Said(finding.severity, where, why, what)
