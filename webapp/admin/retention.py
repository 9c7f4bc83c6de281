"""Retention: the rules, who is due by them, and erasing those after a look and a confirmation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import EngineError, NotFound, Refused
from engine.history import seal_file
from engine.queries import retained as read
from engine.queries.public import number_in
from engine.retention import ANY, LONGEST_MONTHS
from engine.runtime import retention as engine
from engine.runtime.ground import LONGEST
from engine.runtime.retention import Result
from webapp.admin.account import summary
from webapp.admin.blueprint import blueprint, may, names, needs
from webapp.admin.keeping_words import category_name, why_not
from webapp.context import ports, settings
from webapp.given_back import given_back_by
from webapp.security import current_actor

#: So many on a page, and in one run: erasing each is a transaction of its own.
PAGE: Final = 50
#: What went wrong with one case, by a word that an address can carry.
_OF_REASON: Final = frozenset({"erase_held", "erase_running", "not_due", "not_allowed"})


@blueprint.get("/retensi")
@needs("retention:read")
def retention() -> ResponseReturnValue:
    """The rules, and how many are due by them."""
    return _rules({})


@blueprint.post("/retensi")
@given_back_by(retention)
@needs("retention:change")
def set_rule() -> ResponseReturnValue:
    """A category's rule from now on."""
    months = request.form.get("bulan", "").strip()
    wrong = {}
    if not (months.isascii() and months.isdigit() and len(months) < 9):
        wrong["bulan"] = _("Tulis berapa bulan, dengan angka, misalnya 24.")
    if not request.form.get("kategori"):
        wrong["kategori"] = _("Pilih kategori.")
    if not wrong:
        try:
            engine.set_rule(
                ports(),
                current_actor(),
                request.form["kategori"],
                int(months),
                request.form.get("dasar", ""),
                source="web",
            )
        except Refused as error:
            wrong = _wrong(error)
    if wrong:
        return _rules(wrong), 422
    return redirect(url_for("admin.retention", sudah="atur"), 303)


@blueprint.post("/retensi/cabut")
@given_back_by(retention)
@needs("retention:change")
def remove_rule() -> ResponseReturnValue:
    """The category has no rule of its own any more; one that is gone already stays so."""
    try:
        engine.remove_rule(ports(), current_actor(), request.form.get("kategori", ""), source="web")
    except Refused:
        return redirect(url_for("admin.retention"), 303)
    return redirect(url_for("admin.retention", sudah="cabut"), 303)


@blueprint.get("/retensi/jatuh-tempo")
@needs("retention:read")
def due() -> ResponseReturnValue:
    """Who would go today, by which rule, and whom a hold keeps; nothing goes yet."""
    page = max(1, request.args.get("halaman", 1, type=int))
    actor = current_actor()
    with ports().database.read() as connection:
        try:
            known = read.retained(ports(), connection, actor)
        except NotFound:
            return redirect(url_for("admin.retention"))
        rows = read.due(connection, actor, known, first=(page - 1) * PAGE, limit=PAGE)
        held = read.due(connection, actor, known, held=True, limit=PAGE)
    return render_template(
        "admin/due.html",
        wide=True,
        known=known,
        rows=rows,
        held=held,
        page=page,
        pages=-(-known.due // PAGE),
        called=category_name,
        change=may("case:erase"),
        gone=[number for number in map(number_in, request.args.getlist("hapus")[:PAGE]) if number],
        failed=list(_failed()),
    )


@blueprint.post("/retensi/konfirmasi")
@given_back_by(due)
@needs("case:erase")
def confirm_run() -> ResponseReturnValue:
    """Those of the page once more, before they go."""
    chosen = _chosen()
    if not chosen:
        return redirect(url_for("admin.due"), 303)
    return render_template("admin/due_confirm.html", chosen=chosen)


@blueprint.post("/retensi/jatuh-tempo")
@given_back_by(due)
@needs("case:erase")
def run_retention() -> ResponseReturnValue:
    """Erase exactly those that were shown, as far as they are due still; the page tells what became of each."""
    seals = settings().data_dir / seal_file.NAME
    done = engine.run(ports(), current_actor(), seals=seals, source="web", limit=PAGE, only=_chosen())
    gone = [result.case for result in done.results if result.error is None]
    failed = [f"{result.case} {_word(result)}" for result in done.results if result.error is not None]
    return redirect(url_for("admin.due", hapus=gone, gagal=failed), 303)


def _chosen() -> list[str]:
    return [number for number in map(number_in, request.form.getlist("nomor")[:PAGE]) if number]


def _word(result: Result) -> str:
    error = result.error
    if not isinstance(error, EngineError):
        return "fault"
    word = str(error.detail.get("reason") or error.code)
    return word if word in _OF_REASON else "fault"


def _failed() -> Iterator[tuple[str, str]]:
    """Those who stayed, and why."""
    said = {
        "erase_held": _("ditahan"),
        "erase_running": _("masih berjalan"),
        "not_due": _("sekarang tidak jatuh tempo"),
        "not_allowed": _("ini pengaduan Anda sendiri; minta Pengelola lain"),
    }
    for entry in request.args.getlist("gagal")[:PAGE]:
        number, _blank, word = entry.partition(" ")
        if number_in(number):
            yield number, said.get(word, _("gagal di dalam program; orangnya masih utuh"))


def _wrong(error: Refused) -> dict[str, str]:
    match error.detail.get("reason"):
        case "retention_months":
            return {"bulan": _("Tulis 1 sampai %(most)s bulan.", most=LONGEST_MONTHS)}
        case "retention_category":
            return {"kategori": _("Pilih kategori.")}
    return {"dasar": why_not(error)}


def _rules(wrong: Mapping[str, str]) -> str:
    actor = current_actor()
    given: dict[str, Any] = {}
    with ports().database.read() as connection:
        try:
            given["known"] = read.retained(ports(), connection, actor)
        except NotFound:  # without a calendar no case was ever taken
            given["known"] = None
        offered = [ANY, *read.categories(ports(), connection)]
        known_names = names(connection)
    typed = request.form if wrong or request.form else request.args
    return render_template(
        "admin/retention.html",
        wide=True,
        choices=[
            {"value": one, "text": category_name(one), "selected": typed.get("kategori") == one}
            for one in offered
        ],
        typed=typed,
        called=category_name,
        names=known_names,
        wrong=wrong,
        errors=summary(dict(wrong)),
        longest=LONGEST,
        change=may("retention:change"),
        done=None if wrong else request.args.get("sudah"),
        **given,
    )
