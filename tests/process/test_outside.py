"""The harness for models from outside, on small ones of our own drawn as Camunda 7's tests are: without lanes or forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.outside import juel
from tests.outside.harness import Worker, counts, models, run, table
from tests.outside.play import play

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="contoh"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
CHOICE = f"""{HEAD}<process id="pilih" isExecutable="true">
  <startEvent id="mulai"/><sequenceFlow id="f1" sourceRef="mulai" targetRef="g"/>
  <exclusiveGateway id="g"/>
  <sequenceFlow sourceRef="g" targetRef="a"><conditionExpression xsi:type="tFormalExpression">${{input == 1 &amp;&amp; !batal}}</conditionExpression></sequenceFlow>
  <sequenceFlow sourceRef="g" targetRef="b"><conditionExpression xsi:type="tFormalExpression">${{input == 2}}</conditionExpression></sequenceFlow>
  <userTask id="a" camunda:assignee="kermit"/><userTask id="b"/>
  <sequenceFlow id="f4" sourceRef="a" targetRef="selesai_a"/><sequenceFlow id="f5" sourceRef="b" targetRef="selesai_b"/>
  <endEvent id="selesai_a"/><endEvent id="selesai_b"/>
  <boundaryEvent id="batas" attachedToRef="a"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
  <sequenceFlow id="f6" sourceRef="batas" targetRef="lewat"/><endEvent id="lewat"/>
</process></definitions>""".encode()


@pytest.mark.parametrize(
    ("said", "feel"),
    [
        ("${input == 1}", "input = 1"),
        ("#{a != 'x' && !b}", 'a != "x" and not(b)'),
        ("${a == 1 || (b >= 2.5 and not c)}", "a = 1 or (b >= 2.5 and not(c))"),
        ("${nrOfCompletedInstances/nrOfInstances >= 0.6 }", "nrOfCompletedInstances / nrOfInstances >= 0.6"),
        ("\n  ${4}\n", "4"),
    ],
)
def test_a_condition_of_camunda_7_is_written_in_feel(said: str, feel: str) -> None:
    assert juel.feel(said) == feel


@pytest.mark.parametrize(
    "said",
    [
        "${order.price < 1}",
        "${bean.is()}",
        "${f(1)}",
        "a-${b}",
        "${}",
        "${a[0]}",
        "${a ==}",
        "${(a}",
        "${and}",
    ],
)
def test_what_calls_or_looks_into_something_is_left_for_the_check_to_name(said: str) -> None:
    with pytest.raises(juel.Untranslatable):
        juel.feel(said)


def test_a_model_from_outside_gets_what_only_this_profile_asks_for_and_runs() -> None:
    result = play(CHOICE, "pilih.bpmn", {"variables": {"input": 2, "batal": False}, "ends": ["selesai_b"]})
    assert (result.outcome, result.ends) == ("documented", ["selesai_b"])
    assert {"id_missing", "entry_missing", "lanes_missing"} <= set(result.as_it_stands)
    assert {"a: without assignee", "batas: wall clock", "pilih: a lane for all", "a: form"} <= set(
        result.changes
    )


def test_without_a_documented_result_the_variables_are_guessed_and_it_is_played_to_an_end() -> None:
    result = play(CHOICE, "pilih.bpmn")
    assert result.outcome == "incident"  # guessed true, `batal` closes both ways
    assert "input guessed to be 1" in result.changes


def test_a_documented_result_is_followed_step_by_step() -> None:
    steps: list[dict[str, object]] = [
        {"open": ["a"]},
        {"timers": 1},
        {"wait": 3599},
        {"open": ["a"]},
        {"wait": 1},
    ]
    expected = {
        "variables": {"input": 1, "batal": False},
        "steps": [*steps, {"ended": True}],
        "ends": ["lewat"],
    }
    assert play(CHOICE, "pilih.bpmn", expected).outcome == "documented"
    wrong = play(CHOICE, "pilih.bpmn", {**expected, "steps": [*steps, {"open": ["a"]}]})
    assert (wrong.outcome, wrong.note) == ("other", "step 6, {'open': ['a']}: open is []")


def test_a_construct_that_is_not_run_is_named() -> None:
    groovy = CHOICE.replace(
        b'<userTask id="b"/>', b'<scriptTask id="b" scriptFormat="groovy"><script>1</script></scriptTask>'
    )
    result = play(groovy, "pilih.bpmn")
    assert (result.outcome, result.refused) == ("refused", ["result_variable_missing", "script_format"])
    broken = play(b"<definitions", "rusak.bpmn")
    assert (broken.parses, broken.outcome, broken.refused) == (False, "refused", ["xml_broken"])


def test_a_folder_is_played_and_counted_and_one_that_does_not_come_back_stops_no_other(
    tmp_path: Path,
) -> None:
    (tmp_path / "dalam").mkdir()
    (tmp_path / "dalam" / "pilih.bpmn20.xml").write_bytes(CHOICE)
    expected = {"from": "ini", "variables": {"input": 2, "batal": True}, "ends": ["selesai_b"]}
    (tmp_path / "dalam" / "pilih.bpmn20.xml.expect.json").write_text(json.dumps(expected))
    (tmp_path / "rusak.bpmn").write_bytes(b"<x>")
    results = list(run(models(tmp_path), tmp_path))
    assert [(one.model, one.outcome) for one in results] == [
        ("dalam/pilih.bpmn20.xml", "documented"),
        ("rusak.bpmn", "refused"),
    ]
    said = counts(results)
    assert (said["models"], said["parse"], said["documented"], said["refused"]) == (2, 1, 1, 1)
    assert said["refused_by"] == {"xml_broken": 1}
    assert "documented  dalam/pilih.bpmn20.xml  → selesai_b" in table(results)


def test_what_does_not_come_back_is_ended_and_the_next_is_played() -> None:
    worker = Worker()
    try:
        assert worker.do("lama.bpmn", CHOICE, None, 0.0).outcome == "hung"
        assert worker.do("rusak.bpmn", b"<x>", None, 60.0).outcome == "refused"
    finally:
        worker.end()
