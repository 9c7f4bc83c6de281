"""What changed in a form: fields that came and went, and what each of them asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.definition.diff.change import Change

#: What no reader of the form sees.
SILENT = frozenset({"id", "key", "path", "components", "layout"})
#: What the editor writes about itself.
OF_THE_EDITOR = frozenset(
    {"components", "exporter", "schemaVersion", "executionPlatform", "executionPlatformVersion"}
)

Raw = Mapping[str, Any]


def compare_forms(old: bytes, new: bytes, step: str | None = None) -> list[Change]:
    """The changes from one form file to another, for the step that uses it. Both have been checked."""
    before, after = json.loads(old.decode("utf-8-sig")), json.loads(new.decode("utf-8-sig"))
    return list(_changes(before, after, str(after.get("id") or before.get("id")), step))


def _changes(before: Raw, after: Raw, form: str, step: str | None) -> Iterator[Change]:
    old, new = dict(_components(before)), dict(_components(after))
    said = {"form": form}

    def change(code: str, kind: Any = "changed", **params: object) -> Change:
        return Change(code, kind, form, step, {**said, **params})

    for path in new.keys() - old.keys():
        yield change("field_added", "added", field=_name(path, new[path]))
    for path in old.keys() - new.keys():
        yield change("field_removed", "removed", field=_name(path, old[path]))
    for path in (path for path in new if path in old):
        for code, params in _field(path, old[path], new[path]):
            yield change(code, **params)
    kept = [path for path in old if path in new]
    if kept != [path for path in new if path in old]:
        yield change("form_order")
    rest = ({k: v for k, v in whole.items() if k not in OF_THE_EDITOR} for whole in (before, after))
    for name, was, now in _pairs(*map(_flat, rest)):
        yield change("form_setting", name=name, old=was, new=now)
    if any(old[path].get("layout") != new[path].get("layout") for path in kept):
        yield change("form_layout", "layout")


def _components(whole: Raw, prefix: str = "") -> Iterator[tuple[str, Raw]]:
    """Each component by its key, below those of the groups around it; what has no key by its id."""
    for raw in whole.get("components") or ():
        own = str(raw.get("key") or raw.get("path") or f"#{raw.get('id')}")
        yield prefix + own, raw
        yield from _components(raw, f"{prefix}{own}.")


def _field(path: str, old: Raw, new: Raw) -> Iterator[tuple[str, dict[str, object]]]:
    field = _name(path, new)
    before, after = (
        _flat({k: v for k, v in old.items() if k not in SILENT}),
        _flat({k: v for k, v in new.items() if k not in SILENT}),
    )
    for name, was, now in _pairs(before, after):
        if name == "label":
            yield "field_label", {"key": path, "old": was, "new": now}
        elif name == "type":
            yield "field_type", {"field": field, "old": was, "new": now}
        elif name == "validate.required":
            yield ("field_required" if now == "ya" else "field_optional"), {"field": field}
        elif name == "values":
            yield "field_options", {"field": field, "old": was, "new": now}
        elif name == "conditional.hide":
            yield "field_hidden", {"field": field, "old": was, "new": now}
        else:
            yield (
                "field_setting",
                {"field": field, "name": name.removeprefix("properties."), "old": was, "new": now},
            )


def _flat(value: Raw, prefix: str = "") -> dict[str, str]:
    """Nested attributes by their path; the choices of a field as one text, false and empty as nothing."""
    found: dict[str, str] = {}
    for name, one in value.items():
        if name == "values" and isinstance(one, list):
            found[prefix + name] = ", ".join(_choice(choice) for choice in one)
        elif isinstance(one, dict):
            found |= _flat(one, f"{prefix}{name}.")
        elif one is True:
            found[prefix + name] = "ya"
        elif one is not None and one is not False and one != "":
            found[prefix + name] = one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
    return found


def _choice(choice: object) -> str:
    """ "Selesai (selesai)"; only the value where the label says the same."""
    if not isinstance(choice, dict):
        return str(choice)
    value, label = choice.get("value"), choice.get("label")
    kind = "" if isinstance(value, str) else "#"
    return f"{label} ({kind}{value})" if label not in (None, value) else f"{kind}{value}"


def _pairs(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _name(path: str, raw: Raw) -> str:
    return str(raw.get("label") or raw.get("text") or path)[:80]
