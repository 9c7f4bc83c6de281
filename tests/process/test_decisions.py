"""A business rule task is decided by its table, in FEEL, and what it gives decides where the case goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.definition.xml import BPMN, CAMUNDA
from engine.errors import Disturbed, ExpressionFailed
from engine.expression import parse_tests
from engine.expression.table import DecisionTable, Row
from engine.history.verify import verify
from engine.store.session import Database
from tests.casework import Office, open_office, sound
from tests.process.diagrams import Diagram

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


@pytest.mark.parametrize(
    ("tests", "passing", "failing"),
    [
        ("", [1, None, "x"], []),
        ("-", [1, None], []),
        ('"a", "b"', ["a", "b"], ["c", None, 1]),
        ("< 5", [4, -1], [5, None, "4"]),
        ("[1..5]", [1, 5], [0, 6]),
        ("(1..5)", [2], [1, 5]),
        ("< 1, > 9", [0, 10], [5]),
        ('not("a", "b")', ["c"], ["a", "b"]),
        ("not(< 5)", [5, 9], [4, None]),
        ("true", [True], [False, None]),
        ("batas", [7], [8]),
        ("> batas * 2", [15], [14]),
        ("null", [None], [1]),
        ('["a", "b"]', ["a"], ["c"]),
    ],
)
def test_a_cell_accepts_what_its_tests_say(tests: str, passing: list[Any], failing: list[Any]) -> None:
    read = parse_tests(tests)
    assert [v for v in passing if not read.accept(v, {"batas": 7})] == []
    assert [v for v in failing if read.accept(v, {"batas": 7})] == []
    assert read.names <= {"batas"}


def table(policy: str, aggregator: str | None = None) -> DecisionTable:
    rows = [Row(("< 10",), ("1",)), Row(("< 20",), ("2",)), Row(("[15..30]",), ("2",))]
    return DecisionTable("tabel", ("nilai",), ("hasil",), rows, policy, aggregator)


@pytest.mark.parametrize(
    ("policy", "aggregator", "value", "expected"),
    [
        ("FIRST", None, 5, 1),
        ("FIRST", None, 25, 2),
        ("FIRST", None, 99, None),
        ("UNIQUE", None, 12, 2),
        ("ANY", None, 16, 2),
        ("COLLECT", "SUM", 5, 3),
        ("COLLECT", "MAX", 5, 2),
        ("COLLECT", "MIN", 5, 1),
        ("COLLECT", "COUNT", 5, 2),
        ("COLLECT", "COUNT", 99, 0),
        ("COLLECT", "SUM", 99, None),
    ],
)
def test_a_hit_policy_says_which_of_the_rules_count(
    policy: str, aggregator: str | None, value: int, expected: int | None
) -> None:
    assert table(policy, aggregator).decide({"nilai": value}) == {"hasil": expected}


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_rules_that_may_not_hold_together_are_named(policy: str) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        table(policy).decide({"nilai": 5})
    assert failure.value.detail["rules"] == [1, 2]


def decided(*rules: tuple[str, str], policy: str = "FIRST", result: str | None = None) -> Diagram:
    """The shipped diagram whose fourth step is a table over `lingkup` and whose reply needs what it gave."""
    diagram = Diagram.shipped()
    task = diagram.get("Langkah_4")
    task.tag = f"{{{BPMN}}}businessRuleTask"
    for name in ("formRef", "formRefBinding"):
        del task.attrib[f"{{{CAMUNDA}}}{name}"]
    task.set(f"{{{CAMUNDA}}}decisionRef", "Mendesak")
    if result:
        task.set(f"{{{CAMUNDA}}}resultVariable", result)
    root = etree.Element(f"{{{DMN}}}definitions", id="D", name="D", namespace="d")
    decision = etree.SubElement(root, f"{{{DMN}}}decision", id="Mendesak", name="Mendesak")
    held = etree.SubElement(decision, f"{{{DMN}}}decisionTable", id="T", hitPolicy=policy)
    asked = etree.SubElement(
        etree.SubElement(held, f"{{{DMN}}}input", id="I"), f"{{{DMN}}}inputExpression", id="E"
    )
    etree.SubElement(asked, f"{{{DMN}}}text").text = "lingkup"
    etree.SubElement(held, f"{{{DMN}}}output", id="O", name="mendesak")
    for nth, (test, value) in enumerate(rules):
        rule = etree.SubElement(held, f"{{{DMN}}}rule", id=f"R{nth}")
        for kind, text in (("inputEntry", test), ("outputEntry", value)):
            cell = etree.SubElement(rule, f"{{{DMN}}}{kind}", id=f"R{nth}_{kind}")
            etree.SubElement(cell, f"{{{DMN}}}text").text = text
    diagram.forms["mendesak.dmn"] = bytes(etree.tostring(root))
    [condition] = diagram.get("Alur_Respon_balik_Gabung").findall("{*}conditionExpression")
    condition.text = f'tanggapan = "respon_balik" or {result or "mendesak"} = "ya"'
    return diagram


@pytest.mark.parametrize("result", [None, "hasil_tabel"])
def test_what_the_table_gives_decides_where_the_case_goes(
    database: Database, tmp_path: Path, result: str | None
) -> None:
    diagram = decided(('"tidak_berkadar"', '"ya"'), ("-", '"tidak"'), result=result)
    assert [f for f in diagram.findings() if f.severity == "error"] == []
    office = open_office(database, paths=[diagram.save(tmp_path)])
    number = office.submit()
    office.run_to(number, "Langkah_8")
    assert office.state(number).variables[result or "mendesak"] == "ya"
    office.complete(number)
    assert [item.element for item in office.state(number).work_items.values()] == ["Langkah_2"]
    sound(office)


def test_rules_that_contradict_each_other_stop_the_step_and_lose_nothing(
    sqlite_database: Database, tmp_path: Path
) -> None:
    diagram = decided(("-", '"ya"'), ("-", '"tidak"'), policy="UNIQUE")
    office: Office = open_office(sqlite_database, paths=[diagram.save(tmp_path)])
    number = office.submit()
    office.run_to(number, "Langkah_3")
    with pytest.raises(Disturbed):
        office.complete(number)
    assert [item.element for item in office.state(number).work_items.values()] == ["Langkah_3"]
    with office.ports.database.read() as connection:
        assert verify(office.ports, connection).findings == []
