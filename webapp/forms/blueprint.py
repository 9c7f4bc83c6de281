"""The blueprint of the form pages, and the form that an address names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, request, url_for

from engine.errors import NotFound
from engine.queries.drafted import Drafted, drafted, files_of
from engine.queries.drafted_forms import FORM_ID, DraftedForm, drafted_forms
from webapp.context import ports

blueprint = Blueprint("forms", __name__, url_prefix="/formulir")

#: Of an address or a form: the process, where several hold a form of this id.
PROCESS: Final = "proses"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The form of a page."""

    form: DraftedForm
    #: The process that holds it, with its drafts.
    whole: Drafted
    #: All forms of this id, of other processes too.
    same: tuple[DraftedForm, ...]
    #: All forms of the process, itself among them.
    siblings: tuple[DraftedForm, ...]

    @property
    def in_force(self) -> bytes | None:
        """The file in the version in force; None where it is not in it."""
        return None if self.whole.active is None else files_of(self.whole.active).get(self.form.name)

    def address(self, endpoint: str = "forms.show", **more: str) -> str:
        """A page about the form; the process is named where another holds one of this id."""
        return address(self.form, endpoint, named=len(self.same) > 1, **more)


def the_form(id: str) -> Chosen:
    """The form of this id, or in the file of this name, of the process `proses`, else of the first that has one.

    Raises `NotFound`.
    """
    with ports().database.read() as connection:
        everything = drafted_forms(ports(), connection)
        same = tuple(one for one in everything if one.id == id) or tuple(
            one for one in everything if one.name == id
        )
        wanted = request.values.get(PROCESS) or (same[0].process if same else "")
        form = next((one for one in same if one.process == wanted), None)
        if form is None:
            raise NotFound(
                f"There is no form {id} in force or drafted; {url_for('forms.home')} lists them all."
            )
        siblings = tuple(one for one in everything if one.process == form.process)
        return Chosen(form, drafted(ports(), connection, form.process), same, siblings)


def address(form: DraftedForm, endpoint: str = "forms.show", *, named: bool = False, **more: str) -> str:
    """A page about a form: by its id, or by its file's name where the id fits into no address."""
    id = form.id if FORM_ID.fullmatch(form.id) else form.name
    return url_for(endpoint, id=id, **({PROCESS: form.process} if named else {}), **more)
