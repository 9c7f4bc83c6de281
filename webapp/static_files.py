"""Styles, scripts and icons as `build.mjs` made them; without them the pages are plain and whole.

`static/manifest.json` maps a name to the built file with its hash, so a browser may keep a file for ever.
`static/icons.json` holds the few drawings that pages put in line: an icon never stands without its word.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from flask import Flask, url_for
from markupsafe import Markup

_ICON = (
    '<svg class="app-icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
    'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
)


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`, the address of a built file or None, and `icon(name)`, a drawing or nothing."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(days=365)
    directory = Path(app.static_folder or "")
    files, icons = _built(directory / "manifest.json"), _built(directory / "icons.json")

    def asset(name: str) -> str | None:
        return url_for("static", filename=files[name]) if name in files else None

    def icon(name: str) -> Markup:
        return Markup(_ICON.format(icons[name])) if name in icons else Markup("")  # noqa: S704  of our own build

    app.jinja_env.globals.update(asset=asset, icon=icon)


def _built(path: Path) -> dict[str, str]:
    return json.loads(path.read_text()) if path.is_file() else {}
