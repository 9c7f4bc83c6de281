"""The task list: dense, the earliest due first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.errors import NotAllowed, NotFound
from engine.identity.disclosure import note
from engine.identity.policy import ADMINISTRATORS, ANALYSTS, AUDITORS, Actor
from engine.queries.task import TaskPage, task_page
from engine.queries.task_streams import View
from engine.queries.tasks import CAP, TaskRow, task_counts, task_list
from webapp import due
from webapp.command_id import fresh
from webapp.context import now, ports
from webapp.security import current_actor, sign_in_required
from webapp.tasks.blueprint import blueprint
from webapp.tasks.refusals import where

#: `?tampil=` -> view, in the order of the tabs.
VIEWS: Final[dict[str, View]] = {"saya": "mine", "kelompok": "group", "menunggu": "waiting", "semua": "all"}
#: Roles whose work is elsewhere, unless a diagram gives them a lane.
_OTHER_ROLES: Final = frozenset({ADMINISTRATORS, ANALYSTS, AUDITORS})


@dataclass(frozen=True)
class Tab:
    """A view that the person has, with how much is in it ("100+" at most)."""

    label: str
    href: str
    count: str
    current: bool


@blueprint.get("/tugas")
@sign_in_required
def listing() -> ResponseReturnValue:
    """`?tampil=saya|kelompok|menunggu|semua`, `?terlambat=1`, `?sesudah=<id>`; `?selesai=<id>` after a completion."""
    actor = current_actor()
    late = request.args.get("terlambat") == "1"
    after = request.args.get("sesudah") or None
    with ports().database.read() as connection:
        counts = task_counts(ports(), connection, actor)
        view = _view(counts)
        found = task_list(ports(), connection, actor, view, overdue=late, after=after)
        finished = _finished(connection, actor)
        calendar = ports().active_calendar(connection)
    note(ports(), actor, "work_item:list", shown=len(found.rows) + (finished is not None))
    return render_template(
        "tasks/list.html",
        wide=True,
        rows=found.rows,
        tabs=_tabs(counts, view, late),
        view=view,
        shown_as=next(name for name, of in VIEWS.items() if of == view),
        late=late,
        works=any(counts.values()) or not actor.groups <= _OTHER_ROLES,
        chip=lambda row: due.of_row(calendar, row, now()),
        until=lambda at: due.until(at, now()),
        lanes=len({row.lane for row in found.rows}) > 1 or view == "all",
        where=where,
        me=actor.id,
        may_take=view != "waiting",
        command_id=fresh,
        further=_address(view, late, sesudah=found.next) if found.next else None,
        first=_address(view, late) if after else None,
        finished=finished,
        following=_following(found.rows, actor) if finished else None,
    )


def _view(counts: dict[str, int] | Any) -> View:
    """The one asked for; by default everybody's for who sees all, else the groups'."""
    asked = VIEWS.get(request.args.get("tampil", ""))
    if asked is not None:
        return asked
    return "all" if "all" in counts else "group"


def _tabs(counts: Any, view: View, late: bool) -> list[Tab]:
    labels = {
        "mine": _("Tugas saya"),
        "group": _("Kelompok saya"),
        "waiting": _("Menunggu pengadu"),
        "all": _("Semua"),
    }
    tabs = [
        Tab(labels[name], _address(name, False), _count(counts[name]), view == name and not late)
        for name in VIEWS.values()
        if name in counts and not (name == "group" and "all" in counts and not counts[name])
    ]
    if "overdue" in counts:
        tabs.append(
            Tab(_("Terlambat"), _address("all", True), _count(counts["overdue"]), view == "all" and late)
        )
    return tabs


def _count(count: int) -> str:
    return f"{CAP}+" if count > CAP else str(count)


def _address(view: View, late: bool, **more: str) -> str:
    name = next(name for name, of in VIEWS.items() if of == view)
    return url_for("tasks.listing", tampil=name, **({"terlambat": "1"} if late else {}), **more)


def _finished(connection: Connection, actor: Actor) -> TaskPage | None:
    """What the person has just finished: read anew, so a page sent twice or loaded again says the same."""
    work_item = request.args.get("selesai")
    if not work_item:
        return None
    try:
        page = task_page(ports(), connection, actor, work_item)
    except (NotFound, NotAllowed):
        return None
    return page if page.task.ended_by == actor.id else None


def _following(rows: tuple[TaskRow, ...], actor: Actor) -> TaskRow | None:
    """The next task to do: the first on the page that is mine or free."""
    return next((row for row in rows if row.assignee in (None, actor.id)), None)
