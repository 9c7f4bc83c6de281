"""A worker with the library `camunda-external-task-client-python3` 4.5.0, unchanged; also a program of its own.

    python -m tests.rest.clients.worker <address> <user> <password> <topic> <variable> <value>

serves one task and ends. Nothing of ours is imported here: the library is all that a worker needs.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

with warnings.catch_warnings():  # it is written for an older pydantic, and says so
    warnings.simplefilter("ignore")
    from camunda.external_task.external_task import ExternalTask, TaskResult
    from camunda.external_task.external_task_worker import ExternalTaskWorker, NoExternalTaskFound

Action = Callable[[ExternalTask], TaskResult]

__all__ = ["Action", "ExternalTask", "NoExternalTaskFound", "TaskResult", "a_worker"]


def a_worker(address: str, user: str, password: str, **settings: Any) -> ExternalTaskWorker:
    """`worker.fetch_and_execute(topic, action)` serves once; `NoExternalTaskFound` when there is nothing."""
    config: Mapping[str, Any] = {
        "auth_basic": {"username": user, "password": password},
        "maxTasks": 1,
        "lockDuration": 60_000,
        "asyncResponseTimeout": 0,
        **settings,
    }
    return ExternalTaskWorker(worker_id="pekerja-1", base_url=f"{address}/engine-rest", config=config)


if __name__ == "__main__":
    _, at, as_user, secret, topic, variable, value = sys.argv
    a_worker(at, as_user, secret, asyncResponseTimeout=5_000).fetch_and_execute(
        topic, lambda task: task.complete({variable: value})
    )
