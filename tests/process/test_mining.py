"""A program that others wrote reads the whole export and finds that every case went as the diagram says.

pm4py replays tokens on the net that tests/petri.py makes of the diagram, boundary events among it; that the net says
what the engine does is proved by tests/process/test_net.py.
"""

from __future__ import annotations

from pathlib import Path

import pm4py
import pytest
from sqlalchemy import select

from engine.history.exports.export import export
from engine.identity.policy import Actor
from engine.store.tables import cases
from tests import mining, town
from tests.casework import PROCESS, ROOT, Office
from tests.petri import net_of

pytestmark = pytest.mark.filterwarnings("ignore:Install the optional requirement")


def the_net(office: Office) -> mining.Net:
    with office.ports.database.read() as connection:
        definition = office.ports.definition(connection, f"{PROCESS}:1")
    return mining.as_pm4py(net_of(definition.elements.values(), definition.flows.values()))


def test_every_case_of_a_town_fits_the_diagram_and_none_with_a_step_left_out(
    town_office: Office, tmp_path: Path
) -> None:
    auditor = Actor("auditor", frozenset({"auditor"}))
    path = tmp_path / "riwayat.xes"
    path.write_bytes(b"".join(export(town_office.ports, auditor, "xes", source="cli")))
    told = mining.traces(pm4py.read_xes(str(path)))
    assert len(told) == town.CASES

    with town_office.ports.database.read() as connection:
        ended = set(connection.scalars(select(cases.c.number).where(cases.c.status == "ended")))
    net = the_net(town_office)
    finished = [steps for number, steps in told.items() if number in ended]
    assert set(mining.fitness(net, finished)) == {1.0}
    # what still runs has not come to the end, and has done nothing that the net does not allow
    running = [steps for number, steps in told.items() if number not in ended]
    assert running
    assert set(mining.allowed(net, running)) == {True}

    variants = sorted(set(finished))
    assert len(variants) > 10
    skipped = [steps[:at] + steps[at + 1 :] for steps in variants for at in range(len(steps))]
    assert max(mining.fitness(net, skipped)) < 1.0
    skipped = [steps[:at] + steps[at + 1 :] for steps in set(running) for at in range(len(steps) - 1)]
    assert set(mining.allowed(net, skipped)) == {False}


def test_what_is_agpl_is_in_no_office() -> None:
    """pm4py serves the tests; an office's server gets `requirements.office.lock` and nothing else."""
    assert "\npm4py==" in (ROOT / "requirements.lock").read_text()
    assert "pm4py" not in (ROOT / "requirements.office.lock").read_text()
