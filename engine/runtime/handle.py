"""The one way to change a case: a command in, an outcome or a refusal out, everything in one transaction.

1. The same command again gives its first result; another under the same `command_id` is refused.
2. The case is loaded and locked, and timers that are due are fired first, each as its own command.
3. The person is authorised, the form validated, the command sealed with its time and digest.
4. `apply` decides; what came of it is written; one commit.

A refusal of the person's command keeps the timers of step 2. A failure inside undoes the command, keeps
what was typed as a draft, and opens an incident. Source: DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from engine.canonical_json import canonical
from engine.commands import (
    ATTESTATIONS,
    COMPLAINANT,
    SYSTEM,
    Answering,
    Command,
    Comment,
    Complete,
    CompleteExternalTask,
    FireTimers,
    OfCase,
    OfWorkItem,
    RetryIncident,
    RevealIdentity,
    Submit,
    is_user,
)
from engine.definition.model import Element
from engine.errors import (
    AnswersInvalid,
    CaseErased,
    CaseHalted,
    CommandReused,
    CommentUnfit,
    Disturbed,
    EngineError,
    ExecutionFailed,
    NotFound,
    Refused,
    StillFailing,
)
from engine.forms.fields import FormSchema, without
from engine.forms.validate import validate_json
from engine.history import log
from engine.history.chain import StoredEvent
from engine.runtime.apply import answerable, waiting
from engine.runtime.authorise import authorise
from engine.runtime.failures import open_incident, record_failure, record_fault
from engine.runtime.open_case import OpenCase
from engine.runtime.ports import Ports
from engine.store import counters, external_tasks, incidents, timers
from engine.store.cases import StaleRevision

#: A timer that failed is tried again after these, then it becomes an incident that halts its case.
BACKOFF = (timedelta(minutes=1), timedelta(minutes=10))
#: Distinct instants in one transaction: an hourly timer's half a year, or a loop over a date that is long past.
MOST_FIRINGS = 1_000
#: How often a command that lost a race begins again.
ATTEMPTS = 5

#: Characters of a comment.
LONGEST_COMMENT = 4_000

AnyCommand = TypeVar("AnyCommand", bound=Command)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    case: str
    #: The command was carried out before; this is its first result.
    repeated: bool = False
    #: Ids of the tasks that are open now.
    open_items: tuple[str, ...] = ()
    #: The end event that the case reached, or None.
    ending: str | None = None


def handle(ports: Ports, command: Command) -> Outcome:
    """Carry out `command`. Raises a `Refused` error when it is not possible, `Disturbed` after a failure inside."""
    for attempt in range(ATTEMPTS):
        try:
            with ports.database.write() as connection:
                outcome = _in_transaction(ports, connection, command)
        except (StaleRevision, IntegrityError):
            # Somebody was faster, or the same command is being carried out at this moment.
            if attempt + 1 == ATTEMPTS:
                raise
        except Refused:
            raise
        except Exception as failure:
            raise Disturbed(incident=record_fault(ports, command, failure)) from failure
        else:
            if isinstance(outcome, EngineError):
                raise outcome
            return outcome
    raise AssertionError("unreachable")


def _in_transaction(ports: Ports, connection: Connection, command: Command) -> Outcome | EngineError:
    """An error that is returned, not raised, has something to commit."""
    request = _request_digest(ports, command)
    if isinstance(command, Submit):
        before = log.find_command(connection, command.actor, command.command_id)
        if before is not None:
            return _again(before, request)
        case = _new_case(ports, connection, command)
        _carry_out(case, command, request)
        case.write()
    else:
        assert isinstance(command, OfCase | OfWorkItem)
        case = OpenCase.load(ports, connection, command.case, command)
        if case.row and case.row.carried_out is not None:
            before = log.find_command(connection, command.actor, command.command_id)
            assert before is not None
            return _again(before, request)
        refusal = _on_existing(case, command, request)
        if refusal is not None:
            return refusal
    assert case.state is not None
    return Outcome(
        case=case.number,
        open_items=tuple(f"{case.number}:{name}" for name in case.state.work_items),
        ending=case.state.ending,
    )


def _again(before: StoredEvent, request: str) -> Outcome:
    """What the same command did the first time; another one under its id is refused."""
    if before.request_digest != request:
        raise CommandReused(case=before.case_number)
    return Outcome(before.case_number, repeated=True)


def _new_case(ports: Ports, connection: Connection, command: Submit) -> OpenCase:
    now = ports.clock(connection)
    definition = ports.active_definition(connection, command.process)
    calendar = ports.active_calendar(connection)
    return OpenCase(
        ports=ports,
        connection=connection,
        number=counters.next_case_number(connection, now.astimezone(calendar.zone).year),
        definition=definition,
        calendar=calendar,
        received_at=now,
        key=ports.keyring.new_case_key(),
        state=None,
        last_at=now,
        entered_by=command.actor if is_user(command.actor) else None,
        own_of=command.actor if is_user(command.actor) and not command.on_behalf else None,
    )


def _on_existing(case: OpenCase, command: Command, request: str) -> EngineError | None:
    """Timers first, then the command. Returns the error after which what was gathered is still written."""
    retrying = _retried(case, command) if isinstance(command, RetryIncident) else None
    beside = isinstance(command, Comment | RevealIdentity)  # they touch nothing that a failure could stop
    halted = case.status == "halted" and retrying is None
    if halted and not beside:
        halted_by = incidents.halting(case.connection, case.number)
        return CaseHalted(incident=halted_by.id if halted_by else None)
    error: EngineError | None = None
    try:
        if retrying is not None:  # it is on record before what it sets going
            _carry_out(case, command, request)
        if not halted:
            _fire_due(case, command)
        if not isinstance(command, FireTimers | RetryIncident):
            _carry_out(case, command, request)
    except _TimerFailed as failure:
        if retrying is not None:
            raise StillFailing(incident=retrying.id, because=failure.error.code) from failure.error
        error = _record_failed_timer(case, failure, command)
    except Refused as refusal:
        case.forget_answers()
        error = refusal
    except EngineError as failure:
        case.forget_answers()
        error = record_failure(case, failure, command)
    if retrying is not None and error is None:
        incidents.resolve(case.connection, retrying.id, at=case.at, by=command.actor)
    if case.changed:
        case.write()
    return error


def _carry_out(case: OpenCase, command: Command, request: str) -> None:
    authorise(case, command)
    sealed = replace(command, at=case.at)
    if isinstance(command, Answering | Comment) and case.key is None:
        raise CaseErased(case=case.number)
    if isinstance(sealed, Complete | Submit):
        sealed = _for_whom(case, sealed)
    if isinstance(sealed, Answering):
        sealed = _with_answers(case, sealed)
    elif isinstance(sealed, Comment):
        sealed = replace(sealed, text=None, digest=case.comment(_text(sealed), sealed))
    case.carry_out(sealed, request_digest=request)


# --- timers ------------------------------------------------------------------


class _TimerFailed(Exception):
    def __init__(self, due: datetime, error: EngineError, *, endless: bool = False) -> None:
        self.due = due
        self.error = error
        #: Trying again would only do the same again.
        self.endless = endless


def _fire_due(case: OpenCase, command: Command) -> None:
    """Fire everything due by now, instant by instant; firing may start timers that are due as well.

    What is left after `MOST_FIRINGS` comes with the next command, so that no case keeps all others waiting.
    """
    assert case.state is not None
    first = None
    for _ in range(MOST_FIRINGS):
        due = case.state.due(case.at)
        if not due:
            return
        first = first or due[0]
        try:
            case.fire(due[0], cause=command.command_id)
        except EngineError as error:
            raise _TimerFailed(due[0], error) from error
        except Exception as error:
            # Whatever it is, it must not be tried for ever nor keep other cases waiting.
            raise _TimerFailed(due[0], ExecutionFailed(f"{type(error).__name__} in the engine")) from error
    left = case.state.due(case.at)
    if left and first and left[0] <= first:
        endless = ExecutionFailed(
            f"expected a timer that lies ahead, found one that is due at {left[0]:%Y-%m-%d %H:%M} UTC however "
            "often it is fired; mend the loop or the date in the diagram"
        )
        raise _TimerFailed(left[0], endless, endless=True)
    if left:
        raise CaseHalted(incident=None, retry_at=case.at)


def _record_failed_timer(case: OpenCase, failure: _TimerFailed, command: Command) -> EngineError:
    """Count the try; the third opens an incident and halts the case."""
    which = timers.due_at(case.number, failure.due)
    tries = timers.tries(case.connection, which) + 1
    given_up = failure.endless or tries > len(BACKOFF)
    next_try = None if given_up else case.received_at + BACKOFF[tries - 1]
    timers.failed(case.connection, which, next_try)
    if not given_up:
        return CaseHalted(incident=None, retry_at=next_try)
    case.status = "halted"
    system = FireTimers(
        actor=SYSTEM, source="sweeper", command_id=command.command_id, case=case.number, due=failure.due
    )
    return CaseHalted(incident=open_incident(case, system, failure.error, timer_due=failure.due))


def _retried(case: OpenCase, command: RetryIncident) -> incidents.Incident:
    """The incident to try again: what a timer stopped or a worker gave up; a person sends their command again."""
    incident = incidents.get(case.connection, command.incident)
    if incident.case_number != case.number or incident.resolved_at is not None:
        raise NotFound(
            f"Case {case.number} has no open incident {command.incident}.", incident=command.incident
        )
    if incident.what == external_tasks.GIVEN_UP and incident.work_item_id:
        if case.status == "halted":
            raise CaseHalted(incident=None)
        external_tasks.change(case.connection, incident.work_item_id, retries=1, locked_until=None)
        return incident
    if incident.timer_due is None:
        raise Refused(
            f"Incident {incident.id} stopped a person's command; their entries are kept as a draft, and they "
            "send them again when the cause is mended.",
            incident=incident.id,
        )
    case.status = "open"
    return incident


# --- comments ----------------------------------------------------------------


def _text(command: Comment) -> str:
    text = (command.text or "").strip()
    if not 0 < len(text) <= LONGEST_COMMENT:
        raise CommentUnfit(longest=LONGEST_COMMENT, found=len(text))
    return text


# --- answers -----------------------------------------------------------------


def _for_whom(case: OpenCase, command: Complete | Submit) -> Complete | Submit:
    """Staff who answer a complainant's task act for them, whether or not they say so; nobody attests for themselves."""
    if isinstance(command, Complete) and is_user(command.actor) and _element(case, command).public:
        command = replace(command, on_behalf=COMPLAINANT)
    if command.attested is not None and (
        command.on_behalf != COMPLAINANT or command.attested not in ATTESTATIONS
    ):
        raise Refused(
            f"An identity is attested by one of {', '.join(ATTESTATIONS)} when acting for the complainant; "
            f"found {command.attested!r}.",
        )
    return command


def _with_answers(case: OpenCase, command: AnyCommand) -> AnyCommand:
    """Validate the answers against the step's form; leave only scalars and their digest in the command."""
    assert isinstance(command, Answering)
    element = _element(case, command)
    name = command.activation if isinstance(command, OfWorkItem) else f"{element.id}:1"
    schema = case.definition.form_of(element.id)
    if isinstance(command, CompleteExternalTask):
        given = dict(command.answers or {})
    else:
        given = _validated(case, schema, command) if schema else {}
    digest = case.answer(f"{case.number}:{name}", given, command)
    read = {key: given[key] for key in given if key in case.definition.variables}
    if isinstance(command, CompleteExternalTask):
        read = _results(element, given, case.definition.variables)
    return replace(command, answers=None, variables=read, digest=digest)


def _results(element: Element, given: Mapping[str, Any], wanted: Set[str]) -> dict[str, Any]:
    """What expressions read of a worker's results: those that the diagram says it sets; absent ones are null.

    Others are kept with the answers and decide nothing: no worker writes over what a form has asked.
    """
    read = {name: given.get(name) for name in element.results if name in wanted}
    for name, value in read.items():
        if not (value is None or isinstance(value, bool | int | float | str)):
            raise Refused(
                f"{element.id}: expected a single value for {name}, found {type(value).__name__}; "
                "let the worker send one part of it.",
                variable=name,
            )
    return read


def _element(case: OpenCase, command: Command) -> Element:
    """The step that the answers are for. Raises what `answerable` does."""
    if isinstance(command, Complete):
        assert case.state is not None
        return case.definition.elements[answerable(case.state, command).element]
    if isinstance(command, CompleteExternalTask):
        assert case.state is not None
        return case.definition.elements[waiting(case.state, command).element]
    return case.definition.elements[case.definition.entry]


def _validated(case: OpenCase, schema: FormSchema, command: Answering) -> dict[str, Any]:
    """The answers of the form's own fields; what it only shows stays where it was first answered."""
    stored = case.stored_answers(schema.shown_keys) if schema.shown_keys and case.state is not None else {}
    asked = without(schema, schema.complainant_only) if command.on_behalf else schema
    now = case.at.astimezone(case.calendar.zone)
    found = validate_json(asked, command.answers or {}, stored=stored, now=now)
    if found.errors:
        raise AnswersInvalid(errors=found.errors, form=schema.id)
    return {key: found.answers.get(key) for key in schema.own_keys}


def _request_digest(ports: Ports, command: Command) -> str:
    """What makes a repeated command the same one. Keyed: answers are easy to guess."""
    asked = {f.name: getattr(command, f.name) for f in fields(command) if f.name not in ("at", "source")}
    return ports.keyring.request_digest(canonical({"type": type(command).__name__, **asked}))
