"""Column types, and one expression, that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CHAR, DateTime, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.canonical_json import canonical, from_canonical, instant_text, parse_instant


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC, to the microsecond; a naive one raises ValueError.

    `timestamptz` on PostgreSQL; on SQLite fixed-width ISO text, which sorts as time does.
    """

    impl = CHAR(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(CHAR(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = instant_text(value)
        return value if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else parse_instant(value)


class Json(TypeDecorator[dict[str, Any]]):
    """A dict (or list) kept as TEXT holding its canonical JSON, byte for byte: digests are taken over it.

    `jsonb` would reorder keys and rewrite numbers, so PostgreSQL gets text as well.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else from_canonical(value)


class DueOrNever(ColumnElement[Any]):
    """`due_at`, or the last day of the year 9999: "no limit" sorts last by a plain index on both databases."""

    inherit_cache = True
    type = DateTime(timezone=True)


@compiles(DueOrNever, "sqlite")
def _due_or_never_sqlite(element: DueOrNever, compiler: SQLCompiler, **kw: Any) -> str:
    return "coalesce(due_at, '9999-12-31T00:00:00.000000Z')"


@compiles(DueOrNever)
def _due_or_never(element: DueOrNever, compiler: SQLCompiler, **kw: Any) -> str:
    return "coalesce(due_at, '9999-12-31 00:00:00+00'::timestamp with time zone)"
