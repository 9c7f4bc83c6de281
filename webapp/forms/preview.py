"""A form as staff will see it, over a case that has nothing yet: filled in, judged as in earnest, and forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup

from engine.errors import ExpressionFailed
from engine.expression import parse
from engine.forms.fields import FormSchema
from engine.forms.posted import read_post
from engine.forms.validate import validate
from engine.queries.drafted_forms import Asked, asked_of
from webapp import form_view
from webapp.context import now, zone
from webapp.forms.blueprint import Chosen
from webapp.tasks.written import Line, lines

#: Before each name of a field, so that no key can be one of the page's own names.
PREFIX: Final = "coba."


@dataclass(frozen=True, slots=True)
class Decision:
    """An expression of the diagram that reads answers of this form, and what it comes to over them."""

    asked: Asked
    comes_to: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page shows of the form; `kept` once it was tried and nothing was wrong."""

    fields: Markup | None
    errors: list[dict[str, str]]
    kept: tuple[Line, ...] | None = None
    decisions: tuple[Decision, ...] = ()


def empty(chosen: Chosen) -> Preview:
    """The form as it opens."""
    return _drawn(chosen.form.schema, {})


def given_back(chosen: Chosen) -> Preview:
    """The form as it was filled in, not judged."""
    schema = chosen.form.schema
    return empty(chosen) if schema is None else _drawn(schema, read_post(schema, posted(), PREFIX)[0])


def tried(chosen: Chosen) -> Preview:
    """The form as it was filled in, judged; a row more or less where that button was pressed."""
    schema = chosen.form.schema
    if schema is None:
        return empty(chosen)
    changed = form_view.rows_changed(schema, posted(), prefix=PREFIX)
    if changed is not None:
        return _drawn(schema, changed)
    answers, _unknown = read_post(schema, posted(), PREFIX)
    found = validate(schema, posted(), stored={}, now=_local_now(), prefix=PREFIX)
    if found.errors:
        return _drawn(schema, answers, found.errors)
    return Preview(
        _drawn(schema, answers).fields,
        [],
        lines(schema, found.answers),
        tuple(_decisions(chosen, schema, found.answers)),
    )


def posted() -> dict[str, list[str]]:
    """This request's fields."""
    return request.form.to_dict(flat=False)


def _drawn(schema: FormSchema | None, answers: Mapping[str, Any], errors: Any = None) -> Preview:
    if schema is None:
        return Preview(None, [])
    wrong = errors or {}
    return Preview(
        form_view.render(schema, answers, wrong, {}, now=_local_now(), prefix=PREFIX),
        form_view.error_list(schema, wrong, prefix=PREFIX),
    )


def _decisions(chosen: Chosen, schema: FormSchema, answers: Mapping[str, object]) -> Iterator[Decision]:
    for asked in asked_of(chosen.whole.bundle, schema.own_keys):
        elsewhere = sorted(asked.names - schema.own_keys)
        if elsewhere:
            yield Decision(asked, _("menunggu isian formulir lain: %(names)s", names=", ".join(elsewhere)))
        else:
            yield Decision(asked, _comes_to(asked.text, answers, _local_now()))


def _comes_to(text: str, answers: Mapping[str, object], at: datetime) -> str:
    try:
        value = parse(text).evaluate(answers, now=at)
    except ExpressionFailed:
        return _("tidak dapat dihitung; pengaduannya akan tertahan")
    if value is None:
        return _("kosong; pada sebuah syarat, pengaduannya akan tertahan")
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    return str(value)


def _local_now() -> datetime:
    return now().astimezone(zone())
