"""`python -m tests.outside FOLDER [--json FILE] [--limit SECONDS]`: 1 when a model crashed, hung or went another way."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tests.outside.harness import DEFECTS, LIMIT, counts, models, run, table


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.outside", description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--json", type=Path, help="also write every result and the counts there")
    asked.add_argument("--limit", type=float, default=LIMIT, help="seconds for one model")
    given = asked.parse_args()
    found = models(given.folder)
    if not found:
        asked.error(f"no .bpmn or .bpmn20.xml in {given.folder}")
    results = list(run(found, given.folder, given.limit))
    print(table(results))
    if given.json:
        whole = {"counts": counts(results), "models": [one.as_json() for one in results]}
        given.json.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    return int(any(one.outcome in DEFECTS for one in results))


if __name__ == "__main__":
    raise SystemExit(main())
