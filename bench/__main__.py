"""`make bench`: each measure of DESIGN 9 against its reference in the same run, a JSON line each.

    python -m bench [name …]

Ratios are what counts: the machine may be slow or noisy, the reference suffers with it.
"""

from __future__ import annotations

import json
import logging
import sys

import structlog

from bench import attack, audit_replay, disk, loop, replay, report, retold, simulate, step

MEASURES = {
    "step": step.measure,
    "loop": loop.measure,
    "replay": replay.measure,
    "audit_replay": audit_replay.measure,
    "retold": retold.measure,
    "disk": disk.measure,
    "report": report.measure,
    "simulate": simulate.measure,
    "attack": attack.measure,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"there is no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    # among the lines of figures, a request's own line is noise
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for name in names or MEASURES:
        print(json.dumps({"name": name, **MEASURES[name]()}), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
