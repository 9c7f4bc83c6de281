"""Which cases a session has shown the code of, and in whose name it then acts.

The numbers are in the signed session cookie. Signing in or out forgets them (`webapp.security`).
"""

from __future__ import annotations

from typing import Any, Final

from flask import session

from engine.commands import COMPLAINANT
from engine.forms.fields import FormSchema, for_staff
from engine.identity.policy import Actor
from engine.queries.counter import is_own
from webapp.context import ports
from webapp.security import current_actor, signed_in

_SHOWN: Final = "pengaduan"
#: More complaints than this nobody follows at once; the cookie stays small.
_MOST: Final = 10


def remember(number: str) -> None:
    """The code of this case was shown, or the case was just made here."""
    session[_SHOWN] = [number, *(n for n in _shown() if n != number)][:_MOST]


def knows(number: str) -> bool:
    """Whether this session may see the case as its complainant."""
    return number in _shown()


def forget() -> None:
    """The next person at this phone sees nothing."""
    session.pop(_SHOWN, None)


def complainant(number: str) -> Actor:
    """The complainant of one case, for the policy."""
    return Actor(COMPLAINANT, case=number)


def acting(number: str) -> dict[str, Any]:
    """`actor` and `on_behalf` of a command: staff who use a complainant's pages act on their behalf.

    Of their own complaint, `number`, they are the complainant, as anybody is.
    """
    if _for_another(number):
        # who brings number and code brings the receipt that they stand on
        return {"actor": current_actor().id, "on_behalf": COMPLAINANT, "attested": "tanda_terima"}
    return {"actor": COMPLAINANT}


def asked(schema: FormSchema, number: str) -> FormSchema:
    """What is asked of whoever asks: staff who act for a complainant give no rating in their name."""
    return for_staff(schema) if _for_another(number) else schema


def _for_another(number: str) -> bool:
    if not signed_in():
        return False
    with ports().database.read() as connection:
        return not is_own(connection, current_actor(), number)


def _shown() -> list[str]:
    return list(session.get(_SHOWN, []))
