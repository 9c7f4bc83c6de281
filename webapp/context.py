"""What every view needs of the running program: its ports, its settings, and the present moment."""

from __future__ import annotations

from datetime import datetime, tzinfo

from flask import current_app, g

from engine.config import Settings
from engine.runtime.ports import Ports

PORTS = "alur_aduan_ports"
SETTINGS = "alur_aduan_settings"


def ports() -> Ports:
    """Database, keys and clock of this application."""
    found: Ports = current_app.extensions[PORTS]
    return found


def settings() -> Settings:
    """How this installation is set."""
    found: Settings = current_app.extensions[SETTINGS]
    return found


def now() -> datetime:
    """The instant of this request, UTC: asked once, so that all of a page tells the same time."""
    if "now" not in g:
        with ports().database.read() as connection:
            g.now = ports().clock(connection)
    return g.now  # type: ignore[no-any-return]


def zone() -> tzinfo:
    """The office's time zone, of the calendar in force. Raises `NotFound` where none was deployed."""
    if "zone" not in g:
        with ports().database.read() as connection:
            g.zone = ports().active_calendar(connection).zone
    return g.zone  # type: ignore[no-any-return]
