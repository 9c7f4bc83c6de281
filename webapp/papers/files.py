"""A paper as a file, or where it can be printed from instead."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.papers import pdf


def file_of(page: str, filename: str, instead: str, variant: str = pdf.ACCESSIBLE) -> ResponseReturnValue:
    """The PDF of a page; on a machine that cannot make one, a page that leads to `instead`."""
    try:
        return pdf.response(page, filename, variant)
    except pdf.NoPango:
        return render_template("papers/no_pdf.html", instead=instead), 503
