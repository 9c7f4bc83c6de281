"""The files of `docs/server` fit the page that installs them, the settings, and each other."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from engine.config import Settings
from tests.casework import ROOT
from tests.web.called import fault
from webapp import LARGEST_REQUEST

SERVER = ROOT / "docs" / "server"
INSTALLING = (ROOT / "docs" / "pasang.md").read_text()
#: Where the page puts the program.
PROGRAM = "/opt/aduan/current/bin/pengaduan"


def environment() -> dict[str, str]:
    """What the shipped environment file sets, with what it offers behind a `#`."""
    lines = re.findall(r"^#?([A-Z_]+)=(.*)$", (SERVER / "env").read_text(), re.M)
    return dict(lines)


def test_the_environment_file_holds_settings_that_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name.lower() for name in environment()} <= Settings.model_fields.keys()
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.base_url == environment()["PUBLIC_URL"]
    assert not settings.master_key.is_relative_to(settings.data_dir)


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]  # systemd's names have capitals
    parser.read(path)
    return parser


@pytest.mark.parametrize("path", sorted(SERVER.glob("*.service")), ids=lambda path: path.name)
def test_units_start_what_is_installed(path: Path) -> None:
    program, *words = shlex.split(unit(path)["Service"]["ExecStart"])
    if program == PROGRAM:
        assert fault(words, whole=True) is None
    else:
        assert f" {program}\n" in INSTALLING, f"the page does not install {program}"
        assert (SERVER / Path(program).name).stat().st_mode & 0o111


def test_every_timer_has_its_service_and_is_switched_on_by_the_page() -> None:
    for timer in SERVER.glob("*.timer"):
        assert timer.with_suffix(".service").exists()
        assert timer.name in INSTALLING


def test_what_units_may_write_is_where_the_settings_and_the_script_write() -> None:
    common = unit(SERVER / "aduan-.service.d" / "umum.conf")["Service"]
    state = Path("/var/lib") / common["StateDirectory"]
    assert Path(environment()["DATA_DIR"]).is_relative_to(state)
    folder = unit(SERVER / "aduan-cadangan.service")["Service"]["ReadWritePaths"]
    assert f"\nfolder={folder}\n" in (SERVER / "cadangan").read_text()


def test_every_file_for_the_server_is_installed_by_the_page() -> None:
    installed = " ".join(re.findall(r"^sudo install .*$", INSTALLING, re.M))
    for path in SERVER.rglob("*"):
        if path.is_file() and path.suffix not in (".service", ".timer"):
            assert path.relative_to(SERVER).as_posix() in installed


class Nightly:
    """The backup script, with folders of its own and a program that says what it was called for."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.kept = directory / "backups"
        self.kept.mkdir()
        program = directory / "pengaduan"
        program.write_text(f'#!/bin/sh\necho made > "$2"; echo "$@" >> {directory}/called\n')
        program.chmod(0o755)
        today = directory / "date"  # a test that runs past midnight has one day too
        today.write_text("#!/bin/sh\necho 2026-11-24\n")
        today.chmod(0o755)
        text = (SERVER / "cadangan").read_text()
        text = text.replace(PROGRAM, str(program)).replace("/var/backups/aduan", str(self.kept))
        (directory / "script").write_text(text)
        self.seals = directory / "segel.jsonl"

    def __call__(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", self.directory / "script"],
            env={"PATH": f"{self.directory}:{os.environ['PATH']}", "DATA_DIR": str(self.directory)},
            capture_output=True,
            text=True,
        )

    @property
    def backups(self) -> list[Path]:
        return sorted(self.kept.glob("aduan-*.zip"))


@pytest.fixture
def nightly(tmp_path: Path) -> Nightly:
    return Nightly(tmp_path)


def test_the_backup_script_makes_one_archive_a_day_and_copies_the_seals_each_hour(nightly: Nightly) -> None:
    nightly.seals.write_text("one\n")
    assert nightly().returncode == 0
    nightly.seals.write_text("one\ntwo\n")
    assert nightly().returncode == 0
    assert [path.read_text() for path in nightly.backups] == ["made\n"]
    assert (nightly.directory / "called").read_text().count("backup ") == 1
    assert (nightly.kept / "segel.jsonl").read_text() == "one\ntwo\n"


def test_the_backup_script_never_puts_a_changed_file_of_seals_over_its_copy(nightly: Nightly) -> None:
    nightly.seals.write_text("one\ntwo\n")
    nightly()
    for changed in ("one\n", "one\nxxx\nthree\n"):
        nightly.seals.write_text(changed)
        refused = nightly()
        assert refused.returncode == 1
        assert "history verify" in refused.stderr
        assert (nightly.kept / "segel.jsonl").read_text() == "one\ntwo\n"


def test_the_backup_script_throws_old_archives_away_only_after_a_new_one(nightly: Nightly) -> None:
    old = nightly.kept / "aduan-2020-01-01.zip"
    old.touch()
    os.utime(old, (0, 0))
    program = nightly.directory / "pengaduan"
    whole = program.read_text()
    program.write_text("#!/bin/sh\nexit 1\n")
    assert nightly().returncode == 1
    assert nightly.backups == [old]
    program.write_text(whole)
    assert nightly().returncode == 0
    assert not old.exists()
    assert len(nightly.backups) == 1


def test_the_proxy_lets_through_what_the_program_takes() -> None:
    found = re.search(r"max_size (\d+)MB", (SERVER / "Caddyfile").read_text())
    assert found
    assert int(found[1]) * 1_000_000 > LARGEST_REQUEST


def pins(path: Path) -> dict[str, set[str]]:
    """Each `name==version` of a lock with its digests."""
    entries = re.split(r"\n(?=\S)", path.read_text())
    return {entry.split()[0]: set(re.findall(r"sha256:\w+", entry)) for entry in entries if entry.strip()}


def test_the_office_installs_exactly_what_was_tested() -> None:
    tested, office = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements.office.lock")
    differing = [pin for pin, digests in office.items() if tested.get(pin) != digests]
    assert differing == [], "run `make lock`"
    names = {pin.partition("==")[0] for pin in office}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[^\w-]", dependency)[0].lower() for dependency in project["dependencies"]}
    assert wanted <= names
    assert not names & {"pytest", "playwright", "uv"}
