"""JUEL, the expressions of Camunda 7, as FEEL: only where both say the same, and nothing is called or looked into."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WRAPPED = re.compile(r"\s*[$#]\{(?P<inside>[^{}]*)\}\s*")
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^'\\"]*'|"[^"\\']*")|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/<>()!]))"""
)
_SAID = {
    "&&": "and", "||": "or", "==": "=", "eq": "=", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=",
    "!": "not", "div": "/",
}  # fmt: skip
#: Weakest first.
_LEVELS = (("or",), ("and",), ("=", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/"))
_WORDS = frozenset({"and", "or", "not", "true", "false", "null"})


class Untranslatable(ValueError):
    """The expression calls, looks into an object, or is text with expressions in it."""


def is_wrapped(text: str) -> bool:
    """Whether Camunda 7 would evaluate something in it."""
    return "${" in text or "#{" in text


def feel(text: str) -> str:
    """The FEEL of `${…}`. Raises `Untranslatable`."""
    found = _WRAPPED.fullmatch(text)
    if found is None:
        raise Untranslatable(text)
    tokens = list(_tokens(found["inside"]))
    said, rest = _level(tokens, 0)
    if rest:
        raise Untranslatable(text)
    return said


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise Untranslatable(text)
        at = found.end()
        token = found[found.lastgroup or 0]
        yield '"' + token[1:-1] + '"' if found.lastgroup == "text" else _SAID.get(token, token)


def _level(tokens: list[str], level: int) -> tuple[str, list[str]]:
    """What the tokens say from this level of operators on, and those that are left."""
    if level == len(_LEVELS):
        return _single(tokens)
    said, rest = _level(tokens, level + 1)
    while rest and rest[0] in _LEVELS[level]:
        right, after = _level(rest[1:], level + 1)
        said, rest = f"{said} {rest[0]} {right}", after
    return said, rest


def _single(tokens: list[str]) -> tuple[str, list[str]]:
    if not tokens:
        raise Untranslatable("nothing where a value should be")
    first, rest = tokens[0], tokens[1:]
    if first == "not":
        said, rest = _single(rest)
        return f"not({said})", rest
    if first == "-":
        said, rest = _single(rest)
        return f"-{said}", rest
    if first == "(":
        said, rest = _level(rest, 0)
        if rest[:1] != [")"]:
            raise Untranslatable("a bracket is not closed")
        return f"({said})", rest[1:]
    if (
        rest[:1] == ["("]
        or not (first[0].isalnum() or first[0] in '_"')
        or first in _WORDS - {"true", "false", "null"}
    ):
        raise Untranslatable(first)
    return first, rest
