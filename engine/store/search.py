"""Words by which a complaint is found again: the HMAC of each whole word, never the word, gone with an erasure.

What is typed on paper, at the counter and into a telephone differs in capitals, accents, blanks and dashes, so
words are compared without them, and a telephone number is one word however it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, exists, func, literal, select

from engine.forms.fields import Field, FormSchema
from engine.store.keyring import Keyring
from engine.store.session import upsert
from engine.store.tables import cases, search_tokens

#: A text of more different words than this is found by its first ones.
MOST_WORDS: Final = 400
#: So many words of a query count; more would not tell cases apart any better.
MOST_ASKED: Final = 6
#: Counting how many cases have a word stops here: it is common.
MANY: Final = 1_000
#: A telephone number is never shorter, with its area code; a date is not longer.
_SHORTEST_NUMBER: Final = 9

#: Words that are in nearly every text: nobody is found by them.
_EVERYWHERE: Final = (
    "ada adalah agar akan atas atau bagi bahwa belum bisa dalam dan dapat dari dengan di hanya hingga ini itu jadi "
    "jika juga kalau kami karena ke kepada kita lagi maka mereka mohon namun oleh pada para saat saja sampai "
    "sangat saya sebagai secara sedang sehingga sejak serta sudah supaya telah tentang tetapi tidak untuk yang"
)
_SKIPPED: Final = frozenset(_EVERYWHERE.split())

_NUMBER: Final = re.compile(r"\+?\(?\d[\d ().\-/]{6,}\d")
_COUNTRY: Final = "62"


def words(text: str) -> list[str]:
    """The words of a text as they are compared, each once, in their order."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    numbers = [number for found in _NUMBER.finditer(plain) if (number := _telephone(found[0]))]
    rest = _NUMBER.sub(lambda found: " " if _telephone(found[0]) else found[0], plain)
    runs = "".join(c if c.isalnum() else " " for c in rest).split()
    return list(dict.fromkeys([*numbers, *(w for w in runs if len(w) > 1 and w not in _SKIPPED)]))


def index(
    connection: Connection,
    keyring: Keyring,
    case_number: str,
    answers: Mapping[str, Any],
    schema: FormSchema | None,
) -> None:
    """Make the words of a completed form findable, in the transaction that completes it. At most one statement.

    Who somebody is stays out when they asked for secrecy in this form, and so do those words wherever else it
    has them; also when the form does not ask about secrecy, because another one may have.
    """
    if schema is None:
        return
    texts = list(_texts(schema, answers))
    identity = [word for field, text in texts if field.identity for word in words(text)]
    written = [word for field, text in texts if not field.identity for word in words(text)]
    if _may_be_known(schema, answers):
        found = [*identity, *written]
    else:
        found = [word for word in written if word not in identity]
    some = list(dict.fromkeys(found))[:MOST_WORDS]
    rows = [{"token": keyring.search_token(word), "case_number": case_number} for word in some]
    if rows:
        connection.execute(upsert(connection, search_tokens).on_conflict_do_nothing(), rows)


def forget(connection: Connection, case_number: str) -> None:
    """The case is found by no word any more."""
    connection.execute(delete(search_tokens).where(search_tokens.c.case_number == case_number))


def cases_with(connection: Connection, keyring: Keyring, asked: Sequence[str]) -> Select[str]:
    """Numbers of the cases that hold all of these words (of `words`), the latest first; joined to `cases`.

    It walks the cases of the rarest word and looks each up under the others. One statement, to find that word.
    """
    tokens = [keyring.search_token(word) for word in asked[:MOST_ASKED]]
    rarest, *others = _rarest_first(connection, tokens)
    query = (
        select(search_tokens.c.case_number)
        .join(cases, cases.c.number == search_tokens.c.case_number)
        .where(search_tokens.c.token == rarest)
        .order_by(search_tokens.c.case_number.desc())
    )
    for token in others:
        also = search_tokens.alias()
        query = query.where(
            exists().where(also.c.token == token, also.c.case_number == search_tokens.c.case_number)
        )
    return query


def _rarest_first(connection: Connection, tokens: list[str]) -> list[str]:
    if len(tokens) < 2:
        return tokens
    capped = [
        select(func.count())
        .select_from(select(literal(1)).where(search_tokens.c.token == token).limit(MANY).subquery())
        .scalar_subquery()
        for token in tokens
    ]
    counts = dict(zip(tokens, connection.execute(select(*capped)).one(), strict=True))
    return sorted(tokens, key=counts.__getitem__)


def _telephone(typed: str) -> str | None:
    """The digits of what looks like a telephone number, the country's code as the 0 that people write."""
    digits = "".join(filter(str.isdigit, typed))
    if typed.lstrip("(").startswith("+" + _COUNTRY) or (digits.startswith(_COUNTRY) and len(digits) > 10):
        digits = "0" + digits.removeprefix(_COUNTRY).removeprefix("0")
    return digits if len(digits) >= _SHORTEST_NUMBER else None


def _may_be_known(schema: FormSchema, answers: Mapping[str, Any]) -> bool:
    asking = [path for path, field in schema.fields.items() if field.veils_identity]
    return bool(asking) and not any(_at(answers, path.split(".")) == [True] for path in asking)


def _texts(schema: FormSchema, answers: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Free text and what is personal, of every row of a repeated group too."""
    for path, field in schema.fields.items():
        if field.options or not (field.personal or field.component in ("textfield", "textarea")):
            continue
        for value in _at(answers, path.replace("[]", "").split(".")):
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                yield field, str(value)


def _at(found: Any, way: Sequence[str]) -> list[Any]:
    """The answers at a flat path; more than one inside a repeated group."""
    if isinstance(found, list):
        return [value for row in found for value in _at(row, way)]
    if not way:
        return [found]
    return _at(found.get(way[0]), way[1:]) if isinstance(found, Mapping) else []
