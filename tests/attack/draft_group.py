from __future__ import annotations
from engine.identity import accounts
from engine.store import users
from tests.casework import COMPLAINT, PROCESS, Office
from tests.web.officers import Officer
from tests.rest.client import Client
from tests.attack.draft_own import own
from tests.web.case_pages import BERKADAR

def groups(office, id, *g):
    with office.ports.database.write() as c:
        accounts.set_groups(c, id, g, by="pengelola", at=office.now, source="web")

def test_mine(office: Office, app) -> None:
    n = office.submit(judul="Genteng bocor"); office.claim(office.open_items(n)[0], "petugas")
    o = Officer(app, "petugas")
    groups(office, "petugas", "admin_opd")
    p = o.get("/tugas?tampil=saya")
    print("MINE after leaving", n in p.source, "Genteng" in p.source, p.status)
    groups(office, "petugas", "analis")
    p = o.get("/tugas?tampil=saya")
    print("MINE analyst", n in p.source, "Genteng" in p.source, p.status)
    groups(office, "petugas", "auditor", "petugas_mpp")
    p = o.get("/tugas?tampil=saya")
    print("MINE auditor", n in p.source, "Genteng" in p.source, p.status)
    print(o.get(f"/tugas/{office.open_items(n)[0]}").status)
    r = Client(app, "petugas").open("GET", "/task")
    print(r.text)
    assert 0

def test_kept(office, app):
    n = office.submit(judul="Genteng bocor")
    item = office.open_items(n)[0]
    office.complete(n, "petugas", **BERKADAR)
    print(office.state(n).ending)
    o = Officer(app, "petugas2")
    for path in (f"/pengaduan/{n}", f"/pengaduan/PGD-2026-000999", f"/tugas/{item}", f"/tugas/PGD-2026-000999:Langkah_2:1", f"/loket/{n}", "/loket/PGD-2026-000999", f"/pengaduan/{n}/surat-jawaban", f"/pengaduan/{n}/tanda-terima", "/pengaduan/PGD-2026-000999/surat-jawaban", f"/lacak/{n}", "/lacak/PGD-2026-000999", f"/tugas?selesai={item}", "/tugas", "/loket", "/pengaduan", "/pengaduan?keadaan=berakhir-Dirujuk"):
        p = o.get(path)
        print(path, p.status, p.path, p.text[:160].replace("\n"," "), "|", n in p.source)
    s = Officer(app, "sekretariat")
    for path in (f"/pengaduan/{n}", f"/tugas/{item}", "/pengaduan", "/tugas?tampil=semua"):
        p = s.get(path)
        print("S", path, p.status, p.text[:160])
    c = Client(app, "petugas2")
    for m, path, body in (("POST","/message",{"messageName":"tutup_oleh_admin","businessKey":n}),("POST","/message",{"messageName":"tutup_oleh_admin","businessKey":"PGD-2026-000999"}),("GET",f"/task/{item}",None),("GET",f"/process-instance/{n}",None),("POST",f"/task/{item}/claim",{"userId":"petugas2"}),("POST",f"/task/{item}/complete",{}),("POST",f"/task/{item}/delegate",{"userId":"petugas"}),("POST",f"/task/PGD-2026-000999:Langkah_2:1/complete",{}),("POST",f"/task/{item}/unclaim",{})):
        r = c.open(m, path, json=body) if body is not None else c.open(m, path)
        print(m, path, r.status_code, r.text[:200])
    assert 0
