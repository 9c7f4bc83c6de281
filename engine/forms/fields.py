"""What a form is made of: fields that hold an answer, groups, repeated groups, and text in between."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from engine.expression import Expression

#: What an answer is, in JSON: text, number, true or false, list of choices, or an ISO 8601 text without zone.
FieldType = Literal["string", "number", "boolean", "list", "date", "time", "datetime"]

#: What a field may be counted as in reports: the category, the channel, the rating of the answer.
REPORTED: Final = ("kategori", "kanal", "nilai")
#: What is counted of a text that is none of its field's suggestions: nothing that a person typed goes into a report.
OTHER: Final = "lain"

#: A bound as the modeler writes it: a number, or FEEL over the other answers.
Bound = int | float | Expression


def plain(text: str) -> str:
    """A text as reports name it: "Izin dan NIB" is `izin_dan_nib`."""
    return "_".join(re.findall(r"[a-z0-9]+", text.casefold()))


@dataclass(frozen=True)
class Option:
    """One choice; `value` is what is stored, `label` what people read."""

    value: str | int | float
    label: str


@dataclass(frozen=True)
class Rules:
    """form-js's `validate` block and the number's own limits; None means no such rule."""

    required: bool = False
    min_length: Bound | None = None
    max_length: Bound | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    pattern: str | None = None
    pattern_message: str | None = None
    validation_type: Literal["email", "phone"] | None = None
    decimal_digits: int | None = None
    increment: str | None = None
    disallow_past: bool = False


@dataclass(frozen=True)
class Field:
    """One input. `path` is its flat name (`key`, `group.key`, `list[].key`)."""

    id: str
    key: str
    path: str
    component: str
    type: FieldType
    label: str
    description: str = ""
    rules: Rules = Rules()
    options: tuple[Option, ...] = ()
    #: True, False, or FEEL that says when.
    readonly: bool | Expression = False
    disabled: bool = False
    default: object = None
    #: A number that is to be kept as text, exactly as written.
    as_text: bool = False
    #: Custom property `pribadi=ya`: personal data; no expression of a diagram may read it.
    personal: bool = False
    #: Custom property `identitas=ya`: says who the complainant is, and is veiled when they ask for it.
    identity: bool = False
    #: Custom property `menutup_identitas=ya`: a checkbox by which they ask for it.
    veils_identity: bool = False
    #: Custom property `publik=ya`: the complainant sees it while tracking.
    public: bool = False
    #: Custom property `diisi_sumber=ya`: how the answers came; not asked of who sends them by the web.
    from_source: bool = False
    #: Custom property `saran`: values to suggest while typing, separated by commas.
    suggestions: tuple[str, ...] = ()
    #: Custom property `laporan`: what reports count by it, one of `REPORTED`.
    report: str | None = None
    #: Custom property `hanya_pengadu=ya`: neither asked nor taken when staff act for the complainant.
    complainant_only: bool = False
    hide: Expression | None = None

    def reported(self, answer: object) -> str | int | float | None:
        """How reports count `answer`: the value of one of the choices, or `OTHER`; None where there is none.

        Of a text only a suggestion is counted, in small letters with underscores ("pelayanan_loket").
        """
        if answer is None or answer == "":
            return None
        if self.options:
            return next((option.value for option in self.options if option.value == answer), OTHER)
        known = {plain(suggestion) for suggestion in self.suggestions}
        return plain(str(answer)) if plain(str(answer)) in known else OTHER

    @property
    def required(self) -> bool:
        """Whether an answer is demanded while the field is shown."""
        return self.rules.required

    @property
    def empty(self) -> object:
        """What form-js holds for an untouched field; expressions see this, answers turn "" into None."""
        if self.component in ("textfield", "textarea"):
            return ""
        return {"boolean": False, "list": []}.get(self.type)


@dataclass(frozen=True)
class Group:
    """Fields under one heading; with a `path`, their answers are nested under it."""

    id: str
    label: str
    path: str
    components: tuple[Component, ...]
    hide: Expression | None = None


@dataclass(frozen=True)
class RepeatedGroup:
    """form-js's dynamic list: the same fields once a row; the answer at `path` is a list of rows."""

    id: str
    label: str
    path: str
    components: tuple[Component, ...]
    hide: Expression | None = None
    default_rows: int = 1
    fixed: bool = False


@dataclass(frozen=True)
class Static:
    """Shown, never answered: text, separator, spacer or button."""

    id: str
    component: str
    text: str = ""
    hide: Expression | None = None


Component = Field | Group | RepeatedGroup | Static


@dataclass(frozen=True)
class FormSchema:
    """One form file. `fields` maps each field's flat path to it, in the order of the file."""

    id: str
    components: tuple[Component, ...]
    fields: Mapping[str, Field]

    @cached_property
    def shown_keys(self) -> frozenset[str]:
        """Keys of the answers that may come from the store: read-only now or ever, or disabled."""
        return frozenset(_key(path) for path, f in self.fields.items() if f.readonly or f.disabled)

    @cached_property
    def own_keys(self) -> frozenset[str]:
        """Keys of the answers that a completion of this form gives; what it only shows is not among them."""
        asked = (path for path, f in self.fields.items() if f.readonly is not True and not f.disabled)
        return frozenset(map(_key, asked))

    @cached_property
    def complainant_only(self) -> frozenset[str]:
        """Keys that only the complainant answers, of the form's top level."""
        return frozenset(path for path, f in self.fields.items() if f.complainant_only and path == f.key)


def without(schema: FormSchema, keys: Collection[str]) -> FormSchema:
    """The form without some of its top-level fields."""
    components = tuple(c for c in schema.components if not (isinstance(c, Field) and c.key in keys))
    fields = {path: f for path, f in schema.fields.items() if path not in keys}
    return FormSchema(schema.id, components, fields)


def for_staff(schema: FormSchema) -> FormSchema:
    """The form as staff fill it in for the complainant: without what only the complainant answers."""
    return without(schema, schema.complainant_only)


def _key(path: str) -> str:
    """The key under which the answer at `path` (`key`, `group.key`, `list[].key`) stands in the answers."""
    return path.partition(".")[0].partition("[")[0]


def fields_of(components: tuple[Component, ...]) -> Iterator[Field]:
    """Every field below, in the order of the file."""
    for component in components:
        if isinstance(component, Field):
            yield component
        elif isinstance(component, Group | RepeatedGroup):
            yield from fields_of(component.components)
