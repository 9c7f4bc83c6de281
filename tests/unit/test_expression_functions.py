"""The functions of FEEL, each with what it gives for good and for unfit arguments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ExpressionInvalid
from engine.expression import parse
from engine.expression.functions import FUNCTIONS
from engine.expression.moments import duration_from, duration_text

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=ZoneInfo("Asia/Makassar"))
CASES: dict[str, dict[str, Any]] = {
    "not": {"not(true)": False, "not(false)": True, "not(null)": None, "not(1)": None},
    "is defined": {"is defined(1)": True, "is defined(tidak_ada)": False, "is defined(false)": True},
    "get value": {'get value({a: 1}, "a")': 1, 'get value({a: 1}, "b")': None, 'get value(1, "a")': None},
    "get entries": {"get entries({a: 1})": [{"key": "a", "value": 1}], "get entries(null)": None},
    "count": {"count([1, null])": 2, "count([])": 0, "count(5)": 1, "count(null)": None},
    "list contains": {
        'list contains(["a"], "a")': True,
        'list contains(["a"], 1)': False,
        "list contains([1, null], null)": True,
        "list contains(null, 1)": None,
        "list\n contains ([1], 1)": True,
    },
    "index of": {"index of([1, 2, 1], 1)": [1, 3], "index of([1], 2)": []},
    "append": {"append([1], 2, 3)": [1, 2, 3], "append(null, 1)": None},
    "concatenate": {"concatenate([1], [2, 3], 4)": [1, 2, 3, 4], "concatenate([1], null)": None},
    "reverse": {"reverse([1, 2])": [2, 1]},
    "distinct values": {
        "distinct values([1, 1.0, 2, null, null])": [1, 2, None],
        "distinct values([[1], [1], {a: 1}, {a: 1}])": [[1], {"a": 1}],
        'distinct values([1, true, "1"])': [1, True, "1"],
    },
    "flatten": {"flatten([1, [2, [3, []]]])": [1, 2, 3]},
    "sum": {"sum([1, 2])": 3, "sum(1, 2, 3)": 6, "sum([])": None, 'sum([1, "a"])': None, "sum(null)": None},
    "mean": {"mean([1, 2])": 1.5, "mean([])": None, "mean([1, null])": None},
    "min": {"min([2, 1])": 1, 'min("b", "a")': "a", "min([])": None, 'min(1, "a")': None},
    "max": {"max([2, 1])": 2, "max(date(2026, 1, 1), date(2026, 1, 2))": date(2026, 1, 2), "max(null)": None},
    "string": {
        "string(2.50)": "2.5",
        "string(100)": "100",
        "string(10 ** 20)": "1" + "0" * 20,
        "string(0.0)": "0",
        "string(true)": "true",
        'string("a")': "a",
        "string(null)": None,
        "string([1])": None,
        'string(date("2026-11-24"))': "2026-11-24",
        'string(date and time("2026-11-24T08:00:00Z"))': "2026-11-24T08:00:00+00:00",
        'string(duration("P1DT2H3M4.5S"))': "P1DT2H3M4.5S",
        'string(duration("-PT90M"))': "-PT1H30M",
        'string(duration("PT0S"))': "PT0S",
    },
    "string length": {'string length("niño")': 4, 'string length("😀")': 1, "string length(null)": None},
    "upper case": {'upper case("aß")': "ASS"},
    "lower case": {'lower case("AB")': "ab"},
    "substring": {
        'substring("foobar", 3)': "obar",
        'substring("foobar", 3, 3)': "oba",
        'substring("foobar", -2, 1)': "a",
        'substring("foobar", 0)': None,
        'substring("foobar", 7)': None,
        'substring("foobar", 1.5)': None,
        'substring("foobar", 1, 0)': None,
        'substring("foobar", 10 ** 30)': None,
    },
    "substring before": {'substring before("a-b-c", "-")': "a", 'substring before("abc", "-")': ""},
    "substring after": {
        'substring after("a-b-c", "-")': "b-c",
        'substring after("abc", "-")': "",
        'substring after("abc", "")': "abc",
    },
    "contains": {'contains("abc", "b")': True, 'contains("abc", "d")': False, 'contains(null, "d")': None},
    "starts with": {'starts with("abc", "a")': True, 'starts with("abc", "b")': False},
    "ends with": {'ends with("abc", "c")': True, 'ends with("abc", "b")': False},
    "split": {'split("a.b", ".")': ["a", "b"], 'split("ab", "")': None},
    "string join": {
        'string join(["a", null, "b"], ", ")': "a, b",
        'string join(["a", "b"])': "ab",
        'string join(["a", 1])': None,
    },
    "number": {'number("1234.5")': 1234.5, 'number("1_0")': None, 'number("١")': None, 'number("nan")': None},
    "abs": {"abs(-1)": 1, 'abs(duration("-PT1H"))': timedelta(hours=1), 'abs("a")': None},
    "floor": {"floor(1.5)": 1, "floor(-1.5)": -2, "floor(1.56, 1)": 1.5},
    "ceiling": {"ceiling(1.5)": 2, "ceiling(-1.5)": -1, "ceiling(1.51, 1)": 1.6},
    "round half up": {
        "round half up(2.5, 0)": 3,
        "round half up(-2.5, 0)": -3,
        "round half up(1.125, 2)": 1.13,
        "round half up(15, -1)": 20,
        "round half up(1, 10 ** 9)": None,
    },
    "modulo": {"modulo(12, 5)": 2, "modulo(-12, 5)": 3, "modulo(12, -5)": -3, "modulo(1, 0)": None},
    "date": {
        'date("2026-11-24")': date(2026, 11, 24),
        "date(2026, 11, 24)": date(2026, 11, 24),
        "date(now())": date(2026, 11, 24),
        "date(today())": date(2026, 11, 24),
        'date("2026-13-01")': None,
        'date("20261124")': None,
        "date(2026, 2, 30)": None,
        "date(2026, 1.5, 1)": None,
        "date(-1, 1, 1)": None,
        "date(2026, 1)": None,
        'date("2026-11-24", 1, 1)': None,
    },
    "time": {
        'time("08:00")': time(8),
        'time("08:00:30.5+08:00")': time(8, 0, 30, 500_000, timezone(timedelta(hours=8))),
        "time(8, 30, 0)": time(8, 30),
        'time("25:00")': None,
        "time(25, 0, 0)": None,
        'time(now()) > time("08:00")': True,
        'time(now()) - time("08:00")': timedelta(minutes=30),
        'time(time("08:00"))': time(8),
        "time(null)": None,
    },
    "date and time": {
        'date and time("2026-11-24T08:00:00Z")': datetime(2026, 11, 24, 8, tzinfo=UTC),
        'date and time("2026-11-24")': datetime(2026, 11, 24),  # noqa: DTZ001  # FEEL has local times
        "date and time(now()) = now()": True,
        'date and time(date("2026-11-24"), time("08:00Z"))': datetime(2026, 11, 24, 8, tzinfo=UTC),
        'date and time("2026-11-24T8")': None,
        'date and time(date("2026-11-24"))': None,
    },
    "duration": {
        'duration("PT2H")': timedelta(hours=2),
        'duration("P3D")': timedelta(days=3),
        'duration("P1DT1M1.25S")': timedelta(days=1, minutes=1, seconds=1.25),
        'duration("P1M")': None,
        'duration("PT")': None,
        'duration("P")': None,
        'duration("P1DT")': None,
        'duration("PT2X")': None,
    },
    "today": {"today()": date(2026, 11, 24)},
    "now": {"now()": NOW},
    "day of week": {'day of week(date("2026-11-24"))': "Tuesday", "day of week(now())": "Tuesday"},
}


@pytest.mark.parametrize(("source", "expected"), [pair for cases in CASES.values() for pair in cases.items()])
def test_a_function_gives_its_value_or_null(source: str, expected: object) -> None:
    result: Any = parse(source).evaluate({}, now=NOW)
    assert result == (Decimal(str(expected)) if isinstance(expected, float) else expected)


def test_every_function_has_its_examples() -> None:
    assert CASES.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("source", ["today()", "now()", "day of week(today())"])
def test_without_a_clock_there_is_no_time(source: str) -> None:
    assert parse(source).evaluate({}) is None


@pytest.mark.parametrize("name", ["matches", "replace"])
def test_regular_expressions_are_refused_by_name(name: str) -> None:
    with pytest.raises(ExpressionInvalid, match=f"time can be bounded, found {name}"):
        parse(f'{name}(a, "(x+x+)+y")')


@settings(deadline=None)  # no test asserts a time
@given(st.timedeltas(min_value=timedelta(days=-999_999), max_value=timedelta(days=999_999)))
def test_a_duration_survives_its_text(duration: timedelta) -> None:
    assert duration_from(duration_text(duration)) == duration
