"""A workflow at rest carried over to another version of its process, without waking it.

The rows of `engine.spiff.state` name specs, so a move is a change of names, and a mending of what stands around each
open activity: limits that the new version adds are put beside it, those that it lost are taken away, and what is
finished and forgotten falls out. Whatever is open stays open, and the due instants stay in it untouched; the
library's own migration starts timers anew (notes of the project).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.errors import NotMigratable
from engine.spiff.compiled import Compiled
from engine.spiff.instances import Instances
from engine.spiff.joins import OPEN, InclusiveGateway, ParallelGateway

_SPLIT: Final = ".BoundaryEventSplit"
_JOIN: Final = ".BoundaryEventJoin"
#: What the library names after an element.
_INSTANCE: Final = " [child]"
_HELPERS: Final = (_SPLIT, _JOIN, ".EndJoin", _INSTANCE)


@dataclass(eq=False, slots=True)
class _Node:
    """A row of the tree, with its children in it."""

    name: str
    state: int
    triggered: int
    internal: dict[str, Any]
    children: list[_Node] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return bool(self.state & OPEN)

    def below(self) -> Iterator[_Node]:
        """Itself and everything under it."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Transplanted:
    """The stored form for the new version, and the new name of every open activation that has one."""

    stored: list[Any]
    renamed: Mapping[str, str]


def transplant(
    stored: list[Any], made: Compiled, mapping: Mapping[str, str], next_name: Callable[[str], str]
) -> Transplanted:
    """`stored` for the specs `made`. `mapping`: element of the old version -> of the new, where they differ;
    `next_name` gives the name of an element's next activation.

    Raises `NotMigratable` with everything that stands in the way.
    """
    trees = _read(stored)
    reasons: list[tuple[str, str]] = []
    renamed: dict[str, str] = {}
    for holder, root in trees:
        for node in root.below():
            node.name = _renamed(node.name, mapping)
            if node.open:
                _rename_activation(node, mapping, next_name, renamed)
        spec = made.spec if holder is None else _inside(made, holder)
        if spec is None:
            assert holder is not None
            reasons.append(("kind_changed", _element(holder.name)))
            continue
        several = list(_several(root, spec.task_specs))
        if several:
            reasons += several
            continue
        reasons += _Mending(spec.task_specs, root).reasons
    if reasons:
        raise NotMigratable(reasons=tuple(dict.fromkeys(reasons)))
    return Transplanted(_write(trees), renamed)


def _several(root: _Node, specs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where one activity has several open instances, it must have them in the new version too, within the same limits:
    which of them would be the one, and by what each is due, is nobody's to say.
    """
    for above in root.below():
        for node in above.children:
            was, is_now = "instances" in node.internal, isinstance(specs.get(node.name), Instances)
            if node.open and (was != is_now or (was and not _same_limits(above, node, specs))):
                yield "several_instances", _element(node.name)


def _same_limits(above: _Node, whole: _Node, specs: Mapping[str, Any]) -> bool:
    split = specs.get(whole.name + _SPLIT)
    now = {spec.name for spec in split.outputs if isinstance(spec, BoundaryEvent)} if split else set()
    then = (
        {child.name for child in above.children if child is not whole}
        if above.name.endswith(_SPLIT)
        else set()
    )
    return then == now


class _Mending:
    """One tree made to fit the specs of its new version; `reasons` says why it cannot."""

    def __init__(self, specs: Mapping[str, Any], root: _Node) -> None:
        self.specs = specs
        self.reasons: list[tuple[str, str]] = []
        self._mend(root)

    def _mend(self, above: _Node) -> None:
        pending = [above]
        while pending:
            node = pending.pop()
            node.children = [kept for child in node.children for kept in self._kept(node, child, node)]
            if self._is_split(node) and any(
                child.open and not self._is_limit(child) for child in node.children
            ):
                node.children += self._new_limits(node)
            pending.extend(node.children)

    def _kept(self, above: _Node, node: _Node, was_below: _Node) -> list[_Node]:
        """What stands in the place of `node` under `above`: itself, behind a new split, its children, or nothing."""
        spec = self.specs.get(node.name)
        if was_below.name.endswith(_SPLIT) and node.name + _SPLIT != was_below.name:
            split = self.specs.get(was_below.name)
            if split is None or spec not in split.outputs:  # a limit that is gone
                self._must_be_idle(node)
                return []
        if spec is None and node.open and not node.name.endswith(_JOIN):
            self.reasons.append(("element_gone", _element(node.name)))
            return []
        if spec is None:  # finished, or a helper that waits for nothing but the activity itself
            return [kept for child in node.children for kept in self._kept(above, child, node)]
        if isinstance(spec, ParallelGateway | InclusiveGateway) and node.open:
            self._must_be_a_way_to(spec, above)
        split_name = node.name + _SPLIT
        if node.open and split_name in self.specs and above.name != split_name:
            return [_Node(split_name, int(TaskState.COMPLETED), 0, {}, [node])]
        return [node]

    def _must_be_a_way_to(self, join: Any, before: _Node) -> None:
        """A token that waits at a join has come by one of its flows."""
        if before.name not in {way.name for way in join.inputs}:
            self.reasons.append(("way_gone", join.name))

    def _new_limits(self, split: _Node) -> Iterator[_Node]:
        known = {child.name for child in split.children}
        for spec in self.specs[split.name].outputs:
            if isinstance(spec, BoundaryEvent) and spec.name not in known:
                yield _Node(spec.name, int(TaskState.WAITING), 0, {})

    def _must_be_idle(self, limit: _Node) -> None:
        """A limit that goes must not have led to something that is still open."""
        for node in limit.below():
            if node is not limit and node.open and not node.name.endswith(_JOIN):
                self.reasons.append(("branch_open", _element(limit.name)))
                return

    def _is_split(self, node: _Node) -> bool:
        return node.name.endswith(_SPLIT) and node.name in self.specs

    def _is_limit(self, node: _Node) -> bool:
        return isinstance(self.specs.get(node.name), BoundaryEvent)


def _rename_activation(
    node: _Node, mapping: Mapping[str, str], next_name: Callable[[str], str], renamed: dict[str, str]
) -> None:
    def moved(name: str) -> str:
        element = name.partition(":")[0]
        to = mapping.get(element, element)
        if to != element:
            renamed[name] = next_name(to)
        return renamed.get(name, name)

    if "name" in node.internal:
        node.internal["name"] = moved(node.internal["name"])
    if "raced" in node.internal:
        raced = node.internal["raced"]
        node.internal["raced"] = {
            mapping.get(element, element): moved(name) for element, name in raced.items()
        }


def _renamed(name: str, mapping: Mapping[str, str]) -> str:
    element = _element(name)
    return mapping.get(element, element) + name.removeprefix(element)


def _element(name: str) -> str:
    """The element that a spec is named after."""
    for helper in _HELPERS:
        name = name.removesuffix(helper)
    return name


def _inside(made: Compiled, holder: _Node) -> Any:
    """The specs of the sub-process whose task is `holder`; None where the new version has none there."""
    specs = (spec.task_specs.get(holder.name) for spec in (made.spec, *made.subprocesses.values()))
    names = (getattr(spec, "spec", None) for spec in specs if spec is not None)
    return next((made.subprocesses[name] for name in names if name in made.subprocesses), None)


def _read(stored: list[Any]) -> list[tuple[_Node | None, _Node]]:
    """(the task that holds the tree, its root); the main process first."""
    read: list[list[_Node]] = []
    trees: list[tuple[_Node | None, _Node]] = []
    for holder, rows in [(None, stored[0]), *(((tree, row), rows) for tree, row, rows in stored[1:])]:
        nodes: list[_Node] = []
        for name, state, parent, triggered, internal in rows:
            node = _Node(name, state, triggered, dict(internal))
            nodes.append(node)
            if parent >= 0:
                nodes[parent].children.append(node)
        read.append(nodes)
        trees.append((read[holder[0]][holder[1]] if holder else None, nodes[0]))
    return trees


def _write(trees: list[tuple[_Node | None, _Node]]) -> list[Any]:
    stored: list[Any] = []
    places: dict[_Node, tuple[int, int]] = {}
    for number, (holder, root) in enumerate(trees):
        rows: list[list[Any]] = []
        parents: dict[_Node, int] = {}
        for row, node in enumerate(root.below()):
            places[node] = (number, row)
            rows.append([node.name, node.state, parents.get(node, -1), node.triggered, node.internal])
            parents.update(dict.fromkeys(node.children, row))
        stored.append(rows if holder is None else [*places[holder], rows])
    return stored
