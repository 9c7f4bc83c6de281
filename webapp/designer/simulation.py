"""A draft beside the version in force, by cases that arrive by chance: lateness, waiting, queues.

Everything is in the address: nothing is stored, and the same address shows the same figures as long as history does not
change. One simulation at a time runs in a server's process, and none that would take longer than a page may.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definition.model import Element, ProcessDefinition
from engine.errors import NoOfficeHours, NotFound, Refused
from engine.forms.fields import Field
from engine.queries.drafted import drafted
from engine.queries.habits import history
from engine.queries.processes import process
from engine.simulation.experiment import (
    MOST_PER_DAY,
    MOST_SEED,
    MOST_STAFF,
    PER_DAY,
    Plan,
    compare,
    groups_of,
)
from engine.simulation.habits import Assumption, History, Typed, habits
from webapp.context import ports
from webapp.designer import simulation_words as words
from webapp.designer.blueprint import blueprint
from webapp.designer.findings import sound, told
from webapp.security import needs

#: Of each version: two times as many take some three seconds of one core.
MOST_CASES: Final = 3_000
MOST_DAYS, MOST_REPLICATIONS, WARM_UP = 120, 30, 5
#: The most minutes of work that can be typed.
MOST_MINUTES: Final = 10_000.0

_running = threading.Lock()


@dataclass(frozen=True)
class Choice:
    """An answer that history does not know: its options, to be given shares."""

    key: str
    label: str
    #: (name of the input, value, label)
    options: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Sides:
    """What is compared, and what is known and not known of it."""

    old: ProcessDefinition
    new: ProcessDefinition
    names: tuple[str, str]
    history: History
    groups: tuple[str, ...]
    #: Steps and answers that history does not know, to be typed.
    steps: tuple[tuple[Element, str], ...]
    choices: tuple[Choice, ...]

    @property
    def elements(self) -> Mapping[str, Element]:
        return {**self.old.elements, **self.new.elements}

    @property
    def group_names(self) -> dict[str, str]:
        return {lane.group: lane.name for side in (self.new, self.old) for lane in side.lanes}


@dataclass
class Asked:
    """What was typed, as it was typed, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)

    def number(
        self, name: str, label: str, usual: float, least: float, most: float, *, whole: bool = True
    ) -> float:
        """A number of the address; its usual value where nothing was typed."""
        text = request.args.get(name, "").strip()
        self.values[name] = text or f"{usual:g}"
        if not text:
            return usual
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = float("nan")
        if not least <= value <= most or (whole and value != int(value)):
            self.wrong(
                name,
                _(
                    "%(label)s: isi angka dari %(least)s sampai %(most)s.",
                    label=label,
                    least=f"{least:g}",
                    most=f"{most:g}",
                ),
            )
            return usual
        return value

    def optional(self, name: str, label: str, most: float) -> float | None:
        """A number that may be left out."""
        if not request.args.get(name, "").strip():
            self.values[name] = ""
            return None
        return self.number(name, label, 0, 0, most, whole=False)

    def wrong(self, name: str, text: str) -> None:
        self.errors.append({"text": text, "href": f"#{name}"})

    def of(self, name: str) -> str | None:
        """What is wrong with one input."""
        return next((one["text"] for one in self.errors if one["href"] == f"#{name}"), None)


@blueprint.get("/<key>/coba/simulasi")
@needs("definition:try")
def simulation(key: str) -> ResponseReturnValue:
    """The draft beside the version in force, or version `?versi=`; with `jalankan` it runs."""
    with ports().database.read() as connection:
        whole = process(ports(), connection, key)
        lying = drafted(ports(), connection, key)
        now = ports().clock(connection)
        calendar = ports().active_calendar(connection)
        wanted = request.args.get("versi", type=int)
        chosen = next((v.definition for v in whole.versions if v.definition.version == wanted), None)
        if wanted is not None and chosen is None:
            raise NotFound(f"{key} has no version {wanted}.")
        old = lying.active
        new, findings = (chosen, ()) if chosen else sound(lying.bundle, key)
        common = {"process": whole, "changed": lying.changed, "chosen": chosen}
        if old is None or new is None:
            return render_template(
                "designer/simulation.html", wide=True, sides=None, findings=told(findings), **common
            )
        groups = groups_of(old, new)
        known = history(ports(), connection, key, groups, now)
    sides = _sides(old, new, known, groups, chosen)
    asked = Asked()
    plan = _plan(asked, sides, now.astimezone(calendar.zone).date())
    found, status = None, 200
    if "jalankan" in request.args and not asked.errors:
        found = _run(asked, lambda: compare(old, new, calendar, known, plan))
    if asked.errors:
        status = 422
    page = render_template(
        "designer/simulation.html",
        wide=True,
        sides=sides,
        asked=asked,
        errors=asked.errors,
        plan=plan,
        result=_result(found, sides) if found else None,
        **common,
    )
    return page, status


def _run(asked: Asked, simulate: Callable[[], Any]) -> Any:
    """One at a time; what cannot be simulated is said beside the form."""
    if not _running.acquire(blocking=False):
        asked.wrong("hari", _("Simulasi lain sedang berjalan di server ini. Coba lagi sebentar."))
        return None
    try:
        return simulate()
    except NoOfficeHours:
        asked.wrong(
            "hari", _("Kalender yang berlaku tidak mempunyai hari kerja sebanyak itu. Kurangi harinya.")
        )
    except Refused:
        asked.wrong(
            "hari",
            _(
                "Pengaduan tiruannya berputar-putar terlalu sering. Periksa putaran di diagram dan jawaban yang mengarah kembali."
            ),
        )
    finally:
        _running.release()
    return None


def _result(found: Any, sides: Sides) -> dict[str, Any]:
    sentence, rows = words.whole(found)
    return {
        "found": found,
        "sentence": sentence,
        "whole": rows,
        "cards": words.cards(found, *sides.names, sides.history),
        "officers": words.officers(found, sides.group_names),
        "endings": words.endings(found, sides.old, sides.new),
        "assumptions": words.assumed(found, sides.elements),
    }


def _plan(asked: Asked, sides: Sides, first: Any) -> Plan:
    """What was asked for; where a rate is high, the usual days are fewer, so that a page can show them."""
    rate = asked.number(
        "laju",
        _("Pengaduan per hari kerja"),
        round(sides.history.per_day or PER_DAY, 2),
        0.1,
        MOST_PER_DAY,
        whole=False,
    )
    replications = int(asked.number("ulangan", _("Ulangan"), 10, 2, MOST_REPLICATIONS))
    usual = max(3, min(40, int(MOST_CASES * 0.8 / (rate * replications)) - WARM_UP))
    days = int(asked.number("hari", _("Hari kerja"), usual, 1, MOST_DAYS))
    names = sides.group_names
    staff = {
        group: int(
            asked.number(
                f"petugas-{group}",
                names.get(group, group),
                max(sides.history.staff.get(group, 0), 1),
                1,
                MOST_STAFF,
            )
        )
        for group in sides.groups
    }
    plan = Plan(
        first=first,
        per_day=rate,
        staff=staff,
        days=days,
        warm_up=WARM_UP,
        replications=replications,
        seed=int(asked.number("bibit", _("Bibit acak"), 1, 0, MOST_SEED)),
        typed=_typed(asked, sides),
    )
    if plan.cases > MOST_CASES:
        asked.wrong(
            "hari",
            _(
                "Terlalu banyak untuk satu halaman: sekitar %(cases)d pengaduan, paling banyak %(most)d. Kurangi hari atau "
                "ulangan, atau pakai perintah pengaduan simulate.",
                cases=plan.cases,
                most=MOST_CASES,
            ),
        )
    return plan


def _typed(asked: Asked, sides: Sides) -> Typed:
    minutes = {
        element.id: value
        for element, _usual in sides.steps
        if (value := asked.optional(f"menit-{element.id}", element.name or element.id, MOST_MINUTES))
        is not None
    }
    shares = {}
    for choice in sides.choices:
        given = {
            value: share
            for name, value, label in choice.options
            if (share := asked.optional(name, f"{choice.label}, {label}", 100.0)) is not None
        }
        if sum(given.values()) > 0:
            shares[choice.key] = given
    return Typed(minutes, shares)


def _sides(
    old: ProcessDefinition,
    new: ProcessDefinition,
    known: History,
    groups: tuple[str, ...],
    chosen: ProcessDefinition | None,
) -> Sides:
    unknown = dict.fromkeys(
        (*habits(old, known, Typed(), old).assumptions, *habits(new, known, Typed(), old).assumptions)
    )
    elements = {**old.elements, **new.elements}
    return Sides(
        old=old,
        new=new,
        names=(
            _("Versi %(version)d, berlaku", version=old.version),
            _("Versi %(version)d", version=chosen.version) if chosen else _("Konsep"),
        ),
        history=known,
        groups=groups,
        steps=tuple((elements[one.about], one.value) for one in unknown if one.code == "time"),
        choices=tuple(_choices(unknown, old, new)),
    )


def _choices(unknown: Mapping[Assumption, None], *definitions: ProcessDefinition) -> list[Choice]:
    fields: dict[str, Field] = {}
    for definition in definitions:
        for schema in definition.forms.values():
            fields.update(
                {one.key: one for one in schema.fields.values() if one.options or one.type == "boolean"}
            )
    found = []
    for key in sorted({one.about for one in unknown if one.code == "answer"} & fields.keys()):
        options = [(str(o.value), o.label) for o in fields[key].options] or [
            ("true", _("Ya")),
            ("false", _("Tidak")),
        ]
        named = tuple((f"bagian-{key}-{n}", value, label) for n, (value, label) in enumerate(options))
        found.append(Choice(key, fields[key].label or key, named))
    return found
