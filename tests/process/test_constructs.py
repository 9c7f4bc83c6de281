"""Every construct that `docs/bpmn.md` calls supported, alone between a first step and a last one, does what BPMN says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from engine.commands import Complete, CompleteExternalTask, ThrowError
from engine.definition.lint import lint
from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.errors import ExecutionFailed, NobodyWaits
from engine.forms.schema import load
from tests.process.random_process import FILENAME, form_files
from tests.process.tracks import Case

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="Berkas" targetNamespace="uji">'
)
DECLARED = (
    '<message id="M" name="pesan"/><signal id="S" name="isyarat"/><error id="E" name="galat" errorCode="GALAT"/>'
    '<escalation id="X" name="naik" escalationCode="NAIK"/>'
)
NODE = re.compile(r"<(?:\w+(?:Task|Event|Gateway|Process|Activity)|task)\b[^>]* id=\"(\w+)\"")


def process(nodes: str, flows: str, extra: str = "") -> ProcessDefinition:
    """First -> `nodes` joined by `flows` ("First>A A>Last") -> Last; found to be deployable."""
    first = '<startEvent id="Awal"/><userTask id="First" name="Masuk" camunda:formRef="masuk"/>'
    last = '<userTask id="Last" name="Akhir" camunda:formRef="lanjut"/><endEvent id="Tamat"><terminateEventDefinition id="Tt"/></endEvent>'
    pairs = ["Awal>First", *flows.split(), "Last>Tamat"]
    drawn = "".join(_flow(n, pair) for n, pair in enumerate(pairs))
    own = NODE.findall(first + nodes + last)
    public = "<extensionElements><camunda:properties><camunda:property name='publik' value='ya'/></camunda:properties></extensionElements>"
    lanes = (
        f'<lane id="L0" name="Umum">{public}<flowNodeRef>First</flowNodeRef></lane><lane id="L1" name="Petugas">'
        + "".join(f"<flowNodeRef>{n}</flowNodeRef>" for n in own if n != "First")
        + "</lane>"
    )
    source = (
        f'{HEAD}<process id="uji" name="Uji" isExecutable="true" camunda:historyTimeToLive="1"><laneSet id="L">{lanes}</laneSet>'
        f"{first}{nodes}{last}{drawn}</process>{extra}{DECLARED}</definitions>"
    ).encode()
    files = form_files()
    assert [f for f in lint(source, FILENAME, files) if f.severity == "error"] == []
    forms = {form.id: form for form in (load(data, name) for name, data in files.items())}
    return parse(source, FILENAME, forms, files)


def _flow(n: int, pair: str) -> str:
    """ "A>B", or "A>B:feel" with a condition."""
    ends, _, condition = pair.partition(":")
    source, target = ends.split(">")
    said = f"<conditionExpression>{condition.replace('_', ' ')}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="F{n}" sourceRef="{source}" targetRef="{target}">{said}</sequenceFlow>'


def begin(nodes: str, flows: str, extra: str = "", **answers: Any) -> Case:
    case = Case(process(nodes, flows, extra))
    case.submit(**{"warna": "merah", "angka": 1, "ulang": False, **answers})
    return case


def user(own: str) -> str:
    return f'<userTask id="{own}" name="{own}" camunda:formRef="lanjut"/>'


def timer(limit: str = "PT2H") -> str:
    return f"<timerEventDefinition><timeDuration>{limit}</timeDuration></timerEventDefinition>"


MESSAGE = '<messageEventDefinition messageRef="M"/>'
SIGNAL = '<signalEventDefinition signalRef="S"/>'
ERROR = '<errorEventDefinition errorRef="E"/>'
ESCALATION = '<escalationEventDefinition escalationRef="X"/>'


def boundary(definition: str, *, interrupting: bool = True, on: str = "A") -> str:
    said = str(interrupting).lower()
    group = "<extensionElements><camunda:properties><camunda:property name='kelompok' value='petugas'/></camunda:properties></extensionElements>"
    group = group if definition == MESSAGE else ""
    return f'<boundaryEvent id="B" attachedToRef="{on}" cancelActivity="{said}">{group}{definition}</boundaryEvent>'


def inside(*nodes: str, flows: str) -> str:
    drawn = "".join(
        f'<sequenceFlow id="I{n}" sourceRef="{p.split(">")[0]}" targetRef="{p.split(">")[1]}"/>'
        for n, p in enumerate(flows.split())
    )
    return f'<subProcess id="A"><startEvent id="Ia"/>{"".join(nodes)}{drawn}</subProcess>'


@pytest.mark.parametrize("kind", ["userTask", "manualTask", "task"])
def test_a_task_of_people_waits_for_them(kind: str) -> None:
    form = ' camunda:formRef="lanjut"' if kind == "userTask" else ""
    case = begin(f'<{kind} id="A" name="A"{form}/>', "First>A A>Last")
    assert case.open == ["A"]
    case.complete("A")
    assert case.open == ["Last"]


def test_a_script_task_sets_its_variable_and_goes_on() -> None:
    script = '<scriptTask id="A" scriptFormat="feel" camunda:resultVariable="jumlah"><script>angka + 1</script></scriptTask>'
    gateway = '<exclusiveGateway id="G" default="F3"/>' + user("B")
    case = begin(script + gateway, "First>A A>G G>Last G>B:jumlah_=_2 B>Last")
    assert case.state.variables["jumlah"] == 2
    assert case.open == ["B"]


def test_a_service_task_waits_for_a_worker() -> None:
    case = begin(
        '<serviceTask id="A" name="A" camunda:type="external" camunda:topic="kirim"/>', "First>A A>Last"
    )
    assert list(case.state.external_tasks) == ["A:1"]
    case.on(CompleteExternalTask, "A:1", "pekerja")
    assert case.open == ["Last"]


@pytest.mark.parametrize(("warna", "expected"), [("merah", "B"), ("biru", "Last")])
def test_an_exclusive_gateway_takes_the_first_true_flow_or_the_default(warna: str, expected: str) -> None:
    gateway = '<exclusiveGateway id="G" default="F2"/>' + user("B")
    case = begin(gateway, 'First>G G>Last G>B:warna_=_"merah" B>Last', warna=warna)
    assert case.open == [expected]


def test_a_parallel_gateway_opens_all_and_waits_for_all() -> None:
    nodes = '<parallelGateway id="G"/><parallelGateway id="H"/>' + user("B") + user("C")
    case = begin(nodes, "First>G G>B G>C B>H C>H H>Last")
    assert case.open == ["B", "C"]
    case.complete("C")
    assert case.open == ["B"]
    case.complete("B")
    assert case.open == ["Last"]


def test_an_inclusive_gateway_opens_what_is_true_and_waits_for_that() -> None:
    nodes = (
        '<inclusiveGateway id="G" default="F4"/><inclusiveGateway id="H"/>'
        + user("B")
        + user("C")
        + user("D")
    )
    flows = 'First>G G>B:warna_=_"merah" G>C:angka_=_1 G>D B>H C>H D>H H>Last'
    case = begin(nodes, flows)
    assert case.open == ["B", "C"]
    case.complete("B")
    case.complete("C")
    assert case.open == ["Last"]


@pytest.mark.parametrize("by", ["message", "timer"])
def test_an_event_gateway_goes_the_way_of_what_happens_first(by: str) -> None:
    group = "<extensionElements><camunda:properties><camunda:property name='kelompok' value='petugas'/></camunda:properties></extensionElements>"
    nodes = (
        f'<eventBasedGateway id="G"/><intermediateCatchEvent id="P">{group}{MESSAGE}</intermediateCatchEvent>'
        f'<intermediateCatchEvent id="Q">{timer()}</intermediateCatchEvent>' + user("B") + user("C")
    )
    case = begin(nodes, "First>G G>P G>Q P>B Q>C B>Last C>Last")
    assert case.open == []
    if by == "message":
        case.send("pesan")
    else:
        case.wait(hours=3)
    assert case.open == ["B" if by == "message" else "C"]
    assert not case.state.timers


@pytest.mark.parametrize(("definition", "act"), [(timer(), "wait"), (MESSAGE, "send")])
def test_an_intermediate_event_is_waited_for(definition: str, act: str) -> None:
    group = "<extensionElements><camunda:properties><camunda:property name='kelompok' value='petugas'/></camunda:properties></extensionElements>"
    group = group if act == "send" else ""
    case = begin(
        f'<intermediateCatchEvent id="A">{group}{definition}</intermediateCatchEvent>', "First>A A>Last"
    )
    assert case.open == []
    case.wait(hours=3) if act == "wait" else case.send("pesan")
    assert case.open == ["Last"]


@pytest.mark.parametrize("warna", ["merah", "2026-11-24", "2026-11-24T08:00:00", "PT2H"])
def test_a_date_that_an_answer_gives_and_that_is_none_halts(warna: str) -> None:
    date = "<timerEventDefinition><timeDate>warna</timeDate></timerEventDefinition>"
    with pytest.raises(ExecutionFailed, match="expected a date and time with its zone"):
        begin(
            f'<intermediateCatchEvent id="A">{date}</intermediateCatchEvent>', "First>A A>Last", warna=warna
        )


def test_a_signal_thrown_in_one_branch_is_caught_in_another_of_the_same_case() -> None:
    nodes = (
        '<parallelGateway id="G"/><parallelGateway id="H"/>'
        + user("B")
        + f'<intermediateThrowEvent id="T">{SIGNAL}</intermediateThrowEvent>'
        + f'<intermediateCatchEvent id="W">{SIGNAL}</intermediateCatchEvent>'
    )
    case = begin(nodes, "First>G G>B G>W B>T T>H W>H H>Last")
    assert case.open == ["B"]
    case.complete("B")
    assert case.open == ["Last"]


def test_an_intermediate_event_without_a_definition_is_passed() -> None:
    assert begin('<intermediateThrowEvent id="A"/>', "First>A A>Last").open == ["Last"]


Act = Callable[[Case], Any]


@pytest.mark.parametrize("interrupting", [True, False], ids=["interrupting", "beside"])
@pytest.mark.parametrize(("definition", "act"), [
    (timer(), lambda case: case.wait(hours=3)),
    (MESSAGE, lambda case: case.send("pesan")),
], ids=["timer", "message"])  # fmt: skip
def test_a_boundary_event_takes_the_task_away_or_goes_on_beside_it(
    definition: str, act: Act, interrupting: bool
) -> None:
    nodes = user("A") + user("C") + boundary(definition, interrupting=interrupting)
    end = '<endEvent id="Sampai"/>' if not interrupting else ""
    case = begin(nodes + end, f"First>A A>Last B>C C>{'Last' if interrupting else 'Sampai'}")
    act(case)
    assert case.open == (["C"] if interrupting else ["A", "C"])


@pytest.mark.parametrize("interrupting", [True, False], ids=["interrupting", "beside"])
def test_a_signal_boundary_event_hears_another_branch(interrupting: bool) -> None:
    nodes = (
        '<parallelGateway id="G"/><parallelGateway id="H"/>'
        + user("A")
        + user("C")
        + user("D")
        + f'<intermediateThrowEvent id="T">{SIGNAL}</intermediateThrowEvent>'
        + boundary(SIGNAL, interrupting=interrupting)
    )
    end = '<endEvent id="Sampai"/>' if not interrupting else '<exclusiveGateway id="K"/>'
    flows = "First>G G>A G>D D>T T>H H>Last "
    flows += "A>K B>C C>K K>H" if interrupting else "A>H B>C C>Sampai"
    case = begin(nodes + end, flows)
    case.complete("D")
    assert case.open == (["C"] if interrupting else ["A", "C"])


def test_an_error_end_event_leaves_the_sub_process_by_its_error_event() -> None:
    part = inside(user("U"), f'<endEvent id="Ie">{ERROR}</endEvent>', flows="Ia>U U>Ie")
    case = begin(part + boundary(ERROR) + user("C"), "First>A A>Last B>C C>Last")
    case.complete("U")
    assert case.open == ["C"]


def twice(part: str) -> str:
    """Another sub-process of the same kind beside `part`, with names of its own."""
    for own in ("A", "U", "Ia", "Ie", "I0", "I1"):
        part = part.replace(f'"{own}"', f'"{own}2"')
    return part


@pytest.mark.parametrize("definition", [ERROR, ESCALATION], ids=["error", "escalation"])
def test_what_one_sub_process_throws_leaves_the_one_beside_it_alone(definition: str) -> None:
    part = inside(user("U"), f'<endEvent id="Ie">{definition}</endEvent>', flows="Ia>U U>Ie")
    beside = boundary(definition, on="A2").replace('id="B"', 'id="B2"')
    ways = "".join(f'<exclusiveGateway id="K{n}"/>' for n in (1, 2))
    nodes = part + twice(part) + boundary(definition) + beside + user("C") + user("D") + ways
    nodes += '<parallelGateway id="G"/><parallelGateway id="H"/>'
    flows = "First>G G>A G>A2 A>K1 B>C C>K1 A2>K2 B2>D D>K2 K1>H K2>H H>Last"
    case = begin(nodes, flows)
    case.complete("U")
    assert case.open == ["C", "U2"]
    case.complete("U2")
    assert case.open == ["C", "D"]


def test_an_error_event_for_this_very_code_goes_before_one_for_all() -> None:
    part = inside(user("U"), f'<endEvent id="Ie">{ERROR}</endEvent>', flows="Ia>U U>Ie")
    for_all = boundary("<errorEventDefinition/>").replace('id="B"', 'id="B2"')
    nodes = part + for_all + boundary(ERROR) + user("C") + user("D") + '<exclusiveGateway id="K"/>'
    case = begin(nodes, "First>A A>K B>C C>K B2>D D>K K>Last")
    case.complete("U")
    assert case.open == ["C"]


@pytest.mark.parametrize("interrupting", [True, False], ids=["interrupting", "beside"])
@pytest.mark.parametrize("kind", ["endEvent", "intermediateThrowEvent"])
def test_an_escalation_is_heard_around_the_sub_process(kind: str, interrupting: bool) -> None:
    thrown = f'<{kind} id="Ie">{ESCALATION}</{kind}>'
    if kind == "endEvent":
        part = inside(user("U"), thrown, flows="Ia>U U>Ie")
    else:
        part = inside(user("U"), thrown, user("V"), '<endEvent id="Iz"/>', flows="Ia>U U>Ie Ie>V V>Iz")
    end = '<endEvent id="Sampai"/>' if not interrupting else ""
    nodes = part + boundary(ESCALATION, interrupting=interrupting) + user("C") + end
    case = begin(nodes, f"First>A A>Last B>C C>{'Last' if interrupting else 'Sampai'}")
    case.complete("U")
    stays = [] if interrupting else ["Last"] if kind == "endEvent" else ["V"]
    assert case.open == sorted(["C", *stays])


def several(
    own: str,
    count: str = "3",
    *,
    inside_it: str = "",
    kind: str = "userTask",
    sequential: bool = False,
    until: str = "",
) -> str:
    until = f"<completionCondition>{until}</completionCondition>" if until else ""
    said = {
        "userTask": 'camunda:formRef="lanjut"',
        "serviceTask": 'camunda:type="external" camunda:topic="kerja"',
    }
    return (
        f'<{kind} id="{own}" name="{own}" {said.get(kind, "")}><multiInstanceLoopCharacteristics'
        f' isSequential="{str(sequential).lower()}"><loopCardinality>{count}</loopCardinality>{until}'
        f"</multiInstanceLoopCharacteristics>{inside_it}</{kind}>"
    )


PART = (
    f'<startEvent id="Ia"/>{user("U")}{user("V")}<endEvent id="Iz"/><sequenceFlow id="I1" sourceRef="Ia" targetRef="U"/>'
    '<sequenceFlow id="I2" sourceRef="U" targetRef="V"/><sequenceFlow id="I3" sourceRef="V" targetRef="Iz"/>'
)


def test_a_step_done_several_times_at_once_is_as_many_tasks_and_ends_with_the_last() -> None:
    case = begin(several("A", "angka + 1"), "First>A A>Last", angka=2)
    assert list(case.state.work_items) == ["A:1", "A:2", "A:3"]
    case.on(Complete, "A:2", "petugas", claim=True)
    assert list(case.state.work_items) == ["A:1", "A:3"]
    case.complete("A")
    case.complete("A")
    assert case.open == ["Last"]


def test_a_step_done_several_times_in_turn_is_one_task_after_the_other() -> None:
    case = begin(several("A", sequential=True), "First>A A>Last")
    for nth in (1, 2, 3):
        assert list(case.state.work_items) == [f"A:{nth}"]
        case.complete("A")
    assert case.open == ["Last"]


@pytest.mark.parametrize("sequential", [True, False], ids=["in turn", "at once"])
def test_a_condition_ends_the_whole_before_the_last_instance(sequential: bool) -> None:
    until = "nrOfCompletedInstances / nrOfInstances >= 0.5 or nrOfActiveInstances > 3"
    case = begin(several("A", "4", sequential=sequential, until=until), "First>A A>Last")
    case.complete("A")
    assert case.open == ["A"] * (1 if sequential else 3)
    case.complete("A")
    assert case.open == ["Last"]
    ended = [e.payload for e in case.happened if e.type == "work_item:cancelled"]
    assert ended == ([] if sequential else [{"work_item": f"A:{n}", "cause": "A"} for n in (3, 4)])


@pytest.mark.parametrize("sequential", [True, False], ids=["in turn", "at once"])
def test_none_to_be_done_is_passed(sequential: bool) -> None:
    case = begin(
        several("A", "angka - 1", sequential=sequential) + boundary(timer()), "First>A A>Last B>Last"
    )
    assert (case.open, case.state.timers) == (["Last"], {})


@pytest.mark.parametrize("angka", [None, 51, -1, 1.5])
def test_a_number_of_times_that_is_none_halts(angka: float | None) -> None:
    with pytest.raises(ExecutionFailed, match="expected a whole number from 0 to 50"):
        begin(several("A", "angka"), "First>A A>Last", angka=angka)


def test_a_sub_process_done_several_times_in_turn_begins_again_when_it_has_ended() -> None:
    case = begin(several("A", "2", kind="subProcess", inside_it=PART, sequential=True), "First>A A>Last")
    for name in ("U:1", "V:1", "U:2", "V:2"):
        assert list(case.state.work_items) == [name]
        case.complete(name[0])
    assert case.open == ["Last"]


def test_sub_processes_at_once_go_on_each_by_itself() -> None:
    case = begin(several("A", "2", kind="subProcess", inside_it=PART), "First>A A>Last")
    assert case.open == ["U", "U"]
    case.complete("U")
    case.complete("V")
    assert case.open == ["U"]
    case.complete("U")
    case.complete("V")
    assert case.open == ["Last"]


@pytest.mark.parametrize("kind", ["userTask", "subProcess", "serviceTask"])
def test_an_interrupting_limit_takes_all_instances_away(kind: str) -> None:
    inside_it = PART if kind == "subProcess" else ""
    nodes = several("A", kind=kind, inside_it=inside_it) + boundary(timer()) + user("C")
    case = begin(nodes, "First>A A>Last B>C C>Last")
    case.wait(hours=3)
    assert (case.open, case.state.external_tasks) == (["C"], {})
    case.complete("C")
    assert case.open == ["Last"]


def test_a_limit_beside_them_makes_all_that_are_open_overdue_once() -> None:
    nodes = several("A") + boundary(timer(), interrupting=False) + '<endEvent id="Sampai"/>'
    case = begin(nodes, "First>A A>Last B>Sampai")
    due = {item.due for item in case.state.work_items.values()}
    assert due == {timer.due for timer in case.state.timers.values()}
    case.complete("A")
    case.wait(hours=3)
    assert {name: item.overdue for name, item in case.state.work_items.items()} == {"A:2": True, "A:3": True}
    assert [e.type for e in case.happened].count("timer:fired") == 1


def test_an_error_of_one_instance_leaves_the_whole() -> None:
    part = PART.replace('<endEvent id="Iz"/>', f'<endEvent id="Iz">{ERROR}</endEvent>')
    case = begin(
        several("A", kind="subProcess", inside_it=part) + boundary(ERROR) + user("C"),
        "First>A A>Last B>C C>Last",
    )
    case.complete("U")
    case.complete("V")
    assert case.open == ["C"]


def test_an_error_that_a_worker_finds_in_one_instance_leaves_the_whole() -> None:
    nodes = several("A", kind="serviceTask") + boundary(ERROR) + user("C")
    case = begin(nodes, "First>A A>Last B>C C>Last")
    case.on(ThrowError, "A:2", "pekerja", error_code="GALAT")
    assert (case.open, case.state.external_tasks) == (["C"], {})


def test_a_message_for_something_that_was_taken_away_with_an_instance_finds_nobody() -> None:
    waits = PART.replace(
        user("V"),
        f'<intermediateCatchEvent id="V"><extensionElements><camunda:properties><camunda:property name="kelompok" value="petugas"/></camunda:properties></extensionElements>{MESSAGE}</intermediateCatchEvent>',
    )
    case = begin(
        several("A", kind="subProcess", inside_it=waits) + boundary(timer()) + user("C"),
        "First>A A>Last B>C C>Last",
    )
    case.complete("U")
    case.wait(hours=3)
    with pytest.raises(NobodyWaits):
        case.send("pesan")


def test_instances_within_instances_are_bounded_together() -> None:
    inner = PART.replace(user("U"), several("U", "50"))
    with pytest.raises(ExecutionFailed, match="expected at most 500 instances open"):
        begin(several("A", "10", kind="subProcess", inside_it=inner), "First>A A>Last")


def test_what_is_stored_of_fifty_in_turn_does_not_grow() -> None:
    case = begin(several("A", "50", sequential=True), "First>A A>Last")
    case.complete("A")
    assert case.stored is not None
    first = len(case.stored)
    for _ in range(40):
        case.complete("A")
    assert len(case.stored) < first + 20


def test_a_terminate_end_event_ends_the_case_whatever_else_is_open() -> None:
    nodes = (
        '<parallelGateway id="G"/>'
        + user("B")
        + user("C")
        + '<endEvent id="Z"><terminateEventDefinition id="Zt"/></endEvent>'
    )
    case = begin(nodes, "First>G G>B G>C B>Z C>Last")
    case.complete("B")
    assert case.state.ended


def test_a_plain_end_event_ends_its_own_branch() -> None:
    nodes = user("A") + user("C") + boundary(timer(), interrupting=False) + '<endEvent id="Sampai"/>'
    case = begin(nodes, "First>A A>Last B>C C>Sampai")
    case.wait(hours=3)
    case.complete("C")
    assert case.open == ["A"]


def test_a_sub_process_is_left_when_everything_in_it_has_ended() -> None:
    part = inside(user("U"), user("V"), '<parallelGateway id="Ig"/><endEvent id="Iz"/><endEvent id="Iy"/>',
                  flows="Ia>Ig Ig>U Ig>V U>Iz V>Iy")  # fmt: skip
    case = begin(part, "First>A A>Last")
    assert case.open == ["U", "V"]
    case.complete("U")
    assert case.open == ["V"]
    case.complete("V")
    assert case.open == ["Last"]
