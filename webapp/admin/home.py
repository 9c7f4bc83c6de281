"""The front page: what needs the Pengelola's attention, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.queries.attention import Attention, attention
from engine.queries.retained import retained
from webapp.admin.blueprint import blueprint, needs
from webapp.context import now, ports, zone
from webapp.languages import day, moment
from webapp.security import current_actor

#: A backup older than this is told.
BACKUP_OLD: Final = timedelta(days=2)


@dataclass(frozen=True)
class Notice:
    """Something to see to: what, what to do, and where."""

    tone: Literal["late", "soon"]
    text: str
    advice: str
    href: str
    link: str


@blueprint.get("")
@needs("incident:read")
def home() -> ResponseReturnValue:
    """What needs attention, and the way to the parts."""
    with ports().database.read() as connection:
        found = attention(ports(), connection)
        over = retained(ports(), connection, current_actor()).due if found.has_calendar else 0
    notices = [*_notices(found), *_over(over)]
    return render_template("admin/home.html", wide=True, found=found, notices=notices, kept=_kept(found))


def _notices(found: Attention) -> Iterator[Notice]:
    incidents, people = url_for("admin.incidents"), url_for("admin.people")
    calendar = url_for("admin.calendar")
    if not found.has_calendar:
        yield Notice(
            "late",
            _("Belum ada kalender yang berlaku."),
            _("Tanpa kalender tidak ada tenggat yang dapat dihitung dan tidak ada pengaduan yang diterima."),
            url_for("admin.new_calendar"),
            _("Terapkan kalender"),
        )
    if found.halting:
        yield Notice(
            "late",
            _("%(count)s pengaduan tertahan karena kendala.", count=found.halting),
            _("Pengaduan itu berhenti sampai sebabnya diperbaiki dan dicoba lagi."),
            incidents,
            _("Lihat kendala"),
        )
    if found.letters:
        yield Notice(
            "late",
            _("%(count)s surat tidak terkirim.", count=found.letters),
            _("Penerimanya belum diberi tahu. Periksa server surel, lalu kirim lagi."),
            incidents,
            _("Lihat surat"),
        )
    if found.other:
        yield Notice(
            "soon",
            _("%(count)s kendala lain belum ditutup.", count=found.other),
            _("Lihat sebabnya, lalu tutup setelah ditangani."),
            incidents,
            _("Lihat kendala"),
        )
    if found.unstaffed:
        yield Notice(
            "late",
            _("Belum ada petugas aktif di: %(lanes)s.", lanes=", ".join(found.unstaffed)),
            _("Tugas yang sampai di sana menunggu tanpa ada yang mengambilnya."),
            people,
            _("Atur kelompok"),
        )
    if found.calendar_ends:
        yield Notice(
            "late" if found.calendar_ends < now().astimezone(zone()).date() + timedelta(days=30) else "soon",
            _("Kalender hanya sampai %(day)s.", day=day(found.calendar_ends)),
            _("Setelah itu tidak ada tenggat yang dapat dihitung. Terapkan kalender yang lebih panjang."),
            calendar,
            _("Buka kalender"),
        )
    for year in found.without_joint_leave:
        yield Notice(
            "soon",
            _("Cuti bersama %(year)s belum ada di kalender.", year=year),
            _("Tambahkan setelah SKB 3 Menteri terbit; sebelum itu tenggat pada hari-hari itu keliru."),
            calendar,
            _("Buka kalender"),
        )
    if found.without_group:
        yield Notice(
            "soon",
            _("Pengguna tanpa kelompok: %(users)s.", users=", ".join(found.without_group)),
            _("Mereka dapat masuk tetapi tidak mempunyai tugas apa pun."),
            people,
            _("Lihat pengguna"),
        )
    if found.without_password:
        yield Notice(
            "soon",
            _("Pengguna tanpa kata sandi: %(users)s.", users=", ".join(found.without_password)),
            _("Mereka tidak dapat masuk sampai kata sandinya ditetapkan."),
            people,
            _("Lihat pengguna"),
        )
    if found.without_address:
        yield Notice(
            "soon",
            _("Tidak ada alamat surel di kelompok: %(groups)s.", groups=", ".join(found.without_address)),
            _("Tidak ada yang diberi tahu lewat surel tentang tugas baru atau yang terlambat di sana."),
            people,
            _("Isi alamat surel"),
        )


def _over(count: int) -> Iterator[Notice]:
    """Whose time is over by the rules of retention: nothing erases them by itself."""
    if count:
        yield Notice(
            "soon",
            _("%(count)s orang melewati masa simpannya.", count=count),
            _("Lihat daftarnya, lalu hapus; yang ditahan tetap tinggal."),
            url_for("admin.due"),
            _("Lihat yang jatuh tempo"),
        )


def _kept(found: Attention) -> list[tuple[str, str]]:
    """When the record was last kept safe, as far as this database knows."""
    if not found.has_calendar:  # no zone to tell a time in
        return []
    backup = moment(found.last_backup) if found.last_backup else _("belum pernah, atau dari luar program ini")
    if found.last_backup and now() - found.last_backup > BACKUP_OLD:
        backup = _("%(when)s; sudah lama, periksa cadangan malam", when=backup)
    seal = moment(found.last_seal) if found.last_seal else _("belum ada")
    return [(_("Cadangan data terakhir"), backup), (_("Segel riwayat terakhir"), seal)]
