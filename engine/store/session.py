"""One `Database`: a writer whose transactions stand in line, and a reader that waits for nobody.

SQLite through SQLAlchemy's defaults lost 146 of 200 concurrent increments; the settings here keep all 200
(DESIGN 10), and tests/store/test_session.py proves it again on every run.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.errors import ExecutionFailed, SettingsInvalid
from engine.store.ticket_lock import TicketLock

Synchronous = Literal["FULL", "NORMAL", "OFF"]

#: How long a process waits for another process that writes to the same SQLite file, in milliseconds.
BUSY_TIMEOUT_MS = 30_000
#: Seconds between two tries where SQLite does not wait itself.
_RETRY = 0.01


class Database:
    """The store at `url`: an SQLite file (`sqlite:///var/x.sqlite3`) or PostgreSQL (`postgresql://…`).

    `synchronous` is SQLite's: FULL survives a power cut; tests may lower it, nothing else should.
    The SQLite file and its directory are made if they are missing, closed to other users.
    Raises SettingsInvalid for any other kind of database.
    """

    def __init__(self, url: str | URL, *, echo: bool = False, synchronous: Synchronous = "FULL") -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        self._turn: AbstractContextManager[object]
        if self.dialect == "sqlite" and self.url.database and self.url.database != ":memory:":
            path = Path(self.url.database)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():  # SQLite's log gets the mode of the file, whoever made the directory
                path.touch(mode=0o600)
            self._turn = TicketLock()
            self._writer = _sqlite_writer(self.url, echo, synchronous)
            self._reader = _sqlite_reader(self.url, echo)
        elif self.dialect == "postgresql":
            self._turn = nullcontext()
            self._writer = _postgres(self.url, echo, isolation_level="READ COMMITTED")
            # one snapshot for all statements of a page, as a deferred transaction of SQLite has
            self._reader = _postgres(
                self.url, echo, isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        else:
            raise SettingsInvalid(
                "DATABASE_URL must name an SQLite file (sqlite:///…) or PostgreSQL (postgresql://…); "
                f"found {self.url.render_as_string(hide_password=True)!r}; correct it or leave it out."
            )

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in ONE transaction: committed at the end of the block, rolled back by an exception.

        On SQLite the block holds the only write lock of the file, from its first line, in order of arrival.
        """
        with self._turn, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment and cannot change anything; it neither waits nor is waited for."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """`write`, for changing tables; of several processes one goes first and the others wait.

        SQLite rebuilds a table to change it, so foreign keys are not enforced meanwhile but all are checked
        before the commit (the procedure of SQLite's ALTER TABLE page); raises ExecutionFailed for orphans.
        """
        with self._turn, self._writer.connect() as connection:
            if self.dialect == "postgresql":
                with connection.begin():
                    lock(connection, "migrations")
                    yield connection
                return
            sqlite_connection = _dbapi(connection)
            sqlite_connection.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if orphans:
                        raise ExecutionFailed(
                            f"a migration must leave every reference whole; {len(orphans)} rows of "
                            f"{sorted({row[0] for row in orphans})} refer to nothing; it was undone."
                        )
            finally:
                sqlite_connection.execute("PRAGMA foreign_keys=ON")

    def dispose(self) -> None:
        """Closes every connection."""
        self._writer.dispose()
        self._reader.dispose()


def now(connection: Connection) -> datetime:
    """The present instant: PostgreSQL's own clock where several machines write, else this machine's."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)


def lock(connection: Connection, name: str) -> None:
    """Until the end of the transaction no other transaction passes `lock` of the same name.

    On SQLite a write transaction is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def upsert(connection: Connection, table: Table) -> sqlite.Insert:
    """INSERT into `table` that offers ON CONFLICT, for the database at hand (both say it in the same words)."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]  # same methods, no common base
    return sqlite.insert(table)


@contextmanager
def counting(database: Database) -> Iterator[Counter[str]]:
    """Counts what `database` is asked to do within the block: "statements" (a batch is one) and "commits"."""
    counts: Counter[str] = Counter(statements=0, commits=0)

    def statement(_connection: Connection, _cursor: object, sql: str, *_: object) -> None:
        if not sql.startswith("BEGIN"):  # PostgreSQL's driver sends it unseen; count alike
            counts["statements"] += 1

    def commit(_connection: Connection) -> None:
        counts["commits"] += 1

    listeners: list[tuple[Engine, str, Any]] = []
    for engine in (database._writer, database._reader):
        listeners += [(engine, "before_cursor_execute", statement), (engine, "commit", commit)]
    for listener in listeners:
        event.listen(*listener)
    try:
        yield counts
    finally:
        for listener in listeners:
            event.remove(*listener)


def _sqlite_writer(url: URL, echo: bool, synchronous: Synchronous) -> Engine:
    # one connection: the turn lets one thread at a time use it
    engine = create_engine(
        url,
        echo=echo,
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,  # `write` and `migrating` end their transactions themselves
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN is deferred and loses updates
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        _switch_to_wal(connection)
        for pragma in (
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # else INSERT OR REPLACE goes past the DELETE triggers
            "secure_delete=ON",  # an erased answer leaves no bytes in the file
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _switch_to_wal(connection: Any) -> None:
    """Ask until it is done: of two that would switch the same new file SQLite refuses one at once, `busy_timeout` or not."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_RETRY)
        else:
            return


def _sqlite_reader(url: URL, echo: bool) -> Engine:
    engine = create_engine(
        url,
        echo=echo,
        hide_parameters=True,
        pool_size=8,
        max_overflow=24,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN DEFERRED")

    return engine


def _postgres(url: URL, echo: bool, **execution_options: Any) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        echo=echo,
        hide_parameters=True,  # an error's text is logged; what somebody typed is not
        execution_options=execution_options,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC"},  # the year 9999 overflows in zones west of it
    )


def _dbapi(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
