"""What stopped and waits for somebody to look: try it again, send a letter again, or close what was seen to."""

from __future__ import annotations

import re
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import RetryIncident
from engine.errors import NotFound, Refused, StillFailing
from engine.queries import incidents as read
from engine.queries.incidents import PAGE
from engine.runtime import close_incident
from engine.runtime.handle import handle
from engine.store import incidents as store
from webapp.admin.blueprint import acting, blueprint, may, names, needs
from webapp.admin.words import act, cause, remedy
from webapp.command_id import command_id
from webapp.context import ports
from webapp.errors import sentence
from webapp.given_back import given_back_by
from webapp.security import current_actor

_NUMBER = re.compile(r"K-[0-9A-F]{6}")


@blueprint.get("/kendala")
@needs("incident:read")
def incidents(incident: str = "") -> ResponseReturnValue:
    """Open incidents, letters that were given up, and those closed last."""
    return _page()


@blueprint.post("/kendala/<incident>/coba-lagi")
@given_back_by(incidents)
@needs("incident:retry")
def retry(incident: str) -> ResponseReturnValue:
    """Try again what this incident stopped, and tell what came of it."""
    with ports().database.read() as connection:
        found = store.get(connection, incident)
    command = RetryIncident(
        actor=current_actor().id,
        source="web",
        command_id=command_id(),
        case=found.case_number,
        incident=incident,
    )
    try:
        handle(ports(), command)
    except StillFailing:
        failed = _("Masih gagal; sebabnya belum hilang.") + " " + remedy(found.error_code)
        return _page(refused=f"{incident}: {failed}"), 409
    except NotFound:
        return _page(refused=_gone(incident)), 409
    except Refused as error:
        return _page(refused=f"{incident}: {sentence(error)}"), 409
    return _done("coba", incident)


@blueprint.post("/kendala/<incident>/tutup")
@given_back_by(incidents)
@needs("incident:retry")
def close(incident: str) -> ResponseReturnValue:
    """It was seen to."""
    return _carry_out("tutup", incident)


@blueprint.post("/kendala/<incident>/kirim-lagi")
@given_back_by(incidents)
@needs("incident:retry")
def send_again(incident: str) -> ResponseReturnValue:
    """Send the letter once more."""
    return _carry_out("kirim", incident)


@blueprint.post("/kendala/kirim-lagi")
@given_back_by(incidents)
@needs("incident:retry")
def send_all_again() -> ResponseReturnValue:
    """Send every letter of the page once more."""
    with ports().database.write() as connection:
        letters = [one.id for one in store.unresolved(connection, letters=True, limit=PAGE)]
        close_incident.send_again(connection, letters, **acting(connection))
    return redirect(url_for("admin.incidents", sudah="kirim"), 303)


def _carry_out(done: str, incident: str) -> ResponseReturnValue:
    try:
        with ports().database.write() as connection:
            if done == "kirim":
                close_incident.send_again(connection, [incident], **acting(connection))
            else:
                close_incident.close(connection, incident, **acting(connection))
    except NotFound:
        return _page(refused=_gone(incident)), 409
    except Refused:
        return _page(refused=f"{incident}: " + _("Kendala ini menahan pengaduannya; coba lagi.")), 409
    return _done(done, incident)


def _done(what: str, incident: str) -> ResponseReturnValue:
    return redirect(url_for("admin.incidents", sudah=what, kendala=incident), 303)


def _gone(incident: str) -> str:
    return _("Kendala %(incident)s tidak ada atau sudah ditutup.", incident=incident)


def _page(refused: str = "") -> str:
    with ports().database.read() as connection:
        halting, letters, other = store.open_counts(connection)
        found = read.open_incidents(ports(), connection, request.args.get("sesudah"))
        given: dict[str, Any] = {
            "letters": read.letters_given_up(ports(), connection),
            "closed": read.closed_incidents(ports(), connection),
            "names": names(connection),
        }
    number = request.args.get("kendala", "")
    return render_template(
        "admin/incidents.html",
        wide=True,
        rows=found.rows,
        further=found.next,
        halting=halting,
        other=other,
        letter_count=letters,
        page=PAGE,
        act=act,
        cause=cause,
        remedy=remedy,
        change=may("incident:retry"),
        refused=refused,
        done=None if refused else request.args.get("sudah"),
        number=number if _NUMBER.fullmatch(number) else "",
        **given,
    )
