"""The office that programs talk to over REST."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.rest.client import Client


@pytest.fixture
def client(app: Flask) -> Client:
    """A program that asks as `petugas`."""
    return Client(app, "petugas")
