"""The record of every case, append-only, and its proof (DESIGN section 5).

* `chain`   the hash chain, pure
* `log`     writing and reading it
* `replay`  the recorded commands applied once more
* `verify`  is the record whole, and does the program still answer as it did?
"""
