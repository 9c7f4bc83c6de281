"""Who may do what: one table (DESIGN section 6), one function. What is not granted is refused.

Roles are groups: `sekretariat`, `analis`, `auditor`, `pengelola`, and the groups that a diagram names.
A denial wins over a grant: whoever is an auditor changes nothing, whatever else they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.commands import COMPLAINANT, OS_USER, SYSTEM
from engine.definition.model import Element, ProcessDefinition

SUPERVISORS = "sekretariat"
ANALYSTS = "analis"
AUDITORS = "auditor"
ADMINISTRATORS = "pengelola"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. A complainant has shown number and code of `case`; the entry point has checked them."""

    id: str
    groups: frozenset[str] = frozenset()
    #: The one case a complainant may touch.
    case: str | None = None
    active: bool = True

    @property
    def is_complainant(self) -> bool:
        return self.id == COMPLAINANT

    @property
    def is_operator(self) -> bool:
        """The operating system's user at the command line, who may do all, or the system's own timers."""
        return self.id == SYSTEM or self.id.startswith(OS_USER)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: a task, an event of the diagram, or a case."""

    case: str | None = None
    #: The candidate group of the task, or the group that may send the message.
    group: str | None = None
    #: Answered by the complainant.
    public: bool = False
    #: Who may act for the complainant at the counter.
    counter_group: str | None = None
    #: All groups with a lane in the case's process.
    lane_groups: frozenset[str] = frozenset()


def subject_of(definition: ProcessDefinition, element: Element, case: str | None = None) -> Subject:
    """A task of the step `element`."""
    return Subject(
        case=case,
        group=element.group,
        public=element.public,
        counter_group=element.lane.counter_group if element.lane else None,
        lane_groups=definition.lane_groups,
    )


def complaint_of(definition: ProcessDefinition, case: str | None = None) -> Subject:
    """The complaint itself: what may be done with it is asked of the step that it enters by."""
    return subject_of(definition, definition.elements[definition.entry], case)


_Rule = Callable[[Actor, Subject], bool]


def _complainant(actor: Actor, subject: Subject) -> bool:
    return actor.is_complainant and subject.public and subject.case in (None, actor.case)


def _counter(actor: Actor, subject: Subject) -> bool:
    return subject.public and subject.counter_group in actor.groups


def _in_group(actor: Actor, subject: Subject) -> bool:
    return not subject.public and subject.group in actor.groups


def _sender(actor: Actor, subject: Subject) -> bool:
    return subject.group in actor.groups


def _lane_member(actor: Actor, subject: Subject) -> bool:
    return bool(subject.lane_groups & actor.groups)


def _own_case(actor: Actor, subject: Subject) -> bool:
    return actor.is_complainant and subject.case == actor.case


def _role(group: str) -> _Rule:
    return lambda actor, subject: group in actor.groups


def _supervisor_of_staff_work(actor: Actor, subject: Subject) -> bool:
    return SUPERVISORS in actor.groups and not subject.public


#: Act -> the rules of which one must hold. `case:read` is the case with its content.
GRANTS: Mapping[str, tuple[_Rule, ...]] = {
    "case:submit": (_complainant, _counter),
    "case:track": (_own_case,),
    "case:read": (_lane_member, _role(SUPERVISORS), _role(AUDITORS)),
    "case:history": (_lane_member, _role(SUPERVISORS), _role(AUDITORS)),
    "work_item:list": (_in_group, _counter, _supervisor_of_staff_work),
    "work_item:claim": (_in_group, _supervisor_of_staff_work),
    "work_item:release": (_in_group, _supervisor_of_staff_work),
    "work_item:delegate": (_in_group, _supervisor_of_staff_work),
    "work_item:complete": (_complainant, _counter, _in_group, _supervisor_of_staff_work),
    "message:send": (_sender,),
    "identity:reveal": (_counter,),
    "work_item:reassign": (_supervisor_of_staff_work,),
    "case:list_all": (_role(SUPERVISORS), _role(AUDITORS)),
    "definition:read": (_role(ANALYSTS), _role(AUDITORS), _role(SUPERVISORS), _role(ADMINISTRATORS)),
    "definition:deploy": (_role(ANALYSTS),),
    "history:verify": (_role(AUDITORS),),
    "history:replay": (_role(AUDITORS),),
    "calendar:deploy": (_role(ADMINISTRATORS),),
    "incident:read": (_role(ADMINISTRATORS), _role(AUDITORS)),
    "incident:retry": (_role(ADMINISTRATORS),),
    "user:read": (_role(ADMINISTRATORS), _role(AUDITORS)),
    "user:change": (_role(ADMINISTRATORS),),
}

#: What only looks, which an auditor may.
LOOKING = frozenset(
    {
        "case:read", "case:history", "case:list_all", "definition:read", "history:verify", "history:replay",
        "incident:read", "user:read",
    }
)  # fmt: skip


def allowed(actor: Actor, act: str, subject: Subject | None = None) -> bool:
    """Whether `actor` may do `act`. An act that the table does not know is refused."""
    if actor.is_operator:
        return act in GRANTS
    if not actor.active or (AUDITORS in actor.groups and act not in LOOKING):
        return False
    subject = subject or Subject()
    return any(rule(actor, subject) for rule in GRANTS.get(act, ()))
