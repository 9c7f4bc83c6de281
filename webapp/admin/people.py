"""The list of the office's people, and what one person's page shows."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.queries import people as read
from engine.store import users
from engine.store.users import User
from webapp.admin.blueprint import blueprint, needs
from webapp.admin.words import group_name
from webapp.context import ports


@blueprint.get("/pengguna")
@needs("user:read")
def people() -> ResponseReturnValue:
    """Everybody, the active ones first; `?cari=` by name, user name or group."""
    search = request.args.get("cari", "")[:100]
    with ports().database.read() as connection:
        found = read.people(ports(), connection, search)
        ended, soon = read.ending(ports(), connection)
        known = {group.id: group_name(group) for group in read.known_groups(ports(), connection)}
    return render_template(
        "admin/people.html",
        wide=True,
        people=found,
        ended=ended,
        soon=soon,
        search=search,
        called=known,
        done=request.args.get("sudah"),
    )


def the_user(id: str) -> User:
    """The person of this page. Raises `NotFound`."""
    with ports().database.read() as connection:
        user = users.get(connection, id)
    if user is None:
        raise NotFound(user=id)
    return user


def held(id: str) -> dict[str, Any]:
    """The open tasks that a person holds, and how many there are in all."""
    with ports().database.read() as connection:
        return {
            "held": read.held_by(ports(), connection, id),
            "held_count": read.held_count(connection, id),
        }
