"""Rows of `retention_rules`."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from engine.retention import Rule
from engine.store.session import upsert
from engine.store.tables import retention_rules

_COLUMNS = (
    retention_rules.c.category,
    retention_rules.c.months,
    retention_rules.c.ground,
    retention_rules.c.set_by,
    retention_rules.c.set_at,
)


def rules(connection: Connection) -> dict[str, Rule]:
    """Category -> its rule, by category."""
    rows = connection.execute(select(*_COLUMNS).order_by(retention_rules.c.category))
    return {row.category: Rule(*row) for row in rows}


def put(connection: Connection, rule: Rule) -> None:
    """A category's rule from now on."""
    said = {"months": rule.months, "ground": rule.ground, "set_by": rule.set_by, "set_at": rule.set_at}
    statement = upsert(connection, retention_rules).values(category=rule.category, **said)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[retention_rules.c.category], set_=said)
    )


def remove(connection: Connection, category: str) -> None:
    """The category has no rule of its own any more."""
    connection.execute(delete(retention_rules).where(retention_rules.c.category == category))
