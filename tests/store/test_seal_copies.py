"""Seals leave the machine: by mail to the auditor and into a file elsewhere, at least once, and a copy can be checked."""

from __future__ import annotations

import email
import email.policy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.history import seal_file
from engine.history.exports.export import export
from engine.history.seal import bridge, seal
from engine.history.seal_copies import COPY, MAIL
from engine.history.verify import verify
from engine.identity.policy import Actor
from engine.jobs.seal_copies import Places
from engine.jobs.sender import send
from engine.notifications.email import Email
from engine.notifications.port import Nowhere, Sender
from engine.queries.seal_copies import SealCopies, copies_of
from engine.runtime import close_incident
from engine.store import incidents, outbox
from engine.store.seals import Seal
from engine.store.tables import outbox as rows
from tests.casework import ROOT, Office
from tests.store.postbox import Postbox

ADDRESS = "auditor@contoh.id"


@pytest.fixture
def office(office: Office) -> Office:
    """Its seals go to the auditor by mail and to a share."""
    office.ports = replace(office.ports, seal_copies=frozenset({MAIL, COPY}))
    return office


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "data" / seal_file.NAME


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


def sealed(office: Office, home: Path) -> Seal:
    made = seal(office.ports, home)
    assert made is not None
    return made


def deliver(office: Office, channel: Sender, directory: Path | None) -> None:
    while send(office.ports, channel, base_url="", seals_to=Places(ADDRESS, directory)):
        pass


def copies(office: Office) -> SealCopies:
    with office.ports.database.read() as connection:
        found = copies_of(connection)
    assert found is not None
    return found


def attached(postbox: Postbox) -> dict[str, bytes]:
    """What came with the letters, by file name."""
    found = {}
    for _, raw in postbox.mail:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        for part in message.iter_attachments():
            found[str(part.get_filename())] = part.get_payload(decode=True)
    return found


def test_a_seal_goes_to_the_auditor_and_to_the_share(
    office: Office, home: Path, share: Path, postbox: Postbox
) -> None:
    office.submit()
    made = sealed(office, home)
    assert copies(office).mail == copies(office).file
    assert (copies(office).number, copies(office).mail and copies(office).mail.state) == (1, "waiting")
    deliver(office, Email(postbox.url), share)
    assert (share / seal_file.NAME).read_bytes() == home.read_bytes()
    assert [recipients for recipients, _ in postbox.mail] == [[ADDRESS]]
    assert attached(postbox) == {"segel-00000001.jsonl": home.read_bytes()}
    message = email.message_from_bytes(postbox.mail[0][1], policy=email.policy.default)
    text = message.get_body().get_content()
    for said in (made.hash, made.previous, "2026-11-24T01:00:00", "Rantai      2", "Chains      2"):
        assert said in text
    done = copies(office)
    assert done.mail is not None
    assert done.file is not None
    assert (done.mail.state, done.file.state) == ("sent", "sent")


def test_a_row_of_the_outbox_holds_the_number_only(office: Office, home: Path) -> None:
    sealed(office, home)
    with office.ports.database.read() as connection:
        found = connection.execute(select(rows.c.kind, rows.c.recipient, rows.c.payload)).all()
    assert {tuple(row[:2]) for row in found} == {(MAIL, "SEAL_MAIL"), (COPY, "SEAL_COPY")}
    assert [row.payload for row in found] == [{"seal": 1}, {"seal": 1}]


def test_without_the_settings_a_seal_stays_here(office: Office, home: Path) -> None:
    office.ports = replace(office.ports, seal_copies=frozenset())
    sealed(office, home)
    assert copies(office) == SealCopies(1, None, None)


def test_a_seal_after_a_restore_is_copied_too(office: Office) -> None:
    with office.ports.database.write() as connection:
        bridge(connection, office.now, office.ports.seal_copies)
    assert copies(office).mail is not None


def test_a_line_that_is_there_is_not_written_again(
    office: Office, home: Path, share: Path, postbox: Postbox
) -> None:
    sealed(office, home)
    office.submit()
    sealed(office, home)
    deliver(office, Email(postbox.url), share)
    whole = (share / seal_file.NAME).read_bytes()
    with office.ports.database.write() as connection:  # as after a sender that died before it could say so
        connection.execute(rows.update().values(sent_at=None, next_try=office.now))
    deliver(office, Email(postbox.url), share)
    assert (share / seal_file.NAME).read_bytes() == whole == home.read_bytes()


@pytest.mark.parametrize("place", ["missing", "a file", "nothing may be written"])
def test_a_share_that_cannot_be_written_is_tried_again_and_then_an_incident(
    office: Office, home: Path, share: Path, tmp_path: Path, place: str
) -> None:
    wrong = {"missing": tmp_path / "not mounted", "a file": home, "nothing may be written": Path("/proc")}[
        place
    ]
    office.submit()
    sealed(office, home)
    deliver(office, Nowhere(), wrong)
    failing = copies(office).file
    assert failing is not None
    assert (failing.state, failing.at) == ("failing", office.now + outbox.BACKOFF[0])
    for pause in outbox.BACKOFF:
        office.now += pause
        deliver(office, Nowhere(), wrong)
    given_up = copies(office).file
    assert given_up is not None
    assert given_up.state == "given_up"
    with office.ports.database.read() as connection:
        [incident] = incidents.unresolved(connection)
    assert incident.message.startswith("seal:copy to SEAL_COPY: ")
    assert str(tmp_path) not in incident.message
    assert not (tmp_path / "not mounted").exists()
    with office.ports.database.write() as connection:
        again = close_incident.send_again(
            connection, [incident.id], by="pengelola", at=office.now, source="cli"
        )
    assert again == 1
    deliver(office, Nowhere(), share)
    assert (share / seal_file.NAME).read_bytes() == home.read_bytes()


def test_a_share_that_tells_of_another_past_is_never_written_over(
    office: Office, home: Path, share: Path
) -> None:
    office.submit()
    sealed(office, home)
    other = home.read_bytes().replace(b'"periodic"', b'"bridging"').replace(b'"number":1', b'"number":9')
    (share / seal_file.NAME).write_bytes(other)
    deliver(office, Nowhere(), share)
    assert (share / seal_file.NAME).read_bytes() == other
    found = copies(office).file
    assert found is not None
    assert (found.state, found.error) == ("failing", "Refused")


def test_a_server_that_does_not_answer_is_tried_again(office: Office, home: Path, postbox: Postbox) -> None:
    sealed(office, home)
    deliver(office, Email("smtp://127.0.0.1:1"), None)
    failing = copies(office).mail
    assert failing is not None
    assert failing.state == "failing"
    office.now += outbox.BACKOFF[0]
    deliver(office, Email(postbox.url), None)
    assert len(postbox.mail) == 1


def test_the_letters_joined_prove_an_export_without_this_program(
    office: Office, home: Path, postbox: Postbox, tmp_path: Path
) -> None:
    for _ in range(3):
        office.submit()
        sealed(office, home)
    deliver(office, Email(postbox.url), None)
    files = attached(postbox)
    joined = tmp_path / "joined.jsonl"
    joined.write_bytes(b"".join(files[name] for name in sorted(files)))
    assert joined.read_bytes() == home.read_bytes()
    record = tmp_path / "export.jsonl"
    auditor = Actor("auditor", frozenset({"auditor"}))
    record.write_bytes(b"".join(export(office.ports, auditor, "jsonl", source="cli")))
    script = ROOT / "docs" / "periksa_riwayat.py"
    done = subprocess.run([sys.executable, "-I", script, record, joined], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "4 rantai, 0 temuan.")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda lines: lines, None),
        (lambda lines: lines[1:], None),
        (lambda lines: [lines[0], lines[2]], None),
        (lambda lines: [lines[0], lines[1].replace(b'"periodic"', b'"bridging"')], "seal_copy_differs"),
        (lambda lines: [*lines, lines[2].replace(b'"number":3', b'"number":4')], "seal_copy_ahead"),
        (lambda lines: [*lines, b"{}\n"], "seal_copy_unreadable"),
    ],
)
def test_a_copy_from_elsewhere_is_compared_line_by_line(
    office: Office, home: Path, spoil: Callable[[list[bytes]], list[bytes]], code: str | None
) -> None:
    for _ in range(3):
        office.submit()
        sealed(office, home)
    copy = seal_file.parse(b"".join(spoil(home.read_bytes().splitlines(keepends=True))))
    with office.ports.database.read() as connection:
        report = verify(office.ports, connection, seals=seal_file.read(home), copy=copy)
    assert [finding.code for finding in report.findings] == ([code] if code else [])
