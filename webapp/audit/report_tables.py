"""The report's figures as rows of words and numbers, the same for the page and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import format_decimal
from flask_babel import gettext as _

from engine.queries.report import Report, Stays

#: A cell: words, a number, or nothing.
Cell = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Total:
    """A figure of the head: its words, the number, how a page writes it, and which cases it counts (`?keadaan=`)."""

    words: str
    value: Cell
    figure: str
    of: dict[str, str]


def totals(report: Report) -> list[Total]:
    return [
        _counted(_("Masuk"), report.cases),
        _counted(_("Berakhir"), report.ended, "berakhir"),
        _counted(_("Masih berjalan"), report.open, "berjalan"),
        _counted(_("Lewat tenggat sekarang"), report.overdue, "lewat"),
        _counted(_("Kendala"), report.incidents, "kendala"),
        Total(
            _("Respon balik"),
            report.repeated,
            f"{number(report.repeated)} ({percent(report.repeated, report.cases)})",
            {"keadaan": "ulang"},
        ),
        Total(
            _("Nilai rata-rata (%(count)s penilai)", count=number(report.rated)),
            None if report.rating is None else round(report.rating, 2),
            "–" if report.rating is None else format_decimal(round(report.rating, 2)),
            {"keadaan": "dinilai"},
        ),
    ]


def _counted(words: str, count: int, state: str | None = None) -> Total:
    return Total(words, count, number(count), {"keadaan": state} if state else {})


def number(value: int) -> str:
    return str(format_decimal(value))


def percent(part: int, whole: int) -> str:
    """ "25 %" of nothing is a dash."""
    return percent_words(100 * part / whole) if whole else "–"


def percent_words(share: float) -> str:
    return f"{format_decimal(round(share, 1))} %"


def words(value: str | None) -> str:
    """A value that is counted, as words: `pelayanan_loket` is "Pelayanan loket"."""
    return value.replace("_", " ").capitalize() if value else _("Tanpa keterangan")


def tables(report: Report) -> list[Sheet]:
    """What is downloaded. Times are office minutes."""
    head = (_("Jumlah"), _("Tepat waktu"), _("Terlambat"), _("Median (menit)"), _("Persentil 90 (menit)"))
    steps = tuple((one.element.name or one.element.id, *_stays(one.stays)) for one in report.steps)
    lanes = tuple((one.name or _("Tanpa keterangan"), *_stays(one.stays)) for one in report.lanes)
    return [
        Sheet(
            _("Ringkasan"),
            (_("Keterangan"), _("Jumlah")),
            tuple((one.words, one.value) for one in totals(report)),
        ),
        Sheet(_("Langkah"), (_("Langkah"), *head), steps),
        Sheet(_("Lajur"), (_("Lajur"), *head), lanes),
        *(
            Sheet(name, (name, _("Jumlah")), tuple((words(one.value), one.count) for one in shares))
            for name, shares in ((_("Kategori"), report.categories), (_("Kanal"), report.channels))
        ),
        Sheet(
            _("Akhir"),
            (_("Akhir"), _("Jumlah")),
            tuple(
                (report.ending_names.get(one.value or "") or words(one.value), one.count)
                for one in report.endings
            ),
        ),
    ]


def _stays(stays: Stays) -> tuple[Cell, ...]:
    return (stays.count, stays.in_time, stays.late, _minutes(stays.median), _minutes(stays.ninth))


def _minutes(time: timedelta | None) -> float | None:
    return None if time is None else round(time.total_seconds() / 60, 1)
