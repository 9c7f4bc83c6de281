"""What the program compiles when it starts, compiled once for a run of the tests and not again for every office.

A server compiles its statements, addresses and templates once and serves for weeks; a test has an application and a
database of its own, and spent most of its time on this. What is kept is only ever looked up by the text it came from.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Dialect
from werkzeug.routing import Rule


class Templates(BytecodeCache):
    """Jinja's."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


class Address(Rule):
    """A rule of the address map: for 230 of them the builders were four fifths of `create_app`."""

    _builders: ClassVar[dict[tuple[Any, ...], Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        key = (self.rule, repr(self.defaults), append_unknown)
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]


TEMPLATES = Templates()
_statements: dict[Any, Any] = {}
_dialects: dict[str, Dialect] = {}


def _statements_too(connection: Connection) -> None:
    """SQLAlchemy keeps what it compiled by dialect and statement; every engine brings a dialect of its own."""
    shared = _dialects.setdefault(connection.dialect.name, connection.dialect)
    if connection.engine.dialect is not shared:
        connection.engine.dialect = connection.dialect = shared
    connection.execution_options(compiled_cache=_statements)


def begin() -> None:
    """From here on, for every application and database of this process."""
    Flask.url_rule_class = Address
    event.listen(Engine, "engine_connect", _statements_too)
