"""Durations as people read them."""

from datetime import timedelta


def brief(length: timedelta) -> str:
    """`9s`, `1m48s`, `2h05m`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02}s"
    return f"{seconds // 3600}h{seconds % 3600 // 60:02}m"


def ago(length: timedelta) -> str:
    """`3 days ago`, `1 hour ago`, `just now`."""
    seconds = length.total_seconds()
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
