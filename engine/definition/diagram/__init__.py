"""The diagram as an inline SVG, so that a page shows where a case stands without any JavaScript.

Everything is where the analyst put it in the modeler. Every text is escaped, nothing is styled inline (the
pages' content security policy forbids it), and no id is given, so that several diagrams fit in one page.
"""

from engine.definition.diagram.nodes import Heat
from engine.definition.diagram.picture import draw

__all__ = ["Heat", "draw"]
