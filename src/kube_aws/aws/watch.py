"""Watching a stack until its operation ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from kube_aws.aws import stacks
from kube_aws.aws.errors import THROTTLED, code, message
from kube_aws.aws.stacks import StackEvent

_SOONEST = 0.2
_LATEST = 5.0


def newest(cloudformation: Any, stack_id: str) -> str:
    """The id of the newest event, to be given to `watch` after an operation was started."""
    return next((event.id for event in stacks.events(cloudformation, stack_id)), "")


def before_running_operation(cloudformation: Any, stack_id: str) -> str:
    """The id of the last event before the operation that somebody started; "" for a creation."""
    found = stacks.events(cloudformation, stack_id)
    for event in found:
        if event.of_stack and event.reason.startswith("User Initiated"):
            return next((older.id for older in found), "")
    return ""


def watch(cloudformation: Any, stack_id: str, after: str) -> Iterator[StackEvent | str]:
    """The events after the one with the id `after`, as they happen, until the operation has ended.

    A text says why nothing can be seen for a moment (throttling, network): watching goes on. The
    time between two looks grows from a fifth of a second to five seconds while nothing happens, and
    faster while AWS is busy; the client should not try again by itself.
    """
    seen, pause, trouble = after, _SOONEST, ""
    while True:
        try:
            new = _since(cloudformation, stack_id, seen)
        except (ClientError, BotoCoreError) as error:
            told, trouble = trouble, passing(error)
            if trouble != told:
                yield trouble
            pause = min(pause * 2, _LATEST)
        else:
            trouble = ""
            yield from new
            if new and new[-1].of_stack and ended(new[-1].status):
                return
            seen = new[-1].id if new else seen
            pause = _SOONEST if new else min(pause * 1.5, _LATEST)
        time.sleep(pause)


def passing(error: ClientError | BotoCoreError) -> str:
    """What to say of an error that will pass; any other one is raised again."""
    if isinstance(error, BotoCoreError):
        if not isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):
            raise error
        return f"AWS does not answer ({error}); looking on"
    if code(error) in THROTTLED:
        return "AWS throttles; looking less often"
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) < 500:
        raise error
    return f"AWS has trouble ({message(error)}); looking on"


def ended(status: str) -> bool:
    """Whether a stack with this status does nothing any more by itself."""
    return not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS"


def _since(cloudformation: Any, stack_id: str, seen: str) -> list[StackEvent]:
    new = []
    for event in stacks.events(cloudformation, stack_id):
        if event.id == seen:
            break
        new.append(event)
    return new[::-1]
