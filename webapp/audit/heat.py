"""The diagram as a heat map: where the time goes, where the tasks are, where they are late.

Five classes of equal width with round limits, from nothing on, so that twice the colour is twice the figure; the
figure itself is printed on each step, and again in the table beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from markupsafe import Markup

from engine.definition.diagram import Heat
from engine.queries.report import Report, Stays, VersionFigures
from webapp import due
from webapp.audit.report_tables import number, percent_words
from webapp.diagram import picture

LEVELS: Final = 5


@dataclass(frozen=True)
class Measure:
    """What a map shows. A class is one of `widths` wide, in the measure's own unit."""

    name: str  #: `?peta=`
    words: Any
    said: Any
    of: Callable[[Stays], float | None]
    written: Callable[[float], str]
    widths: Sequence[int]
    #: How the link of a figure narrows its cases further.
    narrowed: Mapping[str, str]


@dataclass(frozen=True)
class Level:
    """A class of the legend."""

    level: int
    words: str


@dataclass(frozen=True)
class Row:
    """A step of the table beside."""

    name: str
    heat: Heat
    #: What its link asks for (`/audit/laporan/kasus`).
    of: Mapping[str, str]


@dataclass(frozen=True)
class HeatMap:
    measure: Measure
    version: VersionFigures
    picture: Markup | None
    legend: tuple[Level, ...]
    rows: tuple[Row, ...]


def _decades(*leading: int) -> tuple[int, ...]:
    return tuple(one * 10**power for power in range(8) for one in leading)


MEASURES: Final = (
    Measure(
        "waktu",
        __("Waktu"),
        __("Jam kerja dari tugas muncul sampai selesai, nilai tengah (median)."),
        lambda stays: None if stays.median is None else stays.median.total_seconds() / 60,
        lambda minutes: due.length(timedelta(minutes=minutes)),
        (1, 2, 5, 10, 15, 30, 60, *(60 * hours for hours in _decades(2, 4, 8, 10))),
        {},
    ),
    Measure(
        "jumlah",
        __("Jumlah"),
        __("Banyaknya tugas."),
        lambda stays: stays.count,
        lambda count: number(int(count)),
        _decades(1, 2, 5),
        {},
    ),
    Measure(
        "terlambat",
        __("Terlambat"),
        __("Bagian dari tugas yang lewat tenggat."),
        lambda stays: 100 * stays.late / stays.count if stays.count else None,
        lambda share: percent_words(share),
        (1, 2, 5, 10, 20),
        {"waktu": "terlambat"},
    ),
)


def heat_map(report: Report, measure: str, version: str) -> HeatMap | None:
    """The map of the version asked for, else of that with most cases; None where no case was counted."""
    if not report.versions:
        return None
    shown = next((one for one in report.versions if one.definition.id == version), report.versions[0])
    by = next((one for one in MEASURES if one.name == measure), MEASURES[0])
    values = {id: value for id, stays in shown.steps.items() if (value := by.of(stays)) is not None}
    width = _width(max(values.values(), default=0), by.widths)
    heat = {id: Heat(_level(value, width), by.written(value)) for id, value in values.items()}
    title = _(
        "%(measure)s pada diagram %(name)s, versi %(version)d",
        measure=by.words,
        name=shown.definition.name,
        version=shown.definition.version,
    )
    return HeatMap(
        by,
        shown,
        picture(shown.definition, heat=heat, title=title),
        tuple(_legend(width, by.written)),
        tuple(
            Row(
                element.name or element.id,
                heat[element.id],
                {
                    "langkah": f"{shown.definition.key}:{element.id}",
                    "versi": shown.definition.id,
                    **by.narrowed,
                },
            )
            for element in shown.definition.elements.values()
            if element.id in heat
        ),
    )


def _width(most: float, widths: Sequence[int]) -> int:
    """The narrowest class with which five reach the greatest value."""
    return next((width for width in widths if LEVELS * width >= most), widths[-1])


def _level(value: float, width: int) -> int:
    return min(max(ceil(value / width), 1), LEVELS)


def _legend(width: int, written: Callable[[float], str]) -> Iterator[Level]:
    for level in range(1, LEVELS + 1):
        over, to = written((level - 1) * width), written(level * width)
        yield Level(
            level,
            _("sampai %(to)s", to=to)
            if level == 1
            else _("di atas %(over)s sampai %(to)s", over=over, to=to),
        )
