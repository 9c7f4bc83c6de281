"""The header by which a client may send a command twice and have it carried out once."""

from __future__ import annotations

import re
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import request

from webapp.engine_rest.errors import invalid

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_KEY: Final = re.compile("[!-~]{1,64}")


def idempotency_key() -> str | None:
    """The id that the key of this request gives its command, always a UUID. Raises 400 for one that cannot be a key.

    The id stays in the history for ever, so what a client wrote does not go there as it is.
    """
    given = request.headers.get(IDEMPOTENCY_KEY)
    if given is not None and not _KEY.fullmatch(given):
        raise invalid(
            f"{IDEMPOTENCY_KEY}: expected 1 to 64 characters of ASCII without blanks, as in a UUID."
        )
    return given if given is None else str(_uuid(given))


def _uuid(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_URL, key)
