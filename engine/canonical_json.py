"""Canonical JSON: one value, one sequence of bytes, so that a digest of it can be computed again in ten years.

Keys sorted by code point, no spaces, UTF-8, numbers as Python's `repr` writes them. This is the
standard library's `json` on purpose: its output is stable and anybody can repeat it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any


def canonical(value: object) -> bytes:
    """The canonical JSON of `value` (dict with text keys, list, tuple, text, int, float, bool, None).

    Instants become text as `instant_text` writes it, dates `YYYY-MM-DD`; both stay text when read back.
    Raises ValueError for NaN, infinity and text that is no Unicode, TypeError for any other type
    (a Decimal has no exact JSON reading: make it a number first) and for keys that are not text.
    """
    _require_text_keys(value)
    return _ENCODER.encode(value).encode()


def from_canonical(data: bytes | str) -> Any:
    """The value that `canonical` wrote."""
    return json.loads(data)


def instant_text(instant: datetime) -> str:
    """27 characters, UTC to the microsecond (`2026-11-24T00:00:00.000000Z`): sorts as text as it does in time.

    Raises ValueError for a datetime without a time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(
            f"an instant needs a time zone; found {instant.isoformat()} without; attach the zone it is meant in"
        )
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_instant(text: str) -> datetime:
    """The instant that `instant_text` wrote, aware, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(
        f"canonical JSON takes text, numbers, booleans, lists, dicts and dates; found {type(value)!r}"
    )


def _require_text_keys(value: object) -> None:
    # json would turn the keys 1, True and None into text and let them collide with "1", "true", "null"
    items: Iterable[object] = ()
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"canonical JSON takes text keys; found {key!r}")
        items = value.values()
    elif isinstance(value, list | tuple):
        items = value
    for item in items:
        if isinstance(item, (dict, list, tuple)):
            _require_text_keys(item)


_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
)
