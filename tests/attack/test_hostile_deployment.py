"""A deployment can never run code, read a file or keep the office busy: what tries is refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.definition.bundle import Bundle, check
from engine.definition.findings import errors, remedy, text
from engine.errors import EngineError
from engine.expression import parse
from tests.attack.deployments import BOUNDED, bundles

ATTACKS = dict(bundles())


@pytest.mark.parametrize("name", ATTACKS)
def test_a_deployment_that_attacks_is_refused_with_a_reason(name: str) -> None:
    files: Mapping[str, bytes] = ATTACKS[name]
    found = errors(check(Bundle(files)).findings)
    assert found, f"{name} was not refused"
    for finding in found:
        for language in ("id", "en"):
            said = f"{text(finding, language)} {remedy(finding, language)}"  # type: ignore[arg-type]
            assert "root:" not in said
            assert len(said) < 2_000


@pytest.mark.parametrize("name", BOUNDED)
def test_an_expression_that_asks_for_too_much_gives_a_plain_value_or_ends_at_a_bound(name: str) -> None:
    try:
        found = parse(BOUNDED[name]).evaluate({"lingkup": "tidak_berkadar"})
    except EngineError:
        return
    assert found is None or isinstance(found, bool)
