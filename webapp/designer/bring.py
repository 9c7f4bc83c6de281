"""*Terapkan berkas*: a diagram with its forms and decisions, made elsewhere, becomes a version; a process can begin so.

First the files, then what they change and what the check says, then the reason: nothing is deployed unseen. Between the
two the page carries the files along, packed; what comes back is judged again as if it came from anywhere.
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definition.bundle import MOST_FILES, Checked, check
from engine.definition.deploy import deploy
from engine.definition.findings import Finding, errors
from engine.definition.given import gathered
from engine.definition.model import ProcessDefinition
from engine.errors import DefinitionInvalid, NotFound
from engine.queries.completed import Completed, completed, note_of
from engine.queries.drafted import files_of
from engine.store import design_drafts
from webapp.context import now, ports
from webapp.designer.blueprint import blueprint
from webapp.designer.changes import Group
from webapp.designer.deploy import File, changes, difference, reason, reason_wanted
from webapp.designer.findings import told
from webapp.given_back import given_back_by
from webapp.security import current_actor, needs
from webapp.uploads import TOO_LARGE, WORD, takes_files, too_large

#: Characters of the files that a page carries along; larger ones are chosen again.
MOST_CARRIED: Final = 1_500_000


@dataclass(frozen=True, slots=True)
class About:
    """What a deployment would do to one process."""

    new: ProcessDefinition
    active: ProcessDefinition | None
    files: list[File]
    steps: list[Group]
    #: Somebody has a draft of it, which this deployment knows nothing of.
    drafted: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """The files that were handed in, looked at."""

    whole: Completed
    checked: Checked
    about: list[About]
    #: As the page carries them; "" for too much.
    carried: str
    names: list[str]

    @property
    def refused(self) -> bool:
        return bool(errors(self.checked.findings))

    @property
    def changed(self) -> bool:
        return any(one.files for one in self.about)


@blueprint.get("/unggah")
@needs("definition:deploy")
def bring() -> ResponseReturnValue:
    """The page; with files that were given back, what they would do."""
    if request.args.get(WORD) == TOO_LARGE:
        return shown(wrong=too_large()), 413
    try:
        files = _carried()
    except DefinitionInvalid:
        files = {}
    return shown(_looked(files) if files else None)


def shown(
    looked: Looked | None = None, *, wrong: str = "", about_reason: str = "", found: tuple[Finding, ...] = ()
) -> str:
    """The page; `wrong` is about the files, `found` what there is to say of them before they can be looked at."""
    rows = [("#berkas", wrong), ("#alasan", about_reason)]
    return render_template(
        "designer/bring.html",
        wide=True,
        looked=looked,
        state=state(looked) if looked else "",
        findings=told(looked.checked.findings if looked else found),
        errors=[{"text": text, "href": href} for href, text in rows if text],
        wrong=wrong,
        about_reason=about_reason,
        typed=request.form.get("alasan", ""),
        same=request.args.getlist("sama"),
    )


@blueprint.post("/unggah")
@given_back_by(bring)
@needs("definition:deploy")
@takes_files
def bring_files() -> ResponseReturnValue:
    """Look at the files, or deploy those that were looked at (`tindakan=terapkan`)."""
    deploying = request.form.get("tindakan") == "terapkan"
    try:
        files = {} if deploying else _chosen()
        files = files or _carried()
    except DefinitionInvalid as refused:
        found: tuple[Finding, ...] = refused.detail["findings"]  # type: ignore[assignment]
        return shown(wrong=_("Berkas ini tidak dapat diterapkan; lihat temuannya."), found=found), 422
    if not files:
        return shown(
            wrong=_("Pilih berkasnya dahulu: diagram .bpmn, formulir .form, tabel .dmn, atau satu ZIP.")
        ), 422
    looked = _looked(files)
    if not deploying or looked.refused:
        return shown(looked), 422 if looked.refused else 200
    if request.form.get("dilihat") != state(looked):
        return shown(looked, wrong=_("Yang berlaku berubah sejak diperiksa; lihat lagi perbedaannya.")), 409
    note = reason()
    if not note:
        return shown(looked, about_reason=reason_wanted()), 422
    done = deploy(
        ports().database,
        looked.whole.bundle,
        by=current_actor().id,
        at=now(),
        note=note_of(note, looked.whole.taken),
        source="web",
    )
    if not done.definitions:
        return redirect(url_for("designer.bring", sama=[one.id for one in done.unchanged]), 303)
    first = done.definitions[0]
    return redirect(url_for("designer.version", key=first.key, version=first.version, diterapkan=1), 303)


def state(looked: Looked) -> str:
    """The versions in force that the files were compared with."""
    return " ".join(one.active.id if one.active else f"{one.new.key}:0" for one in looked.about)


def _looked(files: Mapping[str, bytes]) -> Looked:
    with ports().database.read() as connection:
        whole = completed(ports(), connection, files)
        checked = check(whole.bundle)
        about = []
        for new in checked.definitions:
            try:
                active = ports().active_definition(connection, new.key)
            except NotFound:
                active = None
            drafts = design_drafts.of_process(connection, new.key)
            about.append(About(new, active, _files(active, new), changes(active, new), bool(drafts)))
    carried = _packed(files)
    return Looked(whole, checked, about, carried if len(carried) <= MOST_CARRIED else "", sorted(files))


def _files(active: ProcessDefinition | None, new: ProcessDefinition) -> list[File]:
    before, after = ({} if one is None else files_of(one) for one in (active, new))
    return [
        File(name, kind)
        for name in sorted({*before, *after})
        if (kind := difference(before.get(name), after.get(name)))
    ]


def _chosen() -> dict[str, bytes]:
    """The files of this request. Raises `DefinitionInvalid`."""
    with ExitStack() as opened:
        chosen = [file for file in request.files.getlist("berkas")[: MOST_FILES + 1] if file.filename]
        for file in chosen:
            opened.callback(file.close)
        return gathered(((file.filename or "", file.read()) for file in chosen), archives=True)


def _carried() -> dict[str, bytes]:
    """The files that an earlier page carries along. Raises `DefinitionInvalid`."""
    try:
        packed = base64.b64decode(request.form.get("paket", ""), validate=True)
    except (binascii.Error, ValueError):
        return {}
    return gathered([("paket.zip", packed)], archives=True) if packed else {}


def _packed(files: Mapping[str, bytes]) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return base64.b64encode(packed.getvalue()).decode()
