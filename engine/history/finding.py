"""What a check of the record finds, in words for an auditor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.history.chain import StoredEvent, verify_chain

#: Somebody changed it.
TAMPERED = "tampered"
#: The program answers differently than it did.
DIVERGED = "diverged"
#: A restore from a backup went back behind it, and says so: no fault.
LOST = "lost"
#: It is younger than the last seal: no fault.
UNSEALED = "unsealed"
#: What is told and not counted as a finding.
NOTES = frozenset({LOST, UNSEALED})


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where."""

    case: str
    #: The event's number in its chain; None when it is not one event.
    seq: int | None
    kind: str  # TAMPERED | DIVERGED | LOST | UNSEALED
    code: str
    message: str


def chain_findings(
    name: str, history: Sequence[StoredEvent], head: tuple[int, str] | None
) -> Iterator[Finding]:
    """Where the chain of a case (or `sistem`) is not whole."""
    for problem in verify_chain(history, head):
        message = f"expected {problem.expected}, found {problem.found}"
        yield Finding(name, problem.seq, TAMPERED, f"chain_{problem.code}", message)
