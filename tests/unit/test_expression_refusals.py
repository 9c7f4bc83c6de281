"""A refusal says where, what was expected, what was found and what to do."""

from __future__ import annotations

import pytest

from engine.errors import ExpressionInvalid
from engine.expression import parse


@pytest.mark.parametrize(
    ("source", "line", "column", "message"),
    [
        ("", 1, 1, "expected a value, found the end; write one"),
        ("a = ", 1, 4, "expected a value, found the end"),
        ("a =\n  and b", 2, 3, "expected a value, found and"),
        ("(1", 1, 3, 'expected ")", found the end'),
        ("[1, 2", 1, 6, "found the end"),
        ("1 2", 1, 3, "expected an operator or the end of the expression, found 2"),
        ("hasil analisis", 1, 7, "write names without spaces"),
        ("= a", 1, 1, 'without a leading "="'),
        ("${a}", 1, 1, 'without "${}"'),
        ("a == b", 1, 4, 'compare with a single "="'),
        ("a && b", 1, 3, 'write "and", "or", "not(…)"'),
        ("!a", 1, 1, 'write "and", "or", "not(…)"'),
        ("a = 'b'", 1, 5, "write text in straight double quotes"),
        ("a = “b”", 1, 5, "write text in straight double quotes"),
        ('a = "b', 1, 5, "close the text with a double quote"),
        (r'a = "\d"', 1, 6, r"expected an escape of FEEL, found \d"),
        (r'a = "\uD83D"', 1, 5, "write both halves"),
        ("if a then b", 1, 12, "expected else, found the end"),
        ("a.1", 1, 3, "expected a name, found 1"),
        ("a = cuont(b)", 1, 5, "expected a function of FEEL, found cuont; write count if that was meant"),
        ("zzzzzz(b)", 1, 1, "write one of the functions of FEEL"),
        ("count()", 1, 1, "expected 1 argument for count, found 0"),
        ("contains(a)", 1, 1, "expected 2 arguments for contains, found 1"),
        ('substring("a")', 1, 1, "expected 2 to 3 arguments for substring, found 1"),
        ("append([])", 1, 1, "expected 2 or more arguments for append, found 1"),
        ("{a: 1, a: 2}", 1, 8, "expected each key once in a context, found a again"),
        ("{a: 1, b: a}", 1, 8, "expected entries that do not read one another, found b reading a"),
        ("x in ]1..5[", 1, 6, "expected a value"),
        ("[1..5]", 1, 3, 'expected "," or "]"'),
        ("and = 1", 1, 1, "expected a value, found and"),
        ("a.in", 1, 3, "expected a name, found in"),
    ],
)
def test_a_refusal_names_place_cause_and_remedy(source: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ExpressionInvalid) as refused:
        parse(source)
    assert message in refused.value.message
    assert (refused.value.detail["line"], refused.value.detail["column"]) == (line, column)
    assert refused.value.detail["source"] == source


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0].__subclasses__()",
        "lambda: 1",
        "a := 1",
        "a; b",
        "function(x) external x",
        "open(a)",
        "eval(a)",
    ],
)
def test_python_is_not_feel(source: str) -> None:
    with pytest.raises(ExpressionInvalid):
        parse(source)
