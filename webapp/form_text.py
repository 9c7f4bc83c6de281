"""Values and text components of a form, as safe HTML."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale, gettext
from markupsafe import Markup, escape

from engine.forms.fields import Field
from engine.forms.messages import WORDS, Message


def in_words(message: Message) -> str:
    """A message of `engine.forms` in the language of the page."""
    return str(gettext(WORDS.get(message.code, message.code))).format_map(dict(message.params))


def shown(field: Field, value: object) -> Markup:
    """A value to be read: labels for choices, dates in words, lines kept."""
    if value is None or value == "" or value == []:
        return Markup('<span class="form-empty">{}</span>').format(gettext("Tidak diisi"))
    if field.type == "boolean":
        return escape(gettext("Ya") if value is True else gettext("Tidak"))
    if field.options:
        labels = {str(option.value): option.label for option in field.options}
        chosen = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        return Markup(", ").join(labels.get(one, one) for one in chosen)
    if field.type in ("date", "datetime"):
        return escape(_day(str(value)))
    if isinstance(value, float):
        return escape(str(value).replace(".", ","))
    return Markup("<br>").join(str(value).split("\n"))


def _day(iso: str) -> str:
    """A stored date, with its time where it has one, in the language of the page."""
    day, _, clock = iso.partition("T")
    try:
        written = format_date(date.fromisoformat(day), "d MMMM y", locale=str(get_locale() or "id"))
    except ValueError:
        return iso
    return f"{written}, {clock.replace(':', '.')}" if clock else str(written)


def marked(source: str) -> Markup:
    """The little Markdown that text components use: headings, lists, bold, links to http(s); all else escaped."""
    blocks: list[Markup] = []
    for block in source.strip().splitlines():
        heading = re.match(r"(#{1,4})\s+(.*)", block)
        item = re.match(r"[-*]\s+(.*)", block)
        if heading:
            # The page's title is its only h1; a form's headings begin below it.
            tag = "h2" if len(heading[1]) < 3 else "h3"
            blocks.append(
                Markup('<{0} class="govuk-heading-{1}">{2}</{0}>').format(
                    tag, "m" if tag == "h2" else "s", _inline(heading[2])
                )
            )
        elif item:
            blocks.append(
                Markup('<ul class="govuk-list govuk-list--bullet"><li>{}</li></ul>').format(_inline(item[1]))
            )
        elif block:
            blocks.append(Markup('<p class="govuk-body">{}</p>').format(_inline(block)))
    return Markup("").join(blocks)


_INLINE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\]\n]+)\]\((?P<href>https?://[^)\s]+)\)")


def _inline(source: str) -> Markup:
    out, last = [], 0
    for found in _INLINE.finditer(source):
        out.append(escape(source[last : found.start()]))
        if found["bold"]:
            out.append(Markup("<strong>{}</strong>").format(found["bold"]))
        else:
            out.append(Markup('<a class="govuk-link" href="{}">{}</a>').format(found["href"], found["label"]))
        last = found.end()
    return Markup("").join([*out, escape(source[last:])])
