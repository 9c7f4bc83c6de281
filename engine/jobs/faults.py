"""What a log line may say of a fault: its type and place, never its message, which may quote what was typed."""

from __future__ import annotations

import traceback
from pathlib import Path


def told(fault: BaseException) -> dict[str, str]:
    """`{"error": "OperationalError", "place": "session.py:81 in write"}`, for a structured log."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}" if frames else "?"
    return {"error": type(fault).__name__, "place": place}
