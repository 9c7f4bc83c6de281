"""The one way to change a case (DESIGN section 4).

* `handle`     a command in, an outcome or a refusal out, in one transaction
* `authorise`, `failures`  who may; what becomes of a command that failed inside
* `open_case`, `project`   a case in that transaction, and the rows made from its events
* `apply`      the pure step, on `step` and `state`
* `drafts`     what is typed and not sent: no act on the case
* `ports`      database, keys, clock, and what is deployed
"""
