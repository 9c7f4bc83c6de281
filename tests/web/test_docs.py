"""What the pages for people say is true: each command, setting and link that they name."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from engine.config import Settings
from tests.casework import ROOT
from tests.web.called import calls, fault, leaves
from webapp.cli import pengaduan

DOCS = ROOT / "docs"
SERVER = DOCS / "server"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
LINKING = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
#: The settings of the command line alone.
OF_THE_COMMAND_LINE = {"PENGADUAN_LANG"}

FENCED = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


def blocks(page: Path) -> list[str]:
    """The fenced shell blocks of a page."""
    return FENCED.findall(page.read_text())


def scripts() -> list[Path]:
    return [SERVER / "cadangan", SERVER / "pengaduan"]


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


def test_every_command_is_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text().partition("## The command line")[2].partition("\n## ")[0]
    named = [" ".join(said.split()) + " " for said in re.findall(r"`([^`]+)`", table)]
    assert [
        leaf for leaf in leaves(pengaduan) if not any(said.startswith(f"{leaf} ") for said in named)
    ] == []


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


@pytest.mark.parametrize("page", LINKING, ids=lambda path: path.name)
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


def test_the_readme_explains_every_setting_and_no_other() -> None:
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.M)
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named - OF_THE_COMMAND_LINE == {field.upper() for field in Settings.model_fields}
