"""The SOP document of a version: the form of PermenPAN-RB 35/2012 as a page to print, as PDF, and as JSON."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import orjson
from babel.dates import format_date
from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definition.model import ProcessDefinition
from engine.definition.sop import as_json, document
from engine.definition.sop.draw import flowchart
from engine.definition.sop.sheet import NUMBER, PAPERS, SIDES, Paper
from webapp.designer.blueprint import blueprint, the_definition
from webapp.papers import pdf
from webapp.security import needs


@blueprint.get("/<key>/<int:version>/sop")
@needs("definition:read")
def sop(key: str, version: int) -> ResponseReturnValue:
    """The document; `?kertas=f4` for the other paper."""
    return render_template(
        "designer/sop.html", wide=True, as_file=False, **shown(the_definition(key, version), _paper())
    )


@blueprint.get("/<key>/<int:version>/sop.pdf")
@needs("definition:read")
def sop_pdf(key: str, version: int) -> ResponseReturnValue:
    """The same as a file."""
    try:
        return pdf.response(as_page(the_definition(key, version), _paper()), f"sop-{key}-{version}.pdf")
    except pdf.NoPango:
        page = url_for("designer.sop", key=key, version=version)
        return render_template("papers/no_pdf.html", instead=page), 503


@blueprint.get("/<key>/<int:version>/sop.json")
@needs("definition:read")
def sop_json(key: str, version: int) -> ResponseReturnValue:
    """The same as data."""
    content = orjson.dumps(as_json(document(the_definition(key, version))), option=orjson.OPT_INDENT_2)
    return Response(content, mimetype="application/json")


def as_page(definition: ProcessDefinition, paper: Paper, *, whole: bool = False) -> str:
    """The document with nothing of the site around it; `whole`: with its style in it, to lie anywhere."""
    style = pdf.style_text(_static()) if whole else ""
    return render_template("designer/sop.html", as_file=True, style=style, **shown(definition, paper))


def as_pdf(definition: ProcessDefinition, paper: Paper) -> bytes:
    """The document as a PDF file. Raises `NoPango`."""
    return pdf.written(as_page(definition, paper), _static())


def shown(definition: ProcessDefinition, paper: Paper) -> dict[str, Any]:
    """What the template shows."""
    sop = document(definition)
    chart = flowchart(sop, paper)
    columns, whole = chart.sheet.columns, (paper.width - SIDES) / 100
    widths = {
        "no": f"{NUMBER / whole:.3f}%",
        "actor": f"{columns.actor / whole:.3f}%",
        "words": [f"{width / whole:.3f}%" for width in columns.words],
    }
    return {
        "sop": sop,
        "definition": definition,
        "chart": chart,
        "widths": widths,
        "paper": paper,
        "papers": PAPERS,
        "said": _day,
    }


def _static() -> Path:
    return Path(current_app.static_folder or "")


def _paper() -> Paper:
    return PAPERS.get(request.args.get("kertas", ""), PAPERS["a4"])


def _day(text: object) -> str:
    """A date of the identity block as the form writes it, "4 Mei 2026"; other words as they are."""
    try:
        return format_date(date.fromisoformat(str(text)), "d MMMM y", locale="id")
    except ValueError:
        return str(text) if text else "–"
