"""Our server and form-js 1.23 in a browser, given the same answers: the same fields in error, the same data kept.

Random answers to the eight shipped forms and to one of every supported component. Where the server differs
on purpose (`engine.forms.validate`, `engine.forms.rules`), the comparison steps aside, and unit tests hold the
difference: locked values come from the store; a choice that is not offered is refused (none is generated);
text is trimmed (none is generated with blanks at its ends); domestic telephone numbers are taken (none is
generated); "" is None, hidden keys are None, hidden rows are gone (both sides lose what is empty).
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.forms.fields import Component, Field, FormSchema, Group, RepeatedGroup
from engine.forms.schema import load
from engine.forms.validate import validate, validate_json
from tests.casework import ROOT

FORMS = [
    *sorted((ROOT / "forms").glob("*.form")),
    ROOT / "tests" / "fixtures" / "forms" / "semua_komponen.form",
]
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EACH, OF_ALL_COMPONENTS = 30, 150
#: Forms open in the page at once; form-js slows down more than in proportion.
AT_ONCE = 30

TEXTS = [
    "",
    "",
    "a",
    "x",
    "AB-12",
    "AC-1234",
    "A-1",
    "kata kata",
    "Yth. Saudara Pengadu",
    "teks " * 8 + "habis",
]
TEXTS += [
    "a@b",
    "nama@contoh.id",
    "nama@-contoh.id",
    "nama contoh",
    "dua\nbaris",
    "+6281234567890",
    "+62 812",
]
NUMBERS = [None, 0, 1, 2, 2.5, 3, 7.25, 10, 11, -1, -2.5, 100, "NaN"]
DATES = [None, "2026-11-24", "2024-02-29"]
TIMES = [None, "08:30", "00:00", "23:45"]


@pytest.fixture(scope="module")
def form_js(browser: Browser, node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page that holds form-js, bundled from the locked packages."""
    bundle = tmp_path_factory.mktemp("form_js") / "page.js"
    esbuild = node_modules / "esbuild" / "bin" / "esbuild"
    source = ROOT / "tests" / "browser" / "form_js_page.js"
    subprocess.run(
        [esbuild, source, "--bundle", "--format=iife", "--log-level=error", f"--outfile={bundle}"], check=True
    )
    page = browser.new_page(timezone_id="Asia/Makassar")
    page.set_content("<!doctype html><title>form-js</title>")
    page.add_script_tag(path=bundle)
    yield page
    page.close()


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_the_server_judges_and_keeps_what_form_js_does(form_js: Page, file: Path) -> None:
    schema = load(file.read_bytes(), file.name)
    chance = random.Random(f"alur aduan {file.stem}")
    submissions = [
        {"stored": stored(schema, chance), "typed": typed(schema.components, chance)}
        for _ in range(OF_ALL_COMPONENTS if file.stem == "semua_komponen" else EACH)
    ]
    for_browser = [
        {"stored": one["stored"], "typed": without_locked(schema.components, one["typed"])}
        for one in submissions
    ]
    theirs = [
        result
        for start in range(0, len(for_browser), AT_ONCE)
        for result in form_js.evaluate(
            "([schema, submissions]) => submitAll(schema, submissions)",
            [json.loads(file.read_bytes()), for_browser[start : start + AT_ONCE]],
        )
    ]
    for one, browser in zip(submissions, theirs, strict=True):
        ours = validate_json(schema, one["typed"], stored=one["stored"], now=NOW)
        wrong = set(ours.errors)
        judged = {path for path in wrong if not is_locked(schema.fields[re.sub(r"\[\d+\]", "[]", path)])}
        assert judged == errors_by_path(schema, browser["errors"]), one
        assert compared(schema.components, ours.answers, wrong) == compared(
            schema.components, browser["data"], wrong
        ), one
        posted = validate(schema, as_post(schema.components, one["typed"]), stored=one["stored"], now=NOW)
        assert (posted.answers, posted.errors) == (ours.answers, ours.errors), one


def typed(components: tuple[Component, ...], chance: random.Random) -> dict[str, object]:
    """Random answers, right and wrong ones; locked fields get one too, as a forged request would."""
    answers: dict[str, object] = {}
    for component in components:
        if isinstance(component, Field):
            answers[component.key] = answer(component, chance)
        elif isinstance(component, Group):
            inner = typed(component.components, chance)
            answers |= {component.path: inner} if component.path else inner
        elif isinstance(component, RepeatedGroup):
            answers[component.path] = [
                typed(component.components, chance) for _ in range(chance.choice([0, 1, 1, 2, 3]))
            ]
    return answers


def answer(field: Field, chance: random.Random) -> object:
    offered = [option.value for option in field.options]
    match field.component:
        case "textfield":
            return chance.choice([text for text in TEXTS if "\n" not in text])
        case "textarea":
            return chance.choice(TEXTS)
        case "number":
            number = chance.choice(NUMBERS)
            return str(number) if field.as_text and number is not None else number
        case "checkbox":
            return chance.random() < 0.6
        case "datetime":
            day, time = chance.choice(DATES), chance.choice(TIMES)
            return {"date": day, "time": time}.get(field.type, f"{day}T{time}" if day and time else None)
        case "select" | "radio":
            return chance.choice([None, *offered])
        case _:
            return chance.sample(offered, chance.randint(0, len(offered)))


def stored(schema: FormSchema, chance: random.Random) -> dict[str, object]:
    """What earlier steps left for the read-only fields; right by their own forms."""
    values = {field.key: answer(field, chance) for field in schema.fields.values() if field.readonly is True}
    return {key: value for key, value in values.items() if value != "NaN" and chance.random() < 0.8}


def is_locked(field: Field) -> bool:
    return field.disabled or field.readonly is not False


def without_locked(components: tuple[Component, ...], answers: dict) -> dict:
    locked = {c.key for c in components if isinstance(c, Field) and (c.disabled or c.readonly is True)}
    return {key: value for key, value in answers.items() if key not in locked}


def compared(components: tuple[Component, ...], answers: object, wrong: set[str], prefix: str = "") -> dict:
    """Answers that both sides must agree on: neither empty, locked nor in error."""
    left: dict[str, object] = {}
    given = answers if isinstance(answers, dict) else {}
    for component in components:
        if isinstance(component, Field):
            value = given.get(component.key)
            path = prefix + component.key
            if value not in (None, "") and not is_locked(component) and path not in wrong:
                left[path] = value
        elif isinstance(component, Group):
            inner = given.get(component.path) if component.path else given
            left |= compared(
                component.components, inner, wrong, f"{prefix}{component.path}." if component.path else prefix
            )
        elif isinstance(component, RepeatedGroup):
            for at, row in enumerate(given.get(component.path) or []):
                left |= compared(component.components, row, wrong, f"{prefix}{component.path}[{at}].")
    return left


def errors_by_path(schema: FormSchema, errors: dict) -> set[str]:
    """form-js keys its errors by component id and row numbers; read-only fields it judges, we do not."""
    fields = {field.id: field for field in schema.fields.values() if not is_locked(field)}
    found: set[str] = set()
    for component_id, messages in errors.items():
        if component_id in fields:
            found |= set(numbered(fields[component_id].path, messages))
    return found


def numbered(path: str, messages: object) -> Iterator[str]:
    if "[]" not in path:
        yield path
        return
    rows = enumerate(messages) if isinstance(messages, list) else ((int(k), v) for k, v in messages.items())
    for at, inner in rows:
        if inner:
            yield from numbered(path.replace("[]", f"[{at}]", 1), inner)


def as_post(components: tuple[Component, ...], answers: dict, prefix: str = "") -> dict[str, list[str]]:
    """The same answers as a browser posts them from our own page."""
    posted: dict[str, list[str]] = {}
    for component in components:
        if isinstance(component, Field):
            value = answers.get(component.key)
            if component.component == "checkbox":
                texts = ["ya"] if value else []
            elif isinstance(value, list):
                texts = [str(one) for one in value]
            else:
                texts = ["" if value is None else str(value).replace("\n", "\r\n")]
            posted |= {prefix + component.key: texts} if texts else {}
        elif isinstance(component, Group):
            inner = answers[component.path] if component.path else answers
            posted |= as_post(
                component.components, inner, f"{prefix}{component.path}." if component.path else prefix
            )
        elif isinstance(component, RepeatedGroup):
            name = prefix + component.path
            rows = answers[component.path]
            posted[name] = [str(at) for at in range(len(rows))]
            for at, row in enumerate(rows):
                posted |= as_post(component.components, row, f"{name}[{at}].")
    return posted
