"""`simulate`: a draft, files or a version beside the version in force, with cases that arrive by chance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click

from engine.definition.model import ProcessDefinition
from engine.office_hours import Calendar
from engine.queries.habits import history
from engine.simulation.experiment import (
    MOST_DAYS,
    MOST_PER_DAY,
    MOST_REPLICATIONS,
    MOST_SEED,
    MOST_STAFF,
    PER_DAY,
    Comparison,
    Measure,
    Plan,
    StepMeasures,
    check_plan,
    compare,
    groups_of,
)
from engine.simulation.habits import Assumption, History, Typed
from engine.simulation.interval import Interval
from webapp.commands.console import Console, as_json
from webapp.commands.program import Program, as_user, pass_program
from webapp.commands.tried import tried

#: Bounds of what is typed, as click reads them.
_STAFF: Final = click.IntRange(1, MOST_STAFF)
_MINUTES: Final = click.FloatRange(0, 10_000)
_SHARE: Final = click.FloatRange(0, min_open=True)


@click.command("simulate")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH...]")
@click.option("--process", "key", required=True, metavar="KEY", help="Kunci proses.")
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="Versi lain sebagai pembanding.")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=60,
    show_default=True,
    help="Hari kerja yang dihitung.",
)
@click.option(
    "--replications",
    type=click.IntRange(1, MOST_REPLICATIONS),
    default=20,
    show_default=True,
    help="Ulangan.",
)
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=1, show_default=True, help="Bibit acak.")
@click.option(
    "--arrivals",
    type=click.FloatRange(0, MOST_PER_DAY, min_open=True),
    metavar="N",
    help="Pengaduan per hari kerja. Bawaan: dari riwayat.",
)
@click.option(
    "--staff",
    multiple=True,
    metavar="KELOMPOK=N",
    help="Petugas suatu kelompok. Bawaan: anggotanya sekarang.",
)
@click.option(
    "--minutes",
    multiple=True,
    metavar="LANGKAH=N",
    help="Lama mengerjakan suatu langkah, menggantikan riwayat.",
)
@click.option(
    "--share",
    "shares",
    multiple=True,
    metavar="ISIAN:NILAI=N",
    help="Bagian suatu jawaban; yang tidak disebut tidak pernah diberikan.",
)
@as_user
@as_json
@pass_program
def simulate(
    program: Program,
    paths: tuple[Path, ...],
    key: str,
    version: int | None,
    days: int,
    replications: int,
    seed: int,
    arrivals: float | None,
    staff: tuple[str, ...],
    minutes: tuple[str, ...],
    shares: tuple[str, ...],
    user: str | None,
    json_lines: bool,
) -> None:
    """Bandingkan konsep dengan versi yang berlaku, dengan pengaduan tiruan.

    Tanpa PATH dan --version: konsep di server. PATH: berkas yang menggantikan berkas versi yang berlaku.
    Laju, waktu layanan dan jawaban diambil dari riwayat; bibit yang sama memberi hasil yang sama.
    """
    program.may(program.actor(user), "definition:try")
    if paths and version:
        raise click.UsageError("PATH or --version, not both.")
    people = {group: _STAFF.convert(number, None, None) for group, number in _pairs(staff, "--staff")}
    typed = _typed(minutes, shares)
    old, new, calendar, known = _asked(program, key, paths, version)
    groups = groups_of(old, new)
    _must_be_among(people, groups, "--staff")
    _must_be_among(typed.minutes, {*old.elements, *new.elements}, "--minutes")
    _must_be_among(typed.shares, old.variables | new.variables, "--share")
    plan = Plan(
        first=program.now().astimezone(calendar.zone).date(),
        per_day=arrivals or known.per_day or PER_DAY,
        staff={group: people.get(group, max(known.staff.get(group, 0), 1)) for group in groups},
        days=days,
        replications=replications,
        seed=seed,
        typed=typed,
    )
    check_plan(plan)
    found = compare(old, new, calendar, known, plan)
    if json_lines:
        for line in as_lines(found):
            program.console.json(line)
        return
    _show(program.console, found, known)


def _asked(
    program: Program, key: str, paths: tuple[Path, ...], version: int | None
) -> tuple[ProcessDefinition, ProcessDefinition, Calendar, History]:
    """The version in force, what is compared with it, the calendar and what history knows.

    Raises `NotFound`, and `DefinitionInvalid` with all findings.
    """
    ports = program.ports
    with ports.database.read() as connection:
        old = ports.active_definition(connection, key)
        new = tried(ports, connection, key, paths, version)
        known = history(ports, connection, key, groups_of(old, new), ports.clock(connection))
        return old, new, ports.active_calendar(connection), known


def _pairs(texts: Iterable[str], option: str) -> Iterator[tuple[str, str]]:
    """`NAME=VALUE`, each. Raises `BadParameter`."""
    for text in texts:
        name, sign, value = text.rpartition("=")
        if not sign or not name:
            raise click.BadParameter(text, param_hint=option)
        yield name, value


def _typed(minutes: Iterable[str], shares: Iterable[str]) -> Typed:
    """What is said in place of history."""
    given: dict[str, dict[str, float]] = {}
    for name, share in _pairs(shares, "--share"):
        key, sign, value = name.partition(":")
        if not sign:
            raise click.BadParameter(name, param_hint="--share")
        given.setdefault(key, {})[value] = _SHARE.convert(share, None, None)
    times = {step: _MINUTES.convert(time, None, None) for step, time in _pairs(minutes, "--minutes")}
    return Typed(times, given)


def _must_be_among(names: Iterable[str], known: Collection[str], option: str) -> None:
    if unknown := sorted(set(names).difference(known)):
        raise click.BadParameter(f"{', '.join(unknown)}: {', '.join(sorted(known))}", param_hint=option)


def as_lines(found: Comparison) -> Iterable[dict[str, Any]]:
    """The result as data: the plan, a line a step, group and ending, then the whole."""
    plan = found.plan
    yield {
        "began": found.began, "per_day": plan.per_day, "days": plan.days, "warm_up": plan.warm_up,
        "replications": plan.replications, "seed": plan.seed, "staff": plan.staff,
    }  # fmt: skip
    for assumed in found.assumptions:
        yield {"assumed": assumed.code, "about": assumed.about, "value": assumed.value}
    for step in found.steps:
        figures = ("count", "late", "waiting", "waiting_ninth", "stay", "stay_ninth", "queue", "longest")
        yield {"step": step.element.id, **{name: _data(getattr(step, name)) for name in figures}}
    for group, busy in found.busy.items():
        yield {"group": group, "busy": _data(busy)}
    for outcome, count in found.endings.items():
        yield {"ending": outcome, "count": _data(count)}
    whole = {
        "hours": found.whole,
        "hours_ninth": found.whole_ninth,
        "halted": found.halted,
        "inside": found.inside,
    }
    yield {name: _data(measure) for name, measure in whole.items()}


def _data(measure: Measure) -> dict[str, Any]:
    return {
        name: None if one is None else {"mean": one.mean, "low": one.low, "high": one.high}
        for name, one in (("old", measure.old), ("new", measure.new), ("difference", measure.difference))
    }


def _show(console: Console, found: Comparison, known: History) -> None:
    plan = found.plan
    console.say(
        f"{plan.replications} × {plan.days} hari kerja sejak {found.began}, {plan.per_day:.4g} pengaduan per hari, bibit "
        f"{plan.seed}; riwayat: {known.cases} pengaduan",
        f"{plan.replications} × {plan.days} working days from {found.began}, {plan.per_day:.4g} complaints a day, seed "
        f"{plan.seed}; history: {known.cases} complaints",
    )
    for assumed in found.assumptions:
        console.say(*_assumed(assumed))
    for step in found.steps:
        console.line("")
        console.line(f"{step.element.id}  {step.element.name}")
        for line in _of_step(console, step):
            console.line(f"  {line}")
    console.line("")
    for group, busy in found.busy.items():
        console.line(_line(console, f"{group} × {plan.staff.get(group, 1)}", busy, 100, "%"))
    for outcome, count in found.endings.items():
        console.line(_line(console, outcome, count))
    console.line(_line(console, console.text("jam sampai selesai", "hours to the end"), found.whole))
    console.line(_line(console, console.text("kendala", "halted"), found.halted))


def _of_step(console: Console, step: StepMeasures) -> Iterable[str]:
    yield _line(console, console.text("terlambat", "late"), step.late, 100, "%")
    if not step.public:
        yield _line(console, console.text("menunggu, jam", "waiting, hours"), step.waiting)
        yield _line(console, console.text("antrean", "queue"), step.queue)
    yield _line(console, console.text("tinggal, jam", "stay, hours"), step.stay)


def _line(console: Console, name: str, measure: Measure, times: float = 1, unit: str = "") -> str:
    difference = measure.difference
    told = ""
    if difference is not None:
        told = f"   Δ {_interval(difference, times, unit, sign='+')} "
        if not difference.tells_apart:
            told += console.text("(tidak dapat dibedakan dari kebetulan)", "(not told apart from chance)")
    return f"{name}: {_interval(measure.old, times, unit)} → {_interval(measure.new, times, unit)}{told}".rstrip()


def _interval(one: Interval | None, times: float, unit: str, sign: str = "") -> str:
    if one is None:
        return "–"
    mean = f"{one.mean * times:{sign}.2f}{unit}"
    if one.low is None or one.high is None:
        return mean
    return f"{mean} [{one.low * times:{sign}.2f}; {one.high * times:{sign}.2f}]"


def _assumed(one: Assumption) -> tuple[str, str]:
    return {
        "time": (
            f"Anggapan: {one.about} rata-rata {one.value} menit; riwayatnya belum cukup.",
            f"Assumed: {one.about} takes {one.value} minutes on average; its history is too short.",
        ),
        "answering": (
            f"Anggapan: di {one.about} {one.value} pengadu menjawab.",
            f"Assumed: at {one.about} {one.value} of the complainants answer.",
        ),
        "answer": (
            f"Anggapan: {one.about} selalu {one.value}.",
            f"Assumed: {one.about} is always {one.value}.",
        ),
        "minutes": (
            f"Diisi: {one.about} rata-rata {one.value} menit.",
            f"Given: {one.about} takes {one.value} minutes on average.",
        ),
        "shares": (
            f"Diisi: {one.about} menurut bagian yang disebut.",
            f"Given: {one.about} goes by the shares that were named.",
        ),
        "clock": (
            "Anggapan: waktu di dalam ungkapan adalah awal simulasi.",
            "Assumed: the time that an expression reads is the beginning of the simulation.",
        ),
    }[one.code]
