"""Answers: typed, judged, hidden, locked. The comparison with form-js is tests/browser/test_forms_differential.py."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.forms.fields import FormSchema
from engine.forms.messages import WORDS, Message, text
from engine.forms.rules import is_email, is_phone
from engine.forms.schema import load
from engine.forms.validate import (
    LARGEST_ANSWERS,
    WHOLE_FORM,
    Validated,
    hidden_paths,
    validate,
    validate_json,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ALL_COMPONENTS = Path(__file__).parents[1] / "fixtures" / "forms" / "semua_komponen.form"
EVERYTHING = load(ALL_COMPONENTS.read_bytes(), ALL_COMPONENTS.name)


def form(*components: dict[str, object]) -> FormSchema:
    return load(json.dumps({"id": "uji", "components": list(components)}).encode(), "uji.form")


def field(kind: str = "textfield", key: str = "isi", **more: object) -> dict[str, object]:
    return {"type": kind, "id": f"F_{key}", "key": key, "label": "Isi", **more}


def choices(*values: object) -> list[dict[str, object]]:
    return [{"label": str(value).upper(), "value": value} for value in values]


def of_json(
    schema: FormSchema, answers: dict[str, Any], stored: dict[str, object] | None = None
) -> Validated:
    return validate_json(schema, answers, stored=stored or {}, now=NOW)


def codes(done: Validated) -> dict[str, list[str]]:
    return {path: [message.code for message in messages] for path, messages in done.errors.items()}


@pytest.mark.parametrize(
    ("component", "answer", "code"),
    [
        (field(validate={"required": True}), None, "required"),
        (field(validate={"required": True}), " \n\t ", "required"),
        (field("checkbox", validate={"required": True}), False, "required_tick"),
        (field("radio", values=choices("a"), validate={"required": True}), None, "required_choice"),
        (field("checklist", values=choices("a"), validate={"required": True}), [], "required_choice"),
        (field(validate={"minLength": 3}), "ab", "min_length"),
        (field(validate={"maxLength": 3}), "abcd", "max_length"),
        (field(), "a" * 20_001, "max_length"),
        (field(validate={"pattern": "^a$"}), "b", "pattern"),
        (field(validate={"pattern": "^a$", "patternErrorMessage": "Harus a."}), "b", "own_words"),
        (field(validate={"validationType": "email"}), "bukan surel", "email"),
        (field(validate={"validationType": "phone"}), "12", "phone"),
        (field(), ["daftar"], "type"),
        (field(), True, "type"),
        (field("number"), "dua", "number"),
        (field("number"), "1" * 16, "number"),
        (field("number"), float("nan"), "number"),
        (field("number"), float("inf"), "number"),
        (field("number"), True, "type"),
        (field("number", validate={"min": 2}), 1, "minimum"),
        (field("number", validate={"max": 2}), 2.5, "maximum"),
        (field("number", decimalDigits=1), 0.25, "decimals"),
        (field("number", increment="0.5"), 0.75, "step"),
        (field("checkbox"), "ya", "type"),
        (field("select", values=choices("a")), "b", "choice"),
        (field("radio", values=choices(1, 2)), 3, "choice"),
        (field("taglist", values=choices("a")), ["b"], "choice"),
        (field("taglist", values=choices("a")), "a", "type"),
        (field("datetime"), "2026-02-30", "date"),
        (field("datetime"), "24/11/2026", "date"),
        (field("datetime", disallowPassedDates=True), "2026-11-23", "past"),
        (field("datetime", subtype="time", timeSerializingFormat="no_timezone"), "25:00", "time"),
        (
            field("datetime", subtype="datetime", timeSerializingFormat="no_timezone"),
            "2026-11-24",
            "datetime",
        ),
    ],
)
def test_a_broken_rule_is_told_by_its_code_and_in_words(
    component: dict[str, object], answer: object, code: str
) -> None:
    done = of_json(form(component), {"isi": answer})
    assert codes(done) == {"isi": [code]}
    assert "{" not in text(done.errors["isi"][0])


@pytest.mark.parametrize(
    ("component", "answer", "stored_as"),
    [
        (field(), "  dua \r\n baris\t", "dua   baris"),
        (field("textarea"), "dua\r\nbaris", "dua\nbaris"),
        (field(), "e\u0301", "é"),
        (field(), "a\x00b\u202ec\ud800", "abc\ufffd"),
        (field(), 12, "12"),
        (field(), "", None),
        (field("number"), "12,5", 12.5),
        (field("number"), "3.0", 3),
        (field("number"), 0, 0),
        (field("number"), 0.1 + 0.2, 0.3),
        (field("number"), 1 / 3, 0.333333333333333),
        (field("number"), 1e-7, 1e-7),
        (field("number", serializeToString=True), "1,50", "1.50"),
        (field("radio", values=choices(1, 2)), "2", 2),
        (field("checklist", values=choices("a", "b")), ["b", "a", "b"], ["b", "a"]),
        (field("datetime"), "2026-11-24", "2026-11-24"),
        (field("datetime", subtype="time", timeSerializingFormat="no_timezone"), "08:30:00", "08:30"),
        (field("checkbox"), None, False),
    ],
)
def test_an_answer_is_kept_in_one_form(
    component: dict[str, object], answer: object, stored_as: object
) -> None:
    done = of_json(form(component), {"isi": answer})
    assert (done.answers, done.errors) == ({"isi": stored_as}, {})


def test_a_number_too_long_to_be_written_out_is_refused() -> None:
    huge = 10**5000
    assert codes(of_json(form(field("number")), {"isi": huge})) == {"isi": ["number"]}
    assert codes(of_json(form(field("select", values=choices("a"))), {"isi": huge})) == {"isi": ["choice"]}


def test_zero_answers_a_required_number() -> None:
    assert of_json(form(field("number", validate={"required": True})), {"isi": 0}).errors == {}


def test_every_key_of_the_form_is_set_whatever_was_sent() -> None:
    assert set(of_json(EVERYTHING, {}).answers) == {
        path.split(".")[0].removesuffix("[]") for path in EVERYTHING.fields
    }


def test_a_default_fills_the_page_and_is_no_answer() -> None:
    assert of_json(form(field(defaultValue="a")), {}).answers == {"isi": None}


def test_unknown_keys_are_reported_and_ignored() -> None:
    schema = form(field(), {"type": "group", "id": "G", "path": "g", "components": [field(key="dalam")]})
    assert of_json(schema, {"isi": "a", "lain": 1, "g": {"aneh": 2}}).unknown == ("g.aneh", "lain")
    posted = validate(schema, {"isi": ["a"], "g.aneh": ["2"]}, stored={}, now=NOW)
    assert posted.unknown == ("g.aneh",)
    assert posted.errors == {}


HIDES = (
    field("radio", "jenis", values=choices("a", "b")),
    field(key="rincian", validate={"required": True}, conditional={"hide": '=jenis != "b"'}),
)


def test_a_hidden_field_is_neither_demanded_nor_kept() -> None:
    done = of_json(form(*HIDES), {"jenis": "a", "rincian": "sisa"})
    assert (done.answers, done.errors) == ({"jenis": "a", "rincian": None}, {})


def test_a_shown_field_is_demanded() -> None:
    assert codes(of_json(form(*HIDES), {"jenis": "b"})) == {"rincian": ["required"]}


def test_what_was_hidden_decides_nothing_further() -> None:
    third = field(key="ketiga", conditional={"hide": '=rincian = ""'})
    assert (
        of_json(form(*HIDES, third), {"jenis": "a", "rincian": "x", "ketiga": "y"}).answers["ketiga"] is None
    )


def test_a_condition_without_a_result_hides_as_in_the_modelers_preview() -> None:
    schema = form(field("number", "usia"), field(conditional={"hide": "=usia > 17"}))
    assert hidden_paths(schema, {}, {}, NOW) == {"isi"}
    assert hidden_paths(schema, {"usia": 9}, {}, NOW) == frozenset()


@pytest.mark.parametrize("lock", [{"readonly": True}, {"disabled": True}, {"readonly": "=kunci"}])
def test_a_locked_value_comes_from_the_store_and_never_from_the_client(lock: dict[str, object]) -> None:
    schema = form(field("checkbox", "kunci"), field(**lock))
    done = of_json(schema, {"kunci": True, "isi": "palsu"}, {"isi": "asli"})
    assert done.answers == {"kunci": True, "isi": "asli"}
    posted = validate(schema, {"kunci": ["ya"], "isi": ["palsu"]}, stored={"isi": "asli"}, now=NOW)
    assert posted.answers["isi"] == "asli"


def test_a_field_locked_by_a_condition_is_open_when_it_does_not_hold() -> None:
    schema = form(field("checkbox", "kunci"), field(readonly="=kunci"))
    assert of_json(schema, {"kunci": False, "isi": "baru"}, {"isi": "asli"}).answers["isi"] == "baru"


def test_a_locked_value_survives_being_hidden() -> None:
    schema = form(field("checkbox", "rahasia"), field(readonly=True, conditional={"hide": "=rahasia"}))
    assert of_json(schema, {"rahasia": True}, {"isi": "0812"}).answers["isi"] == "0812"


def test_rows_are_judged_each_by_its_own_answers() -> None:
    rows = [
        {"nama_barang": "palu", "banyak": 2, "keadaan": "baik"},
        {"keadaan": "rusak", "kerusakan": "patah"},
    ]
    done = of_json(EVERYTHING, {"barang": rows, "batas": 1})
    assert {path: told for path, told in codes(done).items() if path.startswith("barang")} == {
        "barang[0].banyak": ["maximum"],
        "barang[1].nama_barang": ["required"],
    }
    assert [row["kerusakan"] for row in done.answers["barang"]] == [None, "patah"]  # type: ignore[attr-defined]


def test_a_row_of_which_nothing_was_ticked_is_still_a_row() -> None:
    schema = form({"type": "dynamiclist", "id": "D", "path": "d", "components": [field("checkbox", "ada")]})
    done = validate(schema, {"d": ["0", "7"], "d[7].ada": ["ya"]}, stored={}, now=NOW)
    assert done.answers == {"d": [{"ada": False}, {"ada": True}]}


def test_a_box_posted_without_a_text_is_not_ticked() -> None:
    assert validate(form(field("checkbox")), {"isi": [""]}, stored={}, now=NOW).answers == {"isi": False}


def test_too_many_rows_are_refused_and_not_worked_on() -> None:
    schema = form({"type": "dynamiclist", "id": "D", "path": "d", "components": [field()]})
    done = of_json(schema, {"d": [{"isi": "a"}] * 5000})
    assert codes(done) == {"d": ["too_many_rows"]}
    assert len(done.answers["d"]) == 50  # type: ignore[arg-type]
    assert codes(of_json(schema, {"d": "bukan daftar"})) == {"d": ["type"]}


def test_a_form_larger_than_the_bound_is_refused_as_a_whole() -> None:
    schema = form(*(field("textarea", f"t{at}") for at in range(11)))
    done = of_json(schema, {f"t{at}": "a" * 20_000 for at in range(11)})
    assert codes(done) == {WHOLE_FORM: ["too_large"]}
    assert str(LARGEST_ANSWERS) in text(done.errors[WHOLE_FORM][0])


def test_the_prefix_parts_the_forms_names_from_the_pages() -> None:
    done = validate(
        form(field()), {"isian.isi": ["a"], "csrf_token": ["x"]}, stored={}, now=NOW, prefix="isian."
    )
    assert (done.answers, done.unknown) == ({"isi": "a"}, ())


@pytest.mark.parametrize("address", ["nama@contoh.id", "a.b+c@contoh", "x@a-b.id"])
def test_an_address_as_browsers_take_it(address: str) -> None:
    assert is_email(address)


@pytest.mark.parametrize(
    "address", ["nama", "@contoh.id", "a b@contoh.id", "a@-x.id", "a@x-.id", "a@b@c", "a@x..id"]
)
def test_what_is_no_address(address: str) -> None:
    assert not is_email(address)


def test_a_domestic_number_is_a_number() -> None:
    assert is_phone("0812-3456-7890")
    assert is_phone("(0541) 731234")
    assert is_phone("+62 812 3456 7890")
    assert not is_phone("0812 abc")
    assert not is_phone("+62")


def test_a_letter_beyond_the_basic_plane_counts_once() -> None:
    assert of_json(form(field(validate={"maxLength": 2})), {"isi": "👍👍"}).errors == {}


def test_every_message_has_words() -> None:
    assert text(Message("belum_ada")) == "belum_ada"
    assert all(WORDS.values())


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
keys = st.sampled_from(sorted({path.split(".")[0].removesuffix("[]") for path in EVERYTHING.fields}))
plausible = st.sampled_from(
    [
        *("a", "AB-12", "satu", "rusak", "2026-11-24", "08:30", 1, 2.5, True, ["a"], {"jalan": "x"}),
        [{"nama_barang": "palu", "keadaan": "rusak", "suku": [{"ada": True}]}],
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(keys, anything | plausible, max_size=12),
    st.dictionaries(keys, anything | plausible, max_size=4),
)
def test_no_answers_and_no_store_make_it_raise_and_doing_it_again_changes_nothing(
    answers: dict[str, object], stored: dict[str, object]
) -> None:
    once = of_json(EVERYTHING, answers, stored)
    assert json.loads(json.dumps(once.answers, allow_nan=False)) == once.answers
    json.dumps(once.answers, ensure_ascii=False).encode()
    if not once.errors:
        again = of_json(EVERYTHING, once.answers, stored)
        assert (again.answers, again.errors) == (once.answers, {})


names = keys | st.sampled_from(
    ["barang[0].suku", "barang[0].nama_barang", "alamat.jalan", "barang[1].banyak"]
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(names | st.text(max_size=12), st.lists(st.text(max_size=20) | st.just("1"), max_size=3))
)
def test_no_post_makes_it_raise(posted: dict[str, list[str]]) -> None:
    done = validate(EVERYTHING, posted, stored={}, now=NOW)
    assert all(text(message) for messages in done.errors.values() for message in messages)
