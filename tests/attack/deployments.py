"""What an attacker would deploy: each a bundle that tries to run code, to read a file, or to keep the office busy.

`tests/attack/test_hostile_deployment.py` sees each refused; `make bench` (`attack`) prints how long the refusal takes.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lxml import etree

from engine.definition.xml import BPMN, CAMUNDA
from tests.process.diagrams import Diagram

#: Code and worse where an expression stands: conditions, limits, scripts, tables.
EXPRESSIONS: Final[Mapping[str, str]] = {
    "an import": '__import__("os").system("id") = 0',
    "an import statement": "import os",
    "a dunder walk": "().__class__.__base__.__subclasses__()[0]",
    "a dunder name": "__builtins__",
    "a lambda": "(lambda: 1)()",
    "a comprehension": "[x for x in (1).__class__.__mro__]",
    "an f-string": 'f"{lingkup.__class__}" = ""',
    "an assignment": "(x := 9) = 9",
    "an expression of Camunda": "${execution.getVariable('x')}",
    "a hashed expression of Camunda": "#{bean.method()}",
    "a template": "{{ 7*7 }}",
    "a huge exponent": "1e999999999 > 1",
    "a huge number": "9" * 1_000_000 + " > 1",
    "deep parentheses": "(" * 100_000 + "1" + ")" * 100_000,
    "deep lists": "[" * 100_000,
    "deep negation": "not(" * 50_000 + "true" + ")" * 50_000,
    "a long chain of ifs": "if true then 1 else " * 20_000 + "1",
    "a pattern that never ends": 'matches("' + "a" * 5_000 + '!", "(a+)+$")',
    "a text without an end": '"' + "a" * 500_000,
    "a comment over everything": "1 /* " + "x" * 100_000,
    "a null byte": "lingkup = \u2400\u0085",
}

#: Expressions that are FEEL, and that end at a bound when they are evaluated.
BOUNDED: Final[Mapping[str, str]] = {
    "an attribute of a text": 'lingkup.format.__globals__ = ""',
    "a huge power": "9**9**9**9 > 1",
    "a nested loop": "for " + ", ".join(f"x{n} in 1..100000" for n in range(20)) + " return x0",
}

#: Patterns a form would try against what people type.
PATTERNS: Final = (
    "(a+)+$",
    "(a|a)*$",
    "(.*a){25}$",
    "((a*)*)*b",
    "([a-zA-Z]+)*$",
    "(?:a{1,1000}){1,1000}",
    "(" * 5_000,
)


def bundles() -> Iterator[tuple[str, Mapping[str, bytes]]]:
    """(what it is, file name -> contents)."""
    for name, expression in EXPRESSIONS.items():
        for where, put in _PLACES.items():
            yield f"{name} in {where}", _edited(put, expression)
    for name, edit in _CONSTRUCTS.items():
        yield name, _files(edit)
    for pattern in PATTERNS:
        yield f"the pattern {pattern[:24]} in a form", _with_field(validate={"pattern": pattern})
    for name, source in _documents():
        yield name, _replaced(source)
    for name, form in _form_files():
        diagram = Diagram.shipped()
        yield name, {diagram.filename: diagram.source(), **{**diagram.forms, "penerimaan_mpp.form": form}}
    for name, table in _decisions():
        yield name, {**_files(_decided), "tabel.dmn": table}


def _files(edit: Callable[[Diagram], Any]) -> dict[str, bytes]:
    diagram = Diagram.shipped()
    edit(diagram)
    return {diagram.filename: diagram.source(), **diagram.forms}


def _edited(put: Callable[[Diagram, str], Any], expression: str) -> dict[str, bytes]:
    return _files(lambda diagram: put(diagram, expression))


def _replaced(source: bytes) -> dict[str, bytes]:
    diagram = Diagram.shipped()
    return {diagram.filename: source, **diagram.forms}


def _with_field(**more: Any) -> dict[str, bytes]:
    def edit(diagram: Diagram) -> None:
        form = json.loads(diagram.forms["penerimaan_mpp.form"])
        form["components"].append({"type": "textfield", "key": "x", "id": "F_x", "label": "X", **more})
        diagram.forms["penerimaan_mpp.form"] = json.dumps(form).encode()

    return _files(edit)


def _in_condition(diagram: Diagram, text: str) -> None:
    [condition] = diagram.get("Alur_Respon_balik_Gabung").findall("{*}conditionExpression")
    condition.text = text


def _in_script(diagram: Diagram, text: str) -> None:
    task = _retyped(diagram, "scriptTask")
    task.set("scriptFormat", "feel")
    task.set(f"{{{CAMUNDA}}}resultVariable", "hasil")
    etree.SubElement(task, f"{{{BPMN}}}script").text = text


def _in_table(diagram: Diagram, text: str) -> None:
    _decided(diagram)
    diagram.forms["tabel.dmn"] = _table(text)


_PLACES: Final[Mapping[str, Callable[[Diagram, str], Any]]] = {
    "a condition": _in_condition,
    "a limit": lambda diagram, text: diagram.set_limit("Batas_2", text),
    "a script": _in_script,
    "a restriction": lambda diagram, text: diagram.set_property("Dirujuk", "terbatas_bila", text),
}


def _retyped(diagram: Diagram, kind: str) -> etree._Element:
    task = diagram.get("Langkah_4")
    task.tag = f"{{{BPMN}}}{kind}"
    for name in ("formRef", "formRefBinding"):
        del task.attrib[f"{{{CAMUNDA}}}{name}"]
    return task


def _python(diagram: Diagram) -> None:
    _in_script(diagram, "import os; os.system('id')")
    diagram.get("Langkah_4").set("scriptFormat", "python")


def _calls(attribute: str, value: str) -> Callable[[Diagram], None]:
    def edit(diagram: Diagram) -> None:
        task = _retyped(diagram, "serviceTask")
        task.set(f"{{{CAMUNDA}}}type", "external")
        task.set(f"{{{CAMUNDA}}}topic", "kirim")
        task.set(f"{{{CAMUNDA}}}{attribute}", value)

    return edit


def _listens(diagram: Diagram) -> None:
    extensions = diagram.get("Langkah_2").find(f"{{{BPMN}}}extensionElements")
    assert extensions is not None
    listener = etree.SubElement(extensions, f"{{{CAMUNDA}}}executionListener", event="start")
    etree.SubElement(listener, f"{{{CAMUNDA}}}script", scriptFormat="python").text = "import os"


def _maps(diagram: Diagram) -> None:
    extensions = diagram.get("Langkah_2").find(f"{{{BPMN}}}extensionElements")
    assert extensions is not None
    mapped = etree.SubElement(extensions, f"{{{CAMUNDA}}}inputOutput")
    etree.SubElement(mapped, f"{{{CAMUNDA}}}inputParameter", name="x").text = "${1+1}"


def _decided(diagram: Diagram) -> None:
    task = _retyped(diagram, "businessRuleTask")
    task.set(f"{{{CAMUNDA}}}decisionRef", "Tabel")
    task.set(f"{{{CAMUNDA}}}resultVariable", "hasil")


_CONSTRUCTS: Final[Mapping[str, Callable[[Diagram], None]]] = {
    "a script in Python": _python,
    "a class to call": _calls("class", "java.lang.Runtime"),
    "an expression to call": _calls("expression", "${bean.run()}"),
    "a bean to call": _calls("delegateExpression", "${bean}"),
    "a listener with a script": _listens,
    "a mapping with an expression": _maps,
}


def _documents() -> Iterator[tuple[str, bytes]]:
    shipped = Diagram.shipped().source()
    head, _, body = shipped.partition(b"?>")
    declared = b'<!DOCTYPE bpmn:definitions [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "an entity that reads a file", head + b"?>" + declared + body.replace(b"Respon", b"&x;", 1)
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    yield "a bomb of entities", head + b"?>" + f'<!DOCTYPE d [<!ENTITY l0 "ha">{bomb}]>'.encode() + body
    remote = b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/a.dtd">'
    yield "a DTD from elsewhere", head + b"?>" + remote + body
    yield "a DTD that hides in UTF-16", (declared + b"<a/>").decode().encode("utf-16")
    yield "100,000 elements in each other", b"<a>" * 100_000
    yield "a file of 20 MB", shipped + b"<!-- " + b"x" * 20_000_000 + b" -->"
    yield "an attribute of 2 MB", shipped.replace(b'id="', b'id="' + b"x" * 1_990_000, 1)
    yield "100,000 attributes", b"<a " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>"
    yield (
        "an inclusion",
        shipped.replace(
            b"</bpmn:definitions>",
            b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/></bpmn:definitions>',
        ),
    )
    yield "a style sheet", head + b'?><?xml-stylesheet href="file:///etc/passwd"?><a/>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bpmn", b"\0" * 100_000_000)
    yield "a zip bomb as a diagram", packed.getvalue()
    yield "a gzip bomb as a diagram", gzip.compress(b"\0" * 100_000_000, 1)
    yield "bytes that are no text", bytes(range(256)) * 100


def _form_files() -> Iterator[tuple[str, bytes]]:
    yield "a form of 100,000 lists in each other", b"[" * 100_000
    yield (
        "a form with a number of 1,000,000 digits",
        b'{"components": [], "schemaVersion": ' + b"9" * 1_000_000 + b"}",
    )
    deep: dict[str, Any] = {"type": "textfield", "key": "a", "id": "F_a", "label": "A"}
    for n in range(200):
        deep = {"type": "group", "id": f"G_{n}", "label": "G", "components": [deep]}
    form = {"id": "penerimaan_mpp", "type": "default", "schemaVersion": 19, "components": [deep]}
    yield "a form of 200 groups in each other", json.dumps(form).encode()
    many = [{"type": "textfield", "key": f"a{n}", "id": f"F_{n}", "label": "A"} for n in range(20_000)]
    yield "a form of 20,000 fields", json.dumps({**form, "components": many}).encode()
    script = {"type": "html", "id": "H", "content": "<script>alert(1)</script>"}
    yield "a form with a script", json.dumps({**form, "components": [script]}).encode()
    frame = {"type": "iframe", "id": "H", "url": "javascript:alert(1)"}
    yield "a form with a frame", json.dumps({**form, "components": [frame]}).encode()
    hidden = {
        "type": "textfield",
        "key": "a",
        "id": "F",
        "label": "A",
        "conditional": {"hide": '=__import__("os")'},
    }
    yield "a form that hides by an import", json.dumps({**form, "components": [hidden]}).encode()


def _table(text: str) -> bytes:
    root = etree.Element(
        "{https://www.omg.org/spec/DMN/20191111/MODEL/}definitions", id="D", name="D", namespace="d"
    )
    inside: Any = root
    for name, said in (
        ("decision", {"id": "Tabel", "name": "Tabel"}),
        ("decisionTable", {"id": "T"}),
        ("input", {"id": "I"}),
        ("inputExpression", {"id": "E", "typeRef": "string"}),
    ):
        inside = etree.SubElement(inside, f"{{https://www.omg.org/spec/DMN/20191111/MODEL/}}{name}", said)
    etree.SubElement(inside, "{https://www.omg.org/spec/DMN/20191111/MODEL/}text").text = text
    return bytes(etree.tostring(root))


def _decisions() -> Iterator[tuple[str, bytes]]:
    yield "a decision that imports", _table('__import__("os")')
    yield (
        "a decision with a DTD",
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _table("lingkup"),
    )
    yield "a decision that is a zip", b"PK\x03\x04" + b"\0" * 100
