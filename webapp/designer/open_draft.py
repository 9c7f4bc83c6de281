"""What the scripts of the modeler and the form editor send and are told of a draft: the same, so that they share their own code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import Connection

from engine.store import design_drafts
from engine.store.design_drafts import DesignDraft
from webapp.languages import clock, moment
from webapp.security import current_actor
from webapp.timeline import person


def sent() -> dict[str, Any]:
    """The object of JSON in this request; empty where it is none."""
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def saved(draft: DesignDraft | None, names: Mapping[str, str]) -> dict[str, Any]:
    """Who saved last, and when; empty before anybody did."""
    if draft is None:
        return {"revision": 0, "saved_by": "", "saved_at": "", "clock": ""}
    by, at = person(draft.saved_by, names), draft.saved_at
    return {"revision": draft.revision, "saved_by": by, "saved_at": moment(at), "clock": clock(at)}


def others(
    connection: Connection, process: str, name: str, names: Mapping[str, str], at: datetime
) -> list[tuple[str, datetime]]:
    """Who else has the file open, and since when they were last heard of."""
    here, me = design_drafts.editors(connection, process, name, at), current_actor().id
    return [(person(user, names), since) for user, since in here if user != me]
