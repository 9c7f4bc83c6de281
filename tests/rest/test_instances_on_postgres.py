"""The list of running cases, starting one and deploying once more, on PostgreSQL."""

from __future__ import annotations

import io
from pathlib import Path

from engine.store.session import Database
from tests.casework import COMPLAINT, ROOT, open_office, sound
from tests.rest import test_instances
from tests.rest.client import Client, typed
from tests.web.officers import an_app

DIAGRAM = (ROOT / "processes" / "pengaduan_mpp.bpmn").read_bytes()
START = "/process-definition/key/pengaduan_mpp/start"


def test_it_answers_alike(postgres_database: Database, tmp_path: Path) -> None:
    office = open_office(postgres_database)
    app = an_app(office, tmp_path / "data")
    client = Client(app, "petugas")
    test_instances.check_filters(client, office)
    began = client.post(START, {"variables": typed(**COMPLAINT)})
    assert client.get(f"/process-instance/{began['id']}/variables")["judul"]["value"] == COMPLAINT["judul"]
    for nul in ({"businessKey": "\0"}, {"variables": typed(**{**COMPLAINT, "kanal": "\0"})}):
        client.post(START, nul, 400)
    analyst = Client(app, "analis")
    changed = DIAGRAM.replace(b"PT2H", b"PT3H")
    done = analyst.deploy(data=(io.BytesIO(changed), "pengaduan_mpp.bpmn"))
    assert list(done["deployedProcessDefinitions"]) == ["pengaduan_mpp:2"]
    assert analyst.get("/deployment")[0]["id"] == done["id"]
    sound(office)
