"""Text and elements of an SVG: what is common to all that is drawn.

Colours are presentation attributes, so any stylesheet overrides them by class and none is needed.
"""

from __future__ import annotations

from html import escape

INK = "#12242b"
PAPER = "#ffffff"
BRAND = "#0b5d66"
LATE = "#b3261e"
DONE = "#1e6b3a"
SOON = "#8a5a00"
#: The classes of a heat map, from the least to the most: one hue that darkens, so that any eye sees the order, and
#: ink on the darkest still has a contrast of 4.5.
HEAT = ("#e3f1f2", "#bcdfe2", "#92cad0", "#67b3bb", "#3f9aa4")

FONT = "Plus Jakarta Sans Variable, Plus Jakarta Sans, Helvetica, Arial, sans-serif"
TEXT, LABEL, FIGURE = 12.0, 11.0, 14.0  # font sizes, px
LEADING = 1.22  # line height over font size
LONGEST = 400  # characters of a name that are drawn; a longer one ends in an ellipsis


def element(tag: str, body: str = "", /, **attributes: object) -> str:
    """One SVG element as text: `stroke_width` becomes `stroke-width`, `class_` loses its underscore.

    Attribute values are escaped here and None leaves one out; `body` is markup, so text in it is the
    caller's to escape.
    """
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(short(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{said}>{body}</{tag}>" if body else f"<{tag}{said}/>"


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Break a text at its spaces into as few lines as `width` px allow at font size `size` px.

    The lines come out about equally long, so that no word is left alone on the last. A word wider than
    a line is cut with a hyphen where it must be.
    """
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    lines = _filled(text, width, size)
    while len(lines) > 1:
        narrower = max(length(line, size) for line in lines) - 0.01
        tried = _filled(text, narrower, size)
        if len(tried) > len(lines) or any(line.endswith("-") for line in tried):
            break
        lines = tried
    return lines


def _filled(text: str, width: float, size: float) -> list[str]:
    """Lines as full as they go."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if length(longer, size) <= width:
            line = longer
            continue
        lines += [line] if line else []
        while length(word, size) > width and len(word) > 2:
            fits = (n for n in range(len(word) - 1, 1, -1) if length(word[:n] + "-", size) <= width)
            cut = next(fits, 1)
            lines.append(word[:cut] + "-")
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines


def paragraph(lines: list[str], x: float, top: float, size: float, **attributes: object) -> str:
    """Lines of centred text under each other; `top` is the upper edge of the first."""
    rows = "".join(
        element("tspan", escape(line), x=x, y=top + size * (LEADING * n + 0.97))
        for n, line in enumerate(lines)
    )
    return (
        element("text", rows, text_anchor="middle", font_size=size, fill=INK, **attributes) if lines else ""
    )


def centred(lines: list[str], x: float, y: float, size: float, **attributes: object) -> str:
    """Lines of text around the point (x, y)."""
    return paragraph(lines, x, y - len(lines) * size * LEADING / 2, size, **attributes)


def length(text: str, size: float) -> float:
    """The width of a text in px, estimated a little wide: no font is at hand on a server."""
    return size * sum(_EMS.get(c, 0.7 if c.isupper() else 0.6) for c in text)


#: Widths in em: the greater of Plus Jakarta Sans (our pages) and Arial (everywhere else), rounded up.
_EMS = {
    character: width
    for characters, width in (
        (" ijlI,.:;'!|()[]{}", 0.3),
        ('rft-/"', 0.4),
        ("svxyzkJTL", 0.55),
        ("mwMWOQCG@%", 0.88),
    )
    for character in characters
}


def short(value: object) -> str:
    """Numbers with at most two decimals, so that equal diagrams give equal bytes."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
