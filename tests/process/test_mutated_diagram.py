"""The shipped diagram cut about at random, as a tired analyst or a broken tool might leave it: the check refuses it with
reasons that can be read, or it can be deployed and run. Never a fault of the program.

`SOAK=1` (`make soak`) tries many more, and other ones each time.
"""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st
from lxml import etree

from engine.commands import SYSTEM, CompleteExternalTask
from engine.definition.bundle import Bundle, check
from engine.definition.findings import errors, remedy, text
from engine.definition.xml import BPMN, NAMESPACES
from engine.errors import EngineError
from engine.spiff.compiled import compiled
from tests.process.diagrams import Diagram
from tests.process.test_random_processes import RUNS
from tests.process.tracks import Case

KINDS = (
    "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway", "startEvent",
    "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "subProcess", "callActivity",
    "transaction", "adHocSubProcess", "sequenceFlow", "lane", "dataObject", "textAnnotation", "tidakAda",
)  # fmt: skip
DEFINITIONS = (
    "timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "errorEventDefinition",
    "escalationEventDefinition", "terminateEventDefinition", "compensateEventDefinition", "linkEventDefinition",
    "conditionalEventDefinition", "cancelEventDefinition",
)  # fmt: skip
TEXTS = st.sampled_from(
    ("", " ", "PT2H", "PT0S", "P1D", "R3/PT1H", "2026-12-01T08:00:00", "lingkup", "lingkup = null", "1/0", "true",
     "jawaban", "{", "ya", "${x}", "𝔘", "P9999999Y")
)  # fmt: skip
ACTS = st.sampled_from(("complete", "complete", "complete", "later", "send", "work"))
VALUES = st.sampled_from(("tidak_berkadar", "berkadar_pengawasan", "respon_balik", "selesai", None, 3, True))


class Cutter:
    """One diagram under the knife; what is drawn decides what is cut."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw = data.draw
        self.diagram = Diagram.shipped()

    def cut(self) -> None:
        way = self.draw(st.sampled_from(sorted(n for n in dir(self) if n.startswith("cut_"))))
        getattr(self, way)()

    def one(self) -> Any:
        """Any element below the process, its lanes and events included."""
        nodes = [n for n in self.diagram.root.iter(f"{{{BPMN}}}*") if n.getparent() is not None]
        return self.draw(st.sampled_from(nodes)) if nodes else self.diagram.root

    def some_id(self) -> str:
        return self.draw(st.sampled_from([*sorted(self.diagram.ids()), "Tidak_ada", "", "End"]))

    def cut_delete(self) -> None:
        node = self.one()
        if node.getparent() is not None:
            node.getparent().remove(node)

    def cut_duplicate(self) -> None:
        node = self.one()
        if node.getparent() is None:
            return
        twin = copy.deepcopy(node)
        if self.draw(st.booleans()):
            for each in twin.iter(etree.Element):
                if each.get("id"):
                    each.set("id", f"{each.get('id')}_lagi")
        node.addnext(twin)

    def cut_rewire(self) -> None:
        flows = self.diagram.all("sequenceFlow")
        if flows:
            flow = self.draw(st.sampled_from(flows))
            flow.set(self.draw(st.sampled_from(("sourceRef", "targetRef"))), self.some_id())

    def cut_retype(self) -> None:
        node = self.one()
        kinds = DEFINITIONS if etree.QName(node).localname.endswith("EventDefinition") else KINDS
        node.tag = f"{{{BPMN}}}{self.draw(st.sampled_from(kinds))}"

    def cut_move(self) -> None:
        node, target = self.one(), self.one()
        if node is not target and node not in list(target.iterancestors()):
            target.append(node)

    def cut_attribute(self) -> None:
        node = self.one()
        if not node.attrib:
            return
        name = self.draw(st.sampled_from(sorted(node.attrib)))
        value = self.draw(st.one_of(st.none(), TEXTS))
        if value is None:
            del node.attrib[name]
        else:
            node.set(name, value)

    def cut_reference(self) -> None:
        node = self.one()
        name = self.draw(
            st.sampled_from(("attachedToRef", "default", "messageRef", "escalationRef", "calledElement"))
        )
        node.set(name, self.some_id())

    def cut_text(self) -> None:
        said = [n for n in self.diagram.root.iter(f"{{{BPMN}}}*") if n.text and n.text.strip()]
        if said:
            self.draw(st.sampled_from(said)).text = self.draw(TEXTS)

    def cut_event(self) -> None:
        kind = self.draw(st.sampled_from(DEFINITIONS))
        etree.SubElement(self.one(), f"{{{BPMN}}}{kind}", id="Pemicu_baru")

    def cut_many(self) -> None:
        kind = self.draw(st.sampled_from(("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")))
        etree.SubElement(self.one(), f"{{{BPMN}}}{kind}", id="Berulang")

    def cut_property(self) -> None:
        held = self.diagram.root.findall(".//camunda:property", NAMESPACES)
        if held:
            self.draw(st.sampled_from(held)).set("value", self.draw(TEXTS))


def step(case: Case, data: st.DataObject) -> None:
    act = data.draw(ACTS)
    waiting = sorted(case.state.work_items)
    values = {name: data.draw(VALUES) for name in sorted(case.process.variables)}
    if act == "later":
        case.wait(hours=data.draw(st.sampled_from((1, 3, 30))))
    elif act == "send":
        case.send(data.draw(st.sampled_from(["lain", *sorted(filter(None, case.process.senders()))])))
    elif act == "work" and case.state.external_tasks:
        name = sorted(case.state.external_tasks)[0]
        case.on(CompleteExternalTask, name, SYSTEM, variables=values)
    elif waiting:
        name = data.draw(st.sampled_from(waiting))
        case.complete(case.state.work_items[name].element, **values)


@RUNS
@given(st.data())
def test_a_diagram_cut_at_random_is_refused_with_reasons_or_runs(data: st.DataObject) -> None:
    cutter = Cutter(data)
    for _ in range(data.draw(st.sampled_from((1, 1, 2, 3)))):
        cutter.cut()
    name = cutter.diagram.filename
    checked = check(Bundle({name: cutter.diagram.source(), **cutter.diagram.forms}))
    for finding in checked.findings:
        for language in ("id", "en"):
            assert text(finding, language)  # type: ignore[arg-type]
            assert remedy(finding, language)  # type: ignore[arg-type]
    if errors(checked.findings):
        event("refused")
        return
    event("runs")
    (process,) = checked.definitions
    compiled(process)
    case = Case(process)
    try:
        case.submit(**{name: data.draw(VALUES) for name in sorted(process.variables)})
        for _ in range(15):
            if case.state.ended:
                break
            try:
                step(case, data)
            except EngineError:
                if case.state.due(case.now):
                    break  # the timer's own way is blocked: the case is halted until somebody mends it
    except EngineError:
        event("halted at the beginning")
