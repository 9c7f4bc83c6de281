"""The record from the keyboard: sealing, erasing, a backup and a restore, in both languages and as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.history import seal_file
from engine.store.session import Database
from tests.casework import COMPLAINT, USUAL
from tests.web.terminal import Terminal

WHY = "Permintaan tertulis"
NextTerminal = Callable[[], Terminal]


def submitted(pengaduan: Terminal) -> str:
    return str(pengaduan("submit", "-", "--json", stdin=json.dumps(COMPLAINT)).line["case_number"])


def ended(pengaduan: Terminal) -> str:
    number = submitted(pengaduan)
    answers = {
        **USUAL["penerimaan_mpp"],
        "lingkup": "bukan_kewenangan",
        "tujuan_rujukan": "Dinas Perhubungan",
    }
    answers["konfirmasi_akhir"] = True
    said = pengaduan(
        "complete", f"{number}:Langkah_2:1", "--answers", "-", "--json", stdin=json.dumps(answers)
    )
    assert said.line["ending"] == "Dirujuk", said
    return number


@pytest.fixture
def elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> NextTerminal:
    """Another machine, with nothing on it but the key."""

    def terminal() -> Terminal:
        key = (tmp_path / "var" / "keys" / "master.key").read_text()
        new = Terminal(tmp_path / "there", monkeypatch, capsys)
        (new.directory / "keys").mkdir(parents=True)
        (new.directory / "keys" / "master.key").write_text(key)
        (new.directory / "keys" / "master.key").chmod(0o600)
        return new

    return terminal


def test_a_seal_is_made_once_for_what_grew(pengaduan: Terminal) -> None:
    submitted(pengaduan)
    said = pengaduan("history", "seal", "--as", "pengelola", "--json")
    assert (said.line["seal"], said.line["chains"]) == (1, 2)
    assert len((pengaduan.directory / seal_file.NAME).read_text().splitlines()) == 1
    assert pengaduan("history", "seal", "--json").line == {"seal": None}
    assert pengaduan("history", "seal").out == "Tidak ada yang bertambah sejak segel terakhir.\n"
    assert pengaduan("--lang", "en", "history", "seal").out == "Nothing grew since the last seal.\n"


@pytest.mark.parametrize(
    "call",
    [("history", "seal"), ("erase", "PGD-2026-000001", "--why", WHY), ("backup", "x.zip")],
    ids=lambda call: call[0],
)
@pytest.mark.parametrize("user", ["petugas", "sekretariat", "auditor", "analis"])
def test_only_the_administrator_does_it(pengaduan: Terminal, call: tuple[str, ...], user: str) -> None:
    submitted(pengaduan)
    call = tuple(str(pengaduan.directory / part) if part == "x.zip" else part for part in call)
    said = pengaduan(*call, "--as", user)
    assert (said.code, said.out) == (1, "")
    assert "tidak berhak" in said.err
    assert not (pengaduan.directory / "x.zip").exists()
    assert not (pengaduan.directory / seal_file.NAME).exists()


def test_verify_tells_what_is_not_yet_sealed_and_the_last_line_counts_findings(pengaduan: Terminal) -> None:
    submitted(pengaduan)
    pengaduan("history", "seal")
    assert pengaduan("history", "verify", "--json").line["unsealed"] == 0
    submitted(pengaduan)
    said = pengaduan("history", "verify", "--json")
    assert (said.code, said.line["findings"], said.line["unsealed"]) == (0, 0, 1)
    assert "1 riwayat memuat peristiwa yang belum disegel" in pengaduan("history", "verify").out


def test_verify_reads_the_file_of_seals(pengaduan: Terminal) -> None:
    submitted(pengaduan)
    pengaduan("history", "seal")
    path = pengaduan.directory / seal_file.NAME
    path.write_text(path.read_text().replace('"periodic"', '"bridging"'))
    said = pengaduan("history", "verify", "--json")
    assert said.code == 1
    assert said.lines[0]["code"] == "seal_line_differs"


def test_verify_tells_a_finding_in_words_of_the_language_and_what_to_do(pengaduan: Terminal) -> None:
    submitted(pengaduan)
    pengaduan("history", "seal")
    path = pengaduan.directory / seal_file.NAME
    path.write_text(path.read_text().replace('"periodic"', '"bridging"'))
    said = pengaduan("history", "verify").out
    assert (
        "sistem  diubah  Sebuah segel di berkas segel lain daripada di basis data. (seal_line_differs: "
        in said
    )
    assert "→ seal_line_differs: Bandingkan dengan salinan segel" in said
    said = pengaduan("--lang", "en", "history", "verify").out
    assert "sistem  tampered  A seal is another in the file of seals" in said
    assert "→ seal_line_differs: Compare with the copy" in said


def test_the_operators_check_of_everything_is_kept_and_an_auditors_changes_nothing(
    pengaduan: Terminal,
) -> None:
    submitted(pengaduan)

    def kept() -> list[str]:
        with closing(sqlite3.connect(pengaduan.directory / "pengaduan.sqlite3")) as connection:
            return [by for (by,) in connection.execute('SELECT "by" FROM verifications')]

    pengaduan("history", "verify", "--as", "auditor")
    pengaduan("history", "verify", "PGD-2026-000001")
    assert kept() == []
    pengaduan("history", "verify")
    assert [by.partition(":")[0] for by in kept()] == ["os"]


def test_verify_compares_a_copy_of_the_seals_from_elsewhere(pengaduan: Terminal, tmp_path: Path) -> None:
    submitted(pengaduan)
    pengaduan("history", "seal")
    copy = tmp_path / "copy.jsonl"
    whole = (pengaduan.directory / seal_file.NAME).read_text()
    copy.write_text(whole)
    assert pengaduan("history", "verify", "--seals", str(copy)).code == 0
    copy.write_text(whole.replace('"periodic"', '"bridging"'))
    said = pengaduan("history", "verify", "--seals", str(copy), "--json")
    assert said.code == 1
    assert said.lines[0]["code"] == "seal_copy_differs"


def test_an_erasure_says_what_went_and_what_stays(pengaduan: Terminal) -> None:
    number = ended(pengaduan)
    said = pengaduan("erase", number, "--why", WHY, "--as", "pengelola")
    assert said.code == 0
    assert said.out.startswith(f"{number}: orangnya dihapus (case_keys 1, answers 2")
    assert "tetap di riwayat" in said.out
    assert "Cadangan lama" in said.err
    again = pengaduan("--lang", "en", "erase", number, "--why", WHY)
    assert again.out.startswith(f"{number} was erased on ")
    assert again.out.rstrip().endswith("by pengelola.")
    line = pengaduan("erase", number, "--why", WHY, "--json").line
    assert (line["case_number"], line["repeated"], line["erased_by"]) == (number, True, "pengelola")


def test_after_an_erasure_verify_passes_and_replay_says_what_it_cannot_tell(pengaduan: Terminal) -> None:
    number = ended(pengaduan)
    pengaduan("erase", number, "--why", WHY)
    assert pengaduan("history", "verify", "--json").line["findings"] == 0
    said = pengaduan("history", "replay", number)
    assert said.code == 0
    assert "Orangnya dihapus pada" in said.err
    assert len(pengaduan("history", "replay", number, "--json").lines) == 2
    assert pengaduan("case", number).code == 0


def test_a_running_case_is_refused_with_what_to_do(pengaduan: Terminal) -> None:
    number = submitted(pengaduan)
    said = pengaduan("erase", number, "--why", WHY)
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        f"Hanya pengaduan yang sudah berakhir yang dapat dihapus; {number} masih berjalan. Selesaikan dulu, atau tunggu "
        "sampai berakhir.\n"
    )
    assert "still runs" in pengaduan("--lang", "en", "erase", number, "--why", WHY).err


def test_an_erasure_without_a_reason_is_a_wrong_call(pengaduan: Terminal) -> None:
    assert pengaduan("erase", "PGD-2026-000001").code == 2


def test_an_office_moves_to_another_machine(
    pengaduan: Terminal, elsewhere: NextTerminal, tmp_path: Path
) -> None:
    number = submitted(pengaduan)
    erased = ended(pengaduan)
    pengaduan("history", "seal")
    file = tmp_path / "cadangan.zip"
    said = pengaduan("backup", file, "--as", "pengelola", "--json").line
    assert (said["cases"], said["seal"]) == (2, 1)
    pengaduan("erase", erased, "--why", WHY)
    lost = submitted(pengaduan)
    pengaduan("history", "seal")

    there = elsewhere()
    said = there("restore", file, "--seals", pengaduan.directory / seal_file.NAME, "--json").line
    assert (said["cases"], said["erased"], said["seals_known"]) == (2, [erased], True)
    verified = there("history", "verify", "--json")
    assert (verified.code, verified.line["cases"]) == (0, 2)
    assert any(lost in told for told in verified.line["lost"])
    assert there("case", number).code == 0
    assert there("case", lost).code == 1
    assert submitted(there) not in (number, erased, lost)
    assert there("history", "seal", "--json").line["seal"] == 4


def test_without_seals_the_restore_says_what_is_not_known(
    pengaduan: Terminal, elsewhere: NextTerminal, tmp_path: Path
) -> None:
    submitted(pengaduan)
    pengaduan("backup", tmp_path / "cadangan.zip")
    said = elsewhere()("restore", tmp_path / "cadangan.zip")
    assert said.code == 0
    assert "Tidak ada berkas segel yang lebih baru" in said.out
    assert "Nomor yang tidak akan dipakai: PGD-" in said.out
    assert "Semua orang masuk lagi" in said.err


def test_a_restore_without_the_key_names_its_place_and_leaves_nothing(
    pengaduan: Terminal, elsewhere: NextTerminal, tmp_path: Path
) -> None:
    submitted(pengaduan)
    pengaduan("backup", tmp_path / "cadangan.zip")
    there = elsewhere()
    key = there.directory / "keys" / "master.key"
    kept = key.read_text()
    key.unlink()
    said = there("restore", tmp_path / "cadangan.zip")
    assert (said.code, said.out) == (1, "")
    assert str(key) in said.err
    key.write_text(kept)
    key.chmod(0o600)
    assert there("restore", tmp_path / "cadangan.zip").code == 0


@pytest.mark.parametrize(("language", "words"), [("id", "tempat yang kosong"), ("en", "empty place")])
def test_a_restore_over_an_office_is_refused(
    pengaduan: Terminal, tmp_path: Path, language: str, words: str
) -> None:
    submitted(pengaduan)
    pengaduan("backup", tmp_path / "cadangan.zip")
    said = pengaduan("--lang", language, "restore", tmp_path / "cadangan.zip")
    assert said.code == 1
    assert words in said.err
    assert pengaduan("history", "verify", "--json").line["cases"] == 1


def test_a_file_that_is_no_backup_is_refused(pengaduan: Terminal, tmp_path: Path) -> None:
    (tmp_path / "bukan.zip").write_text("bukan")
    assert "bukan cadangan yang utuh" in pengaduan("restore", tmp_path / "bukan.zip").err
    assert "Tidak ada berkas" in pengaduan("restore", tmp_path / "tidak-ada.zip").err


def test_a_backup_from_sqlite_runs_on_postgresql(
    pengaduan: Terminal,
    elsewhere: NextTerminal,
    tmp_path: Path,
    postgres_database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submitted(pengaduan)
    pengaduan("backup", tmp_path / "cadangan.zip")
    there = elsewhere()
    monkeypatch.setenv("DATABASE_URL", postgres_database.url.render_as_string(hide_password=False))
    assert there("restore", tmp_path / "cadangan.zip").code == 0
    assert there("history", "verify", "--json").line["findings"] == 0
    ended_there = ended(there)
    assert "VACUUM" in there("erase", ended_there, "--why", WHY).err
