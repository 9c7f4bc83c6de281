"""What a command brings in, sealed: for whom it is, valid answers, a comment's text, a file; only scalars and digests go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from engine.commands import (
    ATTESTATIONS,
    COMPLAINANT,
    UNATTESTED,
    Answering,
    Attach,
    Command,
    Comment,
    Complete,
    CompleteExternalTask,
    Migrate,
    OfWorkItem,
    Submit,
    is_user,
)
from engine.definition.mapping import mapping_must_fit
from engine.definition.model import Element
from engine.errors import AnswersInvalid, AttachmentsFull, AttachmentUnfit, CaseErased, CommentUnfit, Refused
from engine.forms.fields import FormSchema, for_staff
from engine.forms.validate import validate_json
from engine.numbers import is_trial
from engine.runtime.apply import answerable, waiting
from engine.runtime.entered import reported, results
from engine.runtime.open_case import OpenCase
from engine.store import attachments

#: Characters of a comment.
LONGEST_COMMENT = 4_000
#: Files of a case, and of them those that the complainant themselves may send.
MOST_FILES = 20
MOST_FILES_OF_COMPLAINANT = 5

AnyCommand = TypeVar("AnyCommand", bound=Command)


def seal(case: OpenCase, command: Command) -> Command:
    """`command` with its time, and with digests in place of what a person wrote; that is kept with the case.

    Raises `AnswersInvalid`, `CommentUnfit`, `AttachmentsFull`, `CaseErased`, and what `answerable` and `waiting` do.
    """
    sealed = replace(command, at=case.at)
    if isinstance(sealed, Answering | Comment | Attach) and case.key is None:
        raise CaseErased(case=case.number)
    if isinstance(sealed, Complete | Submit):
        sealed = _for_whom(case, sealed)
    if isinstance(sealed, Answering):
        return _with_answers(case, sealed)
    if isinstance(sealed, Migrate):
        return _with_what_it_reads(case, sealed)
    if isinstance(sealed, Comment):
        return replace(sealed, text=None, digest=case.comment(_text(sealed), sealed))
    if isinstance(sealed, Attach):
        return _with_file(case, sealed)
    return sealed


def _with_what_it_reads(case: OpenCase, command: Migrate) -> Migrate:
    """What the expressions of the other version read of all answers so far: it may read what this one never did."""
    to = case.ports.definition(case.connection, command.to)
    if to.key != case.definition.key or to.id == case.definition.id:
        raise Refused(
            f"{case.number} runs on {case.definition.id}; expected another version of {case.definition.key}, "
            f"found {command.to}.",
            reason="not_another_version",
        )
    mapping_must_fit(case.definition, to, command.mapping)
    read = {key: value for key, value in case.all_answers().items() if key in to.variables}
    return replace(command, variables=read)


def _for_whom(case: OpenCase, command: Complete | Submit) -> Complete | Submit:
    """Staff who answer a complainant's task act for them, whether or not they say so, and it is on record whom they took
    them for; nobody attests for themselves."""
    if isinstance(command, Complete) and is_user(command.actor) and _element(case, command).public:
        command = replace(command, on_behalf=COMPLAINANT)
    if is_user(command.actor) and command.on_behalf == COMPLAINANT and command.attested is None:
        command = replace(command, attested=UNATTESTED)
    if command.attested is not None and (
        command.on_behalf != COMPLAINANT or command.attested not in ATTESTATIONS
    ):
        raise Refused(
            f"An identity is attested by one of {', '.join(ATTESTATIONS)} when acting for the complainant; "
            f"found {command.attested!r}.",
        )
    return command


def _with_answers(case: OpenCase, command: AnyCommand) -> AnyCommand:
    """Validate the answers against the step's form; leave only scalars and their digest in the command."""
    assert isinstance(command, Answering)
    element = _element(case, command)
    name = command.activation if isinstance(command, OfWorkItem) else f"{element.id}:1"
    schema = case.definition.form_of(element.id)
    if isinstance(command, CompleteExternalTask):
        given = dict(command.answers or {})
    else:
        given = _validated(case, schema, command) if schema else {}
    digest = case.answer(f"{case.number}:{name}", given, command)
    read = {key: given[key] for key in given if key in case.definition.variables}
    if isinstance(command, CompleteExternalTask):
        read = results(element, given, case.definition.variables)
    return replace(command, answers=None, variables=read, digest=digest, reported=reported(schema, given))


def _element(case: OpenCase, command: Command) -> Element:
    """The step that the answers are for. Raises what `answerable` does."""
    if isinstance(command, Complete):
        assert case.state is not None
        return case.definition.elements[answerable(case.state, command).element]
    if isinstance(command, CompleteExternalTask):
        assert case.state is not None
        return case.definition.elements[waiting(case.state, command).element]
    return case.definition.elements[case.definition.entry]


def _validated(case: OpenCase, schema: FormSchema, command: Answering) -> dict[str, Any]:
    """The answers of the form's own fields; what it only shows stays where it was first answered."""
    stored = case.stored_answers(schema.shown_keys) if schema.shown_keys and case.state is not None else {}
    # who tries a process plays the complainant, and is asked what they are asked
    asked = for_staff(schema) if command.on_behalf and not is_trial(case.number) else schema
    now = case.at.astimezone(case.calendar.zone)
    found = validate_json(asked, command.answers or {}, stored=stored, now=now)
    if found.errors:
        raise AnswersInvalid(errors=found.errors, form=schema.id)
    return {key: found.answers.get(key) for key in schema.own_keys}


def _text(command: Comment) -> str:
    text = (command.text or "").strip()
    if not 0 < len(text) <= LONGEST_COMMENT:
        raise CommentUnfit(longest=LONGEST_COMMENT, found=len(text))
    return text


def _with_file(case: OpenCase, command: Attach) -> Attach:
    """Only what a file is and its digest stay in the command."""
    if command.file is None:
        raise AttachmentUnfit("There is no file; choose one.", reason="empty")
    before = attachments.of_case(case.connection, case.number)
    own = sum(row.added_by == COMPLAINANT for row in before)
    for most, found in ((MOST_FILES, len(before)), (MOST_FILES_OF_COMPLAINANT, own)):
        if found >= most and (most == MOST_FILES or command.actor == COMPLAINANT):
            raise AttachmentsFull(
                f"At most {most} files are taken, and {found} are there; nothing was added.",
                most=most,
                found=found,
            )
    nth = max((row.nth for row in before), default=0) + 1
    digest = case.attach(nth, command.file, command)
    return replace(
        command,
        file=None,
        nth=nth,
        digest=digest,
        media_type=command.file.media_type,
        size=len(command.file.content),
    )
