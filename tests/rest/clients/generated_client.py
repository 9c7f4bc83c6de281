"""`generic-camunda-client` 7.18.0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import generic_camunda_client as camunda

from tests.rest.clients import Task
from tests.web.officers import PASSWORD


class Generated:
    """One user's API client."""

    def __init__(self, api: camunda.ApiClient) -> None:
        self._api = api

    def deploy(self, file: Path) -> list[str]:
        deployments = camunda.DeploymentApi(self._api)
        done = deployments.create_deployment(
            deployment_name=file.stem, deployment_source="uji", data=str(file)
        )
        return list(done.deployed_process_definitions or ())

    def start(self, process: str, answers: Mapping[str, Any]) -> str:
        asked = camunda.StartProcessInstanceDto(variables=_variables(answers))
        definitions = camunda.ProcessDefinitionApi(self._api)
        return definitions.start_process_instance_by_key(process, start_process_instance_dto=asked).id

    def tasks(self, instance: str) -> list[Task]:
        asked = camunda.TaskQueryDto(process_instance_business_key=instance, active=True)
        found = camunda.TaskApi(self._api).query_tasks(task_query_dto=asked)
        return [Task(t.id, t.task_definition_key, t.assignee) for t in found]

    def claim(self, task: str, user: str) -> None:
        camunda.TaskApi(self._api).claim(task, user_id_dto=camunda.UserIdDto(user_id=user))

    def complete(self, task: str, answers: Mapping[str, Any]) -> None:
        # without variables in return this library trips over the empty answer, Camunda's own too
        asked = camunda.CompleteTaskDto(variables=_variables(answers), with_variables_in_return=True)
        known = camunda.TaskApi(self._api).complete(task, complete_task_dto=asked)
        assert {name: value.value for name, value in known.items()}.items() >= answers.items()

    def send(self, message: str, instance: str) -> None:
        asked = camunda.CorrelationMessageDto(message_name=message, process_instance_id=instance)
        camunda.MessageApi(self._api).deliver_message(correlation_message_dto=asked)

    def refusal(self) -> type[Exception]:
        return camunda.ApiException


def _variables(answers: Mapping[str, Any]) -> dict[str, camunda.VariableValueDto]:
    kinds = {bool: "Boolean", str: "String", int: "Integer", float: "Double"}
    return {
        name: camunda.VariableValueDto(value=value, type=kinds.get(type(value)))
        for name, value in answers.items()
    }


@contextmanager
def signed_in(address: str, user: str) -> Iterator[Generated]:
    configuration = camunda.Configuration(host=f"{address}/engine-rest", username=user, password=PASSWORD)
    with camunda.ApiClient(configuration) as api:
        api.set_default_header("Authorization", configuration.get_basic_auth_token())
        yield Generated(api)
        api.rest_client.pool_manager.clear()
