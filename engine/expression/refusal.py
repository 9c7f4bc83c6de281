"""The sentences that refuse a text: what was expected, what was found, what to do."""

from __future__ import annotations

from collections.abc import Collection

from lark.exceptions import UnexpectedInput, UnexpectedToken

from engine.errors import ExpressionInvalid

_KEPT = ("true", "false", "null", "some", "every")
#: Say nothing more once the text is read: lark keeps no token whose name begins with an underscore.
_DROPPED = ("and", "or", "between", "in", "if", "then", "else", "for", "return", "satisfies")
KEYWORDS = {**{word.upper(): word for word in _KEPT}, **{f"_{word.upper()}": word for word in _DROPPED}}

#: How a message names what the grammar calls by these names.
_WORDS = {
    **KEYWORDS,
    "NAME": "a name",
    "COMMA": '","',
    "COLON": '":"',
    "DOT": '"."',
    "__ANON_0": '".."',
    "RPAR": '")"',
    "RSQB": '"]"',
    "RBRACE": '"}"',
    "LPAR": '"("',
    "LSQB": '"["',
    "LBRACE": '"{"',
    "$END": "the end of the expression",
}
_VALUE_STARTS = frozenset(
    (
        *("NAME", "LPAR", "LSQB", "LBRACE", "MINUS"),
        *("TRUE", "FALSE", "NULL", "SOME", "EVERY", "_IF", "_FOR"),
    )
)
_OPERATORS = frozenset(
    (
        *("COMPARE", "PLUS", "MINUS", "STAR", "SLASH", "POWER", "DOT", "LSQB", "LPAR"),
        *("_AND", "_OR", "_IN", "_BETWEEN"),
    )
)


def refusal(source: str, error: UnexpectedInput, accepted: Collection[str]) -> ExpressionInvalid:
    """Of a text that lark cannot read on from here, where only these terminals could stand."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return invalid(
            source, len(source.rstrip()), _expected(accepted), "the end", _remedy(source, len(source))
        )
    at = error.pos_in_stream or 0
    found = _clip(error.token) if isinstance(error, UnexpectedToken) else source[at]
    return invalid(source, at, _expected(accepted), found, _remedy(source, at))


def invalid(source: str, at: int, expected: str, found: str, remedy: str) -> ExpressionInvalid:
    """The refusal of a text, at this offset in it; `detail` has `line` and `column`, both counted from 1."""
    before = source[:at]
    line, column = before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
    return ExpressionInvalid(
        f"Line {line}, column {column}: expected {expected}, found {found}; {remedy}.",
        line=line,
        column=column,
        expected=expected,
        found=found,
        source=source,
    )


def _expected(accepted: Collection[str]) -> str:
    """The few things that could stand here; a value and an operator stand for their many forms."""
    allowed = set(accepted)
    choices = []
    if "NUMBER" in allowed:
        choices.append("a value")
        allowed -= _VALUE_STARTS
    if allowed & {"PLUS", "COMPARE"}:
        choices.append("an operator")
        allowed -= _OPERATORS
    choices += sorted(_WORDS[name] for name in allowed if name in _WORDS)
    return " or ".join(choices) or "a FEEL expression"


def _remedy(source: str, at: int) -> str:
    """What to do, for the mistakes that people bring from other dialects."""
    rest = source[at:]
    if not source.strip():
        return "write one"
    if source.lstrip().startswith(("=", "${", "#{")):
        return 'write the bare expression, without a leading "=" and without "${}"'
    if rest.startswith(("==", "=")):
        return 'compare with a single "="'
    if rest.startswith(("&&", "||", "!")):
        return 'write "and", "or", "not(…)"'
    if rest.startswith(("'", "“", "”")):
        return "write text in straight double quotes"
    if rest.startswith('"'):
        return "close the text with a double quote, and write no value straight after another"
    if rest[:1].isalpha():
        return "write names without spaces, and join two values by an operator"
    return "correct the expression there"


def _clip(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
