from __future__ import annotations
import pytest, time, logging
from urllib.parse import quote
from tests.casework import COMPLAINT, PROCESS, Office, open_office
from tests.web.officers import Officer, an_app, PASSWORD

EVIL = ["\ud800", "９" * 30, "9" * 30, "-1", "1e400", "%", "'", "\"><script>alert(1)</script>", "../../etc/passwd", "PGD-2026-０００００1", "a" * 3000, "\r\nSet-Cookie: x=1", "{{7*7}}", "\u202e", "PGD-99999-000001", "0001-01", "9999-12", "٣"]
ARGS = ["bahasa","sesudah","sebelum","keadaan","langkah","terlambat","saya","tampil","selesai","sudah","pesan","next","nomor","versi","tahun","bulan","tentang","cetak","kendala","kode"]

@pytest.mark.parametrize("who", ["petugas", "pengelola", "sekretariat", None])
def test_get(database, tmp_path, who):
    office = open_office(database)
    number = office.submit(); item = office.open_items(number)[0]
    app = an_app(office, tmp_path / "d")
    app.config["WTF_CSRF_ENABLED"] = False
    c = Officer(app, who).client if who else app.test_client()
    bad = []; n = 0
    rules = [r for r in app.url_map.iter_rules() if not r.endpoint.startswith("engine_rest") and r.endpoint not in ("static", "health.ready", "security.sign_out", "papers.receipt_file", "papers.letter_file")]
    for rule in rules:
        names = sorted(rule.arguments)
        for evil in EVIL:
            values = [{k: evil for k in names}] if names else [{}]
            good = {"number": number, "work_item": item, "id": "petugas", "incident": "K-000000", "token": "x", "version": "1", "versi": "1"}
            if names: values.append({k: good.get(k, "1") for k in names})
            for v in values:
                path = str(rule.rule)
                for k, x in v.items():
                    import re
                    path = re.sub(r"<[^>]*" + k + ">", lambda m: quote(x.encode("utf-8", "surrogatepass"), safe=""), path)
                q = {a: evil.encode("utf-8","surrogatepass") for a in ARGS}
                qs = "&".join(f"{a}={quote(b)}" for a, b in q.items())
                if "GET" in rule.methods:
                    r = c.get(path + "?" + qs); n += 1
                    if r.status_code >= 500: bad.append(("GET", path[:80], evil[:20], r.status_code))
                    if evil.startswith('"><') and "<script>alert(1)" in r.text: bad.append(("XSS", path, evil, 0))
                    if "Set-Cookie: x" in str(r.headers): bad.append(("HDR", path))
    print(n, who); 
    for b in bad: print(b)
    assert not bad
