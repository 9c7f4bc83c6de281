"""Components of a form file to what `fields` names; what cannot be honoured becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from engine.expression.check import check as unknown_names
from engine.forms.attributes import (
    CHOICES,
    Findings,
    Place,
    Raw,
    read_condition,
    read_options,
    read_readonly,
    read_rules,
    text_of,
)
from engine.forms.coerce import coerce
from engine.forms.fields import (
    REPORTED,
    Component,
    Field,
    FieldType,
    Group,
    Option,
    RepeatedGroup,
    Static,
)

TEXTS = frozenset({"textfield", "textarea"})
INPUTS = TEXTS | CHOICES | {"number", "checkbox", "datetime"}
STATIC = frozenset({"text", "separator", "spacer", "button"})

#: Refused by name, each with its reason; any other unknown type is refused without one.
REFUSED: Mapping[str, str] = {
    "filepicker": "lampiran belum didukung di dalam formulir",
    "html": "HTML bebas tidak ditampilkan di sini; pakai komponen teks",
    "iframe": "halaman lain tidak boleh dimuat di dalam formulir",
    "image": "gambar tidak didukung; pakai komponen teks",
    "table": "tabel hanya dapat dihitung di peramban",
    "expression": "nilai yang dihitung ditulis di diagram sebagai tugas skrip",
    "documentPreview": "pratinjau dokumen hanya dapat ditampilkan di peramban",
}

#: Types of answer that follow from the component alone; the rest is text.
_TYPES: Mapping[str, FieldType] = {"checkbox": "boolean", "checklist": "list", "taglist": "list"}

MOST_COMPONENTS = 300
DEEPEST = 6

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
#: Names that the store, the process engine or FEEL itself gives another meaning.
RESERVED = frozenset(
    {"typename", "this", "parent", "i", "item", "null", "true", "false", "and", "or", "not", "if", "then"}
    | {"else", "for", "in", "return", "some", "every", "satisfies", "between", "function"}
)


def read_components(raw: object, filename: str, findings: Findings) -> tuple[Component, ...]:
    """The components of a form, findings appended; refused ones are left out."""
    place = Place("", set(), [], findings)
    components = _read_all(raw, place, filename)
    known = {re.split(r"[.\[]", path)[0] for path in place.taken}
    for name, expression, in_list in place.expressions:
        allowed = known | ({"this", "parent", "i"} if in_list else set())
        for unknown in unknown_names(expression, allowed):
            hint = f"Mungkin maksudnya {unknown.suggestion!r}. " if unknown.suggestion else ""
            place.refuse(
                name,
                f"Ungkapan FEEL menyebut {unknown.name!r}, yang tidak ada di formulir ini.",
                f"{hint}Perbaiki namanya, atau tambahkan bidang baca-saja dengan kunci itu.",
            )
    return components


def _read_all(raw: object, place: Place, owner: str) -> tuple[Component, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        place.refuse(owner, "components bukan daftar komponen.", "Simpan lagi di penyunting formulir.")
        return ()
    if place.depth > DEEPEST or len(place.taken) + len(raw) > MOST_COMPONENTS:
        place.refuse(owner, "Formulir terlalu besar atau bersarang terlalu dalam.", "Pecah formulir ini.")
        return ()
    read = [_read_one(one, place) for one in raw]
    return tuple(component for component in read if component is not None)


def _read_one(raw: Raw, place: Place) -> Component | None:
    kind = str(raw.get("type"))
    name = str(raw.get("key") or raw.get("path") or raw.get("id") or kind)
    for attribute in ("label", "dateLabel", "timeLabel", "description", "text"):
        shown = raw.get(attribute)
        if isinstance(shown, str) and (shown.startswith("=") or "{{" in shown):
            place.refuse(name, f"Teks yang dihitung ({attribute}) tidak didukung.", "Tulis teks yang tetap.")
    if kind in INPUTS:
        return _read_field(raw, kind, name, place)
    if kind in ("group", "dynamiclist"):
        return _read_container(raw, kind, name, place)
    if kind in STATIC:
        text = text_of(raw, "text") or text_of(raw, "label")
        return Static(text_of(raw, "id") or name, kind, text, read_condition(raw, name, place))
    reason = REFUSED.get(kind, "jenis ini tidak dikenal")
    place.refuse(
        name, f"Komponen {kind} tidak didukung: {reason}.", "Hapus, atau ganti dengan yang didukung."
    )
    return None


def _read_container(raw: Raw, kind: str, name: str, place: Place) -> Component:
    hide = read_condition(raw, name, place)
    own = text_of(raw, "path")
    prefix = place.prefix
    if own or kind == "dynamiclist":
        _claim(own, name, place, "path")
        prefix = f"{place.prefix}{own}" + ("[]." if kind == "dynamiclist" else ".")
    inner = replace(
        place, prefix=prefix, depth=place.depth + 1, in_list=place.in_list or kind == "dynamiclist"
    )
    children = _read_all(raw.get("components", []), inner, name)
    label, known_as = text_of(raw, "label"), text_of(raw, "id") or name
    if kind == "group":
        return Group(known_as, label, own, children, hide)
    rows = raw.get("defaultRepetitions", 1)
    default_rows = rows if isinstance(rows, int) and 0 <= rows <= 50 else 1
    return RepeatedGroup(
        known_as, label, own, children, hide, default_rows, raw.get("allowAddRemove") is False
    )


def _read_field(raw: Raw, kind: str, name: str, place: Place) -> Field | None:
    key = text_of(raw, "key")
    if not key:
        place.refuse(name, f"Komponen {kind} tidak mempunyai kunci (key).", "Isi Key di panel sifat.")
        return None
    _claim(key, name, place, "key")
    properties = raw.get("properties")
    custom = properties if isinstance(properties, dict) else {}
    options = read_options(raw, kind, name, place)
    field = Field(
        id=text_of(raw, "id") or name,
        key=key,
        path=place.prefix + key,
        component=kind,
        type=_type(raw, kind, options, name, place),
        label=text_of(raw, "label") or text_of(raw, "dateLabel") or text_of(raw, "timeLabel") or key,
        description=text_of(raw, "description"),
        rules=read_rules(raw, name, place),
        options=options,
        readonly=read_readonly(raw, name, place),
        disabled=raw.get("disabled") is True,
        as_text=raw.get("serializeToString") is True,
        personal=custom.get("pribadi") == "ya",
        identity=custom.get("identitas") == "ya",
        veils_identity=custom.get("menutup_identitas") == "ya",
        public=custom.get("publik") == "ya",
        from_source=custom.get("diisi_sumber") == "ya",
        report=_report(custom, options, name, place),
        complainant_only=custom.get("hanya_pengadu") == "ya",
        suggestions=tuple(s.strip() for s in str(custom.get("saran", "")).split(",") if s.strip()),
        hide=read_condition(raw, name, place),
    )
    default, problem = coerce(field, raw.get("defaultValue"))
    if problem:
        place.refuse(name, "Nilai awal (defaultValue) tidak cocok.", "Perbaiki atau kosongkan nilai awal.")
    return replace(field, default=default)


def _report(custom: Raw, options: tuple[Option, ...], name: str, place: Place) -> str | None:
    said = custom.get("laporan")
    if said is None:
        return None
    if said not in REPORTED or place.in_list or not (options or custom.get("saran")):
        place.refuse(
            name,
            f"laporan={said!r} tidak dapat dihitung.",
            f"Tulis {', '.join(REPORTED)}, pada bidang dengan pilihan atau saran, di luar daftar berulang.",
        )
        return None
    return str(said)


def _claim(key: str, name: str, place: Place, what: str) -> None:
    if not _KEY.fullmatch(key) or key.lower() in RESERVED:
        place.refuse(
            name,
            f"{what} {key!r} tidak dapat dipakai.",
            "Pakai huruf, angka dan garis bawah, tidak berawal angka, dan bukan kata FEEL.",
        )
    path = place.prefix + key
    if path in place.taken:
        place.refuse(name, f"{what} {path!r} dipakai dua kali.", "Beri setiap bidang kunci sendiri.")
    place.taken.add(path)


def _type(raw: Raw, kind: str, options: tuple[Option, ...], name: str, place: Place) -> FieldType:
    if kind == "datetime":
        subtype = raw.get("subtype", "date")
        if subtype not in ("date", "time", "datetime"):
            place.refuse(name, f"subtype {subtype!r} tidak dikenal.", "Pakai date, time atau datetime.")
            return "date"
        if subtype != "date" and raw.get("timeSerializingFormat") != "no_timezone":
            place.refuse(
                name,
                "Jam disimpan dengan zona waktu.",
                "Pilih Time format: None (no_timezone); zonanya WITA.",
            )
        return subtype
    if kind == "number":
        return "string" if raw.get("serializeToString") is True else "number"
    if kind in ("select", "radio"):
        return "number" if options and not isinstance(options[0].value, str) else "string"
    return _TYPES.get(kind, "string")
