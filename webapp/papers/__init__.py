"""The papers of a case, each as a page to print and as PDF, made of the same HTML and CSS.

* `pages`  receipt and answer letter: who may open them, and what they show
* `sheet`  the archive sheet, which the office keeps
* `files`, `pdf`  the page as a file
* `words`  values and lengths of time as a paper says them
"""

from webapp.papers import pages, sheet
from webapp.papers.blueprint import blueprint

__all__ = ["blueprint", "pages", "sheet"]
