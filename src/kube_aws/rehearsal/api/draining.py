"""Targets that keep the connections they have after they were deregistered.

moto knows no draining; it is noted on its object that has the targets: a classic load balancer or a target
group.
"""

import time
from typing import Any


def begin(holder: Any, target: str, seconds: int) -> None:
    """Let a target drain for so long."""
    _until(holder)[target] = time.time() + seconds


def end(holder: Any, target: str) -> None:
    """A target drains no longer: it is registered again."""
    _until(holder).pop(target, None)


def draining(holder: Any) -> list[str]:
    """The targets that drain now."""
    return [target for target, until in getattr(holder, "draining", {}).items() if until > time.time()]


def _until(holder: Any) -> dict[str, float]:
    if not hasattr(holder, "draining"):
        holder.draining = {}
    until: dict[str, float] = holder.draining
    return until
