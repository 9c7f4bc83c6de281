"""*Ubah proses*: the diagram in bpmn-js, kept as a draft on the server; without JavaScript a file to take and to bring.

The page's script (`webapp/assets/js/modeler`) finds all addresses on the element `data-modeler`:

    data-source    GET   the diagram as drafted, application/xml
    data-save      POST  {"revision": the one that is open, "content": xml} → {"revision", "saved_at", "saved_by", "clock"}
                         409 {"error", "revision", "saved_by", "saved_at", "compare"}: somebody saved since; what was
                         sent is set aside for its sender, and `compare` shows both
                         413 too large, 422 no diagram: {"error"}
    data-check     POST  {"content": xml} → {"findings": [{"code", "severity", "file", "line", "element", "cause",
                         "remedy"}]}
    data-seen      POST  {} → {"revision", "saved_by", "editors": [{"name", "since"}], "csrf"}, every 20 seconds
    data-choices   GET   {"forms", "groups", "decisions", "messages", "columns", "processes", "csrf"}

A POST has the token in the header X-CSRFToken. A token lives an hour: `csrf` is a fresh one, and an answer that is no
JSON means an old token (400) or an ended session (401). All `error` and other texts are in the reader's language.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Connection

from engine.definition.bundle import Bundle, check
from engine.definition.findings import Finding, cause, remedy
from engine.definition.xml import LARGEST_FILE, harden, tag
from engine.errors import DefinitionInvalid, DraftStale, NotFound
from engine.queries.choices import choices
from engine.queries.drafted import Drafted, drafted
from engine.store import design_drafts, users
from engine.store.design_drafts import DesignDraft
from webapp.context import now, ports
from webapp.designer import open_draft
from webapp.designer.blueprint import blueprint
from webapp.designer.findings import as_json, checked, spoken, told
from webapp.given_back import given_back_by
from webapp.headers import CONTENT_SECURITY_POLICY
from webapp.languages import clock
from webapp.security import current_actor, needs
from webapp.timeline import person
from webapp.uploads import TOO_LARGE, WORD, takes_files, takes_json, too_large

#: bpmn-js places what it draws by style attributes; no other page may.
POLICY: Final = f"{CONTENT_SECURITY_POLICY}; style-src-attr 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Opened:
    """The diagram of a process as it lies on the table."""

    key: str
    whole: Drafted
    draft: DesignDraft | None
    names: dict[str, str]

    @property
    def name(self) -> str:
        return self.whole.diagram

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0

    @property
    def base(self) -> str | None:
        """The version that is changed here: in force when the draft was begun, or now."""
        if self.draft:
            return self.draft.base
        return self.whole.active.id if self.whole.active else None

    @property
    def said(self) -> dict[str, Any]:
        """Who saved last, and when; empty before anybody did."""
        return open_draft.saved(self.draft, self.names)


def opened(connection: Connection, key: str) -> Opened:
    """The diagram of the process, as drafted. Raises `NotFound`."""
    whole = drafted(ports(), connection, key)
    draft = next((one for one in whole.drafts if one.name == whole.diagram), None)
    return Opened(key, whole, draft, {user.id: user.name for user in users.everyone(connection)})


@blueprint.get("/<key>/ubah")
@needs("definition:edit")
def edit(key: str) -> ResponseReturnValue:
    """The page."""
    return shown(key, too_large() if request.args.get(WORD) == TOO_LARGE else "")


def shown(key: str, wrong: str = "") -> Response:
    """The page; `wrong` says why a file was not taken."""
    me = current_actor().id
    with ports().database.read() as connection:
        it = opened(connection, key)
        mine = design_drafts.aside(connection, key, it.name, me)
        others = open_draft.others(connection, key, it.name, it.names, now())
    page = render_template(
        "designer/modeler.html",
        wide=True,
        it=it,
        mine=mine,
        others=others,
        person=person,
        findings=told(checked(it.whole.bundle).findings),
        errors=[{"text": wrong, "href": "#berkas"}] if wrong else [],
        wrong=wrong,
        saved=request.args.get("tersimpan") == "1",
        gone=request.args.get("dibuang") == "1",
    )
    return Response(page, 422 if wrong else 200, {"Content-Security-Policy": POLICY})


@blueprint.get("/<key>/ubah/berkas")
@needs("definition:edit")
def draft_file(key: str) -> ResponseReturnValue:
    """The diagram as drafted, or with `?milik=saya` what was set aside for whoever asks; to be saved with `?unduh=1`."""
    with ports().database.read() as connection:
        it = opened(connection, key)
        mine = design_drafts.aside(connection, key, it.name, current_actor().id)
    content: bytes | None = it.whole.bundle.files[it.name]
    if request.args.get("milik") == "saya":
        content = mine.content if mine else None
    if content is None:
        raise NotFound(f"Nothing of {key} is set aside for you.")
    answer = Response(content, mimetype="application/xml")
    # opened by itself it is a document of this site
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Revision"] = str(it.revision)
    if request.args.get("unduh") == "1":
        answer.headers.set("Content-Disposition", "attachment", filename=it.name)
    return answer


@blueprint.post("/<key>/ubah/simpan")
@needs("definition:edit")
@takes_json
def save(key: str) -> ResponseReturnValue:
    """Keep the diagram as the draft."""
    sent = open_draft.sent()
    revision, content = sent.get("revision"), sent.get("content")
    if not isinstance(revision, int) or not isinstance(content, str):
        return {"error": _("Kiriman ini tidak dapat dibaca; muat ulang halamannya.")}, 400
    source = content.encode("utf-8", "replace")
    if wrong := unfit(source):
        return {"error": wrong}, 413 if len(source) > LARGEST_FILE else 422
    try:
        keep(key, source, had=revision)
    except DraftStale:
        with ports().database.read() as connection:
            it = opened(connection, key)
        compare = url_for("designer.compare", key=key, dari="konsep", ke="saya")
        return {"error": stale(), **it.said, "compare": compare}, 409
    with ports().database.read() as connection:
        return opened(connection, key).said


@blueprint.post("/<key>/ubah/periksa")
@needs("definition:edit")
@takes_json
def check_draft(key: str) -> ResponseReturnValue:
    """What the deployment check says of the draft with this diagram; nothing is kept."""
    sent = open_draft.sent()
    content = sent.get("content")
    if not isinstance(content, str):
        return {"error": _("Kiriman ini tidak dapat dibaca; muat ulang halamannya.")}, 400
    with ports().database.read() as connection:
        it = opened(connection, key)
    files = {**it.whole.bundle.files, it.name: content.encode("utf-8", "replace")}
    return {"findings": [as_json(found) for found in check(Bundle(files)).findings]}


@blueprint.post("/<key>/ubah/hadir")
@needs("definition:edit")
@takes_json
def here(key: str) -> ResponseReturnValue:
    """The page is open; who else has it open, and what was saved last."""
    at = now()
    with ports().database.write() as connection:
        it = opened(connection, key)
        design_drafts.seen(connection, key, it.name, current_actor().id, at)
        others = open_draft.others(connection, key, it.name, it.names, at)
    editors = [{"name": name, "since": clock(since)} for name, since in others]
    return {**it.said, "editors": editors, "csrf": generate_csrf()}


@blueprint.get("/<key>/ubah/pilihan")
@needs("definition:edit")
def options(key: str) -> ResponseReturnValue:
    """What the panel offers to choose from."""
    with ports().database.read() as connection:
        found = choices(ports(), connection, key)
    return {
        **found,
        "forms": [{**form, "edit": f"/formulir/{form['id']}?proses={key}"} for form in found["forms"]],
        "csrf": generate_csrf(),
    }


@blueprint.post("/<key>/ubah/unggah")
@given_back_by(edit)
@needs("definition:edit")
@takes_files
def upload(key: str) -> ResponseReturnValue:
    """A diagram made elsewhere becomes the draft."""
    file, revision = request.files.get("berkas"), request.form.get("revisi", 0, type=int)
    if file is None or not file.filename:
        return shown(key, _("Pilih berkas diagramnya dahulu."))
    with closing(file):
        source = file.read(LARGEST_FILE + 1)
    if wrong := unfit(source):
        return shown(key, wrong)
    try:
        keep(key, source, had=revision)
    except DraftStale:
        return redirect(url_for("designer.compare", key=key, dari="konsep", ke="saya"), 303)
    return redirect(url_for("designer.edit", key=key, tersimpan=1), 303)


@blueprint.post("/<key>/ubah/buang")
@given_back_by(edit)
@needs("definition:edit")
def throw_away(key: str) -> ResponseReturnValue:
    """No draft of the diagram any more, if it still is the one that was shown; without a version there is none to go back to."""
    with ports().database.write() as connection:
        it = opened(connection, key)
        if it.whole.active is None:
            raise NotFound(f"There is no version of {key} to go back to.")
        if request.form.get("yakin") != "ya" or request.form.get("revisi", -1, type=int) != it.revision:
            return redirect(url_for("designer.edit", key=key, _anchor="buang"), 303)
        design_drafts.discard(connection, key, {it.name})
    return redirect(url_for("designer.edit", key=key, dibuang=1), 303)


@blueprint.post("/<key>/ubah/pakai")
@given_back_by(edit)
@needs("definition:edit")
def take_mine(key: str) -> ResponseReturnValue:
    """What was set aside becomes the draft, in place of the one that it was compared with (`revisi`)."""
    me, at = current_actor().id, now()
    with ports().database.write() as connection:
        it = opened(connection, key)
        mine = design_drafts.aside(connection, key, it.name, me)
        if mine is None:
            return redirect(url_for("designer.edit", key=key), 303)
        seen, base = request.form.get("revisi", -1, type=int), it.whole.active.id if it.whole.active else None
        try:
            design_drafts.save(connection, key, it.name, mine.content, had=seen, base=base, by=me, at=at)
        except DraftStale:
            return redirect(url_for("designer.compare", key=key, dari="konsep", ke="saya"), 303)
        design_drafts.let_go(connection, key, it.name, me)
    return redirect(url_for("designer.edit", key=key, tersimpan=1), 303)


@blueprint.post("/<key>/ubah/lepas")
@given_back_by(edit)
@needs("definition:edit")
def let_mine_go(key: str) -> ResponseReturnValue:
    """What was set aside is no longer wanted."""
    with ports().database.write() as connection:
        design_drafts.let_go(connection, key, opened(connection, key).name, current_actor().id)
    return redirect(url_for("designer.edit", key=key), 303)


def keep(key: str, source: bytes, *, had: int) -> None:
    """Save the diagram; what comes too late is set aside for its sender. Raises `DraftStale`."""
    me, at = current_actor().id, now()
    with ports().database.write() as connection:
        it = opened(connection, key)
        base = it.whole.active.id if it.whole.active else None
        begun = request.args.get("dasar")
        try:
            if it.draft is None and begun is not None and begun != (base or ""):
                raise DraftStale(f"{key}: {begun or 'no version'} was opened, {base} is in force.")
            design_drafts.save(connection, key, it.name, source, had=had, base=base, by=me, at=at)
        except DraftStale as refused:
            design_drafts.set_aside(connection, key, it.name, source, had=had, by=me, at=at)
            late = refused
        else:
            design_drafts.let_go(connection, key, it.name, me)
            return
    raise late


def unfit(source: bytes) -> str:
    """Why this is no diagram to keep, or ""; whatever else is wrong with one, a draft may have it."""
    if len(source) > LARGEST_FILE:
        return too_large()
    try:
        if tag(harden(source)) == "definitions":
            return ""
    except DefinitionInvalid as refused:
        found: tuple[Finding, ...] = refused.detail["findings"]  # type: ignore[assignment]
        return f"{cause(found[0], spoken())} {remedy(found[0], spoken())}"
    return _("Ini bukan diagram BPMN; pilih berkas .bpmn yang disimpan modeler.")


def stale() -> str:
    """Said to whoever saves too late."""
    return _(
        "Belum tersimpan: konsep ini sudah berubah sejak Anda membukanya. "
        "Yang Anda kirim disimpan tersendiri; bandingkan dahulu, lalu pilih mana yang dipakai."
    )
