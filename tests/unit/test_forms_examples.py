"""An example answer is lawful, made of the form alone, and nobody's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from engine.forms.examples import example
from engine.forms.fields import FormSchema
from engine.forms.schema import load
from engine.forms.validate import validate_json
from tests.casework import ROOT, ZONE
from tests.unit.test_forms_validate import field, form

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)
FILES = [*sorted((ROOT / "forms").glob("*.form")), ROOT / "tests/fixtures/forms/semua_komponen.form"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_form_of_the_office_has_one(path: Any) -> None:
    # "sandi" wants two letters, a hyphen and figures: that nobody finds by trying
    assert errors_of(load(path.read_bytes(), path.name)).keys() <= {"sandi"}


@pytest.mark.parametrize(
    "rules",
    [
        {"required": True, "minLength": 200, "maxLength": 210},
        {"required": True, "maxLength": 3},
        {"required": True, "pattern": "^[0-9]{16}$"},
        {"required": True, "pattern": "[A-Z]{3}"},
        {"required": True, "validationType": "email"},
        {"required": True, "validationType": "phone"},
    ],
)
def test_a_text_keeps_to_its_rules(rules: dict[str, Any]) -> None:
    assert errors_of(form(field(validate=rules))) == {}


def test_a_number_keeps_to_its_bounds_and_steps() -> None:
    number = {"type": "number", "validate": {"required": True, "min": 7, "max": 12}, "increment": "5"}
    schema = form(field(**number))
    assert errors_of(schema) == {}
    assert example(schema, stored={}, now=NOW) == {"isi": 10}


def test_what_no_example_fits_is_left_to_the_form_to_say() -> None:
    schema = form(field(validate={"required": True, "pattern": "^XY-[0-9]{2}$"}))
    assert "isi" in example(schema, stored={}, now=NOW)
    assert errors_of(schema).keys() == {"isi"}


def errors_of(schema: FormSchema) -> dict[str, Any]:
    return validate_json(schema, example(schema, stored={}, now=NOW), stored={}, now=NOW).errors
