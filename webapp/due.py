"""The due chip and the sentence that explains it: "45 menit jam kerja lagi", "terlambat 1 jam 10 menit".

Times come from `engine.office_hours` as data; here they become words (SOP column *Waktu*).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from flask_babel import gettext as _

from engine.office_hours import Calendar, Explanation, Skipped, elapsed
from engine.queries.case import Activation, Limit
from engine.queries.stays import Spent
from webapp.languages import moment, weekday, weekday_clock

Tone = Literal["normal", "soon", "late"]

#: Beyond this many days a weekday's name alone could mean two days.
_A_WEEK: Final = timedelta(days=6)


@dataclass(frozen=True)
class Chip:
    """What the chip says; `tone` is never the only sign of it."""

    text: str
    tone: Tone


class Limited(Protocol):
    """As much of a row of a list as its chip needs."""

    @property
    def created(self) -> datetime: ...
    @property
    def due(self) -> datetime | None: ...
    @property
    def wall_clock(self) -> bool: ...


def chip(
    calendar: Calendar, due: datetime, *, since: datetime, now: datetime, wall_clock: bool = False
) -> Chip:
    """How long is left of a limit that ran from `since` to `due`, or how long it has passed, at `now`.

    In office time, or in plain hours for a timer that runs day and night. "Soon" begins at half the limit.
    """

    def between(start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta()) if wall_clock else elapsed(calendar, start, end)

    if now > due:
        late = between(due, now)
        # after closing time no office minute has passed yet, and it is late all the same
        text = _("terlambat %(time)s", time=length(late)) if late >= timedelta(minutes=1) else _("terlambat")
        return Chip(text, "late")
    left = between(now, due)
    tone: Tone = "soon" if left * 2 <= between(since, due) else "normal"
    if left < timedelta(minutes=1):
        return Chip(_("jatuh tempo sekarang"), "soon")
    return Chip(_left(left, wall_clock), tone)


def of_task(calendar: Calendar, task: Activation, limit: Limit | None, now: datetime) -> Chip | None:
    """The chip of an open task; None for one without a limit, or a finished one."""
    if task.due is None or not task.is_open:
        return None
    wall_clock = limit is not None and limit.wall_clock
    return chip(calendar, task.due, since=task.created, now=now, wall_clock=wall_clock)


def of_row(calendar: Calendar, row: Limited, now: datetime) -> Chip | None:
    """The chip of a row of a list; None without a limit."""
    if row.due is None:
        return None
    return chip(calendar, row.due, since=row.created, now=now, wall_clock=row.wall_clock)


def until(at: datetime, now: datetime) -> str:
    """The day's name and the time, within the week; else the date."""
    return weekday_clock(at) if abs(at - now) < _A_WEEK else moment(at)


def spent(time: Spent) -> str:
    """ "35 menit jam kerja (16 jam 5 menit menurut jam dinding)"; once, where both say the same."""
    clock = clock_length(time.clock)
    if time.office < timedelta(minutes=1) <= time.clock:
        return _("%(clock)s, di luar jam kerja", clock=clock)
    office = _("%(time)s jam kerja", time=length(time.office))
    if differ(time):
        return _("%(office)s (%(clock)s menurut jam dinding)", office=office, clock=clock)
    return office


def differ(time: Spent) -> bool:
    """Whether the clock says something else than the office's hours, to the minute."""
    return int(time.office.total_seconds()) // 60 != int(time.clock.total_seconds()) // 60


def clock_length(time: timedelta) -> str:
    """ "3 hari 2 jam" of plain time: minutes are no matter then."""
    if not time.days:
        return length(time)
    hours = time.seconds // 3600
    if not hours:
        return _("%(days)d hari", days=time.days)
    return _("%(days)d hari %(hours)d jam", days=time.days, hours=hours)


def length(time: timedelta) -> str:
    """ "1 jam 10 menit"; seconds are dropped."""
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    if not hours:
        return _("%(minutes)d menit", minutes=minutes)
    if not minutes:
        return _("%(hours)d jam", hours=hours)
    return _("%(hours)d jam %(minutes)d menit", hours=hours, minutes=minutes)


def explain(explanation: Explanation) -> str:
    """ "dihitung mulai Jumat 13.15, Senin libur (Maulid), sampai Selasa 09.15"."""
    return ", ".join(_parts(explanation))


def _left(left: timedelta, wall_clock: bool) -> str:
    if wall_clock:
        return _("%(time)s lagi", time=length(left))
    if left.total_seconds() % 3600 < 60:
        return _("%(hours)d jam kerja lagi", hours=left.total_seconds() // 3600)
    return _("%(time)s jam kerja lagi", time=length(left))


def _parts(explanation: Explanation) -> Iterator[str]:
    if explanation.clock == "wall" or not explanation.counted:
        yield _("dihitung siang dan malam mulai %(start)s", start=weekday_clock(explanation.started))
        return
    first, last = explanation.counted[0], explanation.counted[-1]
    far = last.end - explanation.started > _A_WEEK
    if explanation.started < first.start:
        yield _("masuk %(at)s di luar jam kerja", at=_at(explanation.started, far))
    waited = [skipped for skipped in explanation.skipped if skipped.last < first.start.date()]
    yield from _phrases(waited)
    yield _("dihitung mulai %(at)s", at=_at(first.start, far))
    yield from _phrases(skipped for skipped in explanation.skipped if skipped not in waited)
    if explanation.skipped_more:
        yield _("dan %(count)d hari lain tidak dihitung", count=explanation.skipped_more)
    yield _("sampai %(at)s", at=_at(last.end, far))


def _phrases(skipped: Iterable[Skipped]) -> Iterable[str]:
    """Each thing once: a limit of many days passes over many midday breaks."""
    return dict.fromkeys(map(_passed_over, skipped))


def _passed_over(skipped: Skipped) -> str:
    days = weekday(skipped.first)
    if skipped.last > skipped.first:
        days = _("%(first)s sampai %(last)s", first=days, last=weekday(skipped.last))
    match skipped.reason:
        case "holiday":
            return _("%(days)s libur (%(name)s)", days=days, name=skipped.name)
        case "weekend":
            return _("akhir pekan tidak dihitung")
        case "break":
            return _("jam istirahat tidak dihitung")
        case "closed":
            return _("%(days)s kantor tutup", days=days)


def _at(at: datetime, far: bool) -> str:
    return f"{weekday(at)} {weekday_clock(at).rpartition(' ')[2]}" if far else weekday_clock(at)
