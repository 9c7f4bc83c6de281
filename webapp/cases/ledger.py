"""How long each step of a case took against its limit, in words: a row a round, with a sum where there are several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask_babel import gettext as _

from engine.queries.case import Entry, Limit
from engine.queries.case_file import CaseFile
from engine.queries.stays import Spent, Stay, total
from webapp import due
from webapp.languages import moment
from webapp.timeline import group_name, person


@dataclass(frozen=True)
class Time:
    """Office time, and the clock's beneath it where that differs."""

    office: str
    clock: str


@dataclass(frozen=True)
class Ends:
    """A limit and how it went: words, with a tone that only repeats them."""

    #: "2 jam".
    allowed: str
    verdict: str
    tone: Literal["done", "late", "normal"]
    due: datetime
    #: How the due instant came about.
    why: str
    #: Who was told that it was late.
    told: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One round of a step, or the sum of all of them (`nth` 0)."""

    nth: int
    #: Who held it, in order.
    held_by: tuple[str, ...]
    state: str
    waited: Time
    worked: Time | None
    spent: Time
    ends: Ends | None


@dataclass(frozen=True)
class Step:
    """A step with its rounds; `verdict` says how many of them were late, where there are several."""

    name: str
    lane: str
    rounds: tuple[Row, ...]
    sum: Row | None
    verdict: str


def ledger(case: CaseFile) -> list[Step]:
    """Every step that the case has come to, in that order; the submission takes no time and is left out."""
    stays: dict[str, list[Stay]] = {}
    for stay in case.stays:
        if stay.task.element.id != case.definition.entry:
            stays.setdefault(stay.task.element.id, []).append(stay)
    told = told_of(case.escalations)
    return [_step(found, case, told) for found in stays.values()]


def other_limits(case: CaseFile) -> list[tuple[str, Ends]]:
    """Timers that are not the limit shown with a task: a second one, or one between steps."""
    shown = {id(stay.limit) for stay in case.stays}
    return [
        (limit.event.name if limit.event and limit.event.name else _("Pewaktu"), _other(limit))
        for limit in case.limits
        if id(limit) not in shown
    ]


def time(spent: Spent) -> Time:
    """The two ways to count, in words."""
    clock = due.clock_length(spent.clock) if due.differ(spent) else ""
    return Time(due.length(spent.office), clock)


def _step(found: Sequence[Stay], case: CaseFile, told: Mapping[str, list[str]]) -> Step:
    element = found[0].task.element
    rows = tuple(row_of(stay, case, told) for stay in found)
    late = sum(1 for stay in found if stay.over is not None and stay.over > timedelta())
    verdict = _("lewat tenggat pada %(late)d dari %(all)d putaran", late=late, all=len(found))
    return Step(
        name=element.name,
        lane=element.lane.name if element.lane else "",
        rounds=rows,
        sum=_sum(found) if len(found) > 1 else None,
        verdict=verdict if late else _("tidak pernah lewat tenggat"),
    )


def row_of(stay: Stay, case: CaseFile, told: Mapping[str, list[str]]) -> Row:
    """One round; `told` is `told_of` the case's escalations."""
    holders = dict.fromkeys(part.holder for part in stay.parts if part.holder)
    if stay.task.ended_how == "completed" and stay.task.ended_by and not stay.task.element.public:
        holders.setdefault(stay.task.ended_by)  # taken and finished in one act
    return Row(
        nth=stay.task.nth,
        held_by=tuple(person(holder, case.names) for holder in holders),
        state=_state(stay),
        waited=time(stay.waited),
        worked=None if stay.task.element.public else time(stay.worked),
        spent=time(stay.spent),
        ends=ends(stay, told) if stay.limit else None,
    )


def _sum(found: Sequence[Stay]) -> Row:
    public = found[0].task.element.public
    return Row(
        nth=0,
        held_by=(),
        state="",
        waited=time(total(stay.waited for stay in found)),
        worked=None if public else time(total(stay.worked for stay in found)),
        spent=time(total(stay.spent for stay in found)),
        ends=None,
    )


def _state(stay: Stay) -> str:
    task = stay.task
    if task.is_open:
        return _("sekarang")
    if task.ended_how == "completed":
        return _("selesai")
    return _("berakhir: %(cause)s", cause=task.cause.name) if task.cause and task.cause.name else _("batal")


def ends(stay: Stay, told: Mapping[str, list[str]]) -> Ends:
    """The limit of a stay that has one, and how it went; `told` are the groups told of it, by the task's name."""
    limit, over = stay.limit, stay.over
    assert limit is not None
    assert over is not None
    late = over > timedelta() or stay.task.overdue
    if late:
        verdict = _("lewat %(time)s", time=due.length(over)) if over >= timedelta(minutes=1) else _("lewat")
    elif stay.task.is_open:
        verdict = _("sisa %(time)s", time=due.length(-over))
    elif stay.task.ended_how == "completed":
        verdict = _("tepat waktu, sisa %(time)s", time=due.length(-over))
    elif limit.status == "fired":
        verdict = _("batas habis")
    else:
        verdict = _("tidak lewat")
    tone: Literal["done", "late", "normal"] = "late" if late else "normal" if stay.task.is_open else "done"
    name = stay.task.id.partition(":")[2]
    groups = tuple(told.get(name, ()))
    return Ends(due.length(limit.time), verdict, tone, limit.due, due.explain(limit.explanation), groups)


def _other(limit: Limit) -> Ends:
    match limit.status:
        case "pending":
            verdict = _("sedang berjalan")
        case "fired":
            verdict = _("sampai pada %(at)s", at=moment(limit.ended or limit.due))
        case "cancelled":
            verdict = _("tidak diperlukan lagi sejak %(at)s", at=moment(limit.ended or limit.due))
    return Ends(due.length(limit.time), verdict, "normal", limit.due, due.explain(limit.explanation), ())


def told_of(escalations: Iterable[Entry]) -> dict[str, list[str]]:
    """Work item's name in its case -> the groups that were told that it is late."""
    found: dict[str, list[str]] = {}
    for entry in escalations:
        about = found.setdefault(str(entry.facts.get("work_item") or ""), [])
        about.append(group_name(str(entry.facts.get("to", ""))))
    return found
