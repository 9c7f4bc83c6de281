"""How a part of a form depends on answers of the same form: in words, and as a table for the browser.

The server works out for which answers a part is shown; `assets/conditional.js` only looks that up, so that
no expression is ever evaluated in the browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from flask_babel import gettext

from engine.expression import Expression
from engine.forms.conditions import Scope, holds
from engine.forms.fields import Field, FormSchema

#: A condition over more combinations of answers than this is only said in words.
MOST_COMBINATIONS = 200


@dataclass(frozen=True)
class Depends:
    """What decides about a part; `lookup` is JSON for the browser, None when words must do."""

    words: str
    lookup: str | None = None


def depends(schema: FormSchema, hide: Expression, scope: Scope, now: datetime, prefix: str) -> Depends | None:
    """How `hide` depends on what can be answered on this page; None when it depends on nothing there."""
    if hide.names & {"this", "parent"}:
        return Depends(gettext("Hanya dipakai menurut jawaban lain pada baris ini."))
    deciding = [field for field in schema.fields.values() if _decides(field, hide)]
    if not deciding:
        return None
    shown = _shown_for(hide, deciding, scope, now)
    if shown is None:
        return Depends(_depends_on(deciding))
    names = [prefix + field.key for field in deciding]
    table = {"names": names, "shown": [[text for text, _value in row] for row in shown]}
    return Depends(_words(deciding, shown), json.dumps(table, ensure_ascii=False))


Choice = tuple[str, object]


def _decides(field: Field, hide: Expression) -> bool:
    locked = field.disabled or field.readonly is True
    return not locked and re.split(r"[.\[]", field.path)[0] in hide.names


def _shown_for(
    hide: Expression, deciding: list[Field], scope: Scope, now: datetime
) -> list[tuple[Choice, ...]] | None:
    """The combinations of answers for which the part is shown.

    None where an input has no closed list of answers or stands in a group, or there are too many.
    """
    choices = [_choices(field) for field in deciding]
    size = 1
    for one in choices:
        size *= len(one)
    if not 0 < size <= MOST_COMBINATIONS or any(field.path != field.key for field in deciding):
        return None
    keys = [field.key for field in deciding]

    def hides(combination: tuple[Choice, ...]) -> bool:
        answers = dict(zip(keys, (value for _text, value in combination), strict=True))
        return holds(hide, _with(scope, answers), now)

    return [combination for combination in product(*choices) if not hides(combination)]


def _with(scope: Scope, answers: Mapping[str, object]) -> Scope:
    data = {**scope.data, **answers}
    this = data if scope.this is scope.data else scope.this
    return Scope(data, this, scope.parent, scope.indexes)


def _choices(field: Field) -> list[Choice]:
    if field.type == "boolean":
        return [("", False), ("ya", True)]
    if field.component in ("radio", "select"):
        return [("", None), *((str(option.value), option.value) for option in field.options)]
    return []


def _words(deciding: list[Field], shown: list[tuple[Choice, ...]]) -> str:
    first = deciding[0]
    if len(deciding) == 1 and first.options:
        labels = {str(option.value): option.label for option in first.options}
        chosen = [f"“{labels[text]}”" for ((text, _value),) in shown if text]
        if chosen:
            choices = gettext(" atau ").join(chosen)
            return str(gettext("Isi hanya bila Anda memilih %(choices)s.", choices=choices))
    return _depends_on(deciding)


def _depends_on(deciding: list[Field]) -> str:
    labels = gettext(" dan ").join(f"“{field.label}”" for field in deciding)
    return str(gettext("Hanya dipakai menurut jawaban Anda pada %(labels)s.", labels=labels))
