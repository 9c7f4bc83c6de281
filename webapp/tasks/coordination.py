"""The ready text for a step whose property `koordinasi` says that it is coordinated outside (SOP, *Keterangan*).

A message to a group leaves the office: it holds the number, the step, the due time and a link for those who may
sign in. Never a name, never a word of the complaint.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from engine.queries.task import TaskPage
from webapp.context import settings
from webapp.languages import moment

#: The value of `koordinasi` that this module writes for.
WHATSAPP = "whatsapp"


def whatsapp_text(page: TaskPage) -> str | None:
    """What to post in the group, or None when the step is not coordinated there or the task is finished."""
    task = page.task
    if task.element.properties.get("koordinasi") != WHATSAPP or not task.is_open:
        return None
    lines = [
        _("Pengaduan %(number)s", number=page.case),
        _("Langkah: %(step)s", step=task.element.name),
        _("Tenggat: %(due)s", due=moment(task.due)) if task.due else _("Tanpa tenggat"),
        settings().base_url + url_for("tasks.show", work_item=task.id),
    ]
    return "\n".join(lines)


def whatsapp_link(text: str) -> str:
    """Opens WhatsApp with the text, for the officer to choose the group and send it."""
    return "https://wa.me/?" + urlencode({"text": text})
