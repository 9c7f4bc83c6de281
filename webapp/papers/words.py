"""What a paper says of the answers and the time there is, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask_babel import gettext as _
from markupsafe import Markup, escape

from engine.queries.answered import Answered
from engine.queries.awaited import Allowance
from webapp import form_view
from webapp.context import zone
from webapp.due import length
from webapp.public.answers import rows

#: Label and answer of a brief line, in characters: about a line and a half of half a page.
_BRIEF: Final = 70
#: From here on an answer takes more than two lines beside its label.
_LONG: Final = 120


@dataclass(frozen=True)
class Line:
    """One answer of the complaint."""

    label: str
    value: Markup
    #: It needs half the paper's width.
    brief: bool

    @property
    def long(self) -> bool:
        """It is better read below its label than beside it."""
        return len(self.value) > _LONG


def submitted(entry: Answered) -> list[Line]:
    """What was sent in, in the order of the form; what was left empty is not listed, what is secret says so."""
    return list(_submitted(entry))


def limit(found: Allowance) -> str:
    """ "2 jam kerja", "3 hari kerja"; "2 jam" for a limit that runs day and night."""
    duration, wall_clock = found
    days, time = duration.days, length(timedelta(seconds=duration.seconds))
    if wall_clock:
        return _("%(days)d hari", days=days) if days and not duration.seconds else _hours(days, time)
    if not days:
        return str(_("%(time)s kerja", time=time))
    whole = _("%(days)d hari kerja", days=days)
    return f"{whole} {time}" if duration.seconds else whole


def grouped(code: str) -> str:
    """The code in two halves, as people read it aloud."""
    return f"{code[:5]}-{code[5:]}"


def _hours(days: int, time: str) -> str:
    return f"{_('%(days)d hari', days=days)} {time}" if days else time


def _submitted(entry: Answered) -> Iterator[Line]:
    schema = entry.schema
    if schema is None:
        return
    fields = {form_view.dom_id(path): field for path, field in schema.fields.items()}
    veiled = {form_view.dom_id(path) for path in entry.veiled}
    empty = {form_view.shown(field, None) for field in schema.fields.values()}
    for row in rows(schema, entry.answers, now=entry.at.astimezone(zone())):
        field = fields.get(row.anchor)  # none inside a list of rows
        if row.anchor in veiled:
            yield Line(row.label, escape(_("Dirahasiakan")), True)
        elif row.value not in empty and not (field and field.veils_identity):
            brief = bool(field) and not field.public and len(row.label + row.value) <= _BRIEF
            yield Line(row.label, row.value, brief)
