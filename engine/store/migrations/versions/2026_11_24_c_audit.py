"""The audit: what reports count, and how many cases a list or a search showed.

A released revision is never edited: it says what the tables were on its day, whatever tables.py says now.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text

revision = "2026_11_24_c"
down_revision = "2026_11_24_b"


def upgrade() -> None:
    op.add_column("cases", Column("category", Text))
    op.add_column("cases", Column("channel", Text))
    op.add_column("cases", Column("rating", Integer))
    op.add_column("access_log", Column("shown", Integer))
    op.create_index("ix_access_log_at_id", "access_log", ["at", "id"])
    op.drop_index("ix_answers_case_number_answered_at", "answers")
    op.create_index("ix_answers_case_number", "answers", ["case_number"])
