"""Receipt (*tanda terima*) and answer letter (*surat jawaban*) of a case, each as a page and as a file."""

from __future__ import annotations

from typing import Any, Final

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.identity.disclosure import note
from engine.identity.policy import Actor
from engine.queries import papers
from engine.queries.papers import Letter, Receipt
from webapp import due, form_view
from webapp.context import ports, settings
from webapp.limits import limiter
from webapp.papers import words
from webapp.papers.blueprint import blueprint
from webapp.papers.files import file_of
from webapp.public import access
from webapp.public.receipt import qr_of
from webapp.security import current_actor, signed_in

#: How many files one address may have made: each costs the processor a moment, a very long one some seconds.
FILES: Final = "10 per minute"


@blueprint.get("/pengaduan/<number>/tanda-terima")
def receipt(number: str) -> ResponseReturnValue:
    """The receipt with number and code: for the complainant, and at the counter."""
    actor = _actor(number)
    if actor is None:
        return redirect(url_for("public.case", number=number))
    return _receipt(_read_receipt(actor, number, "receipt:read"), as_file=False)


@blueprint.get("/pengaduan/<number>/tanda-terima.pdf")
@limiter.limit(FILES, exempt_when=signed_in)
def receipt_file(number: str) -> ResponseReturnValue:
    """The same as a file."""
    actor = _actor(number)
    if actor is None:
        return redirect(url_for("public.case", number=number))
    page = _receipt(_read_receipt(actor, number, "receipt:file"), as_file=True)
    return file_of(page, f"tanda-terima-{number}.pdf", url_for("papers.receipt", number=number))


@blueprint.get("/pengaduan/<number>/surat-jawaban")
def letter(number: str) -> ResponseReturnValue:
    """The office's newest answer as a letter; before there is one, where it stands and when it comes."""
    actor = _actor(number)
    if actor is None:
        return redirect(url_for("public.case", number=number))
    found = _read_letter(actor, number, "letter:read")
    return _letter(found, as_file=False) if found.answer else _not_yet(found)


@blueprint.get("/pengaduan/<number>/surat-jawaban.pdf")
@limiter.limit(FILES, exempt_when=signed_in)
def letter_file(number: str) -> ResponseReturnValue:
    """The same as a file."""
    actor = _actor(number)
    if actor is None:
        return redirect(url_for("public.case", number=number))
    found = _read_letter(actor, number, "letter:file")
    if found.answer is None:
        return _not_yet(found)
    page = _letter(found, as_file=True)
    return file_of(page, f"surat-jawaban-{number}.pdf", url_for("papers.letter", number=number))


def _actor(number: str) -> Actor | None:
    """The complainant, if this session has shown the code; else the member of the staff; else nobody."""
    if access.knows(number):
        return access.complainant(number)
    return current_actor() if signed_in() else None


def _read_receipt(actor: Actor, number: str, act: str) -> Receipt:
    with ports().database.read() as connection:
        found = papers.receipt(ports(), connection, actor, number)
    note(ports(), actor, act, number)
    return found


def _read_letter(actor: Actor, number: str, act: str) -> Letter:
    with ports().database.read() as connection:
        found = papers.letter(ports(), connection, actor, number)
    note(ports(), actor, act, number)
    return found


def _receipt(found: Receipt, *, as_file: bool) -> str:
    number = found.case.number
    return render_template(
        "papers/receipt.html",
        code=words.grouped(ports().keyring.tracking_code(number)),
        lines=words.submitted(found.entry) if found.entry else [],
        qr=qr_of(_address(number)),
        explain=due.explain,
        **_shared(found, as_file),
    )


def _letter(found: Letter, *, as_file: bool) -> str:
    return render_template(
        "papers/letter.html",
        shown=form_view.shown,
        reply_within=words.limit(found.reply_within) if found.reply_within else "",
        **_shared(found, as_file),
    )


def _not_yet(found: Letter) -> ResponseReturnValue:
    return render_template("papers/not_yet.html", **_shared(found, False)), 410 if found.case.erased else 404


def _shared(found: Receipt, as_file: bool) -> dict[str, Any]:
    """`as_file`: without what only a screen shows."""
    return {
        "paper": found,
        "case": found.case,
        "letterhead": found.office,
        "as_file": as_file,
        "address": _written(_address(found.case.number)),
        "back": _back(found),
    }


def _address(number: str) -> str:
    """Where the complainant follows the case, as it is reached from outside: a paper travels."""
    return settings().base_url + url_for("public.case", number=number)


def _written(address: str) -> Markup:
    """An address as people write it down."""
    plain = address.removeprefix("https://").removeprefix("http://")
    return Markup('<span class="app-paper__address">{}</span>').format(plain)


def _back(found: Receipt) -> str:
    """Where the reader came from: their case, the counter, or the case file."""
    number = found.case.number
    if access.knows(number):
        return url_for("public.case", number=number)
    return url_for("counter.case" if found.at_counter else "cases.show", number=number)
