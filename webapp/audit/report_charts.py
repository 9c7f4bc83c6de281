"""The report's charts: which figures are drawn as bars. Each stands beside the table that has them too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from engine.queries.report import Report, Share, Stays
from webapp.audit.charts import Bar, bars
from webapp.audit.report_tables import number, percent, words


@dataclass(frozen=True)
class Charts:
    """None: nothing to draw."""

    steps: Markup | None
    lateness: Markup | None
    lanes: Markup | None
    categories: Markup | None
    channels: Markup | None
    endings: Markup | None


def charts(report: Report) -> Charts:
    steps = [(one.element.name or one.element.id, one.stays) for one in report.steps]
    lanes = [(one.name or _("Tanpa keterangan"), one.stays) for one in report.lanes]
    return Charts(
        steps=bars([_stays(*one) for one in steps], _("Jumlah tugas tiap langkah dan yang terlambat")),
        lateness=bars(
            [
                Bar(name, 100 * stays.late / stays.count, percent(stays.late, stays.count))
                for name, stays in steps
                if stays.count
            ],
            _("Bagian tugas yang terlambat tiap langkah"),
            top=100,
        ),
        lanes=bars([_stays(*one) for one in lanes], _("Jumlah tugas tiap lajur dan yang terlambat")),
        categories=_shares(report.categories, _("Jumlah pengaduan tiap kategori"), {}),
        channels=_shares(report.channels, _("Jumlah pengaduan tiap kanal"), {}),
        endings=_shares(report.endings, _("Jumlah pengaduan tiap akhir"), report.ending_names),
    )


def _stays(name: str, stays: Stays) -> Bar:
    said = number(stays.count)
    if stays.late:
        said = _("%(count)s, terlambat %(late)s", count=said, late=number(stays.late))
    return Bar(name, stays.count, said, stays.late)


def _shares(shares: Iterable[Share], title: str, names: Mapping[str, str]) -> Markup | None:
    return bars(
        [Bar(names.get(one.value or "") or words(one.value), one.count, number(one.count)) for one in shares],
        title,
    )
