"""Whose time is over by the rules of retention: numbers, categories and days, never what a complaint says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select

from engine.definition.model import ProcessDefinition
from engine.identity.policy import Actor
from engine.queries.held import not_own
from engine.retention import ANY, Due, Rule, due_for_erasure, ended_before
from engine.runtime.ports import Ports
from engine.store import definitions
from engine.store import retention as store
from engine.store.counters import no_trial
from engine.store.tables import case_keys, cases, legal_holds

#: What a form's field counts its case as (`laporan`), for the rules.
CATEGORY = "kategori"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case whose time is over; `hold` says why it stays nevertheless."""

    case: str
    category: str | None
    ended_at: datetime
    due: Due
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class Retained:
    """The rules on a day of the office, and how many are due or only held back."""

    rules: Mapping[str, Rule]
    today: date
    zone: tzinfo
    due: int
    held: int


def retained(ports: Ports, connection: Connection, actor: Actor) -> Retained:
    """How retention stands today, without complaints of the actor's own. Raises `NotFound` before the first calendar."""
    zone = ports.active_calendar(connection).zone
    today = ports.clock(connection).astimezone(zone).date()
    rules = store.rules(connection)

    def count(held: bool) -> int:
        query = _over(select(func.count()), rules, today, zone, actor, held=held)
        return (connection.scalar(query) or 0) if rules else 0

    return Retained(rules, today, zone, count(False), count(True))


def due(
    connection: Connection,
    actor: Actor,
    known: Retained,
    *,
    held: bool = False,
    first: int = 0,
    limit: int | None = None,
) -> list[Candidate]:
    """Those who are due, the oldest end first; with `held` those whom only a hold keeps."""
    columns = (cases.c.number, cases.c.category, cases.c.ended_at, legal_holds.c.ground)
    query = _over(select(*columns), known.rules, known.today, known.zone, actor, held=held)
    rows = connection.execute(query.order_by(cases.c.ended_at, cases.c.number).offset(first).limit(limit))
    found = []
    for number, category, ended_at, hold in rows:
        over = due_for_erasure(
            known.rules, category=category, ended_at=ended_at, today=known.today, zone=known.zone
        )
        if over is not None:
            found.append(Candidate(number, category, ended_at, over, hold))
    return found


def categories(ports: Ports, connection: Connection) -> list[str]:
    """Every category that a rule can be about: those of the forms in force, of ended cases, and of rules."""
    ended = select(cases.c.category).where(cases.c.ended_at.is_not(None), no_trial(cases.c.number))
    found = set(connection.scalars(ended.distinct()))
    found |= set(store.rules(connection)) - {ANY}
    for id in definitions.active_ids(connection):
        found |= _counted(ports.definition(connection, id))
    return sorted(category for category in found if category)


def _counted(definition: ProcessDefinition) -> set[str]:
    fields = [field for schema in definition.forms.values() for field in schema.fields.values()]
    answers = [
        (field, answer)
        for field in fields
        if field.report == CATEGORY
        for answer in (*(option.value for option in field.options), *field.suggestions)
    ]
    return {str(field.reported(answer)) for field, answer in answers}


def _over(
    query: Select[*tuple[Any, ...]],
    rules: Mapping[str, Rule],
    today: date,
    zone: tzinfo,
    actor: Actor,
    *,
    held: bool,
) -> Select[*tuple[Any, ...]]:
    holding = legal_holds.c.case_number.is_not(None) if held else legal_holds.c.case_number.is_(None)
    return (
        query.select_from(cases)
        .join(case_keys, case_keys.c.case_number == cases.c.number)  # whoever is erased has none
        .outerjoin(legal_holds, legal_holds.c.case_number == cases.c.number)
        .where(_ended_long_ago(rules, today, zone), holding, not_own(actor), no_trial(cases.c.number))
    )


def _ended_long_ago(rules: Mapping[str, Rule], today: date, zone: tzinfo) -> ColumnElement[bool]:
    """`due_for_erasure` as a condition on `cases`: one comparison for each rule."""
    own = [category for category in rules if category != ANY]
    conditions = []
    for category, rule in rules.items():
        over = cases.c.ended_at < ended_before(rule.months, today, zone)
        if category != ANY:
            which = cases.c.category == category
        elif own:
            which = or_(cases.c.category.is_(None), cases.c.category.not_in(own))
        else:
            which = cases.c.ended_at.is_not(None)
        conditions.append(and_(which, over))
    return or_(*conditions) if conditions else false()
