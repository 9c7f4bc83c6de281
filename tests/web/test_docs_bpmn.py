"""`docs/bpmn.md`: every row leads to a test that is there, and every construct that is refused has a row."""

from __future__ import annotations

import re

import pytest

from engine.definition.lint import constructs
from engine.definition.parse import FLOW_NODES
from engine.definition.sentences import SENTENCES
from tests.casework import ROOT

PAGE = (ROOT / "docs" / "bpmn.md").read_text()
LINKS = sorted(set(re.findall(r"\[(test_\w+)\]\(\.\./(tests/[^)#]+)\)", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| BPMN")]
REFUSED = PAGE.partition("## Ditolak")[2]


@pytest.mark.parametrize(("test", "path"), LINKS)
def test_a_row_is_shown_by_a_test_that_is_there(test: str, path: str) -> None:
    assert f"def {test}(" in (ROOT / path).read_text()


def test_every_row_has_its_test() -> None:
    assert [row for row in ROWS if not re.search(r"\]\(\.\./tests/", row)] == []


def test_every_construct_that_is_refused_by_name_is_told_with_its_finding() -> None:
    told = set(re.findall(r"`(\w+)`", REFUSED))
    assert {*constructs.REFUSED, *constructs.REFUSED.values()} - told == set()


def test_every_finding_that_the_page_names_is_one_of_the_check() -> None:
    cells = [
        row.split("|")[2] for row in REFUSED.splitlines() if row.startswith("| ") and "temuan" not in row
    ]
    named = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert named - SENTENCES.keys() == set()


def test_every_flow_node_of_bpmn_that_is_read_is_told() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert set(FLOW_NODES) - told - {"startEvent"} == set()
