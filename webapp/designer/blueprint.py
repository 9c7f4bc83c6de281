"""The blueprint that the modules of this package register their views on."""

from __future__ import annotations

from flask import Blueprint

from engine.definition.model import ProcessDefinition
from webapp.context import ports

blueprint = Blueprint("designer", __name__, url_prefix="/proses")


def the_definition(key: str, version: int) -> ProcessDefinition:
    """The deployed version of this page. Raises `NotFound`."""
    with ports().database.read() as connection:
        return ports().definition(connection, f"{key}:{version}")
