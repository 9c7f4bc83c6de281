"""The square of the receipt: the address of the case, never its code.

A code in an address would stand in the server's log, the browser's history and whatever is shared from there;
behind a `#` it would still be in the last two. So the square spares typing the number only.
"""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_of(address: str) -> Markup:
    """The address as an SVG without style attributes, which the policy forbids."""
    drawn = segno.make(address, error="m").svg_inline(scale=4, border=2, svgclass="app-qr", lineclass=None)
    return Markup(drawn)  # noqa: S704  segno draws from bits; nothing of the address is in the markup
