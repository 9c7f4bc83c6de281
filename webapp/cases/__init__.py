"""The office's pages about cases: the list at `/pengaduan`, the case file at `/pengaduan/<nomor>`.

* `listing`   the list, narrowed by filters
* `file`      one case, whole
* `acts`      each POST: a comment, files, the reading of a secret identity
* `rounds`    what the forms got, by step and round
* `ledger`    how long each step took against its limit
"""

from webapp.cases import acts, file, listing
from webapp.cases.blueprint import blueprint

__all__ = ["acts", "blueprint", "file", "listing"]
