"""FEEL as conditions, scripts and forms use it: what an expression means."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import ExpressionFailed
from engine.expression import parse
from engine.expression.check import UnknownName, check

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CASE = {
    "lingkup": "tidak_berkadar",
    "nilai": 4,
    "harga": 1.1,
    "rahasia": True,
    "kosong": None,
    "huruf": ["a", "b", "c"],
    "baris": [{"nama": "Ani", "nilai": 5}, {"nama": "Budi", "nilai": 3}],
    "alamat": {"kota": "Samarinda", "kode": {"pos": "75123"}},
    "tanggal": date(2026, 11, 24),
    "saat": datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
}


def value_of(source: str) -> Any:
    """The value over CASE, numbers as the plain ones that read well in a test."""
    return plain(parse(source).evaluate(CASE, now=NOW))


def plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case list():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case _:
            return value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("12", 12),
        (".5", 0.5),
        ('"dua \\"kata\\"\\n\\u0041\\\\"', 'dua "kata"\nA\\'),
        (r'"\uD83D\uDE00 \U01F600"', "😀 😀"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("[]", []),
        ('[1, "dua", [3]]', [1, "dua", [3]]),
        ('{a: 1, "dua kata": 2}', {"a": 1, "dua kata": 2}),
        ("{}", {}),
        ("  \n 1 \n", 1),
    ],
)
def test_a_literal_is_its_value(source: str, expected: object) -> None:
    assert value_of(source) == expected
    assert type(value_of(source)) is type(expected)


@pytest.mark.parametrize("left", ["true", "false", "null", '"x"'])
@pytest.mark.parametrize("right", ["true", "false", "null", "1"])
def test_and_and_or_have_three_values(left: str, right: str) -> None:
    both = {left, right}
    conjunction = False if "false" in both else True if both == {"true"} else None
    disjunction = True if "true" in both else False if both == {"false"} else None
    assert value_of(f"{left} and {right}") is conjunction
    assert value_of(f"{left} or {right}") is disjunction


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('lingkup = "tidak_berkadar"', True),
        ('lingkup != "tidak_berkadar"', False),
        ("1 = 1.0", True),
        ("nilai >= 4 and nilai < 5", True),
        ('"a" < "b"', True),
        ("tanggal > date(2026, 11, 23)", True),
        ("null = null", True),
        ("null != null", False),
        ('"a" = null', False),
        ("kosong = null", True),
        ("tidak_ada = null", True),
        ('1 = "1"', None),
        ("true = 1", None),
        ("true < false", None),
        ("1 < null", None),
        ("tanggal = saat", None),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [1]", False),
        ('[1, 2] = [1, "2"]', None),
        ("[1, 2] = [3, null]", False),
        ("{a: 1} = {a: 1}", True),
        ("{a: 1} = {b: 1}", False),
        ('date and time("2026-11-24T08:00") = saat', None),
        ('date and time("2026-11-24T08:00") < saat', None),
    ],
)
def test_values_are_compared_within_their_kind(source: str, expected: object) -> None:
    assert value_of(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("nilai between 4 and 5", True),
        ("nilai between 5 and 6 or true", True),
        ("nilai between 1 and 3", False),
        ("null between 1 and 3", None),
        ("nilai in [1..4]", True),
        ("nilai in [1..4)", False),
        ("nilai in (4..5]", False),
        ("nilai in (1..5)", True),
        ("nilai in [1, 4]", True),
        ("nilai in (1, 4)", True),
        ("nilai in (1, [7..8], > 3)", True),
        ("nilai in ([1..2], 3)", False),
        ("nilai in < 5", True),
        ("nilai in (>= 5)", False),
        ("nilai in (!= 4)", False),
        ("lingkup in huruf", False),
        ('"b" in huruf', True),
        ('kosong in ("a", "b")', False),
        ("[1] in [[1], [2]]", True),
        ("nilai in (2 + 2) and true", True),
    ],
)
def test_in_asks_whether_one_test_accepts(source: str, expected: object) -> None:
    assert value_of(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("(1 + 2) * 3", 9),
        ("8 / 4 / 2", 1),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("- - 1", 1),
        ("0.1 + 0.2 = 0.3", True),
        ("harga * 3 = 3.3", True),
        ('"a" + "b" + "c"', "abc"),
        ('"a" + 1', None),
        ("1 / 0", None),
        ("1 + null", None),
        ("-true", None),
        ('date("2026-11-24") + duration("P1D")', date(2026, 11, 25)),
        ('saat - duration("PT2H")', datetime(2026, 11, 24, 6, tzinfo=UTC)),
        ('duration("PT2H") + duration("PT30M")', timedelta(hours=2.5)),
        ('duration("PT2H") + tanggal', date(2026, 11, 24)),
        ('duration("PT2H") * 2', timedelta(hours=4)),
        ('1.5 * duration("PT2H")', timedelta(hours=3)),
        ('duration("PT2H") / 4', timedelta(minutes=30)),
        ('duration("PT2H") / duration("PT30M")', 4),
        ('-duration("PT2H")', timedelta(hours=-2)),
        ('date("2026-11-24") - date("2026-11-20")', timedelta(days=4)),
        ("now() - saat", timedelta(minutes=30)),
        ('time("10:00") - time("08:30")', timedelta(minutes=90)),
        ('time("23:00") + duration("PT2H")', time(1)),
        ('saat - date and time("2026-11-24T08:00")', None),
        ('date("9999-12-31") + duration("P1D")', None),
        ('duration("P999999999D") * 10', None),
    ],
)
def test_arithmetic_is_decimal_and_null_where_it_has_no_meaning(source: str, expected: object) -> None:
    assert value_of(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('if rahasia then "ya" else "tidak"', "ya"),
        ("if null then 1 else if false then 2 else 3", 3),
        ("for x in [1, 2] return x * 10", [10, 20]),
        ("for x in 1..3 return x", [1, 2, 3]),
        ("for x in 3..1 return x", [3, 2, 1]),
        ("for x in [1, 2], y in [x, 5] return x * y", [1, 5, 4, 10]),
        ("for x in 7 return x", [7]),
        ("for x in null return x", None),
        ("for x in 1..null return x", None),
        ("some x in [1, 2] satisfies x > 1", True),
        ("some x in [] satisfies x > 1", False),
        ("every x in [1, 2] satisfies x > 1", False),
        ("every x in [] satisfies x > 1", True),
        ("some x in [null] satisfies x > 1", None),
        ("some nilai in [9] satisfies nilai = 9", True),
        ("some x in null satisfies x", None),
    ],
)
def test_choices_and_loops(source: str, expected: object) -> None:
    assert value_of(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("alamat.kota", "Samarinda"),
        ("alamat.kode.pos", "75123"),
        ("alamat.tidak_ada.pos", None),
        ("huruf[1]", "a"),
        ("huruf[-1]", "c"),
        ("huruf[0]", None),
        ("huruf[4]", None),
        ("huruf[1.5]", None),
        ('huruf[item > "a"]', ["b", "c"]),
        ("baris[nilai > 4].nama", ["Ani"]),
        ("baris[item.nilai > 4][1].nama", "Ani"),
        ("baris.nilai", [5, 3]),
        ("baris[2].nama", "Budi"),
        ("[][1]", None),
        ("[][item > 1]", []),
        ("[1, null, 3][item > 1]", [3]),
        ("nilai[1]", 4),
        ("kosong[1]", None),
        ("{a: {b: [7]}}.a.b[1]", 7),
    ],
)
def test_paths_and_filters(source: str, expected: object) -> None:
    assert value_of(source) == expected


@pytest.mark.parametrize("key", ["__class__", "real", "year", "upper", "keys", "__len__"])
@pytest.mark.parametrize("variable", ["lingkup", "nilai", "tanggal", "alamat"])
def test_a_path_never_reaches_a_python_attribute(variable: str, key: str) -> None:
    assert value_of(f"{variable}.{key}") is None


def test_names_are_the_variables_that_may_be_read() -> None:
    source = (
        "if count(a) > 0 and (some x in b satisfies x = c)"
        " then for y in d, z in y return y + z + e"
        " else {f: g, h: i[item > j].k}"
    )
    assert parse(source).names == set("abcdegij")


def test_a_name_bound_in_a_loop_is_free_outside_of_it() -> None:
    assert parse("x > 1 or (some x in xs satisfies x > 1)").names == {"x", "xs"}


def test_names_may_have_letters_of_any_script_and_start_like_a_keyword() -> None:
    context = {"andi": 1, "niño": 2, "oranye_2": 3}
    assert parse("andi + niño + oranye_2").evaluate(context) == 6


def test_an_unknown_name_is_found_with_the_name_that_was_meant() -> None:
    found = check(parse('lingkpu = "x" or zzz'), ["lingkup", "alasan"])
    assert found == [UnknownName("lingkpu", "lingkup"), UnknownName("zzz", None)]


def test_known_names_are_no_findings() -> None:
    assert check(parse("some x in lingkup satisfies x = alasan"), {"lingkup", "alasan"}) == []


def test_the_same_text_is_read_once() -> None:
    assert parse("nilai > 3") is parse("nilai > 3")
    assert parse(" nilai > 3").source == " nilai > 3"


def test_the_result_shares_nothing_with_the_context() -> None:
    context = {"a": [{"b": [1]}]}
    result: Any = parse("a").evaluate(context)
    result[0]["b"].append("changed")
    assert context == {"a": [{"b": [1]}]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1, Decimal(1)),
        (0.1, Decimal("0.1")),
        (True, True),
        (10**40 + 1, Decimal("1E+40")),
        (float("nan"), None),
        (float("inf"), None),
        (Decimal("1E+7000"), None),
        ((1, 2), [Decimal(1), Decimal(2)]),
        ({"a": 1}, {"a": Decimal(1)}),
        (timedelta(hours=2), timedelta(hours=2)),
    ],
)
def test_a_python_value_becomes_a_feel_value(given: object, expected: object) -> None:
    result = parse("a").evaluate({"a": given})
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("given", [object(), b"bytes", {1, 2}, {1: "a"}, print, [object()]])
def test_a_python_value_that_feel_does_not_know_fails_by_name(given: object) -> None:
    with pytest.raises(ExpressionFailed, match="Expected lampiran to hold text"):
        parse("lampiran").evaluate({"lampiran": given})


def test_a_variable_that_is_not_read_may_be_anything() -> None:
    assert parse("true or false").evaluate({"lampiran": object()}) is True
