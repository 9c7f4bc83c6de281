"""Styles and scripts as `build.mjs` made them; without them the pages are plain and whole.

`static/manifest.json` maps a name to the built file with its hash, so a browser may keep a file for ever.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from flask import Flask, url_for


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`: the address of a built file, or None where it is not built."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(days=365)
    files = _manifest(Path(app.static_folder or ""))

    def asset(name: str) -> str | None:
        return url_for("static", filename=files[name]) if name in files else None

    app.jinja_env.globals["asset"] = asset


def _manifest(directory: Path) -> dict[str, str]:
    path = directory / "manifest.json"
    return json.loads(path.read_text()) if path.is_file() else {}
