"""The diagram says what the paper says: `processes/pengaduan_mpp.bpmn` against the transcribed SOP."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnValidator

from engine.definition.xml import NAMESPACES as NS
from engine.definition.xml import harden, properties

FILE = Path(__file__).parents[2] / "processes" / "pengaduan_mpp.bpmn"
SOP = json.loads((Path(__file__).parent / "fixtures" / "sop.json").read_text(encoding="utf-8"))
FORMS = [
    "formulir_pengaduan",
    "penerimaan_mpp",
    "penerimaan_opd",
    "bahan_laporan",
    "analisis_jawaban",
    "respon_aduan",
    "penyampaian_jawaban",
    "tanggapan_pengadu",
]


@pytest.fixture(scope="module")
def root() -> etree._Element:
    return harden(FILE.read_bytes(), FILE.name)


@pytest.fixture(scope="module")
def process(root: etree._Element) -> etree._Element:
    return root.find("bpmn:process", NS)


def by_id(process: etree._Element, id: str) -> etree._Element:
    return next(node for node in process.iter() if node.get("id") == id)


def steps(process: etree._Element) -> list[etree._Element]:
    return sorted(process.iterfind("bpmn:userTask", NS), key=lambda task: int(properties(task)["no"]))


def lane_names(process: etree._Element) -> dict[str, str]:
    """Element id -> the name of the lane that lists it."""
    return {
        ref.text: lane.get("name")
        for lane in process.iterfind("bpmn:laneSet/bpmn:lane", NS)
        for ref in lane.iterfind("bpmn:flowNodeRef", NS)
    }


def test_the_identity_block_can_be_rebuilt_from_the_process(process: etree._Element) -> None:
    said = properties(process)

    def rebuilt(key: str, original: object) -> object:
        if isinstance(original, list):
            numbered = [name for name in said if re.fullmatch(rf"{key}_\d+", name)]
            return [said[name] for name in sorted(numbered, key=lambda name: int(name.rpartition("_")[2]))]
        return said.get(key)

    assert {key: rebuilt(key, original) for key, original in SOP["identitas"].items()} == SOP["identitas"]
    scalars_and_items = sum(
        len(value) if isinstance(value, list) else value is not None for value in SOP["identitas"].values()
    )
    assert len(said) == scalars_and_items, "the process says nothing that the SOP does not"


def test_the_lanes_are_the_executors_in_the_order_of_the_paper(process: etree._Element) -> None:
    lanes = process.findall("bpmn:laneSet/bpmn:lane", NS)
    assert [lane.get("name") for lane in lanes] == SOP["pelaksana"]
    assert [properties(lane) for lane in lanes] == [
        {"kelompok": "pengadu", "publik": "ya", "loket": "petugas_mpp"},
        {"kelompok": "petugas_mpp"},
        {"kelompok": "admin_opd"},
        {"kelompok": "pejabat_penghubung"},
    ]


def test_every_row_of_the_sop_is_a_step_letter_for_letter(process: etree._Element) -> None:
    lane = lane_names(process)
    rows = [
        {
            "no": int(said["no"]),
            "pelaksana": lane[task.get("id")],
            "uraian": task.get("name"),
            "kelengkapan": said["kelengkapan"],
            "waktu": said.get("waktu"),
            "output": said["output"],
            "keterangan": said["keterangan"],
        }
        for task in steps(process)
        for said in [properties(task)]
    ]
    assert rows == SOP["langkah"]
    assert [task.get("id") for task in steps(process)] == [f"Langkah_{n}" for n in range(1, 9)]


def test_only_the_third_step_is_coordinated_in_the_whatsapp_group(process: etree._Element) -> None:
    assert [properties(task).get("koordinasi") for task in steps(process)] == [None, None, "whatsapp"] + [
        None
    ] * 5


def test_every_step_has_its_form_of_the_same_deployment(process: etree._Element) -> None:
    camunda = f"{{{NS['camunda']}}}"
    assert [task.get(f"{camunda}formRef") for task in steps(process)] == FORMS
    assert {task.get(f"{camunda}formRefBinding") for task in steps(process)} == {"deployment"}


@pytest.mark.parametrize("row", SOP["langkah"], ids=lambda row: f"step {row['no']}")
def test_each_timer_is_its_rows_time_limit(process: etree._Element, row: dict[str, str]) -> None:
    timers = process.xpath(
        "bpmn:boundaryEvent[@attachedToRef=$step][bpmn:timerEventDefinition]",
        namespaces=NS,
        step=f"Langkah_{row['no']}",
    )
    if row["waktu"] is None:
        assert timers == []
        return
    (timer,) = timers
    hours = re.fullmatch(r"(\d+) Jam", row["waktu"])
    assert hours
    assert timer.get("id") == f"Batas_{row['no']}"
    assert timer.findtext("bpmn:timerEventDefinition/bpmn:timeDuration", namespaces=NS) == f"PT{hours[1]}H"
    assert timer.get("cancelActivity", "true") == ("true" if row["no"] == 8 else "false")


def test_a_late_step_tells_the_sekretariat_and_only_the_last_one_closes(
    root: etree._Element, process: etree._Element
) -> None:
    escalation = root.find("bpmn:escalation", NS)
    assert escalation.get("escalationCode") == "sekretariat"
    for n in range(2, 8):
        target = by_id(process, after(process, f"Batas_{n}"))
        assert target.find("bpmn:escalationEventDefinition", NS).get("escalationRef") == escalation.get("id")
    assert after(process, "Batas_8") == "Selesai_sistem"


def after(process: etree._Element, id: str, condition: str | None = None) -> str:
    """Where the only flow with this condition leads from here."""
    (target,) = [
        flow.get("targetRef")
        for flow in process.iterfind("bpmn:sequenceFlow", NS)
        if flow.get("sourceRef") == id
        and flow.findtext("bpmn:conditionExpression", namespaces=NS) == condition
    ]
    return target


def test_the_main_path_passes_the_eight_steps_in_order(process: etree._Element) -> None:
    within = 'lingkup = "tidak_berkadar"'
    assert after(process, "Mulai") == "Langkah_1"
    assert after(process, "Langkah_1") == "Gabung"
    assert after(process, "Gabung") == "Langkah_2"
    assert after(process, "Langkah_2") == "Lingkup"
    assert after(process, "Lingkup", within) == "Langkah_3"
    assert after(process, "Langkah_3") == "Langkah_4"
    assert after(process, "Langkah_4") == "Langkah_5"
    assert after(process, "Langkah_5") == "Hasil_analisis"
    assert after(process, "Hasil_analisis", within) == "Langkah_6"
    assert after(process, "Langkah_6") == "Langkah_7"
    assert after(process, "Langkah_7") == "Langkah_8"
    assert after(process, "Langkah_8") == "Respon_balik"


def test_what_is_out_of_scope_is_referred_from_both_gateways(process: etree._Element) -> None:
    for gateway in ("Lingkup", "Hasil_analisis"):
        assert by_id(process, by_id(process, gateway).get("default")).get("targetRef") == "Gabung_rujukan"
    assert after(process, "Gabung_rujukan") == "Dirujuk"


def test_a_reply_goes_back_to_the_second_step_and_anything_else_closes(process: etree._Element) -> None:
    assert after(process, "Respon_balik", 'tanggapan = "respon_balik"') == "Gabung"
    assert by_id(process, by_id(process, "Respon_balik").get("default")).get("targetRef") == "Selesai_pengadu"


def test_an_admin_closes_by_a_message_while_the_complainant_is_waited_for(
    root: etree._Element, process: etree._Element
) -> None:
    event = by_id(process, "Tutup_admin")
    message = root.find("bpmn:message", NS)
    assert (event.get("attachedToRef"), event.get("cancelActivity", "true")) == ("Langkah_8", "true")
    assert event.find("bpmn:messageEventDefinition", NS).get("messageRef") == message.get("id")
    assert message.get("name") == "tutup_oleh_admin"
    assert properties(event) == {"kelompok": "admin_opd"}
    assert after(process, "Tutup_admin") == "Selesai_admin"


def test_every_end_of_the_main_flow_terminates_and_says_how_reports_count_it(process: etree._Element) -> None:
    ends = {
        end.get("id"): properties(end)
        for end in process.iterfind("bpmn:endEvent", NS)
        if end.find("bpmn:terminateEventDefinition", NS) is not None
    }
    assert ends == {
        "Selesai_pengadu": {"hasil": "selesai"},
        "Selesai_admin": {"hasil": "ditutup_admin"},
        "Selesai_sistem": {"hasil": "ditutup_sistem"},
        "Dirujuk": {
            "hasil": "dirujuk",
            "terbatas_untuk": "penerima_rujukan",
            "terbatas_bila": 'lingkup = "berkadar_pengawasan"',
        },
    }


def test_every_flow_node_stands_in_exactly_one_lane(process: etree._Element) -> None:
    listed = [ref.text for ref in process.iterfind("bpmn:laneSet/bpmn:lane/bpmn:flowNodeRef", NS)]
    nodes = [
        node.get("id")
        for node in process
        if etree.QName(node).localname.endswith(("Event", "Gateway", "Task"))
    ]
    assert sorted(listed) == sorted(nodes)


def test_a_boundary_event_stands_in_the_lane_of_its_step(process: etree._Element) -> None:
    lane = lane_names(process)
    for event in process.iterfind("bpmn:boundaryEvent", NS):
        assert lane[event.get("id")] == lane[event.get("attachedToRef")]


def test_it_is_of_the_camunda_7_profile_and_nothing_else(
    root: etree._Element, process: etree._Element
) -> None:
    modeler = "{http://camunda.org/schema/modeler/1.0}"
    assert root.get(f"{modeler}executionPlatform") == "Camunda Platform"
    assert root.get(f"{modeler}executionPlatformVersion") == "7.24.0"
    assert process.get(f"{{{NS['camunda']}}}historyTimeToLive")
    assert not any("zeebe" in uri for node in root.iter() for uri in node.nsmap.values())


def test_it_is_valid_by_the_bpmn_schema() -> None:
    # The validator rewrites the tree it is given: it gets one of its own.
    BpmnValidator().validate(harden(FILE.read_bytes()), FILE.name)
