"""Whatever a check of the record can find belongs to a question, and is told in words with what to do next."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import engine.history
from engine.history.finding import ASPECTS, QUESTIONS
from webapp import finding_words

SOURCES = Path(engine.history.__file__).parent


def codes() -> Iterator[str]:
    """Every code as it is written where a `Finding` is made, as a pattern: `answers_missing`, `.*_missing`."""
    for path in SOURCES.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                place = {"Finding": 3, "_finding": 0}.get(call.func.id)
                if place is not None and len(call.args) > place:
                    yield from _patterns(call.args[place])


def _patterns(code: ast.expr) -> Iterator[str]:
    if isinstance(code, ast.Constant):
        yield str(code.value)
    elif isinstance(code, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else r"\w+" for part in code.values)


def test_every_code_that_a_check_gives_has_its_question() -> None:
    found = set(codes())
    assert len(found) > 25
    assert [one for one in found if not any(re.fullmatch(one, known) for known in ASPECTS)] == []
    assert set(ASPECTS.values()) == set(QUESTIONS)


def test_every_code_has_its_words_and_none_is_left_over() -> None:
    assert finding_words.WORDS.keys() == ASPECTS.keys()
    assert finding_words.QUESTIONS.keys() == set(QUESTIONS)


def test_every_word_is_there_in_both_languages() -> None:
    said = [part for words in finding_words.WORDS.values() for part in (words.means, words.remedy)]
    said += [*finding_words.KINDS.values(), *finding_words.QUESTIONS.values()]
    for one in said:
        assert one.indonesian
        assert one.english
        assert one.in_("id") == one.indonesian
        assert one.in_("en") == one.english
