"""The id that a form's command brings along: a page that is sent twice is one command."""

from __future__ import annotations

import re
from typing import Final
from uuid import uuid4

from flask import request

#: The hidden field that holds it; a form's keys may not begin with an underscore, so they never meet.
COMMAND_ID: Final = "_perintah"
_OURS: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def command_id() -> str:
    """The one that was made when the posted form was rendered, else a fresh one for a form to be rendered.

    Only one of ours: it stays in the history for ever, where nobody is to write a name or a sentence.
    """
    given = request.form.get(COMMAND_ID, "")
    return given if _OURS.fullmatch(given) else fresh()


def fresh() -> str:
    """An id that no command has yet."""
    return str(uuid4())
