"""What changed between two versions of a process, in terms of the SOP.

* `change`    one change, as data
* `words`     what each change is called, in both languages
* `settings`  what an element says in XML, flat
* `forms`     a form's fields, one by one
* `compare`   two definitions with their forms and decision tables
"""

from engine.definition.diff.change import Change, as_json, place, text
from engine.definition.diff.compare import Difference, compare
from engine.definition.diff.forms import compare_forms

__all__ = ["Change", "Difference", "as_json", "compare", "compare_forms", "place", "text"]
