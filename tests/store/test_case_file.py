"""The case file as a read model: times in office hours, limits, whom it is kept from, statements; on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from engine.commands import COMPLAINANT, Comment, Delegate, Release, Submit
from engine.definition.deploy_calendar import deploy_calendar
from engine.errors import NotAllowed, NotFound
from engine.identity.policy import Actor
from engine.queries.case_file import CaseFile, case_file
from engine.queries.stays import Spent, Stay
from engine.runtime.erase import erase
from engine.store.session import counting
from tests.casework import COMPLAINT, PEOPLE, PROCESS, ROOT, Office

BERKADAR = {
    "lingkup": "berkadar_pengawasan",
    "alasan": "Ada indikasi pungutan.",
    "tujuan_rujukan": "Inspektorat",
    "konfirmasi_akhir": True,
}


def actor(name: str, *groups: str) -> Actor:
    return Actor(name, frozenset(groups or PEOPLE[name]))


def file(office: Office, number: str, name: str = "petugas", **options: bool) -> CaseFile:
    with office.ports.database.read() as connection:
        return case_file(office.ports, connection, actor(name), number, **options)


def stay(office: Office, number: str, step: str, nth: int = 1) -> Stay:
    return next(s for s in file(office, number).stays if s.task.id == f"{number}:{step}:{nth}")


def hours(office: float, clock: float | None = None) -> Spent:
    return Spent(timedelta(hours=office), timedelta(hours=office if clock is None else clock))


# --- times -------------------------------------------------------------------


def test_a_step_waits_until_it_is_taken_and_is_worked_on_until_it_is_done(office: Office) -> None:
    number = office.submit()  # 09:00
    office.at("2026-11-24 09:20")
    office.claim(office.open_items(number)[0], "petugas")
    office.at("2026-11-24 10:05")
    office.complete(number)
    found = stay(office, number, "Langkah_2")
    assert (found.waited, found.worked) == (hours(1 / 3), hours(0.75))
    assert found.over == timedelta(minutes=-55)


def test_breaks_and_nights_count_by_the_clock_alone(office: Office) -> None:
    office.at("2026-11-24 11:30")
    number = office.submit()
    office.at("2026-11-24 13:30")
    office.claim(office.open_items(number)[0], "petugas")
    office.at("2026-11-25 08:30")
    office.complete(number)
    found = stay(office, number, "Langkah_2")
    assert (found.waited, found.worked) == (hours(1, 2), hours(3, 19))
    assert found.over == timedelta(hours=2)
    assert found.task.overdue


def test_time_after_a_release_is_waiting_again_and_a_hand_over_goes_on_as_work(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    office.at("2026-11-24 09:10")
    office.claim(item, "petugas")
    office.at("2026-11-24 09:20")
    office.do(Release(actor="petugas", source="web", command_id=office.id(), work_item=item))
    office.at("2026-11-24 09:50")
    office.do(
        Delegate(actor="sekretariat", source="web", command_id=office.id(), work_item=item, to="petugas")
    )
    office.at("2026-11-24 10:00")
    office.do(Delegate(actor="petugas", source="web", command_id=office.id(), work_item=item, to="petugas2"))
    office.at("2026-11-24 10:30")
    office.complete(number, "petugas2")
    found = stay(office, number, "Langkah_2")
    assert (found.waited, found.worked) == (hours(40 / 60), hours(50 / 60))
    assert [part.holder for part in found.parts] == [None, "petugas", None, "petugas", "petugas2"]


def test_a_task_taken_and_finished_in_one_act_has_only_waited(office: Office) -> None:
    number = office.submit()
    office.wait(minutes=30)
    office.complete(number)
    found = stay(office, number, "Langkah_2")
    assert (found.waited, found.worked) == (hours(0.5), Spent())


def test_an_open_step_is_counted_up_to_now(office: Office) -> None:
    number = office.submit()
    office.wait(minutes=45)
    assert stay(office, number, "Langkah_2").spent == hours(0.75)
    assert file(office, number).spent == hours(0.75)


def test_a_later_calendar_changes_nothing_about_what_was(office: Office) -> None:
    number = office.submit()
    office.wait(minutes=60)
    office.complete(number)
    before = stay(office, number, "Langkah_2")
    text = (ROOT / "processes" / "kalender.toml").read_text().replace('"08:00-12:00"', '"10:00-12:00"')
    deploy_calendar(office.ports.database, text, by="pengelola", at=office.now, note=None, source="cli")
    office.wait(minutes=30)
    office.complete(number)
    assert stay(office, number, "Langkah_2").spent == before.spent == hours(1)


def test_each_round_of_a_step_is_told_apart(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.wait(minutes=30)
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Kemarin pun kosong.")
    office.wait(minutes=20)
    assert stay(office, number, "Langkah_2", 1).spent == Spent()
    assert stay(office, number, "Langkah_2", 2).spent == hours(1 / 3)
    assert stay(office, number, "Langkah_8").waited == hours(0.5)


# --- limits, escalations, people ---------------------------------------------


def test_every_limit_is_there_with_its_reason_running_or_ended(office: Office) -> None:
    number = office.submit()
    office.wait(hours=2, minutes=5)
    office.sweep(number)
    office.complete(number)
    found = file(office, number)
    assert [(limit.event.id, limit.status) for limit in found.limits if limit.event] == [
        ("Batas_2", "fired"),
        ("Batas_3", "pending"),
    ]
    assert all(limit.explanation.counted and limit.time == timedelta(hours=2) for limit in found.limits)
    (told,) = found.escalations
    assert (told.facts["to"], told.facts["work_item"]) == ("sekretariat", "Langkah_2:1")


def test_who_entered_it_and_what_they_looked_at_is_on_the_file(office: Office) -> None:
    command = Submit(
        actor="petugas",
        on_behalf=COMPLAINANT,
        source="web",
        command_id=office.id(),
        process=PROCESS,
        answers=COMPLAINT,
        attested="ktp",
    )
    found = file(office, office.do(command).case)
    assert (found.entered_by, found.attested, found.names["petugas"]) == ("petugas", "ktp", "Petugas")


def test_only_tasks_whose_page_the_reader_has_are_reachable(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    assert file(office, number, "petugas").reachable == {item}
    assert file(office, number, "sekretariat").reachable == {item}
    assert file(office, number, "admin").reachable == frozenset()
    assert file(office, number, "auditor").reachable == frozenset()


def test_a_secret_identity_is_veiled_until_it_is_revealed(office: Office) -> None:
    number = office.submit(nama="Warga Contoh", rahasia=True)
    assert (file(office, number).veiled, file(office, number).may) == (True, {"comment", "reveal"})
    assert file(office, number, "admin").may == {"comment"}
    assert file(office, number, "auditor").may == {"reveal"}
    opened = file(office, number, identity=True)
    assert (opened.answered[-1].answers["nama"], opened.may) == ("Warga Contoh", {"comment"})


# --- whom it is kept from ----------------------------------------------------


def test_a_referred_case_looks_to_outsiders_like_one_that_never_was(office: Office) -> None:
    number = office.submit()
    office.complete(number, "petugas", **BERKADAR)
    for name in ("petugas2", "admin", "sekretariat"):
        with pytest.raises(NotFound) as hidden:
            file(office, number, name)
        with pytest.raises(NotFound) as unknown:
            file(office, "PGD-2026-000099", name)
        assert hidden.value.message.replace(number, "") == unknown.value.message.replace(
            "PGD-2026-000099", ""
        )
    assert file(office, number, "petugas").shield.referred_by == "petugas"
    assert file(office, number, "auditor").shield.restricted_to == "penerima_rujukan"
    with office.ports.database.read() as connection:
        receiver = actor("penerima", "penerima_rujukan")
        assert case_file(office.ports, connection, receiver, number).number == number


def test_a_member_of_the_staff_does_not_see_their_own_complaint_and_colleagues_not_their_name(
    office: Office,
) -> None:
    own = Submit(actor="petugas", source="web", command_id=office.id(), process=PROCESS, answers=COMPLAINT)
    number = office.do(own).case
    with pytest.raises(NotAllowed) as refusal:
        file(office, number)
    assert refusal.value.detail["own"] is True
    found = file(office, number, "petugas2")
    assert (found.timeline[0].actor, found.answered[-1].by, found.entered_by) == (
        COMPLAINANT,
        COMPLAINANT,
        None,
    )
    assert "petugas" not in found.names


def test_who_reads_no_case_is_told_so(office: Office) -> None:
    number = office.submit()
    for name in ("analis", "pengelola"):
        with pytest.raises(NotAllowed) as refusal:
            file(office, number, name)
        assert not refusal.value.detail["own"]


def test_after_an_erasure_the_times_stay_and_the_words_are_gone(office: Office, tmp_path: Path) -> None:
    number = office.submit(nama="Warga Contoh")
    office.do(Comment(actor="petugas", source="web", command_id=office.id(), case=number, text="Catatan"))
    office.wait(minutes=30)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    erase(
        office.ports,
        actor("pengelola"),
        number,
        "Permintaan pemilik data.",
        source="cli",
        seals=tmp_path / "segel",
    )
    found = file(office, number)
    assert (found.erased, found.answered, found.comments, found.may) == (True, (), (), frozenset())
    assert stay(office, number, "Langkah_2").spent == hours(0.5)


# --- cost --------------------------------------------------------------------


def test_a_file_takes_as_many_statements_after_many_rounds_as_after_one(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    counts: list[Counter[str]] = []
    for _ in range(3):
        with counting(office.ports.database) as count:
            file(office, number)
        counts.append(count)
        office.complete(number, tanggapan="respon_balik", isi_respon_balik="Belum.")
        office.run_to(number, "Langkah_8")
    assert {count["statements"] for count in counts[1:]} == {10}
    assert counts[0]["statements"] <= 12  # deployed files and calendars are read once
