"""The head of a page: who is signed in, with which groups, and the places that their rights give them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.casework import PEOPLE, Office
from tests.web.officers import Officer, Page

#: User -> where the head leads them, in this order; the first is where they start.
PLACES = {
    "petugas": ["Tugas", "Loket", "Pengaduan"],
    "petugas2": ["Tugas", "Loket", "Pengaduan"],
    "admin": ["Tugas", "Pengaduan"],
    "pejabat": ["Tugas", "Pengaduan"],
    "sekretariat": ["Tugas", "Pengaduan", "Audit", "Proses"],
    "auditor": ["Pengaduan", "Audit", "Pengelola", "Proses"],
    "analis": ["Proses"],
    "pengelola": ["Pengelola", "Proses"],
}


def head(page: Page) -> list[str]:
    return [" ".join(a.text_content().split()) for a in page.tree.xpath("//header//nav//a")]


def test_everybody_of_the_office_is_listed_here() -> None:
    assert PLACES.keys() == PEOPLE.keys()


@pytest.mark.parametrize("name", PLACES)
def test_everybody_is_led_to_their_places_and_each_lets_them_in(app: Flask, name: str) -> None:
    officer = Officer(app, name, sign_in=False)
    page = officer.sign_in()
    assert head(page) == PLACES[name]
    if PLACES[name]:
        assert (
            page.tree.xpath("//header//nav//a[@aria-current='page']")
            == page.tree.xpath("//header//nav//a")[:1]
        )
    for link in page.tree.xpath("//header//nav//a"):
        assert officer.get(link.get("href")).status == 200


def test_the_head_says_who_is_signed_in_and_in_which_groups(app: Flask) -> None:
    page = Officer(app, "petugas").get("/tugas")
    who = page.tree.find_class("app-header__who")[0].text_content().split()
    assert " ".join(who) == "Petugas Petugas MPP"  # the group by its lane's name


def test_a_page_below_a_place_marks_the_place(office: Office, app: Flask) -> None:
    page = Officer(app, "petugas").get(f"/tugas/{office.open_items(office.submit())[0]}")
    assert [a.get("aria-current") for a in page.tree.xpath("//header//nav//a")] == ["true", None, None]


def test_the_public_sees_its_two_places(app: Flask) -> None:
    assert head(Officer(app, "", sign_in=False).get("/lacak")) == ["Buat pengaduan", "Lacak pengaduan"]


def test_a_member_of_the_staff_may_complain_as_anybody_and_an_auditor_elsewhere(app: Flask) -> None:
    assert Officer(app, "admin").get("/pengaduan/baru").link("Pengaduan saya sendiri") == "/loket/sendiri"
    assert "Pengaduan saya sendiri" not in Officer(app, "auditor").get("/pengaduan/baru").source
