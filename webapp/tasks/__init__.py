"""The staff's pages: the list at `/tugas`, a task at `/tugas/<id>`, and what can be done there.

* `board`         the list
* `page`          one task, open or finished
* `acts`          each POST: one command
* `refusals`      why a command was refused, in words
* `coordination`  the ready text for a step that is coordinated outside
"""

from webapp.tasks import acts, board, page
from webapp.tasks.blueprint import blueprint

__all__ = ["acts", "blueprint", "board", "page"]
