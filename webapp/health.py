"""Is the process alive (`/healthz`), and can it do its work (`/readyz`)?"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from engine.runtime.ports import Ports
from engine.store import migrations
from engine.store.keyring import open_keyring
from engine.store.triggers import check_triggers
from webapp.context import ports, settings

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database, tables, triggers, keys, and a deployed process with its calendar; 503 names what is not there."""
    missing = [name for name, holds in _CHECKS.items() if not _holds(holds)]
    return jsonify(status="ok" if not missing else "not ready", missing=missing), 503 if missing else 200


def _holds(check: Callable[[Ports], bool]) -> bool:
    # whatever goes wrong in a check is the answer to it
    try:
        return check(ports())
    except Exception:
        return False


def _database(ports: Ports) -> bool:
    with ports.database.read() as connection:
        return connection.execute(text("SELECT 1")).scalar_one() == 1


def _triggers(ports: Ports) -> bool:
    with ports.database.read() as connection:
        return not check_triggers(connection)


def _keys(ports: Ports) -> bool:
    return settings().master_key.is_file() and bool(open_keyring(ports.database, settings().master_key))


def _calendar(ports: Ports) -> bool:
    with ports.database.read() as connection:
        return bool(ports.active_calendar(connection))


_CHECKS: dict[str, Callable[[Ports], bool]] = {
    "database": _database,
    "migrations": lambda ports: not migrations.pending(ports.database),
    "triggers": _triggers,
    "keys": _keys,
    "calendar": _calendar,
}
