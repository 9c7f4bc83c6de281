"""Refusals and faults as pages: what happened, and what to do. The one mapping to HTTP (STYLE 7)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.errors import Disturbed, EngineError
from engine.store.incidents import new_number

log = structlog.get_logger("alur_aduan.web")


@dataclass(frozen=True)
class Page:
    """What an error's page says; `{…}` are filled in from the error's `detail`."""

    status: int
    title: LazyString
    advice: LazyString


_BY_STATUS = {
    400: Page(
        400,
        __("Permintaan ini tidak dapat dibaca"),
        __(
            "Kembali ke halaman sebelumnya, muat ulang, lalu kirim lagi. Bila tetap begini, mulai dari beranda."
        ),
    ),
    403: Page(
        403,
        __("Anda tidak berhak membuka ini"),
        __("Masuk dengan akun yang berhak, atau minta haknya kepada Pengelola."),
    ),
    404: Page(
        404,
        __("Halaman ini tidak ada"),
        __("Periksa alamatnya, atau mulai dari beranda. Pengaduan dicari dengan nomor dan kodenya."),
    ),
    405: Page(405, __("Halaman ini tidak dibuka dengan cara itu"), __("Mulai lagi dari beranda.")),
    409: Page(
        409,
        __("Ini tidak dapat dilakukan sekarang"),
        __(
            "Keadaannya sudah berubah. Muat ulang halaman sebelumnya, lalu lihat apa yang masih perlu dilakukan."
        ),
    ),
    413: Page(
        413,
        __("Yang Anda kirim terlalu besar"),
        __("Ringkas isiannya, lalu kirim lagi. Kembali ke halaman sebelumnya; isian Anda masih di sana."),
    ),
    429: Page(
        429,
        __("Terlalu banyak percobaan"),
        __("Tunggu beberapa menit, lalu coba lagi. Kembali ke halaman sebelumnya; isian Anda masih di sana."),
    ),
    500: Page(
        500,
        __("Ada kendala di pihak kami"),
        __(
            "Yang Anda lakukan tidak tersimpan. Coba lagi sebentar lagi; bila tetap gagal, sebutkan nomor kendala ini kepada petugas."
        ),
    ),
    503: Page(503, __("Layanan sedang berhenti sebentar"), __("Coba lagi beberapa menit lagi.")),
}

_BY_CODE = {
    "not_found": Page(404, __("Yang Anda cari tidak ada"), __("Periksa nomor atau alamatnya.")),
    "not_allowed": _BY_STATUS[403],
    "work_item_not_open": Page(
        409,
        __("Tugas ini sudah selesai"),
        __(
            "Orang lain atau batas waktu sudah menyelesaikannya. Lihat pengaduannya untuk langkah berikutnya."
        ),
    ),
    "already_claimed": Page(
        409, __("Tugas ini dipegang {holder}"), __("Minta {holder} melepasnya, atau ambil tugas lain.")
    ),
    "not_claimed": Page(409, __("Tugas ini belum Anda ambil"), __("Ambil dahulu tugasnya, lalu selesaikan.")),
    "case_ended": Page(
        409, __("Pengaduan ini sudah berakhir"), __("Tidak ada lagi yang dapat dilakukan di dalamnya.")
    ),
    "nobody_waits": Page(
        409,
        __("Pengaduan ini tidak sedang menunggu itu"),
        __("Muat ulang halamannya untuk melihat langkahnya sekarang."),
    ),
    "command_reused": Page(
        409,
        __("Formulir ini sudah dikirim dengan isi lain"),
        __("Kiriman pertama yang berlaku; kiriman ini tidak mengubah apa pun."),
    ),
    "case_halted": Page(
        409,
        __("Pengaduan ini sedang tertahan karena kendala"),
        __("Pengelola sudah diberi tahu. Coba lagi nanti; yang sudah tersimpan tidak hilang."),
    ),
    "disturbed": Page(
        500,
        __("Ada kendala di pihak kami, nomor {incident}"),
        __(
            "Belum ada yang tersimpan; isian Anda masih ada di bawah. Coba lagi sebentar lagi, atau sebutkan nomornya kepada petugas."
        ),
    ),
    "answers_invalid": Page(
        422, __("Ada isian yang perlu diperbaiki"), __("Kembali, lalu perbaiki isiannya.")
    ),
    "key_missing": Page(
        410,
        __("Isi pengaduan ini sudah dihapus"),
        __("Riwayatnya masih ada, isinya tidak. Tanyakan kepada Pengelola bila ini keliru."),
    ),
}


def init_app(app: Flask) -> None:
    """Every error becomes a page of ours."""
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(EngineError, _engine)
    app.register_error_handler(Exception, _fault)


def sentence(error: EngineError) -> str:
    """What to tell a person about a refusal, in one line, for a page that shows it in place."""
    page = _BY_CODE.get(error.code, _BY_STATUS[500])
    return f"{_filled(page.title, error)}. {_filled(page.advice, error)}"


def _expired(_error: CSRFError) -> ResponseReturnValue:
    return _render(
        400,
        _("Halaman tadi sudah terlalu lama terbuka"),
        _("Tidak ada yang dilakukan. Kembali ke halaman sebelumnya, muat ulang, lalu ulangi."),
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    page = _BY_STATUS.get(error.code, _BY_STATUS[400 if error.code < 500 else 500])
    number = _log_fault(error) if error.code >= 500 else None
    return _render(
        error.code, str(page.title), str(page.advice), number, error.get_response().headers.get("Retry-After")
    )


def _engine(error: EngineError) -> ResponseReturnValue:
    if isinstance(error, Disturbed):
        page = _BY_STATUS[500]
        return _render(500, str(page.title), str(page.advice), str(error.detail.get("incident")))
    page = _BY_CODE.get(error.code, _BY_STATUS[500])
    number = _log_fault(error) if page.status >= 500 else None
    return _render(page.status, _filled(page.title, error), _filled(page.advice, error), number)


def _fault(error: Exception) -> ResponseReturnValue:
    page = _BY_STATUS[500]
    return _render(500, str(page.title), str(page.advice), _log_fault(error))


def _render(
    status: int, title: str, advice: str, incident: str | None = None, retry_after: str | None = None
) -> ResponseReturnValue:
    page = render_template("errors/error.html", status=status, title=title, advice=advice, incident=incident)
    return page, status, {"Retry-After": retry_after} if retry_after else {}


def _filled(text: LazyString, error: EngineError) -> str:
    known = {name: str(value) for name, value in error.detail.items()}
    return str(text).format_map({"holder": _("seorang rekan"), **known})


def _log_fault(error: Exception) -> str:
    """Where it broke, by a number that a person can say; never the message, which may quote what was typed."""
    number = new_number()
    places, trace = [], error.__traceback__
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    cause = type(error.__cause__).__name__ if error.__cause__ else None
    log.error("fault", incident=number, error=type(error).__name__, cause=cause, at=places[-8:])
    return number
