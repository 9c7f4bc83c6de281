"""The policy as a condition on `cases`: lists, counts and pages leave out by SQL what `allowed` would refuse one by one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, true

from engine.identity.policy import Actor, Shield, Subject, allowed
from engine.runtime.ports import Ports
from engine.store.counters import no_trial, trial
from engine.store.tables import cases, external_tasks, process_definitions


def readable_cases(
    ports: Ports, connection: Connection, actor: Actor, act: str = "case:read"
) -> ColumnElement[bool]:
    """The condition of those cases on which `actor` may do `act`, an act that is asked of a whole case.

    The same answer as `allowed(actor, act, Subject(case, lane_groups, shield))` for every row.
    """
    if actor.is_operator:
        return true()
    versions = _lane_groups(ports, connection)
    complaints, trials = (_granted(versions, actor, act, of_trials) for of_trials in (False, True))
    ways = []
    if complaints:
        ways.append(and_(or_(*complaints), no_trial(cases.c.number), admitted(actor)))
    if trials:
        ways.append(and_(or_(*trials), trial(cases.c.number)))
    return or_(*ways) if ways else false()


def _granted(
    versions: Sequence[tuple[str, frozenset[str]]], actor: Actor, act: str, trials: bool
) -> list[ColumnElement[bool]]:
    """The conditions of which one must hold, for complaints or for trials; none where nothing is granted."""
    granted = [
        id_
        for id_, lane_groups in versions
        if allowed(actor, act, Subject(lane_groups=lane_groups, trials=trials))
    ]
    received = [
        group
        for group in sorted(actor.groups)
        if allowed(actor, act, Subject(shield=Shield(restricted_to=group), trials=trials))
    ]
    grants: list[ColumnElement[bool]] = []
    if granted:
        grants.append(cases.c.definition_id.in_(granted))
    if received:
        grants.append(cases.c.restricted_to.in_(received))
    return grants


def admitted(actor: Actor) -> ColumnElement[bool]:
    """`Shield.admits` as a condition on `cases`."""
    if actor.is_complainant or actor.is_operator:
        return true()
    others = or_(cases.c.own_of.is_(None), cases.c.own_of != actor.id)
    among = [cases.c.restricted_to.is_(None), cases.c.referred_by == actor.id]
    if Shield(restricted_to="").admits(actor):  # whoever is kept from nothing
        return others
    if actor.groups:
        among.append(cases.c.restricted_to.in_(sorted(actor.groups)))
    return and_(others, or_(*among))


def workable(actor: Actor) -> ColumnElement[bool]:
    """`allowed(actor, "external_task:work", …)` as a condition on `external_tasks` with their `cases`."""
    if actor.is_operator:
        return true()
    if allowed(actor, "external_task:work", Subject(trials=True)):
        return trial(external_tasks.c.case_number)
    groups = [g for g in sorted(actor.groups) if allowed(actor, "external_task:work", Subject(group=g))]
    theirs = and_(external_tasks.c.candidate_group.in_(groups), no_trial(external_tasks.c.case_number))
    return and_(theirs, admitted(actor)) if groups else false()


def _lane_groups(ports: Ports, connection: Connection) -> list[tuple[str, frozenset[str]]]:
    """Every deployed definition with the groups of its lanes: a handful, and read once."""
    ids = connection.scalars(select(process_definitions.c.id)).all()
    return [(id_, ports.definition(connection, id_).lane_groups) for id_ in ids]
