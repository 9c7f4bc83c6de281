"""The task list and the task page as read models: order, pages, policy, statements, indexes; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, text, update

from engine.errors import AlreadyClaimed, NotAllowed, NotFound, WorkItemNotOpen
from engine.identity.policy import Actor
from engine.queries.task import TaskPage, task_page
from engine.queries.task_streams import View
from engine.queries.tasks import TaskList, task_counts, task_list
from engine.runtime.drafts import save_draft
from engine.store.session import counting
from engine.store.tables import case_keys, work_items
from tests.casework import PEOPLE, Office


def actor(name: str) -> Actor:
    return Actor(name, frozenset(PEOPLE[name]))


def listed(office: Office, name: str, view: View = "group", **options: object) -> TaskList:
    with office.ports.database.read() as connection:
        return task_list(office.ports, connection, actor(name), view, **options)  # type: ignore[arg-type]


def page(office: Office, name: str, work_item: str) -> TaskPage:
    with office.ports.database.read() as connection:
        return task_page(office.ports, connection, actor(name), work_item)


# --- the list ----------------------------------------------------------------


def test_the_earliest_due_task_comes_first_and_one_without_a_limit_last(office: Office) -> None:
    office.tampered = True
    numbers = []
    for _ in range(3):
        numbers.append(office.submit())
        office.wait(minutes=5)
    endless = office.open_items(numbers[0])[0]
    with office.ports.database.write() as connection:
        connection.execute(update(work_items).where(work_items.c.id == endless).values(due_at=None))
    rows = listed(office, "petugas").rows
    assert [row.case for row in rows] == [numbers[1], numbers[2], numbers[0]]
    assert rows[-1].due is None


def test_a_row_says_what_the_case_is_about_and_whose_step_it_is(office: Office) -> None:
    number = office.submit(judul="Loket tutup sebelum waktunya")
    office.claim(office.open_items(number)[0], "petugas2")
    (row,) = listed(office, "petugas").rows
    assert (row.case, row.title) == (number, "Loket tutup sebelum waktunya")
    assert row.step == "Menerima laporan pengaduan dan meneruskan ke Admin OPD"
    assert (row.lane, row.assignee, row.assignee_name) == ("Petugas MPP", "petugas2", "Petugas2")
    assert row.due is not None
    assert row.due - row.created == timedelta(hours=2)


def test_pages_follow_one_another_without_a_gap_or_a_repeat(office: Office) -> None:
    numbers = [office.submit() for _ in range(7)]  # all due at the same instant: the id decides
    seen: list[str] = []
    after = None
    while True:
        found = listed(office, "petugas", after=after, limit=3)
        seen += [row.case for row in found.rows]
        after = found.next
        if after is None:
            break
    assert seen == numbers


def test_a_page_goes_on_behind_a_task_that_was_finished_meanwhile(office: Office) -> None:
    numbers = [office.submit() for _ in range(4)]
    first = listed(office, "petugas", limit=2)
    office.complete(numbers[1])
    assert [row.case for row in listed(office, "petugas", after=first.next).rows] == numbers[2:]


def test_an_unknown_place_to_go_on_from_begins_anew(office: Office) -> None:
    number = office.submit()
    assert [row.case for row in listed(office, "petugas", after="PGD-2026-999999:x:1").rows] == [number]


def test_mine_holds_what_i_took_and_nobody_elses(office: Office) -> None:
    one, other, _free = (office.submit() for _ in range(3))
    office.claim(office.open_items(one)[0], "petugas")
    office.claim(office.open_items(other)[0], "petugas2")
    assert [row.case for row in listed(office, "petugas", "mine").rows] == [one]


def test_nobody_lists_another_groups_tasks_and_an_auditor_none(office: Office) -> None:
    office.submit()
    for name in ("admin", "pejabat", "auditor", "analis", "pengelola"):
        assert listed(office, name).rows == ()
        with pytest.raises(NotAllowed):
            listed(office, name, "all")


def test_the_sekretariat_lists_every_groups_tasks_in_one_order(office: Office) -> None:
    far, near, waiting = (office.submit() for _ in range(3))
    office.wait(minutes=5)
    office.complete(far)
    office.run_to(waiting, "Langkah_8")
    assert [row.case for row in listed(office, "sekretariat", "all").rows] == [near, far]
    assert {row.group for row in listed(office, "sekretariat", "all").rows} == {"petugas_mpp", "admin_opd"}


def test_the_sekretariat_lists_what_is_overdue(office: Office) -> None:
    late = office.submit()
    office.wait(hours=1)
    office.submit()
    office.wait(hours=1)
    office.sweep(late)
    assert [(row.case, row.overdue) for row in listed(office, "sekretariat", "all", overdue=True).rows] == [
        (late, True)
    ]


def test_the_admin_lists_the_cases_that_wait_for_the_complainant_and_may_be_closed(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    assert [row.case for row in listed(office, "admin", "waiting").rows] == [number]
    assert [row.case for row in listed(office, "petugas", "waiting").rows] == [number]  # at the counter
    assert listed(office, "pejabat", "waiting").rows == ()


def test_an_erased_person_leaves_a_row_without_a_title(office: Office) -> None:
    office.tampered = True
    number = office.submit()
    with office.ports.database.write() as connection:
        connection.execute(case_keys.delete().where(case_keys.c.case_number == number))
    assert [row.title for row in listed(office, "petugas").rows] == [None]


def test_counts_stop_at_the_cap(office: Office) -> None:
    office.tampered = True
    one = office.submit()
    office.submit()
    office.claim(office.open_items(one)[0], "petugas")
    with office.ports.database.write() as connection:
        row = dict(
            connection.execute(work_items.select().where(work_items.c.assignee == "petugas")).mappings().one()
        )
        row.pop("due_order")
        connection.execute(
            work_items.insert(), [{**row, "id": f"{one}:x:{n}", "nth": n} for n in range(2, 202)]
        )
    with office.ports.database.read() as connection:
        assert task_counts(office.ports, connection, actor("petugas")) == {
            "mine": 101,
            "group": 101,
            "waiting": 0,
        }
        assert task_counts(office.ports, connection, actor("sekretariat")) == {
            "mine": 0,
            "group": 0,
            "all": 101,
            "overdue": 0,
        }


# --- what it costs -----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "view", "later", "statements"),
    [
        ("petugas", "mine", False, 2),
        ("petugas", "group", False, 2),
        ("petugas", "group", True, 3),
        ("sekretariat", "all", False, 3),
    ],
)
def test_a_page_takes_few_statements(
    office: Office, name: str, view: View, later: bool, statements: int
) -> None:
    items = [office.open_items(office.submit())[0] for _ in range(3)]
    for item in items:
        office.claim(item, "petugas")
    listed(office, name, view)  # reads the definition, once
    with counting(office.ports.database) as counts:
        found = listed(office, name, view, after=items[0] if later else None)
    assert len(found.rows) == (2 if later else 3)
    assert counts["statements"] == statements


def test_a_task_page_takes_as_many_statements_in_the_third_loop_as_in_the_first(office: Office) -> None:
    number = office.submit()
    first = office.open_items(number)[0]
    page(office, "petugas", first)
    with counting(office.ports.database) as before:
        page(office, "petugas", first)
    for _ in range(2):
        office.run_to(number, "Langkah_8")
        office.complete(number, tanggapan="respon_balik", isi_respon_balik="Antrean kemarin masih dua jam.")
    third = office.open_items(number)[0]
    with counting(office.ports.database) as after:
        page(office, "petugas", third)
    assert after["statements"] == before["statements"] <= 10


@pytest.mark.parametrize(
    ("name", "view", "overdue", "index"),
    [
        ("petugas", "mine", False, "ix_work_items_open_assignee"),
        ("petugas", "group", False, "ix_work_items_open_group"),
        ("sekretariat", "all", False, "ix_work_items_open_group"),
        ("sekretariat", "all", True, "ix_work_items_open_overdue"),
    ],
)
def test_every_view_walks_its_partial_index_and_sorts_no_table(
    office: Office, name: str, view: View, overdue: bool, index: str
) -> None:
    item = office.open_items(office.submit())[0]
    office.claim(item, "petugas")
    with office.ports.database.read() as connection:
        plan = _plan(connection, office, name, view, overdue=overdue, after=item)
    assert index in plan
    assert "SCAN work_items" not in plan  # SQLite's word for reading a table whole
    assert "Seq Scan on work_items" not in plan


def _plan(connection: Connection, office: Office, name: str, view: View, *, overdue: bool, after: str) -> str:
    """The plan of the statement that finds the page, as the database would carry it out."""
    statements: list[tuple[str, object]] = []

    def note(_connection: Connection, _cursor: object, sql: str, parameters: object, *_: object) -> None:
        statements.append((sql, parameters))

    postgres = connection.dialect.name == "postgresql"
    if postgres:  # a table of one page is read whole, whatever indexes there are
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    event.listen(connection.engine, "before_cursor_execute", note)
    task_list(office.ports, connection, actor(name), view, overdue=overdue, after=after)
    event.remove(connection.engine, "before_cursor_execute", note)
    (found,) = [(sql, given) for sql, given in statements if "assignee_name" in sql]
    explain = "EXPLAIN " if postgres else "EXPLAIN QUERY PLAN "
    return "\n".join(str(row) for row in connection.exec_driver_sql(explain + found[0], found[1]).all())  # type: ignore[arg-type]


# --- one task ----------------------------------------------------------------


def test_an_open_task_shows_the_complaint_and_what_may_be_done(office: Office) -> None:
    number = office.submit(judul="Parkir penuh")
    found = page(office, "petugas", office.open_items(number)[0])
    assert [a.answers["judul"] for a in found.answered] == ["Parkir penuh"]
    assert found.may == {"claim", "complete", "delegate"}
    assert found.explanation is not None
    assert [u.id for u in found.colleagues] == ["petugas", "petugas2"]


def test_only_the_holder_may_finish_or_release_a_taken_task(office: Office) -> None:
    item = office.open_items(office.submit())[0]
    office.claim(item, "petugas2")
    assert page(office, "petugas2", item).may == {"release", "complete", "delegate"}
    assert page(office, "petugas", item).may == frozenset()
    assert page(office, "sekretariat", item).may == {"delegate"}


def test_a_finished_task_says_who_finished_it_and_where_the_case_is_now(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    office.complete(number, "petugas2")
    found = page(office, "petugas", item)
    assert (found.task.ended_how, found.names[found.task.ended_by or ""]) == ("completed", "Petugas2")
    assert [(a.element.name, a.group) for a in found.open_tasks] == [
        ("Menerima Pengaduan dari Petugas MPP", "admin_opd")
    ]
    assert found.may == frozenset()


def test_a_foreign_groups_task_is_refused_by_naming_the_group(office: Office) -> None:
    item = office.open_items(office.submit())[0]
    with pytest.raises(NotAllowed) as refusal:
        page(office, "admin", item)
    assert (refusal.value.detail["group"], refusal.value.detail["lane"]) == ("petugas_mpp", "Petugas MPP")


def test_a_task_that_never_was_is_not_found(office: Office) -> None:
    number = office.submit()
    for item in (f"{number}:tidak_ada:1", "PGD-2026-000099:x:1", "omong kosong"):
        with pytest.raises(NotFound):
            page(office, "petugas", item)


def test_the_admin_is_offered_to_close_a_case_only_while_it_waits_for_the_complainant(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_6")
    six = office.open_items(number)[0]
    assert page(office, "admin", six).messages == ()
    office.run_to(number, "Langkah_8")
    eight = office.open_items(number)[0]
    assert [m.event.name for m in page(office, "admin", eight).messages] == ["Admin menutup"]
    assert [m.name for m in page(office, "admin", six).messages] == [
        "tutup_oleh_admin"
    ]  # the finished one leads there
    assert page(office, "petugas", eight).messages == ()


def test_the_newest_answers_come_first_and_a_later_form_reads_the_latest(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Antrean kemarin masih dua jam.")
    found = page(office, "petugas", office.open_items(number)[0])
    assert found.answered[0].answers["isi_respon_balik"] == "Antrean kemarin masih dua jam."
    assert found.answered[-1].answers["judul"] == found.stored["judul"] == "Antrean terlalu lama"


# --- drafts ------------------------------------------------------------------


def test_a_draft_is_its_writers_alone_and_goes_when_the_task_is_finished(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    save_draft(office.ports, actor("petugas"), item, {"alasan": "masih dipikirkan"})
    save_draft(office.ports, actor("petugas"), item, {"alasan": "Antrean memang panjang."})
    kept = page(office, "petugas", item).draft
    assert kept is not None
    assert kept.answers == {"alasan": "Antrean memang panjang."}
    assert page(office, "petugas2", item).draft is None
    office.complete(number, "petugas")
    with pytest.raises(WorkItemNotOpen):
        save_draft(office.ports, actor("petugas"), item, {"alasan": "terlambat"})


def test_a_draft_is_refused_to_whoever_could_not_finish_the_task(office: Office) -> None:
    item = office.open_items(office.submit())[0]
    with pytest.raises(NotAllowed):
        save_draft(office.ports, actor("admin"), item, {})
    office.claim(item, "petugas2")
    with pytest.raises(AlreadyClaimed):
        save_draft(office.ports, actor("petugas"), item, {})
