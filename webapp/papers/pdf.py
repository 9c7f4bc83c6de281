"""A page of ours as a PDF file, by WeasyPrint: tagged, with our font, and without asking the network for anything.

A paper that people take home is PDF/UA-1, to be read aloud; one that is kept is PDF/A-2a, which demands the same tags
and everything that it needs inside it. WeasyPrint marks a file as one of the two, not as both.

WeasyPrint needs the system's Pango, which pip cannot install: where it is missing everything else still works.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import structlog
from flask import Response, current_app

log = structlog.get_logger("alur_aduan.papers")

#: An address that leads nowhere: what the page names is looked for below it, among our own files.
_BASE: Final = "https://kertas.invalid/"
_STYLE: Final = "papers.css"
#: What a file is marked as: to be read by everybody, or to be read in many years.
ACCESSIBLE: Final = "pdf/ua-1"
ARCHIVED: Final = "pdf/a-2a"
#: Pango keeps state of its own, and a page costs most of a second: one at a time, so that the other pages go on.
_one_at_a_time = Lock()


class NoPango(Exception):
    """PDF files cannot be made on this machine; install Pango, or print from the page."""


def response(page: str, filename: str, variant: str = ACCESSIBLE) -> Response:
    """The file, to be shown by the browser. Raises `NoPango`."""
    body = written(page, Path(current_app.static_folder or ""), variant)
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return answer


def written(page: str, static: Path, variant: str = ACCESSIBLE) -> bytes:
    """The PDF of a page whose files are in `static`. Raises `NoPango`."""
    weasyprint = _library()
    with _one_at_a_time:
        style, fonts = _style(weasyprint, static)
        document = weasyprint.HTML(
            string=page, base_url=_BASE, url_fetcher=_own_files(weasyprint, static), media_type="print"
        )
        with warnings.catch_warnings():
            # it leaves the file of its colour profile to be closed by chance
            warnings.simplefilter("ignore", ResourceWarning)
            pdf: bytes = document.write_pdf(
                stylesheets=[style] if style else [],
                font_config=fonts,
                pdf_variant=variant,
                presentational_hints=True,  # widths of columns, which no style attribute may say
            )
    return pdf


def style_text(static: Path) -> str:
    """The style sheet for a page that lies alone: without its font, which would have to lie beside it."""
    name = _style_name(static)
    return re.sub(r"@font-face\s*{[^}]*}", "", (static / name).read_text()) if name else ""


def _style_name(static: Path) -> str | None:
    """The built file, if there is one."""
    manifest = static / "manifest.json"
    return json.loads(manifest.read_text()).get(_STYLE) if manifest.is_file() else None


def _library() -> ModuleType:
    """Imported when it is first needed: it takes half a second, and fails where Pango is not installed."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        log.error("no_pango", error=type(error).__name__)
        raise NoPango from error
    # it warns of each letter that the font has not, and so would write a complaint into the log
    logging.getLogger(weasyprint.__name__).propagate = False
    found: ModuleType = weasyprint
    return found


@lru_cache(maxsize=2)
def _style(weasyprint: ModuleType, static: Path) -> tuple[Any, Any]:
    """The style sheet, read once, and the fonts that it brings; none where it is not built."""
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    name = _style_name(static)
    if name is None:
        return None, fonts
    fetcher = _own_files(weasyprint, static)
    return weasyprint.CSS(url=f"{_BASE}static/{name}", url_fetcher=fetcher, font_config=fonts), fonts


def _own_files(weasyprint: ModuleType, static: Path) -> Any:
    """Fetches from `static` and nowhere else, whatever a page or a style sheet names."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = unquote(urlsplit(url).path).removeprefix("/static/")
            path = static / name
            if not url.startswith(f"{_BASE}static/") or path.parent != static or not path.is_file():
                raise ValueError("only files of our own are put into a paper")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _TYPES.get(path.suffix, "")})

    return OwnFiles()


_TYPES: Final = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
