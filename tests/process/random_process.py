"""Random processes: blocks that nest, written as BPMN as a modeler would, every one of them passing lint.

A block has one way in and one way out, so whatever is drawn can end, and loops only by somebody's choice.
The variables are three, set by two tiny forms; a choice may meet a null, which must halt the command.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.forms.schema import load

FILENAME = "acak.bpmn"
#: Form id -> key -> component type.
FORMS: dict[str, dict[str, str]] = {
    "masuk": {"warna": "textfield", "angka": "number", "ulang": "checkbox"},
    "lanjut": {"angka": "number", "ulang": "checkbox"},
}
#: The error code that the error events know.
GALAT = "GAGAL"
#: FEEL over those variables and the script's.
CONDITIONS = (
    'warna = "merah"',
    "angka > 2",
    "ulang",
    'warna = "biru" or angka = 1',
    "not(ulang)",
    "jumlah = 1",
)
#: Few limits, so that timers often come due in the same instant.
LIMITS = ("PT1H", "PT2H", "P1D")


@dataclass(frozen=True)
class Limit:
    """A boundary event: a timer, or a message when `message` is set. Its branch goes to an end of its own
    unless it interrupts; then it comes back to the main flow. People may have to act on the way, two times."""

    duration: str
    wall_clock: bool
    interrupting: bool
    with_task: bool
    message: bool


@dataclass(frozen=True)
class Times:
    """Done several times; `until` is a completion condition."""

    count: str
    sequential: bool
    until: str | None = None


@dataclass(frozen=True)
class Task:
    """A person's task in one of the lanes."""

    lane: int
    limits: tuple[Limit, ...] = ()
    times: Times | None = None


@dataclass(frozen=True)
class Service:
    """A service task in one of the lanes; with `catching`, an error event leaves it and comes back to the main flow."""

    lane: int
    limits: tuple[Limit, ...] = ()
    catching: bool = False
    times: Times | None = None


@dataclass(frozen=True)
class Script:
    """`jumlah` becomes a number."""

    text: str


@dataclass(frozen=True)
class Pause:
    """An intermediate timer."""

    duration: str


@dataclass(frozen=True)
class Catch:
    """An intermediate message."""


@dataclass(frozen=True)
class Race:
    """An event gateway: a message or a timer, whichever comes first."""

    duration: str


@dataclass(frozen=True)
class Sequence:
    blocks: tuple[Any, ...]


@dataclass(frozen=True)
class Choice:
    """An exclusive gateway: a condition for every branch but the last, which is the default."""

    branches: tuple[Any, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Some:
    """An inclusive gateway, in the same shape: one branch, or all whose conditions hold."""

    branches: tuple[Any, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Both:
    """A parallel fork and join."""

    branches: tuple[Any, ...]


@dataclass(frozen=True)
class Loop:
    """The block once, and again as long as the condition holds."""

    block: Any
    condition: str


@dataclass(frozen=True)
class Inside:
    """A sub-process, perhaps with a limit on the whole of it."""

    block: Any
    limits: tuple[Limit, ...] = ()
    #: An error event on the whole of it.
    catching: bool = False
    times: Times | None = None


conditions = st.sampled_from(CONDITIONS)
durations = st.sampled_from(LIMITS)
limits = st.builds(Limit, durations, st.booleans(), st.booleans(), st.booleans(), st.booleans())
at_most_two = st.lists(limits, max_size=2).map(tuple)
untils = st.sampled_from(
    (None, None, "nrOfCompletedInstances = 2", "nrOfActiveInstances < 2 or ulang", "ulang")
)
times = st.none() | st.builds(
    Times, st.sampled_from(("2", "3", "0", "floor(angka)", "jumlah + 1")), st.booleans(), untils
)
tasks = st.builds(Task, st.integers(0, 3), at_most_two, times)
services = st.builds(Service, st.integers(0, 3), at_most_two, st.booleans(), times)
leaves = st.one_of(
    tasks,
    tasks,
    tasks,
    services,
    st.builds(Script, st.sampled_from(("1", "2", "if ulang then 1 else 2", "jumlah + 1"))),
    st.builds(Pause, durations),
    st.just(Catch()),
    st.builds(Race, durations),
)


def _nested(block: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    two = st.tuples(block, block)
    # A loop and an inclusive branch hold a person's task, so that nothing can spin by itself.
    sure = tasks.filter(lambda task: task.times is None or task.times.count != "0")
    with_task = st.tuples(sure, block).map(lambda pair: Sequence(pair))
    return st.one_of(
        st.lists(block, min_size=2, max_size=3).map(lambda found: Sequence(tuple(found))),
        st.builds(Choice, two, st.tuples(conditions)),
        st.builds(Both, two),
        st.builds(Some, st.tuples(block, block, block), st.tuples(conditions, conditions)),
        st.builds(Loop, with_task, conditions),
        st.builds(Inside, with_task, st.lists(limits, max_size=1).map(tuple), st.booleans(), times),
    )


#: What comes after the complaint's first step.
bodies = st.recursive(leaves, _nested, max_leaves=10)


def racy(block: Any, together: bool = False) -> bool:
    """Whether a script runs beside another branch: BPMN leaves open which of the two comes first."""
    match block:
        case Script():
            return together
        case Both(branches) | Some(branches, _):
            return any(racy(inner, True) for inner in branches)
        case Sequence(blocks) | Choice(blocks, _):
            return any(racy(inner, together) for inner in blocks)
        case Loop(inner, _):
            return racy(inner, together)
        case Inside(inner, _, _, times):
            return racy(inner, together or times is not None)
    return False


def definition(body: Any) -> ProcessDefinition:
    """The process of a body, parsed. Version 0, as before a deployment."""
    resources = form_files()
    forms = {name: load(resources[f"{name}.form"], f"{name}.form") for name in FORMS}
    return parse(bpmn(body), FILENAME, forms, resources)


def form_files() -> dict[str, bytes]:
    return {f"{name}.form": _form(name, fields) for name, fields in FORMS.items()}


def _form(name: str, fields: dict[str, str]) -> bytes:
    components = [{"type": kind, "key": key, "id": f"F_{key}", "label": key} for key, kind in fields.items()]
    form = {"id": name, "type": "default", "schemaVersion": 19, "executionPlatform": "Camunda Platform"}
    return json.dumps({**form, "executionPlatformVersion": "7.24.0", "components": components}).encode()


def bpmn(body: Any) -> bytes:
    """The diagram of a body: start, the public first step, a script that sets `jumlah`, the body, an end."""
    writer = _Writer()
    start = writer.node("startEvent", "")
    first = writer.task(0, "masuk")
    count = writer.script("0")
    end = writer.node("endEvent", "<terminateEventDefinition/>")
    enter, leave = writer.write(body)
    for source, target in ((start, first), (first, count), (count, enter), (leave, end)):
        writer.flow(source, target)
    return writer.document().encode()


@dataclass
class _Writer:
    """Nodes and flows on one level; sub-processes have a writer of their own, sharing numbers and lanes."""

    nodes: list[str] = field(default_factory=list)
    lanes: list[list[str]] = field(default_factory=lambda: [[], [], [], []])
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))
    top: bool = True

    def node(self, kind: str, inner: str, lane: int = 0, prefix: str = "N", **attributes: str) -> str:
        own = f"{prefix}{next(self.numbers)}"
        said = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        self.nodes.append(f'<{kind} id="{own}" name="{own}"{said}>{inner}</{kind}>')
        if self.top:
            self.lanes[lane].append(own)
        return own

    def flow(self, source: str, target: str, condition: str | None = None) -> str:
        own = f"F{next(self.numbers)}"
        inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
        self.nodes.append(
            f'<sequenceFlow id="{own}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
        return own

    def task(self, lane: int, form: str = "lanjut") -> str:
        return self.node("userTask", "", lane, "T", **{"camunda:formRef": form})

    def script(self, text: str) -> str:
        said = {"scriptFormat": "feel", "camunda:resultVariable": "jumlah"}
        return self.node("scriptTask", f"<script>{escape(text)}</script>", **said)

    def timer(self, kind: str, duration: str, wall_clock: bool = False, **attributes: str) -> str:
        said = _properties(kalender="24jam") if wall_clock else ""
        inner = f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"
        return self.node(kind, said + inner, **attributes)

    def service(self, lane: int) -> str:
        said = {"camunda:type": "external", "camunda:topic": "kerja"}
        return self.node("serviceTask", _properties(hasil_layanan="angka"), lane, "W", **said)

    def error(self, activity: str) -> str:
        """An error event on an activity; every second one catches any code."""
        self.errors.append(activity)
        which = f' errorRef="E_{GALAT}"' if len(self.errors) % 2 else ""
        return self.node("boundaryEvent", f"<errorEventDefinition{which}/>", attachedToRef=activity)

    def message(self, kind: str, **attributes: str) -> str:
        name = f"pesan_{len(self.messages)}"
        self.messages.append(name)
        inner = f'<messageEventDefinition messageRef="M_{name}"/>'
        return self.node(kind, _properties(kelompok="lajur_1") + inner, **attributes)

    def write(self, block: Any) -> tuple[str, str]:
        """Write a block; the ids of its first and its last node."""
        match block:
            case Task(lane, attached, often):
                return self.limited(self.several(self.task(lane), often), attached)
            case Service(lane, attached, catching, often):
                return self.limited(self.several(self.service(lane), often), attached, catching)
            case Script(text):
                return _twice(self.script(text))
            case Pause(duration):
                return _twice(self.timer("intermediateCatchEvent", duration))
            case Catch():
                return _twice(self.message("intermediateCatchEvent"))
            case Race(duration):
                catching = (
                    self.message("intermediateCatchEvent"),
                    self.timer("intermediateCatchEvent", duration),
                )
                return self.fork("eventBasedGateway", "exclusiveGateway", [_twice(own) for own in catching])
            case Sequence(blocks):
                written = [self.write(inner) for inner in blocks]
                for (_, before), (after, _) in pairwise(written):
                    self.flow(before, after)
                return written[0][0], written[-1][1]
            case Both(branches):
                written = [self.write(inner) for inner in branches]
                return self.fork("parallelGateway", "parallelGateway", written)
            case Choice(branches, conditions):
                written = [self.write(inner) for inner in branches]
                return self.fork("exclusiveGateway", "exclusiveGateway", written, conditions)
            case Some(branches, conditions):
                written = [self.write(inner) for inner in branches]
                return self.fork("inclusiveGateway", "inclusiveGateway", written, conditions)
            case Loop(inner, condition):
                return self.loop(self.write(inner), condition)
            case Inside(inner, attached, catching, often):
                return self.limited(self.inside(inner, often), attached, catching)
        raise TypeError(f"no such block: {block!r}")

    def fork(
        self, kind: str, join: str, branches: list[tuple[str, str]], conditions: tuple[str, ...] = ()
    ) -> tuple[str, str]:
        split, merge = self.node(kind, "", prefix="G"), self.node(join, "", prefix="G")
        flows = [
            self.flow(split, enter, condition)
            for (enter, _), condition in zip(branches, (*conditions, *[None] * len(branches)), strict=False)
        ]
        for _, leave in branches:
            self.flow(leave, merge)
        if conditions:
            self.default(split, flows[-1])
        return split, merge

    def loop(self, body: tuple[str, str], condition: str) -> tuple[str, str]:
        merge, again, out = (self.node("exclusiveGateway", "", prefix="G") for _ in range(3))
        self.flow(merge, body[0])
        self.flow(body[1], again)
        self.flow(again, merge, condition)
        self.default(again, self.flow(again, out))
        return merge, out

    def default(self, gateway: str, flow: str) -> None:
        at = next(i for i, node in enumerate(self.nodes) if f' id="{gateway}"' in node)
        self.nodes[at] = self.nodes[at].replace(" name=", f' default="{flow}" name=', 1)

    def several(self, activity: str, often: Times | None) -> str:
        """The activity, done several times."""
        if often is not None:
            at = next(i for i, node in enumerate(self.nodes) if f' id="{activity}"' in node)
            head, closing, tail = self.nodes[at].rpartition("</")
            self.nodes[at] = head + _loop(often) + closing + tail
        return activity

    def inside(self, block: Any, often: Times | None) -> str:
        own = _Writer([], self.lanes, self.messages, self.errors, self.numbers, top=False)
        start, end = own.node("startEvent", ""), own.node("endEvent", "")
        enter, leave = own.write(block)
        own.flow(start, enter)
        own.flow(leave, end)
        return self.node("subProcess", _loop(often) + "".join(own.nodes), prefix="S")

    def limited(self, activity: str, attached: tuple[Limit, ...], catching: bool = False) -> tuple[str, str]:
        """The activity with its boundary events, and the gateway where interrupted and regular ways meet."""
        if not attached and not catching:
            return _twice(activity)
        merge = self.node("exclusiveGateway", "", prefix="G")
        self.flow(activity, merge)
        if catching:
            self.flow(self.error(activity), merge)
        for limit in attached:
            said = {"attachedToRef": activity, "cancelActivity": str(limit.interrupting).lower()}
            if limit.message:
                event = self.message("boundaryEvent", **said)
            else:
                event = self.timer("boundaryEvent", limit.duration, limit.wall_clock, **said)
            if limit.with_task:
                for _ in range(2):
                    handler = self.task(1)
                    self.flow(event, handler)
                    event = handler
            self.flow(event, merge if limit.interrupting else self.node("endEvent", ""))
        return activity, merge

    def document(self) -> str:
        """The whole file. Lane 0 is the public's."""
        lanes = "".join(
            f'<lane id="L{nth}" name="Lajur {nth}">{_properties(publik="ya") if nth == 0 else ""}'
            + "".join(f"<flowNodeRef>{own}</flowNodeRef>" for own in nodes)
            + "</lane>"
            for nth, nodes in enumerate(self.lanes)
        )
        messages = "".join(f'<message id="M_{name}" name="{name}"/>' for name in self.messages)
        messages += f'<error id="E_{GALAT}" name="{GALAT}" errorCode="{GALAT}"/>'
        return (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
            ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="D" targetNamespace="acak">'
            f'<process id="acak" name="acak" isExecutable="true" camunda:historyTimeToLive="1">'
            f'<laneSet id="L">{lanes}</laneSet>{"".join(self.nodes)}</process>{messages}</definitions>'
        )


def _loop(often: Times | None) -> str:
    if often is None:
        return ""
    until = f"<completionCondition>{escape(often.until)}</completionCondition>" if often.until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(often.sequential).lower()}">'
        f"<loopCardinality>{escape(often.count)}</loopCardinality>{until}</multiInstanceLoopCharacteristics>"
    )


def _twice(own: str) -> tuple[str, str]:
    return own, own


def _properties(**said: str) -> str:
    inner = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in said.items())
    return f"<extensionElements><camunda:properties>{inner}</camunda:properties></extensionElements>"
