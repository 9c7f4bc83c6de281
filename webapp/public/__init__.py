"""The public's pages: submit a complaint, follow it by number and code, answer it. Whole without JavaScript.

* `home`        what this is
* `submission`  the form, check your answers, sent
* `tracking`    number and code, then the case
* `access`      which cases a session has shown the code of
"""

from webapp.public import home, submission, tracking
from webapp.public.blueprint import blueprint

__all__ = ["blueprint", "home", "submission", "tracking"]
