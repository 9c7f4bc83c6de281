"""What can be done at a case file: a comment for colleagues, files, and reading a secret identity, which is on record."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import Comment, RevealIdentity
from engine.errors import CommandReused, NotAllowed, NotFound, Refused
from engine.identity.disclosure import LONGEST_REASON, by_log, disclose
from engine.runtime.answering import LONGEST_COMMENT
from engine.runtime.handle import handle
from webapp.attachments import download, files_of, take
from webapp.cases.blueprint import blueprint
from webapp.cases.file import COMMENT, REASON, Problem, load, render, show
from webapp.command_id import command_id
from webapp.context import ports
from webapp.errors import sentence
from webapp.given_back import given_back_by
from webapp.security import current_actor, sign_in_required
from webapp.uploads import ANCHOR, takes_files


@blueprint.post("/pengaduan/<number>/komentar")
@given_back_by(show)
@sign_in_required
def comment(number: str) -> ResponseReturnValue:
    """Keep what is in `komentar`, for colleagues only; refused, it stands in its field again."""
    text = "\n".join(request.form.get(COMMENT, "").splitlines()).strip()
    if not text:
        return _again(number, Problem(_("Tulis komentarnya dahulu."), COMMENT))
    if len(text) > LONGEST_COMMENT:
        longest = _(
            "Komentar paling panjang %(most)d karakter, sekarang %(found)d. Ringkas, atau kirim dalam dua bagian.",
            most=LONGEST_COMMENT,
            found=len(text),
        )
        return _again(number, Problem(longest, COMMENT))
    command = Comment(actor=current_actor().id, source="web", command_id=command_id(), case=number, text=text)
    try:
        handle(ports(), command)
    except NotFound:
        raise
    except CommandReused:
        reused = _(
            "Komentar ini sudah terkirim dengan isi lain, yang ada di atas. Bila yang ini juga perlu, kirim sekali lagi."
        )
        return _again(number, Problem(reused, COMMENT, 409))
    except Refused as refusal:
        return _again(number, Problem(sentence(refusal), status=_status(refusal)))
    return redirect(url_for("cases.show", number=number, sudah="komentar", _anchor="komentar-rekan"), 303)


@blueprint.post("/pengaduan/<number>/buka-identitas")
@given_back_by(show)
@sign_in_required
def reveal(number: str) -> ResponseReturnValue:
    """Name and contact on this one page: the counter's by a command, an auditor's by the access log, with a reason."""
    why = request.form.get(REASON, "").strip()
    if by_log(current_actor()) and not 0 < len(why) <= LONGEST_REASON:
        return _again(number, Problem(_("Tulis alasannya, paling panjang 500 karakter."), REASON))
    try:
        open_identity(number, why)
    except NotFound:
        raise
    except Refused as refusal:
        return _again(number, Problem(sentence(refusal), status=_status(refusal)))
    return render(load(number, identity=True), revealed=True)


@blueprint.post("/pengaduan/<number>/lampiran")
@given_back_by(show)
@sign_in_required
@takes_files
def attach(number: str) -> ResponseReturnValue:
    """Keep the files that were chosen; each that is not is told why, and a comment that was typed stays in its field."""
    actor = current_actor()
    load(number)
    taken = take(files_of(actor, number), actor=actor.id)
    if taken.problems or request.form.get(COMMENT):
        return render(load(number), taken=taken), 422 if taken.problems else 200
    return redirect(url_for("cases.show", number=number, sudah="lampiran", _anchor=ANCHOR), 303)


@blueprint.get("/pengaduan/<number>/lampiran/<int:nth>")
@sign_in_required
def attachment(number: str, nth: int) -> ResponseReturnValue:
    """One file, to be saved; who downloads it is noted."""
    return download(current_actor(), number, nth)


def open_identity(number: str, why: str) -> None:
    """Put on record that the signed-in person reads who complained; `why` is the auditor's. Raises `Refused`."""
    actor = current_actor()
    if by_log(actor):
        disclose(ports(), actor, number, why=why, source="web")
    else:
        handle(ports(), RevealIdentity(actor=actor.id, source="web", command_id=command_id(), case=number))


def _again(number: str, problem: Problem) -> ResponseReturnValue:
    """The case as it stands now, with the reason and what was typed."""
    return render(load(number), problem=problem), problem.status


def _status(refusal: Refused) -> int:
    if isinstance(refusal, NotAllowed):
        return 403
    return 500 if refusal.code == "disturbed" else 409
