"""`erase NUMBER --why TEXT`: a person is removed from an ended case; its history stays."""

from __future__ import annotations

import click

from engine.history import seal_file
from engine.runtime.erase import Erased, erase
from webapp.commands.console import Console, as_json, local
from webapp.commands.program import Program, as_user, pass_program


@click.command("erase")
@click.argument("number", metavar="NUMBER")
@click.option("--why", required=True, help="Dasar penghapusan, tercatat selamanya; tanpa nama atau kontak.")
@as_user
@as_json
@pass_program
def erase_command(program: Program, number: str, why: str, user: str | None, json_lines: bool) -> None:
    """Hapus orang dari pengaduan yang sudah berakhir: isian, komentar, lampiran, dan kuncinya. Tidak dapat dibatalkan."""
    path = program.settings.data_dir / seal_file.NAME
    done = erase(program.ports, program.actor(user), number, why, source="cli", seals=path)
    if json_lines:
        program.console.json(
            {
                "case_number": done.case,
                "erased_at": done.at,
                "erased_by": done.by,
                "removed": done.removed,
                "repeated": done.repeated,
                "log_kept": done.log_kept,
            }
        )
        return
    with program.ports.database.read() as connection:
        zone = program.ports.active_calendar(connection).zone
    _tell(program.console, done, local(done.at, zone), program.ports.database.dialect)


def _tell(console: Console, done: Erased, at: str, dialect: str) -> None:
    if done.repeated:
        console.say(
            f"{done.case} sudah dihapus pada {at} oleh {done.by}.",
            f"{done.case} was erased on {at} by {done.by}.",
        )
        return
    listed = ", ".join(f"{table} {rows}" for table, rows in done.removed.items())
    console.say(
        f"{done.case}: orangnya dihapus ({listed}). Nomor, langkah, waktu, dan pelaku tetap di riwayat, dan riwayatnya "
        "tetap dapat dibuktikan.",
        f"{done.case}: the person is erased ({listed}). Number, steps, times and who acted stay in the history, which "
        "can still be proved.",
    )
    console.note(
        "Cadangan lama masih memuat isiannya: musnahkan, atau pulihkan hanya dengan `pengaduan restore`, yang menghapus lagi.",
        "Older backups still hold it: destroy them, or restore them by `pengaduan restore` only, which erases again.",
    )
    if done.log_kept:
        console.note(
            "Ada yang sedang membaca, sehingga log basis data belum dikosongkan; terjadi pada penghapusan berikut atau "
            "ketika program berhenti.",
            "Somebody was reading, so the database's log is not emptied yet; the next erasure does it, or the program's end.",
        )
    if dialect == "postgresql":
        console.note(
            "PostgreSQL menyimpan baris yang dihapus sampai VACUUM, dan log transaksinya sampai didaur ulang: jalankan "
            "`VACUUM FULL case_keys, answers` dan hapus arsip log lama.",
            "PostgreSQL keeps deleted rows until a VACUUM and its transaction log until it is recycled: run "
            "`VACUUM FULL case_keys, answers`, and remove old log archives.",
        )
