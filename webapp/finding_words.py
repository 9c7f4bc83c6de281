"""What a check of the record finds, in words for an auditor: what it means, and what to do next. For pages and terminal.

Both languages stand side by side, as in `engine.definition.sentences`: a code without its words fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.history.finding import (
    CHAIN,
    DEPLOYED,
    DIVERGED,
    LOST,
    PROJECTIONS,
    REPLAY,
    SEAL,
    TAMPERED,
    UNSEALED,
    Finding,
)


@dataclass(frozen=True, slots=True)
class Said:
    """The same in both languages."""

    indonesian: str
    english: str

    def in_(self, language: str) -> str:
        return self.indonesian if language == "id" else self.english


@dataclass(frozen=True, slots=True)
class Words:
    """Of one code: the fact, and the next step."""

    means: Said
    remedy: Said


_LEAVE_AS_IS: Final = Said(
    "Jangan memperbaiki apa pun. Simpan salinan data, cadangan, dan berkas segel, lalu laporkan kepada atasan "
    "Pengelola: seseorang yang menguasai basis data mengubahnya.",
    "Mend nothing. Keep copies of the data, the backups and the file of seals, then report it above the Pengelola: "
    "somebody who controls the database changed it.",
)
_COMPARE_SEALS: Final = Said(
    "Bandingkan dengan salinan segel di luar mesin: `pengaduan history verify --seals SALINAN`. Jangan menyegel "
    "sebelum jelas mana yang benar.",
    "Compare with the copy of the seals outside the machine: `pengaduan history verify --seals COPY`. Do not seal "
    "until it is clear which one is right.",
)
_SET_RIGHT: Final = Said(
    "Bandingkan dengan riwayat; tetapkan kembali lewat halaman atau perintahnya, dan cari siapa yang menulis langsung "
    "ke basis data.",
    "Compare with the history; set it again by its page or command, and find out who wrote to the database directly.",
)
_WAIT: Final = Said(
    "Tidak perlu apa-apa: segel berikutnya mencakupnya.", "Nothing to do: the next seal covers it."
)


def _words(indonesian: str, english: str, remedy: Said = _LEAVE_AS_IS) -> Words:
    return Words(Said(indonesian, english), remedy)


WORDS: Final[Mapping[str, Words]] = {
    # the chain
    "chain_missing": _words(
        "Ada peristiwa yang hilang sebelum peristiwa ini: nomornya meloncat.",
        "Events before this one are gone: their numbers skip.",
    ),
    "chain_unlinked": _words(
        "Peristiwa ini menyebut pendahulu yang lain: sesuatu diganti atau disisipkan.",
        "This event names another predecessor: something was replaced or put in between.",
    ),
    "chain_altered": _words(
        "Isi peristiwa ini tidak cocok dengan hash-nya: peristiwanya diubah.",
        "This event does not fit its hash: it was changed.",
    ),
    "chain_foreign": _words(
        "Peristiwa ini milik riwayat lain.",
        "This event belongs to another history.",
    ),
    "chain_cut": _words(
        "Ujung riwayat tidak sama dengan yang diingat pengaduannya: peristiwa terakhir dihapus atau diganti.",
        "The end of the history is not what its case remembers: the last events were removed or replaced.",
    ),
    "no_history": _words(
        "Riwayatnya tidak ada lagi.",
        "Its history is gone.",
    ),
    "unreadable": _words(
        "Catatannya tidak dapat dibaca: baris di basis data ditulisi sesuatu yang bukan dari program ini.",
        "Its record cannot be read: something that is not of this program was written into the database.",
    ),
    "number_missing": _words(
        "Nomor ini pernah diberikan, dan pengaduannya tidak ada lagi.",
        "This number was given out, and its case is gone.",
    ),
    "number_unknown": _words(
        "Pengaduan ini bernomor yang tidak pernah diberikan.",
        "This case has a number that was never given out.",
    ),
    "case_missing": _words(
        "Riwayatnya ada, pengaduannya tidak.",
        "There is a history, and its case is gone.",
    ),
    "numbers_lost": _words(
        "Nomor-nomor hilang oleh pemulihan dari cadangan, atau dilewatinya; pemulihan itu sendiri mengatakannya.",
        "Numbers were lost by a restore from a backup, or left out by it; the restore says so itself.",
        Said(
            "Cocokkan tanda terima yang bernomor demikian dengan hari pemulihan.",
            "Hold receipts with such numbers against the day of the restore.",
        ),
    ),
    # the replay
    "replay_differs": _words(
        "Rantainya utuh, tetapi program menjawab perintah ini lain daripada yang tercatat.",
        "The chain is whole, but the program answers this command differently than is recorded.",
        Said(
            "Bukan bukti pengubahan catatan. Bila berkas yang diberlakukan juga berubah, itulah sebabnya; bila tidak, "
            "kirim nomor dan peristiwanya kepada pembuat program.",
            "No proof that the record was changed. If a deployed file changed as well, that is why; if not, send number "
            "and event to the makers of the program.",
        ),
    ),
    # the rows beside the history
    "projection": _words(
        "Daftar tugas, tenggat, atau keadaan pengaduan tidak sama dengan riwayatnya.",
        "The lists of tasks, limits or the state of the case are not what its history says.",
    ),
    "hold_changed": _words(
        "Penahanan penghapusan tidak sama dengan riwayatnya.",
        "The legal hold is not what its history says.",
        _SET_RIGHT,
    ),
    "rights_changed": _words(
        "Pengguna, kelompok, atau token tidak sama dengan riwayatnya: seseorang memberi dirinya hak.",
        "A user, a group or a token is not what the history says: somebody gave themselves rights.",
        Said(
            "Nonaktifkan pengguna atau cabut tokennya sekarang, lalu periksa apa yang dilakukannya di log akses.",
            "Disable the user or revoke the token now, then look in the access log at what they did.",
        ),
    ),
    "retention_changed": _words(
        "Aturan penyimpanan tidak sama dengan riwayatnya.",
        "A rule of retention is not what the history says.",
        _SET_RIGHT,
    ),
    "erasure_undone": _words(
        "Orangnya sudah dihapus, dan isinya masih atau kembali ada.",
        "The person was erased, and what they wrote is still or again there.",
        Said(
            "Hapus lagi: `pengaduan erase NOMOR`. Bila terjadi setelah pemulihan, pakai `restore` dengan berkas segel "
            "yang terbaru.",
            "Erase again: `pengaduan erase NUMBER`. If it came by a restore, use `restore` with the newest file of "
            "seals.",
        ),
    ),
    "key_missing": _words(
        "Kunci pengaduan ini hilang tanpa peristiwa penghapusan: isinya tidak dapat dibaca lagi.",
        "The key of this case is gone without an event of erasure: what was written cannot be read any more.",
        Said(
            "Pulihkan ke tempat latihan dari cadangan sebelum kuncinya hilang, dan cari siapa yang menghapusnya.",
            "Restore a backup from before the loss into a place for practice, and find out who removed it.",
        ),
    ),
    "key_foreign": _words(
        "Kunci pengaduan ini bukan dari kunci utama kantor ini.",
        "The key of this case was not made with this office's master key.",
        Said(
            "Periksa apakah kunci utama yang dipakai benar; bila ya, barisnya diganti: simpan salinan dan laporkan.",
            "Check that the right master key is in use; if it is, the row was replaced: keep copies and report it.",
        ),
    ),
    "answers_missing": _words(
        "Isian yang tercatat oleh peristiwa ini hilang tanpa peristiwa penghapusan.",
        "The answers that this event recorded are gone without an event of erasure.",
    ),
    "answers_changed": _words(
        "Isian yang tercatat oleh peristiwa ini diubah.",
        "The answers that this event recorded were changed.",
    ),
    "answers_differ": _words(
        "Isian yang tersimpan bukan yang tercatat oleh peristiwa ini.",
        "The answers that are kept are not those that this event recorded.",
    ),
    "answers_unrecorded": _words(
        "Ada isian yang tidak tercatat oleh peristiwa mana pun.",
        "There are answers that no event recorded.",
    ),
    "comment_missing": _words(
        "Komentar yang tercatat oleh peristiwa ini hilang tanpa peristiwa penghapusan.",
        "The comment that this event recorded is gone without an event of erasure.",
    ),
    "comment_changed": _words(
        "Komentar yang tercatat oleh peristiwa ini diubah.",
        "The comment that this event recorded was changed.",
    ),
    "comment_differ": _words(
        "Komentar yang tersimpan bukan yang tercatat oleh peristiwa ini.",
        "The comment that is kept is not the one that this event recorded.",
    ),
    "comment_unrecorded": _words(
        "Ada komentar yang tidak tercatat oleh peristiwa mana pun.",
        "There is a comment that no event recorded.",
    ),
    "attachment_missing": _words(
        "Lampiran yang tercatat oleh peristiwa ini hilang tanpa peristiwa penghapusan.",
        "The attachment that this event recorded is gone without an event of erasure.",
    ),
    "attachment_row": _words(
        "Keterangan lampiran tidak sama dengan peristiwa ini.",
        "What is kept of the attachment is not what this event says.",
    ),
    "attachment_file_missing": _words(
        "Berkas lampiran yang tercatat oleh peristiwa ini tidak ada di folder data.",
        "The file of the attachment that this event recorded is not in the data directory.",
        Said(
            "Cari berkasnya di cadangan; bila folder data pernah dipindahkan, salin juga folder lampirannya.",
            "Look for it in the backups; if the data directory was moved, copy the directory of attachments as well.",
        ),
    ),
    "attachment_changed": _words(
        "Berkas atau nama lampiran yang tercatat oleh peristiwa ini diubah.",
        "The file or the name of the attachment that this event recorded was changed.",
    ),
    "attachment_differs": _words(
        "Lampiran yang tersimpan bukan yang tercatat oleh peristiwa ini.",
        "The attachment that is kept is not the one that this event recorded.",
    ),
    "attachment_unrecorded": _words(
        "Ada lampiran yang tidak tercatat oleh peristiwa mana pun.",
        "There is an attachment that no event recorded.",
    ),
    # what was deployed
    "definition_changed": _words(
        "Berkas proses atau formulir bukan yang diberlakukan.",
        "The files of the process or its forms are not those that were deployed.",
        Said(
            "Bandingkan dengan berkas yang disimpan analis; pulihkan dari cadangan, bukan dengan menulis ke basis data.",
            "Compare with the analyst's files; restore a backup instead of writing to the database.",
        ),
    ),
    "calendar_changed": _words(
        "Kalender bukan yang diberlakukan: tenggat dihitung dengan hari yang lain.",
        "The calendar is not the one that was deployed: limits are counted by other days.",
        Said(
            "Bandingkan dengan berkas kalender yang disimpan; pulihkan dari cadangan, bukan dengan menulis ke basis data.",
            "Compare with the calendar file that was kept; restore a backup instead of writing to the database.",
        ),
    ),
    "activation_changed": _words(
        "Versi yang berlaku bukan yang terakhir diaktifkan.",
        "The version in force is not the one that was last activated.",
        _SET_RIGHT,
    ),
    # the seals
    "seal_missing": _words(
        "Ada segel yang hilang dari basis data.",
        "A seal is gone from the database.",
        _COMPARE_SEALS,
    ),
    "seal_unlinked": _words(
        "Sebuah segel menyebut pendahulu yang lain.",
        "A seal names another predecessor.",
        _COMPARE_SEALS,
    ),
    "seal_altered": _words(
        "Isi sebuah segel tidak cocok dengan hash-nya.",
        "A seal does not fit its hash.",
        _COMPARE_SEALS,
    ),
    "restore_unbridged": _words(
        "Riwayat menyebut pemulihan dari cadangan yang tidak disambung oleh segel: dapat dikarang kemudian.",
        "The history tells of a restore that no seal bridges: it may have been made up later.",
        _COMPARE_SEALS,
    ),
    "seal_file_unreadable": _words(
        "Ada baris berkas segel yang bukan segel dan bukan penghapusan.",
        "A line of the file of seals is neither a seal nor an erasure.",
        _COMPARE_SEALS,
    ),
    "seal_line_missing": _words(
        "Ada segel yang hilang dari berkas segel.",
        "A seal is gone from the file of seals.",
        _COMPARE_SEALS,
    ),
    "seal_line_differs": _words(
        "Sebuah segel di berkas segel lain daripada di basis data.",
        "A seal is another in the file of seals than in the database.",
        _COMPARE_SEALS,
    ),
    "seal_ahead": _words(
        "Berkas segel lebih maju daripada basis data: basis data dikembalikan ke hari lain tanpa `restore`.",
        "The file of seals is ahead of the database: the database was set back without `restore`.",
        Said(
            "Pulihkan cadangan dengan `pengaduan restore`; sampai itu tidak ada segel baru yang dibuat.",
            "Restore the backup by `pengaduan restore`; until then no new seal is made.",
        ),
    ),
    "seal_file_behind": _words(
        "Berkas segel belum memuat segel yang terakhir.",
        "The file of seals does not have the last seals yet.",
        Said(
            "Segel atau start berikutnya menuliskannya. Bila tetap begini, periksa apakah folder data dapat ditulisi.",
            "The next seal or start writes them. If it stays so, check that the data directory can be written to.",
        ),
    ),
    "seal_copy_unreadable": _words(
        "Ada baris salinan segel yang bukan segel dan bukan penghapusan.",
        "A line of the copy is neither a seal nor an erasure.",
        _COMPARE_SEALS,
    ),
    "seal_copy_ahead": _words(
        "Salinan memuat segel yang tidak ada di basis data.",
        "The copy has a seal that the database has not.",
        _COMPARE_SEALS,
    ),
    "seal_copy_differs": _words(
        "Sebuah segel di salinan lain daripada di basis data.",
        "A seal is another in the copy than in the database.",
        _COMPARE_SEALS,
    ),
    "seals_unreadable": _words(
        "Segel tidak dapat dibaca: baris di basis data ditulisi sesuatu yang bukan dari program ini.",
        "The seals cannot be read: something that is not of this program was written into the database.",
        _COMPARE_SEALS,
    ),
    "sealed_event_gone": _words(
        "Peristiwa ini sudah disegel, dan sekarang hilang atau lain.",
        "This event was sealed, and now it is gone or another.",
    ),
    "lost_by_restore": _words(
        "Peristiwa sesudah ini hilang oleh pemulihan dari cadangan; pemulihan itu sendiri mengatakannya.",
        "Events after this one were lost by a restore from a backup; the restore says so itself.",
        Said(
            "Bukan temuan. Yang hilang dikerjakan ulang oleh petugas.",
            "No finding. What was lost is done again by the officers.",
        ),
    ),
    "not_yet_sealed": _words(
        "Peristiwa sampai yang ini lebih muda daripada segel terakhir.",
        "Events up to this one are younger than the last seal.",
        _WAIT,
    ),
}

#: What a newer or older release has found.
_OTHER: Final = _words("Temuan dari versi program yang lain.", "A finding of another release of the program.")

#: Kind of finding -> its word.
KINDS: Final[Mapping[str, Said]] = {
    TAMPERED: Said("diubah", "tampered"),
    DIVERGED: Said("menyimpang", "diverged"),
    UNSEALED: Said("belum disegel", "not yet sealed"),
    LOST: Said("hilang oleh pemulihan", "lost by a restore"),
}

#: Question -> what it asks, as the head of a column.
QUESTIONS: Final[Mapping[str, Said]] = {
    CHAIN: Said("Rantai", "Chain"),
    REPLAY: Said("Putar ulang", "Replay"),
    PROJECTIONS: Said("Isian dan daftar", "Answers and lists"),
    DEPLOYED: Said("Berkas yang berlaku", "Deployed files"),
    SEAL: Said("Segel", "Seal"),
}


def words(code: str) -> Words:
    """Of a finding with that code."""
    return WORDS.get(code, _OTHER)


def means(finding: Finding, language: str = "id") -> str:
    """What was found, as one sentence."""
    return words(finding.code).means.in_(language)


def remedy(finding: Finding, language: str = "id") -> str:
    """What to do next."""
    return words(finding.code).remedy.in_(language)


def kind_of(finding: Finding, language: str = "id") -> str:
    """Tampered, diverged, not yet sealed, or lost by a restore."""
    return KINDS[finding.kind].in_(language)
