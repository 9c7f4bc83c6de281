"""Two at once: an erasure while colleagues write, and one form sent by several clicks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from engine.commands import Comment
from engine.errors import CaseErased
from engine.identity import accounts
from engine.identity.policy import Actor
from engine.runtime.erase import erase
from engine.store import erasure, users
from engine.store.session import Database
from engine.store.tables import case_numbers
from tests.casework import COMPLAINT, Office, open_office, sound
from tests.web.officers import Officer, an_app

ADMINISTRATOR = Actor("pengelola", frozenset({"pengelola"}))


def test_nothing_that_is_written_during_an_erasure_outlives_it(database: Database, tmp_path: Path) -> None:
    office = open_office(database)
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number)

    def act(nth: int) -> bool:
        """Whether it was done."""
        if nth == 3:
            erase(
                office.ports,
                ADMINISTRATOR,
                number,
                "Atas permintaan",
                source="web",
                seals=tmp_path / "segel.jsonl",
            )
            return True
        try:
            office.do(_comment(number, nth))
        except CaseErased:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert any(pool.map(act, range(8)))
    with office.ports.database.read() as connection:
        assert erasure.left(connection, number) == []
    sound(office)


def test_of_two_administrators_who_dismiss_each_other_at_once_one_stays(
    database: Database, tmp_path: Path
) -> None:
    office = open_office(database)
    with database.write() as connection:
        at = office.now
        accounts.set_groups(connection, "petugas", ["pengelola"], by="pengelola", at=at, source="cli")
    app = an_app(office, tmp_path / "data")
    app.config["WTF_CSRF_ENABLED"] = False
    clients = {name: Officer(app, name).client for name in ("petugas", "pengelola")}

    def dismiss(nth: int) -> int:
        by, whom = ("petugas", "pengelola") if nth % 2 else ("pengelola", "petugas")
        return clients[by].post(f"/pengelola/pengguna/{whom}", data={"nama": "Tanpa Kelompok"}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(dismiss, range(4))) < 500
    with database.read() as connection:
        assert len(users.in_group(connection, "pengelola")) == 1


def test_a_form_sent_by_four_clicks_at_once_is_one_complaint(database: Database, tmp_path: Path) -> None:
    office = open_office(database)
    app = an_app(office, tmp_path / "data")
    app.config["WTF_CSRF_ENABLED"] = False
    form = {**COMPLAINT, "_perintah": "11111111-1111-4111-8111-111111111111"}
    clients = [Officer(app, "petugas").client for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda c: c.post("/loket/sendiri", data=form).status_code, clients))
    assert answers == [303] * 4
    assert _numbers(office) == 1


def _comment(number: str, nth: int) -> Comment:
    return Comment(
        actor="petugas", source="web", command_id=f"k-{nth}", case=number, text="Sudah saya telepon"
    )


def _numbers(office: Office) -> int:
    """How many case numbers were given out."""
    with office.ports.database.read() as connection:
        return connection.scalar(select(func.max(case_numbers.c.last))) or 0
