"""What a channel gets and what it may say: the letter is whole, the channel only delivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Unreachable(Exception):
    """There is no way to this recipient, and trying again will not find one. The message says why, for the record."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered notification."""

    #: The same for every try of one message, so that a receiver can drop a repetition.
    id: str
    #: E-mail addresses, at least one.
    to: tuple[str, ...]
    subject: str
    text: str
    #: A file that goes with it: name and bytes.
    attachment: tuple[str, bytes] | None = None


class Sender(Protocol):
    """A channel. May raise anything: the message is then tried again, and `Unreachable` closes it."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over; when this comes back it has gone out."""


class Nowhere:
    """No channel is set up. Closes every message with that reason, so that the outbox does not grow in silence."""

    def send(self, letter: Letter) -> None:
        raise Unreachable("no channel")
