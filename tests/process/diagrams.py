"""The shipped diagram, edited as an analyst edits it in a modeler: elements, lanes, flows and their drawing.

diagram = Diagram.shipped()
diagram.step_on("Alur_Langkah_3_Langkah_4", "Periksa", lane="Lajur_admin_opd", form="cek")
open_office(database, paths=[diagram.save(tmp_path)])
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lxml import etree

from engine.definition.lint import lint
from engine.definition.xml import BPMN, BPMNDI, CAMUNDA, DC, DI, NAMESPACES
from tests.casework import ROOT

#: Where ids are referred to as text rather than by an attribute.
REFERRING_TEXT = frozenset({"flowNodeRef", "incoming", "outgoing"})
#: Attributes that hold ids of the file.
REFERRING = frozenset(
    {
        "id", "processRef", "sourceRef", "targetRef", "attachedToRef", "default", "messageRef",
        "escalationRef", "bpmnElement",
    }
)  # fmt: skip


class Diagram:
    """One BPMN file with its forms."""

    def __init__(self, root: etree._Element, forms: dict[str, bytes], filename: str) -> None:
        self.root = root
        self.forms = forms
        self.filename = filename

    @classmethod
    def shipped(cls) -> Diagram:
        source = ROOT / "processes" / "pengaduan_mpp.bpmn"
        forms = {path.name: path.read_bytes() for path in sorted((ROOT / "forms").glob("*.form"))}
        return cls(etree.fromstring(source.read_bytes()), forms, source.name)

    def source(self) -> bytes:
        return bytes(etree.tostring(self.root, xml_declaration=True, encoding="UTF-8"))

    def findings(self) -> list[Any]:
        """All that the deployment check says."""
        return lint(self.source(), self.filename, self.forms)

    def save(self, folder: Path) -> Path:
        """Write the diagram and its forms into `folder`, for `deploy`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.filename).write_bytes(self.source())
        for name, data in self.forms.items():
            (folder / name).write_bytes(data)
        return folder

    # --- what is there -------------------------------------------------------

    def get(self, own: str) -> etree._Element:
        """The element with this id."""
        return next(node for node in self.root.iter(f"{{{BPMN}}}*") if node.get("id") == own)

    def all(self, kind: str) -> list[etree._Element]:
        return list(self.root.iter(f"{{{BPMN}}}{kind}"))

    @property
    def process(self) -> etree._Element:
        return self.all("process")[0]

    def ids(self) -> set[str]:
        """Every id of the file that means something, the drawing's own left out."""
        return {node.get("id", "") for node in self.root.iter(f"{{{BPMN}}}*")} - {""}

    # --- small edits ---------------------------------------------------------

    def rename_ids(self, new: Callable[[str], str]) -> None:
        """Give every element of the diagram another id, and whatever refers to it too; the drawing follows."""
        ids = self.ids()
        for node in self.root.iter(etree.Element):
            for name, value in node.attrib.items():
                if name in REFERRING and value in ids:
                    node.set(name, new(value))
            if etree.QName(node).localname in REFERRING_TEXT and (node.text or "").strip() in ids:
                node.text = new((node.text or "").strip())

    def rename_forms(self, new: Callable[[str], str]) -> None:
        """Give every form another id and another file name."""
        for task in self.all("userTask"):
            task.set(f"{{{CAMUNDA}}}formRef", new(task.get(f"{{{CAMUNDA}}}formRef", "")))
        renamed = {}
        for name, data in self.forms.items():
            form = json.loads(data)
            form["id"] = new(form["id"])
            renamed[new(name)] = json.dumps(form).encode()
        self.forms = renamed

    def set_limit(self, timer: str, duration: str) -> None:
        """Another duration for a timer event."""
        node = self.get(timer).find(".//bpmn:timeDuration", NAMESPACES)
        assert node is not None
        node.text = duration

    def set_property(self, own: str, name: str, value: str | None) -> None:
        """Set an extension property, or take it away."""
        node = self.get(own)
        held = node.find("bpmn:extensionElements/camunda:properties", NAMESPACES)
        if held is None:
            extensions = etree.Element(f"{{{BPMN}}}extensionElements")
            node.insert(0, extensions)
            held = etree.SubElement(extensions, f"{{{CAMUNDA}}}properties")
        for old in held.findall(f"camunda:property[@name='{name}']", NAMESPACES):
            held.remove(old)
        if value is not None:
            etree.SubElement(held, f"{{{CAMUNDA}}}property", name=name, value=value)

    def several(
        self, step: str, count: str, *, sequential: bool = False, until: str | None = None
    ) -> etree._Element:
        """Let a step be done several times."""
        loop = etree.Element(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
        loop.set("isSequential", str(sequential).lower())
        etree.SubElement(loop, f"{{{BPMN}}}loopCardinality").text = count
        if until is not None:
            etree.SubElement(loop, f"{{{BPMN}}}completionCondition").text = until
        node = self.get(step)
        last = [
            child for child in node if etree.QName(child).localname in REFERRING_TEXT | {"extensionElements"}
        ]
        node.insert(node.index(last[-1]) + 1 if last else 0, loop)
        return loop

    def add_form(self, name: str, *components: dict[str, Any]) -> None:
        """A new form file `<name>.form` with these components."""
        form = {"id": name, "type": "default", "schemaVersion": 19, "components": components}
        platform = {"executionPlatform": "Camunda Platform", "executionPlatformVersion": "7.24.0"}
        self.forms[f"{name}.form"] = json.dumps({**form, **platform}).encode()

    # --- new parts -----------------------------------------------------------

    def add_lane(self, own: str, name: str, **properties: str) -> str:
        """A lane below the others; the pool grows by it."""
        etree.SubElement(self.all("laneSet")[0], f"{{{BPMN}}}lane", id=own, name=name)
        for key, value in properties.items():
            self.set_property(own, key, value)
        pool = self._bounds(self.all("participant")[0].get("id", ""))
        left, top, width, height = (int(pool.get(k, "0")) for k in ("x", "y", "width", "height"))
        pool.set("height", str(height + 200))
        shape = self._draw(own, left + 30, top + height, width - 30, 200)
        shape.set("isHorizontal", "true")
        return own

    def step_on(self, flow: str, own: str, *, lane: str, form: str, name: str | None = None) -> str:
        """A new user task in the middle of a flow."""
        target = self.get(flow).get("targetRef", "")
        self._step(own, lane, form, name)
        self._lead(flow, own)
        self._flow(own, target)
        return own

    def fork_on(self, flow: str, own: str, *steps: tuple[str, str, str]) -> None:
        """In the middle of a flow a parallel fork, one step (id, lane, form) a branch, and the join."""
        target = self.get(flow).get("targetRef", "")
        fork, join = (
            self._node("parallelGateway", f"{own}_{side}", steps[0][1]) for side in ("bagi", "gabung")
        )
        self._lead(flow, fork)
        for step, lane, form in steps:
            self._step(step, lane, form, None)
            self._flow(fork, step)
            self._flow(step, join)
        self._flow(join, target)

    def parts_on(self, flow: str, lane: str, form: str, code: str) -> None:
        """In the middle of a flow two sub-processes side by side, each a step that ends by an error, and each with an
        error event of its own for it.
        """
        target = self.get(flow).get("targetRef", "")
        self.process.addnext(etree.Element(f"{{{BPMN}}}error", id="Galat", name=code, errorCode=code))
        fork, join = (self._node("parallelGateway", own, lane) for own in ("Bagi", "Satu"))
        self._lead(flow, fork)
        for n in (1, 2):
            part = self.get(self._node("subProcess", f"Bagian_{n}", lane))
            etree.SubElement(part, f"{{{BPMN}}}startEvent", id=f"Awal_{n}")
            step = etree.SubElement(part, f"{{{BPMN}}}userTask", id=f"Isi_{n}", name=f"Isi {n}")
            step.set(f"{{{CAMUNDA}}}formRef", form)
            end = etree.SubElement(part, f"{{{BPMN}}}endEvent", id=f"Gagal_{n}")
            etree.SubElement(end, f"{{{BPMN}}}errorEventDefinition", errorRef="Galat")
            for source, to in ((f"Awal_{n}", f"Isi_{n}"), (f"Isi_{n}", f"Gagal_{n}")):
                ends = {"sourceRef": source, "targetRef": to}
                etree.SubElement(part, f"{{{BPMN}}}sequenceFlow", id=f"Alur_{to}", attrib=ends)
            caught = self._boundary(f"Bagian_{n}", f"Ditangkap_{n}")
            etree.SubElement(caught, f"{{{BPMN}}}errorEventDefinition", errorRef="Galat")
            self._step(f"Tangani_{n}", lane, form, None)
            merge = self._node("exclusiveGateway", f"Temu_{n}", lane)
            self._flow(fork, f"Bagian_{n}")
            self._flow(f"Bagian_{n}", merge)
            self._flow(f"Ditangkap_{n}", f"Tangani_{n}")
            self._flow(f"Tangani_{n}", merge)
            self._flow(merge, join)
        self._flow(join, target)

    def limit(self, step: str, own: str, duration: str, escalation: str = "Eskalasi_sekretariat") -> str:
        """A non-interrupting boundary timer that tells a group and leaves the step open."""
        event = self._boundary(step, own)
        event.set("cancelActivity", "false")
        timer = etree.SubElement(event, f"{{{BPMN}}}timerEventDefinition", id=f"{own}_pewaktu")
        etree.SubElement(timer, f"{{{BPMN}}}timeDuration").text = duration
        end = self._node("endEvent", f"{own}_eskalasi", self._lane_of(step))
        etree.SubElement(
            self.get(end),
            f"{{{BPMN}}}escalationEventDefinition",
            id=f"{end}_pemicu",
            escalationRef=escalation,
        )
        self._flow(own, end)
        return own

    def message_on(self, step: str, own: str, message: str, *, group: str) -> str:
        """An interrupting message event that ends the case; the id of its end event."""
        declared = etree.Element(f"{{{BPMN}}}message", id=f"{own}_pesan", name=message)
        self.process.addnext(declared)
        event = self._boundary(step, own)
        self.set_property(own, "kelompok", group)
        etree.SubElement(
            event, f"{{{BPMN}}}messageEventDefinition", id=f"{own}_penerima", messageRef=f"{own}_pesan"
        )
        end = self._node("endEvent", f"{own}_selesai", self._lane_of(step))
        etree.SubElement(self.get(end), f"{{{BPMN}}}terminateEventDefinition", id=f"{end}_akhir")
        self._flow(own, end)
        return end

    def _step(self, own: str, lane: str, form: str, name: str | None) -> None:
        task = self.get(self._node("userTask", own, lane))
        task.set("name", name or own.replace("_", " "))
        task.set(f"{{{CAMUNDA}}}formRef", form)
        task.set(f"{{{CAMUNDA}}}formRefBinding", "deployment")

    def _boundary(self, step: str, own: str) -> etree._Element:
        event = self.get(self._node("boundaryEvent", own, self._lane_of(step)))
        event.set("attachedToRef", step)
        return event

    def _node(self, kind: str, own: str, lane: str) -> str:
        etree.SubElement(self.process, f"{{{BPMN}}}{kind}", id=own)
        etree.SubElement(self.get(lane), f"{{{BPMN}}}flowNodeRef").text = own
        size = (170, 110) if kind == "userTask" else (50, 50) if kind.endswith("Gateway") else (36, 36)
        band = self._bounds(lane)
        right = int(band.get("x", "0")) + int(band.get("width", "0"))
        self._draw(own, right - 200, int(band.get("y", "0")) + 40, *size)
        return own

    def _lane_of(self, own: str) -> str:
        refs = self.all("flowNodeRef")
        lane = next(ref.getparent() for ref in refs if ref.text == own)
        return str(lane.get("id"))

    def _lead(self, flow: str, target: str) -> None:
        """Let a flow end at another element."""
        node = self.get(flow)
        old = self.get(node.get("targetRef", ""))
        for incoming in old.findall("bpmn:incoming", NAMESPACES):
            if incoming.text == flow:
                old.remove(incoming)
        node.set("targetRef", target)
        self._tell(target, "incoming", flow)

    def _flow(self, source: str, target: str) -> None:
        own = f"Alur_{source}_{target}"
        etree.SubElement(self.process, f"{{{BPMN}}}sequenceFlow", id=own, sourceRef=source, targetRef=target)
        self._tell(source, "outgoing", own)
        self._tell(target, "incoming", own)
        edge = etree.SubElement(self._plane(), f"{{{BPMNDI}}}BPMNEdge", id=f"{own}_di", bpmnElement=own)
        for end in (source, target):
            at = self._bounds(end)
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=at.get("x", "0"), y=at.get("y", "0"))

    def _tell(self, own: str, way: str, flow: str) -> None:
        """`incoming` and `outgoing` come after the extensions and before everything else (BPMN 2.0.2, tFlowNode)."""
        node = self.get(own)
        told = etree.Element(f"{{{BPMN}}}{way}")
        told.text = flow
        order = ["extensionElements", "incoming", "outgoing"]
        before = order[: order.index(way) + 1]
        at = sum(etree.QName(child).localname in before for child in node)
        node.insert(at, told)

    def _plane(self) -> etree._Element:
        return next(self.root.iter(f"{{{BPMNDI}}}BPMNPlane"))

    def _bounds(self, own: str) -> etree._Element:
        shape = next(s for s in self._plane().iter(f"{{{BPMNDI}}}BPMNShape") if s.get("bpmnElement") == own)
        return shape[0]

    def _draw(self, own: str, x: int, y: int, width: int, height: int) -> etree._Element:
        shape = etree.SubElement(self._plane(), f"{{{BPMNDI}}}BPMNShape", id=f"{own}_di", bpmnElement=own)
        said = {"x": x, "y": y, "width": width, "height": height}
        etree.SubElement(shape, f"{{{DC}}}Bounds", {key: str(value) for key, value in said.items()})
        return shape


def quoted(source: str) -> set[str]:
    """Every string literal of a source text that looks like one name."""
    return {found for _, found in re.findall(r"""(["'])([A-Za-z_][\w.-]*)\1""", source)}
