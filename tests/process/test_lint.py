"""The deployment check names what is wrong, where it is and what to do. Each test breaks the shipped process."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.definition.findings import Finding, as_json, remedy, text
from engine.definition.lint import lint
from engine.definition.lint.constructs import MOST_ELEMENTS
from engine.definition.sentences import SENTENCES
from engine.definition.xml import BPMN, CAMUNDA

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "processes" / "pengaduan_mpp.bpmn").read_bytes()
FORMS: Mapping[str, bytes] = {p.name: p.read_bytes() for p in sorted((ROOT / "forms").glob("*.form"))}
NAME = "pengaduan_mpp.bpmn"

NS = {"b": BPMN, "c": CAMUNDA}
DECLARED = (
    f'xmlns:bpmn="{BPMN}" xmlns:camunda="{CAMUNDA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


class Diagram:
    """The shipped diagram on the bench: changed by lxml, then checked."""

    def __init__(self, source: bytes = SHIPPED) -> None:
        self.root = etree.fromstring(source)
        self.forms = dict(FORMS)

    def node(self, own: str) -> etree._Element:
        return self.find(f"//*[@id='{own}']")

    def find(self, path: str) -> etree._Element:
        found: list[etree._Element] = self.root.xpath(path, namespaces=NS)
        return found[0]

    def add(self, into: str, xml: str, at: int | None = None) -> etree._Element:
        """Put an element into the one with id `into`, last or at a place, on a line of its own."""
        node = etree.fromstring(f"<w {DECLARED}>{xml}</w>")[0]
        node.tail = "\n"
        holder = self.node(into)
        holder.insert(len(holder) if at is None else at, node)
        return node

    def instead(self, own: str, kind: str) -> etree._Element:
        """Make another kind of element of one."""
        node = self.node(own)
        node.tag = f"{{{BPMN}}}{kind}"
        return node

    def say(self, own: str, name: str, value: str) -> None:
        """Set an extension property."""
        node = self.node(own)
        box = node.find("b:extensionElements/c:properties", NS)
        if box is None:
            extension = etree.Element(f"{{{BPMN}}}extensionElements")
            node.insert(0, extension)
            box = etree.SubElement(extension, f"{{{CAMUNDA}}}properties")
        for old in box.findall(f"c:property[@name='{name}']", NS):
            box.remove(old)
        etree.SubElement(box, f"{{{CAMUNDA}}}property", name=name, value=value)

    @property
    def source(self) -> bytes:
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")

    def lint(self) -> list[Finding]:
        return lint(self.source, NAME, self.forms)

    def line(self, own: str) -> int:
        """Where the element with this id stands in the text."""
        place = self.source.index(f' id="{own}"'.encode())
        return self.source.count(b"\n", 0, place) + 1


@pytest.fixture
def diagram() -> Diagram:
    return Diagram()


def only(findings: list[Finding], code: str) -> Finding:
    found = [f for f in findings if f.code == code]
    assert len(found) == 1, [text(f) for f in findings]
    return found[0]


def refused(diagram: Diagram, code: str, element: str) -> Finding:
    """The one finding of this code is an error at this element and line."""
    finding = only(diagram.lint(), code)
    assert (finding.severity, finding.element, finding.line) == ("error", element, diagram.line(element))
    return finding


def refused_inside(diagram: Diagram, code: str, element: str) -> Finding:
    """As `refused`, for a part of an element: the line is the part's own, which is more exact."""
    finding = only(diagram.lint(), code)
    assert (finding.severity, finding.element) == ("error", element)
    last = diagram.line(element) + etree.tostring(diagram.node(element), with_tail=False).count(b"\n")
    assert diagram.line(element) < finding.line <= last
    return finding


def warned(diagram: Diagram, code: str, element: str) -> Finding:
    finding = only(diagram.lint(), code)
    assert (finding.severity, finding.element, finding.line) == ("warning", element, diagram.line(element))
    return finding


# The shipped process ---------------------------------------------------------


def test_the_shipped_process_has_no_findings() -> None:
    assert lint(SHIPPED, NAME, FORMS) == []


def test_all_findings_come_at_once_in_the_order_of_the_file(diagram: Diagram) -> None:
    diagram.node("Alur_Langkah_3_Langkah_4").set("targetRef", "Tiada")
    diagram.find("//b:timeDuration").text = "PT2X"
    diagram.node("Langkah_3").set(f"{{{CAMUNDA}}}formRef", "tiada")
    findings = diagram.lint()
    assert {"flow_target", "duration_invalid", "form_unknown"} <= {f.code for f in findings}
    assert [f.line for f in findings] == sorted(f.line for f in findings)


# The file --------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(9))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "xml_broken"),
        (b"PK\x03\x04 not a diagram", "xml_broken"),
        (b"<a>" * 5000, "xml_broken"),
        (SHIPPED[:5000], "xml_broken"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml_doctype"),
        (f"<!DOCTYPE a [{LAUGHS}]><a>&l8;</a>".encode(), "xml_doctype"),
        (f'<!DOCTYPE a [{LAUGHS}]><a x="&l8;"/>'.encode("utf-16"), "xml_doctype"),
        (b"<!DOCTYPE html><html/>", "xml_doctype"),
        (b"<html/>", "not_bpmn"),
        (b" " * 2_000_001, "file_too_large"),
        (
            f'<d:definitions xmlns:d="{BPMN}">{"<d:message/>" * 10_000}</d:definitions>'.encode(),
            "nodes_too_many",
        ),
    ],
)
def test_a_file_that_is_no_diagram_is_refused_by_name(source: bytes, code: str) -> None:
    findings = lint(source, "a.bpmn", {})
    assert [f.code for f in findings] == [code]
    assert findings[0].filename == "a.bpmn"


def test_broken_xml_is_found_on_its_line() -> None:
    finding = only(lint(SHIPPED.replace(b"</bpmn:laneSet>", b"</bpmn:lane>"), NAME, FORMS), "xml_broken")
    assert finding.line == SHIPPED[: SHIPPED.index(b"</bpmn:laneSet>")].count(b"\n") + 1


def test_what_only_the_schema_forbids_is_passed_on_with_its_line(diagram: Diagram) -> None:
    diagram.node("Langkah_3").set("completionQuantity", "banyak")
    finding = only(diagram.lint(), "schema")
    assert finding.line == diagram.line("Langkah_3")


def test_a_file_without_an_executable_process_is_refused(diagram: Diagram) -> None:
    diagram.node("pengaduan_mpp").set("isExecutable", "false")
    assert only(diagram.lint(), "process_count").params["count"] == 0


def test_a_camunda_8_diagram_is_refused(diagram: Diagram) -> None:
    diagram.root.set("{http://camunda.org/schema/modeler/1.0}executionPlatform", "Camunda Cloud")
    assert only(diagram.lint(), "other_platform").line == 2


def test_a_foreign_extension_is_refused_once_however_often_it_is_used(diagram: Diagram) -> None:
    for own in ("Langkah_2", "Langkah_3"):
        diagram.node(own).set("{http://camunda.org/schema/zeebe/1.0}retries", "3")
    refused(diagram, "other_extension", "Langkah_2")


@pytest.mark.parametrize("name", ["assignee", "candidateGroups", "dueDate", "formKey", "class"])
def test_a_camunda_setting_that_nobody_acts_on_is_refused(diagram: Diagram, name: str) -> None:
    diagram.node("Langkah_3").set(f"{{{CAMUNDA}}}{name}", "x")
    assert refused(diagram, "camunda_ignored", "Langkah_3").params["name"] == name


def test_a_listener_is_refused(diagram: Diagram) -> None:
    etree.SubElement(diagram.node("Langkah_3").find("b:extensionElements", NS), f"{{{CAMUNDA}}}taskListener")
    refused_inside(diagram, "camunda_ignored", "Langkah_3")


def test_a_process_without_a_time_to_live_is_warned_about(diagram: Diagram) -> None:
    del diagram.node("pengaduan_mpp").attrib[f"{{{CAMUNDA}}}historyTimeToLive"]
    warned(diagram, "time_to_live_missing", "pengaduan_mpp")


@pytest.mark.parametrize("own", ["Start", "End", "Root", "X.BoundaryEventSplit", "pengaduan_mpp.EndJoin"])
def test_an_id_that_the_engine_uses_itself_is_refused(diagram: Diagram, own: str) -> None:
    diagram.node("Langkah_3").set("id", own)
    refused(diagram, "id_reserved", own)


def test_what_events_point_to_must_have_an_id(diagram: Diagram) -> None:
    etree.SubElement(diagram.root, f"{{{BPMN}}}signal", name="isyarat")
    assert only(diagram.lint(), "id_missing").params["kind"] == "signal"


def test_an_id_used_twice_is_refused_by_both_lines(diagram: Diagram) -> None:
    first = diagram.line("Langkah_2")
    diagram.node("Langkah_4").set("id", "Langkah_2")
    finding = only(diagram.lint(), "id_twice")
    assert finding.element == "Langkah_2"
    assert {finding.line, finding.params["other"]} > {first}


def test_a_step_without_an_id_is_refused(diagram: Diagram) -> None:
    line = diagram.line("Langkah_4")
    del diagram.node("Langkah_4").attrib["id"]
    finding = only(diagram.lint(), "id_missing")
    assert (finding.line, finding.params["kind"]) == (line, "userTask")


# What the engine breaks or ignores ---------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("sendTask", "send_task"),
        ("receiveTask", "receive_task"),
        ("transaction", "transaction"),
        ("adHocSubProcess", "ad_hoc_sub_process"),
        ("complexGateway", "complex_gateway"),
        ("callChoreography", "element_unknown"),
        ("dataObject", "data_object"),
        ("dataObjectReference", "data_object"),
    ],
)
def test_an_unsupported_construct_is_refused_by_its_name(diagram: Diagram, kind: str, code: str) -> None:
    diagram.instead("Langkah_4", kind)
    refused(diagram, code, "Langkah_4")


def test_an_event_sub_process_is_refused(diagram: Diagram) -> None:
    diagram.add("pengaduan_mpp", '<bpmn:subProcess id="Susulan" triggeredByEvent="true"/>')
    refused(diagram, "event_sub_process", "Susulan")


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("compensateEventDefinition", "compensation"),
        ("linkEventDefinition", "link_event"),
        ("conditionalEventDefinition", "conditional_event"),
        ("cancelEventDefinition", "cancel_event"),
    ],
)
def test_an_unsupported_event_is_refused_by_its_name(diagram: Diagram, event: str, code: str) -> None:
    diagram.find("//b:boundaryEvent[@id='Batas_8']/b:timerEventDefinition").tag = f"{{{BPMN}}}{event}"
    refused_inside(diagram, code, "Batas_8")


def test_a_signal_end_event_is_refused(diagram: Diagram) -> None:
    diagram.node("Akhir_selesai_admin").tag = f"{{{BPMN}}}signalEventDefinition"
    refused(diagram, "signal_end_event", "Selesai_admin")


def test_a_boundary_event_that_terminates_is_refused(diagram: Diagram) -> None:
    diagram.find(
        "//b:boundaryEvent[@id='Batas_8']/b:timerEventDefinition"
    ).tag = f"{{{BPMN}}}terminateEventDefinition"
    assert refused(diagram, "event_misplaced", "Batas_8").params["event"] == "terminate"


def test_an_event_with_two_definitions_is_refused(diagram: Diagram) -> None:
    diagram.add("Batas_8", '<bpmn:signalEventDefinition id="Isyarat"/>')
    refused(diagram, "events_several", "Batas_8")


def test_an_error_boundary_event_that_does_not_interrupt_is_refused(diagram: Diagram) -> None:
    diagram.find(
        "//b:boundaryEvent[@id='Batas_3']/b:timerEventDefinition"
    ).tag = f"{{{BPMN}}}errorEventDefinition"
    refused(diagram, "error_not_interrupting", "Batas_3")


def test_a_start_event_that_waits_for_a_message_is_refused(diagram: Diagram) -> None:
    diagram.add("Mulai", '<bpmn:messageEventDefinition messageRef="Pesan_tutup_oleh_admin"/>')
    refused(diagram, "start_not_plain", "Mulai")


def test_a_second_start_event_is_refused(diagram: Diagram) -> None:
    diagram.add("pengaduan_mpp", '<bpmn:startEvent id="Mulai_2"/>')
    assert refused(diagram, "start_count", "pengaduan_mpp").params["count"] == 2


def test_a_sub_process_without_an_end_is_refused(diagram: Diagram) -> None:
    diagram.add("pengaduan_mpp", '<bpmn:subProcess id="Sub"><bpmn:startEvent id="S1"/></bpmn:subProcess>')
    refused(diagram, "end_missing", "Sub")


def test_a_standard_loop_is_refused(diagram: Diagram) -> None:
    diagram.add("Langkah_4", "<bpmn:standardLoopCharacteristics/>")
    refused_inside(diagram, "standard_loop", "Langkah_4")


def several(diagram: Diagram, own: str, inside: str, said: str = "") -> None:
    """A multi-instance on `own`, where BPMN has its place."""
    node = diagram.node(own)
    xml = f'<x xmlns="{BPMN}"><multiInstanceLoopCharacteristics {said}>{inside}</multiInstanceLoopCharacteristics></x>'
    loop = etree.fromstring(xml)[0]
    before = {"extensionElements", "incoming", "outgoing"}
    node.insert(sum(etree.QName(child).localname in before for child in node), loop)


def test_a_step_may_be_done_several_times_until_a_condition_over_its_counters_holds(diagram: Diagram) -> None:
    until = "nrOfCompletedInstances / nrOfInstances > 0.5 or nrOfActiveInstances = 1"
    several(
        diagram,
        "Langkah_4",
        f"<loopCardinality>3</loopCardinality><completionCondition>{until.replace('>', '&gt;')}</completionCondition>",
    )
    assert diagram.lint() == []


def test_the_counters_of_several_instances_are_known_to_their_condition_only(diagram: Diagram) -> None:
    several(diagram, "Langkah_4", "<loopCardinality>nrOfInstances</loopCardinality>")
    assert refused(diagram, "name_unknown", "Langkah_4").params["name"] == "nrOfInstances"


@pytest.mark.parametrize(("inside", "code"), [
    ("", "instances_count_missing"),
    ("<loopCardinality>51</loopCardinality>", "instances_too_many"),
    ("<loopCardinality>${x}</loopCardinality>", "feel_wrapped"),
])  # fmt: skip
def test_several_times_must_be_a_number_that_can_be_told(diagram: Diagram, inside: str, code: str) -> None:
    several(diagram, "Langkah_4", inside)
    refused(diagram, code, "Langkah_4")


@pytest.mark.parametrize("inside", ["<loopDataInputRef>x</loopDataInputRef>", '<inputDataItem id="Butir"/>'])
def test_several_times_by_a_list_is_refused(diagram: Diagram, inside: str) -> None:
    several(diagram, "Langkah_4", f"<loopCardinality>3</loopCardinality>{inside}")
    assert only(diagram.lint(), "instances_data").severity == "error"


def test_only_what_people_or_workers_do_is_done_several_times(diagram: Diagram) -> None:
    diagram.node("Langkah_4").tag = f"{{{BPMN}}}scriptTask"
    several(diagram, "Langkah_4", "<loopCardinality>3</loopCardinality>")
    refused(diagram, "instances_kind", "Langkah_4")


def test_the_first_step_cannot_be_done_several_times(diagram: Diagram) -> None:
    several(diagram, "Langkah_1", "<loopCardinality>3</loopCardinality>")
    refused(diagram, "instances_first", "Langkah_1")


def test_lanes_within_a_lane_are_refused(diagram: Diagram) -> None:
    diagram.add("Lajur_admin_opd", '<bpmn:childLaneSet id="Anak"/>')
    refused(diagram, "nested_lanes", "Anak")


DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="aturan" name="Aturan" namespace="x">
  <decision id="prioritas"><decisionTable id="t">
    <input id="i"><inputExpression id="e"><text>lingkub</text></inputExpression></input>
    <output id="o" name="mendesak"/>
  </decisionTable></decision>
</definitions>"""


def test_a_decision_table_is_read_and_its_names_are_checked_in_its_own_file(diagram: Diagram) -> None:
    diagram.instead("Langkah_4", "businessRuleTask").set(f"{{{CAMUNDA}}}decisionRef", "prioritas")
    diagram.forms["aturan.dmn"] = DECISION
    condition(diagram, "mendesak")
    finding = only(diagram.lint(), "name_unknown")
    assert (finding.filename, finding.line, finding.params["name"]) == ("aturan.dmn", 2, "lingkub")


def test_a_decision_without_a_table_is_refused(diagram: Diagram) -> None:
    diagram.instead("Langkah_4", "businessRuleTask").set(f"{{{CAMUNDA}}}decisionRef", "prioritas")
    diagram.forms["aturan.dmn"] = DECISION.replace(b"decisionTable", b"literalExpression")
    refused(diagram, "decision_no_table", "Langkah_4")


def test_a_decision_file_that_the_store_cannot_keep_as_text_is_refused(diagram: Diagram) -> None:
    diagram.forms["aturan.dmn"] = '<?xml version="1.0" encoding="ISO-8859-1"?><x a="é"/>'.encode("latin-1")
    assert only(diagram.lint(), "not_utf8").filename == "aturan.dmn"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b'id="t"', b'id="t" hitPolicy="RULE ORDER"', "decision_policy"),
        (b'id="t"', b'id="t" hitPolicy="COLLECT"', "decision_policy"),
        (b' name="mendesak"', b"", "decision_columns"),
        (b"</decisionTable>", b'<rule id="r"><outputEntry id="x"><text>1</text></outputEntry></rule></decisionTable>',
         "decision_cells"),
        (b"<decisionTable", b'<informationRequirement id="n"><requiredDecision href="#lain"/></informationRequirement>'
         b"<decisionTable", "decision_requires"),
        (b"</decisionTable>", b'<rule id="r"><inputEntry id="y"><text>&lt; and</text></inputEntry>'
         b'<outputEntry id="x"><text>1</text></outputEntry></rule></decisionTable>', "feel_invalid"),
    ],
)  # fmt: skip
def test_a_table_that_gives_no_single_value_by_itself_is_refused(
    diagram: Diagram, before: bytes, after: bytes, code: str
) -> None:
    diagram.instead("Langkah_4", "businessRuleTask").set(f"{{{CAMUNDA}}}decisionRef", "prioritas")
    diagram.forms["aturan.dmn"] = DECISION.replace(b"lingkub", b"lingkup").replace(before, after)
    assert code in {finding.code for finding in diagram.lint()}


def test_a_result_variable_takes_one_output(diagram: Diagram) -> None:
    task = diagram.instead("Langkah_4", "businessRuleTask")
    task.set(f"{{{CAMUNDA}}}decisionRef", "prioritas")
    task.set(f"{{{CAMUNDA}}}resultVariable", "mendesak")
    diagram.forms["aturan.dmn"] = DECISION.replace(b"lingkub", b"lingkup").replace(
        b"</decisionTable>", b'<output id="p" name="lain"/></decisionTable>'
    )
    refused(diagram, "decision_result", "Langkah_4")


def test_a_process_too_large_for_the_engine_is_refused(diagram: Diagram) -> None:
    for i in range(300):
        diagram.add("pengaduan_mpp", f'<bpmn:task id="T{i}"/>')
    refused(diagram, "elements_too_many", "pengaduan_mpp")


def test_the_longest_process_allowed_is_one_that_the_engine_can_read(diagram: Diagram) -> None:
    longest = MOST_ELEMENTS - len(diagram.root.xpath("//b:flowNodeRef", namespaces=NS))
    diagram.node("Alur_Langkah_3_Langkah_4").set("targetRef", "T0")
    for i in range(longest):
        target = f"T{i + 1}" if i + 1 < longest else "Langkah_4"
        diagram.add("pengaduan_mpp", f'<bpmn:task id="T{i}"/>')
        diagram.add("pengaduan_mpp", f'<bpmn:sequenceFlow id="A{i}" sourceRef="T{i}" targetRef="{target}"/>')
        diagram.add("Lajur_admin_opd", f"<bpmn:flowNodeRef>T{i}</bpmn:flowNodeRef>")
    assert diagram.lint() == []


# References ----------------------------------------------------------------------


@pytest.mark.parametrize(("attribute", "code"), [("sourceRef", "flow_source"), ("targetRef", "flow_target")])
def test_a_dangling_flow_is_refused(diagram: Diagram, attribute: str, code: str) -> None:
    diagram.node("Alur_Langkah_3_Langkah_4").set(attribute, "Tiada")
    assert refused(diagram, code, "Alur_Langkah_3_Langkah_4").params["ref"] == "Tiada"


def test_a_flow_into_a_sub_process_is_refused(diagram: Diagram) -> None:
    diagram.add("pengaduan_mpp", '<bpmn:subProcess id="Sub"><bpmn:task id="Dalam"/></bpmn:subProcess>')
    diagram.node("Alur_Langkah_3_Langkah_4").set("targetRef", "Dalam")
    refused(diagram, "flow_crosses", "Alur_Langkah_3_Langkah_4")


def test_an_undeclared_message_is_refused(diagram: Diagram) -> None:
    diagram.find("//b:messageEventDefinition").set("messageRef", "Tiada")
    finding = refused(diagram, "reference_unknown", "Tutup_admin")
    assert finding.params["known"] == ("Pesan_tutup_oleh_admin",)


def test_a_message_event_that_names_no_message_is_refused(diagram: Diagram) -> None:
    del diagram.find("//b:messageEventDefinition").attrib["messageRef"]
    refused(diagram, "reference_missing", "Tutup_admin")


def test_a_message_without_a_name_is_refused(diagram: Diagram) -> None:
    del diagram.node("Pesan_tutup_oleh_admin").attrib["name"]
    refused(diagram, "name_missing", "Pesan_tutup_oleh_admin")


def test_two_events_that_wait_for_the_same_message_on_one_step_are_refused(diagram: Diagram) -> None:
    twin = copy.deepcopy(diagram.node("Tutup_admin"))
    for node in twin.iter(etree.Element):
        if node.get("id"):
            node.set("id", node.get("id", "") + "_lagi")
    diagram.node("Tutup_admin").addnext(twin)
    assert only(diagram.lint(), "caught_twice").params["other"] == "Tutup_admin"


def test_a_message_whose_name_would_have_to_be_computed_is_refused(diagram: Diagram) -> None:
    diagram.node("Pesan_tutup_oleh_admin").set("name", "tutup-${lingkup}")
    refused(diagram, "name_evaluated", "Pesan_tutup_oleh_admin")


def test_an_escalation_without_a_code_is_refused(diagram: Diagram) -> None:
    del diagram.node("Eskalasi_sekretariat").attrib["escalationCode"]
    refused(diagram, "code_missing", "Eskalasi_sekretariat")


def test_a_boundary_event_attached_to_nothing_is_refused(diagram: Diagram) -> None:
    diagram.node("Batas_3").set("attachedToRef", "Tiada")
    refused(diagram, "attached_unknown", "Batas_3")


def test_a_called_process_that_is_not_there_is_refused(diagram: Diagram) -> None:
    diagram.instead("Langkah_4", "callActivity").set("calledElement", "tiada")
    refused(diagram, "called_unknown", "Langkah_4")


def test_a_process_that_calls_itself_is_refused(diagram: Diagram) -> None:
    diagram.instead("Langkah_4", "callActivity").set("calledElement", "pengaduan_mpp")
    refused(diagram, "called_circular", "Langkah_4")


def test_a_default_flow_of_another_gateway_is_refused(diagram: Diagram) -> None:
    diagram.node("Lingkup").set("default", "Alur_Respon_balik_Selesai_pengadu")
    refused(diagram, "default_unknown", "Lingkup")


def test_a_decision_table_that_is_not_there_is_refused(diagram: Diagram) -> None:
    diagram.instead("Langkah_4", "businessRuleTask").set(f"{{{CAMUNDA}}}decisionRef", "tiada")
    refused(diagram, "decision_unknown", "Langkah_4")


def test_a_broken_decision_file_is_refused_under_its_own_name(diagram: Diagram) -> None:
    diagram.forms["aturan.dmn"] = b"<!DOCTYPE x><x/>"
    assert only(diagram.lint(), "xml_doctype").filename == "aturan.dmn"


# Gateways and expressions -------------------------------------------------------------

TO_STEP_3 = "Alur_Lingkup_Langkah_3"


def condition(diagram: Diagram, expression: str) -> None:
    diagram.node(TO_STEP_3).find("b:conditionExpression", NS).text = expression  # type: ignore[union-attr]


def test_a_flow_without_a_condition_is_refused(diagram: Diagram) -> None:
    flow = diagram.node(TO_STEP_3)
    flow.remove(flow.find("b:conditionExpression", NS))
    refused(diagram, "condition_missing", TO_STEP_3)


def test_a_condition_on_the_default_flow_is_refused(diagram: Diagram) -> None:
    diagram.node("Lingkup").set("default", TO_STEP_3)
    refused(diagram, "condition_on_default", TO_STEP_3)


def test_a_condition_behind_a_task_is_refused_because_nobody_reads_it(diagram: Diagram) -> None:
    diagram.node(TO_STEP_3).set("sourceRef", "Langkah_2")
    refused(diagram, "condition_ignored", TO_STEP_3)


def test_a_gateway_whose_conditions_can_all_be_false_is_warned_about(diagram: Diagram) -> None:
    del diagram.node("Lingkup").attrib["default"]
    diagram.add(
        "Alur_Lingkup_Gabung_rujukan",
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">lingkup = "lain"</bpmn:conditionExpression>',
    )
    warned(diagram, "default_missing", "Lingkup")


def test_feel_that_cannot_be_read_is_refused_with_its_place(diagram: Diagram) -> None:
    condition(diagram, 'lingkup = = "x"')
    finding = refused(diagram, "feel_invalid", TO_STEP_3)
    assert (finding.params["row"], finding.params["column"]) == (1, 11)


@pytest.mark.parametrize("expression", ['= lingkup = "x"', '${lingkup == "x"}', "#{lingkup}"])
def test_a_wrapped_expression_is_refused(diagram: Diagram, expression: str) -> None:
    condition(diagram, expression)
    refused(diagram, "feel_wrapped", TO_STEP_3)


def test_a_condition_in_another_language_is_refused(diagram: Diagram) -> None:
    diagram.node(TO_STEP_3).find("b:conditionExpression", NS).set("language", "javascript")  # type: ignore[union-attr]
    assert refused(diagram, "language", TO_STEP_3).params["found"] == "javascript"


def test_a_name_that_no_form_sets_is_refused_with_the_closest_one(diagram: Diagram) -> None:
    condition(diagram, 'lingkub = "tidak_berkadar"')
    finding = refused(diagram, "name_unknown", TO_STEP_3)
    assert (finding.params["name"], finding.params["closest"]) == ("lingkub", "lingkup")


def test_a_personal_field_may_not_decide_anything(diagram: Diagram) -> None:
    condition(diagram, 'nama = "Budi"')
    assert refused(diagram, "name_personal", TO_STEP_3).params["name"] == "nama"


def test_a_group_of_fields_may_not_decide_anything(diagram: Diagram) -> None:
    group = {
        "id": "Kelompok_1",
        "type": "group",
        "path": "rincian",
        "label": "Rincian",
        "components": [{"id": "Jumlah", "key": "jumlah", "type": "number", "label": "Jumlah"}],
    }
    form(diagram, "respon_aduan.form", lambda whole: whole["components"].append(group))  # type: ignore[attr-defined]
    condition(diagram, "rincian.jumlah > 3")
    assert refused(diagram, "name_nested", TO_STEP_3).params["name"] == "rincian"


def test_a_name_is_not_called_unknown_while_a_form_that_may_set_it_is_missing(diagram: Diagram) -> None:
    diagram.node("Langkah_2").set(f"{{{CAMUNDA}}}formRef", "tiada")
    assert [f.code for f in diagram.lint()] == ["form_unknown"]


def test_a_script_in_another_language_is_refused(diagram: Diagram) -> None:
    node = diagram.instead("Langkah_4", "scriptTask")
    node.set("scriptFormat", "python")
    assert {"script_format", "script_missing", "result_variable_missing"} <= {f.code for f in diagram.lint()}
    refused(diagram, "script_format", "Langkah_4")


def test_what_a_script_sets_may_be_read(diagram: Diagram) -> None:
    node = diagram.instead("Langkah_4", "scriptTask")
    node.attrib.pop(f"{{{CAMUNDA}}}formRef")
    node.attrib.pop(f"{{{CAMUNDA}}}formRefBinding")
    node.set("scriptFormat", "feel")
    node.set(f"{{{CAMUNDA}}}resultVariable", "mendesak")
    diagram.add("Langkah_4", '<bpmn:script>lingkup = "tidak_berkadar"</bpmn:script>')
    condition(diagram, "mendesak")
    assert diagram.lint() == []


def test_two_timers_behind_one_event_gateway_are_refused(diagram: Diagram) -> None:
    diagram.instead("Lingkup", "eventBasedGateway")
    for target in ("Langkah_3", "Gabung_rujukan"):
        diagram.instead(target, "intermediateCatchEvent").append(
            etree.fromstring(
                f'<b:timerEventDefinition xmlns:b="{BPMN}"><b:timeDuration>PT1H</b:timeDuration></b:timerEventDefinition>'
            )
        )
    refused(diagram, "event_gateway_timers", "Lingkup")


def test_an_event_gateway_before_a_task_is_refused(diagram: Diagram) -> None:
    diagram.instead("Hasil_analisis", "eventBasedGateway")
    assert {f.element for f in diagram.lint() if f.code == "event_gateway_target"} == {
        "Langkah_6",
        "Gabung_rujukan",
    }


# Timers -------------------------------------------------------------------------------


@pytest.mark.parametrize("found", ["PT2X", "P1M", "P1W", "PT", "PT1.5H", "-PT2H", "PT0S"])
def test_a_duration_that_an_office_cannot_count_is_refused(diagram: Diagram, found: str) -> None:
    diagram.find("//b:boundaryEvent[@id='Batas_3']//b:timeDuration").text = found
    assert refused(diagram, "duration_invalid", "Batas_3").params["found"] == found


def test_a_timer_without_a_limit_is_refused(diagram: Diagram) -> None:
    diagram.find("//b:boundaryEvent[@id='Batas_3']//b:timeDuration").text = ""
    refused(diagram, "timer_empty", "Batas_3")


def test_a_timer_may_compute_its_limit_from_what_a_form_sets(diagram: Diagram) -> None:
    limit = diagram.find("//b:boundaryEvent[@id='Batas_3']//b:timeDuration")
    limit.text = 'if cara_jawaban = "surat" then "PT4H" else "PT2H"'
    assert diagram.lint() == []
    limit.text = 'if cara_jawab = "surat" then "PT4H" else "PT2H"'
    refused(diagram, "name_unknown", "Batas_3")


def test_a_date_without_its_zone_is_refused(diagram: Diagram) -> None:
    limit = diagram.find("//b:boundaryEvent[@id='Batas_3']//b:timeDuration")
    limit.tag, limit.text = f"{{{BPMN}}}timeDate", "2026-11-24T08:00:00"
    refused(diagram, "date_invalid", "Batas_3")
    limit.text = "2026-11-24T08:00:00+08:00"
    assert diagram.lint() == []


def test_a_repeating_timer_is_refused(diagram: Diagram) -> None:
    limit = diagram.find("//b:boundaryEvent[@id='Batas_3']//b:timeDuration")
    limit.tag, limit.text = f"{{{BPMN}}}timeCycle", "R3/PT2H"
    refused(diagram, "timer_cycle", "Batas_3")


def test_an_unknown_calendar_is_refused(diagram: Diagram) -> None:
    diagram.say("Batas_3", "kalender", "24 jam")
    refused(diagram, "calendar_unknown", "Batas_3")


def test_a_calendar_on_a_task_is_refused(diagram: Diagram) -> None:
    diagram.say("Langkah_3", "kalender", "24jam")
    refused(diagram, "calendar_misplaced", "Langkah_3")


# Lanes ---------------------------------------------------------------------------------


def reference(diagram: Diagram, own: str) -> etree._Element:
    return diagram.find(f"//b:flowNodeRef[normalize-space()='{own}']")


@pytest.mark.parametrize("own", ["Langkah_3", "Batas_3", "Eskalasi_3"])
def test_a_node_in_no_lane_is_refused(diagram: Diagram, own: str) -> None:
    node = reference(diagram, own)
    node.getparent().remove(node)  # type: ignore[union-attr]
    refused(diagram, "lane_unlisted", own)


def test_a_node_in_two_lanes_is_refused(diagram: Diagram) -> None:
    diagram.add("Lajur_petugas_mpp", "<bpmn:flowNodeRef>Langkah_3</bpmn:flowNodeRef>")
    assert refused(diagram, "lane_listed_twice", "Langkah_3").params["lanes"] == ("Petugas MPP", "Admin OPD")


def test_a_lane_that_lists_what_is_not_there_is_refused(diagram: Diagram) -> None:
    diagram.add("Lajur_petugas_mpp", "<bpmn:flowNodeRef>Tiada</bpmn:flowNodeRef>")
    assert only(diagram.lint(), "lane_ref_unknown").element == "Lajur_petugas_mpp"


def test_a_lane_without_a_name_is_refused(diagram: Diagram) -> None:
    diagram.node("Lajur_admin_opd").set("name", "")
    refused(diagram, "lane_unnamed", "Lajur_admin_opd")


def test_two_lanes_of_one_group_are_warned_about(diagram: Diagram) -> None:
    diagram.say("Lajur_admin_opd", "kelompok", "petugas_mpp")
    warned(diagram, "lane_group_twice", "Lajur_admin_opd")


def test_publik_knows_only_ya(diagram: Diagram) -> None:
    diagram.say("Lajur_admin_opd", "publik", "yes")
    refused(diagram, "public_unknown", "Lajur_admin_opd")


def test_a_counter_for_a_lane_of_staff_is_warned_about(diagram: Diagram) -> None:
    diagram.say("Lajur_admin_opd", "loket", "petugas_mpp")
    warned(diagram, "counter_not_public", "Lajur_admin_opd")


@pytest.mark.parametrize("name", ["kelompok", "loket"])
def test_a_group_that_is_no_group_name_is_refused(diagram: Diagram, name: str) -> None:
    diagram.say("Lajur_pengadu", name, "Petugas MPP")
    assert refused(diagram, "group_invalid", "Lajur_pengadu").params["property"] == name


def test_a_process_for_people_without_lanes_is_refused(diagram: Diagram) -> None:
    lanes = diagram.find("//b:laneSet")
    lanes.getparent().remove(lanes)  # type: ignore[union-attr]
    refused(diagram, "lanes_missing", "pengaduan_mpp")


def test_a_message_that_anyone_of_the_lane_may_send_is_warned_about(diagram: Diagram) -> None:
    node = diagram.find("//b:boundaryEvent[@id='Tutup_admin']/b:extensionElements")
    node.getparent().remove(node)  # type: ignore[union-attr]
    assert warned(diagram, "message_group_missing", "Tutup_admin").params["group"] == "pengadu"


def test_a_message_that_two_groups_may_send_is_refused(diagram: Diagram) -> None:
    node = diagram.find("//b:boundaryEvent[@id='Batas_7']/b:timerEventDefinition")
    node.tag = f"{{{BPMN}}}messageEventDefinition"
    node.set("messageRef", "Pesan_tutup_oleh_admin")
    diagram.say("Batas_7", "kelompok", "petugas_mpp")
    findings = diagram.lint()
    assert {only(findings, "message_groups").params[k] for k in ("group", "there")} == {
        "petugas_mpp",
        "admin_opd",
    }


# Steps and forms -------------------------------------------------------------------------


def test_an_unknown_form_is_refused_and_the_existing_ones_are_named(diagram: Diagram) -> None:
    diagram.node("Langkah_3").set(f"{{{CAMUNDA}}}formRef", "tiada")
    assert "formulir_pengaduan" in refused(diagram, "form_unknown", "Langkah_3").params["known"]  # type: ignore[operator]


def test_a_missing_form_file_is_refused_at_its_step(diagram: Diagram) -> None:
    ref = diagram.node("Langkah_3").get(f"{{{CAMUNDA}}}formRef")
    del diagram.forms[f"{ref}.form"]
    assert refused(diagram, "form_unknown", "Langkah_3").params["ref"] == ref


def test_a_step_without_a_form_is_warned_about(diagram: Diagram) -> None:
    del diagram.node("Langkah_4").attrib[f"{{{CAMUNDA}}}formRef"]
    warned(diagram, "form_missing", "Langkah_4")


def test_a_public_step_without_a_form_is_refused(diagram: Diagram) -> None:
    del diagram.node("Langkah_8").attrib[f"{{{CAMUNDA}}}formRef"]
    refused(diagram, "form_missing_public", "Langkah_8")


def test_a_form_bound_to_the_latest_version_is_refused(diagram: Diagram) -> None:
    diagram.node("Langkah_4").set(f"{{{CAMUNDA}}}formRefBinding", "latest")
    refused(diagram, "form_binding", "Langkah_4")


def test_a_step_without_a_name_is_warned_about(diagram: Diagram) -> None:
    del diagram.node("Langkah_4").attrib["name"]
    warned(diagram, "step_unnamed", "Langkah_4")


def test_a_first_step_that_people_do_not_answer_is_refused(diagram: Diagram) -> None:
    diagram.node("Alur_Mulai_Langkah_1").set("targetRef", "Lingkup")
    refused(diagram, "entry_missing", "Mulai")


def test_a_first_step_in_a_lane_of_staff_is_refused(diagram: Diagram) -> None:
    diagram.node("Alur_Mulai_Langkah_1").set("targetRef", "Langkah_2")
    refused(diagram, "entry_not_public", "Langkah_2")


def test_a_service_task_that_nobody_fetches_is_refused(diagram: Diagram) -> None:
    diagram.instead("Langkah_4", "serviceTask")
    diagram.node("Langkah_4").set(f"{{{CAMUNDA}}}topic", "surat")
    refused(diagram, "service_task", "Langkah_4")


def test_a_service_task_that_calls_a_class_is_refused_with_a_topic_too(diagram: Diagram) -> None:
    diagram.instead("Langkah_4", "serviceTask")
    for name, value in {"type": "external", "topic": "surat", "class": "org.example.Kirim"}.items():
        diagram.node("Langkah_4").set(f"{{{CAMUNDA}}}{name}", value)
    refused(diagram, "service_task", "Langkah_4")


def test_a_restriction_without_a_group_is_refused(diagram: Diagram) -> None:
    diagram.say("Selesai_admin", "terbatas_bila", "lingkup = null")
    refused(diagram, "restriction_without_group", "Selesai_admin")


def test_a_restriction_to_no_possible_group_is_refused(diagram: Diagram) -> None:
    diagram.say("Selesai_admin", "terbatas_untuk", "Inspektorat Kota")
    refused(diagram, "group_invalid", "Selesai_admin")


def test_a_restriction_that_is_no_expression_is_refused(diagram: Diagram) -> None:
    diagram.say("Selesai_admin", "terbatas_untuk", "penerima_rujukan")
    diagram.say("Selesai_admin", "terbatas_bila", "lingkup = = 1")
    refused(diagram, "feel_invalid", "Selesai_admin")


def test_a_restriction_elsewhere_than_at_an_end_is_warned_about(diagram: Diagram) -> None:
    diagram.say("Langkah_4", "terbatas_untuk", "penerima_rujukan")
    warned(diagram, "restriction_not_end", "Langkah_4")


def form(diagram: Diagram, name: str, change: Callable[[dict[str, object]], None]) -> None:
    whole = json.loads(diagram.forms[name])
    change(whole)
    diagram.forms[name] = json.dumps(whole, indent=1).encode()


def test_one_key_with_two_types_is_refused_in_the_second_form(diagram: Diagram) -> None:
    extra = {"id": "Kedua", "key": "lingkup", "type": "number", "label": "Lingkup"}
    form(diagram, "respon_aduan.form", lambda whole: whole["components"].append(extra))  # type: ignore[attr-defined]
    finding = only(diagram.lint(), "key_types")
    assert (finding.filename, finding.element) == ("respon_aduan.form", "lingkup")
    assert b'"Kedua"' in diagram.forms["respon_aduan.form"].splitlines()[finding.line - 1]


def test_an_unsupported_form_component_is_passed_on_with_its_file_and_line(diagram: Diagram) -> None:
    extra = {"id": "Bingkai", "type": "iframe", "label": "x", "url": "y"}
    form(diagram, "respon_aduan.form", lambda whole: whole["components"].append(extra))  # type: ignore[attr-defined]
    finding = only(diagram.lint(), "form")
    assert (finding.filename, finding.severity) == ("respon_aduan.form", "error")
    assert finding.line > 1


def test_a_form_that_is_no_json_is_refused_and_its_step_is_not_told_that_it_is_missing(
    diagram: Diagram,
) -> None:
    diagram.forms["respon_aduan.form"] = diagram.forms["respon_aduan.form"][:-3]
    assert {f.code for f in diagram.lint()} == {"form"}


def test_two_forms_with_one_id_are_refused(diagram: Diagram) -> None:
    diagram.forms["salinan.form"] = diagram.forms["respon_aduan.form"]
    finding = only(diagram.lint(), "form_twice")
    assert (finding.filename, finding.params["other"]) == ("salinan.form", "respon_aduan.form")


def test_a_result_whose_name_breaks_stored_cases_is_refused(diagram: Diagram) -> None:
    diagram.instead("Langkah_4", "scriptTask").set(f"{{{CAMUNDA}}}resultVariable", "typename")
    refused(diagram, "key_reserved", "Langkah_4")


# Paths -------------------------------------------------------------------------------------


def test_a_step_that_nothing_leads_to_is_refused(diagram: Diagram) -> None:
    diagram.node("Alur_Langkah_3_Langkah_4").set("targetRef", "Langkah_5")
    assert "Langkah_4" in {f.element for f in diagram.lint() if f.code == "unreachable"}


def test_a_loop_without_a_way_out_is_refused(diagram: Diagram) -> None:
    diagram.node("Alur_Langkah_7_Langkah_8").set("targetRef", "Langkah_6")
    assert {"Langkah_6", "Langkah_7"} <= {f.element for f in diagram.lint() if f.code == "no_way_out"}


def test_a_step_without_an_outgoing_flow_is_refused(diagram: Diagram) -> None:
    flow = diagram.node("Alur_Langkah_3_Langkah_4")
    flow.getparent().remove(flow)  # type: ignore[union-attr]
    refused(diagram, "flow_missing", "Langkah_3")


def test_two_flows_out_of_a_task_are_refused(diagram: Diagram) -> None:
    diagram.add("pengaduan_mpp", '<bpmn:sequenceFlow id="Lagi" sourceRef="Langkah_3" targetRef="Langkah_5"/>')
    refused(diagram, "flows_several", "Langkah_3")


def test_a_flow_back_into_the_start_is_refused(diagram: Diagram) -> None:
    diagram.node("Alur_Respon_balik_Gabung").set("targetRef", "Mulai")
    refused(diagram, "flow_into", "Mulai")


def test_a_flow_out_of_an_end_is_refused(diagram: Diagram) -> None:
    diagram.add("pengaduan_mpp", '<bpmn:sequenceFlow id="Lagi" sourceRef="Dirujuk" targetRef="Langkah_5"/>')
    refused(diagram, "flow_after_end", "Dirujuk")


def test_a_parallel_join_that_nothing_forks_for_is_refused(diagram: Diagram) -> None:
    for event in diagram.root.xpath("//b:boundaryEvent[@cancelActivity='false']", namespaces=NS):
        event.getparent().remove(event)
    diagram.instead("Gabung", "parallelGateway")
    refused(diagram, "join_without_fork", "Gabung")


def plain(diagram: Diagram, own: str) -> None:
    node = diagram.node(own)
    node.remove(node.find("b:terminateEventDefinition", NS))


def test_a_plain_end_of_the_main_flow_is_warned_about(diagram: Diagram) -> None:
    plain(diagram, "Dirujuk")
    warned(diagram, "end_plain", "Dirujuk")


def test_a_plain_end_beside_a_branch_that_can_wait_is_refused(diagram: Diagram) -> None:
    plain(diagram, "Dirujuk")
    diagram.node("Alur_Batas_3_Eskalasi_3").set("targetRef", "Susulan")
    diagram.add("pengaduan_mpp", '<bpmn:userTask id="Susulan" name="Tindak lanjut"/>')
    diagram.add("pengaduan_mpp", '<bpmn:sequenceFlow id="Lagi" sourceRef="Susulan" targetRef="Eskalasi_3"/>')
    diagram.add("Lajur_admin_opd", "<bpmn:flowNodeRef>Susulan</bpmn:flowNodeRef>")
    assert refused(diagram, "end_blocked", "Dirujuk").params["other"] == "Batas_3"


# What stays allowed: the diagram is the program ------------------------------------------------


def test_a_called_process_in_the_same_file_is_checked_with_its_caller(diagram: Diagram) -> None:
    node = diagram.instead("Langkah_4", "callActivity")
    for name in ("formRef", "formRefBinding"):
        node.attrib.pop(f"{{{CAMUNDA}}}{name}")
    node.set("calledElement", "bagian")
    part = etree.fromstring(
        f"""<bpmn:process {DECLARED} id="bagian" name="Bagian" isExecutable="true">
  <bpmn:startEvent id="B1"/><bpmn:task id="B2" name="Hitung"/><bpmn:endEvent id="B3"/>
  <bpmn:sequenceFlow id="BA" sourceRef="B1" targetRef="B2"/>
  <bpmn:sequenceFlow id="BB" sourceRef="B2" targetRef="B3"/>
</bpmn:process>"""
    )
    diagram.root.insert(list(diagram.root).index(diagram.node("pengaduan_mpp")) + 1, part)
    assert diagram.lint() == []
    diagram.node("BB").set("targetRef", "Tiada")
    assert refused(diagram, "flow_target", "BB")


def test_renaming_every_id_lane_and_file_changes_nothing() -> None:
    source = SHIPPED
    for own in Diagram().root.xpath("//b:process//*/@id", namespaces=NS):
        for quote in ('"%s"', ">%s<"):
            source = source.replace((quote % own).encode(), (quote % f"x{own}").encode())
    source = source.replace(b'name="Admin OPD"', b'name="Bagian Umum"')
    assert lint(source, "lain.bpmn", {f"x_{name}": data for name, data in FORMS.items()}) == []


# Sentences --------------------------------------------------------------------------------------


def test_a_finding_reads_as_place_cause_and_remedy_in_indonesian_first(diagram: Diagram) -> None:
    diagram.node("Alur_Langkah_3_Langkah_4").set("targetRef", "Tiada")
    finding = refused(diagram, "flow_target", "Alur_Langkah_3_Langkah_4")
    line = diagram.line("Alur_Langkah_3_Langkah_4")
    assert text(finding) == (
        f"pengaduan_mpp.bpmn, baris {line}, elemen Alur_Langkah_3_Langkah_4: "
        "alur harus berujung pada elemen yang ada, ditemukan Tiada."
    )
    assert remedy(finding) == "Tarik ulang ujung alur ini, atau hapus."
    assert "a flow must end at an element that exists, found Tiada." in text(finding, "en")
    assert json.loads(json.dumps(as_json(finding)))["line"] == line


def test_every_sentence_uses_the_same_parameters_in_both_languages() -> None:
    def fields(sentence: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name}

    for code, entry in SENTENCES.items():
        assert fields(entry.cause) == fields(entry.cause_en), code
        assert fields(entry.remedy) == fields(entry.remedy_en), code


# Whatever comes -----------------------------------------------------------------------------------


def sayable(findings: list[Finding]) -> None:
    for finding in findings:
        assert all((text(finding), remedy(finding), text(finding, "en"), remedy(finding, "en")))
        json.dumps(as_json(finding))


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_raise(data: bytes) -> None:
    sayable(lint(data, "a.bpmn", {"a.form": data, "a.dmn": data}))


NODES = len(list(etree.fromstring(SHIPPED).find(f"{{{BPMN}}}process").iter()))  # type: ignore[union-attr]
TAGS = [
    "userTask", "task", "scriptTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess", "transaction",
    "startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent", "lane", "laneSet",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "sequenceFlow", "flowNodeRef",
    "messageEventDefinition", "signalEventDefinition", "timerEventDefinition", "timeDuration", "process", "message",
    "multiInstanceLoopCharacteristics", "conditionExpression", "definitions", "extensionElements",
]  # fmt: skip
ATTRIBUTES = [
    "id", "name", "sourceRef", "targetRef", "attachedToRef", "default", "calledElement", "messageRef", "signalRef",
    "cancelActivity", "isExecutable", "triggeredByEvent", f"{{{CAMUNDA}}}formRef", f"{{{CAMUNDA}}}topic", "value",
]  # fmt: skip
VALUES = ["", "Langkah_3", "Lingkup", "pengaduan_mpp", "Start", "x y", "true", "false", "é", "{0}", "{x}"]

MUTATION = st.one_of(
    st.tuples(st.just("remove"), st.integers(1, NODES - 1), st.just(""), st.just("")),
    st.tuples(st.just("copy"), st.integers(1, NODES - 1), st.just(""), st.just("")),
    st.tuples(st.just("tag"), st.integers(0, NODES - 1), st.sampled_from(TAGS), st.just("")),
    st.tuples(
        st.just("set"), st.integers(0, NODES - 1), st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES)
    ),
    st.tuples(st.just("drop"), st.integers(0, NODES - 1), st.sampled_from(ATTRIBUTES), st.just("")),
    st.tuples(st.just("text"), st.integers(0, NODES - 1), st.sampled_from(VALUES), st.just("")),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MUTATION, min_size=1, max_size=6))
def test_a_diagram_changed_at_random_never_raises(mutations: list[tuple[str, int, str, str]]) -> None:
    diagram = Diagram()
    nodes = list(diagram.find("//b:process").iter())
    for act, index, name, value in mutations:
        node = nodes[index]
        holder = node.getparent()
        if act == "remove" and holder is not None:
            holder.remove(node)
        elif act == "copy" and holder is not None:
            holder.append(etree.fromstring(etree.tostring(node, with_tail=False)))
        elif act == "tag":
            node.tag = f"{{{BPMN}}}{name}"
        elif act == "set":
            node.set(name, value)
        elif act == "drop":
            node.attrib.pop(name, None)
        elif act == "text":
            node.text = name
    sayable(diagram.lint())


@settings(deadline=None)
@given(st.integers(0, len(SHIPPED) - 1), st.binary(max_size=4))
def test_a_diagram_with_bytes_overwritten_never_raises(place: int, data: bytes) -> None:
    sayable(lint(SHIPPED[:place] + data + SHIPPED[place + len(data) :], NAME, FORMS))
