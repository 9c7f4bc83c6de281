"""What people typed stands nowhere in the clear: after every test, all that the program wrote is searched for it.

A pytest plugin (tests/conftest.py). It looks over the shoulder of `Keyring.seal`, through which everything
personal passes, and remembers free text, names and contacts; then it searches the databases, logs, seals and
backups that the test left, byte by byte, and what was logged. A find is an error of that test. With xdist each
process searches what its own tests wrote.

It knows what was typed in this process. What another one typed is known when it is one of `casework.COMPLAINT`.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.canonical_json import from_canonical
from engine.forms.fields import plain
from engine.store.keyring import Keyring
from tests.casework import COMPLAINT, ROOT

#: Shorter texts stand in many places by chance.
SHORTEST = 8
#: Bytes of a file that was sealed, by which it is known again.
PART = 64
#: Names and endings of files that the program writes; a test's own input files may hold what they like.
WRITTEN = {".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".log", ".zip", ".key"}
NAMES = {"segel.jsonl"}
#: Everything below it.
FOLDER = "attachments"

#: What the test under way has typed.
_typed: set[bytes] = set()


@cache
def personal_keys() -> frozenset[str]:
    """Keys of the shipped forms' fields that are marked `pribadi`."""

    def keys(components: list[Any]) -> Iterator[str]:
        for component in components:
            if component.get("properties", {}).get("pribadi") == "ya":
                yield component["key"]
            yield from keys(component.get("components", []))

    return frozenset(key for form in _forms() for key in keys(form["components"]))


@cache
def _forms() -> tuple[Any, ...]:
    return tuple(json.loads(path.read_text()) for path in (ROOT / "forms").glob("*.form"))


@cache
def _published() -> bytes:
    """What everybody may read: an answer that repeats it is no secret."""
    files = [*(ROOT / "forms").iterdir(), *(ROOT / "processes").iterdir()]
    return b"\n".join(path.read_bytes() for path in sorted(files))


def secrets_of(sealed: bytes) -> set[bytes]:
    """What is personal in something that was sealed: the texts of personal fields, or the text that it is."""
    try:
        texts = list(_texts(from_canonical(sealed)))
    except UnicodeDecodeError:  # a file: a part of its middle tells it apart
        part = sealed[len(sealed) // 2 :][:PART]
        return {part} if len(set(part)) > PART // 4 else set()
    except ValueError:
        texts = [sealed.decode(errors="ignore")]
    found = {text.strip().encode() for text in texts if len(text.strip()) >= SHORTEST}
    return {text for text in found if text not in _published() and text not in _counted()}


@cache
def _counted() -> frozenset[bytes]:
    """Suggestions as reports count them (`laporan`): everybody may read the suggestions."""
    suggested = (c.get("properties", {}).get("saran", "") for form in _forms() for c in form["components"])
    return frozenset(plain(one).encode() for text in suggested for one in text.split(",") if one.strip())


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, list):
        for one in given:
            yield from _texts(one)
    elif isinstance(given, dict):
        for key, value in given.items():
            if isinstance(value, str) and key in personal_keys():
                yield value
            yield from _texts(value)


def found_below(directory: Path, secrets: Iterable[bytes]) -> list[str]:
    """ "<file>: <secret>" for each secret in each file that the program wrote below `directory`."""
    return [
        f"{name}: {_shown(secret)}"
        for path in sorted(directory.rglob("*"))
        if path.is_file() and (path.suffix in WRITTEN or path.name in NAMES or FOLDER in path.parts)
        for name, data in _contents(path)
        for secret in secrets
        if secret in data
    ]


def _shown(secret: bytes) -> str:
    return repr(secret.decode(errors="backslashreplace"))


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    yield path.name, path.read_bytes()
    if path.suffix == ".zip" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"{path.name}/{name}", archive.read(name)


def found_in_postgres(connection: psycopg.Connection[Any], secrets: Iterable[bytes]) -> list[str]:
    """The same for every table of a PostgreSQL database; bytes are compared as they are stored."""
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    found = []
    for (table,) in tables:
        with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
            data = b"".join(bytes(piece) for piece in copy)
        found += [f"{table}: {_shown(secret)}" for secret in secrets if secret in data]
    return found


def search_postgres(url: str) -> None:
    """For the fixture that drops a database: what it holds is searched before."""
    if _typed:
        with psycopg.connect(url) as connection:
            _none(found_in_postgres(connection, _typed))


def _none(found: list[str]) -> None:
    if found:
        pytest.fail("typed by somebody, and in the clear:\n" + "\n".join(found), pytrace=False)


# --- the plugin -----------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Look over the shoulder of whoever seals."""
    seal: Callable[..., bytes] = Keyring.seal

    def watched(self: Keyring, case_key: bytes, aad: str, data: bytes) -> bytes:
        _typed.update(secrets_of(data))
        return seal(self, case_key, aad, data)

    Keyring.seal = watched  # type: ignore[method-assign]
    config.add_cleanup(lambda: setattr(Keyring, "seal", seal))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    _typed.clear()
    _typed.update(secrets_of(json.dumps(dict(COMPLAINT)).encode()))
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Before the fixtures close: SQLite's log is still there to be searched."""
    place = getattr(item, "funcargs", {}).get("tmp_path")
    found = found_below(place, _typed) if place else []
    for when, what, text in item._report_sections:  # what was printed and logged, by every phase so far
        if what in ("stdout", "stderr", "log"):
            found += [f"{what} of {when}: {_shown(secret)}" for secret in _typed if secret in text.encode()]
    try:
        return (yield)
    finally:
        _none(found)
