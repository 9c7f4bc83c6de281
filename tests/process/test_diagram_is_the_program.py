"""The diagram is the program: what an analyst changes in a modeler happens, with no line of code changed.

Each test edits the shipped files by lxml as a modeler would, deploys them and runs a complaint to its end
through `handle`; after it, `verify` finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.commands import COMPLAINANT
from engine.definition.bundle import read
from engine.definition.deploy import deploy
from engine.errors import NobodyWaits, NotAllowed
from engine.history.log import read as read_history
from engine.history.verify import verify
from engine.identity import accounts
from engine.store.session import Database
from tests.casework import PROCESS, ROOT, USUAL, WORKER, ZONE, Office, open_office
from tests.process.diagrams import Diagram, quoted

REMARK = {
    "type": "textarea",
    "key": "temuan",
    "label": "Temuan",
    "id": "F_temuan",
    "properties": {"pribadi": "ya"},
}
DECISION = {
    "type": "radio",
    "key": "setuju",
    "label": "Apakah Anda setuju?",
    "id": "F_setuju",
    "values": [{"label": "Ya", "value": "ya"}, {"label": "Tidak", "value": "tidak"}],
    "validate": {"required": True},
}
MIDDLE = "Alur_Langkah_3_Langkah_4"

Opened = Callable[[Diagram], Office]


@pytest.fixture
def diagram() -> Diagram:
    return Diagram.shipped()


@pytest.fixture
def deployed(sqlite_database: Database, tmp_path: Path) -> Iterator[Opened]:
    """Open an office on an edited diagram; after the test its whole record is verified."""
    offices: list[Office] = []

    def open_on(diagram: Diagram) -> Office:
        assert diagram.findings() == []
        offices.append(open_office(sqlite_database, paths=[diagram.save(tmp_path / "berkas")]))
        return offices[-1]

    yield open_on
    (office,) = offices
    with office.ports.database.read() as connection:
        report = verify(office.ports, connection)
    assert report.cases > 0
    assert report.findings == []


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def redeploy(office: Office, diagram: Diagram, folder: Path) -> None:
    bundle = read([diagram.save(folder)])
    deploy(office.ports.database, bundle, by="analis", at=office.now, note=None, source="cli")


def elements(office: Office, number: str) -> list[str]:
    """The elements with an open task."""
    return [item.element for item in office.state(number).work_items.values()]


def run(office: Office, number: str) -> list[str]:
    """Work a case to its end with the usual answers; the elements in the order they were done."""
    done = []
    while not office.state(number).ended:
        done += elements(office, number)[:1]
        office.complete(number)
        office.wait(minutes=1)
    return done


def steps(*numbers: int) -> list[str]:
    return [f"Langkah_{number}" for number in numbers]


# --- other names ---------------------------------------------------------------------------------


def test_lanes_may_be_called_anything_as_long_as_they_keep_their_group(
    deployed: Opened, diagram: Diagram
) -> None:
    for nth, lane in enumerate(diagram.all("lane")):
        lane.set("name", f"Bagian {nth}")
    office = deployed(diagram)
    number = office.submit()
    assert run(office, number) == steps(2, 3, 4, 5, 6, 7, 8)


def test_a_lane_without_a_group_lends_its_name(deployed: Opened, diagram: Diagram) -> None:
    diagram.get("Lajur_admin_opd").set("name", "Admin  OPD Kota")
    diagram.set_property("Lajur_admin_opd", "kelompok", None)
    office = deployed(diagram)
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "kota", "Kota", ("admin_opd_kota",), **office.by)
    number = office.submit()
    office.run_to(number, "Langkah_3")
    assert [item.group for item in office.state(number).work_items.values()] == ["admin_opd_kota"]
    with pytest.raises(NotAllowed):
        office.complete(number, "admin")
    for _ in (3, 4):
        office.complete(number, "kota")
    office.complete(number)
    office.complete(number, "kota")
    assert run(office, number) == steps(7, 8)


def test_every_id_message_and_file_may_have_another_name(deployed: Opened, diagram: Diagram) -> None:
    diagram.rename_ids(lambda own: f"x_{own[::-1]}")
    diagram.rename_forms(lambda name: f"lain_{name}")
    diagram.filename = "sop_baru.bpmn"
    (message,) = diagram.all("message")
    message.set("name", "ditutup_dinas")
    (process,) = (node.get("id", "") for node in diagram.all("process"))
    office = deployed(diagram)

    def work(number: str) -> None:
        (item,) = office.open_items(number)
        form = office.form_id(item) or ""
        office.complete(number, **USUAL[form.removeprefix("lain_")])

    closed = office.submit(process)
    while not office.state(closed).ended:
        work(closed)
    assert office.state(closed).outcome == "selesai"

    dismissed = office.submit(process)
    for _ in range(6):
        work(dismissed)
    office.send(dismissed, "ditutup_dinas")
    assert office.state(dismissed).outcome == "ditutup_admin"

    late = office.submit(process)
    office.wait(days=3)
    office.sweep(late)
    (item,) = office.state(late).work_items.values()
    assert item.overdue
    for _ in range(6):
        work(late)
    office.wait(days=3)
    office.sweep(late)
    assert office.state(late).outcome == "ditutup_sistem"


# --- other work ----------------------------------------------------------------------------------


def test_a_fifth_lane_with_a_step_a_form_and_a_limit_is_worked_by_its_own_people(
    deployed: Opened, diagram: Diagram
) -> None:
    diagram.add_lane("Lajur_pengawas", "Pengawas", kelompok="pengawas")
    diagram.add_form("pengawasan", REMARK)
    diagram.step_on(MIDDLE, "Periksa", lane="Lajur_pengawas", form="pengawasan")
    diagram.limit("Periksa", "Batas_periksa", "PT1H")
    office = deployed(diagram)
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "wati", "Wati", ("pengawas",), **office.by)
    number = office.submit()
    office.run_to(number, "Periksa")
    with pytest.raises(NotAllowed):
        office.complete(number, "admin", temuan="Bukan tugas saya.")
    office.wait(hours=1)
    office.sweep(number)
    (item,) = office.state(number).work_items.values()
    assert (item.group, item.overdue) == ("pengawas", True)
    office.complete(number, "wati", temuan="Loket 3 kosong sejak pukul sepuluh.")
    assert run(office, number) == steps(4, 5, 6, 7, 8)
    with office.ports.database.read() as connection:
        raised = [e.payload for e in read_history(connection, number) if e.type == "escalation:raised"]
    assert [(p["to"], p["work_item"]) for p in raised] == [("sekretariat", "Periksa:1")]


def test_a_second_public_step_is_answered_by_the_complainant(deployed: Opened, diagram: Diagram) -> None:
    diagram.add_form("persetujuan", DECISION)
    diagram.step_on(MIDDLE, "Setujui", lane="Lajur_pengadu", form="persetujuan")
    office = deployed(diagram)
    number = office.submit()
    office.run_to(number, "Setujui")
    with pytest.raises(NotAllowed):
        office.complete(number, "admin", setuju="ya")
    office.complete(number, COMPLAINANT, setuju="ya")
    assert run(office, number) == steps(4, 5, 6, 7, 8)


@pytest.mark.parametrize("first", ["Cek_loket", "Cek_opd"])
def test_two_branches_may_be_finished_in_either_order(deployed: Opened, diagram: Diagram, first: str) -> None:
    diagram.add_form("cek", REMARK)
    branches = ("Cek_loket", "Lajur_petugas_mpp", "cek"), ("Cek_opd", "Lajur_admin_opd", "cek")
    diagram.fork_on(MIDDLE, "Cek", *branches)
    office = deployed(diagram)
    number = office.submit()
    office.run_to(number, "Cek_loket")
    assert sorted(elements(office, number)) == ["Cek_loket", "Cek_opd"]
    office.complete(number, item=f"{number}:{first}:1")
    assert elements(office, number) == [({"Cek_loket", "Cek_opd"} - {first}).pop()]
    office.complete(number)
    assert run(office, number) == steps(4, 5, 6, 7, 8)


@pytest.mark.parametrize("order", [("Cek_loket", "Cek_opd"), ("Cek_opd", "Cek_loket")])
def test_both_branches_come_back_in_every_reply_loop(
    deployed: Opened, diagram: Diagram, order: tuple[str, str]
) -> None:
    diagram.add_form("cek", REMARK)
    branches = ("Cek_loket", "Lajur_petugas_mpp", "cek"), ("Cek_opd", "Lajur_admin_opd", "cek")
    diagram.fork_on(MIDDLE, "Cek", *branches)
    office = deployed(diagram)
    number = office.submit()
    for nth in (1, 2, 3):
        office.run_to(number, "Cek_loket")
        for branch in order:
            assert f"Langkah_4:{nth}" not in office.state(number).work_items
            office.complete(number, item=f"{number}:{branch}:{nth}")
        assert list(office.state(number).work_items) == [f"Langkah_4:{nth}"]
        office.run_to(number, "Langkah_8")
        if nth < 3:
            office.complete(number, tanggapan="respon_balik", isi_respon_balik="Belum jelas jadwalnya.")
    run(office, number)


def test_a_second_message_closes_the_case_for_its_own_senders(deployed: Opened, diagram: Diagram) -> None:
    end = diagram.message_on("Langkah_4", "Cabut", "dicabut", group="petugas_mpp")
    office = deployed(diagram)
    number = office.submit()
    with pytest.raises(NobodyWaits):
        office.send(number, "dicabut", "petugas")
    office.run_to(number, "Langkah_4")
    with pytest.raises(NotAllowed):
        office.send(number, "dicabut", "admin")
    office.send(number, "dicabut", "petugas")
    assert office.state(number).ending == end
    other = office.submit()
    office.run_to(other, "Langkah_8")
    office.send(other, "tutup_oleh_admin")
    assert office.state(other).ending == "Selesai_admin"


# --- other limits --------------------------------------------------------------------------------


def due(office: Office, number: str) -> datetime | None:
    (item,) = office.state(number).work_items.values()
    return item.due


def test_a_longer_limit_holds_for_new_cases_and_running_ones_keep_theirs(
    deployed: Opened, diagram: Diagram, tmp_path: Path
) -> None:
    office = deployed(diagram)
    office.at("2026-11-24 14:30")
    running = office.submit()
    office.run_to(running, "Langkah_3")
    for timer in (f"Batas_{no}" for no in range(2, 9)):
        diagram.set_limit(timer, "PT4H")
    redeploy(office, diagram, tmp_path / "versi_2")
    fresh = office.submit()
    assert due(office, running) == local("2026-11-25 08:30")
    assert due(office, fresh) == local("2026-11-25 10:30")
    office.complete(running)
    assert due(office, running) == local("2026-11-25 08:30"), "its later steps are of its own version too"
    office.at("2026-11-25 10:29")
    for number in (running, fresh):
        office.sweep(number)
    assert [
        office.state(n).work_items[i].overdue for n, i in ((running, "Langkah_4:1"), (fresh, "Langkah_2:1"))
    ] == [
        True,
        False,
    ]
    office.at("2026-11-25 10:30")
    office.sweep(fresh)
    assert office.state(fresh).work_items["Langkah_2:1"].overdue
    for number in (running, fresh):
        run(office, number)


def test_a_limit_on_the_wall_clock_runs_through_the_night(deployed: Opened, diagram: Diagram) -> None:
    diagram.set_property("Batas_3", "kalender", "24jam")
    office = deployed(diagram)
    office.at("2026-11-24 15:30")
    number = office.submit()
    assert due(office, number) == local("2026-11-25 09:30")
    office.complete(number)
    assert due(office, number) == local("2026-11-24 17:30")
    run(office, number)


def test_a_limit_in_days_counts_working_days_at_the_same_clock_time(
    deployed: Opened, diagram: Diagram
) -> None:
    diagram.set_limit("Batas_2", "P3D")
    diagram.set_property("Langkah_2", "waktu", "3 Hari Kerja")
    office = deployed(diagram)
    office.at("2026-11-26 10:15")
    number = office.submit()
    assert due(office, number) == local("2026-12-01 10:15"), "a Saturday and a Sunday lie between"
    run(office, number)


# --- the code knows nothing ----------------------------------------------------------------------

SOURCES = sorted(
    path
    for folder in ("engine", "webapp")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".html", ".txt", ".js", ".jinja"}
    and not {"static", "node_modules"} & set(path.parts)
)


def test_no_step_limit_or_message_is_named_in_the_code() -> None:
    named = re.compile(r"Langkah_|Batas_|tutup_oleh_admin")
    found = [
        f"{path.relative_to(ROOT)}:{nth}: {line.strip()}"
        for path in SOURCES
        for nth, line in enumerate(path.read_text().splitlines(), start=1)
        if named.search(line)
    ]
    assert len(SOURCES) > 50
    assert found == []


def named_in(sources: Iterable[Path], names: set[str]) -> dict[str, list[str]]:
    """Source file -> those of `names` that are whole string literals in it."""
    found = {path: quoted(path.read_text()) & names for path in sources}
    return {str(path.relative_to(ROOT)): sorted(same) for path, same in found.items() if same}


def test_no_id_of_the_diagram_or_of_a_form_is_a_string_in_the_code(diagram: Diagram) -> None:
    """An id that is a plain word, like "Lingkup", may be a text on a screen; there, only the others count."""
    ids = diagram.ids() | {Path(name).stem for name in diagram.forms} | {PROCESS}
    words = {own for own in ids if own.isalpha()}
    engine = [path for path in SOURCES if path.is_relative_to(ROOT / "engine")]
    assert named_in(engine, ids) == {}
    assert named_in(SOURCES, ids - words) == {}


def test_no_group_of_a_lane_is_a_string_in_the_code_but_for_the_demo_accounts() -> None:
    found = named_in(SOURCES, set(WORKER) - {COMPLAINANT})
    assert set(found) <= {"engine/identity/accounts.py"}
