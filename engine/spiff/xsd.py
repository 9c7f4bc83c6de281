"""The BPMN 2.0 schema that comes with SpiffWorkflow, as a check that lists all it finds."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

#: The schema is read once and its error log is its own, so one thread at a time uses it.
_turn = threading.Lock()


def schema_errors(root: etree._Element) -> list[tuple[int, str]]:
    """(line, message of libxml2 in English) for each violation of BPMN 2.0's XML schema; changes nothing.

    Unknown extensions pass; dangling references, timers and conditions are not looked at.
    """
    with _turn:
        schema = _schema()
        return [] if schema.validate(root) else [(e.line, e.message) for e in schema.error_log]


@cache
def _schema() -> Any:
    return BpmnValidator().validator
