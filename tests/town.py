"""The complaints of a whole town: 2,000 cases of the shipped process, made by commands through `handle`.

Every ending, loops of one to three replies, late steps, cases closed at the counter, by message and by the timer,
entered by an officer for somebody else and for themselves, running ones at every step, comments, erased people. Each
case has its fate; the fates are dealt out by number and their waits by a seeded chance, so every town is the same.
The cases run side by side, as in an office: whoever waits shortest acts next, limits are swept and histories sealed
in between. The code of the walk knows no step: a form's keys and a task's group say what is to be done.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from engine.commands import COMPLAINANT, Claim, Comment, Complete, Delegate, Release, SendMessage, Submit
from engine.history import seal_file
from engine.history.seal import seal
from engine.identity.policy import Actor
from engine.jobs.sweeper import sweep
from engine.runtime.erase import erase
from engine.runtime.handle import Outcome
from engine.runtime.ports import Ports
from engine.store import migrations
from engine.store.keyring import Keyring
from engine.store.session import Database
from tests.casework import COMPLAINT, MASTER, PROCESS, USUAL, WORKER, ZONE, Office, open_office

CASES: Final = 2_000
FILE: Final = "pengaduan.sqlite3"
#: Complaints come in from the first instant to the second; at the third the last ones do, and at
#: the fourth somebody looks at the record.
BEGUN = datetime(2026, 6, 1, 8, tzinfo=ZONE)
LAST = datetime(2026, 8, 28, 16, tzinfo=ZONE)
TODAY = datetime(2026, 11, 24, 9, tzinfo=ZONE)
NOW = TODAY + timedelta(minutes=30)
#: How often limits are swept, and what grew is sealed. A case is moved to its due instants by whoever touches it.
SWEEP, SEAL = timedelta(hours=12), timedelta(days=14)

CLOSED_BY: Final = ("complainant", "counter", "message", "timer")
CATEGORIES: Final = ("Pelayanan loket", "Koperasi", "PIRT", "Izin dan NIB", "Sertifikat halal")
CHANNELS: Final = ("web", "whatsapp", "telepon", "surat", "loket_mpp")
OUT_OF_SCOPE: Final = ("berkadar_pengawasan", "bukan_kewenangan", "tidak_layak")


@dataclass(frozen=True)
class Fate:
    """What becomes of a case."""

    #: How it is closed, if it comes so far.
    closed_by: str = "complainant"
    #: Replies before.
    replies: int = 0
    #: It is out of scope at the nth look of it; 0: never.
    referred: int = 0
    #: It rests after so many steps; None: it goes on to its end.
    rests: int | None = None
    #: Every so many staff steps one is late; 0: none.
    late: int = 0
    #: Who enters it, where it is not the complainant, and whether it is their own.
    entered_by: str | None = None
    own: bool = False
    comments: int = 0
    erased: bool = False


def fate(nth: int) -> Fate:
    """Of the nth case, from 0 on. Rare things come in every hundred; what is common fills up."""
    at = nth % 100
    if at < 18:
        found = Fate(referred=1)
    elif at < 25:
        found = Fate(referred=2)
    elif at < 47:
        found = Fate(rests=(nth // 100 + at) % 7, replies=at % 3 == 0)
    elif at < 55:
        found = Fate(replies=(1, 1, 2, 1, 1, 3, 1, 2)[at - 47], closed_by=CLOSED_BY[at % 4])
    else:
        found = Fate(closed_by=(*CLOSED_BY, "complainant")[at % 5])
    found = replace(found, late=(0, 0, 3, 5, 1)[nth % 5])
    if nth % 12 == 0:
        found = replace(found, entered_by="petugas")
    if nth % 97 == 0:
        found = replace(found, entered_by="sekretariat", own=True, closed_by="timer")
    return replace(found, comments=int(nth % 40 == 7), erased=nth % 50 == 31)


def build(folder: Path, number: int = CASES) -> None:
    """Make the town below `folder`: `pengaduan.sqlite3` and the seals outside it."""
    database = Database(f"sqlite:///{folder / FILE}", synchronous="OFF")
    migrations.upgrade(database)
    office = open_office(database, now=BEGUN.replace(tzinfo=None).isoformat())
    _Months(office, folder / seal_file.NAME).pass_over(number)
    database.dispose()


def enter(folder: Path) -> Office:
    """An office over a town that was built; it is NOW there."""

    def clock(connection: Connection) -> datetime:
        return office.now

    database = Database(f"sqlite:///{folder / FILE}", synchronous="OFF")
    office = Office(Ports(database, Keyring(MASTER), clock), NOW)
    return office


class _Months:
    """The months that pass over the town."""

    def __init__(self, office: Office, seals: Path) -> None:
        self.office, self.seals = office, seals
        with office.ports.database.read() as connection:
            self.definition = office.ports.active_definition(connection, PROCESS)
        self._erased: list[str] = []

    def pass_over(self, number: int) -> None:
        spacing = (LAST - BEGUN) / number
        waiting: list[tuple[datetime, int, Iterator[timedelta]]] = []
        for nth in range(number):
            begins = TODAY if self._rests_with_the_public(fate(nth)) else BEGUN + spacing * nth
            heappush(waiting, (begins, nth, self._case(fate(nth), random.Random(nth))))
        next_sweep, next_seal = BEGUN + SWEEP, BEGUN + SEAL
        while waiting:
            at, nth, case = heappop(waiting)
            while at >= next_sweep:
                self._all_due(next_sweep)
                next_sweep += SWEEP
            if at >= next_seal:
                seal(self.office.ports, self.seals)
                next_seal += SEAL
            self.office.at(at)
            assert at < NOW, "whatever came in before today has come as far as it shall"
            if (wait := next(case, None)) is not None:
                heappush(waiting, (at + wait, nth, case))
        for number in self._erased:
            why = f"Permintaan yang bersangkutan, berita acara {number[-6:]}"
            pengelola = Actor("pengelola", frozenset({"pengelola"}))
            erase(self.office.ports, pengelola, number, why, source="cli", seals=self.seals)
        seal(self.office.ports, self.seals)

    def _rests_with_the_public(self, fate: Fate) -> bool:
        """A limit closes what rests with the complainant: it comes in today and goes through at once."""
        return fate.rests == len(self.definition.user_tasks()) - 2

    def _all_due(self, at: datetime) -> None:
        self.office.at(at)
        while sweep(self.office.ports):
            pass

    def _case(self, fate: Fate, chance: random.Random) -> Iterator[timedelta]:
        """Walk one case; yields how long it waits before each of its steps."""
        outcome = self._submitted(fate, chance)
        replies, looks, steps = fate.replies, 0, 0
        brisk = self._rests_with_the_public(fate)
        while steps != fate.rests or replies:
            steps += 1
            [item] = outcome.open_items
            element = self.definition.elements[item.split(":")[1]]
            if element.public and fate.closed_by == "timer" and not replies:
                return
            late = bool(fate.late) and not element.public and steps % fate.late == 0
            yield timedelta(
                minutes=1 if brisk else chance.randint(1500, 4500) if late else chance.randint(2, 100)
            )
            if element.public:
                outcome = self._answered(item, fate, replies, chance)
                if replies:
                    replies, steps = replies - 1, 0
            else:
                keys = self.definition.own_keys(element.id)
                looks += "lingkup" in keys
                out = "lingkup" in keys and looks == fate.referred
                outcome = self._worked(item, element.group or "", out, chance)
            if fate.comments and steps == 2:
                self._do(Comment, "sekretariat", case=outcome.case, text="Mohon didahulukan minggu ini.")
            if outcome.ending:
                break
        if fate.erased and outcome.ending:
            self._erased.append(outcome.case)

    def _submitted(self, fate: Fate, chance: random.Random) -> Outcome:
        given = {
            **COMPLAINT,
            "kategori": chance.choice(CATEGORIES),
            "kanal": chance.choice(CHANNELS),
            "rahasia": chance.random() < 0.1,
        }
        on_behalf = COMPLAINANT if fate.entered_by and not fate.own else None
        attested = {"attested": chance.choice(("ktp", "sim", "tanpa"))} if on_behalf else {}
        who = fate.entered_by or COMPLAINANT
        return self._do(Submit, who, process=PROCESS, answers=given, on_behalf=on_behalf, **attested)

    def _worked(self, item: str, group: str, out: bool, chance: random.Random) -> Outcome:
        """A step of the staff: by one of the group, now and then taken, given back or handed on before."""
        who = WORKER[group]
        if who == "petugas" and chance.random() < 0.3:
            who = "petugas2"
            self._do(Claim, who, work_item=item)
            if chance.random() < 0.3:
                self._do(Release, who, work_item=item)
            elif chance.random() < 0.3:
                self._do(Delegate, who, work_item=item, to="petugas")
                who = "petugas"
        said: Mapping[str, Any] = {}
        if out:
            where = chance.choice(OUT_OF_SCOPE)
            said = {"lingkup": where, "konfirmasi_akhir": True}
            if where != "tidak_layak":
                said |= {"tujuan_rujukan": "Inspektorat"}
        return self._complete(item, who, said)

    def _answered(self, item: str, fate: Fate, replies: int, chance: random.Random) -> Outcome:
        """The complainant's turn: a reply, or the end, in the way of the fate."""
        if replies:
            reply = {"tanggapan": "respon_balik", "isi_respon_balik": "Belum jelas jadwalnya."}
            return self._complete(item, COMPLAINANT, reply)
        if fate.closed_by == "message":
            [(message, group)] = self.definition.senders().items()
            return self._do(SendMessage, WORKER[group or ""], case=item.split(":")[0], message=message)
        if fate.closed_by == "counter":
            shown = {"on_behalf": COMPLAINANT, "attested": "tanda_terima"}
            return self._complete(item, "petugas", {}, **shown)
        return self._complete(item, COMPLAINANT, {"nilai": chance.randint(1, 5)})

    def _complete(self, item: str, who: str, said: Mapping[str, Any], **more: Any) -> Outcome:
        form = self.definition.form_of(item.split(":")[1])
        answers = {**USUAL[form.id if form else ""], **said}
        return self._do(Complete, who, work_item=item, answers=answers, claim=True, **more)

    def _do(self, command: Any, who: str, **more: Any) -> Outcome:
        return self.office.do(command(actor=who, source="web", command_id=self.office.id(), **more))
