"""What a function of FEEL is, and the decorator that enters one in a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import UnionType
from typing import Protocol, TypeAlias

from engine.expression.values import Run, Value

Kind: TypeAlias = type | UnionType
#: Takes the run, then arguments that are already of the listed kinds.
Body: TypeAlias = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Function:
    """A function and the kinds of its arguments; the last kind goes on for ever where `endless`."""

    name: str
    body: Body
    kinds: tuple[Kind, ...]
    least: int
    endless: bool

    def takes(self, count: int) -> bool:
        return self.least <= count and (self.endless or count <= len(self.kinds))

    @property
    def arity(self) -> str:
        """`1 argument`, `2 to 3 arguments`, `1 or more arguments`"""
        if self.endless:
            return f"{self.least} or more arguments"
        most = len(self.kinds)
        count = str(most) if most == self.least else f"{self.least} to {most}"
        return f"{count} argument" if most == 1 else f"{count} arguments"

    def __call__(self, run: Run, arguments: list[Value]) -> Value:
        given: list[Value] = []
        for at, argument in enumerate(arguments):
            kind = self.kinds[min(at, len(self.kinds) - 1)]
            if kind is list and argument is not None and not isinstance(argument, list):
                argument = [argument]  # a single value where a list is wanted is a list of one
            if not isinstance(argument, kind):
                return None
            given.append(run.sized(argument))
        try:
            return run.sized(self.body(run, *given))
        except ArithmeticError:
            return None


class Enter(Protocol):
    def __call__(
        self, name: str, *kinds: Kind, least: int | None = None, endless: bool = False
    ) -> Callable[[Body], Body]: ...


def into(table: dict[str, Function]) -> Enter:
    """`@function("substring", str, Decimal, Decimal, least=2)`: its name and the kinds of its arguments."""

    def enter(
        name: str, *kinds: Kind, least: int | None = None, endless: bool = False
    ) -> Callable[[Body], Body]:
        def decorate(body: Body) -> Body:
            table[name] = Function(name, body, kinds, len(kinds) if least is None else least, endless)
            return body

        return decorate

    return enter
