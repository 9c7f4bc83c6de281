"""Who may carry out a command: the policy (`engine.identity.policy`), asked about the case as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.commands import (
    COMPLAINANT,
    Attach,
    Claim,
    Command,
    Comment,
    Complete,
    CompleteExternalTask,
    Delegate,
    Migrate,
    OfCase,
    OfWorkItem,
    RecountTimers,
    Release,
    RetryIncident,
    RevealIdentity,
    SendMessage,
    Submit,
    ThrowError,
)
from engine.definition.model import Element
from engine.errors import AlreadyClaimed, NobodyWaits, NotAllowed, NotFound
from engine.identity.ending import works
from engine.identity.policy import AUDITORS, Actor, Subject, allowed, complaint_of, subject_of
from engine.runtime.open_case import OpenCase
from engine.store import users


def asker(case: OpenCase, command: Command) -> Actor:
    """Who asks, with their groups. Number and code of a complainant were checked at the entry point."""
    actor = Actor(command.actor)
    if actor.is_complainant:
        return replace(actor, case=case.number)
    if actor.is_operator:
        return actor
    user = users.get(case.connection, command.actor)
    if user is None:
        raise NotAllowed(f"There is no user {command.actor}.", actor=command.actor)
    return Actor(user.id, user.groups, active=works(case.connection, user, case.ports.clock))


def authorise(case: OpenCase, command: Command) -> None:
    """Raises `NotAllowed` unless who asks may do this, and `AlreadyClaimed` for a task that is not theirs to hand on.

    What is asked about has to be there: raises `NotFound` and `NobodyWaits`.
    """
    actor = asker(case, command)
    act, subject = _asked(case, command)
    # An auditor changes no case: what they reveal is in the access log only.
    if not allowed(actor, act, subject) or AUDITORS in actor.groups:
        if subject.trial and not isinstance(command, Submit):  # to others it is not even there
            raise NotFound(f"There is no case {case.number}; check the number.", case=case.number)
        raise NotAllowed(act=act)
    if isinstance(command, Delegate):
        _may_hand_on(case, actor, command, subject)
        _may_receive(case, command, subject)


def _asked(case: OpenCase, command: Command) -> tuple[str, Subject]:
    """The policy's name for what is asked, and what it is asked about."""
    match command:
        case Submit():
            own = not command.trial and command.on_behalf is None and command.actor != COMPLAINANT
            return f"case:submit{'_own' if own else ''}", complaint_of(case.definition, case.number)
        case OfWorkItem():
            element = _element_of(case, command)
            return _ACTS[type(command)], subject_of(case.definition, element, case.number, case.shield)
        case SendMessage():
            senders = case.definition.senders()
            if command.message not in senders:
                raise NobodyWaits(
                    f"The process has no message {command.message}; it has {', '.join(senders) or 'none'}.",
                    message=command.message,
                )
            group = senders[command.message]
            return "message:send", Subject(case=case.number, group=group, shield=case.shield)
        case Attach():
            of_complainant = COMPLAINANT in (command.actor, command.on_behalf)
            act = "case:attach_for_complainant" if of_complainant else "case:attach"
            return act, complaint_of(case.definition, case.number, case.shield)
        case OfCase():
            return _ACTS[type(command)], complaint_of(case.definition, case.number, case.shield)
    raise TypeError(f"no rule for {type(command).__name__}")


#: The policy's name for a command, where that is all there is to say.
_ACTS: Mapping[type[Command], str] = {
    Claim: "work_item:claim",
    Release: "work_item:release",
    Delegate: "work_item:delegate",
    Complete: "work_item:complete",
    CompleteExternalTask: "external_task:work",
    ThrowError: "external_task:work",
    RevealIdentity: "identity:reveal",
    Comment: "case:comment",
    RecountTimers: "calendar:recount",
    RetryIncident: "incident:retry",
    Migrate: "definition:migrate",
}


def _element_of(case: OpenCase, command: OfWorkItem) -> Element:
    element_id, _, nth = command.activation.partition(":")
    element = case.definition.elements.get(element_id)
    known = case.state.activations.get(element_id, 0) if case.state else 0
    if element is None or nth not in map(str, range(1, known + 1)):
        raise NotFound(f"There is no task {command.work_item}.", work_item=command.work_item)
    return element


def _may_hand_on(case: OpenCase, actor: Actor, command: Delegate, subject: Subject) -> None:
    """One's own task or a free one; the Sekretariat may take it from somebody."""
    item = case.state.work_items.get(command.activation) if case.state else None
    if item and item.assignee not in (None, actor.id) and not allowed(actor, "work_item:reassign", subject):
        raise AlreadyClaimed(holder=item.assignee)


def _may_receive(case: OpenCase, command: Delegate, subject: Subject) -> None:
    """A task goes to somebody who could have taken it themselves."""
    user = users.get(case.connection, command.to)
    receiver = None
    if user is not None:
        receiver = Actor(user.id, user.groups, active=works(case.connection, user, case.ports.clock))
    if receiver is None or not allowed(receiver, "work_item:claim", subject):
        raise NotAllowed(
            f"{command.to} is not an active member of {subject.group}; choose a colleague of that group.",
            to=command.to,
            group=subject.group,
        )
