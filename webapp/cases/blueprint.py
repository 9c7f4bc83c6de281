"""The blueprint that the modules of this package register their views on."""

from flask import Blueprint

blueprint = Blueprint("cases", __name__)
