"""The syntax of FEEL.

LALR(1) with lark's contextual lexer: no backtracking, so the time to read or refuse a text grows with its length.
"""

from __future__ import annotations

from functools import cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from engine.expression.functions import FUNCTIONS
from engine.expression.refusal import KEYWORDS, invalid, refusal

#: Longer texts are programs, and belong in a service task.
MAX_SOURCE = 4_000
#: Levels of the syntax tree; evaluation recurses that deep and no deeper.
MAX_DEPTH = 64

_SPACED = [name.replace(" ", r"\s+") for name in FUNCTIONS if " " in name]

_GRAMMAR = r"""
?start: expression
tests: _test ("," _test)*

?expression: disjunction
    | _IF expression _THEN expression _ELSE expression       -> conditional
    | _FOR binding ("," binding)* _RETURN expression         -> for_each
    | (SOME | EVERY) binding ("," binding)* _SATISFIES expression -> quantified
binding: NAME _IN expression [".." expression]

?disjunction: conjunction (_OR conjunction)*
?conjunction: comparison (_AND comparison)*
?comparison: sum
    | sum COMPARE sum                                        -> compared
    | sum _BETWEEN sum _AND sum                              -> between
    | sum _IN sum                                            -> within
    | sum _IN _pattern                                       -> within
    | sum _IN "(" expression ("," _test)+ ")"                -> within
    | sum _IN "(" _pattern ("," _test)* ")"                  -> within
_test: expression | _pattern
_pattern: limit | interval
limit: COMPARE sum
interval: (LSQB | LPAR) expression ".." expression (RSQB | RPAR)

?sum: product ((PLUS | MINUS) product)*
?product: power ((STAR | SLASH) power)*
?power: unary (POWER unary)*
?unary: access
    | "-" unary                                              -> negative
?access: atom (member | filter)*
member: "." NAME
filter: "[" expression "]"

?atom: NUMBER                                                -> number
    | STRING                                                 -> string
    | (TRUE | FALSE | NULL)                                  -> constant
    | NAME                                                   -> name
    | (NAME | SPACED) "(" [expression ("," expression)*] ")" -> call
    | "[" [expression ("," expression)*] "]"                 -> list
    | "{" [entry ("," entry)*] "}"                           -> context
    | "(" expression ")"                                     -> parentheses
entry: (NAME | STRING) ":" expression

COMPARE: /<=|>=|!=|=|<|>/
POWER: "**"
STAR: "*"
SLASH: "/"
PLUS: "+"
MINUS: "-"
LPAR: "("
RPAR: ")"
LSQB: "["
RSQB: "]"
NUMBER: /[0-9]+(\.[0-9]+)?|\.[0-9]+/
STRING: /"(?:[^"\\]|\\.)*"/s
%ignore /\s+/
"""
#: Words with spaces before a bracket, words that are no names, and those words: all known before a text is read.
_WORD_TERMINALS = [
    rf"SPACED.2: /(?:{'|'.join(_SPACED)})(?=\s*\()/",
    rf"NAME: /(?!(?:{'|'.join(KEYWORDS.values())})\b)[^\W\d]\w*/",
    *(rf"{name}: /{word}\b/" for name, word in KEYWORDS.items()),
]


@cache
def _parser() -> Lark:
    """Built when the first expression is read: it takes a tenth of a second, which most commands need not pay."""
    grammar = "\n".join((_GRAMMAR, *_WORD_TERMINALS))
    return Lark(
        grammar, parser="lalr", lexer="contextual", maybe_placeholders=False, start=["start", "tests"]
    )


def read(source: str, start: str = "start") -> Tree[Token]:
    """The syntax tree of a FEEL expression, or of the unary tests of a table's cell (`start="tests"`), at most
    `MAX_DEPTH` levels deep; `ExpressionInvalid` where it is none.
    """
    if len(source) > MAX_SOURCE:
        raise invalid(
            source,
            MAX_SOURCE,
            f"at most {MAX_SOURCE} characters",
            f"{len(source)}",
            "compute it in a service task",
        )
    parser = _parser().parse_interactive(source, start=start)
    try:
        parser.exhaust_lexer()
        tree: Tree[Token] = parser.feed_eof()  # type: ignore[no-untyped-call]  # lark has no types here
    except UnexpectedInput as error:
        accepted = parser.accepts()  # type: ignore[no-untyped-call]
        raise refusal(source, error, accepted) from None
    level: list[Tree[Token]] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            return tree
    raise invalid(source, 0, f"at most {MAX_DEPTH} levels of nesting", "more", "split it into steps")
