"""A called process of the same file: its steps are tasks of the case like any other."""

from __future__ import annotations

from engine.commands import COMPLAINANT, Complete, Submit
from engine.definition.parse import parse
from engine.runtime.apply import apply
from engine.runtime.state import dumps, loads
from tests.process.tracks import CALENDAR, START

CALLING = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="uji">
  <process id="utama" isExecutable="true">
    <laneSet><lane id="warga" name="Warga">
      <extensionElements><camunda:properties>
        <camunda:property name="publik" value="ya"/>
      </camunda:properties></extensionElements>
      <flowNodeRef>mulai</flowNodeRef><flowNodeRef>lapor</flowNodeRef>
      <flowNodeRef>panggil</flowNodeRef><flowNodeRef>akhir</flowNodeRef>
    </lane></laneSet>
    <startEvent id="mulai"/><userTask id="lapor" name="Lapor"/>
    <callActivity id="panggil" calledElement="periksa"/><endEvent id="akhir"/>
    <sequenceFlow id="a1" sourceRef="mulai" targetRef="lapor"/>
    <sequenceFlow id="a2" sourceRef="lapor" targetRef="panggil"/>
    <sequenceFlow id="a3" sourceRef="panggil" targetRef="akhir"/>
  </process>
  <process id="periksa" isExecutable="true">
    <laneSet><lane id="dinas" name="Dinas Teknis">
      <flowNodeRef>masuk</flowNodeRef><flowNodeRef>teliti</flowNodeRef><flowNodeRef>keluar</flowNodeRef>
    </lane></laneSet>
    <startEvent id="masuk"/><userTask id="teliti" name="Teliti"/><endEvent id="keluar"/>
    <sequenceFlow id="b1" sourceRef="masuk" targetRef="teliti"/>
    <sequenceFlow id="b2" sourceRef="teliti" targetRef="keluar"/>
  </process>
</definitions>"""


def test_a_step_of_a_called_process_is_a_task_of_the_case_and_its_end_goes_on_in_the_caller() -> None:
    process = parse(CALLING.encode(), "uji.bpmn", {}, {})
    submit = Submit(actor=COMPLAINANT, source="web", command_id="1", at=START, process=process.key)
    state, _ = apply(process, CALENDAR, None, submit)
    ((name, item),) = state.work_items.items()
    assert (name, item.group, item.public) == ("teliti:1", "dinas_teknis", False)
    done = Complete(actor="x", source="web", command_id="2", at=START, work_item=f"A:{name}", claim=True)
    state, happened = apply(process, CALENDAR, loads(dumps(state)), done)
    assert happened[0].payload["passed"] == ["keluar:1", "panggil:1", "akhir:1"]
    assert state.ending == "akhir"
