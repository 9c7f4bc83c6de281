"""The processes of the office and what their diagrams say; nothing here shows a complaint.

* `home`     every process with its versions
* `version`  one version: diagram, files, findings
* `compare`  two versions side by side
* `sop`      its SOP document, as a page, as PDF and as JSON
* `trials`   an analyst's own trials of a version, which are no complaints
* `moving`   running cases to another version
* `past`     recorded cases played on the draft or a version
* `modeler`  the diagram changed, as a draft
* `trying`   a case played through a draft or a version by hand, nothing stored
* `bring`    files made elsewhere become a version
* `deploy`   what is drafted becomes a version
* `tabs`     the way from one page of a process to the others
* `simulation`  a draft beside the version in force, by simulated cases
"""

from webapp.designer import (
    bring,
    compare,
    deploy,
    home,
    modeler,
    moving,
    past,
    simulation,
    sop,
    tabs,
    trials,
    trying,
    version,
)
from webapp.designer.blueprint import blueprint

__all__ = [
    "blueprint",
    "bring",
    "compare",
    "deploy",
    "home",
    "modeler",
    "moving",
    "past",
    "simulation",
    "sop",
    "tabs",
    "trials",
    "trying",
    "version",
]
