"""The forms of the processes as the analysts work on them; nothing here shows a complaint or changes what is in force.

* `home`     every form: the steps that use it, whether it has a draft
* `page`     one form: editor, preview as the server renders it, findings, the file itself
* `preview`  the form over nothing: to be filled in, judged and forgotten
* `keep`     saving a draft, as text or a file; throwing it away
* `add`      a new form
* `take_out` a form that the next version goes without
* `trial`    judging what was filled in
* `editing`  what the editor's script asks
"""

from webapp.forms import add, editing, home, keep, page, preview, take_out, trial
from webapp.forms.blueprint import blueprint

__all__ = ["add", "blueprint", "editing", "home", "keep", "page", "preview", "take_out", "trial"]
