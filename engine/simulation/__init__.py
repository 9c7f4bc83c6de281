"""How a process would go: cases that arrive by chance, officers who take what is due first, limits that run out.

Which way a case takes is never modelled anew: every move is `engine.runtime.apply`, kept by what it depends on (ADR 18).

* `routes`      where a case goes: `apply`, asked once for each situation
* `axis`        time: only the office's open hours, one after the other
* `draws`       chance: the same numbers for both versions
* `habits`      what history knows of times and answers, and what is assumed where it knows too little
* `run`         one replication of one version, with SimPy
* `tally`       what is counted in it
* `interval`    what replications say together: means and 95 % confidence intervals
* `experiment`  two versions side by side
"""
