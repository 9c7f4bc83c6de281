"""Which cases a session has shown the code of, and in whose name it then acts.

The numbers are in the signed session cookie. Signing in or out forgets them (`webapp.security`).
"""

from __future__ import annotations

from typing import Any, Final

from flask import session

from engine.commands import COMPLAINANT
from engine.definition.model import ProcessDefinition
from engine.identity.policy import Actor, allowed, complaint_of
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


def acting() -> dict[str, Any]:
    """`actor` and `on_behalf` of a command: staff who use a complainant's pages act on their behalf."""
    if signed_in():
        return {"actor": current_actor().id, "on_behalf": COMPLAINANT}
    return {"actor": COMPLAINANT, "on_behalf": None}


def may_submit(definition: ProcessDefinition) -> bool:
    """Anybody may complain; signed in, only those who enter complaints for others at the counter."""
    if not signed_in():
        return True
    entry = complaint_of(definition)
    return allowed(current_actor(), "case:submit", entry)


def _shown() -> list[str]:
    return list(session.get(_SHOWN, []))
