"""Whatever a text says, reading and evaluating it ends, soon, in a value or in one of our two errors."""

from __future__ import annotations

import decimal
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.errors import ExpressionFailed, ExpressionInvalid
from engine.expression import Value, parse
from engine.expression.functions import FUNCTIONS
from engine.expression.grammar import MAX_DEPTH, MAX_SOURCE
from engine.expression.values import MAX_ELEMENTS, MAX_NESTING, MAX_STEPS

KINDS = (bool, Decimal, str, date, time, timedelta, list, dict, type(None))


def test_a_text_may_be_as_long_as_the_limit_and_no_longer() -> None:
    longest = "1" + " " * (MAX_SOURCE - 1)
    assert parse(longest).evaluate({}) == 1
    with pytest.raises(ExpressionInvalid, match=f"at most {MAX_SOURCE} characters"):
        parse(longest + " ")


@pytest.mark.parametrize(
    ("opening", "core", "closing"),
    [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a:", "1", "}"),
        ("-", "1", ""),
        ("not(", "true", ")"),
        ("if a then b else ", "c", ""),
        ("for x in xs return ", "x", ""),
        ("x in (", "1", ")"),
        ("a[", "1", "]"),
    ],
)
def test_nesting_is_refused_beyond_the_limit_and_evaluated_up_to_it(
    opening: str, core: str, closing: str
) -> None:
    for depth in (MAX_DEPTH, 1000):
        source = (opening * depth + core + closing * depth)[:MAX_SOURCE]
        with pytest.raises(ExpressionInvalid):
            parse(source)
    allowed = MAX_DEPTH // 2 - 1  # some constructs take two levels of the tree
    parse(opening * allowed + core + closing * allowed).evaluate({"a": [1], "xs": [1]})


@pytest.mark.parametrize("opening", ["(", "[", "{a:", "-", "not(", "(1+", '"', "x in ("])
def test_what_is_opened_and_never_closed_is_refused(opening: str) -> None:
    with pytest.raises(ExpressionInvalid):
        parse((opening * MAX_SOURCE)[: MAX_SOURCE - 1])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("+".join(["1"] * 2000), Decimal(2000)),
        ("1" + "-1" * 1999, Decimal(-1998)),
        ("*".join(["1"] * 2000), Decimal(1)),
        ("**".join(["1"] * 1300), Decimal(1)),
        (" or ".join(["a"] * 700), None),
        (" and ".join(["true"] * 400), True),
        ("a" + ".b" * 1999, None),
        ("1" + "[1]" * 1300, Decimal(1)),
        ("count([" + ",".join(["1"] * 1900) + "])", Decimal(1900)),
    ],
    ids=["plus", "minus", "times", "power", "or", "and", "path", "filter", "list"],
)
def test_a_long_chain_is_not_nesting(source: str, expected: object) -> None:
    assert len(source) <= MAX_SOURCE
    assert parse(source).evaluate({}) == expected


@pytest.mark.parametrize(
    "source",
    [
        "for a in 1..900000000 return a",
        "for a in xs, b in xs, c in xs return a",
        "some a in 1..300, b in 1..300 satisfies a + b < 0",
        "xs[count(xs[count(xs[item > 0]) > 0]) > 0]",
    ],
)
def test_an_expression_that_takes_too_many_steps_fails(source: str) -> None:
    with pytest.raises(ExpressionFailed, match=f"within {MAX_STEPS} steps"):
        parse(source).evaluate({"xs": list(range(1, 200))})


@pytest.mark.parametrize(
    "source",
    [
        "for n in 1..18 return distinct values(xs)",
        "for n in 1..18 return count(reverse(xs))",
        "for n in 1..18 return xs = xs",
        'for n in 1..18 return "z" in xs',
        "for n in 1..18 return xs.kunci",
        "for n in 1..18 return string length(panjang + a)",
        'for n in 1..18 return contains(panjang, "b")',
    ],
)
def test_work_over_long_lists_and_texts_is_paid_for(source: str) -> None:
    with pytest.raises(ExpressionFailed, match=f"within {MAX_STEPS} steps"):
        parse(source).evaluate({"xs": ["a"] * 90_000, "panjang": "a" * 99_000, "a": "a"})


def test_deep_work_on_shared_lists_is_paid_for() -> None:
    rows = "for a in 1..1000 return xs"
    for source in (f"({rows}) = ({rows})", f"distinct values({rows})"):
        with pytest.raises(ExpressionFailed, match=f"within {MAX_STEPS} steps"):
            parse(source).evaluate({"xs": [[1]] * 1000})


@pytest.mark.parametrize(
    "source",
    [
        "xs",
        "panjang",
        "append(setengah, 1)[1]",
        "concatenate(setengah, setengah)",
        "flatten([setengah, setengah])",
        "teks + teks",
        'string join(for x in 1..1000 return "aaaaaaaaaa", teks)',
        "upper case(eszett)",
    ],
)
def test_a_text_or_list_over_the_limit_fails(source: str) -> None:
    context = {
        "xs": [1] * (MAX_ELEMENTS + 1),
        "panjang": "a" * (MAX_ELEMENTS + 1),
        "setengah": ["a"] * MAX_ELEMENTS,
        "teks": "a" * 60_000,
        "eszett": "ß" * 60_000,
    }
    with pytest.raises(ExpressionFailed, match=f"at most {MAX_ELEMENTS} elements"):
        parse(source).evaluate(context)


def test_a_list_of_the_limit_is_read() -> None:
    assert parse("count(xs)").evaluate({"xs": ["a"] * MAX_ELEMENTS}) == MAX_ELEMENTS


def test_a_variable_nested_too_deeply_fails() -> None:
    nested: list[object] = []
    for _ in range(MAX_NESTING - 1):
        nested = [nested]
    assert parse("a = a").evaluate({"a": nested}) is True
    endless: list[object] = []
    endless.append(endless)
    for value in ([[nested]], endless):
        with pytest.raises(ExpressionFailed, match=f"nested at most {MAX_NESTING} deep"):
            parse("a").evaluate({"a": value})


def test_a_variable_that_repeats_itself_in_width_and_depth_fails() -> None:
    bomb: list[object] = ["lol"]
    for _ in range(MAX_NESTING - 2):
        bomb = [bomb] * 10
    with pytest.raises(ExpressionFailed, match=f"within {MAX_STEPS} steps"):
        parse("a").evaluate({"a": bomb})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("9 ** (9 ** 9)", None),
        ("9 ** 9 ** 9 ** 9 ** 9", None),
        ("(-9) ** (9 ** 9)", None),
        ("10 ** 6144 * 10", None),
        ("10 ** -6144 / 10 ** 40", Decimal(0)),
        ("1.0000001 ** (10 ** 30)", None),
        ("0 ** 0", None),
        ("(-8) ** 0.5", None),
    ],
)
def test_a_number_out_of_range_is_null(source: str, expected: object) -> None:
    assert parse(source).evaluate({}) == expected


def test_numbers_have_34_digits_whatever_the_caller_set() -> None:
    with decimal.localcontext() as context:
        context.prec = 3
        assert parse("1 / 3").evaluate({}) == Decimal("0." + "3" * 34)
        assert parse("floor(123456.7)").evaluate({}) == 123456
        assert parse("round half up(123456.789, 2)").evaluate({}) == Decimal("123456.79")
        assert parse("-123456").evaluate({}) == -123456
        assert parse("xs[-1000]").evaluate({"xs": [7] * 1000}) == 7


@settings(deadline=None)  # no test asserts a time
@given(st.text(max_size=200))
@example("\x00")
@example("\ud800")
@example('"\ud800"')
@example('"\\ud800"')
@example('"\\UFFFFFF"')
@example("²")
def test_any_text_is_an_expression_or_is_refused(source: str) -> None:
    read_and_evaluate(source)


WORDS = st.sampled_from(
    [
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between"),
        *("true", "null", "x", "xs", "item", "1", "0.5", '"a"', "(", ")", "[", "]", "{", "}", ",", ":", "."),
        *(
            "..",
            "+",
            "-",
            "*",
            "/",
            "**",
            "=",
            "!=",
            "<",
            ">=",
            "\\",
            '"',
            "@",
            "${",
            "date and time",
            *FUNCTIONS,
        ),
    ]
)


@settings(deadline=None)  # no test asserts a time
@given(st.lists(WORDS, max_size=40))
def test_any_row_of_words_is_an_expression_or_is_refused(words: list[str]) -> None:
    read_and_evaluate(" ".join(words))


LEAVES = st.sampled_from(
    [
        *("x", "xs", "rows", "s", "t", "d", "nothing", "item", "true", "false", "null", "[]", "{}"),
        *("0", "1", "-1", "2.5", "100000", '""', '"a"', '"2026-11-24"', '"PT2H"', '"08:00"'),
        *("now()", "today()", 'duration("PT2H")', "10 ** 6144", "10 ** -30"),
    ]
)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def form(template: str) -> st.SearchStrategy[str]:
        return st.tuples(*[inner] * template.count("?")).map(
            lambda parts: template.replace("?", "%s") % parts
        )

    templates = [
        *(
            f"(? {op} ?)"
            for op in ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]
        ),
        *("(? between ? and ?)", "(? in [?..?])", "(? in (?, > ?, (?..?]))", "-?", "[?, ?]", "{a: ?, b: ?}"),
        *("(if ? then ? else ?)", "(for x in ? return ?)", "(for x in ?..? return ?)", "(?)[?]", "(?).a"),
        *("(some x in ?, s in ? satisfies ?)", "(every x in ? satisfies ?)"),
    ]
    calls = [
        f"{function.name}({', '.join('?' * count)})"
        for function in FUNCTIONS.values()
        for count in range(function.least, max(len(function.kinds), function.least) + 1)
    ]
    return st.sampled_from(templates + calls).flatmap(form)


EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=12)


@settings(deadline=None)  # no test asserts a time
@given(EXPRESSIONS)
def test_any_expression_gives_a_feel_value_or_passes_a_bound(source: str) -> None:
    read_and_evaluate(source)


def read_and_evaluate(source: str) -> None:
    context = {
        "x": 3,
        "xs": [1, 2.5, "a", None, [1]],
        "rows": [{"a": 1, "b": "c"}, {"a": None}],
        "s": "teks",
        "t": time(8, 0),
        "d": datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    }
    try:
        expression = parse(source)
    except ExpressionInvalid:
        return
    try:
        value = expression.evaluate(context, now=datetime(2026, 11, 24, 8, 30, tzinfo=UTC))
    except ExpressionFailed:
        return
    assert_feel(value)


def assert_feel(value: Value) -> None:
    assert isinstance(value, KINDS)
    if isinstance(value, Decimal):
        assert value.is_finite()
    for part in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        assert_feel(part)
