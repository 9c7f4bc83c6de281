"""What a check of the record finds, in words for an auditor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

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

#: The five questions that a check asks of a case: is its chain whole, does its replay give the same, do the rows
#: beside it say the same, are the files that it ran on those that were deployed, and does the seal fit?
CHAIN, REPLAY, PROJECTIONS, DEPLOYED, SEAL = "chain", "replay", "projections", "deployed", "seal"
QUESTIONS: Final = (CHAIN, REPLAY, PROJECTIONS, DEPLOYED, SEAL)

#: Question -> the codes of the findings that answer it by no, or by what is worth telling.
_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    CHAIN: (
        "chain_missing", "chain_unlinked", "chain_altered", "chain_foreign", "chain_cut", "no_history", "unreadable",
        "number_missing", "number_unknown", "case_missing", "numbers_lost",
    ),
    REPLAY: ("replay_differs",),
    PROJECTIONS: (
        "projection", "hold_changed", "rights_changed", "retention_changed", "erasure_undone", "key_missing",
        "key_foreign", "answers_missing", "answers_changed", "answers_differ", "answers_unrecorded",
        "comment_missing", "comment_changed", "comment_differ", "comment_unrecorded", "attachment_missing",
        "attachment_row", "attachment_file_missing", "attachment_changed", "attachment_differs",
        "attachment_unrecorded",
    ),
    DEPLOYED: ("definition_changed", "calendar_changed", "activation_changed"),
    SEAL: (
        "seal_missing", "seal_unlinked", "seal_altered", "restore_unbridged", "seal_file_unreadable",
        "seal_line_missing", "seal_line_differs", "seal_ahead", "seal_file_behind", "seal_copy_unreadable",
        "seal_copy_ahead", "seal_copy_differs", "sealed_event_gone", "lost_by_restore", "not_yet_sealed",
        "seals_unreadable",
    ),
}  # fmt: skip
#: Code -> its question.
ASPECTS: Final[Mapping[str, str]] = {code: question for question, codes in _CODES.items() for code in codes}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where."""

    case: str
    #: The event's number in its chain; None when it is not one event.
    seq: int | None
    kind: str  # TAMPERED | DIVERGED | LOST | UNSEALED
    code: str
    message: str

    @property
    def aspect(self) -> str:
        """Which of the `QUESTIONS` it answers."""
        return ASPECTS.get(self.code, PROJECTIONS)


def chain_findings(
    name: str, history: Sequence[StoredEvent], head: tuple[int, str] | None
) -> Iterator[Finding]:
    """Where the chain of a case (or `sistem`) is not whole."""
    for problem in verify_chain(history, head):
        message = f"expected {problem.expected}, found {problem.found}"
        yield Finding(name, problem.seq, TAMPERED, f"chain_{problem.code}", message)
