"""Comments: sealed, bound to their place, in order; and readings of an identity in the access log; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update

from engine.commands import Comment
from engine.errors import CommandReused, CommentUnfit, NotAllowed, NotFound, Refused, StateUnreadable
from engine.identity.disclosure import disclose
from engine.identity.policy import Actor
from engine.queries.case_file import case_file
from engine.store import access_log, comments
from engine.store.tables import cases
from engine.store.tables import comments as table
from tests.casework import PEOPLE, Office

SAID = "Kepala loket berjanji memeriksa jadwal piket."


def say(
    office: Office, number: str, text: str, actor: str = "petugas", command_id: str | None = None
) -> None:
    office.do(
        Comment(actor=actor, source="web", command_id=command_id or office.id(), case=number, text=text)
    )


def said(office: Office, number: str) -> list[str]:
    with office.ports.database.read() as connection:
        actor = Actor("auditor", frozenset(PEOPLE["auditor"]))
        return [one.text for one in case_file(office.ports, connection, actor, number).comments]


def test_a_comment_is_read_back_and_stands_nowhere_in_the_clear(office: Office) -> None:
    number = office.submit()
    say(office, number, SAID)
    assert said(office, number) == [SAID]
    with office.ports.database.read() as connection:
        (row,) = comments.of_case(connection, number)
        payloads = connection.execute(text("SELECT payload FROM events")).scalars().all()
    assert SAID.encode() not in row.blob
    assert not any("berjanji" in str(payload) for payload in payloads)


def test_comments_come_in_the_order_in_which_they_were_written(office: Office) -> None:
    number = office.submit()
    for nth in range(12):  # all at one instant: the tenth must not come after the first
        say(office, number, f"Catatan {nth}")
    assert said(office, number) == [f"Catatan {nth}" for nth in range(12)]
    with office.ports.database.read() as connection:
        newest = comments.of_case(connection, number, limit=2)
        every = comments.of_case(connection, number)
    assert newest == every[-2:]


def test_a_comment_moved_to_another_row_does_not_open(office: Office) -> None:
    office.tampered = True
    number = office.submit()
    say(office, number, "satu")
    say(office, number, "dua")
    with office.ports.database.write() as connection:
        one, two = comments.of_case(connection, number)
        connection.execute(update(table).where(table.c.id == one.id).values(blob=two.blob))
    with pytest.raises(StateUnreadable):
        said(office, number)


def test_the_same_comment_sent_twice_is_kept_once_and_another_under_its_id_is_refused(
    office: Office,
) -> None:
    number = office.submit()
    for _ in range(2):
        say(office, number, SAID, command_id="sekali")
    with pytest.raises(CommandReused):
        say(office, number, "lain", command_id="sekali")
    assert said(office, number) == [SAID]


def test_an_empty_comment_and_one_that_is_too_long_are_refused(office: Office) -> None:
    number = office.submit()
    for unfit in ("", "   ", "x" * 4_001):
        with pytest.raises(CommentUnfit):
            say(office, number, unfit)
    say(office, number, "x" * 4_000)
    assert len(said(office, number)) == 1


def test_only_staff_who_may_read_the_case_comment_on_it(office: Office) -> None:
    number = office.submit()
    for actor in ("auditor", "analis", "pengelola", "pengadu"):
        with pytest.raises(NotAllowed):
            say(office, number, SAID, actor)
    assert said(office, number) == []


def test_a_comment_is_possible_after_the_end_and_moves_nothing(office: Office) -> None:
    number = office.submit()
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    before = office.state(number)
    say(office, number, SAID)
    after = office.state(number)
    assert (after.work_items, after.timers, after.ending) == (before.work_items, before.timers, before.ending)
    assert said(office, number) == [SAID]


# --- an auditor reads an identity --------------------------------------------


def auditor(*more: str) -> Actor:
    return Actor("auditor", frozenset({"auditor", *more}))


def test_an_auditors_reading_is_in_the_access_log_and_not_in_the_case(office: Office) -> None:
    number = office.submit(nama="Warga Contoh", rahasia=True)
    with office.ports.database.read() as connection:
        events = connection.execute(text("SELECT count(*) FROM events")).scalar_one()
    disclose(office.ports, auditor(), number, why=" Memeriksa aduan ganda. ", source="web")
    with office.ports.database.read() as connection:
        (row,) = access_log.of_case(connection, number)
        assert connection.execute(text("SELECT count(*) FROM events")).scalar_one() == events
    assert (row.actor, row.act, row.why) == ("auditor", "identity:reveal", "Memeriksa aduan ganda.")
    assert row.at == office.now


def test_an_auditor_says_why(office: Office) -> None:
    number = office.submit(nama="Warga Contoh", rahasia=True)
    for why in ("", "  ", "x" * 501):
        with pytest.raises(Refused):
            disclose(office.ports, auditor(), number, why=why, source="web")
    with office.ports.database.read() as connection:
        assert access_log.of_case(connection, number) == []


def test_nobody_but_an_auditor_reads_by_the_log(office: Office) -> None:
    number = office.submit(nama="Warga Contoh", rahasia=True)
    for name in ("petugas", "sekretariat", "analis", "pengelola"):
        with pytest.raises(NotAllowed):
            disclose(office.ports, Actor(name, frozenset(PEOPLE[name])), number, why="ingin", source="web")
    with pytest.raises(NotFound):
        disclose(office.ports, auditor(), "PGD-2026-000099", why="ingin", source="web")


def test_a_comment_on_an_ended_case_leaves_its_end_where_it_was(office: Office) -> None:
    number = office.submit()
    while office.state(number).ending is None:
        office.complete(number)
    ended = office.now
    office.wait(days=2)
    say(office, number, SAID)
    with office.ports.database.read() as connection:
        assert connection.scalar(select(cases.c.ended_at)) == ended
