"""A process that works cases until it is killed: `python -m tests.faults.working <sqlite file> <seed>`."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime

from engine.errors import Refused
from engine.runtime.ports import Ports
from engine.store.keyring import Keyring
from engine.store.session import Database
from tests.casework import MASTER, Office


def work(path: str, seed: int) -> None:
    """Submit, complete, claim and sweep at random; says `ready` before and a dot after each command."""
    choose = random.Random(seed)
    office = Office(Ports(Database(f"sqlite:///{path}"), Keyring(MASTER)), datetime.now(UTC))
    office._ids = (f"{seed}-{n}" for n in range(1_000_000))
    numbers: list[str] = []
    print("ready", flush=True)
    while True:
        try:
            if not numbers or choose.random() < 0.3:
                numbers.append(office.submit())
            else:
                number = choose.choice(numbers)
                if office.state(number).ended:
                    continue
                (item,) = office.open_items(number)
                act = choose.random()
                if act < 0.7:
                    office.complete(number, tanggapan=choose.choice(["selesai", "respon_balik"]))
                elif act < 0.9:
                    office.claim(item, "petugas")
                else:
                    office.sweep(number)
        except Refused:
            continue
        print(".", flush=True)


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
