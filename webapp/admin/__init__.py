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
"""

from webapp.admin import account, calendar, calendar_deploy, home, incidents, leaving, people, recount, tokens
from webapp.admin.blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "calendar",
    "calendar_deploy",
    "home",
    "incidents",
    "leaving",
    "people",
    "recount",
    "tokens",
]
