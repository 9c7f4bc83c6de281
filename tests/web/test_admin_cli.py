"""The Pengelola at the terminal: groups, passwords, enabling, incidents; the same acts as on the pages."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.web.terminal import Terminal


def everyone(pengaduan: Terminal) -> dict[str, dict[str, object]]:
    return {line["user"]: line for line in pengaduan("user", "list", "--json").lines}


def an_incident(pengaduan: Terminal, what: str, due: str | None = None) -> str:
    with sqlite3.connect(pengaduan.directory / "pengaduan.sqlite3") as connection:
        connection.execute(
            "INSERT INTO incidents (id, case_number, opened_at, what, timer_due, error_code, message, actor)"
            " VALUES ('K-7F3A2B', 'sistem', '2026-11-24T01:00:00.000000Z', ?, ?, 'fault', 'uji', 'petugas')",
            (what, due),
        )
    connection.close()
    return "K-7F3A2B"


def test_groups_are_added_and_removed(pengaduan: Terminal) -> None:
    said = pengaduan("user", "group", "petugas", "--add", "sekretariat", "--remove", "petugas_mpp")
    assert (said.code, said.out) == (0, "Kelompok petugas sekarang: sekretariat.\n")
    assert everyone(pengaduan)["petugas"]["groups"] == ["sekretariat"]


def test_a_group_whose_name_could_not_be_meant_is_refused(pengaduan: Terminal) -> None:
    said = pengaduan("user", "group", "petugas", "--add", "Loket 3")
    assert said.code == 1
    assert "huruf kecil" in said.err
    assert everyone(pengaduan)["petugas"]["groups"] == ["petugas_mpp"]


def test_a_password_comes_from_standard_input_and_is_never_shown(pengaduan: Terminal) -> None:
    said = pengaduan("user", "password", "petugas", stdin="kunci loket nomor tiga\n")
    assert (said.code, said.out) == (0, "Kata sandi petugas diganti.\n")
    short = pengaduan("user", "password", "petugas", stdin="pendek\n")
    assert (short.code, "12 sampai 256" in short.err) == (1, True)


def test_who_was_disabled_is_enabled_again(pengaduan: Terminal) -> None:
    pengaduan("user", "disable", "petugas")
    assert not everyone(pengaduan)["petugas"]["active"]
    assert pengaduan("user", "enable", "petugas").out == "Pengguna petugas aktif lagi.\n"
    assert everyone(pengaduan)["petugas"]["active"]


@pytest.mark.parametrize("call", [("disable", "pengelola"), ("group", "pengelola", "--remove", "pengelola")])
def test_the_last_pengelola_stays_whoever_asks(pengaduan: Terminal, call: tuple[str, ...]) -> None:
    said = pengaduan("user", *call)
    assert said.code == 1
    assert "satu-satunya Pengelola" in said.err
    assert pengaduan("--lang", "en", "user", *call).err.startswith("This is the only active Pengelola")


@pytest.mark.parametrize(
    "call",
    [
        ("user", "group", "petugas", "--add", "pengelola"),
        ("user", "password", "petugas"),
        ("user", "enable", "petugas"),
        ("incident", "close", "K-7F3A2B"),
        ("incident", "resend", "K-7F3A2B"),
    ],
)
def test_who_is_no_pengelola_is_refused(pengaduan: Terminal, call: tuple[str, ...]) -> None:
    for user in ("petugas", "auditor"):
        said = pengaduan(*call, "--as", user, stdin="kunci loket nomor tiga\n")
        assert (said.code, "tidak berhak" in said.err) == (1, True)


def test_an_incident_is_closed_once(pengaduan: Terminal) -> None:
    id = an_incident(pengaduan, "Submit")
    assert pengaduan("incident", "close", id, "--as", "pengelola").out == f"Kendala {id} ditutup.\n"
    assert pengaduan("incident", "close", id).err.startswith("Tidak ada kendala")
    assert pengaduan("incident", "list", "--json").lines == []


def test_what_halts_a_case_is_not_closed_but_retried(pengaduan: Terminal) -> None:
    id = an_incident(pengaduan, "FireTimers", "2026-11-24T01:00:00.000000Z")
    said = pengaduan("incident", "close", id)
    assert (said.code, f"incident retry {id}" in said.err) == (1, True)


def test_only_a_letter_is_sent_again(pengaduan: Terminal) -> None:
    id = an_incident(pengaduan, "Submit")
    assert "bukan tentang surat" in pengaduan("incident", "resend", id).err


def test_each_act_is_in_the_record_by_its_actor(pengaduan: Terminal) -> None:
    pengaduan("user", "group", "petugas", "--add", "sekretariat", "--as", "pengelola")
    with sqlite3.connect(pengaduan.directory / "pengaduan.sqlite3") as connection:
        [last] = connection.execute(
            "SELECT actor, type, payload FROM events WHERE case_number = 'sistem' ORDER BY seq DESC LIMIT 1"
        )
    connection.close()
    assert last[:2] == ("pengelola", "membership:changed")
    assert json.loads(last[2]) == {"user": "petugas", "added": ["sekretariat"], "removed": []}
