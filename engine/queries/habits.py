"""What history says of how people work: arrivals, times and choices, counted for a simulation.

Only counts, durations and the scalars that expressions read come out; none of them says whose case it was. Trials are
left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, select

from engine import events as happenings
from engine.identity.ending import working
from engine.office_hours import Calendar, RunningTotal
from engine.queries.report import is_late
from engine.runtime.ports import Ports
from engine.simulation.draws import Answers
from engine.simulation.habits import History, Observed
from engine.store import users
from engine.store.counters import no_trial
from engine.store.tables import cases, events, external_tasks, process_definitions, work_items

#: How far back is looked, and at how many cases at most, the newest first.
DAYS: Final = 183
MOST_CASES: Final = 2_000
#: As many times of a step are kept, evenly among the sorted ones.
MOST_TIMES: Final = 500
#: As many different answers to a step, the most frequent first.
MOST_ANSWERS: Final = 50

_TOLD: Final = (
    happenings.CASE_SUBMITTED,
    happenings.WORK_ITEM_CLAIMED,
    happenings.WORK_ITEM_DELEGATED,
    happenings.WORK_ITEM_RELEASED,
    happenings.WORK_ITEM_COMPLETED,
    happenings.EXTERNAL_TASK_COMPLETED,
)


def history(
    ports: Ports, connection: Connection, process: str, groups: Sequence[str], now: datetime
) -> History:
    """What is known of a process; `groups` are those whose members are counted."""
    calendar = ports.active_calendar(connection)
    since = now - timedelta(days=DAYS)
    versions = select(process_definitions.c.id).where(process_definitions.c.key == process)
    counted = and_(
        cases.c.definition_id.in_(versions), cases.c.submitted_at >= since, no_trial(cases.c.number)
    )
    submitted = connection.scalars(select(cases.c.submitted_at).where(counted)).all()
    first = min(submitted, default=now)
    return History(
        cases=len(submitted),
        days=_working_days(calendar, first, now) if submitted else 0,
        steps=_steps(connection, counted, RunningTotal(calendar, since, now), now),
        staff={
            group: len(working(connection, users.in_group(connection, group), ports.clock))
            for group in groups
        },
    )


def _steps(
    connection: Connection, counted: ColumnElement[bool], clock: RunningTotal, now: datetime
) -> dict[str, Observed]:
    newest = (
        select(cases.c.number)
        .where(counted)
        .order_by(cases.c.submitted_at.desc(), cases.c.number.desc())
        .limit(MOST_CASES)
    ).subquery()
    of_these = select(newest.c.number)
    times: dict[str, list[int]] = defaultdict(list)
    answers: dict[str, Counter[Answers]] = defaultdict(Counter)
    for element, time, given in _work(connection, of_these, clock):
        answers[element][given] += 1
        if time is not None:
            times[element].append(time)
    unanswered: Counter[str] = Counter()
    stays: Counter[str] = Counter()
    late: Counter[str] = Counter()
    columns = work_items.c
    for row in connection.execute(
        select(
            columns.element,
            columns.public,
            columns.created_at,
            columns.ended_at,
            columns.ended_how,
            case((is_late(now), 1), else_=0).label("late"),
        ).where(columns.case_number.in_(of_these))
    ):
        stays[row.element] += 1
        late[row.element] += row.late
        if row.public and row.ended_how == "completed":
            times[row.element].append((clock.at(row.ended_at) - clock.at(row.created_at)) // 1000)
        elif row.public and row.ended_how == "cancelled":
            unanswered[row.element] += 1
    services = external_tasks.c
    for element, created, ended in connection.execute(
        select(services.element, services.created_at, services.ended_at).where(
            services.case_number.in_(of_these), services.ended_how == "completed"
        )
    ):
        times[element].append((clock.at(ended) - clock.at(created)) // 1000)
    return {
        element: Observed(
            times=_evenly(times[element]),
            unanswered=unanswered[element],
            answers=dict(answers[element].most_common(MOST_ANSWERS)),
            stays=stays[element],
            late=late[element],
        )
        for element in sorted({*times, *answers, *stays})
    }


def _work(
    connection: Connection, of_these: Any, clock: RunningTotal
) -> Iterator[tuple[str, int | None, Answers]]:
    """For each completion: the step, the time since somebody took it (None: nobody had before), its scalars."""
    columns = events.c
    rows = connection.execute(
        select(columns.case_number, columns.type, columns.at, columns.payload)
        .where(columns.case_number.in_(of_these), columns.type.in_(_TOLD))
        .order_by(columns.case_number, columns.seq)
    )
    taken: dict[tuple[str, str], datetime] = {}
    for number, type_, at, payload in rows:
        if type_ == happenings.CASE_SUBMITTED:
            yield _element(payload["entry"]), None, _answers(payload)
            continue
        task = (number, payload["work_item"])
        if type_ == happenings.WORK_ITEM_RELEASED:
            taken.pop(task, None)
        elif type_ in (happenings.WORK_ITEM_CLAIMED, happenings.WORK_ITEM_DELEGATED):
            taken[task] = at
        else:
            since = taken.pop(task, None)
            time = None if since is None else (clock.at(at) - clock.at(since)) // 1000
            yield _element(task[1]), time, _answers(payload)


def _answers(payload: Mapping[str, Any]) -> Answers:
    return tuple(sorted(payload.get("variables", {}).items()))


def _element(name: str) -> str:
    return name.partition(":")[0]


def _evenly(times: list[int]) -> tuple[int, ...]:
    found = sorted(times)
    if len(found) <= MOST_TIMES:
        return tuple(found)
    return tuple(found[(2 * n + 1) * len(found) // (2 * MOST_TIMES)] for n in range(MOST_TIMES))


def _working_days(calendar: Calendar, first: datetime, last: datetime) -> int:
    """From the day of the first instant to that of the last, both counted; one at least."""
    day: date = first.astimezone(calendar.zone).date()
    until = last.astimezone(calendar.zone).date()
    found = 0
    while day <= until:
        found += bool(calendar.day(day).spans)
        day += timedelta(days=1)
    return max(found, 1)
