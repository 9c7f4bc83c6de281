"""Every sentence of the pages is there in English too, and changing the language loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from lxml import html

import webapp
from engine.forms.messages import WORDS
from tests.casework import Office
from tests.web.officers import Officer, Page
from tests.web.test_public import checked, sent

WEBAPP = Path(webapp.__file__).parent
CATALOGUE = WEBAPP / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {"_": None, "__": None, "gettext": None, "lazy_gettext": None, "lazy_pgettext": ((1, "c"), 2)}
GAP = re.compile(r"%\(\w+\)[sd]|%\{\w+\}|\{\w+\}")


def sentences() -> set[str]:
    """Every msgid; behind its context, where it has one."""
    found = extract_from_dir(WEBAPP, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS)
    pages = {f"{context or ''}{message}" for _file, _line, message, _comments, context in found}
    return pages | set(WORDS.values()) - {"{words}"}  # an analyst's own words stay as they are


def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {f"{m.context or ''}{m.id}": str(m.string) for m in read_po(file) if m.id}


def test_no_sentence_is_without_its_english() -> None:
    known = english()
    assert sentences()
    assert sorted(s for s in sentences() if not known.get(s)) == []


def test_no_english_is_without_its_sentence() -> None:
    assert sorted(english().keys() - sentences()) == []


def test_the_english_has_the_same_gaps() -> None:
    differing = [s for s, t in english().items() if sorted(GAP.findall(s)) != sorted(GAP.findall(t))]
    assert differing == []


# --- the switch --------------------------------------------------------------


@pytest.fixture
def visitor(app: Flask) -> Officer:
    return Officer(app, "", sign_in=False)


def switched(who: Officer, page: Page, language: str = "English", **typed: str) -> Page:
    """The page after its language switch was used, with `typed` in its form, as a browser without JavaScript does."""
    found = [e for e in page.tree.iter("a", "button") if " ".join(e.text_content().split()) == language]
    if found[0].tag == "a":
        return who.get(found[0].get("href"))
    pressed = found[0]
    form = page.tree.get_element_by_id(pressed.get("form"))
    fields: dict[str, list[str]] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    fields |= {name: [value] for name, value in typed.items()} | {pressed.get("name"): [pressed.get("value")]}
    return Page(who.client.post(pressed.get("formaction"), data=fields, follow_redirects=True))


def filled(page: Page, button: str, *names: str) -> dict[str, str]:
    form, _ = page.form(button)
    return {name: form.fields[name] for name in names}


TYPED = {"judul": "Antrean terlalu lama", "lokasi": "Loket 3", "cara_jawaban": "whatsapp"}


def test_a_half_filled_complaint_survives_the_change_of_language_and_back(visitor: Officer) -> None:
    page = switched(visitor, visitor.get("/pengaduan/baru"), **TYPED)
    assert (page.status, page.tree.get("lang")) == (200, "en")
    assert filled(page, "Check your answers", *TYPED) == TYPED
    assert "Not sent yet." not in page.text
    page = switched(visitor, page, "Bahasa Indonesia")
    assert (page.status, page.tree.get("lang")) == (200, "id")
    assert filled(page, "Periksa jawaban", *TYPED) == TYPED


def test_a_form_with_errors_survives_too(visitor: Officer) -> None:
    page = switched(visitor, visitor.press(visitor.get("/pengaduan/baru"), "Periksa jawaban", **TYPED))
    assert filled(page, "Check your answers", *TYPED) == TYPED


def test_the_page_to_check_stays_the_page_to_check(visitor: Officer) -> None:
    page = switched(visitor, checked(visitor))
    assert page.title == "Check your answers · Alur Aduan"
    assert "Antrean terlalu lama" in page.text
    assert "Send the complaint" in page.buttons()


@pytest.mark.parametrize(
    ("path", "button", "typed"),
    [
        ("/", "Track a complaint", {"nomor": "PGD-2026-1", "kode": "ABCDE"}),
        ("/lacak", "See the complaint", {"nomor": "PGD-2026-1", "kode": "ABCDE"}),
        ("/masuk", "Sign in", {"nama": "petugas"}),
    ],
)
def test_what_is_typed_on_the_small_forms_survives(
    visitor: Officer, path: str, button: str, typed: dict[str, str]
) -> None:
    page = switched(visitor, visitor.get(path), **typed)
    assert (page.status, page.path) == (200, path)
    assert filled(page, button, *typed) == typed


def test_a_password_is_typed_again(visitor: Officer) -> None:
    page = switched(visitor, visitor.get("/masuk"), nama="petugas", sandi="kata-sandi-saya")
    assert "kata-sandi-saya" not in page.source


def test_an_officers_half_filled_answers_survive_and_are_not_sent(office: Office, app: Flask) -> None:
    number = office.submit()
    task = f"/tugas/{office.open_items(number)[0]}"
    petugas = Officer(app, "petugas")
    typed = {"lingkup": "tidak_berkadar", "alasan": "Baris satu.\r\nBaris dua."}
    page = switched(petugas, petugas.get(task), **typed)
    assert (page.status, page.tree.get("lang")) == (200, "en")
    assert filled(page, "Take and complete", "lingkup", "alasan")["alasan"].splitlines() == [
        "Baris satu.",
        "Baris dua.",
    ]
    assert f"/tugas/{office.open_items(number)[0]}" == task


def test_a_complainants_half_filled_reply_survives(office: Office, visitor: Officer) -> None:
    page = sent(visitor)
    number = page.tree.get_element_by_id("nomor").text_content()
    office.run_to(number, "Langkah_8")
    typed = {"tanggapan": "respon_balik", "isi_respon_balik": "Loket 3 masih tutup."}
    page = switched(visitor, visitor.get(f"/lacak/{number}"), **typed)
    assert filled(page, "Send the answer", *typed) == typed


def test_a_page_after_a_post_changes_its_language_where_it_is_shown(office: Office, app: Flask) -> None:
    number = office.submit()
    task = f"/tugas/{office.open_items(number)[0]}"
    petugas = Officer(app, "petugas")
    path, fields = petugas.filled(petugas.get(task), "Ambil")
    office.complete(number)
    page = petugas.send(path, fields)
    assert page.status == 409
    assert switched(petugas, page).path == task


@pytest.mark.parametrize("choose", [lambda v: v.get("/?bahasa=en"), lambda v: switched(v, v.get("/lacak"))])
def test_the_choice_is_remembered_over_signing_in_and_out(
    app: Flask, visitor: Officer, choose: Callable[[Officer], Page]
) -> None:
    choose(visitor)
    visitor.name = "petugas"
    page = visitor.press(visitor.get("/masuk"), "Sign in", nama="petugas", sandi="samarinda-demo")
    assert page.tree.get("lang") == "en"
    assert visitor.press(page, "Sign out").tree.get("lang") == "en"


def test_a_made_up_language_is_none(visitor: Officer) -> None:
    visitor.client.set_cookie("bahasa", "xx")
    assert visitor.get("/?bahasa=../../en").tree.get("lang") == "id"


def test_names_from_the_diagram_are_marked_as_indonesian_on_an_english_page(visitor: Officer) -> None:
    course = visitor.get("/?bahasa=en").tree.find_class("app-course")[0]
    assert course.find(".//span[@lang='id']") is not None
    assert "lang=" not in html.tostring(visitor.get("/?bahasa=id").tree.find_class("app-course")[0]).decode()
