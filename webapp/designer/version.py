"""One version of a process: its diagram, the files that it was deployed with, and what the check says of it."""

from __future__ import annotations

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.definition.findings import cause, place, remedy
from engine.definition.lint import lint
from engine.definition.model import ProcessDefinition
from engine.errors import NotFound
from engine.queries.processes import process
from webapp.context import ports
from webapp.designer.blueprint import blueprint, the_definition
from webapp.diagram import picture
from webapp.languages import language
from webapp.security import needs
from webapp.timeline import person


@blueprint.get("/<key>/<int:version>")
@needs("definition:read")
def version(key: str, version: int) -> ResponseReturnValue:
    """The page of a version."""
    definition = the_definition(key, version)
    with ports().database.read() as connection:
        whole = process(ports(), connection, key)
    spoken = "id" if language() == "id" else "en"
    findings = [
        (finding, place(finding, spoken), cause(finding, spoken), remedy(finding, spoken))
        for finding in lint(definition.source, definition.filename, definition.resources)
    ]
    return render_template(
        "designer/version.html",
        wide=True,
        process=whole,
        version=next(v for v in whole.versions if v.definition.version == version),
        picture=picture(definition, lit=(), done=(), late=()),
        files=sorted(_files(definition)),
        findings=findings,
        person=person,
    )


@blueprint.get("/<key>/<int:version>/berkas/<name>")
@needs("definition:read")
def file(key: str, version: int, name: str) -> ResponseReturnValue:
    """A file of the version as it was deployed, to be saved. Raises `NotFound`."""
    files = _files(the_definition(key, version))
    if name not in files:
        raise NotFound(f"{url_for('designer.version', key=key, version=version)} has no file of this name.")
    kind = "application/json" if name.endswith(".form") else "application/xml"
    answer = Response(files[name], mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _files(definition: ProcessDefinition) -> dict[str, bytes]:
    return {definition.filename: definition.source, **definition.resources}
