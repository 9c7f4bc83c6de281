"""The complaints as people write them, entered by `pengaduan submit` and worked by their forms to the end."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from engine.config import Settings
from engine.runtime.ports import open_ports
from tests.casework import SAMPLES, Office, sound
from tests.process.test_samples import drive
from tests.web.terminal import Terminal


def test_the_samples_go_from_the_command_line_to_the_ends_they_name(pengaduan: Terminal) -> None:
    entered = pengaduan("submit", SAMPLES, "--json").lines
    expected = [json.loads(line)["harapan"] for line in SAMPLES.read_text().splitlines()]
    assert len(entered) == len(expected) == 14
    ports = open_ports(Settings(data_dir=pengaduan.directory))
    office = Office(replace(ports, clock=lambda _: office.now), datetime.now(UTC))
    begun = office.now
    for line, wanted in zip(entered, expected, strict=True):
        office.now = begun
        drive(office, line["case_number"], wanted)
        assert office.state(line["case_number"]).ending == wanted["akhir"]
    sound(office)
    ports.database.dispose()
    ends = Counter(wanted["akhir"] for wanted in expected)
    assert ends.keys() == {"Selesai_pengadu", "Selesai_admin", "Selesai_sistem", "Dirujuk"}
    assert pengaduan("history", "verify", "--json").lines[-1]["findings"] == 0
