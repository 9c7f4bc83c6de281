"""The SOP document of a diagram: the official form of PermenPAN-RB 35/2012.

* `document`  identity block and rows, as data
* `flow`      which symbol leads to which, without what has no symbol
"""

from engine.definition.sop.document import Row, SopDocument, as_json, document, listed

__all__ = ["Row", "SopDocument", "as_json", "document", "listed"]
