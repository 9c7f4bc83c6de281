"""Regular expressions out of form files: only those that cannot take long.

A backtracking matcher tries, at worst, every way in which a pattern can be matched. `cost` counts those
ways on a text of `LONGEST` characters: a choice adds, a sequence multiplies, a repetition sums the powers.
A pattern above `MOST` is refused at deployment, and a text longer than `LONGEST` never matches; so a nested
repetition such as `(a+)+` is out by arithmetic, not by a list of known bombs.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 200
MOST = 10_000_000

_REPEAT = re.compile(r"\{(\d{1,3})(,(\d{0,3}))?\}")
_ESCAPES = frozenset("dDwWsSbB")


class Unsafe(ValueError):
    """The pattern is outside what is supported; the text says where and why, in Indonesian."""


@dataclass
class _Cursor:
    source: str
    at: int = 0

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self) -> str:
        taken = self.peek()
        if not taken:
            raise Unsafe("pola berakhir sebelum lengkap")
        self.at += 1
        return taken


def cost(pattern: str) -> int:
    """How many ways a search with this pattern may try on the longest text. Raises `Unsafe`."""
    if len(pattern) > LONGEST:
        raise Unsafe(f"pola lebih panjang dari {LONGEST} karakter")
    cursor = _Cursor(pattern)
    ways = _choice(cursor)
    if cursor.peek():
        raise Unsafe(f"kurung tutup tanpa pembuka pada karakter ke-{cursor.at + 1}")
    # Without an anchor a search starts anew at every character.
    return ways if pattern.startswith("^") else ways * LONGEST


@lru_cache(maxsize=256)
def compile_safe(pattern: str) -> re.Pattern[str]:
    """Compile a bounded pattern; `\\d`, `\\w` and `\\s` are ASCII as in a browser. Raises `Unsafe`."""
    if cost(pattern) > MOST:
        raise Unsafe("pola dapat memakan waktu lama: ada pengulangan di dalam atau di samping pengulangan")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return re.compile(pattern, re.ASCII)
        except (re.error, Warning) as problem:
            raise Unsafe(f"pola tidak dapat dibaca: {problem}") from problem


def matches(pattern: str, value: str) -> bool:
    """Whether the pattern is found in the value, as `RegExp.test` says it; never for a longer text."""
    return len(value) <= LONGEST and compile_safe(pattern).search(value) is not None


def _choice(cursor: _Cursor) -> int:
    ways = _sequence(cursor)
    while cursor.peek() == "|":
        cursor.take()
        ways += _sequence(cursor)
    return ways


def _sequence(cursor: _Cursor) -> int:
    ways = 1
    while cursor.peek() not in ("", "|", ")"):
        ways = min(ways * _repeated(cursor), MOST + 1)
    return ways


def _repeated(cursor: _Cursor) -> int:
    ways = _atom(cursor)
    least, most = _quantifier(cursor)
    total = 0
    for times in range(least, most + 1):
        total += ways**times
        if total > MOST:
            return MOST + 1
    return total


def _quantifier(cursor: _Cursor) -> tuple[int, int]:
    sign = cursor.peek()
    if sign and sign in "*+?":
        cursor.take()
        least, most = {"*": (0, LONGEST), "+": (1, LONGEST), "?": (0, 1)}[sign]
    elif found := _REPEAT.match(cursor.source, cursor.at):
        cursor.at = found.end()
        least = int(found[1])
        most = least if found[2] is None else int(found[3] or max(least, LONGEST))
        if least > most or most > LONGEST:
            raise Unsafe(f"pengulangan {found[0]} di luar 0 sampai {LONGEST}")
    else:
        return 1, 1
    if cursor.peek() == "?":
        cursor.take()
    if cursor.peek() and cursor.peek() in "*+?":
        raise Unsafe(f"pengulangan ganda pada karakter ke-{cursor.at + 1}")
    return least, most


def _atom(cursor: _Cursor) -> int:
    start = cursor.at + 1
    taken = cursor.take()
    if taken == "(":
        if cursor.peek() == "?":
            if cursor.source[cursor.at : cursor.at + 2] != "?:":
                raise Unsafe(f"kelompok (?… pada karakter ke-{start} tidak didukung")
            cursor.at += 2
        ways = _choice(cursor)
        if cursor.peek() != ")":
            raise Unsafe(f"kurung pada karakter ke-{start} tidak ditutup")
        cursor.take()
        return ways
    if taken == "[":
        _set(cursor, start)
    elif taken == "\\":
        _escape(cursor, start)
    elif taken in "*+?{}":
        raise Unsafe(f"tanda {taken} pada karakter ke-{start} tidak mengulang apa pun")
    return 1


def _set(cursor: _Cursor, start: int) -> None:
    if cursor.peek() == "^":
        cursor.take()
    if cursor.peek() == "]":
        raise Unsafe(f"kurung siku kosong pada karakter ke-{start}")
    while (taken := cursor.take()) != "]":
        if taken == "\\":
            _escape(cursor, start)
        elif taken == "[":
            raise Unsafe(f"tulis \\[ di dalam kurung siku pada karakter ke-{start}")


def _escape(cursor: _Cursor, start: int) -> None:
    taken = cursor.take()
    # Letters and digits after a backslash mean different things to browsers and to Python.
    if taken.isalnum() and taken not in _ESCAPES:
        raise Unsafe(f"\\{taken} di sekitar karakter ke-{start} tidak didukung")
