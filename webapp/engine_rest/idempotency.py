"""The header by which a client may send a command twice and have it carried out once."""

from __future__ import annotations

import re
from typing import Final

from flask import request

from webapp.engine_rest.errors import invalid

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_KEY: Final = re.compile("[!-~]{1,64}")


def idempotency_key() -> str | None:
    """The key of this request, which becomes the command's id. Raises 400 for one that cannot be one."""
    given = request.headers.get(IDEMPOTENCY_KEY)
    if given is not None and not _KEY.fullmatch(given):
        raise invalid(
            f"{IDEMPOTENCY_KEY}: expected 1 to 64 characters of ASCII without blanks, as in a UUID."
        )
    return given
