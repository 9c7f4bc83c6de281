"""Read models for screens: what a page shows, in few statements, under the policy of who asks.

* `tasks`     the task list: `task_list`, `task_counts`
* `task_streams`  which indexes a view of it walks, for whom
* `task`      one task with everything its page shows, open or finished
* `answered`  the sealed answers of a case, opened for people who may read it
* `case`      what recurs on several pages: the rail of steps, limits, the time line
* `stays`     how long a case was at each step, waiting and worked on
* `case_file` one case, whole
* `case_list` the list of cases, narrowed by filters
* `cases`     cases and open tasks as the command line shows them
* `public`    what the public may ask: the process that takes complaints, and their own case
"""
