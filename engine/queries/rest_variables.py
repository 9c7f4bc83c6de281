"""A case's variables for a client: every key's latest answer, as far as the policy lets them read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine.definition.model import ProcessDefinition
from engine.errors import NotAllowed, NotFound
from engine.identity.policy import Actor, Subject, allowed, shield_of
from engine.queries.answered import Sealed, merged, open_answers
from engine.runtime.ports import Ports
from engine.runtime.state import loads
from engine.store.tables import case_keys, cases


def answers_of_case(ports: Ports, connection: Connection, actor: Actor, number: str) -> Mapping[str, Any]:
    """What was answered in the case; an identity that is to be kept secret is not among it.

    Empty once the person was erased. Raises `NotFound`, and `NotAllowed` for who may not read complaints.
    """
    row = _row(connection, number)
    if not _reads(ports, connection, actor, row):
        raise NotAllowed(act="case:read")
    return _answers(ports, connection, row)


def variables_for_worker(
    ports: Ports, connection: Connection, actor: Actor, number: str
) -> Mapping[str, Any]:
    """What a worker gets along with a task: the answers if they may read them, else what expressions read."""
    row = _row(connection, number)
    if _reads(ports, connection, actor, row):
        return _answers(ports, connection, row)
    return loads(row.state).variables


def form_file(definition: ProcessDefinition, form_id: str) -> bytes | None:
    """The .form file that was deployed with the process, as it is."""
    for name, data in definition.resources.items():
        if name.endswith(".form") and orjson.loads(data).get("id") == form_id:
            return data
    return None


def _row(connection: Connection, number: str) -> Any:
    query = (
        select(
            cases.c.number, cases.c.definition_id, cases.c.state, case_keys.c.wrapped,
            cases.c.own_of, cases.c.restricted_to, cases.c.referred_by,
        )
        .outerjoin_from(cases, case_keys, case_keys.c.case_number == cases.c.number)
        .where(cases.c.number == number)
    )  # fmt: skip
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"There is no case {number}; check the number.", case=number)
    return row


def _reads(ports: Ports, connection: Connection, actor: Actor, row: Any) -> bool:
    lane_groups = ports.definition(connection, row.definition_id).lane_groups
    subject = Subject(case=row.number, lane_groups=lane_groups, shield=shield_of(row))
    return allowed(actor, "case:read", subject)


def _answers(ports: Ports, connection: Connection, row: Any) -> Mapping[str, Any]:
    definition = ports.definition(connection, row.definition_id)
    return merged(open_answers(ports, connection, Sealed(row.number, definition, row.wrapped)))
