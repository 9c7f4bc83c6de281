"""Deploying, as Camunda Modeler's Deploy button asks it.

An upload may be the diagram alone: the forms and decisions it lacks are those in force. The same files are never a
version twice, whether `enable-duplicate-filtering` is set or not.
"""

from __future__ import annotations

from typing import Any, Final

from flask import request

from engine.definition.bundle import MOST_FILES
from engine.definition.deploy import Deployed, deploy
from engine.definition.given import gathered
from engine.definition.xml import LARGEST_FILE
from engine.errors import DefinitionInvalid
from engine.queries.completed import Completed, completed, note_of
from engine.queries.rest_definitions import deployment, versions
from webapp.context import now, ports
from webapp.engine_rest.auth import current_actor, need
from webapp.engine_rest.definitions import DefinitionDto
from webapp.engine_rest.definitions import dto as definition_dto
from webapp.engine_rest.deployments import TAG, DeploymentDto, dto
from webapp.engine_rest.errors import invalid
from webapp.engine_rest.parse_error import parse_error
from webapp.engine_rest.served import form_body, served

#: Of one upload, in bytes: a diagram, its forms and decisions.
LARGEST_UPLOAD: Final = 4 * LARGEST_FILE
#: What Camunda's clients say beside the files.
_OURS: Final = frozenset(
    {"deployment-name", "deployment-source", "enable-duplicate-filtering", "deploy-changed-only", "tenant-id"}
)
_TEXT: Final = {"type": "string"}
_FORM: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "description": "Every .bpmn, .form and .dmn file is a part of its own, named after the file.",
                "properties": {
                    "deployment-name": _TEXT,
                    "deployment-source": _TEXT,
                    "enable-duplicate-filtering": {"type": "string", "enum": ["true", "false"]},
                    "deploy-changed-only": {"type": "string", "enum": ["true", "false"]},
                    "tenant-id": {"type": "string", "maxLength": 0},
                    "data": {"type": "string", "format": "binary"},
                },
                "required": ["data"],
                "additionalProperties": False,
            }
        }
    },
}


class DeployedDto(DeploymentDto):
    """A deployment that was just made; null instead of definitions where nothing was new."""

    deployed_process_definitions: dict[str, DefinitionDto] | None
    deployed_case_definitions: None
    deployed_decision_definitions: None
    deployed_decision_requirements_definitions: None


@served(
    "POST", "/deployment/create", tag=TAG,
    summary="Deploy files and put their processes in force. A finding refuses all of them: 400, type ParseException.",
    form=_FORM, gives=DeployedDto,
)  # fmt: skip
def create() -> DeployedDto:
    need("definition:deploy")
    request.max_content_length = request.max_form_memory_size = LARGEST_UPLOAD
    form_body()
    _check_words()
    try:
        files = _files()
        with ports().database.read() as connection:
            whole = completed(ports(), connection, files)
        done = _deploy(whole)
    except DefinitionInvalid as refused:
        raise parse_error(refused) from None
    return _deployed(done)


def _check_words() -> None:
    unknown = sorted(request.form.keys() - _OURS)
    if unknown:
        listed = ", ".join(unknown)[:200]
        raise invalid(
            f"No file name found in the deployment resource described by form parameter '{listed}'."
        )
    if request.form.get("tenant-id"):
        raise invalid("tenant-id: there are no tenants here; leave it empty.")


def _files() -> dict[str, bytes]:
    """File name -> contents. Raises `DefinitionInvalid` for what no analyst's tool writes."""
    parts = list(request.files.items(multi=True))[: MOST_FILES + 1]
    return gathered((file.filename or part, file.read()) for part, file in parts)


def _deploy(whole: Completed) -> Deployed:
    return deploy(
        ports().database,
        whole.bundle,
        by=current_actor().id,
        at=now(),
        note=note_of(_word("deployment-source"), whole.taken),
        source="rest",
        name=_word("deployment-name"),
    )


def _word(name: str) -> str | None:
    return request.form.get(name, "").strip()[:200] or None


def _deployed(done: Deployed) -> DeployedDto:
    with ports().database.read() as connection:
        listed = versions(ports(), connection, current_actor())
        ids = {d.id for d in (*done.definitions, *done.unchanged)}
        of_ids = [one for one in listed if one.definition.id in ids]
        made = deployment(connection, done.deployment_id or of_ids[0].deployment)
    new = {d.id for d in done.definitions}
    return DeployedDto(
        **dict(dto(made)),
        deployed_process_definitions={
            one.definition.id: definition_dto(one) for one in of_ids if one.definition.id in new
        }
        or None,
        deployed_case_definitions=None,
        deployed_decision_definitions=None,
        deployed_decision_requirements_definitions=None,
    )
