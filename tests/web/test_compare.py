"""`/proses/<key>/banding`: what changed, by step, and where in both diagrams."""

from __future__ import annotations

from flask import Flask

from engine.definition.bundle import Bundle
from engine.definition.deploy import deploy
from tests.casework import Office
from tests.process.test_diff import component, form, limit, move, to_lane
from tests.process.test_lint import NAME, Diagram
from tests.web.officers import Officer, Page


def deployed(office: Office, *edits: object, note: str | None = None) -> None:
    diagram = Diagram()
    for edit in edits:
        edit(diagram)  # type: ignore[operator]
    files = Bundle({NAME: diagram.source, **diagram.forms})
    deploy(office.ports.database, files, by="analis", at=office.now, note=note, source="web")


def listed(page: Page) -> list[tuple[str, list[str]]]:
    """Each heading with what is listed below it."""
    return [
        (
            " ".join(h.text_content().split()),
            [" ".join(li.text_content().split()) for li in h.getnext().iter("li")],
        )
        for h in page.tree.xpath("//main//h2[following-sibling::*[1][self::ul]]")
    ]


def marked(page: Page, side: int, kind: str) -> set[str]:
    svg = page.tree.xpath("//main//*[local-name()='svg'][@class='diagram']")[side]
    return {g.get("data-element") for g in svg.xpath(f".//*[@class='change {kind}']")}


def test_changes_are_listed_by_step_and_marked_in_both_diagrams(office: Office, app: Flask) -> None:
    deployed(
        office,
        limit("PT4H"),
        lambda d: to_lane(d, "Lajur_admin_opd", "Langkah_7", "Batas_7", "Eskalasi_7"),
        form(lambda whole: component(whole, "catatan_penutup")["validate"].update(required=True)),
        note="Tiga perubahan",
    )
    page = Officer(app, "analis").get("/proses/pengaduan_mpp/banding")
    found = listed(page)
    assert [heading.split(".")[0] for heading, _ in found] == ["5", "7", "8"]
    assert found[0][1] == ["≠ Berubah batas 2 Jam → 4 Jam"]
    assert "≠ Berubah pindah lajur dari Petugas MPP ke Admin OPD" in found[1][1]
    assert found[2][1] == ["≠ Berubah formulir tanggapan_pengadu: kolom “Catatan penutup” wajib"]
    assert "Perubahan dari versi 1 ke versi 2: 4" in page.text
    assert " ".join(page.tree.find_class("app-header__who")[0].text_content().split()) == "Analis Analis"
    for side in (0, 1):
        assert {"Langkah_5", "Batas_5", "Langkah_7", "Langkah_8"} <= marked(page, side, "changed")


def test_what_came_and_what_went_stand_each_in_their_own_diagram(office: Office, app: Flask) -> None:
    def without_limit(diagram: Diagram) -> None:
        for id in ("Batas_5", "Eskalasi_5", "Alur_Batas_5_Eskalasi_5"):
            diagram.node(id).getparent().remove(diagram.node(id))
        for ref in list(diagram.root.iter("{*}flowNodeRef")):
            if ref.text in ("Batas_5", "Eskalasi_5"):
                ref.getparent().remove(ref)
        for drawn in diagram.root.xpath("//*[@bpmnElement[contains(., '_5')]]"):
            if drawn.get("bpmnElement") in ("Batas_5", "Eskalasi_5", "Alur_Batas_5_Eskalasi_5"):
                drawn.getparent().remove(drawn)

    deployed(office, without_limit)
    analyst = Officer(app, "analis")
    page = analyst.get("/proses/pengaduan_mpp/banding?dari=1&ke=2")
    assert marked(page, 0, "removed") == {"Batas_5", "Eskalasi_5"}
    assert marked(page, 1, "removed") == set()
    back = analyst.get("/proses/pengaduan_mpp/banding?dari=2&ke=1")
    assert marked(back, 1, "added") == {"Batas_5", "Eskalasi_5"}
    assert "+ Baru batas baru 2 Jam" in back.text


def test_only_the_drawing(office: Office, app: Flask) -> None:
    deployed(office, move)
    page = Officer(app, "auditor").get("/proses/pengaduan_mpp/banding")
    assert "Hanya tata letak gambarnya yang berubah" in page.text
    assert [heading for heading, _ in listed(page)] == ["Tata letak"]
    assert marked(page, 0, "changed") == set()


def test_one_version_has_nothing_to_be_compared_with(app: Flask) -> None:
    analyst = Officer(app, "analis")
    assert "Baru ada satu versi." in analyst.get("/proses/pengaduan_mpp/banding").text
    assert "Bandingkan" not in analyst.get("/proses").text
    assert analyst.get("/proses/lain/banding").status == 404


def test_the_choice_shows_what_is_compared_and_nonsense_is_taken_as_nothing(
    office: Office, app: Flask
) -> None:
    deployed(office, limit("PT4H"), note="Satu")
    deployed(office, limit("PT6H"), note="Dua")
    analyst = Officer(app, "analis")
    page = analyst.get("/proses/pengaduan_mpp/banding?dari=1&ke=3")
    chosen = page.tree.xpath("//main//option[@selected]/@value")
    assert chosen == ["1", "3"]
    assert "batas 2 Jam → 6 Jam" in page.text
    assert "batas 4 Jam → 6 Jam" in analyst.get("/proses/pengaduan_mpp/banding?dari=x&ke=99").text
    same = analyst.get("/proses/pengaduan_mpp/banding?dari=2&ke=2").text
    assert "Tidak ada yang berubah dari versi 2 ke versi 2." in same
    assert "limit 2 Jam → 4 Jam" in analyst.get("/proses/pengaduan_mpp/banding?dari=1&ke=2&bahasa=en").text
