"""The square of the receipt: the address of the case, never its code.

A code in an address would stand in the server's log, the browser's history and whatever is shared from there;
behind a `#` it would still be in the last two. So the square spares typing the number only.
"""

from __future__ import annotations

from typing import Final

import segno
from flask_babel import gettext as _
from markupsafe import Markup

_SCALE: Final = 4
_BORDER: Final = 2


def qr_of(address: str, title: str | None = None) -> Markup:
    """The address as an SVG with a name for screen readers, without style attributes, which the policy forbids."""
    code = segno.make(address, error="m")
    width, height = code.symbol_size(scale=_SCALE, border=_BORDER)
    drawn = code.svg_inline(
        scale=_SCALE,
        border=_BORDER,
        svgclass="app-qr",
        lineclass=None,
        title=title or _("Kode QR alamat pengaduan ini"),
    )
    # with a view box a style sheet can size it; without one it would be cut off
    attributes = f'role="img" viewBox="0 0 {width} {height}" shape-rendering="crispEdges"'
    image = drawn.replace("<svg ", f"<svg {attributes} ", 1)
    return Markup(image)  # noqa: S704  segno draws from bits; nothing of the address is in the markup
