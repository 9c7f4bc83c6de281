"""From the syntax tree to nodes: a case for each rule of the grammar."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from lark import Token, Tree

from engine.expression.access import Access, Filter, Member
from engine.expression.function import Function
from engine.expression.functions import FUNCTIONS, UNBOUNDED
from engine.expression.loops import Binding, ForEach, Quantified
from engine.expression.membership import EqualTo, Interval, Limit, Test, Within
from engine.expression.nodes import (
    Arithmetic,
    Call,
    Compared,
    Conditional,
    ContextOf,
    Junction,
    ListOf,
    Literal,
    Name,
    Negative,
    Node,
)
from engine.expression.operators import ARITHMETIC, COMPARISONS
from engine.expression.refusal import invalid
from engine.expression.values import number

_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}

#: What a cell's tests are put to; no form can have a field of this name.
TESTED = "?"

Part = Token | Tree[Token]


class Builder:
    """Builds one expression; knows its source to say where a function or an escape is wrong."""

    def __init__(self, source: str) -> None:
        self._source = source

    def node(self, part: Part) -> Node:
        assert isinstance(part, Tree), part
        match part.data, part.children:
            case "number", [Token() as digits]:
                return Literal(number(str(digits)))
            case "string", [Token() as text]:
                return Literal(self._text(text))
            case "constant", [Token(type=word)]:
                return Literal(_CONSTANTS[word])
            case "name", [Token() as name]:
                return Name(str(name))
            case "parentheses", [inner]:
                return self.node(inner)
            case "list", items:
                return ListOf(self._nodes(items))
            case "context", entries:
                return self._context(entries)
            case "call", [Token() as name, *arguments]:
                return Call(self._function(name, len(arguments)), self._nodes(arguments))
            case "access", [of, *suffixes]:
                return Access(self.node(of), tuple(self._suffix(suffix) for suffix in suffixes))
            case "negative", [of]:
                return Negative(self.node(of))
            case "sum" | "product" | "power", [first, *rest]:
                chain = zip(rest[::2], rest[1::2], strict=True)
                return Arithmetic(
                    self.node(first), tuple((ARITHMETIC[str(op)], self.node(x)) for op, x in chain)
                )
            case "compared", [left, op, right]:
                return Compared(self.node(left), COMPARISONS[str(op)], self.node(right))
            case "between", [of, low, high]:
                inside = Interval.of(self.node(low), self.node(high), low_included=True, high_included=True)
                return Within(self.node(of), (inside,))
            case "within", [of, *tests]:
                return Within(self.node(of), tuple(self._test(test) for test in tests))
            case "tests", tests:
                return Within(Name(TESTED), tuple(self._test(test) for test in tests))
            case "conjunction", terms:
                return Junction(False, self._nodes(terms))
            case "disjunction", terms:
                return Junction(True, self._nodes(terms))
            case "conditional", [condition, then, otherwise]:
                return Conditional(self.node(condition), self.node(then), self.node(otherwise))
            case "for_each", [*bindings, body]:
                return ForEach(self._bindings(bindings), self.node(body))
            case "quantified", [Token(type=word), *bindings, body]:
                return Quantified(word == "SOME", self._bindings(bindings), self.node(body))
            case rule, _:
                raise AssertionError(f"the grammar has a rule that nothing builds: {rule}")

    def _nodes(self, parts: list[Part]) -> tuple[Node, ...]:
        return tuple(self.node(part) for part in parts)

    def _test(self, part: Part) -> Test:
        match part:
            case Tree(data="limit", children=[op, of]):
                return Limit(COMPARISONS[str(op)], self.node(of))
            case Tree(data="interval", children=[Token(type=opening), low, high, Token(type=closing)]):
                return Interval.of(
                    self.node(low),
                    self.node(high),
                    low_included=opening == "LSQB",
                    high_included=closing == "RSQB",
                )
            case _:
                return EqualTo(self.node(part))

    def _suffix(self, part: Part) -> Member | Filter:
        match part:
            case Tree(data="member", children=[key]):
                return Member(str(key))
            case Tree(data="filter", children=[by]):
                return Filter(self.node(by))
            case _:
                raise AssertionError(f"no suffix: {part}")

    def _context(self, parts: list[Part]) -> ContextOf:
        """Entries that stand for themselves: in FEEL a later one reads an earlier one, before any variable."""
        entries: dict[str, Node] = {}
        for part in parts:
            assert isinstance(part, Tree)
            token, value = part.children
            assert isinstance(token, Token)
            key = self._text(token) if token.type == "STRING" else str(token)
            node = self.node(value)
            at = token.start_pos or 0
            if key in entries:
                raise invalid(self._source, at, "each key once in a context", f"{key} again", "rename one")
            for read in node.reads(frozenset()):
                if read in entries:
                    expected = "entries that do not read one another"
                    raise invalid(
                        self._source, at, expected, f"{key} reading {read}", "repeat what it stands for"
                    )
            entries[key] = node
        return ContextOf(tuple(entries.items()))

    def _bindings(self, parts: list[Part]) -> tuple[Binding, ...]:
        return tuple(self._each_binding(parts))

    def _each_binding(self, parts: list[Part]) -> Iterator[Binding]:
        for part in parts:
            assert isinstance(part, Tree)
            name, source, *until = part.children
            yield Binding(str(name), self.node(source), self.node(until[0]) if until else None)

    def _function(self, token: Token, given: int) -> Function:
        name = " ".join(token.split())
        at = token.start_pos or 0
        if name in UNBOUNDED:
            expected = "a function whose time can be bounded"
            raise invalid(self._source, at, expected, name, 'use "contains", "starts with" or "ends with"')
        function = FUNCTIONS.get(name)
        if function is None:
            close = difflib.get_close_matches(name, FUNCTIONS, n=1)
            remedy = f"write {close[0]} if that was meant" if close else "write one of the functions of FEEL"
            raise invalid(self._source, at, "a function of FEEL", name, remedy)
        if not function.takes(given):
            raise invalid(self._source, at, f"{function.arity} for {name}", str(given), "correct the call")
        return function

    def _text(self, token: Token) -> str:
        """What the quoted text says, its escapes resolved (DMN 1.4, 10.3.1.2)."""
        start = token.start_pos or 0

        def resolve(escape: re.Match[str]) -> str:
            sign = escape[1]
            if sign in _ESCAPES:
                return _ESCAPES[sign]
            if len(sign) > 1 and int(sign[1:], 16) <= 0x10FFFF:
                return chr(int(sign[1:], 16))
            at = start + 1 + escape.start()
            remedy = r"double the backslash if you mean one, or write \n, \r, \t, \", \', \\, \u1234"
            raise invalid(self._source, at, "an escape of FEEL", escape[0], remedy)

        text = _ESCAPE.sub(resolve, token[1:-1])
        try:
            # an emoji may come as two \u escapes, which are one character; half a one cannot be stored
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise invalid(
                self._source, start, "whole characters", r"half of a \u pair", "write both halves"
            ) from None
