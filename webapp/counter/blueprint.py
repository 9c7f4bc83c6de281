"""The blueprint that the modules of this package register their views on, and who gets in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed
from engine.identity.policy import allowed
from engine.queries import counter
from webapp.context import ports
from webapp.security import current_actor, sign_in_required

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("counter", __name__)


def counter_only(view: View) -> View:
    """Only whoever acts for complainants at the counter gets to `view`; other staff read whose it is."""

    @wraps(view)
    @sign_in_required
    def guarded(*args: Any, **kwargs: Any) -> Any:
        with ports().database.read() as connection:
            serves = counter.serves(ports(), connection, current_actor())
            whose = () if serves else counter.counters(ports(), connection)
        if serves:
            return view(*args, **kwargs)
        may_complain = allowed(current_actor(), "case:submit_own")
        page = render_template("counter/foreign.html", whose=whose, may_complain=may_complain)
        return make_response(page, 403)

    return guarded  # type: ignore[return-value]


@blueprint.errorhandler(NotAllowed)
def kept_back(error: NotAllowed) -> ResponseReturnValue:
    """A complaint that is kept from this person; why, only when it is their own."""
    page = render_template(
        "counter/kept.html", number=error.detail.get("case"), own=error.detail.get("own", False)
    )
    return page, 403
