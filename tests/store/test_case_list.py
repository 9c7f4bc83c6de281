"""The list of cases as a read model: order, pages, filters, policy, the bound on what is looked at; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.commands import COMPLAINANT, Submit
from engine.errors import NotAllowed
from engine.identity.policy import Actor
from engine.queries import case_list as module
from engine.queries.case_list import CaseList, Filter, case_list, case_search, choices
from engine.store.session import counting
from engine.store.tables import cases
from tests.casework import COMPLAINT, PEOPLE, PROCESS, Office

BERKADAR = {
    "lingkup": "berkadar_pengawasan",
    "alasan": "Ada indikasi pungutan.",
    "tujuan_rujukan": "Inspektorat",
    "konfirmasi_akhir": True,
}


def actor(name: str, *groups: str) -> Actor:
    return Actor(name, frozenset(groups or PEOPLE[name]))


def page(
    office: Office, who: str | Actor = "sekretariat", wanted: Filter | None = None, **options: object
) -> CaseList:
    with office.ports.database.read() as connection:
        reader = who if isinstance(who, Actor) else actor(who)
        return case_list(office.ports, connection, reader, wanted or Filter(), **options)  # type: ignore[arg-type]


def numbers(office: Office, who: str | Actor = "sekretariat", wanted: Filter | None = None) -> list[str]:
    return [row.number for row in page(office, who, wanted).rows]


def entered(office: Office, by: str, *, own: bool = False) -> str:
    command = Submit(
        actor=by,
        on_behalf=None if own else COMPLAINANT,
        source="web",
        command_id=office.id(),
        process=PROCESS,
        answers=COMPLAINT,
    )
    return office.do(command).case


def several(office: Office, count: int) -> list[str]:
    """Pairs of cases, each of one instant: the number decides."""
    found = []
    for nth in range(count):
        found.append(office.submit(judul=f"Aduan {nth}"))
        office.wait(minutes=nth % 2)
    return found


# --- order and pages ---------------------------------------------------------


def test_the_newest_comes_first_and_a_row_says_where_the_case_is(office: Office) -> None:
    old = office.submit(judul="Loket tutup")
    office.wait(minutes=5)
    new = office.submit(judul="Parkir penuh")
    first, second = page(office).rows
    assert [(row.number, row.title) for row in (first, second)] == [
        (new, "Parkir penuh"),
        (old, "Loket tutup"),
    ]
    assert [step.name for step in first.steps] == ["Menerima laporan pengaduan dan meneruskan ke Admin OPD"]
    assert first.waiting is not None
    assert (first.status, first.ending) == ("open", None)


@pytest.mark.parametrize("wanted", [Filter(), Filter(status="open"), Filter(step="Langkah_2")])
def test_pages_follow_one_another_and_lead_back_without_a_gap_or_a_repeat(
    office: Office, wanted: Filter
) -> None:
    every = several(office, 7)[::-1]
    pages = [page(office, wanted=wanted, limit=3)]
    while pages[-1].next:
        pages.append(page(office, wanted=wanted, limit=3, after=pages[-1].next))
    assert [[row.number for row in one.rows] for one in pages] == [every[:3], every[3:6], every[6:]]
    assert pages[0].previous is None
    back = page(office, wanted=wanted, limit=3, before=pages[2].previous)
    assert [row.number for row in back.rows] == every[3:6]
    assert (back.next, back.previous) == (every[5], every[3])
    first = page(office, wanted=wanted, limit=3, before=back.previous)
    assert [row.number for row in first.rows] == every[:3]
    assert first.previous is None


def test_an_unknown_place_to_go_on_from_begins_anew(office: Office) -> None:
    number = office.submit()
    for place in ({"after": "PGD-2026-999999"}, {"before": "omong kosong"}):
        assert [row.number for row in page(office, **place).rows] == [number]


def test_a_filter_looks_at_so_many_cases_and_goes_on_from_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EXAMINED", 3)
    wanted = office.submit()
    office.complete(wanted)  # the only one at its step, and the oldest
    office.wait(minutes=1)
    several(office, 6)
    filtered = Filter(step="Langkah_3")
    found = page(office, wanted=filtered)
    seen = 1
    while not found.rows:
        assert found.next is not None
        assert found.looked_back_to is not None
        found = page(office, wanted=filtered, after=found.next)
        seen += 1
    assert ([row.number for row in found.rows], found.next, seen) == ([wanted], None, 3)


# --- filters -----------------------------------------------------------------


def test_filters_narrow_by_state_ending_step_lateness_and_who_entered_it(office: Office) -> None:
    closed, late, mine, halted = office.submit(), office.submit(), entered(office, "petugas"), office.submit()
    office.run_to(closed, "Langkah_8")
    office.complete(closed, tanggapan="selesai")
    office.complete(mine)
    office.wait(hours=2, minutes=10)
    office.sweep(late)
    office.complete(halted)
    office.tampered = True
    with office.ports.database.write() as connection:
        connection.execute(update(cases).where(cases.c.number == halted).values(status="halted"))
    ending = next(row.ending for row in page(office).rows if row.ending)
    for wanted, expected in (
        (Filter(status="ended"), [closed]),
        (Filter(status="halted"), [halted]),
        (Filter(status="open"), [mine, late]),
        (Filter(ending=ending.id), [closed]),
        (Filter(ending="Dirujuk"), []),
        (Filter(step="Langkah_3"), [halted, mine]),
        (Filter(late=True), [late]),
        (Filter(late=True, step="Langkah_3"), []),
        (Filter(late=True, step="Langkah_2"), [late]),
    ):
        assert numbers(office, wanted=wanted) == expected, wanted
    assert numbers(office, "petugas", Filter(entered_by_me=True)) == [mine]
    assert page(office, "petugas", Filter(entered_by_me=True)).rows[0].entered_by_name == "Petugas"


def test_the_choices_are_the_steps_and_the_endings_of_the_diagram(office: Office) -> None:
    with office.ports.database.read() as connection:
        offered = choices(office.ports, connection)
    assert [step.properties["no"] for step in offered.steps] == ["2", "3", "4", "5", "6", "7", "8"]
    assert [end.name for end in offered.endings] == [
        "Dirujuk",
        "Ditutup pengadu",
        "Ditutup admin",
        "Ditutup sistem",
    ]


# --- who sees what -----------------------------------------------------------


def test_a_lane_lists_the_cases_that_came_to_it_and_the_sekretariat_all(office: Office) -> None:
    here, there = office.submit(), office.submit()
    office.run_to(there, "Langkah_5")
    assert set(numbers(office, "sekretariat")) == set(numbers(office, "auditor")) == {here, there}
    assert set(numbers(office, "petugas")) == {here, there}
    assert numbers(office, "pejabat") == [there]
    office.complete(there)
    assert numbers(office, "pejabat") == [there]  # it was theirs, and they may see what became of it


def test_a_referred_case_is_listed_to_who_referred_it_the_receivers_and_auditors_alone(
    office: Office,
) -> None:
    number = office.submit()
    office.complete(number, "petugas", **BERKADAR)
    assert numbers(office, "petugas2") == numbers(office, "sekretariat") == numbers(office, "admin") == []
    assert numbers(office, "petugas") == numbers(office, "auditor") == [number]
    assert numbers(office, actor("penerima", "penerima_rujukan")) == [number]


def test_nobody_lists_their_own_complaint_and_its_row_names_nobody(office: Office) -> None:
    number = entered(office, "petugas", own=True)
    assert numbers(office, "petugas") == []
    (row,) = page(office, "petugas2").rows
    assert (row.number, row.entered_by, row.entered_by_name) == (number, None, None)


def test_who_reads_no_case_gets_no_list(office: Office) -> None:
    for name in ("analis", "pengelola"):
        with pytest.raises(NotAllowed):
            page(office, name)


def test_words_find_what_the_reader_may_read(office: Office) -> None:
    one = office.submit(judul="Kursi tunggu rusak", nama="Halimah Contoh")
    office.submit(judul="Parkir penuh")
    referred = office.submit(judul="Kursi diminta bayar")
    office.complete(referred, "petugas", **BERKADAR)

    def found(text: str, name: str) -> list[str]:
        with office.ports.database.read() as connection:
            return [row.number for row in case_search(office.ports, connection, actor(name), text)]

    assert found("kursi", "sekretariat") == [one]
    assert found("kursi", "petugas") == [referred, one]
    assert found("halimah rusak", "petugas2") == [one]
    assert found("halimah parkir", "petugas2") == found("", "petugas2") == found("kursi", "analis") == []


# --- cost --------------------------------------------------------------------


def test_a_page_takes_as_many_statements_with_many_cases_as_with_one(office: Office) -> None:
    counts = []
    for more in (1, 8):
        several(office, more)
        with counting(office.ports.database) as count:
            page(office, "petugas")
        counts.append(count["statements"])
    assert counts[0] == counts[1] <= 8
