"""The blueprint that the modules of this package register their views on."""

from flask import Blueprint

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
