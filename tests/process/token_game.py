"""BPMN's token game as the standard tells it, naively, over a parsed definition: what must be open after each act.

It shares nothing with SpiffWorkflow, so it says whether a join waits, a loop comes back and an interruption
takes away what it should. When is the calendar's affair: it is told which timers fire. Source: BPMN 2.0.2,
chapter 13. One thing is the engine's own: an event that does not interrupt happens once for each activity.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.commands import (
    Command,
    Complete,
    CompleteExternalTask,
    FireTimers,
    SendMessage,
    Submit,
    ThrowError,
)
from engine.definition.model import Element, Flow, Instances, ProcessDefinition
from engine.definition.xml import BPMN
from engine.expression import parse
from engine.runtime.state import State
from engine.spiff.context import scalar

#: Where a token stays until something happens.
RESTS = frozenset({"userTask", "serviceTask", "intermediateCatchEvent", "eventBasedGateway", "subProcess"})


@dataclass(eq=False)
class Scope:
    """The process, or one activation of a sub-process, which `holder` stands for outside."""

    holder: Token | None = None
    #: (joining gateway, incoming flow) -> tokens that wait there.
    arrived: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(eq=False)
class Token:
    """A token that rests on `element`; `events` may still happen to it: their element -> their name."""

    element: str
    scope: Scope
    name: str
    events: dict[str, str]
    #: It holds so many instances of its element, of which so many have ended.
    instances: int | None = None
    done: int = 0


class Game:
    """The tokens of one case. The first scope is the process itself."""

    def __init__(self, process: ProcessDefinition) -> None:
        self.process = process
        self.variables: dict[str, Any] = {}
        self.tokens: list[Token] = []
        self.ended = False
        self._scopes = [Scope()]
        self._count: Counter[str] = Counter()
        self._out: dict[str, list[Flow]] = defaultdict(list)
        self._in: dict[str, list[Flow]] = defaultdict(list)
        for flow in process.flows.values():
            self._out[flow.source].append(flow)
            self._in[flow.target].append(flow)
        self._attached: dict[str, list[str]] = defaultdict(list)
        for element in process.elements.values():
            if element.attached_to:
                self._attached[element.attached_to].append(element.id)
        scripts = etree.fromstring(process.source).iter(f"{{{BPMN}}}scriptTask")
        self._scripts = {node.get("id"): node.findtext(f"{{{BPMN}}}script") or "" for node in scripts}
        root = etree.fromstring(process.source)
        errors = {node.get("id"): node.get("errorCode") for node in root.iter(f"{{{BPMN}}}error")}
        #: Error event -> the code that it catches.
        self._codes = {
            node.getparent().get("id"): errors.get(node.get("errorRef"))
            for node in root.iter(f"{{{BPMN}}}errorEventDefinition")
        }

    # --- what is open --------------------------------------------------------

    @property
    def tasks(self) -> set[str]:
        """Names of the open tasks of people."""
        return self._resting("userTask")

    @property
    def external_tasks(self) -> set[str]:
        """Names of the service tasks that wait for a worker."""
        return self._resting("serviceTask")

    def _resting(self, kind: str) -> set[str]:
        return {t.name for t in self.tokens if t.instances is None and self._at(t.element).kind == kind}

    @property
    def timers(self) -> set[str]:
        """Names of the timers that run."""
        return {name for _, name in self._awaited() if self._at(name.partition(":")[0]).timer}

    # --- what happens --------------------------------------------------------

    def take(self, command: Command, before: State | None) -> None:
        """Carry out a command that the engine has carried out; `before` says which timers were due."""
        match command:
            case Submit():
                self._enter_start(self._scopes[0], None)
                self.variables |= command.variables
                self._finish(self.tokens[0])
            case Complete() | CompleteExternalTask():
                self.variables |= command.variables
                self._finish(next(token for token in self.tokens if token.name == command.activation))
            case ThrowError():
                token = next(token for token in self.tokens if token.name == command.activation)
                self._happen(next(self._catching(token, command.error_code)))
            case SendMessage():
                waiting = [name for _, name in self._awaited() if self._message(name) == command.message]
                for name in waiting:
                    self._happen(name)
            case FireTimers():
                assert before is not None
                due = [name for name, timer in before.timers.items() if timer.due <= command.due]
                for name in sorted(due, key=lambda n: (self._at(n.partition(":")[0]).interrupting, n)):
                    self._happen(name)

    def _finish(self, token: Token) -> None:
        self._end(token)
        self._settle()

    def _end(self, token: Token) -> None:
        """An activity ends; as one of several it ends the whole, or lets the next one begin."""
        self._remove(token)
        whole = token.scope.holder
        if whole is None or whole.instances is None:
            self._leave(token.element, token.scope)
            return
        whole.done += 1
        if whole.done == whole.instances or self._enough(whole):
            self._remove(whole)
            self._leave(whole.element, whole.scope)
        elif self._loop(whole).sequential:
            self._rest_on(self._at(whole.element), token.scope, [])

    def _enough(self, whole: Token) -> bool:
        condition = self._loop(whole).condition
        going_on = sum(other.scope.holder is whole for other in self.tokens)
        counted = {
            "nrOfInstances": whole.instances,
            "nrOfCompletedInstances": whole.done,
            "nrOfActiveInstances": going_on,
        }
        return condition is not None and parse(condition).evaluate({**self.variables, **counted}) is True

    def _loop(self, whole: Token) -> Instances:
        loop = self._at(whole.element).instances
        assert loop is not None
        return loop

    def _happen(self, name: str) -> None:
        """An event happens, unless it was taken away before."""
        token = next((token for token, awaited in self._awaited() if awaited == name), None)
        if token is None:
            return
        element = self._at(name.partition(":")[0])
        if element.attached_to and not element.interrupting:
            del token.events[element.id]
        else:
            self._remove(token)
        self._leave(element.id, token.scope)
        self._settle()

    def _catching(self, token: Token | None, code: str) -> Iterator[str]:
        """The error events that catch `code`, from the activity outwards. Those without a code catch every one."""
        while token is not None:
            for own, name in token.events.items():
                if self._at(own).event == "error" and self._codes[own] in (None, code):
                    yield name
            token = token.scope.holder

    def _awaited(self) -> Iterator[tuple[Token, str]]:
        for token in list(self.tokens):
            if self._at(token.element).kind == "intermediateCatchEvent":
                yield token, token.name
            for name in token.events.values():
                yield token, name

    def _remove(self, token: Token) -> None:
        """Take a token away, with all that goes on inside it."""
        self.tokens.remove(token)
        self._scopes = [scope for scope in self._scopes if scope.holder is not token]
        for inner in [other for other in self.tokens if other.scope.holder is token]:
            if inner in self.tokens:
                self._remove(inner)

    # --- how tokens move -----------------------------------------------------

    def _leave(self, element: str, scope: Scope) -> None:
        for flow in self._out[element]:
            self._enter(flow, scope)

    def _enter(self, flow: Flow, scope: Scope) -> None:
        element = self._at(flow.target)
        if self.ended:
            return
        if element.kind in RESTS:
            self._rest(element, scope)
        elif element.kind in {"parallelGateway", "inclusiveGateway"} and len(self._in[element.id]) > 1:
            scope.arrived[element.id, flow.id] += 1
            if element.kind == "parallelGateway":
                self._join(element.id, scope)
        elif element.kind in {"exclusiveGateway", "inclusiveGateway"}:
            for chosen in self._chosen(element):
                self._enter(chosen, scope)
        elif element.event == "terminate":
            self.tokens.clear()
            self.ended = True
        else:
            if element.kind == "scriptTask":
                value = parse(self._scripts[element.id]).evaluate(self.variables)
                self.variables["jumlah"] = scalar(value)
            self._leave(element.id, scope)

    def _rest(self, element: Element, scope: Scope) -> None:
        events = self._attached[element.id]
        if element.kind == "eventBasedGateway":
            events = [flow.target for flow in self._out[element.id]]
        if element.instances is not None:
            self._rest_several(element, element.instances, scope, events)
        else:
            self._rest_on(element, scope, events)

    def _rest_several(self, element: Element, loop: Instances, scope: Scope, events: list[str]) -> None:
        """The whole rests, and its instances on a level of their own; of none, it is passed."""
        count = int(parse(loop.cardinality).evaluate(self.variables))
        if count == 0:
            self._leave(element.id, scope)
            return
        whole = Token(element.id, scope, "", {own: self._named(own) for own in events}, count)
        self.tokens.append(whole)
        inside = Scope(whole)
        self._scopes.append(inside)
        for _ in range(1 if loop.sequential else count):
            self._rest_on(element, inside, [])

    def _rest_on(self, element: Element, scope: Scope, events: list[str]) -> None:
        token = Token(element.id, scope, self._named(element.id), {own: self._named(own) for own in events})
        self.tokens.append(token)
        if element.kind == "subProcess":
            self._scopes.append(Scope(token))
            self._enter_start(self._scopes[-1], element.id)

    def _enter_start(self, scope: Scope, parent: str | None) -> None:
        start = next(
            e.id for e in self.process.elements.values() if e.kind == "startEvent" and e.parent == parent
        )
        self._leave(start, scope)

    def _chosen(self, gateway: Element) -> list[Flow]:
        flows = self._out[gateway.id]
        true = [flow for flow in flows if flow.id != gateway.default_flow and self._holds(flow)]
        default = [flow for flow in flows if flow.id == gateway.default_flow]
        return (true or default)[: 1 if gateway.kind == "exclusiveGateway" else None]

    def _holds(self, flow: Flow) -> bool:
        return not flow.condition or parse(flow.condition).evaluate(self.variables) is True

    def _join(self, gateway: str, scope: Scope) -> None:
        """A parallel join takes one token from every flow, when each has one."""
        flows = [(gateway, flow.id) for flow in self._in[gateway]]
        if all(scope.arrived[flow] for flow in flows):
            for flow in flows:
                scope.arrived[flow] -= 1
            self._leave(gateway, scope)

    def _settle(self) -> None:
        """What waits for the rest to come to a stand: inclusive joins, sub-processes, the end."""
        while not self.ended and (self._join_inclusive() or self._close_inside()):
            pass
        if not self.tokens and not +self._scopes[0].arrived:
            self.ended = True

    def _join_inclusive(self) -> bool:
        for scope in self._scopes:
            for gateway in sorted({own for (own, _) in +scope.arrived}):
                if self._at(gateway).kind == "inclusiveGateway" and not self._awaits_more(gateway, scope):
                    for flow in self._in[gateway]:
                        scope.arrived[gateway, flow.id] -= scope.arrived[gateway, flow.id] > 0
                    self._leave(gateway, scope)
                    return True
        return False

    def _awaits_more(self, gateway: str, scope: Scope) -> bool:
        """Whether a token can still come by a flow that has none, and by no flow that has one (13.4.3)."""
        full = {flow.id for flow in self._in[gateway] if scope.arrived[gateway, flow.id]}
        places = [[token.element, *token.events] for token in self.tokens if token.scope is scope]
        places += [[own] for (own, _) in +scope.arrived if own != gateway]
        reached = (self._reach(place, gateway) for place in places)
        return any(flows and not flows & full for flows in reached)

    def _reach(self, place: list[str], gateway: str) -> set[str]:
        """The incoming flows of `gateway` that lie on a way from `place`, the gateway not passed."""
        seen, todo, found = set(place), list(place), set()
        while todo:
            for flow in self._out[todo.pop()]:
                if flow.target == gateway:
                    found.add(flow.id)
                elif flow.target not in seen:
                    new = [flow.target, *self._attached[flow.target]]
                    seen.update(new)
                    todo += new
        return found

    def _close_inside(self) -> bool:
        for token in self.tokens:
            inside = token.instances is None and self._at(token.element).kind == "subProcess"
            if inside and not self._busy(token):
                self._end(token)
                return True
        return False

    def _busy(self, holder: Token) -> bool:
        (inside,) = (scope for scope in self._scopes if scope.holder is holder)
        return any(token.scope is inside for token in self.tokens) or bool(+inside.arrived)

    def _named(self, element: str) -> str:
        self._count[element] += 1
        return f"{element}:{self._count[element]}"

    def _message(self, name: str) -> str | None:
        return self._at(name.partition(":")[0]).message

    def _at(self, element: str) -> Element:
        return self.process.elements[element]
