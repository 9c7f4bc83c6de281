"""The counter's pages, for who acts for complainants across a desk: whole by keyboard and barcode scanner.

* `desk`      look up, what came in today, what waits for a complainant
* `entry`     a walk-in's complaint on their behalf, or one's own
* `case`      one case: print, answer on behalf
* `attested`  what was looked at to know who it is
* `form`      the complaint's form as it is asked here
"""

from webapp.counter import case, desk, entry
from webapp.counter.blueprint import blueprint

__all__ = ["blueprint", "case", "desk", "entry"]
