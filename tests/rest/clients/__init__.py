"""Client libraries for Camunda 7 that others wrote, unchanged: each behind the same few verbs, for one user.

`pycamunda` is written by hand over requests; `generic-camunda-client` is generated from Camunda's own OpenAPI
description, over urllib3. Neither knows of the other, nor of this program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol


class Task(NamedTuple):
    """As much of a task as the tests look at, as the library gives it."""

    id: str
    step: str
    assignee: str | None


class CamundaClient(Protocol):
    """A library, signed in as somebody."""

    def deploy(self, file: Path) -> list[str]:
        """The ids of the new process definitions."""

    def start(self, process: str, answers: Mapping[str, Any]) -> str:
        """The id of the new process instance."""

    def tasks(self, instance: str) -> list[Task]: ...
    def claim(self, task: str, user: str) -> None: ...
    def complete(self, task: str, answers: Mapping[str, Any]) -> None: ...
    def send(self, message: str, instance: str) -> None: ...
    def refusal(self) -> type[Exception]:
        """What the library raises when the server refuses."""


class Library(Protocol):
    """Signs a user in; closes its connections after the block."""

    def __call__(self, address: str, user: str) -> Any: ...


@contextmanager
def desks(library: Library, address: str, *users: str) -> Iterator[list[CamundaClient]]:
    """The library once for each user."""
    opened = [library(address, user) for user in users]
    clients = [one.__enter__() for one in opened]
    yield clients
    for one in opened:
        one.__exit__(None, None, None)
