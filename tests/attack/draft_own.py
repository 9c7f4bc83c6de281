from __future__ import annotations
from engine.commands import Submit
from tests.casework import COMPLAINT, PROCESS, Office
from tests.rest.client import Client

def own(office, actor="petugas2", **more):
    return office.do(Submit(actor=actor, source="web", command_id=office.id(), process=PROCESS, answers={**COMPLAINT, "nama": "Ibu Sekali", "rahasia": True, **more})).case

def test_rest(office: Office, app) -> None:
    number = own(office)
    office.complete(number, "petugas", lingkup="tidak_berkadar")
    c = Client(app, "petugas")
    for path in ("/history/process-instance", "/history/user-operation", "/history/task", "/history/activity-instance", "/process-instance", "/task"):
        a = c.open("GET", path)
        print(path, a.status_code, "petugas2" in a.text)
    print(c.get("/history/process-instance/count", startedBy="petugas2"), c.get("/history/user-operation/count", userId="petugas2"), c.get("/history/task/count", taskInvolvedUser="petugas2"))
    print(c.open("GET","/history/process-instance").text)
    a = Client(app, "petugas2")
    for path in ("/history/process-instance", "/history/user-operation", "/history/task", "/history/activity-instance", "/process-instance", "/task"):
        for q in ("", "/count"):
            r = a.open("GET", path+q)
            print(path+q, r.status_code, number in r.text, r.text[:60])
    assert 0
