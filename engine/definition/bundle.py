"""The files of one deployment, read from disk or a request, and judged together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.definition.findings import Finding, errors, in_order, refusal
from engine.definition.lint import forms, lint
from engine.definition.model import ProcessDefinition
from engine.definition.parse import parse
from engine.definition.xml import LARGEST_FILE

#: What an analyst's tools write; nothing else is ever read or stored.
KINDS = (".bpmn", ".dmn", ".form")
#: An office has a handful of processes; more files than this is a wrong folder.
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Bundle:
    """File name -> contents. Diagrams find their forms and decisions by the ids inside, never by path."""

    files: Mapping[str, bytes]

    @property
    def diagrams(self) -> Mapping[str, bytes]:
        return {name: data for name, data in self.files.items() if name.endswith(".bpmn")}

    @property
    def resources(self) -> Mapping[str, bytes]:
        return {name: data for name, data in self.files.items() if not name.endswith(".bpmn")}


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found. `definitions` are those of the diagrams without errors, all of version 0."""

    definitions: tuple[ProcessDefinition, ...]
    findings: tuple[Finding, ...]

    def of(self, key: str) -> ProcessDefinition | None:
        """The process of this key, where its diagram is there and sound."""
        return next((one for one in self.definitions if one.key == key), None)


def read(paths: Sequence[Path]) -> Bundle:
    """Read files and folders; a folder stands for its own *.bpmn, *.dmn and *.form files.

    Raises `DefinitionInvalid` for what is missing, too large or of another kind, and for two files of one name.
    """
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    found = list(_expand(paths))
    for path in found[:MOST_FILES]:
        problem = _unfit(path)
        if problem is None and path.name in files:
            problem = Finding("file_twice", "error", path.name, 0)
        if problem is not None:
            findings.append(problem)
            continue
        files[path.name] = path.read_bytes()
    if len(found) > MOST_FILES:
        counts = {"limit": MOST_FILES, "count": len(found)}
        findings.append(Finding("files_too_many", "error", str(paths[0]), 0, params=counts))
    if findings:
        raise refusal(in_order(findings))
    return Bundle(files)


def check(bundle: Bundle) -> Checked:
    """Lint every diagram with all forms and decisions of the bundle; parse those without errors."""
    findings: list[Finding] = []
    definitions: list[ProcessDefinition] = []
    first: dict[str, str] = {}
    if not bundle.diagrams:
        findings.append(Finding("diagram_missing", "error", ", ".join(sorted(bundle.files)) or "–", 0))
    for name, source in sorted(bundle.diagrams.items()):
        found = lint(source, name, bundle.resources)
        findings += found
        if errors(found):
            continue
        definition = parse(source, name, forms.read(bundle.resources).schemas, bundle.resources)
        other = first.setdefault(definition.key, name)
        if other != name:
            params = {"process": definition.key, "other": other}
            findings.append(Finding("process_twice", "error", name, 0, definition.key, params))
            continue
        definitions.append(definition)
    return Checked(tuple(definitions), tuple(in_order(findings)))


def _expand(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix in KINDS and p.is_file())
        else:
            yield path


def _unfit(path: Path) -> Finding | None:
    if not path.is_file():
        return Finding("file_missing", "error", str(path), 0)
    if path.suffix not in KINDS:
        return Finding("file_kind", "error", path.name, 0, params={"kinds": KINDS})
    size = path.stat().st_size
    if size > LARGEST_FILE:
        return Finding("file_too_large", "error", path.name, 0, params={"limit": LARGEST_FILE, "size": size})
    return None
