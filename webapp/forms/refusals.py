"""Why a text was not kept as the draft of a form, in words for whoever typed it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from engine.definition.diff import compare_forms, text
from engine.forms import schema
from engine.queries.drafted_forms import FORM_ID, DraftedForm, form_id
from webapp.languages import language

#: A page's own name below /formulir, that no form can have.
TAKEN = frozenset({"baru"})


@dataclass(frozen=True, slots=True)
class Unfit:
    """What is wrong, what to do, and the line where it is."""

    what: str
    advice: str
    line: int = 0
    written: str = ""


def unfit(content: bytes, form: DraftedForm | None, others: Iterable[DraftedForm]) -> Unfit | None:
    """Why `content` cannot be kept; None where it can. What the form check says of it may be mended later.

    `form` is the file that it is for, `others` are the process's forms.
    """
    name = form.name if form else "–"
    read, found = schema.read(content, name)
    if read is None:
        line = _line_of_fault(content)
        return Unfit(found[0].message, found[0].remedy, line, _written(content, line))
    try:
        json.dumps(json.loads(content.decode("utf-8-sig")), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Unfit(
            _("Berkas ini berisi setengah huruf (\\ud800 sampai \\udfff), yang tidak dapat ditampilkan."),
            _("Tulis huruf itu seutuhnya."),
        )
    return unfit_id(form_id(content), form, others)


def unfit_id(id: str, form: DraftedForm | None, others: Iterable[DraftedForm]) -> Unfit | None:
    """Why a form cannot be called so."""
    if not FORM_ID.fullmatch(id) or id in TAKEN:
        return Unfit(
            _("Id “%(id)s” tidak dapat dipakai.", id=id[:100]),
            _(
                "Pakai huruf, angka, garis bawah, titik, atau tanda hubung, tidak berawal angka; paling banyak 100."
            ),
        )
    other = next(
        (one for one in others if id in (one.id, one.name) and (form is None or one.name != form.name)), None
    )
    if other is not None:
        return Unfit(
            _("Id %(id)s sudah dipakai berkas %(name)s.", id=id, name=other.name),
            _("Beri formulir ini id lain, atau ubah formulir itu."),
        )
    return None


def differences(before: bytes, after: bytes) -> tuple[str, ...]:
    """How one text of a form differs from another, in words; empty where one of them is no form."""
    try:
        found = compare_forms(before, after)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return ()
    return tuple(text(change, "id" if language() == "id" else "en") for change in found)


def _line_of_fault(content: bytes) -> int:
    try:
        json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as problem:
        return problem.lineno
    except (ValueError, RecursionError):
        return 0
    return 0


def _written(content: bytes, line: int) -> str:
    lines = content.decode("utf-8-sig", "replace").splitlines()
    return lines[line - 1].strip()[:200] if 0 < line <= len(lines) else ""
