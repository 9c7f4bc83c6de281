"""Every route and every command, for everybody, on an ordinary case, a referred one and one's own complaint.

Who gets in is written here once more, from the table of DESIGN 6 and not from `engine.identity.policy`: a letter
for each person of `PEOPLE`. A route or a command that is not in the tables fails the test, and so does a page that
shows a complaint's words to somebody whom the table does not name.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.commands import COMPLAINANT, Submit
from engine.identity import accounts, tokens
from engine.store import users
from engine.store.session import Database
from engine.store.tables import access_log, deployments
from tests.casework import COMPLAINT, MASTER, PROCESS, Office, an_office, sound
from tests.given_files import attach, given, pdf
from tests.web.officers import HASH, PASSWORD, an_app
from tests.web.terminal import Terminal
from webapp.cli import pengaduan as program

#: Letter -> user; `C` has the case's number and code, `L` another case's, `O` nothing.
PEOPLE = {
    "P": "petugas", "Q": "petugas2", "A": "admin", "J": "pejabat", "S": "sekretariat", "N": "analis",
    "U": "auditor", "K": "pengelola", "I": "inspektorat", "D": "mantan", "C": "", "L": "", "O": "",
}  # fmt: skip
STAFF = "PQAJSNUKI"
ALL = "PQAJSNUKIDCLO"
WORDS = "Genteng bocor di ruang tunggu"
NAME = "Ibu Rahasia Sekali"


@dataclass(frozen=True)
class Rule:
    """Who gets in. `case` for an ordinary case, `referred` for one referred as berkadar by `P`.

    With `own`, the page is asked of the person's own complaint as well, which lets nobody in.
    """

    case: str
    referred: str | None = None
    own: bool = False
    #: What the address and the form hold, beside the case's own.
    fill: str = ""
    form: tuple[tuple[str, str], ...] = ()
    #: Which case: "third" (a task of admin_opd), "second" (of petugas_mpp, secret), "eighth" (of the complainant).
    at: str = "third"
    #: A list: who may ask for it is `case`; who finds the ordinary case in it is `shown`.
    shown: str | None = None


def on_case(case: str, referred: str, **more: Any) -> Rule:
    return Rule(case, referred, own=True, **more)


PUBLIC = Rule(ALL)
ANY_STAFF = Rule(STAFF)
ADMINISTRATION, WATCHED = Rule("K"), Rule("KU")
#: Open tasks of admin_opd; a referred case has none.
TASK = Rule("AS", own=True)
READ, COMMENT = on_case("PQAJSU", "PUI"), on_case("PQAJS", "PI")

WEB: dict[str, Rule] = {
    "GET public.home": PUBLIC,
    "POST public.stay": PUBLIC,
    "GET public.form": Rule("PQDCLO"),
    "POST public.submit": Rule("PQDCLO"),
    "GET public.sent": Rule(""),  # whoever has just sent one
    "GET public.track": PUBLIC,
    "POST public.show_code": PUBLIC,
    "GET public.case": Rule("C", "C"),
    "POST public.answer": Rule("C", at="eighth", form=(("_tugas", "{item}"),)),
    "POST public.forget": PUBLIC,
    "GET public.attachment": Rule("C", "C"),
    "POST public.attach": Rule("C", "C"),
    "GET security.show": PUBLIC,
    "POST security.sign_in": PUBLIC,
    "POST security.sign_out": PUBLIC,
    "GET health.alive": PUBLIC,
    "GET health.ready": PUBLIC,
    "GET observability.metrics": PUBLIC,
    "GET static": PUBLIC,
    "GET papers.receipt": on_case("CPQ", "CP"),
    "GET papers.receipt_file": on_case("CPQ", "CP"),
    "GET papers.letter": on_case("CPQAJSU", "CPUI", at="eighth"),
    "GET papers.letter_file": on_case("CPQAJSU", "CPUI", at="eighth"),
    "GET papers.sheet": READ,
    "GET papers.sheet_file": READ,
    "POST papers.sheet_with_identity": Rule(
        "PQU", own=True, at="second", form=(("alasan", "Pemeriksaan berkala"),)
    ),
    "GET counter.desk": Rule("PQ"),
    "POST counter.look_up": Rule("PQ", referred="P", form=(("cari", "genteng"),), shown="PQ"),
    "GET counter.new": Rule("PQ"),
    "POST counter.enter": Rule("PQ"),
    "GET counter.own": Rule("PQAJSKI"),
    "POST counter.enter_own": Rule("PQAJSKI"),
    "GET counter.case": on_case("PQ", "P"),
    "POST counter.answer": on_case("PQ", "P", at="eighth", form=(("_tugas", "{item}"),)),
    "POST counter.attach": on_case("PQ", "P"),
    "GET tasks.listing": Rule(STAFF, shown="AS"),
    "GET tasks.show": TASK,
    "POST tasks.claim": TASK,
    "POST tasks.release": TASK,
    "POST tasks.delegate": TASK,
    "POST tasks.draft": TASK,
    "POST tasks.complete": TASK,
    "POST tasks.attach": TASK,
    "GET tasks.confirm_message": Rule("APQ", own=True, at="eighth", fill="?pesan=tutup_oleh_admin"),
    "POST tasks.send_message": Rule("A", own=True, at="eighth", form=(("pesan", "tutup_oleh_admin"),)),
    "POST tasks.reveal_identity": Rule("PQ", own=True, at="second"),
    "GET cases.listing": Rule("PQAJSUI", "PUI", shown="PQASU"),  # a lane's people see what came to them
    "POST cases.find": Rule("PQAJSUI", "PUI", shown="PQAJSU", form=(("cari", "genteng"),)),
    "GET cases.show": READ,
    "POST cases.comment": on_case("PQAJS", "PI", form=(("komentar", "Sudah dilihat."),)),
    "GET cases.attachment": READ,
    "POST cases.attach": on_case("PQAJS", "PI"),
    "POST cases.reveal": Rule("PQU", own=True, at="second", form=(("alasan", "Pemeriksaan berkala"),)),
    "GET admin.home": WATCHED,
    "GET admin.people": WATCHED,
    "GET admin.person": Rule("KU", fill="mantan"),
    "POST admin.change_person": Rule("K", fill="mantan"),
    "POST admin.enable": Rule("K", fill="mantan2"),
    "GET admin.leave": Rule("K", fill="mantan"),
    "POST admin.disable": Rule("K", fill="mantan"),
    "GET admin.password": Rule("K", fill="mantan"),
    "POST admin.set_password": Rule("K", fill="mantan"),
    "GET admin.new_person": ADMINISTRATION,
    "POST admin.add_person": ADMINISTRATION,
    "GET admin.calendar": Rule("KUS"),
    "GET admin.calendar_file": Rule("KUS", fill="1"),
    "GET admin.new_calendar": ADMINISTRATION,
    "POST admin.deploy_new_calendar": ADMINISTRATION,
    "GET admin.recount": Rule("KUS"),
    "POST admin.move_limits": ADMINISTRATION,
    "GET admin.incidents": WATCHED,
    "POST admin.retry": Rule("K", fill="K-000000"),
    "POST admin.send_again": Rule("K", fill="K-000000"),
    "POST admin.close": Rule("K", fill="K-000000"),
    "POST admin.send_all_again": ADMINISTRATION,
    "GET admin.tokens": WATCHED,
    "POST admin.add_token": ADMINISTRATION,
    "POST admin.revoke_token": Rule("K", fill="abc"),
    "GET forms.home": Rule("NUSK"),
    "GET forms.new": Rule("N"),
    "POST forms.add": Rule("N", form=(("proses", PROCESS), ("id", "baru_saja"))),
    "GET forms.show": Rule("NUSK", fill="penerimaan_mpp"),
    "GET forms.file": Rule("NUSK", fill="penerimaan_mpp"),
    "POST forms.save": Rule("N", fill="penerimaan_mpp"),
    "POST forms.discard": Rule("N", fill="penerimaan_mpp"),
    "POST forms.try_out": Rule("N", fill="penerimaan_mpp"),
    "GET forms.confirm_take_out": Rule("N", fill="penerimaan_mpp"),
    "POST forms.autosave": Rule("N", fill="penerimaan_mpp"),
    "POST forms.present": Rule("N", fill="penerimaan_mpp"),
    "GET forms.token": Rule("N", fill="penerimaan_mpp"),
    "POST forms.take_out": Rule("N", fill="penerimaan_mpp"),
    "GET designer.home": Rule("NUSK"),
    "GET designer.deploying": Rule("N"),
    "POST designer.deploy_drafts": Rule("N"),
    "POST designer.discard_drafts": Rule("N"),
    "GET designer.bring": Rule("N"),
    "POST designer.bring_files": Rule("N"),
    "GET designer.edit": Rule("N"),
    "GET designer.draft_file": Rule("N"),
    "POST designer.save": Rule("N"),
    "POST designer.check_draft": Rule("N"),
    "POST designer.here": Rule("N"),
    "GET designer.options": Rule("N"),
    "POST designer.upload": Rule("N"),
    "POST designer.take_mine": Rule("N"),
    "POST designer.let_mine_go": Rule("N"),
    "POST designer.throw_away": Rule("N"),
    "GET designer.all_trials": Rule("N"),
    "GET designer.trial": Rule("N", fill="1"),
    "POST designer.start_trial": Rule("N", fill="1"),
    "GET designer.moving": Rule("N"),
    "POST designer.move_cases": Rule("N"),
    "GET designer.past": Rule("N"),
    "POST designer.play_past": Rule("N"),
    "POST designer.activate_version": Rule("N", fill="1"),
    "GET designer.bundle": Rule("NUSK", fill="1"),
    "GET designer.version": Rule("NUSK", fill="1"),
    "GET designer.file": Rule("NUSK", fill="1"),
    "GET designer.compare": Rule("NUSK"),
    "GET designer.try_it": Rule("N"),
    "POST designer.try_on": Rule("N"),
    "GET designer.simulation": Rule("N"),
    "GET designer.sop": Rule("NUSK", fill="1"),
    "GET designer.sop_pdf": Rule("NUSK", fill="1"),
    "GET designer.sop_json": Rule("NUSK", fill="1"),
    "GET admin.retention": WATCHED,
    "POST admin.set_rule": ADMINISTRATION,
    "POST admin.remove_rule": ADMINISTRATION,
    "GET admin.due": WATCHED,
    "POST admin.confirm_run": ADMINISTRATION,
    "POST admin.run_retention": ADMINISTRATION,
    "GET admin.holds": WATCHED,
    "POST admin.set_hold": ADMINISTRATION,
    "GET admin.lift": ADMINISTRATION,
    "POST admin.lift_hold": ADMINISTRATION,
    "GET admin.erase": ADMINISTRATION,
    "POST admin.check_erasure": ADMINISTRATION,
    "POST admin.erase_now": ADMINISTRATION,
    "GET admin.erased": Rule("KU", own=True),
    "GET audit.home": Rule("US"),
    "GET audit.summary": Rule("US"),
    "GET audit.month": Rule("US"),
    "GET audit.report_months": Rule("US"),
    "GET audit.report_csv": Rule("US"),
    "GET audit.report_xlsx": Rule("US"),
    "GET audit.report_cases": Rule("US", referred="U", shown="US"),
    "GET audit.replay": on_case("U", "U"),
    "POST audit.reveal": on_case("U", "U", form=(("alasan", "Pemeriksaan berkala"),)),
    "GET audit.access": Rule("U"),
    "GET audit.check": Rule("U"),
    "GET audit.seals": Rule("KU", referred="U", shown="U"),
    "GET audit.exports": Rule("U"),
    "GET audit.export_file": Rule("U", fill="csv"),
}

#: Reading what is deployed; starting and working need none of it.
DEFINITIONS = Rule("NUSKPQAJ")
DEPLOYMENTS = Rule("NUSK")
INSTANCES = Rule(STAFF, "PUI", shown="PQAJSU")
#: `/engine-rest/…` -> who gets in. A client is always a member of the staff, with name and password.
REST: dict[str, Rule] = {
    "GET /version": ANY_STAFF,
    "GET /engine": ANY_STAFF,
    "GET /openapi.json": Rule(STAFF + "DO"),
    "GET /deployment": DEPLOYMENTS,
    "GET /deployment/count": DEPLOYMENTS,
    "GET /deployment/<id>": DEPLOYMENTS,
    "GET /deployment/<id>/resources": DEPLOYMENTS,
    "GET /deployment/<id>/resources/<resource>": DEPLOYMENTS,
    "GET /deployment/<id>/resources/<resource>/data": DEPLOYMENTS,
    "POST /deployment/create": Rule("N"),
    "GET /process-definition": ANY_STAFF,  # an empty list for those who may read none
    "GET /process-definition/count": ANY_STAFF,
    "GET /process-definition/<id>": DEFINITIONS,
    "GET /process-definition/<id>/xml": DEFINITIONS,
    "GET /process-definition/<id>/deployed-start-form": DEFINITIONS,
    "POST /process-definition/<id>/start": Rule("PQN"),  # an analyst a trial
    "GET /process-definition/key/<key>": DEFINITIONS,
    "GET /process-definition/key/<key>/xml": DEFINITIONS,
    "GET /process-definition/key/<key>/deployed-start-form": DEFINITIONS,
    "POST /process-definition/key/<key>/start": Rule("PQN"),  # an analyst a trial
    # instances are those that run: a case that was referred has ended
    "GET /process-instance": Rule(STAFF, shown="PQAJSU"),
    "GET /process-instance/count": ANY_STAFF,
    "GET /process-instance/<id>": on_case("PQAJSU", ""),
    "GET /process-instance/<id>/variables": on_case("PQAJSU", ""),
    "GET /process-instance/<id>/variables/<name>": on_case("PQAJSU", ""),
    "POST /message": ANY_STAFF,  # whose message it is, is asked of its name
    "GET /task": Rule(STAFF, shown="AS"),
    "POST /task": Rule(STAFF, shown="AS"),
    "GET /task/count": ANY_STAFF,
    "POST /task/count": ANY_STAFF,
    **{
        f"GET /task/<id>{part}": TASK
        for part in ("", "/form", "/deployed-form", "/form-variables", "/identity-links", "/comment")
    },
    "GET /task/<id>/variables": TASK,
    "GET /task/<id>/variables/<name>": TASK,
    "GET /task/<id>/comment/<comment_id>": Rule(""),  # there is none
    **{
        f"POST /task/<id>/{act}": TASK
        for act in ("claim", "unclaim", "assignee", "delegate", "resolve", "complete", "comment/create")
    },
    "GET /external-task": ANY_STAFF,  # lists of what is theirs to work on: here nothing is
    "POST /external-task": ANY_STAFF,
    "GET /external-task/count": ANY_STAFF,
    "POST /external-task/count": ANY_STAFF,
    "POST /external-task/fetchAndLock": ANY_STAFF,
    "GET /external-task/<id>": Rule(""),
    "GET /external-task/<id>/errorDetails": Rule(""),
    **{
        f"POST /external-task/<id>/{act}": Rule("")
        for act in ("complete", "failure", "bpmnError", "unlock", "extendLock")
    },
    "GET /history/process-instance": INSTANCES,
    "POST /history/process-instance": INSTANCES,
    "GET /history/process-instance/count": ANY_STAFF,
    "POST /history/process-instance/count": ANY_STAFF,
    "GET /history/process-instance/<id>": READ,
    "GET /history/activity-instance": INSTANCES,
    "POST /history/activity-instance": INSTANCES,
    "GET /history/activity-instance/count": ANY_STAFF,
    "POST /history/activity-instance/count": ANY_STAFF,
    "GET /history/activity-instance/<id>": READ,
    "GET /history/task": INSTANCES,
    "POST /history/task": INSTANCES,
    "GET /history/task/count": ANY_STAFF,
    "POST /history/task/count": ANY_STAFF,
    "GET /history/user-operation": INSTANCES,
    "GET /history/user-operation/count": ANY_STAFF,
}


@dataclass(frozen=True)
class Cases:
    """Numbers, and the open task of each."""

    third: str
    second: str
    eighth: str
    referred: str
    #: User -> their own complaint.
    own: dict[str, str]
    items: dict[str, str]
    #: A token of `mantan`, made while they were active.
    token: str


@pytest.fixture(scope="session")
def peopled(office_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cases]:
    """A folder with the cases that everybody is asked about, and their numbers; each test gets a copy."""
    folder = tmp_path_factory.mktemp("peopled")
    shutil.copy(office_template, folder / "pengaduan.sqlite3")
    office = _in(folder)
    found = _cases(office)
    office.ports.database.dispose()
    return folder, found


@pytest.fixture
def office(peopled: tuple[Path, Cases], tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(peopled[0], tmp_path, dirs_exist_ok=True)
    office = _in(tmp_path)
    yield office
    sound(office)
    office.ports.database.dispose()


@pytest.fixture
def cases(peopled: tuple[Path, Cases]) -> Cases:
    return peopled[1]


def _in(folder: Path) -> Office:
    office = an_office(Database(f"sqlite:///{folder / 'pengaduan.sqlite3'}", synchronous="OFF"))
    office.prefix = folder.name  # what the copies do is no repetition of what was done in the first
    return office


def _cases(office: Office) -> Cases:
    with office.ports.database.write() as connection:
        accounts.add_user(connection, "inspektorat", "Inspektorat", ["penerima_rujukan"], **office.by)
        for former in ("mantan", "mantan2"):
            accounts.add_user(
                connection, former, former, ["petugas_mpp", "admin_opd", "pengelola"], **office.by
            )
        token = tokens.add(connection, "mantan", "uji", 30, by="pengelola", at=office.now, source="cli")[1]
        for former in ("mantan", "mantan2"):
            accounts.disable_user(connection, former, **office.by)
    words = {"judul": WORDS, "nama": NAME, "kontak": "081200009999", "rahasia": True}
    third, second, eighth, referred = (office.submit(**words) for _ in range(4))
    for number in (third, second, eighth, referred):  # what it holds is the complaint's
        attach(office, number, given("surat.pdf", pdf(WORDS)), COMPLAINANT)
    office.run_to(third, "Langkah_3")
    office.run_to(eighth, "Langkah_8")
    office.complete(
        referred,
        lingkup="berkadar_pengawasan",
        alasan="Dugaan pungutan",
        tujuan_rujukan="Inspektorat",
        konfirmasi_akhir=True,
    )
    own = {}
    for letter in "PQAJSKI":  # auditors and analysts have none as staff
        command = Submit(
            actor=PEOPLE[letter],
            source="web",
            command_id=office.id(),
            process=PROCESS,
            answers={**COMPLAINT, **words},
        )
        own[PEOPLE[letter]] = number = office.do(command).case
        attach(office, number, given("surat.pdf", pdf(WORDS)), COMPLAINANT)
        if letter in "AJS":
            office.complete(number, "petugas")
    numbers = [third, second, eighth, *own.values()]
    items = {number: office.open_items(number)[0] for number in numbers}
    items[referred] = f"{referred}:Langkah_2:1"
    return Cases(third, second, eighth, referred, own, items, token)


@pytest.fixture
def app(office: Office, cases: Cases, tmp_path: Path) -> Flask:
    app = an_app(office, tmp_path / "data")
    app.config["WTF_CSRF_ENABLED"] = False
    with office.ports.database.write() as connection:
        for name in ("inspektorat", "mantan"):
            users.set_password(connection, name, HASH)
    return app


def as_whom(app: Flask, office: Office, cases: Cases, letter: str, case: str) -> FlaskClient:
    client = app.test_client()
    name = PEOPLE[letter]
    if name:
        client.post("/masuk", data={"nama": name, "sandi": PASSWORD})
    elif letter in "CL":
        number = case if letter == "C" else next(iter(cases.own.values()))
        code = office.ports.keyring.tracking_code(number)
        client.post("/lacak", data={"nomor": number, "kode": code})
    return client


#: What ends or changes who is asking, done last.
LAST = ("POST public.forget", "POST security.sign_in", "POST security.sign_out")
#: Where a secret name may stand: on the complainant's own papers, and where it was asked for by who may.
NAMED = (
    "papers.receipt",
    "papers.letter",
    "tasks.reveal_identity",
    "cases.reveal",
    "papers.sheet_with_identity",
    "audit.reveal",
)


#: Who may read what a complaint says, whatever they may do with it.
READERS = {"case": "CPQAJSU", "referred": "CPUI", "own": ""}


def refused(response: TestResponse, rule: Rule) -> bool:
    """Not let in. A case that one may not know of is not found; a wrong number of an incident is just wrong."""
    if response.status_code in (301, 302, 303):
        asks = ("/masuk", "/lacak") if response.request.method == "GET" else ("/masuk",)
        return response.location.startswith(asks)
    return response.status_code in (401, 403) or (rule.referred is not None and response.status_code == 404)


def address(app: Flask, endpoint: str, rule: Rule, case: str, item: str) -> str:
    """The address of a route about this case."""
    [found] = [r for r in app.url_map.iter_rules() if r.endpoint == endpoint][:1]
    known: dict[str, Any] = {"number": case, "work_item": item, "filename": "app.css", "id": rule.fill}
    known |= {
        "key": PROCESS,
        "name": f"{PROCESS}.bpmn",
        "version": rule.fill,
        "incident": rule.fill,
        "token": rule.fill,
    }
    known |= {"nth": 1, "version": rule.fill, "incident": rule.fill, "token": rule.fill}
    with app.test_request_context():
        built = app.url_for(endpoint, **{name: known[name] for name in found.arguments})
    return built + (rule.fill if rule.fill.startswith("?") else "")


def requests(rules: dict[str, Rule], cases: Cases, user: str) -> Iterator[tuple[str, Rule, str, str]]:
    """Every route with the cases that it is asked of: (route, rule, kind of case, number)."""
    for route in sorted(rules, key=lambda name: (name in LAST, name)):
        rule = rules[route]
        yield route, rule, "case", getattr(cases, rule.at)
        if rule.referred is not None and rule.shown is None:
            yield route, rule, "referred", cases.referred
        if rule.own and user in cases.own:
            yield route, rule, "own", cases.own[user]


@pytest.mark.parametrize("letter", PEOPLE)
def test_every_route_lets_in_whom_the_table_names(
    letter: str, app: Flask, office: Office, cases: Cases, record_property: Callable[[str, object], None]
) -> None:
    wrong, count = [], 0
    clients: dict[str, FlaskClient] = {}
    for route, rule, kind, number in requests(WEB, cases, PEOPLE[letter]):
        method, endpoint = route.split()
        whose = number if letter in "CL" else ""
        if whose not in clients:
            clients[whose] = as_whom(app, office, cases, letter, number)
        client = clients[whose]
        item = cases.items[number]
        fields = {name: value.format(item=item) for name, value in rule.form}
        noted = notes(office, PEOPLE[letter])
        response = client.open(address(app, endpoint, rule, number, item), method=method, data=fields)
        body = response.get_data().decode(errors="replace")
        count += 1
        allowed_in = {"case": rule.case, "referred": rule.referred or "", "own": ""}[kind]
        let_in = not refused(response, rule)
        told = f"{route} {kind}: {response.status_code}"
        if response.status_code >= 500 and endpoint != "health.ready":  # nobody sweeps here
            wrong.append(f"{told}, a fault")
        if let_in != (letter in allowed_in):
            wrong.append(f"{told}, {'let in' if let_in else 'refused'}")
        readers = READERS[kind] + (rule.referred or "" if rule.shown else "")
        if letter not in readers and WORDS in body:
            wrong.append(f"{told}, tells what the complaint says")
        if NAME in body and not (endpoint.startswith(NAMED) and letter in allowed_in):
            wrong.append(f"{told}, tells who complained")
        if letter not in "CLO" and tells(body) and notes(office, PEOPLE[letter]) == noted:
            wrong.append(f"{told}, is not in the access log")
        if rule.shown is not None and let_in:
            wrong += [f"{route}: {p}" for p in found_wrongly(letter, rule, cases, body)]
    record_property("permissions", count)
    assert "\n".join(wrong) == ""


def tells(body: str) -> bool:
    """Whether a page shows what the complaint says, or who complained."""
    return WORDS in body or NAME in body


def notes(office: Office, user: str) -> int:
    """How often the access log names this person."""
    with office.ports.database.read() as connection:
        query = select(func.count()).select_from(access_log).where(access_log.c.actor == user)
        return connection.scalar(query) or 0


def found_wrongly(letter: str, rule: Rule, cases: Cases, body: str) -> Iterator[str]:
    """What a list shows and should not, or the other way round."""
    for kind, number, whom in (
        ("the case", cases.third, rule.shown or ""),
        ("the referred case", cases.referred, rule.referred or ""),
        ("their own complaint", cases.own.get(PEOPLE[letter], "no such number"), ""),
    ):
        if (number in body) != (letter in whom):
            yield f"{kind} is {'in' if number in body else 'not in'} the list"


def test_no_route_is_without_a_rule(app: Flask) -> None:
    served = {
        f"{method} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("engine_rest.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served == WEB.keys()


def rest_address(path: str, case: str, item: str, deployment: str) -> str:
    """The address of a route of `/engine-rest` about this case."""
    what = {"/deployment": deployment, "/process-definition": f"{PROCESS}:1", "/task": item}
    what |= {"/history/activity-instance": item, "/external-task": item}
    of = next((id for start, id in what.items() if path.startswith(start)), case)
    known = {"<id>": of, "<key>": PROCESS, "<resource>": f"{PROCESS}.bpmn", "<name>": "judul"}
    for name, value in {**known, "<comment_id>": f"{case}:komentar:1"}.items():
        path = path.replace(name, value)
    return "/engine-rest" + path


def body_of(path: str) -> dict[str, Any]:
    """As much as the route needs to look at who asks."""
    if path.startswith("/external-task/<id>/"):
        body: dict[str, Any] = {"workerId": "pekerja"}
        more = {"extendLock": {"newDuration": 1000}, "bpmnError": {"errorCode": "X"}}
        return body | more.get(path.rpartition("/")[2], {})
    bodies = {"create": {"message": "Sudah dilihat."}, "delegate": {"userId": "admin"}}
    return bodies.get(path.rpartition("/")[2], {}) if path.startswith("/task/") else {}


@pytest.mark.parametrize("letter", [*STAFF, "D", "O"])
def test_every_route_of_the_rest_face_lets_in_whom_the_table_names(
    letter: str, app: Flask, office: Office, cases: Cases, record_property: Callable[[str, object], None]
) -> None:
    wrong, count = [], 0
    client = app.test_client()
    name = PEOPLE[letter]
    basic = base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"} if name else {}
    if letter == "D":  # a refused password takes argon2's time, each time; a refused token takes none
        headers = {"Authorization": f"Bearer {cases.token}"}
    with office.ports.database.read() as connection:
        deployment = connection.scalar(select(deployments.c.id)) or ""
    for route, rule, kind, number in requests(REST, cases, name):
        method, path = route.split()
        noted = notes(office, name)
        response = client.open(
            rest_address(path, number, cases.items[number], deployment),
            method=method,
            headers=headers,
            json=None if method == "GET" else body_of(path),
        )
        body = response.get_data().decode(errors="replace")
        count += 1
        allowed_in = {"case": rule.case, "referred": rule.referred or "", "own": ""}[kind]
        let_in = response.status_code not in (401, 403, 404)
        told = f"{route} {kind}: {response.status_code} {body[:80]}"
        if response.status_code >= 500:
            wrong.append(f"{told}, a fault")
        if let_in != (letter in allowed_in):
            wrong.append(f"{told}, {'let in' if let_in else 'refused'}")
        if letter not in READERS[kind] + (rule.referred or "" if rule.shown else "") and WORDS in body:
            wrong.append(f"{told}, tells what the complaint says")
        if NAME in body:
            wrong.append(f"{told}, tells who complained")
        if tells(body) and notes(office, name) == noted:
            wrong.append(f"{told}, is not in the access log")
        if rule.shown is not None and let_in:
            wrong += [f"{route}: {p}" for p in found_wrongly(letter, rule, cases, body)]
    record_property("permissions", count)
    assert "\n".join(wrong) == ""


def test_no_route_of_the_rest_face_is_without_a_rule(app: Flask) -> None:
    served = {
        f"{method} {rule.rule.removeprefix('/engine-rest')}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("engine_rest.") and not rule.endpoint.endswith(".unserved")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served == REST.keys()


# --- the command line ------------------------------------------------------------------------------

#: Who says no to a person, in these words.
NO = "Anda tidak berhak"


@dataclass(frozen=True)
class Call:
    """A command's arguments, and who may give them with `--as`; None for what has no `--as`: whoever owns the machine."""

    whom: str | None
    arguments: str = ""
    stdin: str = ""
    referred: str | None = None
    own: bool = False


BY_THE_OWNER = Call(None)
#: `{number}` is the case's, `{item}` its open task.
CLI: dict[str, Call] = {
    "run": BY_THE_OWNER,
    "web": BY_THE_OWNER,
    "worker": BY_THE_OWNER,
    "db upgrade": BY_THE_OWNER,
    "lint": BY_THE_OWNER,
    "restore": BY_THE_OWNER,  # into an empty place, where nobody has an account
    "attach": Call("PQAJS", "{number} {folder}/surat.pdf", referred="PI", own=True),
    "backup": Call("K", "{folder}/cadangan-{letter}.zip"),
    "calendar deploy": Call("K", "{folder}/kalender.toml"),
    "case": Call("PQAJSU", "{number}", referred="PUI", own=True),
    "complete": Call("AS", "{item} --answers -", "{{}}", own=True),
    "deploy": Call("N", "{folder}/kosong"),
    "diff": Call("NUSK", f"{PROCESS}:1 {PROCESS}:1"),
    "erase": Call("K", "{number} --why permintaan", own=True),
    "hold lift": Call("K", "{number} --why selesai", own=True),
    "hold list": Call("KU"),
    "hold set": Call("K", "{number} --why pemeriksaan", referred="K", own=True),
    "history export": Call("U", "--format jsonl"),
    "history replay": Call("U", "{number}", referred="U"),
    "history seal": Call("K"),
    "history verify": Call("U", "{number}"),
    "incident close": Call("KN", "K-000000"),
    "incident list": Call("KU"),
    "incident resend": Call("K", "K-000000"),
    "incident retry": Call("KN", "K-000000"),
    "message": Call("A", "{number} tutup_oleh_admin", own=True),
    "simulate": Call("N", f"--process {PROCESS} --days 1 --replications 1"),
    "sop": Call("NUSK", "--format json"),
    "retention remove": Call("K", "*"),
    "retention run": Call("K"),
    "retention set": Call("K", "* --months 1200 --ground arsip"),
    "retention show": Call("KU"),
    "activate": Call("N", "pengaduan_mpp 1"),
    "migrate-cases": Call("N", "--process pengaduan_mpp --from 1 --to 1 --dry-run"),
    "try": Call("N", "--process pengaduan_mpp --version 1"),
    "submit": Call("PQN", "{folder}/satu.jsonl"),
    "tasks": Call(STAFF + "D"),
    "token add": Call("K", "mantan --name uji"),
    "token list": Call("KU"),
    "token revoke": Call("K", "tidak-ada"),
    "user add": Call("K", "baru --name Baru --group petugas_mpp", "sandi"),
    "user change": Call("K", "mantan --ends-on 2099-12-31"),
    "user disable": Call("K", "mantan"),
    "user enable": Call("K", "mantan2"),
    "user group": Call("K", "mantan --add petugas_mpp"),
    "user list": Call("KU"),
    "user password": Call("K", "mantan", "pendek"),
}


@pytest.fixture
def pengaduan(
    office: Office,
    cases: Cases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    """A terminal at the office of this test."""
    key = tmp_path / "keys" / "master.key"
    key.parent.mkdir(mode=0o700)
    key.write_text(MASTER.hex())
    key.chmod(0o600)
    (tmp_path / "kosong").mkdir()
    (tmp_path / "kalender.toml").write_text("bukan kalender")
    (tmp_path / "surat.pdf").write_bytes(pdf())
    (tmp_path / "satu.jsonl").write_text(json.dumps(dict(COMPLAINT)))
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("letter", [*STAFF, "D"])
def test_every_command_obeys_whom_the_table_names(
    letter: str,
    pengaduan: Terminal,
    office: Office,
    cases: Cases,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    wrong, count, user = [], 0, PEOPLE[letter]
    for name, call in CLI.items():
        if call.whom is None:
            continue
        asked = [("case", cases.third, call.whom)]
        asked += [("referred", cases.referred, call.referred)] if call.referred is not None else []
        asked += [("own", cases.own[user], "")] if call.own and user in cases.own else []
        for kind, number, whom in asked:
            words = {"number": number, "item": cases.items[number], "folder": tmp_path, "letter": letter}
            arguments = [part.format(**words) for part in call.arguments.split()]
            said = pengaduan(*name.split(), *arguments, "--as", user, stdin=call.stdin.format())
            count += 1
            obeyed = NO not in said.err and NO not in said.out
            told = f"{name} {kind}: {said.code} {(said.err or said.out)[:90]}"
            if obeyed != (letter in whom):
                wrong.append(f"{told}, {'obeyed' if obeyed else 'refused'}")
            if not obeyed and said.code != 1:
                wrong.append(f"{told}, refused without saying so by its exit code")
            if WORDS in said.out + said.err or NAME in said.out + said.err:
                wrong.append(f"{told}, tells what the complaint says")
    record_property("permissions", count)
    assert "\n".join(wrong) == ""


def test_no_command_is_without_a_rule() -> None:
    assert set(_commands(program)) == CLI.keys()


def test_what_has_no_user_is_for_whoever_owns_the_machine() -> None:
    have = {name for name, options in _commands(program).items() if "--as" in options}
    assert have == {name for name, call in CLI.items() if call.whom is not None}


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Every command of the program with its options."""
    if isinstance(command, click.Group):
        found: dict[str, set[str]] = {}
        for name, inner in command.commands.items():
            found |= _commands(inner, (*path, name))
        return found
    return {" ".join(path): {option for parameter in command.params for option in parameter.opts}}
