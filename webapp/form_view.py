"""A form as HTML on govuk-frontend components: whole without JavaScript, one name a field (`engine.forms.posted`).

Fields that a condition hides by locked values are left out. Those that depend on an answer in the same form
are shown with a line that says so (`form_conditions`), and hidden by `assets/conditional.js` where it runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup

from engine.expression import Expression
from engine.forms.answers import from_store, initial_values, mapping
from engine.forms.conditions import Scope, Values, holds, rows_of
from engine.forms.fields import Component, Field, FormSchema, Group, RepeatedGroup, Static
from engine.forms.messages import Message
from engine.forms.posted import Posted, read_post
from webapp.form_conditions import depends
from webapp.form_text import in_words, marked, shown
from webapp.languages import own_attributes, own_words

__all__ = ["ADD_ROW", "REMOVE_ROW", "dom_id", "error_list", "render", "rows_changed", "shown"]

Errors = Mapping[str, list[Message]]
Say = Callable[[Message], str]
Node = dict[str, Any]

#: Names of the buttons that add and remove rows; no key of a form can be like them.
ADD_ROW, REMOVE_ROW = "+baris", "-baris"


@dataclass(frozen=True)
class _Page:
    """What every part of one rendering needs."""

    schema: FormSchema
    errors: Errors
    prefix: str
    now: datetime
    say: Say
    scope: Scope


def render(
    schema: FormSchema,
    answers: Values,
    errors: Errors,
    stored: Values,
    *,
    now: datetime,
    prefix: str = "",
    say: Say = in_words,
) -> Markup:
    """The form's fields, without `<form>`, token and buttons, which are the page's.

    `answers` are what fills the inputs: {} for a new form (defaults apply), else as `read_post` or a draft
    gives them, wrong ones included. `stored` fills the locked fields. `say` puts a message into words.
    """
    initial = initial_values(schema.components, stored)
    seen = {**initial, **{key: value for key, value in answers.items() if value is not None}}
    page = _Page(schema, errors, prefix, now, say, Scope(seen, seen))
    nodes = list(_nodes(page, schema.components, answers, stored, ""))
    return Markup(_environment().get_template("form/fields.html").render(nodes=_summarised(nodes)))  # noqa: S704


def error_list(
    schema: FormSchema, errors: Errors, *, prefix: str = "", say: Say = in_words
) -> list[dict[str, str]]:
    """The rows of govukErrorSummary: `text` with the field's label, `href` to its input."""
    rows: list[dict[str, str]] = []
    for path, messages in errors.items():
        field = schema.fields.get(re.sub(r"\[\d+\]", "[]", path))
        label = f"{field.label}: " if field else ""
        # An error of the form as a whole has no input to go to.
        target = {"href": f"#{dom_id(path, prefix)}"} if path else {}
        rows += [{"text": label + say(message), **target} for message in messages]
    return rows


def rows_changed(schema: FormSchema, posted: Posted, *, prefix: str = "") -> dict[str, object] | None:
    """The answers with a row added or removed, when that button of this form was pressed; None otherwise.

    `posted` is `request.form.to_dict(flat=False)`.
    """
    pressed = [*posted.get(ADD_ROW, []), *posted.get(REMOVE_ROW, [])]
    if not pressed or not pressed[0].startswith(prefix):
        return None
    answers, _unknown = read_post(schema, posted, prefix)
    at, _, number = pressed[0].removeprefix(prefix).partition(":")
    holder: Any = answers
    try:
        *way, last = re.findall(r"[^.\[\]]+", at)
        for step in way:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        if posted.get(ADD_ROW):
            holder[last].append({})
        else:
            del holder[last][int(number)]
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        # A made-up button name changes nothing; the page comes back as it was.
        return answers
    return answers


def dom_id(path: str, prefix: str = "") -> str:
    """The id of a field's (first) input."""
    return "isian-" + re.sub(r"[^A-Za-z0-9_]+", "-", prefix + path).strip("-")


def _nodes(
    page: _Page, components: tuple[Component, ...], answers: Values, stored: Values, at: str
) -> Iterator[Node]:
    """What the template draws, in order; what locked values hide is left out."""
    for component in components:
        condition = _condition(page, component)
        if condition is None:
            continue
        match component:
            case Field():
                yield _field_node(page, component, answers, stored, at) | condition
            case Group(path=""):
                children = list(_nodes(page, component.components, answers, stored, at))
                yield {
                    "kind": "group",
                    "legend": component.label,
                    "children": _summarised(children),
                } | condition
            case Group():
                inner, before = mapping(answers, component), mapping(stored, component)
                children = list(_nodes(page, component.components, inner, before, f"{at}{component.path}."))
                yield {
                    "kind": "group",
                    "legend": component.label,
                    "children": _summarised(children),
                } | condition
            case RepeatedGroup():
                yield _rows_node(page, component, answers, stored, at) | condition
            case Static(component="text"):
                yield {"kind": "text", "html": marked(component.text)} | condition
            case Static(component="separator"):
                yield {"kind": "separator"} | condition
            case Static():
                pass


def _rows_node(page: _Page, component: RepeatedGroup, answers: Values, stored: Values, at: str) -> Node:
    path = at + component.path
    rows = rows_of(component, answers) if component.path in answers else [{}] * component.default_rows
    before = rows_of(component, stored)
    drawn = []
    for number, row in enumerate(rows):
        inner = _Page(
            page.schema, page.errors, page.prefix, page.now, page.say, page.scope.row(row, number + 1)
        )
        children = list(
            _nodes(
                inner,
                component.components,
                row,
                before[number] if number < len(before) else {},
                f"{path}[{number}].",
            )
        )
        drawn.append({"number": number, "children": _summarised(children)})
    return {
        "kind": "rows",
        "id": dom_id(path, page.prefix),
        "name": page.prefix + path,
        "legend": component.label,
        "rows": drawn,
        "fixed": component.fixed,
        "error": _said(page, path),
        "add": ADD_ROW,
        "remove": REMOVE_ROW,
    }


def _field_node(page: _Page, field: Field, answers: Values, stored: Values, at: str) -> Node:
    path = at + field.key
    locked = field.disabled or (
        holds(field.readonly, page.scope, page.now)
        if isinstance(field.readonly, Expression)
        else field.readonly
    )
    if locked:
        return {"kind": "locked", "label": field.label, "html": shown(field, from_store(field, stored))}
    value = answers.get(field.key, field.default)
    limit = field.rules.max_length
    return {
        "kind": _KINDS.get(field.component, "input"),
        "id": dom_id(path, page.prefix),
        "name": page.prefix + path,
        "label": _label(field),
        "hint": field.description,
        "error": _said(page, path),
        "value": "" if value is None else value,
        "chosen": [str(one) for one in value] if isinstance(value, list) else [str(value)],
        "options": field.options,
        "limit": limit if isinstance(limit, int) else None,
        "suggestions": field.suggestions,
        **_typing(field),
    }


def _label(field: Field) -> str:
    """The label; what may be left empty says so, because most must be answered."""
    if field.required or field.type == "boolean":
        return field.label
    return str(gettext("%(label)s (boleh dikosongkan)", label=field.label))


_KINDS = {
    "textarea": "textarea",
    "checkbox": "checkbox",
    "checklist": "checkboxes",
    "taglist": "checkboxes",
    "radio": "radios",
    "select": "select",
}


def _typing(field: Field) -> Node:
    """The input's type and the keyboard a phone shows for it."""
    if field.component == "datetime":
        return {"type": {"date": "date", "time": "time"}.get(field.type, "datetime-local"), "inputmode": None}
    if field.component == "number":
        return {"type": "text", "inputmode": "numeric" if field.rules.decimal_digits == 0 else "decimal"}
    preset = field.rules.validation_type
    return {"type": {"email": "email", "phone": "tel"}.get(preset or "", "text"), "inputmode": None}


def _said(page: _Page, path: str) -> str:
    return " ".join(page.say(message) for message in page.errors.get(path, []))


def _condition(page: _Page, component: Component) -> Node | None:
    """How a component depends on answers of this form; None when what cannot be answered here hides it."""
    if component.hide is None:
        return {"depends": None}
    found = depends(page.schema, component.hide, page.scope, page.now, page.prefix)
    if found is None and holds(component.hide, page.scope, page.now):
        return None
    return {"depends": found}


def _summarised(nodes: list[Node]) -> list[Node]:
    """Locked values that follow each other become one summary list."""
    drawn: list[Node] = []
    for node in nodes:
        if node["kind"] != "locked":
            drawn.append(node)
        elif drawn and drawn[-1]["kind"] == "summary":
            drawn[-1]["rows"].append(node)
        else:
            drawn.append({"kind": "summary", "rows": [node], "depends": None})
    return drawn


@cache
def _environment() -> Environment:
    """The form's own templates and govuk-frontend's, which import each other by package name."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(Path(__file__).parent / "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=gettext, own_attributes=own_attributes)
    environment.filters["own_words"] = own_words
    return environment
