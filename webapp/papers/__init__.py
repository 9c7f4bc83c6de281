"""The papers of a case: receipt and answer letter, as a page to print and as PDF, made of the same HTML and CSS.

* `pages`  who may open them, and what they show
* `pdf`    the page as a file
* `words`  values and lengths of time as a paper says them
"""

from webapp.papers import pages
from webapp.papers.blueprint import blueprint

__all__ = ["blueprint", "pages"]
