"""Two people at once, on both databases: one wins, the other is told who holds what, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from engine.commands import COMPLAINANT, Claim, Complete, Submit
from engine.errors import AlreadyClaimed, Refused
from engine.history.verify import verify
from engine.runtime.handle import handle
from engine.runtime.ports import Ports
from engine.store import attachments
from engine.store.session import Database
from tests.casework import COMPLAINT, PROCESS, Office
from tests.given_files import attach, given, pdf

ROUNDS = 100


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start at one signal; each result is its value or its error."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[index] = act()
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def beside(office: Office) -> Office:
    """The same office through another connection pool, as another process would see it."""
    url = office.ports.database.url
    ports = Ports(
        Database(url), office.ports.keyring, office.ports.clock, attachments=office.ports.attachments
    )
    return Office(ports, office.now)


def test_of_two_officers_who_claim_one_task_one_wins_and_the_other_is_told_who_holds_it(
    office: Office,
) -> None:
    other = beside(office)
    try:
        for _ in range(ROUNDS):
            item = office.open_items(office.submit())[0]
            results = together(
                lambda item=item: handle(
                    office.ports, Claim(actor="petugas", source="web", command_id=f"a{item}", work_item=item)
                ),
                lambda item=item: handle(
                    other.ports, Claim(actor="petugas2", source="web", command_id=f"b{item}", work_item=item)
                ),
            )
            lost = [r for r in results if isinstance(r, Exception)]
            assert len(lost) == 1
            assert isinstance(lost[0], AlreadyClaimed)
            winner = "petugas" if isinstance(results[1], Exception) else "petugas2"
            assert lost[0].detail["holder"] == winner
            case, _, name = item.partition(":")
            assert office.state(case).work_items[name].assignee == winner
    finally:
        other.ports.database.dispose()
    with office.ports.database.read() as connection:
        assert verify(office.ports, connection).findings == []


def test_one_command_sent_twice_at_once_is_carried_out_once(office: Office) -> None:
    other = beside(office)
    command = Submit(
        actor=COMPLAINANT, source="web", command_id="twice", process=PROCESS, answers=dict(COMPLAINT)
    )
    try:
        first, second = together(lambda: handle(office.ports, command), lambda: handle(other.ports, command))
    finally:
        other.ports.database.dispose()
    assert first.case == second.case == "PGD-2026-000001"
    assert {first.repeated, second.repeated} == {False, True}
    assert office.submit() == "PGD-2026-000002"


def test_a_completion_sent_twice_at_once_gives_both_the_first_result(office: Office) -> None:
    other = beside(office)
    try:
        for number in [office.submit() for _ in range(10)]:
            item = office.open_items(number)[0]
            command = Complete(
                actor="petugas",
                source="web",
                command_id=item,
                work_item=item,
                answers=office.usual(item),
                claim=True,
            )
            results = together(
                lambda command=command: handle(office.ports, command),
                lambda command=command: handle(other.ports, command),
            )
            assert {result.repeated for result in results} == {False, True}
    finally:
        other.ports.database.dispose()


def test_two_completions_of_one_task_give_one_result(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    answers = office.usual(item)

    def completing(actor: str) -> Callable[[], Any]:
        command = Complete(
            actor=actor, source="web", command_id=actor, work_item=item, answers=answers, claim=True
        )
        return lambda: handle(office.ports, command)

    results = together(completing("petugas"), completing("petugas2"))
    assert sum(isinstance(r, Refused) for r in results) == 1
    assert office.state(number).activations["Langkah_3"] == 1


def test_many_submissions_at_once_take_numbers_without_gaps(office: Office) -> None:
    cases = together(*[office.submit for _ in range(12)])
    assert sorted(cases) == [f"PGD-2026-{n:06d}" for n in range(1, 13)]


def test_files_that_are_attached_at_once_are_all_kept_each_with_its_number(office: Office) -> None:
    number = office.submit()
    other = beside(office)
    office._ids, other._ids = (f"a-{n}" for n in count()), (f"b-{n}" for n in count())
    try:
        results = together(
            *(partial(attach, office, number, given(f"{n}.pdf", pdf(str(n)))) for n in range(3)),
            *(partial(attach, other, number, given(f"{n}.pdf", pdf(str(n))), "admin") for n in range(3, 6)),
        )
    finally:
        other.ports.database.dispose()
    assert results == [None] * 6
    with office.ports.database.read() as connection:
        rows = attachments.of_case(connection, number)
    assert [row.nth for row in rows] == [1, 2, 3, 4, 5, 6]
    assert all(office.ports.files.has(row.id) for row in rows)
