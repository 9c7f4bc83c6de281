"""What a form file may hold, and what the analyst is told of the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import FormInvalid
from engine.forms.attributes import FormFinding
from engine.forms.schema import check, load

ALL_COMPONENTS = Path(__file__).parents[1] / "fixtures" / "forms" / "semua_komponen.form"


def form(*components: dict[str, object], **whole: object) -> bytes:
    return json.dumps({"id": "uji", "type": "default", "components": list(components), **whole}).encode()


def only_finding(data: bytes) -> FormFinding:
    (finding,) = check(data, "uji.form")
    assert finding.remedy
    return finding


def field(kind: str = "textfield", key: str = "isi", **more: object) -> dict[str, object]:
    return {"type": kind, "id": f"F_{key}", "key": key, "label": "Isi", **more}


def test_every_supported_component_is_taken_as_it_is() -> None:
    assert check(ALL_COMPONENTS.read_bytes(), ALL_COMPONENTS.name) == []


def test_fields_are_listed_flat_with_their_type_and_custom_properties() -> None:
    schema = load(
        form(
            field(properties={"pribadi": "ya", "publik": "ya", "saran": "a, b"}, validate={"required": True}),
            {"type": "group", "path": "g", "components": [field("checkbox", "centang")]},
            {"type": "dynamiclist", "path": "d", "components": [field("number", "angka")]},
        ),
        "uji.form",
    )
    assert {path: found.type for path, found in schema.fields.items()} == {
        "isi": "string",
        "g.centang": "boolean",
        "d[].angka": "number",
    }
    first = schema.fields["isi"]
    assert (first.personal, first.public, first.required, first.suggestions) == (True, True, True, ("a", "b"))
    assert (schema.fields["g.centang"].personal, schema.fields["g.centang"].public) == (False, False)


def test_broken_json_is_told_with_its_line() -> None:
    assert "baris 2, kolom 3" in only_finding(b'{\n  id: "x"}').message


@pytest.mark.parametrize("data", [b"[]", b'"teks"', b"\xff\xfe", b"[" * 100_000, b" " * 1_000_001])
def test_what_is_no_form_at_all_is_one_finding(data: bytes) -> None:
    only_finding(data)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("iframe", "halaman lain"),
        ("table", "peramban"),
        ("expression", "tugas skrip"),
        ("documentPreview", "peramban"),
        ("image", "gambar"),
        ("html", "HTML"),
        ("filepicker", "lampiran belum didukung"),
        ("peta", "tidak dikenal"),
    ],
)
def test_an_unsupported_component_is_refused_by_name_with_the_reason(kind: str, reason: str) -> None:
    finding = only_finding(form(field(kind, "bagian")))
    assert finding.component == "bagian"
    assert kind in finding.message
    assert reason in finding.message


@pytest.mark.parametrize(
    ("component", "told"),
    [
        ({"type": "textfield", "id": "F"}, "kunci"),
        (field(key="dua kata"), "dua kata"),
        (field(key="a.b"), "a.b"),
        (field(key="1a"), "1a"),
        (field(key="typename"), "typename"),
        (field(key="this"), "this"),
        (field(conditional={"hide": "=isi ="}), "FEEL"),
        (field(conditional={"hide": 'isi = "a"'}), "diawali '='"),
        (field(conditional={"hide": '=isii = "a"'}), "isii"),
        (field(readonly="=lain"), "lain"),
        (field(validate={"maxLength": "=lain"}), "lain"),
        (field(validate={"maxLength": "banyak"}), "banyak"),
        (field(validate={"pattern": "(a+)+"}), "lama"),
        (field("number", increment="0"), "increment"),
        (field("number", defaultValue="dua"), "defaultValue"),
        (field("select"), "Pilihan"),
        (field("select", values=[{"label": "A", "value": "a"}, {"label": "B", "value": 1}]), "semua teks"),
        (
            field("select", values=[{"label": "A", "value": "a"}, {"label": "B", "value": "a"}]),
            "nilai yang sama",
        ),
        (field("select", valuesKey="daftar"), "dihitung"),
        (field("datetime", subtype="time", timeSerializingFormat="utc_offset"), "zona"),
        (field("datetime", subtype="minggu"), "minggu"),
        (field(label="=judul"), "dihitung"),
        ({"type": "text", "id": "T", "text": "Halo {{nama}}"}, "dihitung"),
        ({"type": "group", "id": "G", "components": "bukan daftar"}, "daftar"),
    ],
)
def test_what_the_server_cannot_honour_is_told_with_a_remedy(component: dict[str, object], told: str) -> None:
    assert told in only_finding(form(component)).message


def test_a_near_miss_of_a_name_is_suggested() -> None:
    finding = only_finding(
        form(field(key="lingkup"), field(key="b", conditional={"hide": "=lingkap = null"}))
    )
    assert "'lingkup'" in finding.remedy


def test_a_row_is_read_by_this_and_only_inside_its_list() -> None:
    row = field(conditional={"hide": "=this.isi = null"})
    assert check(form({"type": "dynamiclist", "id": "D", "path": "d", "components": [row]}), "uji.form") == []
    assert "this" in only_finding(form(row)).message


def test_a_key_used_twice_is_refused_but_not_across_rows_and_groups() -> None:
    assert "dua kali" in only_finding(form(field(), field())).message
    twice = form(field(), {"type": "group", "id": "G", "path": "g", "components": [field()]})
    assert check(twice, "uji.form") == []
    unnamed = form(field(), {"type": "group", "id": "G", "components": [field()]})
    assert "dua kali" in only_finding(unnamed).message


@pytest.mark.parametrize(
    ("whole", "told"),
    [
        ({"schemaVersion": 20}, "20"),
        ({"executionPlatform": "Camunda Cloud"}, "Camunda Cloud"),
        ({"id": ""}, "id"),
    ],
)
def test_a_form_of_another_making_is_refused(whole: dict[str, object], told: str) -> None:
    assert told in only_finding(form(field(), **whole)).message


def test_loading_a_refused_form_raises_with_all_findings() -> None:
    with pytest.raises(FormInvalid, match=r"uji\.form.*iframe") as refused:
        load(form(field("iframe", "a"), field("table", "b")), "uji.form")
    assert [finding.component for finding in refused.value.detail["findings"]] == ["a", "b"]


def test_a_form_nested_too_deep_is_refused() -> None:
    inner: dict[str, object] = field()
    for at in range(10):
        inner = {"type": "group", "id": f"G{at}", "components": [inner]}
    assert "bersarang" in only_finding(form(inner)).message
