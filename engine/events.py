"""What happened to a case: typed facts without prose and without anything personal.

The first event of a command is the command itself in the past tense; `recall` makes the sealed
command from it again, so that a replay is the same call of `apply`. The others are its consequences.
A released event never changes its meaning: a new one is added beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import commands
from engine.commands import Command


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `payload` is JSON-able."""

    type: str
    payload: Mapping[str, Any] = field(default_factory=dict)


# Consequences ---------------------------------------------------------------

#: A task has come up: work_item, group, public, due (ISO 8601 UTC or null).
WORK_ITEM_CREATED = "work_item:created"
#: A task was taken away: work_item, cause (the element that did it).
WORK_ITEM_CANCELLED = "work_item:cancelled"
#: A task's limit has passed and it stays open: work_item, timer.
WORK_ITEM_OVERDUE = "work_item:overdue"
#: A limit began to run: timer, work_item, due, duration, explanation, calendar.
TIMER_STARTED = "timer:started"
#: It ran out: timer.
TIMER_FIRED = "timer:fired"
#: It is not needed any more: timer.
TIMER_CANCELLED = "timer:cancelled"
#: It runs by another calendar: timer, work_item, due, work_item_due (of several limits the earliest), explanation,
#: calendar; instances: when each is due now, where it limits several instances of one activity.
TIMER_MOVED = "timer:moved"
#: An open task goes on in another version: work_item, to (its name there), group, public, due, assignee.
WORK_ITEM_MOVED = "work_item:moved"
#: Its limit does: timer, to, work_item.
TIMER_RENAMED = "timer:renamed"
#: A waiting service task does: external_task, to, topic, group.
EXTERNAL_TASK_MOVED = "external_task:moved"
#: A service task waits for a worker: external_task, topic, group.
EXTERNAL_TASK_CREATED = "external_task:created"
#: It was taken away: external_task, cause (the element that did it).
EXTERNAL_TASK_CANCELLED = "external_task:cancelled"
#: A group is told: element, to (the escalation code), work_item.
ESCALATION_RAISED = "escalation:raised"
#: The case has ended: element, outcome; restricted_to (a group) when it is kept from all others now.
CASE_ENDED = "case:ended"

#: What `apply` yields besides a command's own event: a replay must yield the same.
CONSEQUENCES = frozenset(
    {
        WORK_ITEM_CREATED, WORK_ITEM_CANCELLED, WORK_ITEM_OVERDUE, TIMER_STARTED, TIMER_FIRED, TIMER_CANCELLED,
        TIMER_MOVED, WORK_ITEM_MOVED, TIMER_RENAMED, EXTERNAL_TASK_MOVED, EXTERNAL_TASK_CREATED, EXTERNAL_TASK_CANCELLED, ESCALATION_RAISED, CASE_ENDED,
    }
)  # fmt: skip

# Notes: neither commands nor their consequences; a replay passes over them ----

#: Something stopped: incident, what, error.
INCIDENT_RAISED = "incident:raised"
#: The person was erased, and with them the key of the answers.
CASE_ERASED = "case:erased"
#: Nothing erases the person while somebody needs the case: why.
HOLD_SET = "hold:set"
#: It may be erased again: why.
HOLD_LIFTED = "hold:lifted"

# Of the chain `sistem` ----------------------------------------------------------

#: Somebody takes a copy of everything; this is in the copy.
BACKUP_BEGUN = "backup:begun"
#: The copy was finished.
BACKUP_MADE = "backup:made"
#: How long the person of an ended case is kept: category, months, ground.
RETENTION_SET = "retention:set"
#: A category has no rule of its own any more: category.
RETENTION_REMOVED = "retention:removed"

# Commands -------------------------------------------------------------------

CASE_SUBMITTED = "case:submitted"
WORK_ITEM_CLAIMED = "work_item:claimed"
WORK_ITEM_RELEASED = "work_item:released"
WORK_ITEM_DELEGATED = "work_item:delegated"
WORK_ITEM_COMPLETED = "work_item:completed"
MESSAGE_RECEIVED = "message:received"
TIMERS_FIRED = "timers:fired"
INCIDENT_RETRIED = "incident:retried"
IDENTITY_REVEALED = "identity:revealed"
COMMENT_ADDED = "comment:added"
ATTACHMENT_ADDED = "attachment:added"
TIMERS_RECOUNTED = "timers:recounted"
EXTERNAL_TASK_COMPLETED = "external_task:completed"
ERROR_THROWN = "error:thrown"
CASE_MIGRATED = "case:migrated"

#: Commands that bring answers: the payload names the task (`work_item`, or `entry` of a submission) and their `digest`.
ANSWERED = frozenset({CASE_SUBMITTED, WORK_ITEM_COMPLETED, EXTERNAL_TASK_COMPLETED})

#: Event type -> (command class, the fields of the command that its payload holds).
RECORDED: Mapping[str, tuple[type[Command], tuple[str, ...]]] = {
    CASE_SUBMITTED: (commands.Submit, ("process", "variables", "digest", "attested", "reported")),
    WORK_ITEM_CLAIMED: (commands.Claim, ("work_item",)),
    WORK_ITEM_RELEASED: (commands.Release, ("work_item",)),
    WORK_ITEM_DELEGATED: (commands.Delegate, ("work_item", "to")),
    WORK_ITEM_COMPLETED: (
        commands.Complete,
        ("work_item", "claim", "variables", "digest", "attested", "reported"),
    ),
    MESSAGE_RECEIVED: (commands.SendMessage, ("message",)),
    TIMERS_FIRED: (commands.FireTimers, ("due",)),
    INCIDENT_RETRIED: (commands.RetryIncident, ("incident",)),
    IDENTITY_REVEALED: (commands.RevealIdentity, ()),
    COMMENT_ADDED: (commands.Comment, ("digest",)),
    ATTACHMENT_ADDED: (commands.Attach, ("nth", "digest", "media_type", "size")),
    TIMERS_RECOUNTED: (commands.RecountTimers, ()),
    EXTERNAL_TASK_COMPLETED: (commands.CompleteExternalTask, ("work_item", "variables", "digest")),
    ERROR_THROWN: (commands.ThrowError, ("work_item", "error_code")),
    CASE_MIGRATED: (commands.Migrate, ("to", "mapping", "variables")),
}
#: In the payload only when there is one.
_OPTIONAL = frozenset({"attested", "reported"})
_TYPE_OF = {cls: name for name, (cls, _) in RECORDED.items()}
_WRITE: Mapping[str, Callable[[Any], Any]] = {
    "due": lambda at: at.isoformat(),
    "variables": dict,
    "mapping": dict,
    "reported": lambda facts: None if facts is None else dict(facts),
    #: Inside a case its own number is not repeated: `<element>:<nth>`.
    "work_item": lambda item: item.partition(":")[2],
}


def record(command: Command, **facts: Any) -> Event:
    """The event of a sealed command, with what else became known (`passed`, `holder`, …)."""
    name = _TYPE_OF[type(command)]
    said = {f: getattr(command, f) for f in RECORDED[name][1]}
    payload = {f: _WRITE.get(f, _same)(v) for f, v in said.items() if v is not None or f not in _OPTIONAL}
    return Event(name, {**payload, **facts})


def recall(
    case: str, event: Event, *, at: datetime, actor: str, on_behalf: str | None, source: str, command_id: str
) -> Command:
    """The sealed command that `event` recorded."""
    cls, names = RECORDED[event.type]
    fields: dict[str, Any] = {n: event.payload[n] for n in names if n in event.payload or n not in _OPTIONAL}
    if "work_item" in fields:
        fields["work_item"] = f"{case}:{fields['work_item']}"
    if "due" in fields:
        fields["due"] = datetime.fromisoformat(fields["due"])
    if issubclass(cls, commands.OfCase):
        fields["case"] = case
    return cls(actor=actor, on_behalf=on_behalf, source=source, command_id=command_id, at=at, **fields)


def is_command(event_type: str) -> bool:
    """Whether an event of this type records a command (and so carries a state digest)."""
    return event_type in RECORDED


def _same(value: Any) -> Any:
    return value
