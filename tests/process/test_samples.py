"""The complaints of `pengaduan_contoh.jsonl`, as people write them, each to the end it expects."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from engine.commands import COMPLAINANT
from tests.casework import SAMPLES, Office

CASES = [json.loads(line) for line in SAMPLES.read_text().splitlines()]


def drive(office: Office, number: str, expected: dict[str, Any]) -> None:
    """Work a case by its forms to the end that the sample names."""
    out_of_scope = {"tujuan_rujukan": "Inspektorat Kota Samarinda", "konfirmasi_akhir": True}
    in_scope = expected["lingkup"] == "tidak_berkadar"
    replied = False
    while not office.state(number).ended:
        name = next(iter(office.state(number).work_items))
        office.wait(minutes=1)
        match name.partition(":")[0]:
            case "Langkah_2":
                office.complete(number, lingkup=expected["lingkup"], **({} if in_scope else out_of_scope))
            case "Langkah_5":
                office.complete(number, jawaban=expected["jawaban"], tindak_lanjut=expected["tindak_lanjut"])
            case "Langkah_8" if expected["akhir"] == "Selesai_admin":
                office.send(number, "tutup_oleh_admin")
            case "Langkah_8" if expected["akhir"] == "Selesai_sistem":
                office.now = office.state(number).work_items[name].due + timedelta(seconds=1)
                office.sweep(number)
            case "Langkah_8" if "isi_respon_balik" in expected and not replied:
                replied = True
                reply = {"tanggapan": "respon_balik", "isi_respon_balik": expected["isi_respon_balik"]}
                office.complete(number, COMPLAINANT, **reply)
            case "Langkah_8":
                closing = {k: v for k, v in expected.items() if k == "catatan_penutup"}
                office.complete(number, COMPLAINANT, tanggapan="selesai", **closing)
            case _:
                office.complete(number)


@pytest.mark.parametrize("sample", CASES, ids=lambda s: s["judul"][:40])
def test_a_complaint_reaches_the_end_that_its_sample_names(office: Office, sample: dict[str, Any]) -> None:
    answers = {k: v for k, v in sample.items() if k != "harapan"}
    number = office.submit(**answers)
    drive(office, number, sample["harapan"])
    state = office.state(number)
    assert state.ending == sample["harapan"]["akhir"]
    assert not state.work_items
    assert not state.timers
    loops = 2 if "isi_respon_balik" in sample["harapan"] else 1
    assert state.activations["Langkah_2"] == loops
