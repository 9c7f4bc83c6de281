"""Proof and keeping: attachments, checks of the whole record, retention and legal holds, accounts that end.

A released revision is never edited: it says what the tables were on its day, whatever tables.py says now.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint, text

from engine.store.types import Instant, Json

revision = "2026_11_24_d"
down_revision = "2026_11_24_c"


def upgrade() -> None:
    op.add_column("users", Column("ends_on", Text))
    ended = text("ended_at IS NOT NULL")
    columns = ["ended_at", "category", "number"]
    op.create_index("ix_cases_ended", "cases", columns, sqlite_where=ended, postgresql_where=ended)
    op.create_table(
        "attachments",
        Column("id", Text, primary_key=True),
        Column("case_number", Text, ForeignKey("cases.number"), nullable=False),
        Column("nth", Integer, nullable=False),
        Column("added_by", Text, nullable=False),
        Column("on_behalf", Text),
        Column("at", Instant, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("size", Integer, nullable=False),
        Column("name", LargeBinary, nullable=False),
        UniqueConstraint("case_number", "nth"),
    )
    op.create_table(
        "verifications",
        Column("at", Instant, primary_key=True),
        Column("took_ms", Integer, nullable=False),
        Column("by", Text, nullable=False),
        Column("cases", Integer, nullable=False),
        Column("events", Integer, nullable=False),
        Column("found", Json, nullable=False),
    )
    op.create_table(
        "retention_rules",
        Column("category", Text, primary_key=True),
        Column("months", Integer, nullable=False),
        Column("ground", Text, nullable=False),
        Column("set_by", Text, nullable=False),
        Column("set_at", Instant, nullable=False),
        CheckConstraint("months > 0", name="months"),
    )
    op.create_table(
        "legal_holds",
        Column("case_number", Text, ForeignKey("cases.number"), primary_key=True),
        Column("ground", Text, nullable=False),
        Column("set_by", Text, nullable=False),
        Column("set_at", Instant, nullable=False),
    )
