"""The office that the pages and the command line are tried in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.terminal import Terminal


@pytest.fixture
def pengaduan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A terminal with an office behind it."""
    return Terminal(tmp_path / "var", monkeypatch, capsys).furnish()
