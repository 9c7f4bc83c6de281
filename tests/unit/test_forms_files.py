"""The eight shipped forms: what the SOP, the issue and the sample complaints ask of them."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.forms.fields import FormSchema
from engine.forms.schema import check, load
from engine.forms.validate import validate_json

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "forms").glob("*.form"))
SAMPLES = ROOT / "tests" / "fixtures" / "pengaduan_contoh.jsonl"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)

#: Keys that conditions and checks rely on (DESIGN 3).
KEYS = {
    "formulir_pengaduan": "judul uraian kategori kanal lokasi tanggal_kejadian nama kontak cara_jawaban rahasia",
    "penerimaan_mpp": "lingkup alasan",
    "penerimaan_opd": "",
    "bahan_laporan": "bahan_laporan",
    "analisis_jawaban": "hasil_analisis jawaban lingkup",
    "respon_aduan": "respon_aduan",
    "penyampaian_jawaban": "hasil_penyampaian",
    "tanggapan_pengadu": "tanggapan isi_respon_balik catatan_penutup nilai",
}


def schema(name: str) -> FormSchema:
    return load((ROOT / "forms" / f"{name}.form").read_bytes(), f"{name}.form")


def options(name: str, key: str) -> list[object]:
    return [option.value for option in schema(name).fields[key].options]


def in_error(name: str, answers: dict[str, object], stored: dict[str, object] | None = None) -> set[str]:
    return set(validate_json(schema(name), answers, stored=stored or {}, now=NOW).errors)


def test_there_is_one_form_a_step_and_each_can_be_deployed() -> None:
    assert {file.stem for file in FILES} == set(KEYS)
    assert [finding for file in FILES for finding in check(file.read_bytes(), file.name)] == []


@pytest.mark.parametrize("name", KEYS)
def test_a_form_has_its_keys_to_answer_and_its_own_name_as_id(name: str) -> None:
    found = schema(name)
    assert found.id == name
    answered = {key for key, field in found.fields.items() if field.readonly is False}
    assert set(KEYS[name].split()) <= answered


def test_the_choices_are_those_of_the_design() -> None:
    lingkup = ["tidak_berkadar", "berkadar_pengawasan", "bukan_kewenangan", "tidak_layak"]
    assert options("penerimaan_mpp", "lingkup") == options("analisis_jawaban", "lingkup") == lingkup
    cara = ["loket", "telepon", "whatsapp", "surel", "surat", "tidak_perlu"]
    assert options("formulir_pengaduan", "cara_jawaban") == cara
    assert options("tanggapan_pengadu", "tanggapan") == ["selesai", "respon_balik"]
    assert options("tanggapan_pengadu", "nilai") == [1, 2, 3, 4, 5]


def test_one_key_has_one_type_in_all_forms_and_is_written_before_it_is_shown() -> None:
    types: dict[str, set[str]] = defaultdict(set)
    written: set[str] = set()
    for name in KEYS:
        for path, field in schema(name).fields.items():
            types[path].add(field.type)
            written |= {path} if field.readonly is False else set()
    assert {path: found for path, found in types.items() if len(found) > 1} == {}
    shown = {p for name in KEYS for p, field in schema(name).fields.items() if field.readonly is not False}
    assert shown <= written


def test_free_text_and_identity_are_personal_and_no_condition_reads_them() -> None:
    for file in FILES:
        fields = schema(file.stem).fields
        free = {p: f.personal for p, f in fields.items() if f.component in ("textfield", "textarea")}
        assert all(free.values()), (file.stem, free)
        read = {name for field in fields.values() if field.hide for name in field.hide.names}
        assert not {name for name in read if name in fields and fields[name].personal}, file.stem


def test_the_complainant_sees_the_answer_while_tracking() -> None:
    assert schema("respon_aduan").fields["respon_aduan"].public
    assert not schema("analisis_jawaban").fields["jawaban"].public, (
        "not before the Admin OPD has passed it on"
    )
    assert not schema("analisis_jawaban").fields["hasil_analisis"].public
    assert not schema("penerimaan_mpp").fields["alasan"].public


def test_all_sample_complaints_fit_the_first_form() -> None:
    found = schema("formulir_pengaduan")
    lines = SAMPLES.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 14
    for line in lines:
        complaint = json.loads(line)
        done = validate_json(found, complaint, stored={}, now=NOW)
        assert (done.errors, done.unknown) == ({}, ("harapan",)), complaint["judul"]
        sent = {key: value for key, value in complaint.items() if key != "harapan"}
        assert {key: done.answers[key] for key in sent} == sent


@pytest.mark.parametrize(
    ("cara", "needed"), [("whatsapp", True), ("surat", True), ("loket", False), (None, False)]
)
def test_a_contact_is_needed_only_for_an_answer_that_is_sent(cara: str | None, needed: bool) -> None:
    assert ("kontak" in in_error("formulir_pengaduan", {"cara_jawaban": cara})) is needed


@pytest.mark.parametrize("form", ["penerimaan_mpp", "analisis_jawaban"])
@pytest.mark.parametrize(
    ("lingkup", "asked"),
    [
        ("tidak_berkadar", set()),
        ("berkadar_pengawasan", {"konfirmasi_akhir", "tujuan_rujukan"}),
        ("bukan_kewenangan", {"konfirmasi_akhir", "tujuan_rujukan"}),
        ("tidak_layak", {"konfirmasi_akhir"}),
    ],
)
def test_a_choice_that_ends_the_case_is_asked_once_more(form: str, lingkup: str, asked: set[str]) -> None:
    sent: dict[str, object] = {"lingkup": lingkup, "alasan": "-", "hasil_analisis": "-", "jawaban": "Yth."}
    assert in_error(form, sent) == asked
    assert in_error(form, sent | {"konfirmasi_akhir": True, "tujuan_rujukan": "Inspektorat"}) == set()


def test_an_answer_is_not_demanded_when_the_analysis_refers_the_case() -> None:
    sent = {
        "lingkup": "berkadar_pengawasan",
        "hasil_analisis": "-",
        "konfirmasi_akhir": True,
        "tujuan_rujukan": "APIP",
    }
    done = validate_json(schema("analisis_jawaban"), sent, stored={}, now=NOW)
    assert (done.errors, done.answers["jawaban"]) == ({}, None)


def test_the_receiving_office_attests_the_coordination_in_the_group() -> None:
    assert in_error("penerimaan_opd", {"diterima": True}) == {"dikoordinasikan"}


def test_delivery_is_told_as_it_was_or_with_the_attempts() -> None:
    delivered = {"cara_penyampaian": "whatsapp", "waktu_penyampaian": "2026-11-24T10:15"}
    assert in_error("penyampaian_jawaban", {"hasil_penyampaian": "disampaikan", **delivered}) == set()
    attempt = {
        "waktu_percobaan": "2026-11-24T10:15",
        "cara_percobaan": "telepon",
        "hasil_percobaan": "tidak aktif",
    }
    failed: dict[str, object] = {"hasil_penyampaian": "tidak_dapat_disampaikan", "percobaan": [attempt]}
    assert in_error("penyampaian_jawaban", failed) == {"alasan_tidak_tersampaikan"}
    assert in_error(
        "penyampaian_jawaban", failed | {"alasan_tidak_tersampaikan": "-", "percobaan": [{}]}
    ) == {f"percobaan[0].{key}" for key in attempt}


def test_a_reply_needs_its_text_and_drops_the_rating() -> None:
    assert in_error("tanggapan_pengadu", {"tanggapan": "respon_balik"}) == {"isi_respon_balik"}
    done = validate_json(
        schema("tanggapan_pengadu"),
        {"tanggapan": "respon_balik", "isi_respon_balik": "Belum", "nilai": 5, "catatan_penutup": "x"},
        stored={},
        now=NOW,
    )
    assert (done.errors, done.answers["nilai"], done.answers["catatan_penutup"]) == ({}, None, None)
    assert in_error("tanggapan_pengadu", {"tanggapan": "selesai", "nilai": 5}) == set()
