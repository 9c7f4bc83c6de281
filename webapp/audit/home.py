"""Where the auditor begins: what there is to look at, and the cases of an audit day."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed
from engine.identity.policy import allowed
from engine.queries.public import normalise_number
from engine.queries.sample import MOST, Sample, sample
from webapp.audit.blueprint import blueprint
from webapp.context import now, ports, zone
from webapp.security import current_actor, sign_in_required

#: So many cases when nothing else is asked for.
USUAL: Final = 25
#: Characters of a seed.
LONGEST_SEED: Final = 40


@blueprint.get("")
@sign_in_required
def home() -> ResponseReturnValue:
    """The audit's pages; with `?sampel=25&benih=N` a sample of ended cases that anybody can draw again."""
    actor = current_actor()
    if not allowed(actor, "report:read"):
        raise NotAllowed(act="report:read")
    if wanted := request.args.get("nomor", "").strip():
        return redirect(url_for("audit.replay", number=normalise_number(wanted)))
    seed = request.args.get("benih", "").strip()[:LONGEST_SEED]
    size = _size(request.args.get("sampel", ""))
    return render_template(
        "audit/home.html",
        may={
            act
            for act in ("access:read", "history:export", "history:replay", "history:verify", "user:read")
            if allowed(actor, act)
        },
        drawn=_drawn(size, seed) if seed else None,
        size=size,
        seed=seed or f"{now().astimezone(zone()):%Y-%m}",
        most=MOST,
        longest=LONGEST_SEED,
    )


def _drawn(size: int, seed: str) -> Sample:
    with ports().database.read() as connection:
        return sample(ports(), connection, current_actor(), size=size, seed=seed)


def _size(asked: str) -> int:
    """What was asked for, as far as it makes sense."""
    return min(max(int(asked), 1), MOST) if asked.isascii() and asked.isdigit() and len(asked) < 9 else USUAL
