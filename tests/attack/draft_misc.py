from __future__ import annotations
import io, zipfile, hashlib
from pathlib import Path
import pytest
from engine.canonical_json import canonical, from_canonical
from tests.casework import COMPLAINT, PROCESS, Office
from tests.rest.client import Client
from tests.web.officers import Officer
from tests.store.test_backup import *  # noqa

def test_zip(office: Office, tmp_path: Path) -> None:
    from engine.backup.save import back_up
    from engine.backup.archive import reading
    from engine.backup.restore import _restore_attachments
    src = tmp_path / "src"; src.mkdir()
    back_up(office.ports, src, tmp_path/"b.zip", by="os:x", source="cli")
    evil = tmp_path / "evil.txt"
    name = f"attachments/{evil}"
    with zipfile.ZipFile(tmp_path/"b.zip") as z, zipfile.ZipFile(tmp_path/"e.zip","w") as o:
        for n in z.namelist():
            if n != "manifest.json": o.writestr(n, z.read(n))
        m = from_canonical(z.read("manifest.json"))
        o.writestr(name, b"pwned")
        m["parts"][name] = {"sha256": hashlib.sha256(b"pwned").hexdigest(), "lines": 1}
        o.writestr("manifest.json", canonical(m))
    with reading(tmp_path/"e.zip") as r:
        _restore_attachments(r, tmp_path/"data"/"attachments")
    print("ZIPSLIP", evil.exists())
    assert 0

def test_basic_csrf(office: Office, app) -> None:
    number = office.submit(); office.claim(office.open_items(number)[0], "petugas")
    c = Client(app, "petugas")
    cross = {"Origin": "https://jahat.example", "Sec-Fetch-Site": "cross-site"}
    r = c.open("POST", f"/task/{office.open_items(number)[0]}/unclaim", headers=cross, data="", content_type="application/x-www-form-urlencoded")
    print("unclaim", r.status_code, r.headers.get("Access-Control-Allow-Origin"))
    r = c.open("GET", "/task", headers={**cross, "X-HTTP-Method-Override": "DELETE"})
    print(dict(r.headers))
    r = c.open("OPTIONS", "/task", headers={**cross, "Access-Control-Request-Method": "POST"})
    print(r.status_code, dict(r.headers))
    assert 0

def test_posts_without_show(app) -> None:
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and not rule.endpoint.startswith("engine_rest"):
            v = app.view_functions[rule.endpoint]
            if not getattr(v, "given_back_by", None): print(rule, rule.endpoint)
    assert 0
