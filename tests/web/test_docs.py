"""What the pages for people say is true: each command, setting, link, unit file and lock that they name."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import click
import pytest

from engine.config import Settings
from tests.casework import ROOT
from webapp import LARGEST_REQUEST
from webapp.cli import pengaduan

DOCS = ROOT / "docs"
SERVER = DOCS / "server"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
INSTALLING = (DOCS / "pasang.md").read_text()
#: Where the page puts the program, and the settings of the command line alone.
PROGRAM = "/opt/aduan/current/bin/pengaduan"
OF_THE_COMMAND_LINE = {"PENGADUAN_LANG"}

FENCED = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
CALLED = re.compile(r"(?:^|[\s/])pengaduan ([^/|;&<>\n][^|;&<>\n]*)")


def blocks(page: Path) -> list[str]:
    """The fenced shell blocks of a page."""
    return FENCED.findall(page.read_text())


def scripts() -> list[Path]:
    return [SERVER / "cadangan", SERVER / "pengaduan"]


def fault(words: list[str], *, whole: bool) -> str | None:
    """Why `pengaduan` would not understand `words`; a mention (not `whole`) may stop before its arguments."""
    command: click.Command = pengaduan
    path: list[str] = []
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.commands.get(words[0])
        if found is None:
            return f"no command {words[0]!r} in {path}"
        command, words = found, words[1:]
        path.append(command.name or "")
    if not whole:
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        return next((word for word in words if word.startswith("--") and word not in options), None)
    try:
        command.make_context(command.name, words)
    except click.MissingParameter as error:
        return error.format_message()
    except click.BadParameter:  # a file that this machine does not have
        return None
    except click.UsageError as error:
        return error.format_message()
    return None


def calls(text: str) -> Iterator[str]:
    """The commands in shell text, without its comments; the wrapper's own "$@" is none."""
    for line in text.replace("\\\n", " ").splitlines():
        for said in CALLED.findall(line.partition("#")[0]):
            if not said.startswith('"$@"'):
                yield said


@pytest.mark.parametrize("place", [*PAGES, *scripts()], ids=lambda path: path.name)
def test_every_command_to_copy_is_one_that_the_program_takes(place: Path) -> None:
    texts = blocks(place) if place.suffix == ".md" else [place.read_text()]
    wrong = {said: fault(shlex.split(said), whole=True) for text in texts for said in calls(text)}
    assert {said: why for said, why in wrong.items() if why} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_mentioned_exists_with_its_options(page: Path) -> None:
    text = FENCED.sub("", page.read_text())
    mentioned = re.findall(r"`(?:sudo )?pengaduan ([^`]+)`", text)
    # the README's table has them without the program's name
    for row in re.findall(
        r"^\| (`[^|]+) \|", text.partition("## The command line")[2].partition("\n## ")[0], re.M
    ):
        mentioned += re.findall(r"`([^`]+)`", row)
    words = {said: said.replace("[", " ").replace("]", " ").replace("…", " ").split() for said in mentioned}
    assert {said: why for said, parts in words.items() if (why := fault(parts, whole=False))} == {}


def test_a_wrong_command_would_be_found() -> None:
    assert fault(["history", "verfy"], whole=False)
    assert fault(["backup", "--fast"], whole=False)
    assert fault(["user", "add", "budi"], whole=True)
    assert fault(["backup", "x.zip", "y.zip"], whole=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_block_is_shell_that_parses(page: Path) -> None:
    for block in blocks(page):
        done = subprocess.run(["sh", "-n"], input=block, text=True, capture_output=True)
        assert done.returncode == 0, f"{block}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!\w+://)([^)\s]+)\)", page.read_text())
    missing = []
    for link in links:
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        headings = re.findall(r"^#+ (.+)$", target.read_text(), re.M) if target.suffix == ".md" else []
        anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
        if not target.exists() or (anchor and anchor not in anchors):
            missing.append(link)
    assert missing == []


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


def test_the_readme_explains_settings_that_there_are() -> None:
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.M)
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named - OF_THE_COMMAND_LINE <= {field.upper() for field in Settings.model_fields}


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
