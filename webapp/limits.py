"""How often one address may try: signing in, guessing codes, submitting. Kept in this process's memory."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from engine.queries.public import normalise_number

limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")

#: Counted when refused, so that an office behind one address signs in undisturbed in the morning.
SIGN_IN: Final = "10 per minute; 50 per hour"
CODE_BY_ADDRESS: Final = "10 per 10 minutes; 40 per day"
#: A code has 50 bits, so a hundred tries an hour guess nothing; fewer would let anybody shut a complainant out
#: of their case by typing wrong codes for its number.
CODE_BY_CASE: Final = "100 per hour"
SUBMISSIONS: Final = "20 per hour"
#: Requests with files, of complainants.
UPLOADS: Final = "20 per hour"


def init_app(app: Flask) -> None:
    """Start counting; `RATELIMIT_ENABLED=False` in the app's configuration is for tests."""
    limiter.init_app(app)


def refused(response: Response) -> bool:
    """Whether this answer counts as a wrong try."""
    return response.status_code in (401, 422)


def typed_case_number() -> str:
    """What a wrong code is counted against, besides the address."""
    # as it is looked up: a number can be typed in many ways, and each would have its own ten tries
    return "nomor:" + normalise_number(request.form.get("nomor", ""))[:32]
