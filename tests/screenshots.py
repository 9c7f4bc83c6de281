"""`make screenshots`: the pictures of the documentation, of every page at a desk and on a phone.

python -m tests.screenshots [folder] [name …]

The office of the pictures is one of the tests': its clock is set, its people are made up, its complaints are the
samples. A picture named `x` is `x.png` at a desk and `x-hp.png` on a phone; of a PDF it is its first sheet.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page

from engine.history import log, seal_file
from engine.history.seal import seal
from engine.history.whole_check import whole_check
from engine.store import design_drafts, migrations
from engine.store.session import Database
from tests.browser.chromium import chromium
from tests.casework import PROCESS, ROOT, SAMPLES, Office, open_office
from tests.process.diagrams import Diagram
from tests.web.officers import PASSWORD, an_app, served

#: Suffix of the file -> size of the screen.
SCREENS = {"": {"width": 1280, "height": 800}, "-hp": {"width": 390, "height": 844}}
#: What step 2 gets for a complaint of which the pictures show nothing more.
REFERRED = {
    "lingkup": "berkadar_pengawasan",
    "tujuan_rujukan": "Inspektorat Kota Samarinda",
    "konfirmasi_akhir": True,
}


@dataclass
class Scene:
    """A running office with complaints in every state; `cases` by what they are there for."""

    office: Office
    address: str
    cases: dict[str, str] = field(default_factory=dict)

    def task(self, case: str) -> str:
        return f"/tugas/{self.office.open_items(self.cases[case])[0]}"

    def number(self, case: str) -> str:
        return self.cases[case]


@contextmanager
def scene(directory: Path) -> Iterator[Scene]:
    """An office on a Tuesday morning, ten to ten."""
    database = Database(f"sqlite:///{directory / 'pengaduan.sqlite3'}", synchronous="OFF")
    migrations.upgrade(database)
    office = open_office(database)
    found = Scene(office, "")
    _fill(office, found.cases)
    seal(office.ports, directory / "data" / seal_file.NAME)
    whole_check(office.ports, directory / "data" / seal_file.NAME, by="sistem")
    with served(an_app(office, directory / "data")) as found.address:
        yield found
    database.dispose()


def _fill(office: Office, cases: dict[str, str]) -> None:
    samples = map(json.loads, SAMPLES.read_text().splitlines())

    def submit(name: str, until: str | None = None, **answers: Any) -> str:
        sample = {key: text for key, text in next(samples).items() if isinstance(text, str)}
        cases[name] = office.submit(**sample, **answers)
        if until:
            office.run_to(cases[name], until)
        return cases[name]

    office.at("2026-11-23 14:10")
    late = submit("late")
    office.at("2026-11-24 08:10")
    submit("coordinated", "Langkah_3")
    submit("mine")
    submit("analysed", "Langkah_5")
    submit("answered", "Langkah_8")
    office.at("2026-11-24 09:05")
    submit("secret", rahasia=True)
    submit("free")
    office.complete(
        submit("second round", "Langkah_8"), tanggapan="respon_balik", isi_respon_balik="Belum selesai."
    )
    office.complete(submit("closed", "Langkah_8"), tanggapan="selesai", nilai=5)
    office.complete(submit("referred"), **REFERRED)
    office.claim(office.open_items(cases["mine"])[0], "petugas")
    office.at("2026-11-24 09:50")
    office.sweep(late)
    _draft(office)


def _draft(office: Office) -> None:
    """An analyst gives the fifth step four hours, and has not deployed it yet."""
    diagram = Diagram.shipped()
    diagram.set_limit("Batas_5", "PT4H")
    diagram.set_property("Langkah_5", "waktu", "4 Jam")
    draft = {"had": 0, "base": f"{PROCESS}:1", "by": "analis", "at": office.now}
    with office.ports.database.write() as connection:
        design_drafts.save(connection, PROCESS, diagram.filename, diagram.source(), **draft)


Act = Callable[[Page, Scene], None]


def at(path: str | Callable[[Scene], str]) -> Act:
    def go(page: Page, scene: Scene) -> None:
        page.goto(path if isinstance(path, str) else path(scene))

    return go


def typed(page: Page, _scene: Scene) -> None:
    page.goto("/pengaduan/baru")
    page.get_by_label("Judul pengaduan").fill("Antrean terlalu lama")
    page.get_by_label("Ceritakan yang terjadi").fill("Nomor saya baru dipanggil setelah dua jam.")
    page.get_by_label("Tempat kejadian").fill("Mal Pelayanan Publik")
    page.get_by_label("Tanggal kejadian").fill("2026-11-20")
    page.get_by_label("Datang ke loket MPP").check()


def checked(page: Page, scene: Scene) -> None:
    typed(page, scene)
    page.get_by_role("button", name="Periksa jawaban").click()


def sent(page: Page, scene: Scene) -> None:
    checked(page, scene)
    page.get_by_role("button", name="Kirim pengaduan").click()


def wrong(page: Page, _scene: Scene) -> None:
    page.goto("/pengaduan/baru")
    page.get_by_role("button", name="Periksa jawaban").click()


def tracked(case: str) -> Act:
    def go(page: Page, scene: Scene) -> None:
        number = scene.number(case)
        page.goto("/lacak")
        page.get_by_label("Nomor pengaduan").fill(number)
        page.get_by_label("Kode rahasia").fill(scene.office.ports.keyring.tracking_code(number))
        page.get_by_role("button", name="Lihat pengaduan").click()

    return go


def paper(page: Page, scene: Scene) -> None:
    number = scene.number("closed")
    with scene.office.ports.database.read() as connection:
        _, digest = log.head(connection, number)
    page.goto(f"/audit/periksa?nomor={number}&hash={digest}")


def drawn(page: Page, _scene: Scene) -> None:
    page.goto(f"/proses/{PROCESS}/ubah")
    page.locator("[data-ready]").wait_for()


#: Picture -> whose it is (None: the public's) and how to get there.
PICTURES: dict[str, tuple[str | None, Act]] = {
    "beranda": (None, at("/")),
    "pengaduan-baru": (None, at("/pengaduan/baru")),
    "pengaduan-keliru": (None, wrong),
    "pengaduan-periksa": (None, checked),
    "pengaduan-terkirim": (None, sent),
    "lacak": (None, at("/lacak")),
    "lacak-ditangani": (None, tracked("coordinated")),
    "lacak-menunggu": (None, tracked("answered")),
    "lacak-berakhir": (None, tracked("closed")),
    "masuk": (None, at("/masuk")),
    "galat": (None, at("/lihat/PGD-2026-000123")),
    "tugas": ("petugas", at("/tugas")),
    "tugas-semua": ("sekretariat", at("/tugas")),
    "tugas-kosong": ("admin", at("/tugas?tampil=saya")),
    "tugas-satu": ("petugas", at(lambda s: s.task("mine"))),
    "tugas-koordinasi": ("admin", at(lambda s: s.task("coordinated"))),
    "tugas-putaran-kedua": ("petugas", at(lambda s: s.task("second round"))),
    "loket": ("petugas", at("/loket")),
    "loket-baru": ("petugas", at("/loket/baru")),
    "loket-pengaduan": ("petugas", at(lambda s: f"/loket/{s.number('answered')}")),
    "tanda-terima": ("petugas", at(lambda s: f"/pengaduan/{s.number('answered')}/tanda-terima")),
    "surat-jawaban": ("petugas", at(lambda s: f"/pengaduan/{s.number('answered')}/surat-jawaban")),
    "daftar-pengaduan": ("sekretariat", at("/pengaduan")),
    "berkas-pengaduan": ("sekretariat", at(lambda s: f"/pengaduan/{s.number('second round')}")),
    "audit-putar-ulang": ("auditor", at(lambda s: f"/audit/{s.number('second round')}?ke=9")),
    "audit-segel": ("auditor", at("/audit/segel")),
    "audit-periksa": ("auditor", paper),
    "lembar-arsip": ("auditor", at(lambda s: f"/pengaduan/{s.number('closed')}/lembar-arsip")),
    "audit": ("auditor", at("/audit?sampel=5&benih=2026-11")),
    "audit-laporan": ("auditor", at("/audit/laporan")),
    "pengelola": ("pengelola", at("/pengelola")),
    "pengelola-pengguna": ("pengelola", at("/pengelola/pengguna")),
    "pengelola-kalender": ("pengelola", at("/pengelola/kalender")),
    "proses": ("analis", at("/proses")),
    "proses-ubah": ("analis", drawn),
    "proses-banding": ("analis", at(f"/proses/{PROCESS}/banding?dari=1&ke=konsep")),
    "proses-terapkan": ("analis", at(f"/proses/{PROCESS}/terapkan")),
    "pengelola-kendala": ("pengelola", at("/pengelola/kendala")),
}


#: Picture -> whose it is, and the address of the PDF.
SHEETS: dict[str, tuple[str, Callable[[Scene], str]]] = {
    "lembar-arsip-cetak": ("auditor", lambda s: f"/pengaduan/{s.number('second round')}/lembar-arsip.pdf"),
}
#: Points of the screen for a point of paper.
SCALE = 1.5


def signed_in(browser: Browser, scene: Scene, who: str | None, **options: Any) -> Page:
    page = browser.new_context(base_url=scene.address, locale="id-ID", **options).new_page()
    if who:
        page.goto("/masuk")
        page.get_by_label("Nama pengguna").fill(who)
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Keluar").wait_for()
    return page


def take(page: Page, path: Path) -> None:
    """A picture of what is seen first, in a palette: a quarter of the bytes and nothing less to see."""
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as image:
        _keep(image, path)


def take_sheet(page: Page, address: str, path: Path) -> None:
    """A picture of a PDF's first sheet."""
    document = pypdfium2.PdfDocument(page.request.get(address).body())
    _keep(document[0].render(scale=SCALE).to_pil(), path)
    document.close()


def _keep(image: Image.Image, path: Path) -> None:
    image.convert("RGB").quantize(224).save(path, optimize=True)


def main(folder: Path, *wanted: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as directory, scene(Path(directory)) as found, chromium() as browser:
        for suffix, screen in SCREENS.items():
            pages: dict[str | None, Page] = {}
            for name, (who, act) in PICTURES.items():
                if wanted and name not in wanted:
                    continue
                if who is None or who not in pages:
                    pages[who] = signed_in(browser, found, who, viewport=screen)
                act(pages[who], found)
                take(pages[who], folder / f"{name}{suffix}.png")
        for name, (who, address) in SHEETS.items():
            if not wanted or name in wanted:
                page = signed_in(browser, found, who)
                take_sheet(page, address(found), folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "img", *sys.argv[2:])
