"""Rows that the tests of the store stand on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from engine.history.chain import GENESIS, EventDraft
from engine.store import definitions
from engine.store.tables import cases, work_items

AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def a_definition(connection: Connection, key: str = "uji") -> definitions.ProcessDefinition:
    deployment = definitions.insert_deployment(
        connection, name="uji", source="cli", note=None, deployed_by="analis", deployed_at=AT
    )
    return definitions.insert_definition(
        connection,
        deployment,
        key=key,
        name="Uji",
        bpmn=b"<definitions/>",
        resources={"satu.form": '{"id": "satu"}'},
        content_hash="a" * 64,
    )


def a_case(connection: Connection, number: str = "PGD-2026-000001", at: datetime = AT) -> str:
    connection.execute(
        insert(cases).values(
            number=number,
            definition_id=a_definition(connection).id,
            revision=1,
            status="open",
            submitted_at=at,
            last_at=at,
            last_seq=0,
            last_hash=GENESIS,
            open_steps=[],
            state=b"",
        )
    )
    return number


def a_work_item(connection: Connection, case: str, nth: int, **columns: Any) -> str:
    values = {
        "id": f"{case}:periksa:{nth}",
        "case_number": case,
        "element": "periksa",
        "nth": nth,
        "candidate_group": "petugas",
        "public": False,
        "created_at": AT,
        "overdue": False,
    }
    connection.execute(insert(work_items).values(values | columns))
    return str(values["id"])


def a_draft(type: str = "work_item:claimed", **fields: Any) -> EventDraft:
    values: dict[str, Any] = {"at": AT, "received_at": AT, "actor": "budi", "source": "web", "payload": {}}
    return EventDraft(type=type, **(values | fields))
