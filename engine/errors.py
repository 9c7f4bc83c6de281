"""One tree of errors. The docstring is the default message; `code` is stable and meant for machines.

A message says what was expected, then what was found, then what to do. Screens translate by `code`
and fill in `detail`; the text here is the English original and the fallback.
"""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """The request could not be carried out."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str | None = None, /, **detail: object) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.detail = detail
        super().__init__(self.message)


class Refused(EngineError):
    """The command is not possible now; nothing was changed."""

    code = "refused"


class NotFound(Refused):
    """There is nothing here by that name."""

    code = "not_found"


class NotAllowed(Refused):
    """You do not have the right to do this; ask the Pengelola if you should."""

    code = "not_allowed"


class WorkItemNotOpen(Refused):
    """This task is already finished; see who finished it and where the case is now."""

    code = "work_item_not_open"


class AlreadyClaimed(Refused):
    """A colleague holds this task; ask them to release it, or take another."""

    code = "already_claimed"


class NotClaimed(Refused):
    """Take the task before you complete it."""

    code = "not_claimed"


class CaseEnded(Refused):
    """The case has ended; nothing more can be done in it."""

    code = "case_ended"


class NotMigratable(Refused):
    """The case cannot go on in that version as it stands; `detail["reasons"]` says what is in the way and where."""

    code = "not_migratable"


class NobodyWaits(Refused):
    """The case does not wait for this message now."""

    code = "nobody_waits"


class CommandReused(Refused):
    """This form was already sent with other content; both are shown, nothing was changed."""

    code = "command_reused"


class CaseHalted(Refused):
    """A disturbance halts this case; the Pengelola has been told. What you typed is kept."""

    code = "case_halted"


class Disturbed(Refused):
    """Something went wrong inside; nothing was changed and what you typed is kept. Give the incident's number."""

    code = "disturbed"


class StillFailing(Refused):
    """It was tried again and failed as before; the incident stays open. Mend its cause first."""

    code = "still_failing"


class DraftStale(Refused):
    """Somebody saved this draft since it was opened. `detail["draft"]` is what stands there now, or None."""

    code = "draft_stale"


class AnswersInvalid(Refused):
    """Some answers need attention. `detail["errors"]` maps a field's key to its messages."""

    code = "answers_invalid"


class CommentUnfit(Refused):
    """A comment has 1 to 4,000 characters; write one, or shorten it."""

    code = "comment_unfit"


class AttachmentUnfit(Refused):
    """The file cannot be taken; `detail["reason"]` says why: empty, large, kind, broken, dots, moving, name."""

    code = "attachment_unfit"


class AttachmentsFull(Refused):
    """The case holds as many files as it can; nothing was added."""

    code = "attachments_full"


class CaseErased(Refused):
    """What was written in this case was erased; its history stays, and nothing can be added."""

    code = "case_erased"


class LastAdministrator(Refused):
    """This is the only active Pengelola. Put another person into the group pengelola first."""

    code = "last_administrator"


class PasswordUnfit(Refused):
    """The password is too short or too long; choose a sentence that only you know."""

    code = "password_unfit"


class DefinitionInvalid(EngineError):
    """The process definition has findings; `detail["findings"]` lists them all."""

    code = "definition_invalid"


class FormInvalid(EngineError):
    """The form file cannot be deployed as it stands; `detail["findings"]` lists them all."""

    code = "form_invalid"


class CalendarInvalid(EngineError):
    """The calendar file cannot be used as it stands."""

    code = "calendar_invalid"


class DurationInvalid(EngineError):
    """The duration of the timer cannot be read."""

    code = "duration_invalid"


class NoOfficeHours(EngineError):
    """The calendar has too few office hours to reach the limit."""

    code = "no_office_hours"


class ExpressionInvalid(EngineError):
    """The expression cannot be read."""

    code = "expression_invalid"


class ExpressionFailed(EngineError):
    """The expression gave no usable result."""

    code = "expression_failed"


class ExecutionFailed(EngineError):
    """The process could not go on from here; the command was undone."""

    code = "execution_failed"


class StateUnreadable(EngineError):
    """The stored state of the case cannot be read by this release."""

    code = "state_unreadable"


class SettingsInvalid(EngineError):
    """A setting is missing or wrong."""

    code = "settings_invalid"


class KeyMissing(EngineError):
    """The key that opens this case is not there."""

    code = "key_missing"
