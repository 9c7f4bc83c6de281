"""Offices whose diagram has a service task for workers outside."""

from __future__ import annotations

from lxml import etree

from engine.definition.xml import BPMN, CAMUNDA
from tests.casework import Office
from tests.process.diagrams import Diagram

TOPIC = "kirim_surat"
#: What the diagram catches.
ERROR = "ALAMAT_SALAH"


def with_service() -> Diagram:
    """The shipped diagram with its fourth step done by a program: it sets `nomor_surat`, and may throw `ERROR`."""
    diagram = Diagram.shipped()
    task = diagram.get("Langkah_4")
    task.tag = f"{{{BPMN}}}serviceTask"
    for name in ("formRef", "formRefBinding"):
        del task.attrib[f"{{{CAMUNDA}}}{name}"]
    task.set(f"{{{CAMUNDA}}}type", "external")
    task.set(f"{{{CAMUNDA}}}topic", TOPIC)
    diagram.set_property("Langkah_4", "hasil_layanan", "nomor_surat")
    flow = diagram.get("Alur_Lingkup_Langkah_3").find(f"{{{BPMN}}}conditionExpression")
    assert flow is not None
    flow.text = 'lingkup = "tidak_berkadar" and (nomor_surat = null or nomor_surat != "")'
    diagram.process.addnext(etree.Element(f"{{{BPMN}}}error", id="Galat", name="Galat", errorCode=ERROR))
    event = diagram._boundary("Langkah_4", "Gagal_kirim")
    etree.SubElement(event, f"{{{BPMN}}}errorEventDefinition", id="Gagal_kirim_pemicu", errorRef="Galat")
    end = diagram._node("endEvent", "Tidak_terkirim", "Lajur_admin_opd")
    etree.SubElement(diagram.get(end), f"{{{BPMN}}}terminateEventDefinition", id="Tidak_terkirim_akhir")
    diagram._flow("Gagal_kirim", end)
    return diagram


def waiting(office: Office, **answers: object) -> str:
    """A case that waits for the worker; the id of its service task."""
    number = office.submit(**answers)
    office.run_to_external(number)
    [name] = office.state(number).external_tasks
    return f"{number}:{name}"
