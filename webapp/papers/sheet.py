"""The archive sheet (*lembar arsip*): the case on paper, as its SOP wants it kept beside the record on the machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.commands import COMPLAINANT
from engine.definition.model import Element
from engine.identity.disclosure import LONGEST_REASON, by_log, note
from engine.queries import sheet as query
from engine.queries.answered import Answered
from engine.queries.case import Activation
from engine.queries.case_file import CaseFile
from engine.queries.sheet import Sheet
from engine.queries.stays import Stay
from webapp import form_view
from webapp.cases import ledger
from webapp.cases.acts import open_identity
from webapp.command_id import fresh
from webapp.context import ports, settings
from webapp.given_back import given_back_by
from webapp.papers import pdf
from webapp.papers.blueprint import blueprint
from webapp.papers.files import file_of
from webapp.public.receipt import qr_of
from webapp.security import current_actor, sign_in_required
from webapp.tasks.written import Line, lines
from webapp.timeline import person

#: Fields of the form that opens a secret identity: why, and whether the file is wanted.
REASON: Final = "alasan"
AS_FILE: Final = "pdf"
#: Characters of a group of the hash, as people compare it.
_GROUP: Final = 8


@dataclass(frozen=True)
class Round:
    """One time that the case was at a step: when, by whom, how long of how much."""

    nth: int
    came: datetime
    taken: datetime | None
    finished: datetime | None
    by: str
    spent: ledger.Time | None
    state: str
    ends: ledger.Ends | None


@dataclass(frozen=True)
class Step:
    """A row of the SOP with its rounds; none where the case did not come to it."""

    element: Element
    rounds: tuple[Round, ...]


@dataclass(frozen=True)
class Form:
    """What one completed form got."""

    step: str
    no: str
    nth: int
    at: datetime
    by: str
    lines: tuple[Line, ...]


@blueprint.get("/pengaduan/<number>/lembar-arsip")
@sign_in_required
def sheet(number: str) -> ResponseReturnValue:
    """The sheet as a page to print."""
    return _page(_read(number, "sheet:read"), as_file=False)


@blueprint.get("/pengaduan/<number>/lembar-arsip.pdf")
@sign_in_required
def sheet_file(number: str) -> ResponseReturnValue:
    """The sheet as a file for the archive."""
    return _file(_read(number, "sheet:file"))


@blueprint.post("/pengaduan/<number>/lembar-arsip")
@given_back_by(sheet)
@sign_in_required
def sheet_with_identity(number: str) -> ResponseReturnValue:
    """The sheet with a secret identity on it, as the page or as the file, once it is on record who read it."""
    why = request.form.get(REASON, "").strip()
    if by_log(current_actor()) and not 0 < len(why) <= LONGEST_REASON:
        problem = _("Tulis alasannya, paling panjang 500 karakter.")
        return _page(_read(number, "sheet:read"), as_file=False, problem=problem), 422
    open_identity(number, why)
    if request.form.get(AS_FILE):
        return _file(_read(number, "sheet:file", identity=True))
    return _page(_read(number, "sheet:read", identity=True), as_file=False)


def _file(found: Sheet) -> ResponseReturnValue:
    number = found.case.number
    instead = url_for("papers.sheet", number=number)
    return file_of(_page(found, as_file=True), f"lembar-arsip-{number}.pdf", instead, pdf.ARCHIVED)


def _read(number: str, act: str, *, identity: bool = False) -> Sheet:
    with ports().database.read() as connection:
        found = query.sheet(ports(), connection, current_actor(), number, identity=identity)
    note(ports(), current_actor(), act, number)
    return found


def _page(found: Sheet, *, as_file: bool, problem: str = "") -> str:
    case = found.case
    told = ledger.told_of(case.escalations)
    return render_template(
        "papers/sheet.html",
        paper=found,
        case=case,
        letterhead=found.office,
        as_file=as_file,
        back=url_for("cases.show", number=case.number),
        sop=case.definition.properties,
        category=_counted(case, "kategori", found.category),
        channel=_counted(case, "kanal", found.channel),
        steps=[
            Step(step.element, tuple(_round(stay, case, told) for stay in step.stays)) for step in found.steps
        ],
        whole=ledger.time(case.spent),
        forms=[_form(one, found) for one in reversed(case.answered)],
        digest=_groups(found.head[1]),
        qr=qr_of(_check(found), _("Kode QR alamat pemeriksaan lembar ini")),
        shown=form_view.shown,
        person=lambda who: person(who, found.names),
        kind=lambda media_type: media_type.rpartition("/")[2].upper(),
        by_log=by_log(current_actor()),
        longest=LONGEST_REASON,
        reason=request.form.get(REASON, ""),
        problem=problem,
        errors=[{"text": problem, "href": f"#{REASON}"}] if problem else [],
        command_id=fresh,
    )


def _check(found: Sheet) -> str:
    """Where the hash of this paper is compared with the record, as it is reached from outside."""
    return settings().base_url + url_for("audit.check", nomor=found.case.number, hash=found.head[1])


def _groups(digest: str) -> list[str]:
    return [digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP)]


def _counted(case: CaseFile, kind: str, value: str | None) -> Markup | str:
    """What reports count, by the label of the choice where a form has one."""
    if value is None:
        return ""
    fields = [f for form in case.definition.forms.values() for f in form.fields.values() if f.report == kind]
    labels = (o.label for f in fields for o in f.options if str(o.value) == value)
    return next(labels, value.replace("_", " ").capitalize())


def _round(stay: Stay, case: CaseFile, told: dict[str, list[str]]) -> Round:
    task, row = stay.task, ledger.row_of(stay, case, told)
    sent = task.element.id == case.definition.entry
    return Round(
        nth=task.nth,
        came=task.created,
        taken=stay.taken,
        finished=task.ended,
        by=", ".join(row.held_by) or _answered_by(task, case),
        spent=None if sent else row.spent,
        state=row.state,
        ends=row.ends,
    )


def _answered_by(task: Activation, case: CaseFile) -> str:
    """Who answered a task of the complainant's."""
    if task.ended_how != "completed" or not task.ended_by:
        return ""
    name = person(task.ended_by, case.names)
    return name if task.ended_by == COMPLAINANT else _("%(name)s, atas nama pengadu", name=name)


def _form(one: Answered, found: Sheet) -> Form:
    """The complainant's identity stands at the head of the sheet, not again among the answers."""
    of_entry = one is found.entry
    apart = {field.key for field, _value in found.identity} if of_entry else set()
    answers = {key: value for key, value in one.answers.items() if key not in apart}
    return Form(
        step=one.element.name,
        no=one.element.properties.get("no", ""),
        nth=one.nth,
        at=one.at,
        by=_by(one, found.case),
        lines=lines(one.schema, answers),
    )


def _by(one: Answered, case: CaseFile) -> str:
    name = person(one.by, case.names)
    behalf = one.element.public and one.by != COMPLAINANT
    return _("%(name)s, atas nama pengadu", name=name) if behalf else name
