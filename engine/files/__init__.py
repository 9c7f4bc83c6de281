"""Files that people put to a case, looked at before anything is kept: what they are, and what they must not carry.

* `examine`   a stranger's bytes as a `GivenFile`, or why not
* `pictures`  a picture drawn anew, without what the camera wrote into it
* `names`     a file's name as it can be shown
"""
