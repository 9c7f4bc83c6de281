"""Whether a page is sound: it has no barrier that axe knows of, and is no wider than the screen.

A page that is loaded is looked at twice, as it stands: at a desk by day, and on a phone in the dark. So each width
and each scheme is seen once. With `SOAK=1` (`make soak`) all four combinations are tried.
"""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.casework import SOAK

Scheme = Literal["light", "dark"]

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
LOOKS: tuple[tuple[ViewportSize, Scheme], ...] = ((DESK, "light"), (PHONE, "dark"))
if SOAK:
    LOOKS += ((DESK, "dark"), (PHONE, "light"))
#: A page keeps axe until it is left: only the first look has to bring it.
BRINGS_AXE, HAS_AXE = Axe(), Axe(axe_script="undefined")


def unsound(page: Page) -> list[tuple[str, str, list[str]]]:
    """What is wrong with a page: in which look, what it is, and the elements that have it.

    The page is left at the size that it had, and in the scheme of its context.
    """
    size, wrong = page.viewport_size, []
    for nth, (screen, scheme) in enumerate(LOOKS):
        page.set_viewport_size(screen)
        page.emulate_media(color_scheme=scheme)
        look = f"{screen['width']} {scheme}"
        found = (HAS_AXE if nth else BRINGS_AXE).run(page).response["violations"]
        wrong += [(look, one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((look, "wider than the screen", []))
    page.emulate_media(color_scheme="null")
    if size:
        page.set_viewport_size(size)
    return wrong
