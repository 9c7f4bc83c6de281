"""What a deployed process says, as frozen data: the only thing code may know about a diagram.

Names follow BPMN 2.0.2 (OMG formal/2013-12-09) and the Camunda 7 profile; the extension properties
are those of DESIGN section 3 (`kelompok`, `publik`, `loket`, `kalender`, `koordinasi`, `hasil`) and `terbatas_untuk`, `terbatas_bila`, `hasil_layanan` (ADR 9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.forms.fields import FormSchema


@dataclass(frozen=True, slots=True)
class Lane:
    """A swimlane and what its extension properties say about the people in it."""

    id: str
    name: str
    #: The candidate group of its tasks: `kelompok`, by default the name in lower case with underscores.
    group: str
    #: `publik=ya`: its tasks are answered by the complainant.
    public: bool
    #: `loket=<group>`: who may act for the complainant at the counter.
    counter_group: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer event definition. `expression` is bare ISO 8601 or FEEL; `kind` is the BPMN tag's tail."""

    kind: str  # "duration" | "date" | "cycle"
    expression: str
    #: `kalender=24jam`: wall clock instead of office hours.
    wall_clock: bool


#: How many instances one activity may have: an office's people read each of them in a list.
MOST_INSTANCES = 50


@dataclass(frozen=True, slots=True)
class Instances:
    """A multi-instance activity. Both texts are FEEL; without a condition all instances are done."""

    cardinality: str
    condition: str | None
    #: One after the other instead of all at once.
    sequential: bool


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node of the diagram."""

    id: str
    kind: str  # the BPMN tag: "userTask", "boundaryEvent", ...
    name: str
    process: str
    line: int
    lane: Lane | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    #: The event definition's kind, for events: "timer", "message", "terminate", ...; None for a plain one.
    event: str | None = None
    form_ref: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    timer: Timer | None = None
    message: str | None = None
    escalation: str | None = None
    topic: str | None = None
    default_flow: str | None = None
    #: Id of the sub-process that holds it; None on the process's own level.
    parent: str | None = None
    #: When it is done several times.
    instances: Instances | None = None

    @property
    def group(self) -> str | None:
        """Who may act here: the element's own `kelompok`, else its lane's."""
        return self.properties.get("kelompok") or (self.lane.group if self.lane else None)

    @property
    def public(self) -> bool:
        """Whether the complainant answers it."""
        return bool(self.lane and self.lane.public)

    @property
    def outcome(self) -> str:
        """How reports count a case that ends here: property `hasil`, else the element's id."""
        return self.properties.get("hasil") or self.id

    @property
    def results(self) -> tuple[str, ...]:
        """For a service task: the variables that its worker sets (`hasil_layanan`, separated by commas)."""
        said = self.properties.get("hasil_layanan", "") if self.kind == "serviceTask" else ""
        return tuple(name.strip() for name in said.split(",") if name.strip())

    @property
    def restricted_to(self) -> str | None:
        """For an end event: the group that alone may read a case that ended here (`terbatas_untuk`) …"""
        return self.properties.get("terbatas_untuk") or None

    @property
    def restricted_if(self) -> str | None:
        """… if this FEEL condition holds (`terbatas_bila`); always, without one."""
        return self.properties.get("terbatas_bila") or None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is FEEL."""

    id: str
    source: str
    target: str
    condition: str | None
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class ProcessDefinition:
    """One version of one executable process with everything that it was deployed with.

    `id` is `key:version`, as the Camunda 7 REST API shows it to people. `content_hash` is the
    SHA-256 of all its files and decides whether a deployment makes a new version.
    """

    key: str
    version: int
    name: str
    filename: str
    source: bytes
    resources: Mapping[str, bytes]
    content_hash: str
    properties: Mapping[str, str]
    lanes: tuple[Lane, ...]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    #: form id -> schema
    forms: Mapping[str, FormSchema]
    #: Elements and forms of earlier versions that this one has no more: cases that moved here have met them.
    former_elements: Mapping[str, Element] = field(default_factory=dict, repr=False, kw_only=True)
    former_forms: Mapping[str, FormSchema] = field(default_factory=dict, repr=False, kw_only=True)
    #: Id of the user task that a submission completes (the first after the start event).
    entry: str
    #: The variables that expressions of this process read: all that its workflow ever holds.
    variables: frozenset[str]

    @property
    def id(self) -> str:
        return f"{self.key}:{self.version}"

    @property
    def lane_groups(self) -> frozenset[str]:
        """All groups with a lane in the process."""
        return frozenset(lane.group for lane in self.lanes)

    def form_of(self, element_id: str) -> FormSchema | None:
        """The form of a user task, or None when it has none."""
        ref = self.elements[element_id].form_ref
        return self.forms[ref] if ref else None

    def own_keys(self, element_id: str) -> frozenset[str]:
        """What a user task's form asks, without what it only shows from earlier ones."""
        schema = self.form_of(element_id)
        return schema.own_keys if schema else frozenset()

    def element(self, element_id: str) -> Element:
        """An element of this version, or the last one that an earlier version had by that id."""
        return self.elements.get(element_id) or self.former_elements[element_id]

    def form(self, form_id: str) -> FormSchema | None:
        """A form of this version, or the last one that an earlier version had by that id."""
        return self.forms.get(form_id) or self.former_forms.get(form_id)

    def after(self, before: ProcessDefinition) -> ProcessDefinition:
        """This version, with what it has no more of all versions up to `before`, the one before it."""
        elements = {**before.former_elements, **before.elements}
        forms = {**before.former_forms, **before.forms}
        return replace(
            self,
            former_elements={k: v for k, v in elements.items() if k not in self.elements},
            former_forms={k: v for k, v in forms.items() if k not in self.forms},
        )

    def user_tasks(self) -> tuple[Element, ...]:
        """Every user task, in the order of the file."""
        return tuple(e for e in self.elements.values() if e.kind == "userTask")

    def senders(self) -> Mapping[str, str | None]:
        """Message name -> the group that may send it (`kelompok` of the events that catch it)."""
        catching = {"boundaryEvent", "intermediateCatchEvent"}
        return {e.message: e.group for e in self.elements.values() if e.message and e.kind in catching}
