"""The search for what was typed finds it wherever the program could have left it, and fails the test that did."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from engine.canonical_json import canonical
from tests.casework import COMPLAINT, ROOT
from tests.secrets_in_clear import found_below, personal_keys, secrets_of

WHO = "Siti Rahasia binti Anu"

#: A test that seals somebody's name and then leaves it somewhere.
LEAKING = f"""
import logging, sys, zipfile
from engine.canonical_json import canonical
from engine.store.keyring import Keyring

def typed():
    keyring = Keyring(bytes(32))
    return keyring.seal(keyring.new_case_key(), "PGD-2026-000001:a:1", canonical({{"nama": "{WHO}"}}))

def test_database(tmp_path): (tmp_path / "x.sqlite3").write_bytes(b"..." + typed() + "{WHO}".encode())
def test_log_file(tmp_path): typed(); (tmp_path / "a" ).mkdir(); (tmp_path / "a" / "server.log").write_text("{WHO}")
def test_backup(tmp_path):
    typed()
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive: archive.writestr("t", "{WHO}" * 9)
def test_logged(): typed(); logging.getLogger("x").warning("%s came", "{WHO}")
def test_printed(): typed(); print("{WHO}", file=sys.stderr)

def test_sealed_only(tmp_path): (tmp_path / "x.sqlite3").write_bytes(typed())
def test_an_input_file(tmp_path): typed(); (tmp_path / "masukan.jsonl").write_text("{WHO}")
def test_typed_elsewhere(tmp_path): (tmp_path / "x.sqlite3").write_bytes("{WHO}".encode())
"""
LEAKS = ["test_database", "test_log_file", "test_backup", "test_logged", "test_printed"]


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_leak_fails_the_test_that_left_it_and_no_other(tmp_path: Path, workers: str) -> None:
    leaking = tmp_path / "test_leaking.py"
    leaking.write_text(LEAKING)
    plain = (
        "-c",
        os.devnull,
        "--rootdir",
        tmp_path,
        "--basetemp",
        tmp_path / "base",
        "-p",
        "no:cacheprovider",
    )
    watched = ("-p", "tests.secrets_in_clear", "-n", workers)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *watched, *plain, leaking],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    failed = [
        line.rpartition("::")[2].partition(" ")[0]
        for line in run.stdout.splitlines()
        if line.startswith("ERROR ")
    ]
    assert sorted(failed) == sorted(LEAKS)
    assert "8 passed, 5 errors" in run.stdout
    assert "in the clear" in run.stdout


def test_a_leak_inside_a_compressed_backup_is_named_by_its_part(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cadangan.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tables/answers.jsonl", WHO * 50)
    assert found_below(tmp_path, [WHO.encode()]) == [f"cadangan.zip/tables/answers.jsonl: {WHO!r}"]


def test_secrets_are_the_texts_of_personal_fields_at_any_depth() -> None:
    given = {
        "nama": WHO,
        "lingkup": "tidak_berkadar",
        "lokasi": "pendek",
        "petugas": [{"nama_petugas": "Budi Hartono Wijaya", "hasil": "selesai semuanya"}],
    }
    assert secrets_of(canonical(given)) == {WHO.encode(), b"Budi Hartono Wijaya"}
    assert secrets_of(b"Kata petugas kepada petugas lain") == {b"Kata petugas kepada petugas lain"}


def test_what_the_office_publishes_is_no_secret() -> None:
    assert secrets_of(canonical({"kategori": "Sertifikat halal"})) == set()


def test_the_usual_complaint_has_secrets() -> None:
    assert {"nama", "kontak", "uraian", "judul"} <= personal_keys()
    assert COMPLAINT["uraian"].encode() in secrets_of(canonical(dict(COMPLAINT)))
