"""The id that a form's command brings along: a page that is sent twice is one command."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from flask import request

#: The hidden field that holds it; a form's keys may not begin with an underscore, so they never meet.
COMMAND_ID: Final = "_perintah"


def command_id() -> str:
    """The one that was made when the posted form was rendered, else a fresh one for a form to be rendered."""
    return request.form.get(COMMAND_ID, "")[:64] or fresh()


def fresh() -> str:
    """An id that no command has yet."""
    return str(uuid4())
