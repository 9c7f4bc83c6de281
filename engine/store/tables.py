"""Every table of the store (DESIGN 4), for SQLite and PostgreSQL.

Primary keys are text that people can read and say on the phone. An instant is UTC; a `Json` column holds
canonical JSON. `answers`, `drafts` and `case_keys` are the only places with personal data, sealed.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.types import DueOrNever, Instant, Json

#: `case_number` of the chain of deployments, activations, users, settings (DESIGN 4, table `events`).
SYSTEM_CHAIN: Final = "sistem"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _case(**kw: Any) -> Column[str]:
    return Column("case_number", Text, ForeignKey("cases.number"), nullable=False, **kw)


# --- what was deployed: rows are never changed (triggers), only `active_versions` moves -------------------------

deployments = Table(
    "deployments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("note", Text),
    Column("deployed_by", Text, nullable=False),
    Column("deployed_at", Instant, nullable=False),
)

process_definitions = Table(
    "process_definitions",
    metadata,
    Column("id", Text, primary_key=True),  #: "key:version"
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("deployment_id", Text, ForeignKey("deployments.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("bpmn", LargeBinary, nullable=False),  #: the file, byte for byte
    Column("resources", Json, nullable=False),  #: {file name: text} of its .form and .dmn files
    Column("content_hash", Text, nullable=False),
    UniqueConstraint("key", "version"),
)

calendars = Table(
    "calendars",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content_hash", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),  #: the TOML as deployed
    Column("resolved", Json, nullable=False),  #: plain dates; the holidays package never runs later
    Column("note", Text),
    Column("deployed_by", Text, nullable=False),
    Column("deployed_at", Instant, nullable=False),
)

active_versions = Table(
    "active_versions",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("activated_by", Text, nullable=False),
    Column("activated_at", Instant, nullable=False),
    CheckConstraint("kind IN ('process', 'calendar')", name="kind"),
)

#: What analysts have changed and not deployed yet: files that stand in front of those of the version in force.
design_drafts = Table(
    "design_drafts",
    metadata,
    Column("process", Text, primary_key=True),  #: key of the process
    Column("name", Text, primary_key=True),  #: file name, as in the deployment
    Column("kept_for", Text, primary_key=True),  #: empty; or whose save was refused, until they let it go
    Column("content", LargeBinary),  #: none: the file is taken out
    Column("revision", Integer, nullable=False),  #: 1, 2, 3 …: whoever saves says which they had open
    Column("base", Text),  #: "key:version" in force when the draft was begun
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column(
        "standing", Boolean, nullable=False
    ),  #: false: deployed or thrown away; its revisions are never given again
)

#: Who has a draft open, so that two who change one file know of each other.
design_editors = Table(
    "design_editors",
    metadata,
    Column("process", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

# --- cases ------------------------------------------------------------------------------------------------------

case_numbers = Table(
    "case_numbers",
    metadata,
    Column("series", Text, primary_key=True),  #: how its numbers begin: "PGD", of trials "UJI"
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("number", Text, primary_key=True),  #: "PGD-2026-000123"
    Column("definition_id", Text, ForeignKey("process_definitions.id"), nullable=False),
    Column("revision", Integer, nullable=False),  #: counts commands; compare-and-swap inside `handle`
    Column("status", Text, nullable=False),
    Column("ending", Text),  #: element id of the end event
    Column("outcome", Text),  #: its `hasil`
    Column("submitted_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("last_at", Instant, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("last_hash", Text, nullable=False),  #: head of its chain in `events`
    Column("open_steps", Json, nullable=False),
    Column("entered_by", Text),  #: the member of the staff who entered it
    Column("own_of", Text),  #: the member of the staff whose own complaint it is: kept from them as staff
    Column("restricted_to", Text),  #: the group that alone reads it now, with who referred it
    Column("referred_by", Text),  #: who referred it there
    Column("category", Text),  #: what reports count it as, by the forms' `laporan`; never a person's words
    Column("channel", Text),
    Column("rating", Integer),  #: the last one given
    Column("state", LargeBinary, nullable=False),
    CheckConstraint("status IN ('open', 'halted', 'ended')", name="status"),
    Index(None, "status", "submitted_at", "number"),
    Index(None, "submitted_at", "number"),
    Index("ix_cases_trials", "submitted_at", "number", **_where("number LIKE 'UJI-%'")),
    Index("ix_cases_ended", "ended_at", "category", "number", **_where("ended_at IS NOT NULL")),
)

case_keys = Table(
    "case_keys",
    metadata,
    _case(primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),  #: `Keyring.wrap`
)

answers = Table(
    "answers",
    metadata,
    Column("work_item_id", Text, primary_key=True),
    _case(),
    Column("element", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("form_id", Text, nullable=False),
    Column("blob", LargeBinary, nullable=False),  #: `Keyring.seal`
    Column("answered_at", Instant, nullable=False),
    Column("answered_by", Text, nullable=False),
    Index(None, "case_number"),
)

work_items = Table(
    "work_items",
    metadata,
    Column("id", Text, primary_key=True),  #: "<case>:<element>:<nth>"
    _case(),
    Column("element", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("form_id", Text),
    Column("candidate_group", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("assignee", Text),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("due_order", Instant, Computed(DueOrNever(), persisted=True)),  #: page by (due_order, id)
    Column("overdue", Boolean, nullable=False),
    Column("escalated_to", Text),
    Column("ended_at", Instant),
    Column("ended_how", Text),
    Column("ended_by", Text),
    Column("cause", Text),
    Column("own_of", Text),  #: as in `cases`: lists leave it out for them
    CheckConstraint("ended_how IN ('completed', 'cancelled')", name="ended_how"),
    CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended_whole"),
    Index(None, "case_number"),
    Index("ix_work_items_open_group", "candidate_group", "due_order", "id", **_where("ended_at IS NULL")),
    Index("ix_work_items_open_assignee", "assignee", "due_order", "id", **_where("ended_at IS NULL")),
    Index("ix_work_items_open_overdue", "due_order", "id", **_where("ended_at IS NULL AND overdue")),
)

timers = Table(
    "timers",
    metadata,
    Column("id", Text, primary_key=True),  #: "<case>:<element>:<nth>"
    _case(),
    Column("work_item_id", Text),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("duration", Text, nullable=False),  #: ISO 8601 as in the diagram
    Column("calendar_version", Integer),  #: none for `kalender=24jam`
    Column("explanation", Json, nullable=False),
    Column("status", Text, nullable=False),
    Column("ended_at", Instant),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("next_try", Instant),  #: `due_at` at first, later after a failure, none after the last
    CheckConstraint("status IN ('pending', 'fired', 'cancelled')", name="status"),
    Index(None, "case_number"),
    Index("ix_timers_pending", "next_try", **_where("status = 'pending'")),
)

#: Service tasks, a wait state each: fetched, locked and answered by workers outside (Camunda 7's external tasks).
external_tasks = Table(
    "external_tasks",
    metadata,
    Column("id", Text, primary_key=True),  #: "<case>:<element>:<nth>"
    _case(),
    Column("element", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("candidate_group", Text, nullable=False),  #: who may work on it
    Column("created_at", Instant, nullable=False),
    Column("worker_id", Text),  #: who has locked it
    Column("locked_until", Instant),
    Column("retries", Integer),  #: left; none before the first failure, 0: an incident
    Column("error", LargeBinary),  #: what the worker said of its last failure, `Keyring.seal`
    Column("ended_at", Instant),
    Column("ended_how", Text),
    CheckConstraint("ended_how IN ('completed', 'error', 'cancelled')", name="ended_how"),
    CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ended_whole"),
    Index(None, "case_number"),
    Index("ix_external_tasks_open", "topic", "created_at", "id", **_where("ended_at IS NULL")),
)

#: What staff say to each other about a case; its event is in the history, its text is here, sealed.
comments = Table(
    "comments",
    metadata,
    Column("id", Text, primary_key=True),  #: "<case>:komentar:<n>"
    _case(),
    Column("author", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("blob", LargeBinary, nullable=False),  #: `Keyring.seal`
    Index(None, "case_number", "at"),
)

#: A file that somebody put to a case. Its bytes lie in a file of their own (`engine.store.attachment_files`), sealed
#: with the case's key.
attachments = Table(
    "attachments",
    metadata,
    Column("id", Text, primary_key=True),  #: random, and the name of the file that holds the bytes
    _case(),
    Column("nth", Integer, nullable=False),  #: 1, 2, 3 … in its case
    Column("added_by", Text, nullable=False),
    Column("on_behalf", Text),  #: the complainant, who brought it to whoever added it
    Column("at", Instant, nullable=False),
    Column("media_type", Text, nullable=False),  #: found in the bytes, never believed
    Column("size", Integer, nullable=False),  #: bytes of the file as it was given
    Column("name", LargeBinary, nullable=False),  #: its file name, `Keyring.seal`
    UniqueConstraint("case_number", "nth"),
)

#: Words of a complaint by which staff find it again: HMAC of each whole word, never the word.
search_tokens = Table(
    "search_tokens",
    metadata,
    Column("token", Text, primary_key=True),
    _case(primary_key=True),
    Index(None, "case_number"),
    sqlite_with_rowid=False,
)

# --- history: append-only (triggers), one hash chain per case -----------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("case_number", Text, primary_key=True),  #: or SYSTEM_CHAIN, hence no foreign key
    Column("seq", Integer, primary_key=True, autoincrement=False),  #: 1, 2, 3 … in its chain
    Column("type", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("on_behalf", Text),
    Column("source", Text, nullable=False),
    Column("definition_id", Text),
    Column("payload", Json, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("command_id", Text),
    Column("request_digest", Text),
    Column("behaviour", Integer),
    Column("spiff", Text),
    Column("state_digest", Text),
    Column("cause", Text),
    Index("uq_events_command", "actor", "command_id", unique=True, **_where("command_id IS NOT NULL")),
    # clustered by case, and no hidden rowid by which INSERT OR REPLACE could reach another row
    sqlite_with_rowid=False,
)

#: A link of the chain of seals: the heads of the chains that grew since the one before (DESIGN 5).
seals = Table(
    "seals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  #: 1, 2, 3 …
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),  #: "periodic", or "bridging" after a restore
    Column("heads", Json, nullable=False),  #: {case number or SYSTEM_CHAIN: [seq, hash]}
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("kind IN ('periodic', 'bridging')", name="kind"),
)

#: Who read what is personal; grows by reading only.
access_log = Table(
    "access_log",
    metadata,
    Column("id", Text, primary_key=True),  #: a UUID
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),  #: as in `engine.identity.policy`: "identity:reveal"
    Column("case_number", Text),
    Column("source", Text, nullable=False),
    Column("why", Text),
    Column("shown", Integer),  #: how many cases a list, a search or an export showed
    Index(None, "case_number", "at"),
    Index(None, "at", "id"),
)

#: What a check of the whole record found, so that nobody must wait for it: the newest is shown to the auditor.
verifications = Table(
    "verifications",
    metadata,
    Column("at", Instant, primary_key=True),  #: when it began
    Column("took_ms", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("found", Json, nullable=False),  #: findings and notes as `history verify --json` prints them
)

# --- how long a person is kept -----------------------------------------------------------------------------------

#: How long after its end the person of a case is kept, by the case's category; a category without a row by "*".
retention_rules = Table(
    "retention_rules",
    metadata,
    Column("category", Text, primary_key=True),
    Column("months", Integer, nullable=False),
    Column("ground", Text, nullable=False),  #: the regulation or decision that says so
    Column("set_by", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
    CheckConstraint("months > 0", name="months"),
)

#: Cases that nothing erases while somebody needs them (a law suit, an examination).
legal_holds = Table(
    "legal_holds",
    metadata,
    _case(primary_key=True),
    Column("ground", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
)

# --- work beside the cases ------------------------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),  #: also the idempotency key of the sending
    Column("case_number", Text),
    Column("kind", Text, nullable=False),
    Column("recipient", Text, nullable=False),  #: a group, "pengadu" or a user: never an address
    Column("payload", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_try", Instant),  #: none when sent or given up
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("sent_at", Instant),
    Column("failed_at", Instant),
    Column("error", Text),
    Index("ix_outbox_due", "next_try", "id", **_where("next_try IS NOT NULL")),
)

drafts = Table(
    "drafts",
    metadata,
    Column("work_item_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("case_number", Text, nullable=False),
    Column("blob", LargeBinary, nullable=False),  #: `Keyring.seal`
    Column("saved_at", Instant, nullable=False),
    Index(None, "case_number"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Text, primary_key=True),  #: short, to be read out: "K-7F3A2B"
    Column("case_number", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("what", Text, nullable=False),  #: type of the command that failed
    Column("work_item_id", Text),
    Column("timer_due", Instant),
    Column("error_code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("next_try", Instant),
    Column("resolved_at", Instant),
    Column("resolved_by", Text),
    Index("ix_incidents_open", "case_number", **_where("resolved_at IS NULL")),
    Index(None, "case_number", "opened_at"),
)

# --- people -------------------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),  #: the user name
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("password_hash", Text),  #: argon2; none: cannot sign in by password
    Column("fs_uniquifier", Text, nullable=False, unique=True),  #: changing it ends every session
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ends_on", Text),  #: the last day on which it works, "2026-12-31" in the office's zone
)

memberships = Table(
    "memberships",
    metadata,
    Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
    Column("group_id", Text, primary_key=True),
    Index(None, "group_id"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Text, primary_key=True),  #: shown in lists: the token's beginning
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),  #: what it is for
    Column("digest", Text, nullable=False, unique=True),  #: SHA-256 of the token, which is shown once
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index(None, "user_id"),
)
