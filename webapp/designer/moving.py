"""*Pindah versi*: running cases go on in another version; what can move, what cannot and why, then a batch at a press."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definition.model import Element, ProcessDefinition
from engine.definition.sentences.moves import why
from engine.errors import EngineError, NotFound, NotMigratable, Refused
from engine.queries.processes import Process, process
from engine.runtime.migration import Plan, Standing, move, plan
from webapp.command_id import command_id, fresh
from webapp.context import ports
from webapp.designer.blueprint import blueprint
from webapp.designer.replacing import asked_mapping, pairs_of, replacements
from webapp.given_back import given_back_by
from webapp.languages import language
from webapp.security import current_actor, needs

#: So many cases are moved by one press, that no page waits for long; so many that stay are named.
BATCH: Final = 100
SHOWN: Final = 50
_REFUSED: Final = re.compile(r"(PGD-\d{4}-\d{6,}) ([a-z_]{1,40})")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which versions the page is about, and what takes whose place."""

    old: ProcessDefinition
    new: ProcessDefinition
    mapping: Mapping[str, str]

    @property
    def pairs(self) -> list[str]:
        """As a form and an address say it, what has no replacement included: "old=new", "gone="."""
        return pairs_of(self.old, self.new, self.mapping)


@blueprint.get("/<key>/pindah")
@needs("definition:migrate")
def moving(key: str) -> ResponseReturnValue:
    """What a move would do; nothing moves yet. `?dari=1&ke=2&ganti=old%3Dnew`."""
    with ports().database.read() as connection:
        whole = process(ports(), connection, key)
        asked = _asked(whole)
        found: Plan | None = None
        refused = ""
        if asked is not None:
            try:
                found = plan(ports(), connection, asked.old.id, asked.new.id, asked.mapping)
            except Refused as error:
                refused = _cannot(str(error.detail.get("reason")))
    return render_template(
        "designer/moving.html",
        wide=True,
        process=whole,
        asked=asked,
        plan=found,
        refused=refused,
        steps=_steps(found) if found else [],
        reasons=_reasons(found.stuck) if found else [],
        replacements=replacements(asked.old, asked.new, asked.mapping) if asked else [],
        batch=BATCH,
        shown=SHOWN,
        moved=request.args.get("pindah", type=int),
        failed=list(_failed()),
        command_id=fresh(),
    )


@blueprint.post("/<key>/pindah")
@given_back_by(moving)
@needs("definition:migrate")
def move_cases(key: str) -> ResponseReturnValue:
    """Move up to `BATCH` cases; the page then tells of the rest."""
    with ports().database.read() as connection:
        asked = _asked(process(ports(), connection, key))
        if asked is None:
            return redirect(url_for("designer.moving", key=key), 303)
        found = plan(ports(), connection, asked.old.id, asked.new.id, asked.mapping)
    done = list(
        move(
            ports(),
            found.movable[:BATCH],
            to=asked.new.id,
            mapping=asked.mapping,
            actor=current_actor().id,
            source="web",
            command_id=command_id(),
        )
    )
    told = [f"{one.case} {_code(one.error)}" for one in done if one.error is not None]
    return redirect(
        url_for(
            "designer.moving",
            key=key,
            dari=asked.old.version,
            ke=asked.new.version,
            ganti=asked.pairs,
            pindah=len(done) - len(told),
            gagal=told[:SHOWN],
        ),
        303,
    )


def _asked(whole: Process) -> Asked | None:
    """By default from the version with most running cases that is not in force to the one that is; None with only one
    version. Raises `NotFound` for a version that is not there.
    """
    versions = {one.definition.version: one for one in whole.versions}
    if len(versions) < 2 or whole.active is None:
        return None
    active = whole.active.definition.version
    others = [one for one in whole.versions if one.definition.version != active]
    usual = max(others, key=lambda one: (one.running, one.definition.version)).definition.version
    old = request.values.get("dari", usual, type=int)
    new = request.values.get("ke", active, type=int)
    if old not in versions or new not in versions:
        raise NotFound(f"{whole.key} has no version {old if old not in versions else new}.")
    before, after = versions[old].definition, versions[new].definition
    return Asked(before, after, asked_mapping(before, after))


def _steps(found: Plan) -> list[tuple[Element, int, int]]:
    """(step, how many cases there can move, how many cannot), in the order of the diagram."""
    can = Counter(step for one in found.standing if not one.reasons for step in one.steps)
    cannot = Counter(step for one in found.stuck for step in one.steps)
    return [
        (element, can[element.id], cannot[element.id])
        for element in found.old.elements.values()
        if element.id in can or element.id in cannot
    ]


def _reasons(stuck: tuple[Standing, ...]) -> list[tuple[str, list[str]]]:
    """Each reason once, with the cases it keeps."""
    by_reason: dict[str, list[str]] = {}
    for one in stuck:
        by_reason.setdefault(why(one.reasons, language()), []).append(one.case)
    return list(by_reason.items())


def _failed() -> Iterator[tuple[str, str]]:
    for entry in request.args.getlist("gagal")[:SHOWN]:
        match = _REFUSED.fullmatch(entry)
        if match:
            yield match[1], _why(match[2])


def _cannot(reason: str) -> str:
    """Why nothing can be planned with these versions and replacements."""
    return {
        "not_another_version": _("Pilih dua versi yang berbeda."),
        "mapping_unknown": _("Salah satu pengganti tidak ada di diagramnya; pilih lagi."),
        "mapping_kind": _("Pengganti harus sejenis dengan yang digantikan; pilih lagi."),
        "mapping_twice": _("Dua elemen tidak dapat digantikan oleh satu elemen yang sama; pilih yang lain."),
    }.get(reason, _("Pilih lagi versi dan penggantinya."))


def _code(error: EngineError) -> str:
    return error.detail["reasons"][0][0] if isinstance(error, NotMigratable) else error.code  # type: ignore[index, no-any-return]


def _why(code: str) -> str:
    return {
        "not_allowed": _("ini pengaduan Anda sendiri; minta analis lain"),
        "case_ended": _("pengaduannya berakhir sebelum dipindahkan"),
    }.get(code, _("keadaannya berubah sejak halaman ini dibuka; lihat daftar di bawah"))
