"""*Coba dengan riwayat*: recorded cases are played on the draft or a version, a batch at a press; nothing is stored.

What was found so far goes along in the page, signed: each press plays the next cases and adds them to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Connection

from engine.canonical_json import canonical
from engine.definition.findings import Finding
from engine.definition.model import ProcessDefinition
from engine.errors import NotFound
from engine.queries.drafted import drafted
from engine.queries.processes import Process, process
from engine.queries.retold import MOST, Looked, played, to_look_at
from engine.retold.groups import Group, Told, as_data, from_data, values_of
from engine.retold.sentences import KINDS, conditions, limit_sentence, sentence, values_text
from webapp.context import now, ports
from webapp.designer.blueprint import blueprint
from webapp.designer.findings import sound, spoken
from webapp.designer.findings import told as findings_told
from webapp.designer.replacing import asked_mapping, pairs_of, replacements
from webapp.diagram import picture
from webapp.given_back import given_back_by
from webapp.security import current_actor, needs

#: So many cases are played by one press, that no page waits for long.
BATCH: Final = 100
#: The button that presses itself again, with JavaScript, until all are played.
GO_ON: Final = "terus"
#: What comes in at the very instant of the first press is played too.
_TICK: Final = timedelta(microseconds=1)
#: The field with what was found so far.
SO_FAR: Final = "sejauh_ini"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is tried on which cases."""

    whole: Process
    #: None where the draft has findings that keep it from being tried.
    new: ProcessDefinition | None
    #: The deployed version, where it is one; else the drafts of the server.
    version: int | None
    #: Whether the drafts say anything else than the version in force.
    changed: bool
    findings: tuple[Finding, ...]
    mapping: Mapping[str, str]
    first: date | None
    last: date | None

    @property
    def old(self) -> ProcessDefinition:
        """The version in force, which names what the new one has no more."""
        return (self.whole.active or self.whole.versions[0]).definition

    @property
    def pairs(self) -> list[str]:
        """The replacements as a form says them."""
        return pairs_of(self.old, self.new, self.mapping)

    @property
    def mark(self) -> str:
        """What must not change between two presses."""
        said = [
            self.new.content_hash if self.new else "",
            str(self.first),
            str(self.last),
            *sorted(self.pairs),
        ]
        return hashlib.sha256(canonical(said)).hexdigest()


@blueprint.get("/<key>/coba/riwayat")
@needs("definition:try")
def past(key: str) -> ResponseReturnValue:
    """What would be played; `?versi=` for a deployed version instead of the drafts, `?dari=&sampai=` for a period."""
    with ports().database.read() as connection:
        asked = _asked(connection, key)
        looked = _looked(connection, asked, now())
    return _page(asked, looked, None, now())


@blueprint.post("/<key>/coba/riwayat")
@given_back_by(past)
@needs("definition:try")
def play_past(key: str) -> ResponseReturnValue:
    """Play the next cases, and show what was found so far."""
    with ports().database.read() as connection:
        asked = _asked(connection, key)
        so_far, began, anew = _so_far(asked)
        looked = _looked(connection, asked, began)
        if asked.new is None:
            return _page(asked, looked, None, began)
        left = list(islice(looked.numbers, so_far.count, so_far.count + BATCH))
        for one, admitted in played(ports(), connection, asked.new, left, current_actor(), asked.mapping):
            so_far.add(one, one.case if admitted else "")
    return _page(asked, looked, so_far, began, anew=anew)


def _asked(connection: Connection, key: str) -> Asked:
    whole = process(ports(), connection, key)
    version = request.values.get("versi", type=int)
    changed, findings = True, ()
    new: ProcessDefinition | None
    if version is not None:
        new = next((v.definition for v in whole.versions if v.definition.version == version), None)
        if new is None:
            raise NotFound(f"{key} has no version {version}.")
    else:
        on_the_table = drafted(ports(), connection, key)
        changed = on_the_table.changed
        new, findings = sound(on_the_table.bundle, key)
    old = (whole.active or whole.versions[0]).definition
    mapping = asked_mapping(old, new)
    return Asked(whole, new, version, changed, findings, mapping, _day("dari"), _day("sampai"))


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _looked(connection: Connection, asked: Asked, began: datetime) -> Looked:
    """The cases of the period; what comes in while they are played is none of them."""
    zone = ports().active_calendar(connection).zone

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time.min, zone)

    ends = midnight(asked.last + timedelta(days=1)) if asked.last else began + _TICK
    since = midnight(asked.first) if asked.first else None
    return to_look_at(connection, asked.whole.key, since=since, before=min(ends, began + _TICK))


def _so_far(asked: Asked) -> tuple[Told, datetime, bool]:
    """What earlier presses found, when the first was, and whether all begins anew because something else is asked."""
    given = request.form.get(SO_FAR, "")
    if not given:
        return Told(), now(), False
    try:
        said = _signer().loads(given)
        if said["mark"] == asked.mark:
            return from_data(said["told"]), datetime.fromisoformat(said["began"]), False
    except (BadData, KeyError, TypeError, ValueError):
        pass
    return Told(), now(), True


def _signer() -> URLSafeSerializer:
    assert current_app.secret_key
    return URLSafeSerializer(current_app.secret_key, salt="designer.past")


def _page(
    asked: Asked, looked: Looked, told: Told | None, began: datetime, *, anew: bool = False
) -> ResponseReturnValue:
    said_in = spoken()
    which = 0 if said_in == "id" else 1
    said: dict[str, Any] = {"outcomes": [], "times": [], "so_far": "", "picture": None}
    if told is not None and asked.new is not None:
        said = {
            "kinds": [(kind, words[which], told.kinds[kind]) for kind, words in KINDS.items()],
            "outcomes": [_group(group, asked, said_in) for group in told.groups],
            "times": [(one, limit_sentence(one, asked.new, asked.old, said_in)) for one in told.times],
            "so_far": _signer().dumps(
                {"mark": asked.mark, "began": began.isoformat(), "told": as_data(told)}
            ),
            "picture": picture(
                asked.new,
                lit={g.place for g in told.groups if g.kind == "other"},
                late={g.place for g in told.groups if g.kind in ("still", "untold")},
                title=_("Tempat jalannya berpisah atau berhenti"),
            )
            if told.groups
            else None,
        }
    left = len(looked.numbers) - (told.count if told else 0)
    return render_template(
        "designer/past.html",
        wide=True,
        process=asked.whole,
        asked=asked,
        findings=findings_told(asked.findings),
        replacements=replacements(asked.old, asked.new, asked.mapping) if asked.new else [],
        looked=looked,
        told=told,
        next=min(left, BATCH),
        left=left,
        going_on=told is not None and not anew and request.form.get(GO_ON) == "ya",
        most=MOST,
        anew=anew,
        **said,
    )


def _group(group: Group, asked: Asked, spoken: str) -> dict[str, Any]:
    assert asked.new is not None
    was, is_now = conditions(group, spoken)
    named = [number for number in group.examples if number]
    return {
        "kind": group.kind,
        "count": group.count,
        "text": sentence(group, asked.new, asked.old, spoken),
        "conditions": (was, is_now) if was or is_now else None,
        "values": [(values_text(values), count) for values, count in values_of(group)],
        "examples": named,
        "hidden": len(group.examples) - len(named),
        "more": group.count - len(group.examples),
    }
