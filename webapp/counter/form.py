"""The complaint's own form as it is filled in at the counter, and what the pages put into it beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import session
from flask_babel import gettext as _

from engine.definition.model import ProcessDefinition
from engine.forms.fields import FormSchema, for_staff, without
from engine.queries.public import public_process
from webapp import form_view
from webapp.context import ports
from webapp.public.submission import from_source

#: In the session: how the last complaint came, for the next one. Choices only, nothing that anybody typed.
_CAME: Final = "loket_cara"


def process() -> ProcessDefinition:
    """The process that takes complaints. Raises `NotFound` where nothing such is deployed."""
    with ports().database.read() as connection:
        return public_process(ports(), connection)


def entry_form(definition: ProcessDefinition, *, own: bool = False) -> FormSchema:
    """The form of the first step as staff fill it in for a complainant, or, `own`, as any complainant does."""
    schema = definition.form_of(definition.entry)
    assert schema is not None, "lint refuses a first step without a form"
    return without(schema, from_source(schema)) if own else for_staff(schema)


def first_input(schema: FormSchema) -> str | None:
    """Id of the first input: an address that ends in it puts the cursor there, without any script."""
    asked = (path for path, field in schema.fields.items() if not (field.disabled or field.readonly is True))
    return next(map(form_view.dom_id, asked), None)


def beforehand(schema: FormSchema, about: str | None) -> dict[str, Any]:
    """What stands in the empty form: how the last one came, and the older complaint that this is about."""
    came = session.get(_CAME, {})
    # How a complaint came is not guessed: the form's own default is true of the public's pages only.
    values: dict[str, Any] = {key: came.get(key, "") for key in _ways(schema)}
    if about and (key := long_text(schema)):
        values[key] = mention(about)
    return values


def remember(schema: FormSchema, answers: Mapping[str, Any]) -> None:
    """Keep how this one came."""
    session[_CAME] = {key: answers[key] for key in _ways(schema) if answers.get(key) is not None}


def long_text(schema: FormSchema) -> str | None:
    """The key of the form's first long text, where the matter itself is told."""
    return next(
        (f.key for path, f in schema.fields.items() if f.component == "textarea" and path == f.key), None
    )


def mention(number: str) -> str:
    """How a new complaint says that it goes on from an older one."""
    said: str = _("Menyusul pengaduan %(number)s.", number=number)
    return said + "\n"


def _ways(schema: FormSchema) -> list[str]:
    return [field.key for path, field in schema.fields.items() if field.from_source and path == field.key]
