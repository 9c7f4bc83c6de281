"""`/version` and `/engine`: what clients ask first."""

from __future__ import annotations

from typing import Final

from webapp.engine_rest.dto import Dto
from webapp.engine_rest.served import served

#: The release whose documented shapes are answered here.
CAMUNDA: Final = "7.24.0"


class Version(Dto):
    """The version of the REST dialect."""

    version: str


class Engine(Dto):
    """A process engine; there is one."""

    name: str


@served("GET", "/version", tag="Version", summary="The Camunda release whose dialect this is.", gives=Version)
def version() -> Version:
    return Version(version=CAMUNDA)


@served("GET", "/engine", tag="Engine", summary="The process engines: one.", gives=list[Engine])
def engine() -> list[Engine]:
    return [Engine(name="default")]
