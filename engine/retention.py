"""How long the person of an ended case is kept, by rules of the office. Pure.

A rule counts calendar months in the office's zone from the day on which the case ended; the last of them is still
kept, so that nobody goes an hour too early: ended on 31 January with one month, kept until 28 February, due on
1 March. A category has its own rule or that of `ANY`. Without a rule nobody is ever due.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

#: The rule of every category that has none of its own.
ANY: Final = "*"
#: A hundred years: longer is for ever, which is no rule at all.
LONGEST_MONTHS: Final = 1_200


@dataclass(frozen=True, slots=True)
class Rule:
    """So many months after the end, and the regulation or decision that says so."""

    category: str
    months: int
    ground: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """Since when a person may go, and by which rule."""

    rule: Rule
    since: date


def kept_until(ended: date, months: int) -> date:
    """The last day on which the person is kept: the same day of the month, or that month's last."""
    year, month = divmod(ended.year * 12 + ended.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(ended.day, monthrange(year, month + 1)[1]))


def rule_of(rules: Mapping[str, Rule], category: str | None) -> Rule | None:
    """The rule that counts for a category."""
    return rules.get(category or ANY) or rules.get(ANY)


def due_for_erasure(
    rules: Mapping[str, Rule],
    *,
    category: str | None,
    ended_at: datetime | None,
    today: date,
    zone: tzinfo,
    held: bool = False,
    erased: bool = False,
) -> Due | None:
    """By which rule and since when the person of a case is due; None as long as they are kept.

    `today` is a day of the office. Who runs, is held or is erased already is never due.
    """
    rule = rule_of(rules, category)
    if rule is None or ended_at is None or held or erased:
        return None
    until = kept_until(ended_at.astimezone(zone).date(), rule.months)
    return Due(rule, until + timedelta(days=1)) if until < today else None


def ended_before(months: int, today: date, zone: tzinfo) -> datetime:
    """The instant before which a case must have ended to be due `today`: `due_for_erasure` as one comparison."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    if year < date.min.year:
        return datetime.min.replace(tzinfo=UTC)
    day = date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    while kept_until(day, months) < today:  # the ends of months: some days later may be due as well
        day += timedelta(days=1)
    while kept_until(day - timedelta(days=1), months) >= today:
        day -= timedelta(days=1)
    return datetime.combine(day, time(), zone).astimezone(UTC)
