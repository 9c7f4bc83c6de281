"""What requests and answers are made of: models whose names are Camunda's on the wire and ours in the code.

A field that a client may send and that is not served is refused with 400, never ignored: a filter that does
nothing would show a client more than it asked for.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel

#: The most rows of one answer; who wants more asks for the next page.
MOST_RESULTS: Final = 1_000
#: Further on, a list is read by filters rather than by pages.
LAST_RESULT: Final = 1_000_000
#: Pydantic's context while a query is read, where everything is text.
QUERY: Final = "query"

Item = TypeVar("Item")


def _flag(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str) and info.context == QUERY:
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _whole(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str) and info.context == QUERY and re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        return int(value)
    return value


def _listed(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str) and info.context == QUERY:
        return [part for part in value.split(",") if part]
    return value


#: In a query these are texts, in a body they are JSON's own.
Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, BeforeValidator(_whole)]
#: A text for the database: no NUL, which PostgreSQL cannot keep.
NO_NUL: Final = r"^[^\x00]*$"
Text = Annotated[str, Field(pattern=NO_NUL, max_length=1_000)]
#: Several ids in one parameter, separated by commas; bounded, because a statement takes only so many.
Listed = Annotated[list[Text], BeforeValidator(_listed), Field(max_length=1_000)]


class Dto(BaseModel):
    """A JSON object of the dialect."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", hide_input_in_errors=True
    )


class Link(Dto):
    """Camunda's AtomLink; nothing here has links, so lists of it are empty."""

    method: str
    href: str
    rel: str


class Count(Dto):
    """How many there are."""

    count: int


class Paged(Dto):
    """Which rows of a list."""

    first_result: Annotated[Whole, Field(ge=0, le=LAST_RESULT)] = 0
    max_results: Annotated[
        Whole, Field(ge=0, le=MOST_RESULTS, description=f"By default, and at most, {MOST_RESULTS}.")
    ] = MOST_RESULTS


class Ordered(Paged):
    """A list in an order that the client chooses; a subclass says by which `sort_by`."""

    sort_order: Literal["asc", "desc"] | None = None

    @model_validator(mode="after")
    def _both(self) -> Ordered:
        if (getattr(self, "sort_by", None) is None) != (self.sort_order is None):
            raise ValueError(
                "Only a single sorting parameter specified. sortBy and sortOrder are required together"
            )
        return self


def page(rows: list[Item], asked: Paged) -> list[Item]:
    """The page that was asked for, of rows that are all at hand."""
    return rows[asked.first_result : asked.first_result + asked.max_results]


class ExceptionDto(Dto):
    """What every refusal and fault says."""

    type: Annotated[str, Field(description="The name of the exception that Camunda 7 has for this.")]
    message: str
    code: int
    details: Annotated[dict[str, Any] | None, Field(description="By field or file: what is wrong there.")] = (
        None
    )
