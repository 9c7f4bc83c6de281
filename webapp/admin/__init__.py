"""The Pengelola's pages at `/pengelola`: what needs attention, people, calendar, incidents, tokens.

An auditor sees them and changes nothing. No page shows what a complaint says: only numbers, steps and times.

* `home`             what needs attention
* `people`           who there is; `account` adds and changes one person
* `leaving`          password, disabling, enabling
* `calendar`         the calendar as a month, and its versions
* `calendar_deploy`  a new one: what it changes first, then in force
* `recount`          running limits under the calendar in force
* `incidents`        what stopped, and trying again
* `tokens`           keys for programs
* `retention`        how long people are kept, who is due, and erasing them
* `holds`            cases that nothing erases
* `erase`            erasing one person, and the proof
"""

from webapp.admin import (
    account,
    calendar,
    calendar_deploy,
    erase,
    holds,
    home,
    incidents,
    leaving,
    people,
    recount,
    retention,
    tokens,
)
from webapp.admin.blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "calendar",
    "calendar_deploy",
    "erase",
    "holds",
    "home",
    "incidents",
    "leaving",
    "people",
    "recount",
    "retention",
    "tokens",
]
