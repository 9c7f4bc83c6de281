"""A line of log and a figure for every request; nothing in them says what anybody typed or asked for."""

from __future__ import annotations

import ipaddress
import logging
import re
import sys
from time import perf_counter

import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy.exc import SQLAlchemyError

from engine.history.whole_check import outcome
from engine.store import seals, verifications
from webapp.context import ports

blueprint = Blueprint("observability", __name__)
log = structlog.get_logger("alur_aduan.web")
_METRICS = "alur_aduan_metrics"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"})
#: A case's number or a work item's id: all that the log says of an address.
_NUMBERED = re.compile(r"[A-Z]+-\d{4}-\d{6}(:[\w.-]+:\d+)?")


class Metrics:
    """This application's figures, in a registry of its own: tests make many applications."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "http_requests", "Requests answered.", ["endpoint", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "http_request_seconds", "Server time of a request.", ["endpoint"], registry=self.registry
        )
        self.findings = Gauge(
            "record_findings",
            "Findings of the last check of everything; -1: it broke off, or there was none.",
            registry=self.registry,
        )
        self.check_age = Gauge(
            "record_check_age_seconds",
            "Since the last check of everything began; -1: there was none.",
            registry=self.registry,
        )
        self.seal_age = Gauge(
            "record_seal_age_seconds",
            "Since the last seal, which is old too where nothing grew; -1: there is none.",
            registry=self.registry,
        )

    def look(self) -> None:
        """Ask the record how it stands; what is known stays where the database is away."""
        try:
            with ports().database.read() as connection:
                now, last = ports().clock(connection), seals.last(connection)
                check = verifications.newest(connection)
        except SQLAlchemyError:
            return
        self.seal_age.set((now - last.at).total_seconds() if last else -1)
        self.check_age.set((now - check.at).total_seconds() if check else -1)
        found = outcome(check) if check else None
        self.findings.set(found.count if found and not found.failed else -1)


def init_app(app: Flask) -> None:
    """Measure and log every request."""
    app.extensions[_METRICS] = Metrics()
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_blueprint(blueprint)


def start_logging() -> None:
    """Lines of JSON on standard error; for the entry points that run a server."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_to_standard_error,
    )


def _to_standard_error(*_: object) -> structlog.WriteLogger:
    """Whatever standard error is at that moment: a test or a supervisor may have changed it since the start."""
    return structlog.WriteLogger(sys.stderr)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus's text, to this machine only; a proxy on it passes on others' requests and says so."""
    if not _from_this_machine():
        abort(404)
    found: Metrics = current_app.extensions[_METRICS]
    found.look()
    return Response(generate_latest(found.registry), content_type=CONTENT_TYPE_LATEST)


def _from_this_machine() -> bool:
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _begin() -> None:
    g.began = perf_counter()


def _finish(response: Response) -> Response:
    seconds = perf_counter() - g.get("began", perf_counter())
    endpoint = request.endpoint or "none"
    found: Metrics = current_app.extensions[_METRICS]
    # anybody can make up a method, and each label's value is kept for ever
    method = request.method if request.method in _METHODS else "other"
    found.requests.labels(endpoint, method, response.status_code).inc()
    found.seconds.labels(endpoint).observe(seconds)
    if endpoint != "static":
        # the route and the case or task it is about; never the query, the form or the address as typed
        about = {
            name: value
            for name, value in (request.view_args or {}).items()
            if _NUMBERED.fullmatch(str(value))
        }
        log.info(
            "request",
            method=method,
            endpoint=endpoint,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            **about,
        )
    return response
