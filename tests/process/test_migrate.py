"""A running case goes on in another version: what is open stays as it was, to the second, and the record stays whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.commands import Comment, Migrate
from engine.definition import bundle
from engine.definition.deploy import deploy
from engine.definition.mapping import missing, suggested
from engine.errors import NotAllowed, NotMigratable, Refused
from engine.history.verify import verify
from engine.identity.policy import Actor
from engine.queries.task import task_page
from engine.runtime.drafts import save_draft
from engine.runtime.migration import move as move_all
from engine.runtime.migration import plan
from engine.store import cases, drafts
from engine.store.session import Database
from engine.store.tables import cases as case_rows
from engine.store.tables import timers, work_items
from tests.casework import PROCESS, WORKER, Office, open_office, sound
from tests.process.diagrams import Diagram

NEXT = f"{PROCESS}:2"
STEPS = [f"Langkah_{n}" for n in range(2, 9)]
#: The names of `renamed`.
RENAMED = {"Langkah_5": "Telaah", "Batas_5": "Batas_telaah", "Eskalasi_5": "Eskalasi_telaah"}


def renamed(diagram: Diagram) -> None:
    diagram.rename_ids(lambda own: RENAMED.get(own, own))


def inserted(diagram: Diagram) -> None:
    """A step between the third and the fourth."""
    with_a_form(diagram)
    diagram.step_on("Alur_Langkah_3_Langkah_4", "Periksa", lane="Lajur_admin_opd", form="cek")


def both(diagram: Diagram) -> None:
    inserted(diagram)
    renamed(diagram)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return open_office(database)


def deployed(office: Office, folder: Path, *edits: Callable[[Diagram], Any]) -> None:
    """The next version: the shipped diagram with these edits."""
    diagram = Diagram.shipped()
    for edit in edits:
        edit(diagram)
    assert [f for f in diagram.findings() if f.severity == "error"] == []
    deploy(
        office.ports.database,
        bundle.read([diagram.save(folder)]),
        by="analis",
        at=office.now,
        note=None,
        source="cli",
    )


def move(
    office: Office,
    number: str,
    mapping: Mapping[str, str] | None = None,
    by: str = "analis",
    to: str = NEXT,
) -> None:
    office.do(
        Migrate(actor=by, source="cli", command_id=office.id(), case=number, to=to, mapping=mapping or {})
    )


def open_rows(office: Office, number: str) -> list[Any]:
    """What the lists read of a case's open tasks and limits."""
    with office.ports.database.read() as connection:
        tasks = select(work_items).where(work_items.c.case_number == number, work_items.c.ended_at.is_(None))
        limits = select(timers).where(timers.c.case_number == number, timers.c.status == "pending")
        return [*connection.execute(tasks).all(), *connection.execute(limits).all()]


def to_the_end(office: Office, number: str) -> None:
    while not office.state(number).ended:
        office.complete(number)


def refused(
    office: Office, number: str, mapping: Mapping[str, str] | None = None, to: str = NEXT
) -> list[tuple[str, str]]:
    """Why the case cannot be moved; nothing of it has changed then."""
    before = open_rows(office, number), office.state(number).snapshot.stored()
    with pytest.raises(NotMigratable) as refusal:
        move(office, number, mapping, to=to)
    assert (open_rows(office, number), office.state(number).snapshot.stored()) == before
    reasons: Any = refusal.value.detail["reasons"]
    return list(reasons)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("late", [False, True], ids=["in time", "overdue"])
def test_an_open_step_keeps_its_due_instant_and_who_holds_it(
    office: Office, tmp_path: Path, step: str, late: bool
) -> None:
    number = office.submit()
    office.run_to(number, step)
    [item] = office.state(number).work_items.values()
    if not item.public:
        office.claim(office.open_items(number)[0], WORKER[item.group])
    if late and step != "Langkah_8":
        office.wait(hours=5)
        office.sweep(number)
    before = next(iter(office.state(number).work_items.values()))
    limits = sorted(timer.due for timer in office.state(number).timers.values())
    deployed(office, tmp_path / "next", both)
    office.wait(minutes=7)
    move(office, number, RENAMED)
    [(name, after)] = office.state(number).work_items.items()
    assert name.partition(":")[0] == RENAMED.get(step, step)
    assert (after.due, after.assignee, after.overdue, after.created) == (
        before.due,
        before.assignee,
        before.overdue,
        before.created,
    )
    assert sorted(timer.due for timer in office.state(number).timers.values()) == limits
    to_the_end(office, number)
    assert ("Periksa" in office.state(number).activations) == (step in ("Langkah_2", "Langkah_3"))
    sound(office)


def test_a_limit_fires_after_the_move_when_it_would_have_without_it(office: Office, tmp_path: Path) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_5")
    due = next(iter(office.state(number).work_items.values())).due
    deployed(office, tmp_path / "next", renamed, lambda d: d.set_limit("Batas_telaah", "PT4H"))
    move(office, number, RENAMED)
    assert due is not None
    office.at(due)
    office.sweep(number)
    [item] = office.state(number).work_items.values()
    assert item.overdue
    office.complete(number)
    sound(office)


def test_a_new_case_takes_the_new_limit(office: Office, tmp_path: Path) -> None:
    deployed(office, tmp_path / "next", lambda d: d.set_limit("Batas_2", "PT1H"))
    number = office.submit()
    [item] = office.state(number).work_items.values()
    assert item.due == office.at("2026-11-24 10:00")


def test_what_was_typed_is_kept_with_the_renamed_step(office: Office, tmp_path: Path) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_5")
    [item] = office.open_items(number)
    office.claim(item, "pejabat")
    typed = {"jawaban": "Sudah kami periksa."}
    pejabat = Actor("pejabat", frozenset({"pejabat_penghubung"}))
    save_draft(office.ports, pejabat, item, typed)
    deployed(office, tmp_path / "next", renamed)
    move(office, number, RENAMED)
    [moved] = office.open_items(number)
    with office.ports.database.read() as connection:
        assert drafts.load(connection, item, "pejabat") is None
        draft = task_page(office.ports, connection, pejabat, moved).draft
    assert draft is not None
    assert draft.answers == typed
    office.complete(number, "pejabat")
    with office.ports.database.read() as connection:
        assert drafts.load(connection, moved, "pejabat") is None
    sound(office)


def test_a_step_that_comes_to_another_lane_is_free_for_its_people(office: Office, tmp_path: Path) -> None:
    def to_the_other_lane(diagram: Diagram) -> None:
        lane = diagram.get("Lajur_admin_opd")
        [ref] = [r for r in diagram.all("flowNodeRef") if r.text == "Langkah_2"]
        lane.append(ref)

    number = office.submit()
    [item] = office.open_items(number)
    office.claim(item, "petugas")
    deployed(office, tmp_path / "next", to_the_other_lane)
    move(office, number)
    [after] = office.state(number).work_items.values()
    assert (after.group, after.assignee) == ("admin_opd", None)
    office.complete(number, "admin")
    sound(office)


def test_a_limit_that_the_new_version_adds_begins_at_the_move(office: Office, tmp_path: Path) -> None:
    number = office.submit()
    office.wait(minutes=30)
    deployed(office, tmp_path / "next", lambda d: d.limit("Langkah_2", "Segera", "PT30M"))
    move(office, number)
    [item] = office.state(number).work_items.values()
    assert item.due == office.at("2026-11-24 10:00")
    office.sweep(number)
    [item] = office.state(number).work_items.values()
    assert item.overdue
    to_the_end(office, number)
    sound(office)


def without_limit(step: str, limit: str, end: str) -> Callable[[Diagram], None]:
    def edit(diagram: Diagram) -> None:
        flow = next(f for f in diagram.all("sequenceFlow") if f.get("sourceRef") == limit)
        gone = {limit, end, flow.get("id")}
        for node in list(diagram.root.iter("*")):
            if node.get("id") in gone or node.get("bpmnElement") in gone or (node.text or "").strip() in gone:
                parent = node.getparent()
                if parent is not None:
                    parent.remove(node)

    return edit


@pytest.mark.parametrize("late", [False, True], ids=["pending", "fired"])
def test_a_limit_that_the_new_version_lost_ends_with_the_move(
    office: Office, tmp_path: Path, late: bool
) -> None:
    number = office.submit()
    if late:
        office.wait(hours=4)
        office.sweep(number)
    [before] = office.state(number).work_items.values()
    deployed(office, tmp_path / "next", without_limit("Langkah_2", "Batas_2", "Eskalasi_2"))
    move(office, number)
    [item] = office.state(number).work_items.values()
    assert item.due == (before.due if late else None)
    assert office.state(number).timers == {}
    to_the_end(office, number)
    sound(office)


def test_a_step_that_is_gone_keeps_its_cases_where_they_are_and_says_why(
    office: Office, tmp_path: Path
) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_5")
    deployed(office, tmp_path / "next", renamed)
    assert refused(office, number) == [("element_gone", "Langkah_5")]
    office.complete(number)
    sound(office)


@pytest.mark.parametrize("then", [True, False], ids=["then", "now"])
def test_a_step_that_is_or_would_be_done_several_times_keeps_its_cases_where_they_are(
    office: Office, tmp_path: Path, then: bool
) -> None:
    def several(diagram: Diagram) -> None:
        diagram.several("Langkah_5", "2")

    deployed(office, tmp_path / "first", *([several] if then else [inserted]))
    number = office.submit()
    deployed(office, tmp_path / "next", *([] if then else [inserted, several]))
    office.run_to(number, "Langkah_5")
    assert refused(office, number, to=f"{PROCESS}:3" if not then else f"{PROCESS}:1") == [
        ("several_instances", "Langkah_5")
    ]
    for _ in range(2 if then else 1):
        office.complete(number, item=office.open_items(number)[0])
    move(office, number, to=f"{PROCESS}:3" if not then else f"{PROCESS}:1")
    sound(office)


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"Langkah_5": "Lingkup"}, "mapping_kind"),
        ({"Langkah_5": "Tidak_ada"}, "mapping_unknown"),
        ({"Tidak_ada": "Telaah"}, "mapping_unknown"),
        ({"Langkah_4": "Telaah", "Langkah_5": "Telaah"}, "mapping_twice"),
        ({"Langkah_5": "Langkah_6"}, "mapping_twice"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_before_anything_moves(
    office: Office, tmp_path: Path, mapping: dict[str, str], reason: str
) -> None:
    number = office.submit()
    deployed(office, tmp_path / "next", renamed)
    with pytest.raises(Refused) as refusal:
        move(office, number, mapping)
    assert refusal.value.detail["reason"] == reason
    with pytest.raises(Refused), office.ports.database.read() as connection:
        plan(office.ports, connection, f"{PROCESS}:1", NEXT, mapping)
    sound(office)


def test_the_diagrams_themselves_say_which_step_takes_whose_place(office: Office, tmp_path: Path) -> None:
    deployed(office, tmp_path / "next", both)
    with office.ports.database.read() as connection:
        old, new = (office.ports.definition(connection, f"{PROCESS}:{n}") for n in (1, 2))
    assert suggested(old, new) == RENAMED
    assert {e.id for e in missing(old, new)} == {"Langkah_5", "Batas_5"}


def test_a_plan_says_what_can_move_and_what_not_and_a_failure_stops_no_other(
    office: Office, tmp_path: Path
) -> None:
    numbers = [office.submit() for _ in range(6)]
    for number, step in zip(numbers, ("Langkah_2", "Langkah_5", "Langkah_8", "Langkah_5"), strict=False):
        office.run_to(number, step)
    to_the_end(office, numbers[5])
    deployed(office, tmp_path / "next", renamed)
    with office.ports.database.read() as connection:
        found = plan(office.ports, connection, f"{PROCESS}:1", NEXT, {})
    assert [one.case for one in found.standing] == numbers[:5]
    assert {one.case: one.reasons for one in found.stuck} == {
        numbers[n]: (("element_gone", "Langkah_5"),) for n in (1, 3)
    }
    by = {"actor": "analis", "source": "cli", "command_id": "pindah"}
    done = list(move_all(office.ports, numbers, to=NEXT, mapping={}, **by))
    assert [one.error.code if one.error else None for one in done] == [
        None,
        "not_migratable",
        None,
        "not_migratable",
        None,
        "case_ended",
    ]
    again = list(move_all(office.ports, numbers[:1], to=NEXT, mapping={}, **by))
    assert [one.error for one in again] == [None]
    sound(office)


def test_a_halted_case_moves_to_the_diagram_that_was_mended(office: Office, tmp_path: Path) -> None:
    deployed(office, tmp_path / "broken", lambda d: d.set_property("Batas_8", "kalender", "24jam"))
    number = office.submit()
    office.run_to(number, "Langkah_8")
    deployed(office, tmp_path / "next", renamed)
    with office.ports.database.write() as connection:
        connection.execute(update(case_rows).values(status="halted"))
    office.tampered = True
    move(office, number, RENAMED, to=f"{PROCESS}:3")
    with office.ports.database.read() as connection:
        row = cases.load(connection, number)
    assert (row.definition_id, row.status) == (f"{PROCESS}:3", "halted")


def with_a_form(diagram: Diagram) -> None:
    diagram.add_form("cek", {"type": "textfield", "key": "hasil_cek", "id": "F_cek", "label": "Hasil cek"})


def forked(diagram: Diagram) -> None:
    """Two steps side by side between the third and the fourth."""
    with_a_form(diagram)
    lane = "Lajur_admin_opd"
    diagram.fork_on("Alur_Langkah_3_Langkah_4", "Sejajar", ("Kiri", lane, "cek"), ("Kanan", lane, "cek"))


def errand(diagram: Diagram) -> None:
    """A limit of the second step that gives somebody else a task."""
    with_a_form(diagram)
    diagram.limit("Langkah_2", "Segera", "PT30M")
    diagram.step_on("Alur_Segera_Segera_eskalasi", "Tanya", lane="Lajur_admin_opd", form="cek")


def test_a_branch_that_a_lost_limit_began_keeps_its_case_where_it_is(office: Office, tmp_path: Path) -> None:
    deployed(office, tmp_path / "first", errand)
    number = office.submit()
    office.wait(hours=1)
    office.sweep(number)
    assert {i.split(":")[1] for i in office.open_items(number)} == {"Langkah_2", "Tanya"}
    deployed(office, tmp_path / "next", inserted)
    assert refused(office, number, to=f"{PROCESS}:3") == [("branch_open", "Segera")]
    tasks = [i for i in office.open_items(number) if ":Tanya:" in i]
    office.complete(number, "admin", item=tasks[0], hasil_cek="baik")
    move(office, number, to=f"{PROCESS}:3")
    to_the_end(office, number)
    sound(office)


def test_a_branch_that_waits_at_a_join_by_a_flow_that_is_gone_keeps_its_case(
    office: Office, tmp_path: Path
) -> None:
    deployed(office, tmp_path / "first", forked)
    number = office.submit()
    office.run_to(number, "Kiri")
    left = next(i for i in office.open_items(number) if ":Kiri:" in i)
    office.complete(number, "admin", item=left, hasil_cek="baik")

    def longer(diagram: Diagram) -> None:
        forked(diagram)
        flow = next(f for f in diagram.all("sequenceFlow") if f.get("sourceRef") == "Kiri")
        diagram.step_on(flow.get("id", ""), "Kiri_dua", lane="Lajur_admin_opd", form="cek")

    deployed(office, tmp_path / "next", longer)
    assert refused(office, number, to=f"{PROCESS}:3") == [("way_gone", "Sejajar_gabung")]
    sound(office)


def test_branches_that_are_open_side_by_side_all_move(office: Office, tmp_path: Path) -> None:
    deployed(office, tmp_path / "first", forked)
    number = office.submit()
    office.run_to(number, "Kiri")
    left = next(i for i in office.open_items(number) if ":Kiri:" in i)
    office.complete(number, "admin", item=left, hasil_cek="baik")
    names = {"Kanan": "Sebelah", "Sejajar_gabung": "Temu"}

    def also_renamed(diagram: Diagram) -> None:
        forked(diagram)
        diagram.rename_ids(lambda own: names.get(own, own))

    deployed(office, tmp_path / "next", also_renamed)
    move(office, number, names, to=f"{PROCESS}:3")
    assert [i.split(":")[1] for i in office.open_items(number)] == ["Sebelah"]
    office.complete(number, "admin", hasil_cek="baik")
    assert [i.split(":")[1] for i in office.open_items(number)] == ["Langkah_4"]
    to_the_end(office, number)
    sound(office)


def test_a_condition_that_is_new_reads_what_was_answered_before(office: Office, tmp_path: Path) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    assert "cara_jawaban" not in office.state(number).variables

    def asks_for_the_way(diagram: Diagram) -> None:
        [condition] = diagram.get("Alur_Respon_balik_Gabung").findall("{*}conditionExpression")
        condition.text = f'({condition.text}) and cara_jawaban != "tidak_perlu"'

    deployed(office, tmp_path / "next", asks_for_the_way)
    move(office, number)
    assert office.state(number).variables["cara_jawaban"] == "loket"
    to_the_end(office, number)
    sound(office)


def test_only_an_analyst_moves_cases(office: Office, tmp_path: Path) -> None:
    number = office.submit()
    deployed(office, tmp_path / "next", inserted)
    for somebody in ("petugas", "sekretariat", "auditor", "pengelola"):
        with pytest.raises(NotAllowed):
            move(office, number, by=somebody)
    move(office, number)
    with office.ports.database.read() as connection:
        assert cases.load(connection, number).definition_id == NEXT


def test_what_stood_beside_the_move_is_still_found(office: Office, tmp_path: Path) -> None:
    """Comments, escalations and answers under the old names."""
    number = office.submit()
    office.run_to(number, "Langkah_5")
    office.wait(hours=5)
    office.sweep(number)
    office.do(Comment(actor="admin", source="web", command_id=office.id(), case=number, text="Ditanyakan."))
    deployed(office, tmp_path / "next", renamed)
    move(office, number, RENAMED)
    with office.ports.database.read() as connection:
        report = verify(office.ports, connection, number)
        rows = connection.execute(select(work_items).where(work_items.c.case_number == number)).all()
    assert report.findings == []
    assert {row.escalated_to for row in rows if row.element == "Telaah"} == {"sekretariat"}
    to_the_end(office, number)
    sound(office)


def test_five_hundred_cases_at_every_step_half_of_them_late_move_and_stay_true(
    sqlite_database: Database, tmp_path: Path
) -> None:
    office = open_office(sqlite_database)
    open_cases = _standing(office, STEPS[:-1])
    office.wait(hours=3)
    for number in open_cases:
        office.sweep(number)
    open_cases += _standing(office, STEPS)
    before = {number: next(iter(office.state(number).work_items.values())) for number in open_cases}
    deployed(office, tmp_path / "next", both)
    by = {"actor": "analis", "source": "cli", "command_id": "pindah"}
    done = list(move_all(office.ports, open_cases, to=NEXT, mapping=RENAMED, **by))
    assert [one for one in done if one.error] == []
    for number in open_cases:
        [after] = office.state(number).work_items.values()
        was = before[number]
        assert (after.due, after.assignee) == (was.due, was.assignee), number
        assert after.overdue == was.overdue
    assert sum(item.overdue for item in before.values()) == 250
    sound(office)


def _standing(office: Office, steps: list[str]) -> list[str]:
    """250 cases, each at one of the steps, most of them taken by somebody."""
    numbers = [office.submit() for _ in range(250)]
    for nth, number in enumerate(numbers):
        office.run_to(number, steps[nth % len(steps)])
        [item] = office.state(number).work_items.values()
        if not item.public and nth % 3:
            office.claim(office.open_items(number)[0], WORKER[item.group])
    return numbers
