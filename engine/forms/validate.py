"""Answers to a form: typed, hidden ones dropped, locked ones from the store, every broken rule named.

What form-js 1.23 would submit and complain about is what comes out here (tests/browser holds that), with
these differences, all on the side of the record:

- a locked value (read-only or disabled) comes from the store whatever was sent, also while hidden, so that
  completing a step never blanks what an earlier one wrote; it is not judged again;
- a choice that is not offered is refused, where form-js drops it in silence;
- text is trimmed and normalised before it is judged, so blanks alone are no answer to a required field;
- "" and every hidden answer become None: a completion sets each key of its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.expression import Expression
from engine.forms.answers import initial_values, kept, mapping, read_answers
from engine.forms.conditions import Instance, Locked, Values, evaluate, holds, instances, rows_of
from engine.forms.fields import Component, Field, FormSchema, Group, RepeatedGroup, Static
from engine.forms.messages import Message
from engine.forms.posted import read_post
from engine.forms.rules import broken_rules

#: All texts of one completion together.
LARGEST_ANSWERS = 200_000

#: Errors of the form as a whole are under this key.
WHOLE_FORM = ""


@dataclass(frozen=True)
class Validated:
    """What came of the answers sent.

    `answers` holds every key of the form (None where there is no answer), JSON values only; `errors` maps
    a field's path (`key`, `group.key`, `list[0].key`) to its messages; `unknown` lists what was ignored.
    Answers may be kept only when `errors` is empty.
    """

    answers: dict[str, object]
    errors: dict[str, list[Message]]
    unknown: tuple[str, ...] = ()


def validate(
    schema: FormSchema,
    posted: Mapping[str, list[str]],
    *,
    stored: Values,
    now: datetime,
    prefix: str = "",
) -> Validated:
    """Answers of an HTML form, each name with its texts (Flask: `request.form.to_dict(flat=False)`).

    `prefix` as given to the renderer; names without it belong to the page and are not looked at.

    `stored` holds the case's values so far (for locked fields); `now` is in the office's zone.
    """
    raw, unknown = read_post(schema, posted, prefix)
    done = validate_json(schema, raw, stored=stored, now=now)
    return Validated(done.answers, done.errors, unknown)


def validate_json(
    schema: FormSchema, answers: Mapping[str, object], *, stored: Values, now: datetime
) -> Validated:
    """Answers as JSON (command line, REST), nested as the form is. Never raises for what was sent."""
    initial = initial_values(schema.components, stored)
    locked = _locks(schema, answers, stored, initial, now)
    read = read_answers(schema.components, answers, stored, locked)
    placed = instances(schema.components, read.values, initial, now)
    errors: dict[str, list[Message]] = {}
    for one in placed:
        if not one.hidden and not locked(one.field, one.path) and (found := _judge(one, read.problems, now)):
            errors[one.path] = found
    paths = {one.path for one in placed}
    errors |= {path: [problem] for path, problem in read.problems.items() if path not in paths}
    if _size(read.values) > LARGEST_ANSWERS:
        errors[WHOLE_FORM] = [Message("too_large", {"limit": LARGEST_ANSWERS})]
    left = frozenset(one.path for one in placed if not one.hidden or locked(one.field, one.path))
    return Validated(_kept(schema.components, read.values, left, ""), errors, tuple(read.unknown))


def hidden_paths(schema: FormSchema, values: Values, stored: Values, now: datetime) -> frozenset[str]:
    """Paths of the fields that conditions hide over these answers (for rendering a page)."""
    initial = initial_values(schema.components, stored)
    read = read_answers(schema.components, values, stored, _locks(schema, values, stored, initial, now))
    return frozenset(p.path for p in instances(schema.components, read.values, initial, now) if p.hidden)


def _locks(
    schema: FormSchema, answers: Mapping[str, object], stored: Values, initial: Values, now: datetime
) -> Locked:
    """Which fields take the stored value; FEEL in `readonly` is asked over the answers as sent."""

    def always(field: Field, _path: str) -> bool:
        return field.disabled or field.readonly is True

    if not any(isinstance(field.readonly, Expression) for field in schema.fields.values()):
        return always
    sent = read_answers(schema.components, answers, stored, always)
    conditional = {
        one.path
        for one in instances(schema.components, sent.values, initial, now)
        if isinstance(one.field.readonly, Expression) and holds(one.field.readonly, one.scope, now)
    }
    return lambda field, path: always(field, path) or path in conditional


def _judge(one: Instance, problems: Mapping[str, Message], now: datetime) -> list[Message]:
    if problem := problems.get(one.path):
        return [problem]
    return broken_rules(one.field, one.value, lambda expression: evaluate(expression, one.scope, now), now)


def _size(value: object) -> int:
    match value:
        case str():
            return len(value)
        case list():
            return sum(map(_size, value))
        case dict():
            return sum(map(_size, value.values()))
    return 0


def _kept(
    components: tuple[Component, ...], values: Values, left: frozenset[str], prefix: str
) -> dict[str, object]:
    """The answers of the fields whose path is in `left`; all other keys are None."""
    answers: dict[str, object] = {}
    for component in components:
        match component:
            case Field():
                shown = prefix + component.key in left
                answers[component.key] = kept(values.get(component.key)) if shown else None
            case Group(path=""):
                answers |= _kept(component.components, values, left, prefix)
            case Group():
                inner = mapping(values, component)
                answers[component.path] = _kept(
                    component.components, inner, left, f"{prefix}{component.path}."
                )
            case RepeatedGroup():
                answers[component.path] = _kept_rows(component, values, left, prefix)
            case Static():
                pass
    return answers


def _kept_rows(
    component: RepeatedGroup, values: Values, left: frozenset[str], prefix: str
) -> list[dict[str, object]]:
    """The rows of which something is shown; of a hidden group none is left."""
    rows: list[dict[str, object]] = []
    for at, row in enumerate(rows_of(component, values)):
        row_prefix = f"{prefix}{component.path}[{at}]."
        if any(path.startswith(row_prefix) for path in left):
            rows.append(_kept(component.components, row, left, row_prefix))
    return rows
