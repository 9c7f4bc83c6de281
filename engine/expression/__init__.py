"""FEEL, the language of conditions, scripts, timer durations and form rules (a subset of DMN 1.4).

    parse('lingkup = "tidak_berkadar"').evaluate({"lingkup": "tidak_berkadar"})  # True

An expression computes: it reads the variables it is given and nothing else, never a Python attribute, and stays
within bounds (`values`) whatever it says. Missing names read as null, and what FEEL cannot compute is null.

One idea a module. From text to nodes: `grammar`, `refusal` (why a text is refused), `build`. What a node means:
`nodes`, `access`, `membership`, `loops`. What it computes with: `values` (and the bounds), `operators`, `moments`,
`function`, `functions` with one module for each kind. To use it: `evaluate` (`parse`, `Expression`), and `check`
(unknown names).

Left out of FEEL: names with spaces, named arguments, `instance of`, function literals, `@"…"` literals, years-and-
months durations, properties of dates (`d.year`), intervals written `]1..5[`, comments, and regular expressions
(`matches`, `replace`), which cannot be bounded in time. `split` takes a plain delimiter. An entry of a context may
not read an entry before it (`{a: 1, b: a}`), so that values nest no deeper than the text does.
"""

from engine.expression.evaluate import Expression, Tests, parse, parse_tests
from engine.expression.values import Value

__all__ = ["Expression", "Tests", "Value", "parse", "parse_tests"]
