"""What a hash on paper was the head of: a sheet of the archive carries it in words and as a QR of this address."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import NotAllowed
from engine.identity.policy import allowed
from engine.queries.proof import ACT, HashOfSeal, HeadOfCase, SealedAndGone, look_up, normalise_hash
from engine.queries.public import normalise_number
from webapp.audit.blueprint import blueprint
from webapp.context import ports
from webapp.security import current_actor, sign_in_required


@blueprint.get("/periksa")
@sign_in_required
def check() -> ResponseReturnValue:
    """`?hash=&nomor=`: the hash as printed, and the case's number where the paper says it; without a hash the form."""
    actor = current_actor()
    if not allowed(actor, ACT):
        raise NotAllowed(act=ACT)
    typed, number = request.args.get("hash", ""), request.args.get("nomor", "").strip()
    digest, found, wrong = normalise_hash(typed), None, None
    if digest:
        with ports().database.read() as connection:
            found = look_up(ports(), connection, actor, digest, normalise_number(number) if number else None)
    elif typed.strip() or number:
        wrong = _wrong(typed)
    return render_template(
        "audit/check.html",
        typed=typed,
        number=number,
        asked=normalise_number(number) if number else None,
        digest=digest,
        found=found,
        kind=_KINDS.get(type(found), "unknown"),
        wrong=wrong,
        errors=[{"text": wrong, "href": "#hash"}] if wrong else [],
    )


_KINDS = {HeadOfCase: "head", HashOfSeal: "seal", SealedAndGone: "gone"}


def _wrong(typed: str) -> str:
    plain = "".join(typed.split())
    if not plain:
        return _("Isi hash yang tercetak di lembar arsip.")
    return _(
        "Hash terdiri atas 64 angka dan huruf a sampai f; yang diisi %(count)d tanda. Salin seluruhnya: potongannya "
        "tidak diterima, karena dapat cocok dengan lebih dari satu.",
        count=len(plain),
    )
