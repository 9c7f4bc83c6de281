"""From a process definition to SpiffWorkflow's specs, once for each content of a definition.

Specs are read-only while cases run, so all threads share them; a case's state names its definition
and never carries the spec.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.parser.node_parser import DEFAULT_NSMAP
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser, ScriptTaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    EndEvent,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ManualTask,
    NoneTask,
    ScriptTask,
    SubWorkflowTask,
    UserTask,
)

from engine.definition.decisions import Decision, decisions
from engine.definition.model import ProcessDefinition
from engine.definition.xml import CAMUNDA, harden
from engine.errors import DefinitionInvalid
from engine.expression import parse
from engine.expression.table import DecisionTable, Row
from engine.spiff.external import ExternalTask, ExternalTaskParser
from engine.spiff.instances import CallParser, InsideParser, StepParser
from engine.spiff.joins import InclusiveGateway, ParallelGateway
from engine.spiff.thrown import EndParser, ThrowParser
from engine.spiff.timers import TimerBoundaryParser, TimerCatchParser

#: How many compiled definitions are kept; an office has a handful of versions in use.
KEPT = 32


@dataclass(frozen=True, slots=True)
class Script:
    """A FEEL script task: its text and the variable that takes the value."""

    source: str
    result: str

    def results(self, scope: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The variables that it sets."""
        return {self.result: parse(self.source).evaluate(scope, now=now)}


@dataclass(frozen=True, slots=True)
class Rules:
    """A business rule task: its decision table, and the variable for its only output, if it is not called as that."""

    table: DecisionTable
    result: str | None

    def results(self, scope: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The variables that it sets."""
        found = self.table.decide(scope, now=now)
        return {self.result: next(iter(found.values()))} if self.result else found


class FeelScriptParser(ScriptTaskParser):  # type: ignore[misc]
    """Script tasks by `scriptFormat="feel"` and `camunda:resultVariable`."""

    def get_script(self) -> Script:
        return Script((super().get_script() or "").strip(), self.node.get(f"{{{CAMUNDA}}}resultVariable", ""))


class DecisionParser(ScriptTaskParser):  # type: ignore[misc]
    """Business rule tasks by `camunda:decisionRef`, decided by a table of the same deployment."""

    def get_script(self) -> Rules:
        ref = self.node.get(f"{{{CAMUNDA}}}decisionRef", "")
        decision = self.process_parser.parser.decisions.get(ref)
        if decision is None:
            raise ValidationException(f"there is no decision {ref}", node=self.node)
        table = DecisionTable(
            ref,
            decision.inputs,
            decision.outputs,
            [Row(rule.tests, rule.values) for rule in decision.rules],
            decision.policy,
            decision.aggregator,
        )
        return Rules(table, self.node.get(f"{{{CAMUNDA}}}resultVariable"))


class Parser(BpmnParser):  # type: ignore[misc]
    """SpiffWorkflow's parser with our timers, scripts, service tasks, joins and several instances in it."""

    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        full_tag("boundaryEvent"): (TimerBoundaryParser, BoundaryEvent),
        full_tag("intermediateCatchEvent"): (TimerCatchParser, IntermediateCatchEvent),
        full_tag("endEvent"): (EndParser, EndEvent),
        full_tag("intermediateThrowEvent"): (ThrowParser, IntermediateThrowEvent),
        full_tag("scriptTask"): (FeelScriptParser, ScriptTask),
        full_tag("businessRuleTask"): (DecisionParser, ScriptTask),
        full_tag("serviceTask"): (ExternalTaskParser, ExternalTask),
        full_tag("userTask"): (StepParser, UserTask),
        full_tag("manualTask"): (StepParser, ManualTask),
        full_tag("task"): (StepParser, NoneTask),
        full_tag("subProcess"): (InsideParser, SubWorkflowTask),
        full_tag("callActivity"): (CallParser, CallActivity),
        full_tag("parallelGateway"): (GatewayParser, ParallelGateway),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, InclusiveGateway),
    }

    def __init__(self, known: Mapping[str, Decision]) -> None:
        super().__init__(namespaces={**DEFAULT_NSMAP, "camunda": CAMUNDA})
        self.decisions = known


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a workflow is made from."""

    spec: Any
    subprocesses: dict[str, Any]


_cache: OrderedDict[tuple[str, str], Compiled] = OrderedDict()
_lock = threading.Lock()


def compiled(definition: ProcessDefinition) -> Compiled:
    """The specs of a definition. Raises `DefinitionInvalid` when the library cannot read it."""
    name = (definition.key, definition.content_hash)
    with _lock:
        if name in _cache:
            _cache.move_to_end(name)
            return _cache[name]
    made = _compile(definition)
    with _lock:
        _cache[name] = made
        while len(_cache) > KEPT:
            _cache.popitem(last=False)
    return made


def _compile(definition: ProcessDefinition) -> Compiled:
    parser = Parser(decisions(definition.resources))
    try:
        parser.add_bpmn_xml(harden(definition.source, definition.filename), definition.filename)
        return Compiled(parser.get_spec(definition.key), parser.get_subprocess_specs(definition.key))
    except ValidationException as error:
        raise DefinitionInvalid(f"{definition.filename}: {error}", element=error.tag) from error
