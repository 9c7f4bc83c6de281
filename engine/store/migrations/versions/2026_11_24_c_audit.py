"""The audit: what reports count, attachments, legal holds, checks of the whole record, accounts that end.

A released revision is never edited: it says what the tables were on its day, whatever tables.py says now.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Text

from engine.store.types import Instant, Json

revision = "2026_11_24_c"
down_revision = "2026_11_24_b"


def upgrade() -> None:
    op.add_column("cases", Column("category", Text))
    op.add_column("cases", Column("channel", Text))
    op.add_column("cases", Column("rating", Integer))
    op.add_column("users", Column("ends_on", Text))
    op.add_column("access_log", Column("shown", Integer))
    op.create_index("ix_access_log_at_id", "access_log", ["at", "id"])
    op.drop_index("ix_answers_case_number_answered_at", "answers")
    op.create_index("ix_answers_case_number", "answers", ["case_number"])
    op.create_table(
        "attachments",
        Column("id", Text, primary_key=True),
        _case(),
        Column("author", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("size", Integer, nullable=False),
        Column("name", LargeBinary, nullable=False),
        Column("blob", LargeBinary, nullable=False),
    )
    op.create_index("ix_attachments_case_number_at", "attachments", ["case_number", "at"])
    op.create_table(
        "legal_holds",
        _case(primary_key=True),
        Column("since", Instant, nullable=False),
        Column("by", Text, nullable=False),
        Column("why", Text, nullable=False),
    )
    op.create_table(
        "verifications",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("begun_at", Instant, nullable=False),
        Column("ended_at", Instant, nullable=False),
        Column("by", Text, nullable=False),
        Column("cases", Integer, nullable=False),
        Column("events", Integer, nullable=False),
        Column("unsealed", Integer, nullable=False),
        Column("findings", Json, nullable=False),
        Column("found", Integer, nullable=False),
    )


def _case(**kw: Any) -> Column[str]:
    return Column("case_number", Text, ForeignKey("cases.number"), nullable=False, **kw)
