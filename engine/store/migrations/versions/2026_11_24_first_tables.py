"""The first tables: deployments, cases, work, timers, history, outbox, drafts, incidents, people.

A released revision is never edited: it says what the tables were on its day, whatever tables.py says now.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.types import DueOrNever, Instant, Json

revision = "2026_11_24"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "deployments",
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("note", Text),
        Column("deployed_by", Text, nullable=False),
        Column("deployed_at", Instant, nullable=False),
    )
    op.create_table(
        "process_definitions",
        Column("id", Text, primary_key=True),
        Column("key", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("deployment_id", Text, ForeignKey("deployments.id"), nullable=False),
        Column("name", Text, nullable=False),
        Column("bpmn", LargeBinary, nullable=False),
        Column("resources", Json, nullable=False),
        Column("content_hash", Text, nullable=False),
        UniqueConstraint("key", "version"),
    )
    op.create_table(
        "calendars",
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("content_hash", Text, nullable=False, unique=True),
        Column("source", Text, nullable=False),
        Column("resolved", Json, nullable=False),
        Column("note", Text),
        Column("deployed_by", Text, nullable=False),
        Column("deployed_at", Instant, nullable=False),
    )
    op.create_table(
        "active_versions",
        Column("kind", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("activated_by", Text, nullable=False),
        Column("activated_at", Instant, nullable=False),
        CheckConstraint("kind IN ('process', 'calendar')", name="kind"),
    )
    op.create_table(
        "case_numbers",
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("last", Integer, nullable=False),
    )
    op.create_table(
        "cases",
        Column("number", Text, primary_key=True),
        Column("definition_id", Text, ForeignKey("process_definitions.id"), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("status", Text, nullable=False),
        Column("ending", Text),
        Column("outcome", Text),
        Column("submitted_at", Instant, nullable=False),
        Column("ended_at", Instant),
        Column("last_at", Instant, nullable=False),
        Column("last_seq", Integer, nullable=False),
        Column("last_hash", Text, nullable=False),
        Column("open_steps", Json, nullable=False),
        Column("entered_by", Text),
        Column("state", LargeBinary, nullable=False),
        CheckConstraint("status IN ('open', 'halted', 'ended')", name="status"),
        Index(None, "status", "submitted_at", "number"),
    )
    op.create_table(
        "case_keys",
        Column("case_number", Text, ForeignKey("cases.number"), primary_key=True),
        Column("wrapped", LargeBinary, nullable=False),
    )
    op.create_table(
        "answers",
        Column("work_item_id", Text, primary_key=True),
        Column("case_number", Text, ForeignKey("cases.number"), nullable=False),
        Column("element", Text, nullable=False),
        Column("nth", Integer, nullable=False),
        Column("form_id", Text, nullable=False),
        Column("blob", LargeBinary, nullable=False),
        Column("answered_at", Instant, nullable=False),
        Column("answered_by", Text, nullable=False),
        Index(None, "case_number", "answered_at"),
    )
    op.create_table(
        "work_items",
        Column("id", Text, primary_key=True),
        Column("case_number", Text, ForeignKey("cases.number"), nullable=False),
        Column("element", Text, nullable=False),
        Column("nth", Integer, nullable=False),
        Column("form_id", Text),
        Column("candidate_group", Text, nullable=False),
        Column("public", Boolean, nullable=False),
        Column("assignee", Text),
        Column("created_at", Instant, nullable=False),
        Column("due_at", Instant),
        Column("due_order", Instant, Computed(DueOrNever(), persisted=True)),
        Column("overdue", Boolean, nullable=False),
        Column("escalated_to", Text),
        Column("ended_at", Instant),
        Column("ended_how", Text),
        Column("ended_by", Text),
        Column("cause", Text),
        CheckConstraint("ended_how IN ('completed', 'cancelled')", name="ended_how"),
        CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended_whole"),
        Index(None, "case_number"),
        Index("ix_work_items_open_group", "candidate_group", "due_order", "id", **_where("ended_at IS NULL")),
        Index("ix_work_items_open_assignee", "assignee", "due_order", "id", **_where("ended_at IS NULL")),
        Index("ix_work_items_open_overdue", "due_order", "id", **_where("ended_at IS NULL AND overdue")),
    )
    op.create_table(
        "timers",
        Column("id", Text, primary_key=True),
        Column("case_number", Text, ForeignKey("cases.number"), nullable=False),
        Column("work_item_id", Text),
        Column("started_at", Instant, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("duration", Text, nullable=False),
        Column("calendar_version", Integer),
        Column("explanation", Json, nullable=False),
        Column("status", Text, nullable=False),
        Column("ended_at", Instant),
        Column("tries", Integer, nullable=False, server_default=text("0")),
        Column("next_try", Instant),
        CheckConstraint("status IN ('pending', 'fired', 'cancelled')", name="status"),
        Index(None, "case_number"),
        Index("ix_timers_pending", "next_try", **_where("status = 'pending'")),
    )
    op.create_table(
        "events",
        Column("case_number", Text, primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("type", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("received_at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column("on_behalf", Text),
        Column("source", Text, nullable=False),
        Column("definition_id", Text),
        Column("payload", Json, nullable=False),
        Column("previous", Text, nullable=False),
        Column("hash", Text, nullable=False),
        Column("command_id", Text),
        Column("request_digest", Text),
        Column("behaviour", Integer),
        Column("spiff", Text),
        Column("state_digest", Text),
        Column("cause", Text),
        Index("uq_events_command", "actor", "command_id", unique=True, **_where("command_id IS NOT NULL")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        Column("id", Text, primary_key=True),
        Column("case_number", Text),
        Column("kind", Text, nullable=False),
        Column("recipient", Text, nullable=False),
        Column("payload", Json, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("next_try", Instant),
        Column("tries", Integer, nullable=False, server_default=text("0")),
        Column("sent_at", Instant),
        Column("failed_at", Instant),
        Column("error", Text),
        Index("ix_outbox_due", "next_try", "id", **_where("next_try IS NOT NULL")),
    )
    op.create_table(
        "drafts",
        Column("work_item_id", Text, primary_key=True),
        Column("user_id", Text, primary_key=True),
        Column("case_number", Text, nullable=False),
        Column("blob", LargeBinary, nullable=False),
        Column("saved_at", Instant, nullable=False),
        Index(None, "case_number"),
    )
    op.create_table(
        "incidents",
        Column("id", Text, primary_key=True),
        Column("case_number", Text, nullable=False),
        Column("opened_at", Instant, nullable=False),
        Column("what", Text, nullable=False),
        Column("work_item_id", Text),
        Column("timer_due", Instant),
        Column("error_code", Text, nullable=False),
        Column("message", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("tries", Integer, nullable=False, server_default=text("0")),
        Column("next_try", Instant),
        Column("resolved_at", Instant),
        Column("resolved_by", Text),
        Index("ix_incidents_open", "case_number", **_where("resolved_at IS NULL")),
    )
    op.create_table(
        "users",
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("email", Text),
        Column("password_hash", Text),
        Column("fs_uniquifier", Text, nullable=False, unique=True),
        Column("active", Boolean, nullable=False),
        Column("created_at", Instant, nullable=False),
    )
    op.create_table(
        "memberships",
        Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
        Column("group_id", Text, primary_key=True),
        Index(None, "group_id"),
    )


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
