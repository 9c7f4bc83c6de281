"""Every sentence of the pages is there in English too, with the same gaps to fill in."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import webapp
from engine.forms.messages import WORDS

WEBAPP = Path(webapp.__file__).parent
CATALOGUE = WEBAPP / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {"_": None, "__": None, "gettext": None, "lazy_gettext": None}
GAP = re.compile(r"%\(\w+\)[sd]|%\{\w+\}|\{\w+\}")


def sentences() -> set[str]:
    found = extract_from_dir(WEBAPP, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS)
    pages = {message for _file, _line, message, _comments, _context in found if isinstance(message, str)}
    return pages | set(WORDS.values()) - {"{words}"}  # an analyst's own words stay as they are


def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_no_sentence_is_without_its_english() -> None:
    known = english()
    assert sentences()
    assert sorted(s for s in sentences() if not known.get(s)) == []


def test_no_english_is_without_its_sentence() -> None:
    assert sorted(english().keys() - sentences()) == []


def test_the_english_has_the_same_gaps() -> None:
    differing = [s for s, t in english().items() if sorted(GAP.findall(s)) != sorted(GAP.findall(t))]
    assert differing == []
