"""Recorded cases played on another version: which go the same way, which another, which stand still. Pure.

* `outcome`    what became of a case, as data
* `recorded`   where the recorded case stands after each event
* `play`       the recorded acts on the new version
* `answers`    what people answered then, and what of it history does not hold
* `times`      which tasks would be due otherwise
* `parting`    where the two ways part, and by which condition
* `groups`     many cases, gathered by what became of them
* `sentences`  what each outcome is called, in both languages
"""

from engine.retold.outcome import Choice, Kind, Retold, Time
from engine.retold.play import retell

__all__ = ["Choice", "Kind", "Retold", "Time", "retell"]
