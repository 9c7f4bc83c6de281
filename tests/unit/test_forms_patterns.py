"""Patterns out of form files: what is let through, and what could take long."""

from __future__ import annotations

import pytest

from engine.forms.patterns import LONGEST, Unsafe, compile_safe, matches


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        (r"^\d{16}$", "6472010101900001", "647201"),
        (r"^(\+62|0)8\d{7,12}$", "081234567890", "0712"),
        (r"^KT \d{1,4} [A-Z]{1,3}$", "KT 1234 AB", "DA 1 A"),
        (r"^[^@]+@[^@]+\.[a-z]+$", "nama@contoh.id", "nama"),
        ("ya|tidak", "bukan ya", "mungkin"),
        (r"^(ab|cd){1,3}$", "abcd", "abc"),
    ],
)
def test_a_plain_pattern_matches_as_in_a_browser(pattern: str, fits: str, fits_not: str) -> None:
    assert matches(pattern, fits)
    assert not matches(pattern, fits_not)


@pytest.mark.parametrize(
    "bomb", [r"^(a+)+$", r"^(a|aa)*$", r"^(a?){30}a{30}$", r"\d*\d*\d*\d*x", r"^(.*,){11}P", "(x+x+)+y"]
)
def test_a_pattern_that_could_take_long_is_refused(bomb: str) -> None:
    with pytest.raises(Unsafe, match="lama"):
        compile_safe(bomb)


@pytest.mark.parametrize("slowest", [r"^a*a*a*$", r"[ab]*b$", r"^(a|b|ab){1,10}$"])
def test_what_is_let_through_ends_on_its_worst_text(slowest: str) -> None:
    assert not matches(slowest, "a" * (LONGEST - 1) + "!")


@pytest.mark.parametrize(
    "strange",
    [
        r"(?=a)b",
        r"(?P<n>a)",
        r"(a)\1",
        r"\p{L}",
        "a**",
        "*a",
        "(a",
        "a)",
        "[a",
        "[]a]",
        "[[a]",
        "a{3,1}",
        "a\\",
    ],
)
def test_what_python_and_browsers_read_differently_is_refused_with_its_place(strange: str) -> None:
    with pytest.raises(Unsafe):
        compile_safe(strange)


def test_digits_are_those_of_a_browser() -> None:
    assert not matches(r"^\d$", "٣")


def test_a_text_longer_than_the_bound_never_matches() -> None:
    assert matches("a", "a" * LONGEST)
    assert not matches("a", "a" * (LONGEST + 1))
