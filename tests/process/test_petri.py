"""What the XES export tells of cases fits the diagram as a Petri net, and what was left out is noticed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from lxml import etree

from engine.commands import COMPLAINANT
from engine.definition.model import Element, Flow
from engine.history.exports.export import export
from engine.identity.policy import Actor
from tests.casework import PROCESS, Office
from tests.golden.record import (
    Story,
    answered,
    closed_by_an_admin,
    late_and_replied,
    referred_after_analysis,
)
from tests.petri import Transition, fitness, net_of

XES = "{http://www.xes-standard.org/}"
ENDINGS = {"Selesai_pengadu", "Selesai_admin", "Selesai_sistem", "Dirujuk"}


def referred_at_once(office: Office, number: str) -> None:
    found = {"lingkup": "berkadar_pengawasan", "tujuan_rujukan": "Inspektorat", "konfirmasi_akhir": True}
    office.complete(number, **found)


def replied_three_times(office: Office, number: str) -> None:
    for _ in range(3):
        office.run_to(number, "Langkah_8")
        reply = {"tanggapan": "respon_balik", "isi_respon_balik": "Belum jelas jadwalnya."}
        office.complete(number, COMPLAINANT, **reply)
    answered(office, number)


STORIES: tuple[Story, ...] = (
    answered, late_and_replied, closed_by_an_admin, referred_after_analysis, referred_at_once, replied_three_times,
)  # fmt: skip


@pytest.fixture
def log(office: Office) -> bytes:
    """The XES of a case for each story."""
    begun = office.now
    for story in STORIES:
        office.now = begun
        story(office, office.submit())
        begun += timedelta(hours=1)
    return b"".join(export(office.ports, Actor("auditor", frozenset({"auditor"})), "xes", source="cli"))


def traces(log: bytes) -> Mapping[str, list[str]]:
    """Case -> what was finished, and what took a task away, in order."""
    found: dict[str, list[str]] = {}
    for trace in etree.fromstring(log).iter(f"{XES}trace"):
        [number] = trace.xpath("*[@key='concept:name']/@value")
        steps = found.setdefault(number, [])
        for event in trace.iter(f"{XES}event"):
            said = {one.get("key"): one.get("value") for one in event}
            if said["lifecycle:transition"] == "complete":
                steps.append(said["id"])
            elif said["lifecycle:transition"] == "ate_abort":
                steps.append(said["cause"])
    return found


def net(office: Office) -> Sequence[Transition]:
    with office.ports.database.read() as connection:
        definition = office.ports.definition(connection, f"{PROCESS}:1")
    return net_of(definition.elements.values(), definition.flows.values())


def test_every_case_fits_the_diagram_wholly(office: Office, log: bytes) -> None:
    diagram, told = net(office), traces(log)
    assert {office.state(number).ending for number in told} == ENDINGS
    assert {number: fitness(diagram, steps) for number, steps in told.items()} == dict.fromkeys(told, 1.0)


def test_a_case_with_any_one_step_left_out_fits_less(office: Office, log: bytes) -> None:
    diagram = net(office)
    first = next(iter(traces(log).values()))
    fits = [fitness(diagram, first[:at] + first[at + 1 :]) for at in range(len(first))]
    assert len(fits) == 8
    assert max(fits) < 1.0


def test_a_case_with_two_steps_exchanged_fits_less(office: Office, log: bytes) -> None:
    first = next(iter(traces(log).values()))
    assert fitness(net(office), [*first[:3], first[4], first[3], *first[5:]]) < 1.0


def test_the_net_of_a_fork_takes_its_branches_in_any_order_and_each_once() -> None:
    kinds = {"s": "startEvent", "f": "parallelGateway", "a": "task", "b": "task", "j": "parallelGateway"}
    elements = [Element(id, kind, id, "p", 1) for id, kind in kinds.items()]
    elements.append(Element("e", "endEvent", "e", "p", 1, event="terminate"))
    pairs = ["sf", "fa", "fb", "aj", "bj", "je"]
    fork = net_of(elements, [Flow(pair, pair[0], pair[1], None, "", 1) for pair in pairs])
    assert fitness(fork, ["a", "b"]) == fitness(fork, ["b", "a"]) == 1.0
    assert fitness(fork, ["a"]) < 1.0
    assert fitness(fork, ["a", "b", "b"]) < 1.0
