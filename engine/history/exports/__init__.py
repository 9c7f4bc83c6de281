"""The history as files for other programs, written while it is read: as many cases as there are, in little memory.

A file holds what the history holds and nothing else; cases that are kept from whoever asks are not in it.

* `records`  the chains that an export tells, one after the other
* `jsonl`    every event with all its fields, so that anybody can compute the hashes again
* `csv`      a row for each event, for spreadsheets
* `xlsx`     the same rows as a workbook, with numbers and moments as such
* `xes`      a trace for each case, for process mining (IEEE 1849-2016)
* `export`   one of them, noted in the access log
"""
