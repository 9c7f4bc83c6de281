"""The desk and the counter: external tasks, comments, search, seals, the access log, tokens; whose complaint it is.

A released revision is never edited: it says what the tables were on its day, whatever tables.py says now.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Text, text

from engine.store.types import Instant, Json

revision = "2026_11_24_b"
down_revision = "2026_11_24"


def upgrade() -> None:
    for column in ("own_of", "restricted_to", "referred_by"):
        op.add_column("cases", Column(column, Text))
    op.create_index("ix_cases_submitted_at_number", "cases", ["submitted_at", "number"])
    op.add_column("work_items", Column("own_of", Text))
    op.create_index("ix_incidents_case_number_opened_at", "incidents", ["case_number", "opened_at"])
    op.create_table(
        "external_tasks",
        Column("id", Text, primary_key=True),
        _case(),
        Column("element", Text, nullable=False),
        Column("nth", Integer, nullable=False),
        Column("topic", Text, nullable=False),
        Column("candidate_group", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("worker_id", Text),
        Column("locked_until", Instant),
        Column("retries", Integer),
        Column("error", LargeBinary),
        Column("ended_at", Instant),
        Column("ended_how", Text),
        CheckConstraint("ended_how IN ('completed', 'error', 'cancelled')", name="ended_how"),
        CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended_whole"),
    )
    op.create_index("ix_external_tasks_case_number", "external_tasks", ["case_number"])
    op.create_index(
        "ix_external_tasks_open",
        "external_tasks",
        ["topic", "created_at", "id"],
        **_where("ended_at IS NULL"),
    )
    op.create_table(
        "comments",
        Column("id", Text, primary_key=True),
        _case(),
        Column("author", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("blob", LargeBinary, nullable=False),
    )
    op.create_index("ix_comments_case_number_at", "comments", ["case_number", "at"])
    op.create_table(
        "search_tokens",
        Column("token", Text, primary_key=True),
        _case(primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_tokens_case_number", "search_tokens", ["case_number"])
    op.create_table(
        "seals",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", Instant, nullable=False),
        Column("kind", Text, nullable=False),
        Column("heads", Json, nullable=False),
        Column("previous", Text, nullable=False),
        Column("hash", Text, nullable=False),
        CheckConstraint("kind IN ('periodic', 'bridging')", name="kind"),
    )
    op.create_table(
        "access_log",
        Column("id", Text, primary_key=True),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column("act", Text, nullable=False),
        Column("case_number", Text),
        Column("source", Text, nullable=False),
        Column("why", Text),
    )
    op.create_index("ix_access_log_case_number_at", "access_log", ["case_number", "at"])
    op.create_table(
        "api_tokens",
        Column("id", Text, primary_key=True),
        Column("user_id", Text, ForeignKey("users.id"), nullable=False),
        Column("name", Text, nullable=False),
        Column("digest", Text, nullable=False, unique=True),
        Column("created_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
        Column("revoked_at", Instant),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"])


def _case(**kw: Any) -> Column[str]:
    return Column("case_number", Text, ForeignKey("cases.number"), nullable=False, **kw)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
