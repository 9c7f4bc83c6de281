"""What a running workflow may ask of the world: its variables, the time of the command, the calendar.

SpiffWorkflow asks a "script engine" for every expression. Ours answers with FEEL over the case's
variables and never reaches eval or exec; the library's own engine does, for any definition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

from engine.definition.parse import literal_timer
from engine.errors import ExecutionFailed, ExpressionInvalid
from engine.expression import parse
from engine.office_hours import Calendar, Due, Duration, Explanation, due, parse_duration, wall_clock_due

_SPEAKS_OF_NULL = re.compile(r"\bnull\b|\bis defined\b")


class Context(PythonScriptEngine):  # type: ignore[misc]  # the library has no types
    """The world of one command. Scope is the whole case, as Camunda 7 scopes process variables."""

    def __init__(
        self, variables: MutableMapping[str, Any], at: datetime, calendar: Calendar, behaviour: int
    ) -> None:
        # The library's own environment is never built: it would hold Python's builtins.
        self.variables = variables
        self.at = at
        self.calendar = calendar
        #: As which behaviour of the engine the command is answered.
        self.behaviour = behaviour
        #: Ids of the timer tasks that may fire now; see `engine.spiff.timers`.
        self.firing: set[Any] = set()

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """A condition's truth. A null in it, or anything but a boolean, is a failure, never the default flow.

        FEEL calls `null = "x"` false, which would send a case the default way because an answer is missing.
        A condition that means an absent answer says so: `x = null or …`, `is defined(x)`.
        """
        absent = self.absent(task, expression)
        value = None if absent else self.value(task, expression)
        if not isinstance(value, bool):
            found = f"no answer for {', '.join(absent)}" if absent else repr(value)
            raise ExecutionFailed(
                f"{task.task_spec.name}: expected true or false from `{expression}`, found {found}; "
                "look at the answers it reads, then retry",
                element=task.task_spec.name,
                expression=expression,
            )
        return value

    def absent(self, task: Any, expression: str) -> list[str]:
        """The variables that a condition reads and that are null, unless it speaks of null itself."""
        if speaks_of_null(expression):
            return []
        scope = self._scope(task)
        return sorted(name for name in parse(expression).names if scope.get(name) is None)

    def value(self, task: Any, expression: str) -> Any:
        """The value of a FEEL expression over the case's variables and the task's own (multi-instance)."""
        return parse(expression).evaluate(self._scope(task), now=self.at)

    def _scope(self, task: Any) -> Mapping[str, Any]:
        return {**self.variables, **task.data} if task.data else self.variables

    def execute(self, task: Any, script: Any, external_context: Any = None) -> bool:
        """Run a script or a business rule task: FEEL or a table, whose values become variables."""
        found = script.results(self._scope(task), self.at)
        self.variables.update({name: scalar(value) for name, value in found.items()})
        return True

    def call_service(self, task: Any, **kwargs: Any) -> Any:
        raise ExecutionFailed(f"{task.task_spec.name}: a service is never called from inside the engine")

    def due(self, task: Any, kind: str, expression: str, wall_clock: bool) -> Due:
        """When a timer that starts now comes due. A literal ISO 8601 value is taken as it stands."""
        text = expression if literal_timer(kind, expression) else self.value(task, expression)
        if kind == "duration":
            if isinstance(text, timedelta):
                text = f"PT{int(text.total_seconds())}S"
            if not isinstance(text, str):
                raise ExecutionFailed(
                    f"{task.task_spec.name}: expected a duration like PT2H, found {text!r}; mend `{expression}`"
                )
            duration = parse_duration(text)
            if wall_clock:
                return wall_clock_due(self.at, duration)
            return due(self.calendar, self.at, duration)
        instant = _instant(text) if isinstance(text, str) else text
        if not isinstance(instant, datetime) or instant.tzinfo is None:
            raise ExecutionFailed(
                f"{task.task_spec.name}: expected a date and time with its zone, found {text!r}; mend `{expression}`"
            )
        return Due(instant, Explanation("wall", self.at, Duration(0, 0), (), ()))


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def speaks_of_null(condition: str) -> bool:
    """Whether a condition says itself what an absent answer means."""
    return _SPEAKS_OF_NULL.search(condition) is not None


def scalar(value: Any) -> Any:
    """A FEEL value as the JSON scalar that variables hold; dates as ISO 8601 text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ExpressionInvalid(
        f"expected a single value for a variable, found {type(value).__name__}; pick one part of it"
    )
