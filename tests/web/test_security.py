"""Signing in and out, what every answer tells the browser, and what the program tells of itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from engine.config import Settings
from engine.history.seal import seal
from engine.history.whole_check import whole_check
from engine.identity import accounts
from engine.store import users
from engine.store.triggers import IMMUTABLE
from tests.casework import MASTER, Office, tamper
from tests.web.officers import PASSWORD, Officer
from webapp import create_app


@pytest.fixture
def visitor(app: Flask) -> Officer:
    return Officer(app, "petugas", sign_in=False)


# --- signing in --------------------------------------------------------------


def test_staff_sign_in_and_come_to_their_list(visitor: Officer) -> None:
    assert visitor.sign_in().path == "/tugas"


def test_a_link_survives_the_sign_in(office: Office, visitor: Officer) -> None:
    task = f"/tugas/{office.open_items(office.submit())[0]}"
    page = visitor.get(task)
    assert page.path == "/masuk"
    assert visitor.sign_in(page).path == task


@pytest.mark.parametrize(
    "wanted",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "\\\\example.org",
        "javascript:alert(1)",
        "/\t/example.org",
    ],
)
def test_nobody_is_sent_elsewhere_after_the_sign_in(visitor: Officer, wanted: str) -> None:
    path, fields = visitor.filled(visitor.get("/masuk"), "Masuk", nama="petugas", sandi=PASSWORD)
    answer = visitor.client.post(path, data={**fields, "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tugas")


@pytest.mark.parametrize(("name", "password"), [("petugas", "salah"), ("tidak-ada", PASSWORD), ("", "")])
def test_a_wrong_name_or_password_is_one_refusal(visitor: Officer, name: str, password: str) -> None:
    page = visitor.press(visitor.get("/masuk"), "Masuk", nama=name, sandi=password)
    assert page.status == 422
    assert "Nama pengguna atau kata sandi tidak cocok." in page.text
    assert visitor.get("/tugas").path == "/masuk"


def test_a_user_without_a_password_cannot_sign_in(office: Office, visitor: Officer) -> None:
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "baru", "Baru", ["petugas_mpp"], **office.by)
    page = visitor.press(visitor.get("/masuk"), "Masuk", nama="baru", sandi="")
    assert page.status == 422


def test_a_session_ends_when_the_user_is_disabled(office: Office, visitor: Officer) -> None:
    visitor.sign_in()
    with office.ports.database.write() as connection:
        accounts.disable_user(connection, "petugas", **office.by)
    assert visitor.get("/tugas").path == "/masuk"
    assert visitor.sign_in().status == 422


def test_a_session_ends_when_the_password_changes(office: Office, visitor: Officer) -> None:
    visitor.sign_in()
    with office.ports.database.write() as connection:
        users.set_password(connection, "petugas", "$argon2id$unusable")
    assert visitor.get("/tugas").path == "/masuk"


def test_a_session_ends_after_a_working_day(visitor: Officer) -> None:
    with time_machine.travel("2026-11-24 07:30+08:00", tick=False) as clock:
        visitor.sign_in()
        clock.shift(timedelta(hours=11))
        assert visitor.get("/tugas").path == "/tugas"
        clock.shift(timedelta(hours=2))
        assert visitor.get("/tugas").path == "/masuk"


def test_signing_out_ends_the_session(visitor: Officer) -> None:
    page = visitor.sign_in()
    assert visitor.press(page, "Keluar").path == "/"
    assert visitor.get("/tugas").path == "/masuk"


def test_an_expired_sign_in_page_keeps_the_name_and_never_the_password(visitor: Officer) -> None:
    with time_machine.travel("2026-11-24 09:00+08:00", tick=False) as clock:
        path, fields = visitor.filled(
            visitor.get("/masuk?next=/tugas"), "Masuk", nama="petugas", sandi=PASSWORD
        )
        clock.shift(timedelta(hours=2))
        page = visitor.send(path, fields)
    assert page.status == 400
    assert page.form("Masuk")[0].fields["nama"] == "petugas"
    assert PASSWORD not in page.source


def test_what_was_typed_in_a_task_goes_through_the_sign_in(
    office: Office, app: Flask, visitor: Officer
) -> None:
    task = f"/tugas/{office.open_items(office.submit())[0]}"
    visitor.sign_in()
    path, fields = visitor.filled(
        visitor.get(task), "Ambil dan selesaikan", alasan='Tentang "mutu"\nlayanan.'
    )
    later = Officer(app, "petugas", sign_in=False)
    page = later.send(path, fields)
    assert page.status == 401
    assert "isian Anda tidak hilang" in page.text
    page = later.press(later.sign_in(page), "Buka kembali isian saya")
    assert 'Tentang "mutu"' in page.form("Ambil dan selesaikan")[0].fields["alasan"]
    assert len(office.open_items(office.submit())) == 1, "carrying a form on does not act"


def test_a_carried_form_is_never_acted_upon(office: Office, visitor: Officer) -> None:
    number = office.submit()
    task = f"/tugas/{office.open_items(number)[0]}"
    visitor.sign_in()
    path, fields = visitor.filled(
        visitor.get(task), "Ambil dan selesaikan", lingkup="tidak_berkadar", alasan="x"
    )
    page = visitor.send(path, {**fields, "_kembalikan": "1"})
    assert page.status == 400
    assert office.open_items(number)[0] == task.removeprefix("/tugas/")


# --- limits ------------------------------------------------------------------


@pytest.fixture
def guarded(office: Office, app: Flask, tmp_path: Path) -> Officer:
    """A visitor of the application with its limits on."""
    return Officer(create_app(Settings(data_dir=tmp_path / "data"), office.ports), "petugas", sign_in=False)


def test_guessing_a_code_is_stopped(office: Office, guarded: Officer) -> None:
    number = office.submit()
    page = guarded.get("/lacak")
    statuses = [guarded.press(page, "Lihat pengaduan", nomor=number, kode=str(n)).status for n in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    right = office.ports.keyring.tracking_code(number)
    refused = guarded.press(page, "Lihat pengaduan", nomor=number, kode=right)
    assert refused.status == 429
    assert "Dapat dicoba lagi dalam" in refused.text


def test_a_number_typed_in_many_ways_is_one_number(office: Office, guarded: Officer) -> None:
    _, year, serial = office.submit().split("-")
    page = guarded.get("/lacak")
    statuses = []
    for n in range(102):
        way = f"{'pgd ' * (n % 2)}{year}{' ' * n}{serial[n % 6 :]}"
        guarded.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{n}"
        statuses.append(guarded.press(page, "Lihat pengaduan", nomor=way, kode="X").status)
    assert statuses == [422] * 100 + [429] * 2


def test_guessing_a_password_is_stopped(guarded: Officer) -> None:
    page = guarded.get("/masuk")
    tries = [guarded.press(page, "Masuk", nama="petugas", sandi="salah").status for _ in range(11)]
    assert tries == [422] * 10 + [429]


def test_the_right_password_counts_nothing(guarded: Officer) -> None:
    for _ in range(12):
        assert guarded.press(guarded.sign_in(), "Keluar").path == "/"


# --- headers -----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/pengaduan/baru", "/lacak", "/masuk", "/tidak-ada", "/healthz"])
def test_every_answer_has_the_policy(visitor: Officer, path: str) -> None:
    headers = visitor.client.get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == ("private, no-cache" if path == "/pengaduan/baru" else "no-store")
    assert "Strict-Transport-Security" not in headers


def test_under_https_the_cookie_and_the_site_stay_there(visitor: Officer) -> None:
    answer = visitor.client.get("/masuk", base_url="https://aduan.example")
    assert "Strict-Transport-Security" in answer.headers
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_no_page_holds_a_script_or_style_of_its_own(visitor: Officer) -> None:
    for path in ("/", "/pengaduan/baru", "/lacak", "/masuk"):
        page = visitor.get(path)
        assert not [s for s in page.tree.iter("script") if not s.get("src")]
        assert not list(page.tree.iter("style"))
        assert not page.tree.xpath("//@style|//@onclick")


# --- what it tells of itself -------------------------------------------------


def test_a_fault_gets_a_number_and_tells_nothing(app: Flask, office: Office, visitor: Officer) -> None:
    @app.get("/rusak")
    def broken() -> str:
        raise RuntimeError("rahasia")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = visitor.get("/rusak")
    assert page.status == 500
    assert "Nomor kendala: K-" in page.text
    assert "rahasia" not in page.source


def test_an_unknown_address_says_where_to_go(visitor: Officer) -> None:
    page = visitor.get("/tidak-ada")
    assert page.status == 404
    assert "Halaman ini tidak ada" in page.text


def test_readiness_names_what_is_missing(
    office: Office, app: Flask, visitor: Officer, tmp_path: Path
) -> None:
    assert visitor.client.get("/healthz").json == {"status": "ok"}
    answer = visitor.client.get("/readyz")
    assert (answer.status_code, answer.json["missing"]) == (503, ["keys"])
    key = Settings(data_dir=tmp_path / "data").master_key
    key.parent.mkdir(parents=True, exist_ok=True)
    key.write_text(MASTER.hex())
    key.chmod(0o600)
    assert visitor.client.get("/readyz").json == {"status": "ok", "missing": []}
    with office.ports.database.write() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {IMMUTABLE[0].name}_refuse_update")
    assert visitor.client.get("/readyz").json["missing"] == ["triggers"]


def test_figures_are_for_this_machine_only(visitor: Officer) -> None:
    assert b"http_requests_total" in visitor.client.get("/metrics").data
    assert visitor.client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 404
    assert visitor.client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 404


def test_the_figures_tell_how_the_record_stands(visitor: Officer, office: Office, tmp_path: Path) -> None:
    def figures() -> list[str]:
        lines = visitor.client.get("/metrics").text.splitlines()
        return [line.removeprefix("record_") for line in lines if line.startswith("record_")]

    assert figures() == ["findings -1.0", "check_age_seconds -1.0", "seal_age_seconds -1.0"]
    office.submit()
    seal(office.ports, tmp_path / "segel.jsonl")
    whole_check(office.ports, tmp_path / "segel.jsonl", by="sistem")
    office.wait(hours=1)
    assert figures() == ["findings 0.0", "check_age_seconds 3600.0", "seal_age_seconds 3600.0"]
    tamper(office, "UPDATE cases SET category = 'lain'")
    whole_check(office.ports, tmp_path / "segel.jsonl", by="sistem")
    assert figures()[0] == "findings 1.0"


def test_made_up_methods_are_one_figure(visitor: Officer, capsys: pytest.CaptureFixture[str]) -> None:
    for method in ("RAHASIA1", "RAHASIA2"):
        visitor.client.open("/", method=method)
    assert 'method="other",status="405"} 2.0' in visitor.client.get("/metrics").text
    assert "RAHASIA" not in visitor.client.get("/metrics").text + "".join(capsys.readouterr())


def test_the_log_holds_nothing_that_was_typed(
    office: Office, visitor: Officer, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor.get("/lacak?nomor=RAHASIA-1")
    visitor.press(visitor.get("/lacak"), "Lihat pengaduan", nomor="RAHASIA-2", kode="RAHASIA-3")
    visitor.get("/RAHASIA-4")
    visitor.get("/lacak/RAHASIA-5")
    visitor.get("/lacak/PGD-2026-000001")
    said = capsys.readouterr()
    assert "public.show_code" in said.out + said.err
    assert "PGD-2026-000001" in said.out + said.err
    assert "RAHASIA" not in said.out + said.err
