"""`backup FILE` and `restore FILE`: every row in one file, the same for SQLite and PostgreSQL, and never a key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from engine.backup.restore import Outcome, restore
from engine.backup.save import back_up
from engine.canonical_json import parse_instant
from engine.errors import KeyMissing, Refused
from engine.history.seal_copies import wanted
from engine.identity.disclosure import note
from engine.numbers import case_number
from webapp.commands.console import Console, as_json
from webapp.commands.program import Program, as_user, pass_program

#: By `reason` of the refusal.
INDONESIAN: Final = {
    "backup_place": "Cadangan tidak dapat ditulis ke {path} ({cause}). Pilih tempat lain.",
    "backup_taken": "Cadangan tidak pernah menimpa berkas; {path} sudah ada. Pilih nama lain.",
    "backup_missing": "Tidak ada berkas {path}. Periksa namanya.",
    "backup_broken": "Berkas ini bukan cadangan yang utuh ({why}). Pakai cadangan lain. Tidak ada yang berubah.",
    "restore_taken": (
        "Pemulihan hanya ke tempat yang kosong; tabel {table} sudah berisi. Tunjuk DATA_DIR lain, atau basis data "
        "kosong dengan DATABASE_URL. Tidak ada yang berubah."
    ),
    "restore_key": (
        "Cadangan memuat pengaduan, dan kunci utama yang membukanya disimpan terpisah: taruh berkas kunci itu di {path} "
        "(atau sebut tempatnya dengan MASTER_KEY_FILE), lalu pulihkan lagi. Tidak ada yang berubah."
    ),
    "restore_revision": (
        "Cadangan dari revisi {found}, program ini pada revisi {expected}. Pulihkan dengan rilis yang membuatnya, lalu "
        "`pengaduan db upgrade`. Tidak ada yang berubah."
    ),
    "seals_missing": "Tidak ada berkas segel di {path}. Periksa namanya.",
    "seals_unreadable": (
        "Berkas segel {path} rusak pada baris {line}. Sebut salinan yang utuh dengan --seals dan singkirkan yang ini. "
        "Tidak ada yang berubah."
    ),
    "seals_foreign": (
        "Berkas segel dan cadangan berbeda pada segel {seal}: milik kantor lain, atau salah satunya diubah. Sebut berkas "
        "yang benar dengan --seals. Tidak ada yang berubah."
    ),
    "number_unreadable": "Nomor pengaduan ditulis seperti PGD-2026-000123; ditemukan {number!r}.",
}

_PATH: Final = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", metavar="FILE", type=_PATH)
@as_user
@as_json
@pass_program
def backup(program: Program, file: Path, user: str | None, json_lines: bool) -> None:
    """Cadangkan semua data ke satu berkas, sementara yang lain tetap bekerja. Kunci tidak ikut: simpan terpisah."""
    actor, console = program.actor(user), program.console
    program.may(actor, "data:backup")
    with _in_indonesian(console):
        manifest = back_up(program.ports, program.settings.data_dir, file, by=actor.id, source="cli")
    note(program.ports, actor, "data:backup", source="cli")
    lines = {name: part.lines for name, part in manifest.parts.items()}
    counted = {name: lines[f"tables/{name}.jsonl"] for name in ("cases", "events")}
    if json_lines:
        said = {"file": file, "made_at": manifest.made_at, "bytes": file.stat().st_size, **counted}
        console.json({**said, "seal": manifest.seal[0] or None})
        return
    console.say(
        f"{file}: {counted['cases']} pengaduan, {counted['events']} peristiwa, segel terakhir {manifest.seal[0] or '–'}.",
        f"{file}: {counted['cases']} cases, {counted['events']} events, last seal {manifest.seal[0] or '–'}.",
    )
    key = program.settings.master_key
    console.note(
        f"Kunci utama ({key}) tidak ikut: simpan salinannya di tempat lain. Tanpa kunci itu cadangan tidak terbaca.",
        f"The master key ({key}) is not in it: keep a copy elsewhere. Without it the backup cannot be read.",
    )


@click.command("restore")
@click.argument("file", metavar="FILE", type=_PATH)
@click.option("--seals", type=_PATH, help="Salinan segel.jsonl yang lebih baru dari cadangan.")
@click.option("--past", metavar="NUMBER", help="Nomor pengaduan terakhir yang diketahui sudah diberikan.")
@as_json
@pass_program
def restore_command(
    program: Program, file: Path, seals: Path | None, past: str | None, json_lines: bool
) -> None:
    """Pulihkan cadangan ke tempat yang kosong. Yang dihapus sesudahnya dihapus lagi; nomor tidak pernah dipakai ulang."""
    actor, settings = program.actor(None), program.settings  # no --as: there are no users yet
    program.may(actor, "data:restore")
    with _in_indonesian(program.console):
        outcome = restore(
            program.open(settings),
            file,
            data_dir=settings.data_dir,
            master_key=settings.master_key,
            by=actor.id,
            seals_at=seals,
            past=past,
            seal_copies=wanted(settings),
        )
    (_tell_json if json_lines else _tell)(program.console, outcome)


def _tell_json(console: Console, done: Outcome) -> None:
    console.json(
        {
            "made_at": done.made_at,
            "cases": done.cases,
            "events": done.rows["events"],
            "erased": done.erased,
            "running_erased": done.running_erased,
            "lost_chains": len(done.lost.chains),
            "numbers_skipped": {str(year): list(found) for year, found in done.lost.numbers.items()},
            "seal": done.bridge.number,
            "seals_known": done.seals_known,
        }
    )


def _tell(console: Console, done: Outcome) -> None:
    made_at = f"{parse_instant(done.made_at):%Y-%m-%d %H:%M} UTC"
    console.say(
        f"Dipulihkan ke keadaan {made_at}: {done.cases} pengaduan, {done.rows['events']} peristiwa.",
        f"Restored to {made_at}: {done.cases} cases, {done.rows['events']} events.",
    )
    if done.lost.chains:
        console.say(
            f"{len(done.lost.chains)} riwayat bertambah setelah cadangan dan hilang; `pengaduan history verify` menyebutnya.",
            f"{len(done.lost.chains)} histories grew after the backup, and that is lost; `pengaduan history verify` names them.",
        )
    if done.erased:
        listed = ", ".join(done.erased)
        console.say(f"Dihapus lagi: {listed}.", f"Erased again: {listed}.")
    if done.running_erased:
        listed = ", ".join(done.running_erased)
        console.say(
            f"Sudah dihapus tetapi berjalan lagi karena cadangan lebih lama; akhiri: {listed}.",
            f"Erased, and running again as the backup is older; bring to an end: {listed}.",
        )
    for (series, year), (first, last) in done.lost.numbers.items():
        span = f"{case_number(year, first, series)} – {case_number(year, last, series)}"
        console.say(f"Nomor yang tidak akan dipakai: {span}.", f"Numbers that are left out: {span}.")
    if not done.seals_known:
        console.say(
            "Tidak ada berkas segel yang lebih baru: yang terjadi setelah cadangan tidak diketahui, juga penghapusan. Bila "
            "ada tanda terima bernomor lebih tinggi, pulihkan lagi di tempat kosong dengan --past.",
            "There is no newer file of seals: what happened after the backup is not known, nor who was erased. If a receipt "
            "has a higher number, restore again into an empty place with --past.",
        )
    console.note(
        "Semua orang masuk lagi. Pengguna yang dinonaktifkan dan token yang dicabut setelah cadangan hidup kembali: periksa.",
        "Everybody signs in again. Users disabled and tokens revoked after the backup are back: check them.",
    )


@contextmanager
def _in_indonesian(console: Console) -> Iterator[None]:
    """The refusals of this subject in the terminal's language."""
    try:
        yield
    except (Refused, KeyMissing) as refused:
        known = INDONESIAN.get(str(refused.detail.get("reason")))
        if known is None or console.language == "en":
            raise
        raise Refused(known.format_map(refused.detail), **refused.detail) from None
