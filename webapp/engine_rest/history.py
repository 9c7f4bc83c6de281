"""What the lists of `/history` share. Everybody gets the cases whose history they may read."""

from __future__ import annotations

from datetime import datetime

from webapp.engine_rest.dto import Dto, Flag, Listed
from webapp.engine_rest.values import Moment


class Spans(Dto):
    """When it began and ended."""

    started_before: Moment | None = None
    started_after: Moment | None = None
    finished_before: Moment | None = None
    finished_after: Moment | None = None
    finished: Flag | None = None
    unfinished: Flag | None = None
    tenant_id_in: Listed | None = None
    without_tenant_id: Flag | None = None


def milliseconds(start: datetime, end: datetime | None) -> int | None:
    """How long it took."""
    return round((end - start).total_seconds() * 1000) if end else None
