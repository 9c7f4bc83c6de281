"""`lint`, `deploy`, `calendar deploy`, `db upgrade`, `user`: the analyst's and the Pengelola's commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.history import log
from engine.store import users
from engine.store.session import Database
from engine.store.tables import SYSTEM_CHAIN, deployments
from tests.casework import ROOT
from tests.web.terminal import Said, Terminal

PASSWORD = "rumah di tepi mahakam"


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    """An analyst's working copy: processes/ and forms/ side by side."""
    for folder in ("processes", "forms"):
        shutil.copytree(ROOT / folder, tmp_path / "konsep" / folder)
    return tmp_path / "konsep"


def edit(file: Path, old: str, new: str) -> Path:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return file


def diagram(drafts: Path) -> Path:
    return drafts / "processes" / "pengaduan_mpp.bpmn"


def test_the_shipped_process_has_no_findings(pengaduan: Terminal) -> None:
    said = pengaduan("lint", ROOT / "processes" / "pengaduan_mpp.bpmn")
    assert (said.code, said.out) == (0, "Tidak ada temuan.\n")


def test_a_finding_says_file_line_element_cause_and_remedy(pengaduan: Terminal, drafts: Path) -> None:
    file = edit(diagram(drafts), "PT2H", "PT2X")
    said = pengaduan("lint", file)
    assert said.code == 1
    assert "pengaduan_mpp.bpmn, baris " in said.out
    assert "PT2X" in said.out
    finding = pengaduan("lint", file, "--json").lines[0]
    assert finding["line"] > 1
    assert finding["element"]
    assert finding["remedy"]


def test_forms_are_looked_for_beside_the_folder_of_the_diagram_or_where_it_is_said(
    pengaduan: Terminal, drafts: Path
) -> None:
    shutil.move(drafts / "forms", drafts / "lain")
    assert pengaduan("lint", diagram(drafts)).code == 1
    assert pengaduan("lint", diagram(drafts), "--forms", drafts / "lain").code == 0


def test_a_form_may_be_looked_at_alone(pengaduan: Terminal, drafts: Path) -> None:
    form = drafts / "forms" / "penerimaan_mpp.form"
    assert pengaduan("lint", form).code == 0
    assert pengaduan("lint", edit(form, '"type": "radio"', '"type": "iframe"')).code == 1


def test_a_file_that_is_not_there_is_a_finding(pengaduan: Terminal) -> None:
    said = pengaduan("lint", "tidak-ada.bpmn")
    assert said.code == 1
    assert "tidak-ada.bpmn: berkas tidak ditemukan" in said.out


def test_lint_without_a_file_is_a_wrong_call(pengaduan: Terminal) -> None:
    assert pengaduan("lint").code == 2


def test_the_same_content_is_not_deployed_twice(pengaduan: Terminal) -> None:
    said = pengaduan("deploy", "--as", "analis", "--json")
    assert (said.code, said.line["version"], said.line["changed"]) == (0, 1, False)


def test_a_changed_diagram_becomes_the_next_version(pengaduan: Terminal, drafts: Path) -> None:
    edit(edit(diagram(drafts), "PT2H", "PT4H"), 'value="2 Jam"', 'value="4 Jam"')
    said = pengaduan("deploy", drafts / "processes", "--as", "analis", "--note", "empat jam")
    assert (said.code, said.out) == (0, "pengaduan_mpp:2 diterapkan dan berlaku.\n")


def test_a_diagram_with_findings_is_not_deployed_and_all_of_them_are_told(
    pengaduan: Terminal, drafts: Path
) -> None:
    edit(diagram(drafts), "PT2H", "PT2X")
    said = pengaduan("deploy", drafts / "processes")
    assert (said.code, said.out) == (1, "")
    assert said.err.count("PT2X") == 7
    assert pengaduan("deploy", "--json").line["version"] == 1


def test_what_is_nowhere_beside_the_diagram_is_taken_from_the_version_in_force_and_noted(
    pengaduan: Terminal, drafts: Path
) -> None:
    shutil.rmtree(drafts / "forms")
    edit(diagram(drafts), "PT2H", "PT4H")
    said = pengaduan("deploy", diagram(drafts), "--note", "Empat jam", "--json")
    assert (said.code, said.lines[0]["version"]) == (0, 2)
    database = Database(f"sqlite:///{pengaduan.directory / 'pengaduan.sqlite3'}")
    with database.read() as connection:
        notes = list(connection.scalars(select(deployments.c.note).where(deployments.c.note.is_not(None))))
    database.dispose()
    assert len(notes) == 1
    assert notes[0].startswith("Empat jam Diambil dari versi yang berlaku: analisis_jawaban.form,")


def test_only_an_analyst_deploys(pengaduan: Terminal) -> None:
    assert pengaduan("deploy", "--as", "pengelola").code == 1


def test_the_same_calendar_changes_nothing_and_another_one_is_in_force(
    pengaduan: Terminal, tmp_path: Path
) -> None:
    file = Path(shutil.copy(ROOT / "processes" / "kalender.toml", tmp_path))
    assert not pengaduan("calendar", "deploy", file, "--as", "pengelola", "--json").line["changed"]
    edit(file, '"08:00-12:00"', '"07:30-12:00"')
    said = pengaduan("calendar", "deploy", file, "--as", "pengelola")
    assert said.out == "Kalender versi 2 berlaku.\n"


def test_a_broken_calendar_is_refused_by_its_place(pengaduan: Terminal, tmp_path: Path) -> None:
    file = Path(shutil.copy(ROOT / "processes" / "kalender.toml", tmp_path))
    said = pengaduan("calendar", "deploy", edit(file, '"08:00-12:00"', '"12:00-08:00"'))
    assert said.code == 1
    assert "senin" in said.err


def test_a_command_over_no_database_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = Terminal(tmp_path / "belum", monkeypatch, capsys)
    said = nowhere("tasks")
    assert said.code == 1
    assert "pengaduan db upgrade" in said.err
    assert not nowhere.directory.exists()


def test_upgrading_twice_is_as_good_as_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = Terminal(tmp_path / "baru", monkeypatch, capsys)
    first = fresh("db", "upgrade")
    assert (first.code, fresh("db", "upgrade").out) == (0, first.out)
    assert (fresh.directory.stat().st_mode & 0o077) == 0


def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    pengaduan: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://budi:rahasia@lain")
    said = pengaduan("tasks")
    assert said.code == 1
    assert "DATABASE_URL" in said.err
    assert "rahasia" not in said.err


def add(pengaduan: Terminal, *more: str, password: str = PASSWORD) -> Said:
    return pengaduan(
        "user",
        "add",
        "budi",
        "--name",
        "Budi Santoso",
        "--group",
        "petugas_mpp",
        *more,
        stdin=f"{password}\n",
    )


def test_a_new_user_is_in_their_groups_and_in_the_record_without_name_or_password(
    pengaduan: Terminal,
) -> None:
    assert add(pengaduan, "--group", "admin_opd", "--as", "pengelola").code == 0
    database = Database(f"sqlite:///{pengaduan.directory}/pengaduan.sqlite3")
    with database.read() as connection:
        user = users.get(connection, "budi")
        event = log.read(connection, SYSTEM_CHAIN)[-1]
    database.dispose()
    assert user.groups == {"petugas_mpp", "admin_opd"}
    assert user.password_hash.startswith("$argon2id$")
    assert (event.type, event.actor, event.source) == ("user:added", "pengelola", "cli")
    assert event.payload == {"user": "budi", "groups": ["admin_opd", "petugas_mpp"]}


def test_a_short_password_is_refused_and_no_user_made(pengaduan: Terminal) -> None:
    said = add(pengaduan, password="rahasia")
    assert said.code == 1
    assert "12 sampai 256 karakter" in said.err
    assert "budi" not in pengaduan("user", "list").out


def test_a_user_name_is_given_once(pengaduan: Terminal) -> None:
    add(pengaduan)
    said = add(pengaduan)
    assert said.code == 1
    assert "sudah ada" in said.err


@pytest.mark.parametrize("name", ["os:root", "pengadu", "sistem", "Budi", "b di"])
def test_a_user_name_that_would_mean_somebody_else_is_refused(pengaduan: Terminal, name: str) -> None:
    said = pengaduan("user", "add", name, "--name", "X", "--group", "analis", stdin=f"{PASSWORD}\n")
    assert said.code == 1


def test_a_disabled_user_stays_in_the_list_and_may_do_nothing(pengaduan: Terminal) -> None:
    assert pengaduan("user", "disable", "petugas2", "--as", "pengelola").code == 0
    listed = {line["user"]: line["active"] for line in pengaduan("user", "list", "--json").lines}
    assert listed["petugas2"] is False
    assert pengaduan("tasks", "--as", "petugas2").out == "Tidak ada tugas terbuka.\n"


def test_only_the_pengelola_changes_users(pengaduan: Terminal) -> None:
    assert add(pengaduan, "--as", "sekretariat").code == 1
    assert pengaduan("user", "list", "--as", "auditor").code == 0


def test_an_earlier_version_is_put_in_force_again_and_only_once(pengaduan: Terminal, drafts: Path) -> None:
    edit(drafts / "processes" / "pengaduan_mpp.bpmn", "PT2H", "PT4H")
    pengaduan("deploy", drafts / "processes")
    said = pengaduan("activate", "pengaduan_mpp", "1", "--note", "Batas 4 jam keliru", "--as", "analis")
    assert (said.code, said.out) == (0, "pengaduan_mpp:1 berlaku.\n")
    again = pengaduan("--lang", "en", "activate", "pengaduan_mpp", "1")
    assert (again.code, again.out) == (0, "pengaduan_mpp:1 is in force already.\n")
    assert pengaduan("activate", "pengaduan_mpp", "9").code == 1
    database = Database(f"sqlite:///{pengaduan.directory / 'pengaduan.sqlite3'}")
    with database.read() as connection:
        acts = [e for e in log.read(connection, SYSTEM_CHAIN) if e.type == "process:activated"]
    database.dispose()
    assert [(e.payload["version"], e.payload.get("note")) for e in acts] == [
        (1, None),
        (2, None),
        (1, "Batas 4 jam keliru"),
    ]
