"""The process, forms and calendar that come with the program, and putting them in force where none are yet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.definition import bundle
from engine.definition.deploy import deploy
from engine.definition.deploy_calendar import deploy_calendar
from engine.errors import NotFound
from engine.runtime.ports import Ports
from engine.store import calendars, definitions

#: Inside an installed package they lie in it, in a checkout at its root.
_INSTALLED: Final = Path(__file__).parents[1] / "shipped"
_ROOT: Final = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[2]

PROCESSES: Final = _ROOT / "processes"
FORMS: Final = _ROOT / "forms"
CALENDAR: Final = PROCESSES / "kalender.toml"


def install(ports: Ports, *, by: str, source: str) -> list[str]:
    """Put in force what nothing stands for yet; gives the ids of what came into force.

    Whoever has a process or a calendar of their own keeps it: the shipped ones are a beginning, no update.
    """
    with ports.database.read() as connection:
        now = ports.clock(connection)
        deployed = bool(definitions.versions(connection))
        try:
            calendar: int | None = calendars.active_version(connection)
        except NotFound:
            calendar = None
    done = []
    if calendar is None:
        text = CALENDAR.read_text(encoding="utf-8")
        made = deploy_calendar(ports.database, text, by=by, at=now, note=None, source=source)
        done.append(f"kalender:{made.calendar.version}")
    if not deployed:
        files = bundle.read([PROCESSES, FORMS])
        new = deploy(ports.database, files, by=by, at=now, note=None, source=source).definitions
        done += [definition.id for definition in new]
    return done
