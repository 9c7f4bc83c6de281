"""The blueprint of `/engine-rest`: the Camunda 7 REST dialect (DESIGN 7)."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

#: `webapp.given_back` asks no token of what is under this name: nothing here believes a cookie.
NAME: Final = "engine_rest"
PREFIX: Final = "/engine-rest"

blueprint = Blueprint(NAME, __name__, url_prefix=PREFIX)
