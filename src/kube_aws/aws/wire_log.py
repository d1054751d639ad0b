"""What `--aws-debug` shows: each call with its parameters, answer and time, but no secret."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3

_LONGEST = 200
_SECRET = frozenset({"Plaintext", "CiphertextBlob", "SecretAccessKey", "SessionToken", "UserData"})


def attach(session: boto3.Session) -> None:
    """Write a line to stderr when a call starts, is tried again, and ends."""
    started = threading.local()

    def begin(params: dict[str, Any], model: Any, **_: Any) -> None:
        started.at = time.monotonic()
        _write(f"{_name(model)} {json.dumps(_shown(params), default=str)}")

    def end(http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        answer = parsed.get("ResponseMetadata", {})
        error = parsed.get("Error", {})
        _write(
            f"{_name(model)} -> {http_response.status_code}"
            + (f" {error.get('Code')}: {error.get('Message')}" if error else "")
            + f" in {1000 * (time.monotonic() - started.at):.0f} ms"
            + f", {answer.get('RetryAttempts', 0)} retries, request {answer.get('RequestId', '-')}"
        )

    def fail(exception: Exception, **_: Any) -> None:
        _write(f"no answer after {1000 * (time.monotonic() - started.at):.0f} ms: {exception}")

    session.events.register("provide-client-params.*.*", begin)
    session.events.register("after-call.*.*", end)
    session.events.register("after-call-error.*.*", fail)


def _name(model: Any) -> str:
    return f"{model.service_model.service_name} {model.name}"


def _write(line: str) -> None:
    print(f"aws: {line}", file=sys.stderr)


def _shown(value: Any, key: str = "") -> Any:
    """The value without secrets, long text as its length."""
    if isinstance(value, dict):
        return {name: _shown(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item, key) for item in value]
    if key in _SECRET or isinstance(value, bytes):
        return "(not shown)"
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"({len(value)} characters)"
    return value
