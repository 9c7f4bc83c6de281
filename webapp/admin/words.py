"""Groups, roles that work against each other, and incidents, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from engine.identity.policy import ADMINISTRATORS, ANALYSTS, AUDITORS, SUPERVISORS
from engine.queries.people import Group

_ROLES: Final[Mapping[str, tuple[LazyString, LazyString]]] = {
    SUPERVISORS: (
        __("Sekretariat"),
        __("Melihat semua pengaduan, mengalihkan tugas, diberi tahu bila ada yang terlambat."),
    ),
    ANALYSTS: (__("Analis"), __("Mengubah diagram dan formulir; tidak pernah melihat isi pengaduan.")),
    AUDITORS: (__("Auditor"), __("Membaca semuanya, tidak mengubah apa pun.")),
    ADMINISTRATORS: (__("Pengelola"), __("Mengurus pengguna, kalender, kendala, dan cadangan data.")),
}

#: Type of the command that failed -> what was being done.
_ACTS: Final[Mapping[str, LazyString]] = {
    "Submit": __("Pengaduan dikirim"),
    "Claim": __("Tugas diambil"),
    "Release": __("Tugas dilepas"),
    "Delegate": __("Tugas dialihkan"),
    "Complete": __("Tugas diselesaikan"),
    "Comment": __("Komentar ditulis"),
    "Attach": __("Berkas dilampirkan"),
    "SendMessage": __("Pesan proses dikirim"),
    "RevealIdentity": __("Identitas rahasia dibuka"),
    "FireTimers": __("Tenggat dijalankan"),
    "RecountTimers": __("Tenggat dihitung ulang"),
    "RetryIncident": __("Kendala dicoba lagi"),
    "CompleteExternalTask": __("Pekerjaan program luar diselesaikan"),
    "ThrowError": __("Galat program luar diterima"),
    "notification": __("Surat dikirim"),
    "external_task": __("Pekerjaan program luar"),
}

_MEND_DIAGRAM = __("Minta Analis memeriksa langkah itu di diagram. Setelah diperbaiki, coba lagi.")
_TELL_IT = __("Sampaikan nomor kendala ini dan waktunya kepada petugas TI; rinciannya ada di log program.")
#: Code of the error -> its class in words, and what to do.
_ERRORS: Final[Mapping[str, tuple[LazyString, LazyString]]] = {
    "execution_failed": (__("Proses tidak dapat berjalan terus dari sini."), _MEND_DIAGRAM),
    "expression_failed": (__("Sebuah syarat di diagram tidak memberi hasil."), _MEND_DIAGRAM),
    "expression_invalid": (__("Sebuah syarat di diagram tidak dapat dibaca."), _MEND_DIAGRAM),
    "duration_invalid": (__("Lama sebuah tenggat di diagram tidak dapat dibaca."), _MEND_DIAGRAM),
    "no_office_hours": (
        __("Kalender tidak mempunyai cukup jam kerja untuk menghitung tenggatnya."),
        __("Terapkan kalender yang mencakup tanggal itu, lalu coba lagi."),
    ),
    "state_unreadable": (__("Keadaan pengaduan yang tersimpan tidak dapat dibaca program ini."), _TELL_IT),
    "key_missing": (
        __("Kunci isi pengaduan ini tidak ada: isinya sudah dihapus, atau kuncinya belum dipulihkan."),
        __("Bila bukan penghapusan, pulihkan kuncinya dari cadangan, lalu coba lagi."),
    ),
    "not_sent": (
        __("Surat tidak terkirim setelah dicoba tiga kali."),
        __("Periksa server surel dan jaringannya, lalu kirim lagi."),
    ),
    "external_task_failed": (
        __("Program luar menyerah mengerjakan langkah ini."),
        __("Perbaiki program itu, lalu coba lagi."),
    ),
    "fault": (__("Galat di dalam program."), _TELL_IT),
}


def group_name(group: Group) -> str:
    """What people call a group."""
    if group.id in _ROLES:
        return str(_ROLES[group.id][0])
    return group.name if group.kind == "lane" and group.name else group.id


def group_reason(group: Group) -> str:
    """What being in a group means."""
    match group.kind:
        case "role":
            return str(_ROLES[group.id][1])
        case "lane":
            return _("%(group)s: mengerjakan tugas langkahnya.", group=group.id)
        case "counter":
            return _("Boleh bertindak untuk pengadu di loket.")
        case "sender":
            return _("Boleh mengirim: %(event)s.", event=group.name)
        case "escalation":
            return _("Diberi tahu bila ada tugas yang terlambat.")
        case "restricted":
            return _(
                "Satu-satunya kelompok yang membaca pengaduan yang berakhir di: %(end)s.", end=group.name
            )
        case "unknown":
            return _("Tidak ada diagram yang menyebut kelompok ini, jadi belum ada tugas untuknya.")


def warnings(groups: Iterable[str], known: Iterable[Group]) -> list[str]:
    """What a person in these groups cannot do because of another of them: a denial wins (DESIGN 6)."""
    mine, by_id = set(groups), {group.id: group for group in known}

    def called(ids: Iterable[str]) -> str:
        return ", ".join(group_name(by_id[id]) if id in by_id else id for id in sorted(ids))

    said = []
    if not mine:
        said.append(_("Tanpa kelompok, orang ini dapat masuk tetapi tidak mempunyai tugas apa pun."))
    if AUDITORS in mine and (others := mine - {AUDITORS}):
        said.append(
            _(
                "Seorang auditor tidak mengubah apa pun. Selama menjadi auditor, orang ini tidak dapat bertindak "
                "sebagai: %(groups)s.",
                groups=called(others),
            )
        )
    working = {id for id in mine if id in by_id and by_id[id].kind in ("lane", "counter", "restricted")}
    if ANALYSTS in mine and (others := working | (mine & {SUPERVISORS})):
        said.append(
            _(
                "Seorang analis tidak pernah melihat isi pengaduan. Selama menjadi analis, orang ini tidak dapat "
                "mengerjakan tugas sebagai: %(groups)s.",
                groups=called(others),
            )
        )
    unknown = {id for id in mine if id not in by_id or by_id[id].kind == "unknown"}
    if unknown:
        said.append(
            _(
                "Tidak ada diagram yang menyebut: %(groups)s. Periksa ejaannya; selama itu tidak ada tugas untuknya.",
                groups=called(unknown),
            )
        )
    return said


def act(what: str) -> str:
    """What was being done when an incident was opened."""
    return str(_ACTS.get(what, what))


def cause(code: str) -> str:
    """The class of an incident's error."""
    return str(_ERRORS.get(code, _ERRORS["fault"])[0])


def remedy(code: str) -> str:
    """What to do about it."""
    return str(_ERRORS.get(code, _ERRORS["fault"])[1])
