from __future__ import annotations
import re, time
from pathlib import Path
import pytest
from sqlalchemy import func, select
from engine.identity import accounts
from engine.store import tables, users
from tests.casework import COMPLAINT, PROCESS, Office
from tests.web.officers import Officer, PASSWORD, QUICK
from tests.rest.client import Client

def counts(office):
    with office.ports.database.read() as c:
        return {t.name: c.scalar(select(func.count()).select_from(t)) for t in tables.metadata.sorted_tables}

def test_csrf_every_post(office, app):
    number = office.submit(); item = office.open_items(number)[0]
    office.claim(item, "petugas")
    good = {"number": number, "work_item": item, "id": "petugas2", "incident": "K-000000", "token": "x"}
    n = 0
    for who in ("petugas", "pengelola"):
        o = Officer(app, who)
        before = counts(office)
        for rule in app.url_map.iter_rules():
            if "POST" not in rule.methods or rule.endpoint.startswith("engine_rest"): continue
            path = rule.rule
            for k in rule.arguments: path = re.sub(r"<[^>]*\b" + k + ">", good[k], path)
            form = {**COMPLAINT, "komentar": "x y z", "lingkup": "tidak_berkadar", "kepada": "petugas2", "sandi": PASSWORD, "nama":"Baru", "_langkah":"kirim", "_identitas": "tanpa", "kode": "X", "pengguna": "petugas2", "guna": "x", "hari": "30", "_command_id": "abc"}
            for token in ({}, {"csrf_token": "x"}, {"csrf_token": "x", "_kembalikan": "1"}):
                r = o.client.post(path, data={**form, **token}); n += 1
                if r.status_code < 400: print("OK?", who, path, r.status_code, token)
        assert counts(office) == before, (who,)
    print(n)
    assert 0

@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "\\\\evil", "/%5cevil.example", "///evil.example", "/masuk", "javascript:alert(1)", "/ /evil.example", "/keluar", "/./keluar", "/tugas\r\nX: y", "/x/..//evil.example", "/%2f/evil.example", "/lacak/lupakan"])
def test_redirect(app, to):
    c = app.test_client()
    from lxml import html
    r = c.get("/masuk", query_string={"next": to})
    tok = html.fromstring(r.text).xpath("//input[@name='csrf_token']/@value")[0]
    r = c.post("/masuk", data={"csrf_token": tok, "nama": "petugas", "sandi": PASSWORD, "next": to})
    print(repr(to), r.status_code, r.headers.get("Location"))
    r = c.post("/masuk", data={"csrf_token": tok, "nama": "petugas", "sandi": PASSWORD, "next": to, "isian": '[["a","b"]]'})
    print("   carried", r.status_code, re.findall(r'<form method="post" action="[^"]*"', r.text)[:3])
    assert 0

def test_sessions(office, app):
    o = Officer(app, "petugas")
    jar = o.client.get_cookie("session").value
    def still(): 
        c = app.test_client(); c.set_cookie("session", jar); return c.get("/tugas").status_code
    print("signed in", still())
    o.press(o.get("/tugas"), "Keluar") if "Keluar" in o.get("/tugas").source else None
    print("after signing out (replayed)", still())
    with office.ports.database.write() as c:
        accounts.set_groups(c, "petugas", ["auditor"], by="pengelola", at=office.now, source="web")
    print("group change", still())
    with office.ports.database.write() as c:
        accounts.disable_user(c, "petugas", by="pengelola", at=office.now, source="web")
    print("disabled", still())
    rest = Client(app, "petugas2"); rest.get("/task")
    with office.ports.database.write() as c:
        accounts.set_password(c, "petugas2", QUICK.hash("another-password"), by="pengelola", at=office.now, source="web")
    print("rest old password", rest.open("GET", "/task").status_code)
    r2 = Client(app, "admin"); r2.get("/task")
    with office.ports.database.write() as c:
        accounts.disable_user(c, "admin", by="pengelola", at=office.now, source="web")
    print("rest disabled", r2.open("GET", "/task").status_code)
    assert 0

def test_toml(app, office):
    o = Officer(app, "pengelola")
    page = o.get("/pengelola/kalender/baru")
    for name, text in {"deep": "a = " + "[" * 60000 + "]" * 60000, "big": "a=1\n" * 45000, "years": open("processes/kalender.toml").read().replace("2026", "9999"), "date": 'x = 0001-01-01', "int": "x = " + "9"*50000, "keys": ".".join(["a"]*50000)+"=1", "key2": "".join(f"[{'.'.join(['a']*i)}]\n" for i in range(1,500))}.items():
        t = time.time()
        p = o.press(page, "Lihat", isi=text) if any(b.startswith("Lihat") for b in page.buttons()) else o.press(page, page.buttons()[0], isi=text)
        print(name, p.status, round(time.time()-t, 2), p.text[:100])
    assert 0
