"""The places of the staff: where their work is, as far as the policy lets them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import g, request
from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as __
from flask_security import current_user

from engine.identity.policy import Actor
from engine.queries.places import Work, work_of
from webapp.context import ports


@dataclass(frozen=True)
class Place:
    """A page that the head offers; who may do one of `acts` has business there."""

    text: LazyString
    address: str
    icon: str
    acts: frozenset[str]

    @property
    def current(self) -> str | None:
        """What `aria-current` says: "page" here, "true" on a page below."""
        if request.path == self.address:
            return "page"
        return "true" if request.path.startswith(f"{self.address}/") else None


#: In the order of the head; the first that a person has is where they start.
_PLACES = (
    Place(__("Tugas"), "/tugas", "tasks", frozenset({"work_item:list"})),
    Place(__("Loket"), "/loket", "counter", frozenset({"case:submit"})),
    # a list of many, which only English tells apart from one
    Place(lazy_pgettext("daftar", "Pengaduan"), "/pengaduan", "case", frozenset({"case:search"})),
    Place(__("Audit"), "/audit", "audit", frozenset({"report:read"})),
    Place(__("Pengelola"), "/pengelola", "manage", frozenset({"user:read", "incident:read"})),
    Place(__("Proses"), "/proses", "trace", frozenset({"definition:read"})),
)


#: What else pages ask of the same table.
_BESIDE: Final = frozenset({"case:submit_own"})
_ASKED: Final = _BESIDE.union(*(place.acts for place in _PLACES))


def places() -> list[Place]:
    """The places of whoever is signed in."""
    return [place for place in _PLACES if place.acts & acts()]


def acts() -> frozenset[str]:
    """What they may do somewhere, of the places' acts and those beside."""
    return _work().acts


def first_place() -> str:
    """Where they go on after signing in."""
    return next((place.address for place in places()), "/tugas")


def groups() -> list[str]:
    """Their groups as people say them: a lane by its name in the diagram, others by their own."""
    lanes = _work().lanes
    return sorted(lanes.get(group, group.replace("_", " ").capitalize()) for group in current_user.groups)


def _work() -> Work:
    """Asked for once a request."""
    if "work" not in g:
        actor = Actor(current_user.id, current_user.groups, active=current_user.active)
        with ports().database.read() as connection:
            g.work = work_of(ports(), connection, actor, _ASKED)
    return g.work  # type: ignore[no-any-return]
