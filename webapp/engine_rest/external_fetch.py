"""`/external-task/fetchAndLock`: what workers poll. One that finds nothing may wait a little for it.

A waiting worker holds a thread of the server, so few may wait, and not for long; the others hear at once that there
is nothing, and ask again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from threading import BoundedSemaphore, Event
from time import monotonic
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from engine.queries.rest_external import fetched
from engine.runtime import external
from engine.runtime.external import Worker
from engine.store.external_tasks import Wanted
from webapp.context import ports
from webapp.engine_rest.auth import current_actor
from webapp.engine_rest.dto import MOST_RESULTS, NO_NUL, Dto, Text
from webapp.engine_rest.external_tasks import TAG, ExternalTaskDto, fields
from webapp.engine_rest.lists import Direction
from webapp.engine_rest.served import served
from webapp.engine_rest.values import TypedValue, all_typed

#: Seconds that a worker waits at most, and between two looks.
LONGEST_WAIT: Final = 5.0
LOOK_EVERY: Final = 0.2
#: Workers that wait at a time.
_places = BoundedSemaphore(2)
_never = Event()

#: Milliseconds: a lock is a year at most.
_DURATION = Annotated[int, Field(gt=0, le=365 * 86_400_000)]
WorkerId = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]


class Topic(Dto):
    """Tasks of one topic."""

    topic_name: Text
    lock_duration: Annotated[_DURATION, Field(description="Milliseconds.")]
    variables: Annotated[
        list[str] | None, Field(max_length=1_000, description="Names of the variables to get; null: all.")
    ] = None
    business_key: Text | None = None
    process_definition_id: Text | None = None
    process_definition_id_in: Annotated[list[Text] | None, Field(max_length=1_000)] = None
    process_definition_key: Text | None = None
    process_definition_key_in: Annotated[list[Text] | None, Field(max_length=1_000)] = None
    without_tenant_id: bool | None = None
    include_extension_properties: bool | None = None
    #: Sent by clients; nothing here is local, typed by Java, or found by its variables.
    local_variables: bool | None = None
    deserialize_values: bool | None = None
    process_variables: Annotated[dict[str, Any] | None, Field(max_length=0)] = None

    def wanted(self) -> Wanted:
        """For the store."""
        return Wanted(
            topic=self.topic_name,
            lock_for=timedelta(milliseconds=self.lock_duration),
            case=self.business_key,
            definition_ids=_several(self.process_definition_id, self.process_definition_id_in),
            definition_keys=_several(self.process_definition_key, self.process_definition_key_in),
        )


class ByCreation(Direction):
    """The oldest or the newest first."""

    sort_by: Literal["createTime"]


class FetchExternalTasks(Dto):
    """What a worker wants."""

    worker_id: WorkerId
    max_tasks: Annotated[int, Field(ge=1, le=MOST_RESULTS)]
    topics: Annotated[list[Topic] | None, Field(max_length=100)] = None
    async_response_timeout: Annotated[
        int | None,
        Field(ge=0, le=1_800_000, description=f"Milliseconds to wait for a task, of which {LONGEST_WAIT:.0f},000 are waited."),
    ] = None  # fmt: skip
    #: All priorities are the same here.
    use_priority: bool | None = None
    include_extension_properties: bool | None = None
    sorting: Annotated[list[ByCreation] | None, Field(max_length=1)] = None


class LockedExternalTaskDto(ExternalTaskDto):
    """A task that is this worker's now, with the case's variables."""

    error_details: str | None
    variables: dict[str, TypedValue]
    extension_properties: dict[str, str] | None


@served(
    "POST", "/external-task/fetchAndLock", tag=TAG, summary="Take tasks of some topics, for a time.",
    body=FetchExternalTasks, gives=list[LockedExternalTaskDto],
)  # fmt: skip
def fetch_and_lock(body: FetchExternalTasks) -> list[LockedExternalTaskDto]:
    topics = {topic.topic_name: topic for topic in body.topics or ()}
    if not topics:
        return []
    ids = _fetch(body, [topic.wanted() for topic in topics.values()])
    with ports().database.read() as connection:
        found = fetched(ports(), connection, current_actor(), ids)
    locked = []
    for task, variables in found:
        topic = topics[task.topic]
        names = variables if topic.variables is None else topic.variables
        with_properties = body.include_extension_properties or topic.include_extension_properties
        locked.append(
            LockedExternalTaskDto(
                **fields(task),
                error_details=task.error_details,
                variables=all_typed({name: variables[name] for name in names if name in variables}),
                extension_properties=dict(task.element.properties) if with_properties else None,
            )
        )
    return locked


def _fetch(body: FetchExternalTasks, wanted: Sequence[Wanted]) -> list[str]:
    """Locked tasks, as soon as there are some, or none when the wait is over."""
    worker = Worker(current_actor(), body.worker_id)
    newest_first = any(one.sort_order == "desc" for one in body.sorting or ())

    def look() -> list[str]:
        return external.fetch(ports(), worker, wanted, body.max_tasks, newest_first=newest_first)

    found = look()
    if found or not body.async_response_timeout or not _places.acquire(blocking=False):
        return found
    try:
        until = monotonic() + min(body.async_response_timeout / 1000, LONGEST_WAIT)
        while not found and (left := until - monotonic()) > 0:
            _never.wait(min(left, LOOK_EVERY))
            found = look()
        return found
    finally:
        _places.release()


def _several(one: str | None, more: list[str] | None) -> tuple[str, ...]:
    return (*([one] if one is not None else []), *(more or ()))
