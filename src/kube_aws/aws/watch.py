"""Watching a stack until its operation ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kube_aws.aws import stacks
from kube_aws.aws.errors import THROTTLED, code
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

    A text says why nothing could be seen for a moment (throttling, network): watching goes on.
    The time between two looks grows from a fifth of a second to five seconds while nothing
    happens; one look is one call (AWS's limit is shared by all callers of an account).
    """
    seen = after
    pause = _SOONEST
    silent = False
    while True:
        try:
            new = _since(cloudformation, stack_id, seen)
        except ClientError as error:
            if code(error) not in THROTTLED:
                raise
            pause = _LATEST
            yield "AWS throttles DescribeStackEvents; looking less often"
            time.sleep(pause)
            continue
        except BotoCoreError as error:
            if not silent:
                yield f"no answer from AWS, trying on: {error}"
            silent = True
            time.sleep(_LATEST)
            continue
        silent = False
        yield from new
        if new:
            seen = new[-1].id
            if new[-1].of_stack and ended(new[-1].status):
                return
            pause = _SOONEST
        time.sleep(pause)
        pause = min(pause * 1.5, _LATEST)


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
