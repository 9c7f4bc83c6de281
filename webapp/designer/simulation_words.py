"""What a simulation says, as sentences and rows: how sure it is of a difference, and what had to be assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from engine.definition.model import Element, ProcessDefinition
from engine.simulation.experiment import Comparison, Measure, StepMeasures
from engine.simulation.habits import History, Observed
from engine.simulation.interval import Interval
from webapp.designer.simulation_chart import shares

#: How a figure is written.
_Written = Callable[[float], str]


@dataclass(frozen=True)
class Row:
    """A figure of both versions; `difference` with its interval."""

    name: str
    old: str
    new: str
    difference: str
    #: Whether the difference is more than chance.
    told: bool


@dataclass(frozen=True)
class Card:
    """One step."""

    name: str
    #: "baru", "dihapus", or nothing.
    tag: str
    chart: Markup | None
    #: Sentences, what matters most first.
    verdicts: tuple[str, ...]
    #: How it really was, to judge the simulation by; empty without a history.
    really: str
    rows: tuple[Row, ...]


def cards(found: Comparison, old: str, new: str, history: History) -> list[Card]:
    """A card a step; `old` and `new` are what the versions are called."""
    return [_card(step, old, new, history.steps.get(step.element.id, Observed())) for step in found.steps]


def whole(found: Comparison) -> tuple[str, tuple[Row, ...]]:
    """What became of the cases: a sentence, and the figures."""
    rows = [
        _row(_("Jam kerja dari masuk sampai berakhir, rata-rata"), found.whole, _hours),
        _row(_("Sembilan dari sepuluh berakhir dalam (jam kerja)"), found.whole_ninth, _hours),
        _row(_("Pengaduan yang sedang berjalan, rata-rata"), found.inside, _count),
    ]
    if any(one is not None and one.mean for one in (found.halted.old, found.halted.new)):
        rows.append(_row(_("Berhenti karena kendala"), found.halted, _count))
    return _sentence(found.whole, _hours, _longer, _shorter), tuple(rows)


def endings(found: Comparison, *definitions: ProcessDefinition) -> list[Row]:
    """Cases a replication, by how they ended."""
    names = {
        element.outcome: element.name or element.outcome
        for definition in definitions
        for element in definition.elements.values()
        if element.kind == "endEvent"
    }
    return [_row(names.get(outcome, outcome), count, _count) for outcome, count in found.endings.items()]


def officers(found: Comparison, names: Mapping[str, str]) -> list[Row]:
    """How busy each group is."""
    return [
        _row(f"{names.get(group, group)} × {found.plan.staff.get(group, 1)}", busy, _percent)
        for group, busy in found.busy.items()
    ]


def assumed(found: Comparison, elements: Mapping[str, Element]) -> list[str]:
    """What was assumed, each as a sentence; of several steps together where it is the same."""
    about: dict[tuple[str, str], list[str]] = {}
    for one in found.assumptions:
        step = elements.get(one.about)
        about.setdefault((one.code, one.value), []).append((step.name or step.id) if step else one.about)
    return [_assumed(code, value, "; ".join(names)) for (code, value), names in about.items()]


def _assumed(code: str, value: str, names: str) -> str:
    return {
        "time": _("Rata-rata %(value)s menit dikerjakan, karena riwayatnya belum cukup: %(steps)s.", value=value, steps=names),
        "minutes": _("Rata-rata %(value)s menit dikerjakan, seperti yang Anda isi: %(steps)s.", value=value, steps=names),
        "answering": _("%(value)s pengadu menjawab, karena riwayatnya belum cukup: %(steps)s.", value=value, steps=names),
        "answer": _("Isian selalu “%(value)s”, karena riwayat tidak mencatatnya: %(fields)s.", value=value, fields=names),
        "shares": _("Isian menurut bagian yang Anda isi: %(fields)s.", fields=names),
        "clock": _("Ungkapan yang membaca waktu membaca awal simulasi."),
    }[code]  # fmt: skip


def _card(step: StepMeasures, old: str, new: str, known: Observed) -> Card:
    rows = [_row(_("Jumlah tugas"), step.count, _count), _row(_("Terlambat"), step.late, _percent)]
    if not step.public:
        rows += [
            _row(_("Menunggu diambil, rata-rata (jam kerja)"), step.waiting, _hours),
            _row(_("Sembilan dari sepuluh diambil dalam (jam kerja)"), step.waiting_ninth, _hours),
            _row(_("Antrean, rata-rata"), step.queue, _count),
            _row(_("Antrean terpanjang"), step.longest, _count),
        ]
    rows += [
        _row(_("Tinggal di langkah ini, rata-rata (jam kerja)"), step.stay, _hours),
        _row(_("Sembilan dari sepuluh selesai dalam (jam kerja)"), step.stay_ninth, _hours),
    ]
    limited = step.late.old is not None or step.late.new is not None
    sides = [(old, step.late.old, step.in_old), (new, step.late.new, step.in_new)]
    return Card(
        name=step.element.name or step.element.id,
        tag="" if step.in_old and step.in_new else _("langkah baru") if step.in_new else _("tidak ada lagi"),
        chart=shares(
            [(name, share, _share(share)) for name, share, there in sides if there],
            _("Bagian yang terlambat di %(step)s", step=step.element.name or step.element.id),
        )
        if limited
        else None,
        verdicts=tuple(_verdicts(step, limited)),
        really=_(
            "Menurut riwayat: %(late)s dari %(count)s tugas terlambat.", late=known.late, count=known.stays
        )
        if known.stays and limited
        else "",
        rows=tuple(rows),
    )


def _verdicts(step: StepMeasures, limited: bool) -> Iterator[str]:
    if not (step.in_old and step.in_new):
        return
    if limited:
        yield _sentence(step.late, _points, _more_late, _fewer_late)
    elif step.public:
        yield _sentence(step.stay, _hours, _longer, _shorter)
    if not step.public and step.waiting.difference is not None and step.waiting.difference.tells_apart:
        yield _sentence(step.waiting, _hours, _waits_longer, _waits_shorter)


def _sentence(measure: Measure, written: _Written, more: Callable[..., str], less: Callable[..., str]) -> str:
    """What the difference means; an interval with nought in it means nothing."""
    difference = measure.difference
    if difference is None or difference.low is None or difference.high is None:
        return _("Terlalu sedikit ulangan untuk dibandingkan.")
    if difference.low == difference.high == 0:
        return _("Sama persis.")
    if not difference.tells_apart:
        return _("Bedanya tidak dapat dibedakan dari kebetulan.")
    low, high = sorted((abs(difference.low), abs(difference.high)))
    said = {"by": written(abs(difference.mean)), "low": written(low), "high": written(high)}
    return more(said) if difference.mean > 0 else less(said)


def _more_late(said: dict[str, str]) -> str:
    return _("Yang terlambat bertambah %(by)s (antara %(low)s dan %(high)s).", **said)


def _fewer_late(said: dict[str, str]) -> str:
    return _("Yang terlambat berkurang %(by)s (antara %(low)s dan %(high)s).", **said)


def _waits_longer(said: dict[str, str]) -> str:
    return _("Menunggu diambil lebih lama %(by)s jam kerja (antara %(low)s dan %(high)s).", **said)


def _waits_shorter(said: dict[str, str]) -> str:
    return _("Menunggu diambil lebih singkat %(by)s jam kerja (antara %(low)s dan %(high)s).", **said)


def _longer(said: dict[str, str]) -> str:
    return _("Lebih lama %(by)s jam kerja (antara %(low)s dan %(high)s).", **said)


def _shorter(said: dict[str, str]) -> str:
    return _("Lebih cepat %(by)s jam kerja (antara %(low)s dan %(high)s).", **said)


def _row(name: str, measure: Measure, written: _Written) -> Row:
    return Row(
        name,
        _interval(measure.old, written),
        _interval(measure.new, written),
        _difference(measure.difference, written),
        measure.difference is not None and measure.difference.tells_apart,
    )


def _interval(one: Interval | None, written: _Written) -> str:
    if one is None:
        return "–"
    if one.low is None or one.high is None or one.low == one.high:
        return written(one.mean)
    return _(
        "%(mean)s (%(low)s sampai %(high)s)",
        mean=written(one.mean),
        low=written(one.low),
        high=written(one.high),
    )


def _difference(one: Interval | None, written: _Written) -> str:
    if one is None:
        return "–"
    signed = _signed(written)
    if one.low is None or one.high is None or one.low == one.high:
        return signed(one.mean)
    return _(
        "%(mean)s (%(low)s sampai %(high)s)",
        mean=signed(one.mean),
        low=signed(one.low),
        high=signed(one.high),
    )


def _signed(written: _Written) -> _Written:
    """With its sign, unless it is written as nought."""

    def signed(value: float) -> str:
        said = written(abs(value))
        sign = "" if said == written(0) else "+" if value > 0 else "−"
        return sign + said

    return signed


def _share(one: Interval | None) -> str:
    return "–" if one is None else _percent(one.mean)


def _percent(value: float) -> str:
    return f"{format_decimal(round(100 * value, 1))} %"


def _points(value: float) -> str:
    return str(_("%(value)s poin persen", value=format_decimal(round(100 * value, 1))))


def _hours(value: float) -> str:
    return str(format_decimal(round(value, 2), format="0.00"))


def _count(value: float) -> str:
    return str(format_decimal(round(value, 1)))
