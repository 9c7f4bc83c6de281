"""`pycamunda` 0.6.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pycamunda
import pycamunda.deployment
import pycamunda.message
import pycamunda.processdef
import pycamunda.task
import requests

from tests.rest.clients import Task
from tests.web.officers import PASSWORD


class Pycamunda:
    """One user's session."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url, self._session = url, session

    def deploy(self, file: Path) -> list[str]:
        request = pycamunda.deployment.Create(self._url, name=file.stem, source="uji")
        request.auth = self._session.auth  # it opens no session for this one
        with file.open("rb") as opened:
            request.add_resource(opened)
            return list(request().deployed_process_definitions or ())

    def start(self, process: str, answers: Mapping[str, Any]) -> str:
        request = pycamunda.processdef.StartInstance(self._url, key=process)
        for name, value in answers.items():
            request.add_variable(name, value)
        return self._sent(request).id_

    def tasks(self, instance: str) -> list[Task]:
        request = pycamunda.task.GetList(
            self._url, process_instance_business_key=instance, sort_by="created", ascending=False
        )
        return [Task(t.id_, t.task_definition_key, t.assignee) for t in self._sent(request)]

    def claim(self, task: str, user: str) -> None:
        self._sent(pycamunda.task.Claim(self._url, id_=task, user_id=user))

    def complete(self, task: str, answers: Mapping[str, Any]) -> None:
        request = pycamunda.task.Complete(self._url, id_=task)
        for name, value in answers.items():
            request.add_variable(name, value)
        self._sent(request)

    def send(self, message: str, instance: str) -> None:
        [result] = self._sent(
            pycamunda.message.CorrelateSingle(
                self._url, message_name=message, business_key=instance, result_enabled=True
            )
        )
        assert result.result_type is pycamunda.message.ResultType.execution

    def refusal(self) -> type[Exception]:
        return pycamunda.PyCamundaException

    def _sent(self, request: Any) -> Any:
        request.session = self._session
        return request()


@contextmanager
def signed_in(address: str, user: str) -> Iterator[Pycamunda]:
    with requests.Session() as session:
        session.auth = (user, PASSWORD)
        yield Pycamunda(f"{address}/engine-rest", session)
