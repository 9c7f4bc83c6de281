"""Designing: analysts' drafts and who has them open; a number series for trials.

A released revision is never edited: it says what the tables were on its day, whatever tables.py says now.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Text, text

from engine.store.types import Instant

revision = "2026_11_24_e"
down_revision = "2026_11_24_d"


def upgrade() -> None:
    op.create_table(
        "design_drafts",
        Column("process", Text, primary_key=True),
        Column("name", Text, primary_key=True),
        Column("kept_for", Text, primary_key=True),
        Column("content", LargeBinary),
        Column("revision", Integer, nullable=False),
        Column("base", Text),
        Column("saved_by", Text, nullable=False),
        Column("saved_at", Instant, nullable=False),
        Column("standing", Boolean, nullable=False),
    )
    op.create_table(
        "design_editors",
        Column("process", Text, primary_key=True),
        Column("name", Text, primary_key=True),
        Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
        Column("opened_at", Instant, nullable=False),
        Column("seen_at", Instant, nullable=False),
    )
    # the key of the numbers grows by the series; no database changes a primary key in place
    op.execute("CREATE TABLE numbers_taken AS SELECT year, last FROM case_numbers")
    op.drop_table("case_numbers")
    op.create_table(
        "case_numbers",
        Column("series", Text, primary_key=True),
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("last", Integer, nullable=False),
    )
    op.execute("INSERT INTO case_numbers (series, year, last) SELECT 'PGD', year, last FROM numbers_taken")
    op.drop_table("numbers_taken")
    trials = text("number LIKE 'UJI-%'")
    op.create_index(
        "ix_cases_trials", "cases", ["submitted_at", "number"], sqlite_where=trials, postgresql_where=trials
    )
