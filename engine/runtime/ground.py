"""A ground that stays in the history for ever: a sentence, and none that keeps who the person was."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection

from engine.canonical_json import from_canonical
from engine.errors import Refused
from engine.runtime.ports import Ports
from engine.store import answers, cases

#: A ground is a sentence.
SHORTEST: Final = 5
LONGEST: Final = 400
#: Shorter names and contacts stand in other words by chance.
_TELLING: Final = 3
#: So many figures make a telephone number, however they are grouped.
_FIGURES: Final = 7


def sentence(text: str) -> str:
    """`text` with single blanks, if it is a sentence. Raises `Refused`."""
    text = " ".join(text.split())
    if not SHORTEST <= len(text) <= LONGEST:
        raise Refused(
            f"The reason should have {SHORTEST} to {LONGEST} characters; found {len(text)}. It stays in the history: "
            "name the ground, not the person.",
            reason="ground_length",
            shortest=SHORTEST,
            longest=LONGEST,
            found=len(text),
        )
    return text


def ground_for(ports: Ports, connection: Connection, case: cases.CaseRow, text: str) -> str:
    """`sentence` that does not repeat name or contact of who complained. Raises `Refused`."""
    text = sentence(text)
    if any(_repeats(text.casefold(), told) for told in _identity(ports, connection, case)):
        raise Refused(
            "The reason stays in the history and repeats the person's name or contact; name the ground, not the person.",
            reason="ground_personal",
        )
    return text


def _repeats(text: str, told: str) -> bool:
    """Whether `told` stands in `text` as words of its own, or a telephone number in another grouping."""
    figures = re.sub(r"\D", "", told)
    if len(figures) >= _FIGURES and figures in re.sub(r"\D", "", text):
        return True
    return re.search(rf"(?<!\w){re.escape(told)}(?!\w)", text) is not None


def _identity(ports: Ports, connection: Connection, case: cases.CaseRow) -> set[str]:
    """What the forms of the case were told of who the person is, in small letters."""
    if case.wrapped_key is None:
        return set()
    definition = ports.definition(connection, case.definition_id)
    key = ports.keyring.unwrap(case.number, case.wrapped_key)
    found = set()
    for row in answers.of_case(connection, case.number):
        schema = definition.forms.get(row.form_id)
        given = from_canonical(ports.keyring.open(key, row.work_item_id, row.blob))
        fields = schema.fields if schema else {}
        found |= {given[k] for k, field in fields.items() if field.identity and isinstance(given.get(k), str)}
    return {" ".join(text.casefold().split()) for text in found if len(text.strip()) >= _TELLING}
