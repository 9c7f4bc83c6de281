"""Forms as HTML: labels tied, errors linked, what is locked read-only, and all of it without JavaScript."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from engine.forms.fields import FormSchema
from engine.forms.messages import Message
from engine.forms.posted import read_post
from engine.forms.schema import load
from engine.forms.validate import validate
from webapp.form_text import marked, shown
from webapp.form_view import ADD_ROW, REMOVE_ROW, dom_id, error_list, render, rows_changed

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FILES = [
    *sorted((ROOT / "forms").glob("*.form")),
    ROOT / "tests" / "fixtures" / "forms" / "semua_komponen.form",
]


def schema(name: str) -> FormSchema:
    (file,) = [file for file in FILES if file.stem == name]
    return load(file.read_bytes(), file.name)


def page(found: FormSchema, answers: dict[str, object] | None = None, **more: object) -> html.HtmlElement:
    settings = {"errors": {}, "stored": {}, "now": NOW, **more}
    return html.fromstring(f"<form>{render(found, answers or {}, **settings)}</form>")


def form(*components: dict[str, object]) -> FormSchema:
    return load(json.dumps({"id": "uji", "components": list(components)}).encode(), "uji.form")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_input_has_a_label_and_every_reference_a_target(file: Path) -> None:
    found = load(file.read_bytes(), file.name)
    done = validate(found, {}, stored={}, now=NOW)
    drawn = page(found, errors=done.errors, prefix="isian.")
    ids = [element.get("id") for element in drawn.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    for control in drawn.xpath("//input[@type!='hidden'] | //textarea | //select"):
        assert drawn.xpath("//label[@for=$id]", id=control.get("id")), control.get("name")
    for names in drawn.xpath("//@aria-describedby"):
        assert set(names.split()) <= set(ids)
    for row in error_list(found, done.errors, prefix="isian."):
        assert row["href"].removeprefix("#") in ids, row


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_the_page_posts_untouched_is_what_the_form_knows(file: Path) -> None:
    found = load(file.read_bytes(), file.name)
    names = page(found, prefix="isian.").xpath("//input[@name] | //textarea | //select")
    posted = {control.get("name"): [control.get("value") or ""] for control in names}
    assert read_post(found, posted, "isian.")[1] == ()


def test_what_was_typed_comes_back_even_when_it_was_wrong() -> None:
    found = schema("semua_komponen")
    sent = {
        "jumlah": ["dua"],
        "sandi": ["<b>"],
        "pilih": ["satu"],
        "angka": ["2"],
        "jenis": ["a", "c"],
        "panjang": ["ya"],
    }
    typed, _unknown = read_post(found, sent)
    drawn = page(found, typed, errors=validate(found, sent, stored={}, now=NOW).errors)
    assert drawn.xpath("//input[@name='jumlah']/@value") == ["dua"]
    assert drawn.xpath("//input[@name='sandi']/@value") == ["<b>"]
    assert drawn.xpath("//select[@name='pilih']/option[@selected]/@value") == ["satu"]
    assert drawn.xpath("//input[@checked]/@value") == ["ya", "2", "a", "c"]


def test_an_error_is_beside_its_input_and_read_with_it() -> None:
    drawn = page(
        form({"type": "textfield", "key": "isi", "label": "Isi"}), errors={"isi": [Message("required")]}
    )
    (control,) = drawn.xpath("//input")
    assert control.get("aria-invalid") == "true"
    (told,) = drawn.xpath("//*[@id=$id]", id=control.get("aria-describedby"))
    assert "wajib diisi" in told.text_content()


def test_inputs_bring_up_the_right_keyboard() -> None:
    drawn = page(schema("semua_komponen"))
    kinds = {c.get("name"): (c.get("type"), c.get("inputmode")) for c in drawn.xpath("//input[@id]")}
    assert kinds["surel"] == ("email", None)
    assert kinds["telepon"] == ("tel", None)
    assert kinds["batas"] == ("text", "numeric")
    assert kinds["jumlah"] == ("text", "decimal")
    assert [kinds[name][0] for name in ("hari", "pukul", "saat")] == ["date", "time", "datetime-local"]


def test_locked_values_are_read_and_cannot_be_typed() -> None:
    stored = {
        "judul": "Antrean <lama>",
        "uraian": "satu\ndua",
        "tanggal_kejadian": "2026-09-08",
        "alasan": None,
    }
    drawn = page(schema("bahan_laporan"), stored=stored)
    values = drawn.xpath("//dd[contains(@class, 'summary-list__value')]")
    assert [value.text_content() for value in values][:5] == [
        "Antrean <lama>",
        "satudua",
        "Tidak diisi",
        "Tidak diisi",
        "8 September 2026",
    ]
    assert not drawn.xpath("//*[@name='judul']")


def test_what_the_store_hides_is_left_out_and_what_an_answer_hides_says_so() -> None:
    drawn = page(schema("tanggapan_pengadu"))
    (part,) = drawn.xpath("//textarea[@name='isi_respon_balik']/ancestor::div[@data-shown-for]")
    assert json.loads(part.get("data-shown-for")) == {"names": ["tanggapan"], "shown": [["respon_balik"]]}
    assert "“Belum selesai, kirim tanggapan”" in part.text_content()
    secret = {"rahasia": True, "kontak": "0812"}
    assert "0812" not in page(schema("penyampaian_jawaban"), stored=secret).text_content()
    assert "0812" in page(schema("penyampaian_jawaban"), stored={"kontak": "0812"}).text_content()


def test_rows_are_added_and_removed_by_plain_buttons() -> None:
    found = schema("analisis_jawaban")
    name = "petugas_dikonsultasi"
    posted = {name: ["0"], f"{name}[0].nama_petugas": ["Ani"], ADD_ROW: [name]}
    added = rows_changed(found, posted)
    assert added is not None
    assert [row.get("nama_petugas") for row in added[name]] == ["Ani", None]  # type: ignore[attr-defined]
    assert page(found, added).xpath(f"//button[@name='{REMOVE_ROW}']/@value") == [f"{name}:0", f"{name}:1"]
    removed = rows_changed(found, {**posted, ADD_ROW: [], REMOVE_ROW: [f"{name}:0"]})
    assert removed is not None
    assert removed[name] == []
    assert rows_changed(found, {name: ["0"]}) is None


@pytest.mark.parametrize("forged", ["", "judul", "x[9].y", "petugas_dikonsultasi[7].z", "__class__", "[0]"])
def test_a_made_up_row_button_changes_nothing(forged: str) -> None:
    found = schema("analisis_jawaban")
    for button in (ADD_ROW, REMOVE_ROW):
        changed = rows_changed(found, {button: [forged]})
        assert changed is not None
        page(found, changed)


def test_text_components_are_marked_up_and_everything_else_is_escaped() -> None:
    made = marked(
        "## Judul\nAda **tebal**, [tautan](https://contoh.id) dan <script>\n- satu\n[x](javascript:alert)"
    )
    assert "<h2" in made
    assert "<strong>tebal</strong>" in made
    assert '<a class="govuk-link" href="https://contoh.id">tautan</a>' in made
    assert "&lt;script&gt;" in made
    assert "<li>satu</li>" in made
    assert "javascript:alert" in made
    assert 'href="javascript' not in made


def test_values_are_shown_in_words() -> None:
    fields = schema("semua_komponen").fields
    assert shown(fields["panjang"], True) == "Ya"
    assert shown(fields["jenis"], ["a", "c"]) == "A, C"
    assert shown(fields["saat"], "2026-11-24T08:30") == "24 November 2026, 08.30"
    assert shown(fields["jumlah"], 2.5) == "2,5"
    assert shown(fields["cerita"], "<i>\nb") == "&lt;i&gt;<br>b"


def test_an_id_can_be_linked_to() -> None:
    assert dom_id("barang[0].nama_barang", "isian.") == "isian-isian-barang-0-nama_barang"
