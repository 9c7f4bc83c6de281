"""What can be asked of a case: one frozen command for each act, whoever asks.

An entry point fills in who asks and what was typed. `engine.runtime.handle` then *seals* the command:
it puts in the time and replaces the answers by the scalars that expressions read and a digest. Only
sealed commands reach `apply` and the history, so nothing personal does (DESIGN section 4).

`command_id` is the asker's own (a UUID from the page or the client): the same command sent again
gives the first result. `actor` is a user's id, or one of the three below.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: The complainant, known by case number and code.
COMPLAINANT = "pengadu"
#: The system itself: timers.
SYSTEM = "sistem"
#: Prefix of an operating system's user at the command line.
OS_USER = "os:"

#: What an officer looked at to know whom they act for: a document, nothing (anonymous), or the person is known by
#: the receipt that they bring.
ATTESTATIONS = ("ktp", "sim", "paspor", "lainnya", "tanda_terima", "tanpa")
#: What is recorded when an officer says nothing of it: a program or the command line acts for the complainant.
UNATTESTED = "tanpa"


def is_user(actor: str) -> bool:
    """Whether `actor` is somebody of the office, with an account."""
    return actor not in (COMPLAINANT, SYSTEM) and not actor.startswith(OS_USER)


@dataclass(frozen=True, kw_only=True)
class Command:
    """What all commands carry."""

    actor: str
    source: str  # "web" | "rest" | "cli" | "sweeper"
    command_id: str
    #: For whom the actor acts: `pengadu` when staff act for the complainant.
    on_behalf: str | None = None
    #: The instant it counts at, UTC; set by `handle`.
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Answering(Command):
    """A command that brings a form's answers; `variables` and `digest` replace them when it is sealed."""

    answers: Mapping[str, Any] | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    #: HMAC-SHA256, keyed by the case, over all answers.
    digest: str | None = None
    #: What reports count of the answers, by what a form says (`laporan`): a choice, never a person's words.
    reported: Mapping[str, str | int | float] | None = None


@dataclass(frozen=True, kw_only=True)
class Submit(Answering):
    """Start a case and complete its first task. By staff without `on_behalf`, it is their own complaint."""

    process: str
    #: One of `ATTESTATIONS`, when an officer acts for the complainant; `UNATTESTED` unless they say so.
    attested: str | None = None
    #: An analyst's trial of the process, and no complaint: a number of its own series, nobody told, nothing counted.
    trial: bool = False
    #: The version that is tried; None for the one in force. A complaint always takes that.
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class OfWorkItem(Command):
    """A command about one task; `work_item` is `<case>:<element>:<nth activation>`."""

    work_item: str

    @property
    def case(self) -> str:
        return self.work_item.partition(":")[0]

    @property
    def activation(self) -> str:
        """The work item's name inside its case: `<element>:<nth>`."""
        return self.work_item.partition(":")[2]


@dataclass(frozen=True, kw_only=True)
class Claim(OfWorkItem):
    """Take a task of one of the actor's groups."""


@dataclass(frozen=True, kw_only=True)
class Release(OfWorkItem):
    """Give a task back to its group."""


@dataclass(frozen=True, kw_only=True)
class Delegate(OfWorkItem):
    """Hand a task to a colleague of the same group; the Sekretariat may hand any."""

    to: str


@dataclass(frozen=True, kw_only=True)
class Complete(Answering, OfWorkItem):
    """Finish a task with its form's answers. With `claim`, take it first if nobody holds it."""

    claim: bool = False
    #: As in `Submit`.
    attested: str | None = None


@dataclass(frozen=True, kw_only=True)
class CompleteExternalTask(Answering, OfWorkItem):
    """A worker outside has done a service task; the answers are its results."""


@dataclass(frozen=True, kw_only=True)
class ThrowError(OfWorkItem):
    """A worker outside found a business error, which an error event of the diagram catches by its code."""

    error_code: str


@dataclass(frozen=True, kw_only=True)
class OfCase(Command):
    """A command about a case as a whole; `case` is its number."""

    case: str


@dataclass(frozen=True, kw_only=True)
class SendMessage(OfCase):
    """Send a message event, by the name the diagram gives the message."""

    message: str


@dataclass(frozen=True, kw_only=True)
class RevealIdentity(OfCase):
    """Read the name and contact of a complainant who asked to keep them secret; it is on record."""


@dataclass(frozen=True, kw_only=True)
class Comment(OfCase):
    """Say something to colleagues about a case; `digest` replaces the text when it is sealed."""

    text: str | None = None
    #: HMAC-SHA256, keyed by the case, over the text.
    digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenFile:
    """A file that was looked at: only `engine.files.examine` makes one."""

    name: str
    #: Found in its content, never believed.
    media_type: str
    content: bytes = field(repr=False)

    def summary(self) -> tuple[str, str, int, str]:
        """What a digest is made of, in place of a copy of all bytes: media type, name, size, SHA-256."""
        return self.media_type, self.name, len(self.content), hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Attach(OfCase):
    """Put a file to a case; the other fields replace it when it is sealed."""

    file: GivenFile | None = None
    #: 1, 2, 3 … in its case.
    nth: int | None = None
    #: HMAC-SHA256, keyed by the case, over media type, name, size and content.
    digest: str | None = None
    media_type: str | None = None
    size: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecountTimers(OfCase):
    """Let the pending timers of office hours run by the calendar in force now."""


@dataclass(frozen=True, kw_only=True)
class Migrate(OfCase):
    """Let a running case go on in another version of its process."""

    #: The definition to go on in, `key:version`.
    to: str
    #: Element of the version it runs on -> the one that takes its place, where their ids differ.
    mapping: Mapping[str, str] = field(default_factory=dict)
    #: What the new version's expressions read, from the answers; put in when it is sealed.
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FireTimers(OfCase):
    """Fire every timer of the case that is due at exactly `due`."""

    due: datetime
    #: The `command_id` of the command that found them due.
    cause: str | None = None


@dataclass(frozen=True, kw_only=True)
class RetryIncident(OfCase):
    """Try again what an incident stopped."""

    incident: str
