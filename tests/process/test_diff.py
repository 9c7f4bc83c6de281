"""Comparing two versions: what changed in terms of the SOP, nothing when nothing did, and the drawing told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from string import Formatter
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.definition.diff import Change, Difference, as_json, compare, place, text
from engine.definition.diff.words import SENTENCES
from engine.definition.lint import forms
from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.definition.xml import BPMN, CAMUNDA
from engine.errors import DefinitionInvalid
from tests.process.random_process import bodies, definition
from tests.process.test_lint import NAME, NS, Diagram, several

SHIPPED = Diagram()


def read(diagram: Diagram) -> ProcessDefinition:
    return parse(diagram.source, NAME, forms.read(diagram.forms).schemas, diagram.forms)


def changed(edit: Callable[[Diagram], object]) -> Difference:
    diagram = Diagram()
    edit(diagram)
    return compare(read(SHIPPED), read(diagram))


def said(edit: Callable[[Diagram], object], language: Any = "id") -> list[str]:
    return [f"{place(change, language)}: {text(change, language)}" for change in changed(edit).changes]


def limit(duration: str) -> Callable[[Diagram], object]:
    def edit(diagram: Diagram) -> None:
        diagram.find("//b:boundaryEvent[@attachedToRef='Langkah_5']//b:timeDuration").text = duration

    return edit


def to_lane(diagram: Diagram, lane: str, *elements: str) -> None:
    for ref in list(diagram.root.iter(f"{{{BPMN}}}flowNodeRef")):
        if ref.text in elements:
            ref.getparent().remove(ref)
    for id in elements:
        etree.SubElement(diagram.node(lane), f"{{{BPMN}}}flowNodeRef").text = id


def form(
    edit: Callable[[dict[str, Any]], object], name: str = "tanggapan_pengadu.form"
) -> Callable[[Diagram], object]:
    def change(diagram: Diagram) -> None:
        whole = json.loads(diagram.forms[name])
        edit(whole)
        diagram.forms[name] = json.dumps(whole).encode()

    return change


def component(whole: dict[str, Any], key: str) -> dict[str, Any]:
    return next(one for one in whole["components"] if one.get("key") == key)


def say(own: str, name: str, value: str) -> Callable[[Diagram], object]:
    return lambda diagram: diagram.say(own, name, value)


def put(own: str, name: str, value: str) -> Callable[[Diagram], object]:
    return lambda diagram: diagram.node(own).set(name, value)


def written(path: str, value: str) -> Callable[[Diagram], object]:
    def edit(diagram: Diagram) -> None:
        diagram.find(path).text = value

    return edit


CONDITION = "//*[@id='Alur_Lingkup_Langkah_3']/b:conditionExpression"
EDITS: list[tuple[Callable[[Diagram], object], list[str]]] = [
    (limit("PT4H"), ["Langkah_5: batas 2 Jam → 4 Jam"]),
    (say("Batas_5", "kalender", "24jam"), ["Langkah_5: batas menurut jam kerja → 24 jam"]),
    (
        lambda d: to_lane(d, "Lajur_admin_opd", "Langkah_7", "Batas_7", "Eskalasi_7"),
        ["Langkah_7: pindah lajur dari Petugas MPP ke Admin OPD", "Langkah_7, Eskalasi_7: pindah lajur dari Petugas MPP ke Admin OPD"],
    ),
    (
        written(CONDITION, 'lingkup != "tidak_layak"'),
        ['Lingkup: syarat menuju Langkah_3: lingkup = "tidak_berkadar" → lingkup != "tidak_layak"'],
    ),
    (say("Langkah_3", "koordinasi", "telepon"), ["Langkah_3: koordinasi: whatsapp → telepon"]),
    (say("Langkah_4", "keterangan", "Lewat surat"), ["Langkah_4: keterangan: – → Lewat surat"]),
    (
        put("Eskalasi_sekretariat", "escalationCode", "pengelola"),
        [f"Langkah_{n}: eskalasi kepada sekretariat → pengelola" for n in range(2, 8)],
    ),
    (put("Pesan_tutup_oleh_admin", "name", "tutup"), ["Langkah_8: pesan tutup_oleh_admin → tutup"]),
    (put("Langkah_3", f"{{{CAMUNDA}}}formRef", "bahan_laporan"), ["Langkah_3: formulir penerimaan_opd → bahan_laporan", "Langkah_3: formulir penerimaan_opd dihapus"]),
    (lambda d: several(d, "Langkah_4", "<loopCardinality>3</loopCardinality><completionCondition>nrOfCompletedInstances = 2</completionCondition>"), ["Langkah_4: dikerjakan – → 3 kali bersamaan, sampai nrOfCompletedInstances = 2"]),
    (put("Langkah_2", "name", "Menerima"), ["Langkah_2: nama “Menerima laporan pengaduan dan meneruskan ke Admin OPD” → “Menerima”"]),
    (put("Batas_8", "cancelActivity", "false"), ["Langkah_8: 2 jam kerja menghentikan langkah: ya → tidak"]),
    (put("Alur_Langkah_3_Langkah_4", "targetRef", "Langkah_5"), ["Langkah_3: alur ke Langkah_4 kini ke Langkah_5"]),
    (put("Lajur_admin_opd", "name", "Admin Dinas"), ["Lajur_admin_opd: nama lajur “Admin OPD” → “Admin Dinas”"]),
    (say("Lajur_pengadu", "loket", "admin_opd"), ["Lajur_pengadu: lajur “Pengadu”, properti loket: petugas_mpp → admin_opd"]),
    (say("pengaduan_mpp", "nomor_sop", "1"), ["proses: nomor_sop: “000.8.3.3 / 369 / 100.14.” → “1”"]),
    (say("Dirujuk", "hasil", "diteruskan"), ["Dirujuk: hasil: dirujuk → diteruskan"]),
    (
        form(lambda whole: component(whole, "catatan_penutup")["validate"].update(required=True)),
        ["Langkah_8: formulir tanggapan_pengadu: kolom “Catatan penutup” wajib"],
    ),
    (
        form(lambda whole: component(whole, "tanggapan")["validate"].pop("required")),
        ["Langkah_8: formulir tanggapan_pengadu: kolom “Apakah jawaban ini sudah menyelesaikan pengaduan Anda” tidak lagi wajib"],
    ),
    (
        form(lambda whole: component(whole, "catatan_penutup").update(label="Catatan", type="textfield")),
        [
            "Langkah_8: formulir tanggapan_pengadu: label kolom catatan_penutup “Catatan penutup” → “Catatan”",
            "Langkah_8: formulir tanggapan_pengadu: jenis kolom “Catatan” textarea → textfield",
        ],
    ),
    (
        form(lambda whole: component(whole, "nilai")["values"].pop()),
        [
            "Langkah_8: formulir tanggapan_pengadu: pilihan kolom “Nilai untuk pelayanan kami” "
            "1 – sangat kurang (#1), 2 – kurang (#2), 3 – cukup (#3), 4 – baik (#4), 5 – sangat baik (#5) → "
            "1 – sangat kurang (#1), 2 – kurang (#2), 3 – cukup (#3), 4 – baik (#4)"
        ],
    ),
    (
        form(lambda whole: component(whole, "nilai")["properties"].pop("hanya_pengadu")),
        ["Langkah_8: formulir tanggapan_pengadu: kolom “Nilai untuk pelayanan kami”, hanya_pengadu: ya → –"],
    ),
    (
        form(lambda whole: whole["components"].append({"type": "textfield", "key": "baru", "label": "Baru", "id": "F"})),
        ["Langkah_8: formulir tanggapan_pengadu: kolom baru “Baru”"],
    ),
    (
        form(lambda whole: whole["components"].pop()),
        ["Langkah_8: formulir tanggapan_pengadu: kolom “Nilai untuk pelayanan kami” dihapus"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "sentences"), EDITS, ids=range(len(EDITS)))
def test_each_edit_is_told_in_the_terms_of_the_sop(
    edit: Callable[[Diagram], object], sentences: list[str]
) -> None:
    assert said(edit) == sentences


def test_in_english_too() -> None:
    assert said(limit("P2D"), "en") == ["Langkah_5: limit 2 Jam → 2 Hari Kerja"]


def test_a_step_that_is_put_in_between_and_one_that_goes() -> None:
    def insert(diagram: Diagram) -> None:
        diagram.add(
            "pengaduan_mpp",
            '<bpmn:userTask id="Langkah_3b" name="Memeriksa berkas" camunda:formRef="bahan_laporan"/>',
            at=30,
        )
        to_lane(diagram, "Lajur_admin_opd", "Langkah_3b")
        diagram.node("Alur_Langkah_3_Langkah_4").set("targetRef", "Langkah_3b")
        diagram.add(
            "pengaduan_mpp", '<bpmn:sequenceFlow id="Baru" sourceRef="Langkah_3b" targetRef="Langkah_4"/>'
        )

    assert said(insert) == [
        "Langkah_3b: langkah baru “Memeriksa berkas” di lajur Admin OPD",
        "Langkah_3b: alur baru ke Langkah_4 (syarat –)",
        "Langkah_3: alur ke Langkah_4 kini ke Langkah_3b",
    ]
    diagram = Diagram()
    insert(diagram)
    back = compare(read(diagram), read(SHIPPED))
    assert [text(c) for c in back.changes][:2] == [
        "langkah “Memeriksa berkas” dihapus dari lajur Admin OPD",
        "alur ke Langkah_4 dihapus",
    ]
    assert back.marks(back.old)["Langkah_3b"] == "removed"
    assert back.marks(back.new) == {"Langkah_3": "changed", "Alur_Langkah_3_Langkah_4": "changed"}


def test_a_limit_that_goes_is_told_of_its_step() -> None:
    def edit(diagram: Diagram) -> None:
        process = diagram.node("pengaduan_mpp")
        for id in ("Batas_5", "Eskalasi_5", "Alur_Batas_5_Eskalasi_5"):
            process.remove(diagram.node(id))
        for ref in list(diagram.root.iter(f"{{{BPMN}}}flowNodeRef")):
            if ref.text in ("Batas_5", "Eskalasi_5"):
                ref.getparent().remove(ref)

    difference = changed(edit)
    assert [f"{place(c)}: {text(c)}" for c in difference.changes] == [
        "Langkah_5: batas 2 Jam dihapus",
        "Langkah_5: akhir “Eskalasi ke Sekretariat” dihapus dari lajur Pejabat Penghubung",
    ]
    assert difference.groups() == [("Langkah_5", difference.changes)]


def move(diagram: Diagram) -> None:
    for bounds in diagram.root.iter("{http://www.omg.org/spec/DD/20100524/DC}Bounds"):
        bounds.set("x", str(float(bounds.get("x")) + 10))


def test_what_only_moved_in_the_drawing_is_told_apart() -> None:
    difference = changed(move)
    assert difference.layout_only
    assert [change.code for change in difference.changes] == ["layout"]

    def both(diagram: Diagram) -> None:
        move(diagram)
        limit("PT4H")(diagram)

    mixed = changed(both)
    assert not mixed.layout_only
    assert [step for step, _ in mixed.groups()] == ["Langkah_5", ""]


def test_another_way_to_write_the_same_file_is_no_difference() -> None:
    diagram = Diagram()
    diagram.root.append(etree.Comment("disimpan ulang"))
    for flow in diagram.root.iter(f"{{{BPMN}}}incoming"):
        flow.tail = "\n\n\n"
    for box in diagram.root.iter("{http://www.omg.org/spec/DD/20100524/DC}Bounds"):
        box.set("x", f"{float(box.get('x')):.1f}")
    for name, data in diagram.forms.items():
        diagram.forms[name] = json.dumps(json.loads(data), indent=4, sort_keys=True).encode()
    other = read(diagram)
    assert other.content_hash != read(SHIPPED).content_hash
    assert compare(read(SHIPPED), other).changes == ()


def test_groups_follow_the_sop() -> None:
    def edit(diagram: Diagram) -> None:
        for n in (7, 2, 5):
            diagram.say(f"Langkah_{n}", "output", "Lain")
        diagram.node("Lingkup").set("name", "Ya?")
        diagram.say("pengaduan_mpp", "peringatan", "Lain")

    assert [step for step, _ in changed(edit).groups()] == [
        None,
        "Langkah_2",
        "Lingkup",
        "Langkah_5",
        "Langkah_7",
    ]


def test_every_sentence_has_the_same_parameters_in_both_languages() -> None:
    def fields(sentence: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name}

    assert {code for code, (one, other) in SENTENCES.items() if fields(one) != fields(other)} == set()


def sayable(changes: tuple[Change, ...]) -> None:
    for change in changes:
        assert text(change)
        assert text(change, "en")
        json.dumps(as_json(change))


@settings(deadline=None, max_examples=60)
@given(bodies)
def test_a_process_does_not_differ_from_itself(body: Any) -> None:
    assert compare(definition(body), definition(body)).changes == ()


@settings(deadline=None, max_examples=60)
@given(bodies, bodies)
def test_any_two_processes_can_be_compared_and_unlike_ones_differ(one: Any, other: Any) -> None:
    assume(one != other)
    difference = compare(definition(one), definition(other))
    sayable(difference.changes)
    if definition(one).source != definition(other).source:
        assert difference.changes
    assert sum(len(changes) for _, changes in difference.groups()) == len(difference.changes)
    assert set(difference.marks(difference.new).values()) <= {"added", "changed"}
    assert set(difference.marks(difference.old).values()) <= {"removed", "changed"}


PARTS = [
    node
    for node in SHIPPED.find("//b:process").iter()
    if node.get("id")
    and etree.QName(node).localname not in ("process", "laneSet")
    and "EventDefinition" not in node.tag
]
TOKENS = st.sampled_from(["name", "value", "text", "timer", "remove"])


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(PARTS) - 1), TOKENS, st.text("abc", min_size=3, max_size=5))
def test_any_mutation_of_the_shipped_process_is_told(index: int, act: str, word: str) -> None:
    diagram = Diagram()
    own = PARTS[index].get("id")
    node = diagram.node(own)
    if act == "name":
        node.set("name", word)
    elif act == "value":
        found = node.xpath("b:extensionElements/c:properties/c:property", namespaces=NS)
        assume(found)
        found[-1].set("value", word)
    elif act == "text":
        found = node.xpath("b:conditionExpression", namespaces=NS)
        assume(found)
        found[0].text = word
    elif act == "timer":
        found = node.xpath(".//b:timeDuration", namespaces=NS)
        assume(found)
        found[0].text = "PT7H"
    else:
        node.getparent().remove(node)
    try:
        other = read(diagram)
    except DefinitionInvalid:
        return
    difference = compare(read(SHIPPED), other)
    sayable(difference.changes)
    assert [change for change in difference.changes if change.kind != "layout"]
    sayable(compare(other, read(SHIPPED)).changes)
