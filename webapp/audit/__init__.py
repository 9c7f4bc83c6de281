"""The auditor's pages: they change nothing but the access log.

* `home`  Where the auditor begins: what there is to look at, and the cases.
* `replay`  A case put through its history again, step by step, on the diagram that it ran on.
* `report`  What the office did in a period: counts, lateness, times of the steps.
* `report_months`  The same for twelve months behind each other, in short.
* `export`  The history as files for other programs.
* `access`  Who read what is personal.
* `check`  What a hash on paper was the head of.
* `seals`  Is the record whole: the last check of everything, the seals, and each case's answers.
"""

from webapp.audit import access, check, export, home, replay, report, report_months, seals
from webapp.audit.blueprint import blueprint

__all__ = ["access", "blueprint", "check", "export", "home", "replay", "report", "report_months", "seals"]
