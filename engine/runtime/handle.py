"""The one way to change a case: a command in, an outcome or a refusal out, everything in one transaction.

1. The same command again gives its first result; another under the same `command_id` is refused.
2. The case is loaded and locked, and timers that are due are fired first, each as its own command.
3. The person is authorised, the form validated, the command sealed with its time and digest.
4. `apply` decides; what came of it is written; one commit.

A refusal of the person's command keeps the timers of step 2. A failure inside undoes the command, keeps
what was typed as a draft, and opens an incident. Source: DESIGN section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from engine.canonical_json import canonical
from engine.commands import (
    Attach,
    Command,
    Comment,
    FireTimers,
    Migrate,
    OfCase,
    OfWorkItem,
    RetryIncident,
    RevealIdentity,
    Submit,
    is_user,
)
from engine.definition.model import ProcessDefinition
from engine.errors import CaseHalted, CommandReused, Disturbed, EngineError, Refused, StillFailing
from engine.history import log
from engine.history.chain import StoredEvent
from engine.numbers import PREFIX, TRIAL
from engine.runtime.answering import seal
from engine.runtime.authorise import authorise
from engine.runtime.due_timers import TimerFailed, fire_due, record_failed_timer, retried
from engine.runtime.failures import record_failure, record_fault
from engine.runtime.open_case import OpenCase
from engine.runtime.ports import Ports
from engine.store import counters, incidents
from engine.store.cases import StaleRevision

#: How often a command that lost a race begins again.
ATTEMPTS = 5


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
    definition = _to_run(ports, connection, command)
    calendar = ports.active_calendar(connection)
    return OpenCase(
        ports=ports,
        connection=connection,
        number=counters.next_case_number(
            connection, now.astimezone(calendar.zone).year, TRIAL if command.trial else PREFIX
        ),
        definition=definition,
        calendar=calendar,
        received_at=now,
        key=ports.keyring.new_case_key(),
        state=None,
        last_at=now,
        entered_by=command.actor if is_user(command.actor) else None,
        own_of=command.actor if is_user(command.actor) and not (command.on_behalf or command.trial) else None,
    )


def _to_run(ports: Ports, connection: Connection, command: Submit) -> ProcessDefinition:
    """The version in force; a trial may name another. Raises `NotFound`."""
    if command.trial and command.version is not None:
        return ports.definition(connection, f"{command.process}:{command.version}")
    return ports.active_definition(connection, command.process)


def _on_existing(case: OpenCase, command: Command, request: str) -> EngineError | None:
    """Timers first, then the command. Returns the error after which what was gathered is still written."""
    retrying = retried(case, command) if isinstance(command, RetryIncident) else None
    # they touch nothing that a failure could stop
    beside = isinstance(command, Comment | Attach | RevealIdentity)
    beside |= isinstance(command, Migrate)  # a mended diagram is what a halted case waits for
    halted = case.status == "halted" and retrying is None
    if halted and not beside:
        halted_by = incidents.halting(case.connection, case.number)
        return CaseHalted(incident=halted_by.id if halted_by else None)
    error: EngineError | None = None
    try:
        if retrying is not None:  # it is on record before what it sets going
            _carry_out(case, command, request)
        if not halted:
            fire_due(case, command)
        if not isinstance(command, FireTimers | RetryIncident):
            _carry_out(case, command, request)
    except TimerFailed as failure:
        if retrying is not None:
            raise StillFailing(incident=retrying.id, because=failure.error.code) from failure.error
        error = record_failed_timer(case, failure, command)
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
    case.carry_out(seal(case, command), request_digest=request)


def _request_digest(ports: Ports, command: Command) -> str:
    """What makes a repeated command the same one. Keyed: answers are easy to guess."""
    asked = {f.name: getattr(command, f.name) for f in fields(command) if f.name not in ("at", "source")}
    if (
        isinstance(command, Submit) and not command.trial
    ):  # a complaint is digested as before there were trials
        del asked["trial"], asked["version"]
    if isinstance(command, Attach):
        asked["file"] = command.file.summary() if command.file else None
    return ports.keyring.request_digest(canonical({"type": type(command).__name__, **asked}))
