"""Retention: rules for how long a person is kept, and erasing those whose time is over. Nothing runs by itself.

1. The Pengelola sets a rule for a category, or removes it; both are events of the chain `sistem`.
2. `run` erases who is due, each in a transaction of their own in which everything is asked again: the rules as they
   stand then, the hold, the end. What fails for one is told and does not stop the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.errors import NotAllowed, Refused
from engine.events import RETENTION_REMOVED, RETENTION_SET
from engine.history.log import append_system
from engine.identity.policy import Actor, allowed
from engine.queries import retained as read
from engine.retention import ANY, LONGEST_MONTHS, Rule
from engine.runtime.erase import erase_due
from engine.runtime.ground import sentence
from engine.runtime.ports import Ports
from engine.store import retention as store

#: So many persons go in one run unless it is told otherwise.
BATCH: Final = 200
_LONGEST_CATEGORY: Final = 60


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did with one case: None, or why it stays."""

    case: str
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did, and how many are due still."""

    results: tuple[Result, ...]
    left: int

    @property
    def erased(self) -> int:
        return sum(result.error is None for result in self.results)


def set_rule(ports: Ports, actor: Actor, category: str, months: int, ground: str, *, source: str) -> Rule:
    """A category's rule from now on; the same again leaves no event. Raises `NotAllowed` and `Refused`."""
    _may_change(actor)
    if not 1 <= months <= LONGEST_MONTHS:
        raise Refused(
            f"A person is kept for 1 to {LONGEST_MONTHS} months after the end; found {months}. To keep for ever, set no rule.",
            reason="retention_months",
            most=LONGEST_MONTHS,
            found=months,
        )
    if category != ANY and not (category.isprintable() and 0 < len(category.strip()) <= _LONGEST_CATEGORY):
        raise Refused(
            f"A category is named as reports count it (`pelayanan_loket`), or {ANY} for all others; found {category!r}.",
            reason="retention_category",
            found=category,
        )
    ground = sentence(ground)
    with ports.database.write() as connection:
        before = store.rules(connection).get(category)
        if before is not None and (before.months, before.ground) == (months, ground):
            return before
        rule = Rule(category, months, ground, actor.id, ports.clock(connection))
        store.put(connection, rule)
        said = {"category": category, "months": months, "ground": ground}
        append_system(connection, RETENTION_SET, rule.set_at, actor.id, source, said)
        return rule


def remove_rule(ports: Ports, actor: Actor, category: str, *, source: str) -> Rule:
    """The category is kept by `ANY`'s rule, or for ever; gives the rule that was. Raises `NotAllowed` and `Refused`."""
    _may_change(actor)
    with ports.database.write() as connection:
        before = store.rules(connection).get(category)
        if before is None:
            raise Refused(
                f"There is no rule for {category}; nothing was changed.",
                reason="retention_none",
                category=category,
            )
        store.remove(connection, category)
        at = ports.clock(connection)
        append_system(connection, RETENTION_REMOVED, at, actor.id, source, {"category": category})
        return before


def run(
    ports: Ports,
    actor: Actor,
    *,
    seals: Path,
    source: str,
    limit: int = BATCH,
    only: Sequence[str] | None = None,
) -> Run:
    """Erase up to `limit` of those who are due, the oldest end first, or just those of `only`. Raises `NotAllowed`."""
    if not allowed(actor, "case:erase"):
        raise NotAllowed(act="case:erase")
    if only is None:
        with ports.database.read() as connection:
            known = read.retained(ports, connection, actor)
            only = [one.case for one in read.due(connection, actor, known, limit=limit)]
    results = []
    for number in only[:limit]:
        try:
            erase_due(ports, actor, number, source=source, seals=seals)
        except Exception as error:  # whatever it is: the others' time is over as well
            results.append(Result(number, error))
        else:
            results.append(Result(number))
    with ports.database.read() as connection:
        left = read.retained(ports, connection, actor).due
    return Run(tuple(results), left)


def _may_change(actor: Actor) -> None:
    if not allowed(actor, "retention:change"):
        raise NotAllowed(act="retention:change")
