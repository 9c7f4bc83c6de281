"""Whoever owns the database file can drop its triggers and write what they like. Every way is tried, and found.

A small office is sealed twice and then changed, directly in its file: once for each of `WAYS`, and once for each column
of each table that a history answers for. Each finding is `tampered` and names the case and, where there is one, the
event; it is not taken for a fault of the program. That nothing is found where nobody changed anything is shown of 2,000
cases in test_town.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from engine.history import seal_file
from engine.history.finding import DIVERGED, TAMPERED
from engine.history.seal import seal
from engine.history.verify import verify
from engine.store import seals
from engine.store.tables import SYSTEM_CHAIN
from tests.casework import Office
from tests.store.tampered_office import (
    ANSWERED,
    FILE,
    HERE,
    LAST,
    NEXT,
    RUNNING,
    all_of,
    another_actor,
    checked,
    of,
    resealed,
    restored_rows,
    rewritten,
    told,
)


@dataclass(frozen=True)
class Way:
    """What is done, what is found, where, and at which event: its number, or a query for it, None for none."""

    said: str
    act: str | tuple[str, ...] | Callable[[Office, Path], None]
    code: str
    case: str
    seq: int | str | None = None
    #: Other chains that are touched by it.
    also: tuple[str, ...] = ()
    #: What is left is whole in itself, or runs on other files: the program comes to another end, which is told as well.
    diverges: bool = False


def _event(type: str, task: str = "", case: str = "answered") -> str:
    """A query for the event of this type about this task."""
    about = f"AND json_extract(payload, '$.work_item') = '{task}'" if task else ""
    return f"SELECT min(seq) FROM events WHERE case_number = '{HERE[case]}' AND type = '{type}' {about}"


_HEAD = f"SELECT max(seq) FROM events {of('answered')}"
_ANALYSED = _event("work_item:completed", "Langkah_5:1")
_SAID = f"WHERE work_item_id = '{ANSWERED}:Langkah_5:1'"
_ROWS = (
    "outbox",
    "timers",
    "work_items",
    "answers",
    "case_keys",
    "search_tokens",
    "comments",
    "external_tasks",
    "events",
)


def _fitting(case: str) -> str:
    """The case's row is made to fit the last event that is left."""
    last = f"(SELECT max(seq) FROM events {of(case)})"
    digest = f"(SELECT hash FROM events {of(case)} AND seq = {last})"
    return f"UPDATE cases SET last_seq = {last}, last_hash = {digest} WHERE number = '{HERE[case]}'"


def _gone(case: str) -> tuple[str, ...]:
    number = HERE[case]
    return (
        *(f"DELETE FROM {table} {of(case)}" for table in _ROWS),
        f"DELETE FROM cases WHERE number = '{number}'",
    )


def _file(change: Callable[[list[str]], list[str]]) -> Callable[[Office, Path], None]:
    def act(office: Office, folder: Path) -> None:
        path = folder / seal_file.NAME
        path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")

    return act


WAYS: Final = (
    # the chain of a case
    Way("an event is taken out of the middle", f"DELETE FROM events {of('answered', 'AND seq = 5')}", "chain_missing", "answered", 6),
    Way("the first event is taken out", f"DELETE FROM events {of('answered', 'AND seq = 1')}", "chain_missing", "answered", 2),
    Way("the tail is cut off", f"DELETE FROM events {of('answered', 'AND seq > 20')}", "chain_cut", "answered", 20),
    Way("the tail is cut off, and the case's row made to fit",
        (f"DELETE FROM events {of('answered', 'AND seq > 20')}", _fitting("answered")), "sealed_event_gone", "answered", _HEAD, diverges=True),
    Way("an event is put at the end",
        f"INSERT INTO events SELECT case_number, seq + 1, type, at, received_at, actor, on_behalf, source, definition_id, payload, hash, hash, NULL, NULL, NULL, NULL, NULL, NULL FROM events {of('answered')} AND seq = ({_HEAD})",
        "chain_altered", "answered", f"SELECT 1 + ({_HEAD})"),
    Way("an event is put into the middle, and everything after it numbered and hashed anew",
        rewritten("answered", lambda h: [*h[:6], replace(h[5], command_id=None), *h[6:]]), "sealed_event_gone", "answered", _HEAD, diverges=True),
    Way("two events change places",
        (f"UPDATE events SET seq = 1000 {of('answered', 'AND seq = 6')}", f"UPDATE events SET seq = 6 {of('answered', 'AND seq = 7')}",
         f"UPDATE events SET seq = 7 {of('answered', 'AND seq = 1000')}"), "chain_unlinked", "answered", 6),
    Way("an event is given to another case", f"UPDATE events SET case_number = '{RUNNING}', seq = 900 {of('answered', 'AND seq = 8')}",
        "chain_missing", "answered", 9, also=("running",)),
    Way("the chain is written anew with hashes that fit", rewritten("answered", another_actor), "sealed_event_gone", "answered", _HEAD),
    Way("the chain is written anew, and every seal with it", all_of(rewritten("answered", another_actor), resealed),
        "seal_line_differs", "sistem", also=("answered",)),
    # whole cases and their numbers
    Way("a case is taken away with every row", _gone("running"), "number_missing", "running"),
    Way("the last case is taken away with every row, and its number with it",
        (*_gone("served"), "UPDATE case_numbers SET last = last - 1"), "sealed_event_gone", "served",
        f"SELECT max(seq) FROM events {of('served')}"),
    Way("only the row of a case is taken away", f"DELETE FROM cases WHERE number = '{LAST}'", "number_missing", "last"),
    Way("a number is given out and no case has it", "UPDATE case_numbers SET last = last + 1", "number_missing", "next"),
    Way("a case has a number that was not given out", "UPDATE case_numbers SET last = last - 1", "number_unknown", "served"),
    # what is sealed with the case's key
    Way("answers are changed", f"UPDATE answers SET blob = randomblob(80) {_SAID}", "answers_changed", "answered", _ANALYSED),
    Way("a byte of answers is changed", f"UPDATE answers SET blob = CAST(substr(blob, 1, 20) || x'00' || substr(blob, 22) AS BLOB) {_SAID}",
        "answers_changed", "answered", _ANALYSED),
    Way("answers are taken away", f"DELETE FROM answers {_SAID}", "answers_missing", "answered", _ANALYSED),
    Way("answers are those of another step of the case",
        f"UPDATE answers SET blob = (SELECT blob FROM answers WHERE work_item_id = '{ANSWERED}:Langkah_5:2') {_SAID}",
        "answers_changed", "answered", _ANALYSED),
    Way("answers are those of another case",
        f"UPDATE answers SET blob = (SELECT blob FROM answers WHERE work_item_id = '{LAST}:Langkah_1:1') WHERE work_item_id = '{ANSWERED}:Langkah_1:1'",
        "answers_changed", "answered", 1),
    Way("answers are put where nobody answered",
        f"INSERT INTO answers SELECT '{RUNNING}:Langkah_9:1', case_number, 'Langkah_9', 1, form_id, blob, answered_at, answered_by FROM answers {of('running')} LIMIT 1",
        "answers_unrecorded", "running"),
    Way("a comment is changed", f"UPDATE comments SET blob = randomblob(60) {of('answered')}", "comment_changed", "answered", _event("comment:added")),
    Way("a comment is taken away", f"DELETE FROM comments {of('answered')}", "comment_missing", "answered", _event("comment:added")),
    Way("the case's key is taken away, and nobody was erased", f"DELETE FROM case_keys {of('answered')}", "key_missing", "answered"),
    Way("the case's key is another case's",
        f"UPDATE case_keys SET wrapped = (SELECT wrapped FROM case_keys {of('last')}) {of('answered')}", "key_foreign", "answered"),
    Way("the erased come back from an old copy", restored_rows, "erasure_undone", "erased"),
    Way("the erased come back, and their erasure is cut off",
        all_of(rewritten("erased", lambda h: [e for e in h if e.type != "case:erased"]), restored_rows), "sealed_event_gone", "erased",
        f"SELECT max(seq) FROM events {of('erased')}"),
    # rows beside the history
    Way("a task is taken away", f"DELETE FROM work_items WHERE id = '{RUNNING}:Langkah_4:1'", "projection", "running"),
    Way("a task is made up",
        f"INSERT INTO work_items (id, case_number, element, nth, candidate_group, public, created_at, overdue) VALUES ('{LAST}:Langkah_9:1', '{LAST}', 'Langkah_9', 1, 'admin_opd', 0, '2026-11-24T01:00:00.000000Z', 0)",
        "projection", "last"),
    Way("a limit is taken away", f"DELETE FROM timers {of('last')}", "projection", "last"),
    Way("a limit is never tried", f"UPDATE timers SET next_try = NULL {of('last')}", "projection", "last"),
    Way("a service task is taken away", f"DELETE FROM external_tasks {of('waiting')}", "projection", "waiting"),
    Way("a case is halted by an incident that nobody had",
        (f"INSERT INTO incidents (id, case_number, opened_at, what, timer_due, error_code, message, actor) VALUES ('K-0', '{LAST}', '2026-11-24T01:00:00.000000Z', 'FireTimers', '2026-11-24T01:00:00.000000Z', 'x', 'x', 'sistem')",
         f"UPDATE cases SET status = 'halted' WHERE number = '{LAST}'"), "projection", "last"),
    # what all cases stand on
    Way("a diagram is changed", "UPDATE process_definitions SET bpmn = CAST(replace(CAST(bpmn AS TEXT), 'PT2H', 'PT9H') AS BLOB) WHERE version = 1", "definition_changed", "sistem", also=tuple(HERE), diverges=True),
    Way("a form is changed", "UPDATE process_definitions SET resources = replace(resources, 'tidak_layak', 'tidak_benar') WHERE version = 2", "definition_changed", "sistem"),
    Way("a version that cases run on is taken away", "DELETE FROM process_definitions WHERE version = 2", "definition_changed", "sistem", also=("waiting", "served"), diverges=True),
    Way("a calendar is changed", "UPDATE calendars SET resolved = replace(resolved, '480', '540') WHERE version = 2", "calendar_changed", "sistem"),
    Way("a calendar is taken away", "DELETE FROM calendars WHERE version = 1", "calendar_changed", "sistem", also=tuple(HERE), diverges=True),
    Way("an old version is put in force", "UPDATE active_versions SET version = 1 WHERE kind = 'process'", "activation_changed", "sistem"),
    Way("an old calendar is put in force", "UPDATE active_versions SET version = 1 WHERE kind = 'calendar'", "activation_changed", "sistem"),
    # who may do what
    Way("somebody is let into a group", "INSERT INTO memberships VALUES ('petugas', 'auditor')", "rights_changed", "sistem"),
    Way("somebody is put out of a group", "DELETE FROM memberships WHERE user_id = 'auditor'", "rights_changed", "sistem"),
    Way("an account is made", "INSERT INTO users (id, name, fs_uniquifier, active, created_at) VALUES ('tamu', 'Tamu', 'x', 1, '2026-11-24T01:00:00.000000Z')", "rights_changed", "sistem"),
    Way("a disabled account works again", "UPDATE users SET active = 1 WHERE id = 'petugas2'", "rights_changed", "sistem"),
    Way("a token is given to somebody else", "UPDATE api_tokens SET user_id = 'pengelola'", "rights_changed", "sistem"),
    Way("a token works longer", "UPDATE api_tokens SET expires_at = '2036-01-01T00:00:00.000000Z'", "rights_changed", "sistem"),
    Way("a revoked token works again", "UPDATE api_tokens SET revoked_at = NULL", "rights_changed", "sistem"),
    Way("a token is made to be another, whose text is known", "UPDATE api_tokens SET digest = 'aa' WHERE revoked_at IS NULL", "rights_changed", "sistem"),
    # the chain `sistem`
    Way("an event of the chain sistem is changed", f"UPDATE events SET actor = 'lain' {of('sistem', 'AND seq = 3')}", "chain_altered", "sistem", 3),
    Way("an event of the chain sistem is taken out", f"DELETE FROM events {of('sistem', 'AND seq = 3')}", "chain_missing", "sistem", 4),
    Way("the tail of the chain sistem is cut off",
        f"DELETE FROM events {of('sistem')} AND seq = (SELECT max(seq) FROM events {of('sistem')})", "sealed_event_gone", "sistem",
        f"SELECT max(seq) FROM events {of('sistem')}"),
    # the seals
    Way("a seal is changed", "UPDATE seals SET kind = 'bridging' WHERE number = 1", "seal_altered", "sistem"),
    Way("what a seal covers is changed", "UPDATE seals SET heads = '{}' WHERE number = 2", "seal_altered", "sistem"),
    Way("a seal is taken out", "DELETE FROM seals WHERE number = 1", "seal_missing", "sistem"),
    Way("the last seal is taken away", "DELETE FROM seals WHERE number = 2", "seal_ahead", "sistem"),
    Way("all seals are taken away", "DELETE FROM seals", "seal_ahead", "sistem"),
    Way("a line of the file outside is changed", _file(lambda lines: [lines[0].replace('"periodic"', '"bridging"'), *lines[1:]]), "seal_line_differs", "sistem"),
    Way("a line of the file outside is taken out", _file(lambda lines: lines[1:]), "seal_line_missing", "sistem"),
    Way("a line of the file outside is spoilt", _file(lambda lines: [lines[0][:-1], *lines[1:]]), "seal_file_unreadable", "sistem"),
    # nonsense
    Way("nonsense is written into an event", f"UPDATE events SET payload = 'x' {of('answered', 'AND seq = 4')}", "unreadable", "answered"),
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.said)
def test_it_is_found_that(way: Way, broken: Office, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as raw:
        seq = raw.execute(way.seq).fetchone()[0] if isinstance(way.seq, str) else way.seq
        if not callable(way.act):
            for statement in [way.act] if isinstance(way.act, str) else way.act:
                raw.execute(statement)
        raw.commit()
    if callable(way.act):
        way.act(broken, tmp_path)
    found = checked(broken, tmp_path).findings
    number = HERE[way.case]
    assert any((f.kind, f.code, f.case, f.seq) == (TAMPERED, way.code, number, seq) for f in found), told(
        found
    )
    assert {f.kind for f in found} <= {TAMPERED, *([DIVERGED] if way.diverges else [])}, told(found)
    assert {f.case for f in found} <= {number, SYSTEM_CHAIN, *(HERE[one] for one in way.also)}, told(found)


def test_rewriting_the_file_of_seals_too_is_found_by_a_copy_kept_elsewhere(
    broken: Office, tmp_path: Path
) -> None:
    path = tmp_path / seal_file.NAME
    copy = seal_file.read(path)
    all_of(rewritten("answered", another_actor), resealed)(broken, tmp_path)
    erased = [line for line in path.read_bytes().splitlines(keepends=True) if b'"erasure"' in line]
    with broken.ports.database.read() as connection:
        path.write_bytes(b"".join([*map(seal_file.seal_line, seals.after(connection)), *erased]))
        here = verify(broken.ports, connection, seals=seal_file.read(path))
        compared = verify(broken.ports, connection, seals=seal_file.read(path), copy=copy)
    assert SYSTEM_CHAIN not in {f.case for f in here.findings}, "inside everything fits"
    assert (TAMPERED, SYSTEM_CHAIN) in {(f.kind, f.case) for f in compared.findings}


# --- not everything that differs is somebody's doing -----------------------------------------------------------------


def test_what_the_program_answers_otherwise_is_diverged_and_not_tampered(
    broken: Office, tmp_path: Path
) -> None:
    """As after a change of the program: the chain and its seals are whole, `apply` comes to another state."""
    assert broken.submit() == NEXT
    with broken.ports.database.write() as connection:
        changed = f"UPDATE events SET state_digest = '{'0' * 64}' WHERE case_number = '{NEXT}' AND seq = 1"
        connection.exec_driver_sql(changed)
    rewritten("next", lambda history: history)(broken, tmp_path)  # its hashes are made to fit
    seal(broken.ports, tmp_path / seal_file.NAME)
    found = checked(broken, tmp_path).findings
    assert [(f.kind, f.code, f.case, f.seq) for f in found] == [(DIVERGED, "replay_differs", NEXT, 1)]
