"""One version of a process: its diagram, the files that it was deployed with, and what the check says of it."""

from __future__ import annotations

import io
import zipfile

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definition.deploy import put_in_force
from engine.definition.lint import lint
from engine.errors import NotFound
from engine.identity.policy import allowed
from engine.queries.drafted import files_of
from engine.queries.processes import process
from engine.runtime.ground import LONGEST, SHORTEST
from engine.store import design_drafts
from webapp.context import ports
from webapp.designer.blueprint import blueprint, the_definition
from webapp.designer.findings import told
from webapp.diagram import picture
from webapp.given_back import given_back_by
from webapp.security import current_actor, needs
from webapp.timeline import person


@blueprint.get("/<key>/<int:version>")
@needs("definition:read")
def version(key: str, version: int) -> ResponseReturnValue:
    """The page of a version."""
    return shown(key, version)


def shown(key: str, version: int, wrong: str = "") -> str:
    """The page; `wrong` says what is the matter with the reason that was typed."""
    definition = the_definition(key, version)
    with ports().database.read() as connection:
        whole = process(ports(), connection, key)
        drafted = bool(design_drafts.of_process(connection, key))
    findings = told(lint(definition.source, definition.filename, definition.resources))
    return render_template(
        "designer/version.html",
        wide=True,
        process=whole,
        version=next(v for v in whole.versions if v.definition.version == version),
        picture=picture(definition, lit=(), done=(), late=()),
        files=sorted(files_of(definition)),
        findings=findings,
        person=person,
        may_try=allowed(current_actor(), "definition:try"),
        drafted=drafted,
        may_edit=allowed(current_actor(), "definition:edit"),
        may_activate=allowed(current_actor(), "definition:activate"),
        typed=request.form.get("alasan", ""),
        wrong=wrong,
        activated=request.args.get("berlaku") == "1",
        deployed=request.args.get("diterapkan") == "1",
        before=next((v for v in whole.versions if v.definition.version < version), None),
    )


@blueprint.post("/<key>/<int:version>/berlakukan")
@given_back_by(version)
@needs("definition:activate")
def activate_version(key: str, version: int) -> ResponseReturnValue:
    """Make the version the one that new cases take, an earlier one too; running cases keep theirs."""
    the_definition(key, version)
    why = " ".join(request.form.get("alasan", "").split())
    if not SHORTEST <= len(why) <= LONGEST:
        return shown(key, version, wrong=_("Tulis alasannya, 5 sampai 400 karakter.")), 422
    put_in_force(
        ports().database,
        key,
        version,
        clock=ports().clock,
        by=current_actor().id,
        source="web",
        note=why,
    )
    return redirect(url_for("designer.version", key=key, version=version, berlaku=1), 303)


@blueprint.get("/<key>/<int:version>/berkas.zip")
@needs("definition:read")
def bundle(key: str, version: int) -> ResponseReturnValue:
    """All files of the version as they were deployed, in one; the same bytes every time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files_of(the_definition(key, version)).items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    answer = Response(packed.getvalue(), mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{key}-{version}.zip")
    return answer


@blueprint.get("/<key>/<int:version>/berkas/<name>")
@needs("definition:read")
def file(key: str, version: int, name: str) -> ResponseReturnValue:
    """A file of the version as it was deployed, to be saved. Raises `NotFound`."""
    files = files_of(the_definition(key, version))
    if name not in files:
        raise NotFound(f"{url_for('designer.version', key=key, version=version)} has no file of this name.")
    kind = "application/json" if name.endswith(".form") else "application/xml"
    answer = Response(files[name], mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
