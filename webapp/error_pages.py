"""What the page of an error says: what happened, and what to do. By the status of HTTP, and by the engine's codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as __


@dataclass(frozen=True)
class ErrorPage:
    """`{…}` are filled in from the error's `detail`."""

    status: int
    title: LazyString
    advice: LazyString


BY_STATUS: Final = {
    400: ErrorPage(
        400,
        __("Permintaan ini tidak dapat dibaca"),
        __(
            "Kembali ke halaman sebelumnya, muat ulang, lalu kirim lagi. Bila tetap begini, mulai dari beranda."
        ),
    ),
    401: ErrorPage(401, __("Anda belum masuk"), __("Masuk dahulu, lalu buka lagi halaman ini.")),
    403: ErrorPage(
        403,
        __("Anda tidak berhak membuka ini"),
        __("Masuk dengan akun yang berhak, atau minta haknya kepada Pengelola."),
    ),
    404: ErrorPage(
        404,
        __("Halaman ini tidak ada"),
        __("Periksa alamatnya: mungkin ada yang salah ketik, atau halamannya sudah berpindah."),
    ),
    405: ErrorPage(
        405,
        __("Halaman ini tidak dibuka dengan cara itu"),
        __("Alamat ini hanya menerima kiriman sebuah formulir. Buka formulirnya, lalu kirim dari sana."),
    ),
    409: ErrorPage(
        409,
        __("Ini tidak dapat dilakukan sekarang"),
        __(
            "Keadaannya sudah berubah. Muat ulang halaman sebelumnya, lalu lihat apa yang masih perlu dilakukan."
        ),
    ),
    410: ErrorPage(
        410,
        __("Ini sudah tidak ada lagi"),
        __("Yang Anda cari pernah ada dan sudah dihapus untuk seterusnya."),
    ),
    413: ErrorPage(
        413,
        __("Yang Anda kirim terlalu besar"),
        __("Kembali ke halaman sebelumnya, ringkas isiannya, lalu kirim lagi."),
    ),
    422: ErrorPage(
        422,
        __("Ada isian yang perlu diperbaiki"),
        __("Kembali ke halaman sebelumnya, lalu perbaiki isiannya."),
    ),
    429: ErrorPage(
        429,
        __("Terlalu banyak percobaan"),
        __("Demi keamanan, percobaan dari alamat Anda dihentikan sebentar."),
    ),
    500: ErrorPage(
        500,
        __("Ada kendala di pihak kami"),
        __("Coba lagi sebentar lagi; bila tetap gagal, sebutkan nomor kendala ini kepada petugas."),
    ),
    503: ErrorPage(
        503,
        __("Layanan sedang berhenti sebentar"),
        __("Basis datanya tidak dapat dihubungi. Biasanya hanya sebentar; coba lagi beberapa menit lagi."),
    ),
}

BY_CODE: Final = {
    "not_found": ErrorPage(404, __("Yang Anda cari tidak ada"), __("Periksa nomor atau alamatnya.")),
    "not_allowed": BY_STATUS[403],
    "work_item_not_open": ErrorPage(
        409,
        __("Tugas ini sudah selesai"),
        __(
            "Orang lain atau batas waktu sudah menyelesaikannya. Lihat pengaduannya untuk langkah berikutnya."
        ),
    ),
    "already_claimed": ErrorPage(
        409, __("Tugas ini dipegang {holder}"), __("Minta {holder} melepasnya, atau ambil tugas lain.")
    ),
    "not_claimed": ErrorPage(
        409, __("Tugas ini belum Anda ambil"), __("Ambil dahulu tugasnya, lalu selesaikan.")
    ),
    "case_ended": ErrorPage(
        409, __("Pengaduan ini sudah berakhir"), __("Tidak ada lagi yang dapat dilakukan di dalamnya.")
    ),
    "nobody_waits": ErrorPage(
        409,
        __("Pengaduan ini tidak sedang menunggu itu"),
        __("Muat ulang halamannya untuk melihat langkahnya sekarang."),
    ),
    "command_reused": ErrorPage(
        409,
        __("Formulir ini sudah dikirim dengan isi lain"),
        __("Kiriman pertama yang berlaku; kiriman ini tidak mengubah apa pun."),
    ),
    "case_halted": ErrorPage(
        409,
        __("Pengaduan ini sedang tertahan karena kendala"),
        __("Pengelola sudah diberi tahu. Coba lagi nanti; yang sudah tersimpan tidak hilang."),
    ),
    "disturbed": ErrorPage(
        500,
        __("Ada kendala di pihak kami, nomor {incident}"),
        __(
            "Belum ada yang tersimpan; isian Anda masih ada di bawah. Coba lagi sebentar lagi, atau sebutkan nomornya kepada petugas."
        ),
    ),
    "answers_invalid": BY_STATUS[422],
    "comment_unfit": ErrorPage(
        422, __("Komentar ini kosong atau terlalu panjang"), __("Tulis 1 sampai 4.000 karakter.")
    ),
    "attachment_unfit": ErrorPage(
        422,
        __("Berkas ini tidak dapat diterima"),
        __("Kirim PDF atau gambar JPEG, PNG, atau WebP yang utuh."),
    ),
    "attachments_full": ErrorPage(
        409,
        __("Lampiran pengaduan ini sudah penuh"),
        __("Jumlah berkasnya sudah sampai batas; tidak ada yang ditambahkan."),
    ),
    "case_erased": ErrorPage(
        410,
        __("Isi pengaduan ini sudah dihapus"),
        __("Riwayatnya tetap ada; tidak ada lagi yang dapat ditambahkan."),
    ),
    "key_missing": ErrorPage(
        410,
        __("Isi pengaduan ini sudah dihapus"),
        __("Riwayatnya masih ada, isinya tidak. Tanyakan kepada Pengelola bila ini keliru."),
    ),
}
