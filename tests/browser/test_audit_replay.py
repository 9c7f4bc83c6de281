"""The replay in a browser: driven by keyboard alone, moving the token, without a barrier, and whole without JavaScript."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.store.session import Database
from tests.browser.soundness import unsound
from tests.casework import Office, open_office
from tests.web.officers import PASSWORD, an_app, served


@dataclass
class Replay:
    """A case of two rounds, late in the first, and an auditor who opens its replay."""

    number: str
    address: str
    browser: Browser

    @contextmanager
    def opened(self, at: int | str = "", **options: Any) -> Iterator[Page]:
        """The page at event `at`; what the browser complained about fails the test."""
        settings = {"viewport": {"width": 1280, "height": 900}, **options}
        context = self.browser.new_context(base_url=self.address, **settings)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/masuk")
        page.fill("#nama", "auditor")
        page.fill("#sandi", PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url(lambda address: "/masuk" not in address)
        page.goto(f"/audit/{self.number}?ke={at}")
        yield page
        context.close()
        assert complaints == []


@pytest.fixture(scope="module")
def replay(
    browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Replay]:
    directory = tmp_path_factory.mktemp("replay")
    file = shutil.copy(sqlite_template, directory / "pengaduan.sqlite3")
    office = open_office(Database(f"sqlite:///{file}", synchronous="OFF"))
    number = _two_rounds(office)
    with served(an_app(office, directory)) as address:
        yield Replay(number, address, browser)
    office.ports.database.dispose()


def _two_rounds(office: Office) -> str:
    number = office.submit(nama="Warga Contoh", kontak="0811-222-333")
    office.wait(minutes=20)
    office.claim(office.open_items(number)[0], "petugas")
    office.wait(hours=3)
    office.sweep(number)
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="respon_balik", isi_respon_balik="Kemarin pun kosong.")
    office.run_to(number, "Langkah_8")
    office.complete(number, tanggapan="selesai")
    return number


def place(page: Page) -> tuple[int, int]:
    """Which event of how many the page shows."""
    words = page.locator("[data-replay-title]").inner_text().split()
    return int(words[1]), int(words[3])


def lit(page: Page) -> list[str]:
    found = page.locator(".diagram .moves.lit")
    return [str(found.nth(n).get_attribute("data-element")) for n in range(found.count())]


def marked(page: Page, at: int) -> list[str]:
    """What the table says has the token at an event."""
    marks = "row => Object.values(JSON.parse(row.dataset.marks))[0].lit"
    return page.locator("[data-marks]").nth(at - 1).evaluate(marks)


def test_the_keyboard_alone_drives_the_replay(replay: Replay) -> None:
    with replay.opened(at=1) as page:
        asked: list[str] = []
        page.on(
            "request", lambda request: asked.append(request.url) if "/static/" not in request.url else None
        )
        page.get_by_role("button", name="Putar", exact=True).focus()
        count = place(page)[1]
        seen = [place(page)[0]]
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home", "ArrowDown"):
            page.keyboard.press(key)
            seen.append(place(page)[0])
            assert lit(page) == marked(page, seen[-1])
        assert seen == [1, 2, 3, 2, count, count, 1, 2]
        expect(page.get_by_role("status").filter(has_text=f"Peristiwa 2 dari {count}")).to_have_count(1)
        page.wait_for_url("**?ke=2")
        for _ in range(6):
            page.keyboard.press("Tab")
        slider = page.get_by_role("slider", name="Tempat dalam riwayat")
        expect(slider).to_be_focused()
        page.keyboard.press("ArrowRight")
        assert place(page)[0] == 3
        assert str(slider.get_attribute("aria-valuetext")).startswith(f"Peristiwa 3 dari {count}: ")
        assert asked == []


def test_space_plays_to_the_end_and_pauses(replay: Replay) -> None:
    with replay.opened(at=1) as page:
        count = place(page)[1]
        title = page.locator("[data-replay-title]")
        page.get_by_role("combobox", name="Kecepatan").select_option("4")
        page.locator("[data-replay-play]").focus()
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name="Jeda")).to_be_focused()
        expect(title).to_have_text(re.compile(r"Peristiwa ([3-9]|\d\d) dari"))
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name="Putar", exact=True)).to_be_focused()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Space")
        expect(title).to_have_text(f"Peristiwa {count} dari {count}")
        expect(page.get_by_role("button", name="Putar", exact=True)).to_be_focused()


def test_the_list_jumps_and_the_panel_has_the_facts_of_that_row(replay: Replay) -> None:
    with replay.opened() as page:
        link = page.get_by_role("link", name="Mengambil tugas").first
        link.focus()
        page.keyboard.press("Enter")
        panel = page.locator(".app-replay__now")
        expect(panel).to_contain_text("Menunggu 20 menit jam kerja")
        expect(panel).to_contain_text("dipegang Petugas")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.getAttribute('aria-current')") == "step"
        expect(panel).to_contain_text("Pewaktu yang jatuh tempo dijalankan")


def test_the_token_moves_a_moment_and_not_at_all_for_who_wants_no_motion(replay: Replay) -> None:
    moved = []
    for motion in ("no-preference", "reduce"):
        with replay.opened(at=1, reduced_motion=motion) as page:
            page.evaluate(
                "() => { window.moves = []; const was = Element.prototype.animate;"
                " Element.prototype.animate = function (...of) { window.moves.push(of[1].duration);"
                " return was.apply(this, of); } }"
            )
            page.get_by_role("button", name="Terakhir").click()
            moved.append(page.evaluate("window.moves"))
            assert lit(page) == marked(page, place(page)[0])
    assert moved == [[200], []]


def test_the_replay_has_no_barrier_and_fits(replay: Replay) -> None:
    with replay.opened(at=9) as page:
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        assert unsound(page) == []
        page.locator("[data-replay-play]").press("End")
        assert unsound(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_without_javascript_the_table_holds_what_the_replay_shows(replay: Replay, width: int) -> None:
    """Of every event: the words of the panel, as the script shows them, are in the table's row."""
    size = {"viewport": {"width": width, "height": 844}}
    with replay.opened(java_script_enabled=False, **size) as page:
        table = page.locator("[data-marks]")
        assert page.get_by_role("button", name="Putar", exact=True).count() == 0
        assert page.get_by_role("link", name="Peristiwa sebelumnya").is_visible()
        plain = [" ".join(table.nth(n).inner_text().split()) for n in range(table.count())]
    with replay.opened(at=1, **size) as page:
        play = page.locator("[data-replay-play]")
        for row in plain:
            for slot in ("said", "happened", "stood", "entered"):
                shown = page.locator(f"[data-slot={slot}]").inner_text()
                assert " ".join(shown.split()) in row
            play.press("ArrowRight")


def test_what_is_opened_stays_masked_at_the_next_visit(replay: Replay) -> None:
    with replay.opened(at=2) as page:
        page.locator("[data-replay-play]").press("Home")
        page.get_by_text("Buka isian yang bersifat pribadi").click()
        page.get_by_label("Mengapa isian perlu dibuka").fill("Keberatan atas surat nomor 12")
        page.keyboard.press("Enter")
        panel = page.locator(".app-replay__now")
        expect(panel).to_contain_text("Warga Contoh")
        assert place(page)[0] == 1
        page.wait_for_url("**?ke=1")
        page.reload()
        expect(panel).to_contain_text("data pribadi")
        expect(panel).not_to_contain_text("Warga Contoh")
