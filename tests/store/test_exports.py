"""An export tells the history and nothing else, whole, and can be checked by whoever has nothing but Python."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from sqlalchemy import select
from xlsxwriter import Workbook

from engine.commands import Submit
from engine.errors import NotAllowed, NotFound
from engine.history.chain import StoredEvent, verify_chain
from engine.history.exports import xlsx
from engine.history.exports.csv import cell
from engine.history.exports.export import FORMATS, export
from engine.history.exports.records import FIELDS
from engine.history.log import read
from engine.history.seal import seal
from engine.identity.policy import Actor
from engine.store.tables import SYSTEM_CHAIN, access_log
from tests.casework import COMPLAINT, PROCESS, ROOT, ZONE, Office

AUDITOR = Actor("auditor", frozenset({"auditor"}))
XES = "{http://www.xes-standard.org/}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def exported(office: Office, format: str, actor: Actor = AUDITOR) -> bytes:
    return b"".join(export(office.ports, actor, format, source="cli"))


def unpacked(format: str, data: bytes) -> bytes:
    """What is in a file, also where it is compressed."""
    if format != "xlsx":
        return data
    with ZipFile(io.BytesIO(data)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def sheets(data: bytes) -> Iterator[list[list[tuple[str | None, str | None]]]]:
    """Of each sheet of a workbook its rows: (type, text) of every cell that is there, the text as it is written."""
    with ZipFile(io.BytesIO(data)) as book:
        for name in sorted(one for one in book.namelist() if one.startswith("xl/worksheets/sheet")):
            rows = etree.fromstring(book.read(name)).findall(f".//{SHEET}row")
            yield [[(cell.get("t"), "".join(cell.itertext())) for cell in row] for row in rows]


def checked(*files: Path) -> tuple[int, str]:
    """What `docs/periksa_riwayat.py` says, run by a Python that knows nothing of this project."""
    script = ROOT / "docs" / "periksa_riwayat.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", script, *files], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_the_hashes_of_a_jsonl_export_can_be_computed_again(office: Office) -> None:
    numbers = [office.submit(), office.submit()]
    office.run_to(numbers[0], "Langkah_5")
    chains: dict[str, list[StoredEvent]] = {}
    for line in exported(office, "jsonl").splitlines():
        said = json.loads(line)
        said |= {name: datetime.fromisoformat(said[name]) for name in ("at", "received_at")}
        chains.setdefault(said["case_number"], []).append(StoredEvent(**said))
    assert list(chains) == [SYSTEM_CHAIN, *numbers]
    assert [verify_chain(events) for events in chains.values()] == [[], [], []]


def test_a_csv_export_has_a_row_for_each_event(office: Office) -> None:
    number = office.submit()
    rows = list(csv.DictReader(io.StringIO(exported(office, "csv").decode(), newline="")))
    lines = [json.loads(line) for line in exported(office, "jsonl").splitlines()]
    assert [(row["case_number"], row["seq"], row["hash"]) for row in rows] == [
        (line["case_number"], str(line["seq"]), line["hash"]) for line in lines
    ]
    assert rows[-1]["case_number"] == number


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_takes_a_cell_for_a_formula(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell("petugas") == "petugas"


def test_an_xlsx_export_has_a_row_for_each_event_with_numbers_and_moments_as_such(office: Office) -> None:
    number = office.submit()
    [[head, *rows]] = sheets(exported(office, "xlsx"))
    lines = [json.loads(line) for line in exported(office, "jsonl").splitlines()]
    assert [text for _, text in head[:4]] == [
        "case_number", "seq", "type", "at (Asia/Makassar)",
    ]  # fmt: skip
    assert [text.partition(" ")[0] for _, text in head] == list(FIELDS)
    assert [(row[0][1], row[1]) for row in rows] == [
        (line["case_number"], (None, str(line["seq"]))) for line in lines
    ]
    kind, days = rows[-1][3]
    local = office.now.astimezone(ZONE).replace(tzinfo=UTC)
    assert kind is None, "a moment is a number to a spreadsheet"
    assert abs(datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=float(days)) - local) < timedelta(
        seconds=1
    )
    assert rows[-1][0] == ("inlineStr", number)


def test_no_cell_of_an_xlsx_export_is_a_formula_and_none_is_lost(office: Office) -> None:
    office.submit()
    with office.ports.database.read() as connection:
        event = read(connection, SYSTEM_CHAIN)[0]
    file = io.BytesIO()
    with Workbook(file, {"constant_memory": True}) as book:
        rows = xlsx._Rows(book, ZONE, rows=3)
        rows.add(replace(event, actor="=HYPERLINK(1)", source="x" * 40_000))
        rows.add(event)
        rows.add(event)
    first, second = sheets(file.getvalue())
    assert (len(first), len(second)) == (3, 2), "a full sheet goes on on the next, under the same head"
    texts = [text for _, text in first[1]]
    assert "'=HYPERLINK(1)" in texts
    assert [text[-1] for text in texts if len(text) == xlsx.LONGEST] == ["…"]
    assert b"<f>" not in unpacked("xlsx", file.getvalue())


def test_a_trace_of_xes_tells_the_life_of_each_task(office: Office) -> None:
    number = office.submit()
    item = office.open_items(number)[0]
    office.claim(item, "petugas2")
    office.complete(number, "petugas2")
    [trace] = etree.fromstring(exported(office, "xes")).findall(f"{XES}trace")
    of_case = {one.get("key"): one.get("value") for one in trace if one.get("key")}
    assert of_case == {
        "concept:name": number,
        "definition": f"{PROCESS}:1",
        "category": COMPLAINT["kategori"],
        "channel": COMPLAINT["kanal"],
    }
    events = [{one.get("key"): one.get("value") for one in event} for event in trace.findall(f"{XES}event")]
    assert [(event["concept:instance"], event["lifecycle:transition"]) for event in events] == [
        ("Langkah_1:1", "complete"),
        ("Langkah_2:1", "schedule"),
        ("Langkah_2:1", "assign"),
        ("Langkah_2:1", "complete"),
        ("Langkah_3:1", "schedule"),
    ]
    assert (events[2]["org:resource"], events[2]["org:group"]) == ("petugas2", "petugas_mpp")
    assert "due" in events[1]
    assert len({event["concept:name"] for event in events}) == 3


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_holds_nothing_personal_and_not_the_auditors_own_complaint(
    office: Office, format: str
) -> None:
    words = {"judul": "Genteng bocor", "nama": "Ibu Rahasia", "kontak": "081200009999"}
    answers = {**COMPLAINT, **words}
    own = office.do(
        Submit(actor="petugas", source="web", command_id=office.id(), process=PROCESS, answers=answers)
    ).case
    everything = unpacked(format, exported(office, format))
    assert own.encode() in everything
    said = unpacked(format, exported(office, format, Actor("petugas", frozenset({"auditor"}))))
    assert own.encode() not in said
    assert [word for word in words.values() if word.encode() in everything] == []


def test_an_export_is_noted_in_the_access_log(office: Office) -> None:
    exported(office, "csv")
    with office.ports.database.read() as connection:
        [row] = connection.execute(select(access_log))
    assert (row.actor, row.act, row.source, row.why) == ("auditor", "history:export", "cli", "csv")


def test_others_and_other_formats_are_refused(office: Office) -> None:
    with pytest.raises(NotAllowed):
        exported(office, "csv", Actor("pengelola", frozenset({"pengelola"})))
    with pytest.raises(NotFound):
        exported(office, "pdf")
    with office.ports.database.read() as connection:
        assert connection.execute(select(access_log)).all() == []


@pytest.fixture
def files(office: Office, tmp_path: Path) -> tuple[Path, Path]:
    """A good export, and the seals over it."""
    for _ in range(3):
        office.run_to(office.submit(), "Langkah_4")
    seals = tmp_path / "segel.jsonl"
    seal(office.ports, seals)
    path = tmp_path / "riwayat.jsonl"
    path.write_bytes(exported(office, "jsonl"))
    return path, seals


def test_a_good_export_is_found_whole_without_this_program(files: tuple[Path, Path]) -> None:
    assert checked(*files)[0] == checked(files[0])[0] == 0
    assert ", 0 temuan." in checked(*files)[1]


DAMAGE: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "a changed byte": (lambda lines: [*lines[:-5], lines[-5].replace(b"web", b"wed"), *lines[-4:]], "hash"),
    "a removed event": (lambda lines: [*lines[:-5], *lines[-4:]], "seharusnya nomor"),
    "a removed tail": (lambda lines: lines[:-2], "disegel, tetapi tidak ada"),
    "a removed case": (
        lambda lines: [line for line in lines if b'"case_number":"PGD-2026-000002"' not in line],
        "PGD-2026-000002",
    ),
    "half a line": (lambda lines: [*lines[:-1], lines[-1][:40]], "tidak terbaca"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_export_is_found_out_without_this_program(files: tuple[Path, Path], damage: str) -> None:
    spoil, told = DAMAGE[damage]
    lines = files[0].read_bytes().splitlines(keepends=True)
    files[0].write_bytes(b"".join(spoil(lines)))
    code, said = checked(*files)
    assert code == 1
    assert told in said


def test_a_changed_seal_is_found_out_without_this_program(files: tuple[Path, Path]) -> None:
    files[1].write_bytes(files[1].read_bytes().replace(b'"periodic"', b'"bridging"'))
    code, said = checked(*files)
    assert code == 1
    assert "segel:1 hash tidak cocok" in said
