"""Who may do what: one table (DESIGN section 6), one function. What is not granted is refused.

Roles are groups: `sekretariat`, `analis`, `auditor`, `pengelola`, and the groups that a diagram names.
A denial wins over a grant, whatever else somebody is: an auditor changes nothing, an analyst never sees a
complaint's content, nobody acts on their own complaint, and a case may be kept from all but a few (`Shield`).
A trial (*uji*) is the other way round: an analyst may do all in it, and nobody else sees that it is there (ADR 0016).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands import COMPLAINANT, OS_USER, SYSTEM
from engine.definition.model import Element, ProcessDefinition
from engine.numbers import is_trial

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
    def is_analyst(self) -> bool:
        """Whatever case they start is a trial."""
        return ANALYSTS in self.groups

    @property
    def is_operator(self) -> bool:
        """The operating system's user at the command line, who may do all, or the system's own timers."""
        return self.id == SYSTEM or self.id.startswith(OS_USER)


@dataclass(frozen=True, slots=True)
class Shield:
    """Whom a case is kept from; read off its row."""

    #: The member of the staff whose own complaint it is. They follow it by number and code, as anybody does.
    own_of: str | None = None
    #: The group that alone may read it, as it was referred there (an end event's `terbatas_untuk`) …
    restricted_to: str | None = None
    #: … beside whoever referred it.
    referred_by: str | None = None

    def admits(self, actor: Actor) -> bool:
        """Whether `actor` may see that the case is there, if the table grants them the rest."""
        if actor.is_complainant or actor.is_operator:
            return True
        if actor.id == self.own_of:
            return False
        return (
            self.restricted_to is None
            or actor.id == self.referred_by
            or bool({self.restricted_to, AUDITORS} & actor.groups)
        )


def shield_of(row: Any) -> Shield:
    """The shield of a case; `row` has these columns of `cases`."""
    return Shield(row.own_of, row.restricted_to, row.referred_by)


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
    #: Whom the case is kept from.
    shield: Shield = Shield()
    #: Trials in general are asked about. Of one case its number says it.
    trials: bool = False

    @property
    def trial(self) -> bool:
        """What is asked about is a trial, or of one."""
        return self.trials or is_trial(self.case or "")


def subject_of(
    definition: ProcessDefinition, element: Element, case: str | None = None, shield: Shield | None = None
) -> Subject:
    """A task of the step `element`."""
    return Subject(
        case=case,
        group=element.group,
        public=element.public,
        counter_group=element.lane.counter_group if element.lane else None,
        lane_groups=definition.lane_groups,
        shield=shield or Shield(),
    )


def complaint_of(
    definition: ProcessDefinition, case: str | None = None, shield: Shield | None = None
) -> Subject:
    """The complaint itself: what may be done with it is asked of the step that it enters by."""
    return subject_of(definition, definition.elements[definition.entry], case, shield)


_Rule = Callable[[Actor, Subject], bool]


def _complainant(actor: Actor, subject: Subject) -> bool:
    return actor.is_complainant and subject.public and subject.case in (None, actor.case)


def _staff(actor: Actor, subject: Subject) -> bool:
    return not actor.is_complainant and not subject.trial


def _counter(actor: Actor, subject: Subject) -> bool:
    return subject.public and subject.counter_group in actor.groups


def _in_group(actor: Actor, subject: Subject) -> bool:
    return not subject.public and subject.group in actor.groups


def _worker(actor: Actor, subject: Subject) -> bool:
    """A program does it, also in a lane of the public."""
    return subject.group in actor.groups


def _sender(actor: Actor, subject: Subject) -> bool:
    return subject.group in actor.groups


def _lane_member(actor: Actor, subject: Subject) -> bool:
    return bool(subject.lane_groups & actor.groups)


def _receiver(actor: Actor, subject: Subject) -> bool:
    """The case was referred to a group of theirs."""
    return subject.shield.restricted_to in actor.groups


def _own_case(actor: Actor, subject: Subject) -> bool:
    return actor.is_complainant and subject.case == actor.case


def _role(group: str) -> _Rule:
    return lambda actor, subject: group in actor.groups


def _supervisor_of_staff_work(actor: Actor, subject: Subject) -> bool:
    return SUPERVISORS in actor.groups and not subject.public


def _tester(actor: Actor, subject: Subject) -> bool:
    """A trial is test data of all analysts: they play everybody in it, the complainant too."""
    return subject.trial and actor.is_analyst


_analyst, _auditor = _role(ANALYSTS), _role(AUDITORS)
_supervisor, _administrator = _role(SUPERVISORS), _role(ADMINISTRATORS)

#: Act -> the rules of which one must hold. `case:read` is the case with its content.
GRANTS: Mapping[str, tuple[_Rule, ...]] = {
    "case:submit": (_complainant, _counter, _tester),
    "case:submit_own": (_staff,),
    "case:track": (_own_case,),
    "case:read": (_lane_member, _receiver, _supervisor, _auditor, _tester),
    "case:history": (_lane_member, _receiver, _supervisor, _auditor, _tester),
    "case:comment": (_lane_member, _receiver, _supervisor, _tester),
    "case:attach": (_lane_member, _receiver, _supervisor, _tester),
    "case:attach_for_complainant": (_complainant, _counter, _tester),
    "attachment:read": (_lane_member, _receiver, _supervisor, _auditor, _tester),
    "case:search": (_lane_member, _counter, _receiver, _supervisor, _auditor),
    "case:list_all": (_supervisor, _auditor),
    "case:erase": (_administrator,),
    "work_item:list": (_in_group, _counter, _supervisor_of_staff_work, _tester),
    "work_item:claim": (_in_group, _supervisor_of_staff_work, _tester),
    "work_item:release": (_in_group, _supervisor_of_staff_work, _tester),
    "work_item:delegate": (_in_group, _supervisor_of_staff_work, _tester),
    "work_item:complete": (_complainant, _counter, _in_group, _supervisor_of_staff_work, _tester),
    "work_item:reassign": (_supervisor_of_staff_work, _tester),
    "external_task:work": (_worker, _tester),
    "message:send": (_sender, _tester),
    "identity:reveal": (_counter, _auditor, _tester),
    "definition:read": (_analyst, _auditor, _supervisor, _administrator),
    "definition:edit": (_analyst,),
    "definition:try": (_analyst,),
    "definition:deploy": (_analyst,),
    "definition:activate": (_analyst,),
    "definition:migrate": (_analyst,),
    "history:verify": (_auditor,),
    "history:replay": (_auditor,),
    "history:seal": (_administrator,),
    "history:export": (_auditor,),
    "report:read": (_supervisor, _auditor),
    "access:read": (_auditor,),
    "seal:read": (_administrator, _auditor),
    "retention:read": (_administrator, _auditor),
    "retention:change": (_administrator,),
    "calendar:read": (_administrator, _auditor, _supervisor),
    "calendar:deploy": (_administrator,),
    "calendar:recount": (_administrator,),
    "incident:read": (_administrator, _auditor),
    "incident:retry": (_administrator, _tester),
    "user:read": (_administrator, _auditor),
    "user:change": (_administrator,),
    "token:change": (_administrator,),
    "data:backup": (_administrator,),
    "data:restore": (_administrator,),
}

#: What only looks, which an auditor may; revealing an identity grows the access log and nothing else.
LOOKING = frozenset(
    {
        "case:read", "case:history", "case:search", "case:list_all", "definition:read", "history:verify",
        "history:replay", "history:export", "report:read", "access:read", "identity:reveal", "seal:read",
        "calendar:read", "incident:read", "user:read", "retention:read", "attachment:read",
    }
)  # fmt: skip

#: What shows or changes a complaint: never an analyst's, nor theirs whom the case is kept from. Of a trial it is an
#: analyst's, and nobody else's.
CONTENT = frozenset(
    {
        "case:submit", "case:submit_own", "case:track", "case:read", "case:history", "case:comment", "case:search",
        "case:list_all", "work_item:list", "work_item:claim", "work_item:release", "work_item:delegate",
        "work_item:complete", "work_item:reassign",
        "external_task:work", "message:send", "identity:reveal", "case:attach", "case:attach_for_complainant",
        "attachment:read",
    }
)  # fmt: skip

#: What the office does with its complaints as a whole; trials are in none of it.
OF_COMPLAINTS = frozenset({"history:export", "report:read", "retention:change", "calendar:recount"})


def allowed(actor: Actor, act: str, subject: Subject | None = None) -> bool:
    """Whether `actor` may do `act`. An act that the table does not know is refused."""
    if actor.is_operator:
        return act in GRANTS
    subject = subject or Subject()
    return not _denied(actor, act, subject) and any(rule(actor, subject) for rule in GRANTS.get(act, ()))


def _denied(actor: Actor, act: str, subject: Subject) -> bool:
    if not actor.active or (AUDITORS in actor.groups and act not in LOOKING):
        return True
    if act in CONTENT:
        if subject.trial or actor.is_analyst:  # no trial is kept from any analyst
            return actor.is_analyst != subject.trial
        return not subject.shield.admits(actor)
    return subject.shield.own_of == actor.id or (subject.trial and act in OF_COMPLAINTS)
