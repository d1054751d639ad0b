"""What goes wrong on purpose, so that tests see what a client makes of it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import count
from typing import Any, Literal

from werkzeug.wrappers import Response

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.principal import Principal

Deed = Literal["throttle", "error", "refuse", "cut", "hold"]


@dataclass(frozen=True)
class Fault:
    """The calls that go wrong, and how.

    `action` is a pattern (`ec2:Run*`) over the calls that clients make, or, with `via` set, over those that
    CloudFormation makes for them. Of those the `nth` (from 1) and the following `times - 1` go wrong:

    - throttle: refused as AWS does when calls come too fast
    - error: AWS's internal error, status 500
    - refuse: refused with `code` and `message`, in which `{caller}` stands for the ARN of who calls
    - cut: the connection ends without an answer
    - hold: the answer waits until `release` is asked; so a client can be killed at just that moment

    `after`: the call is carried out all the same, for cut and hold.
    """

    do: Deed
    action: str = "*"
    nth: int = 1
    times: int = 1
    code: str = ""
    message: str = ""
    after: bool = False
    via: bool = False


class Faults:
    """The faults that are set, how far they have counted, and the calls they hold."""

    def __init__(self) -> None:
        self._faults: list[tuple[Fault, count[int]]] = []
        self._changed = threading.Condition()
        self._held: list[str] = []

    def set(self, faults: list[Mapping[str, Any]]) -> None:
        """Put these in place of the former ones; calls that are held go on."""
        with self._changed:
            self._faults = [(Fault(**fault), count(1)) for fault in faults]
            self._held.clear()
            self._changed.notify_all()

    def held(self, timeout: float) -> list[str]:
        """Wait until a call is held, `timeout` seconds at the most; answers the actions that are."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._held), timeout)
            return list(self._held)

    def of(self, call: Call, principal: Principal) -> Fault | None:
        """The fault for this call; each call is counted once by each fault that it matches."""
        chosen = None
        with self._changed:
            for fault, counter in self._faults:
                if bool(principal.called_via) == fault.via and fnmatchcase(call.action, fault.action):
                    number = next(counter)
                    if fault.nth <= number < fault.nth + fault.times:
                        chosen = chosen or fault
        return chosen

    def go_wrong(
        self, fault: Fault, call: Call, principal: Principal, carry_out: Callable[[], Response]
    ) -> Response:
        """Answer a call as the fault says. Raises ApiError, or ConnectionAbortedError to cut."""
        if fault.do == "refuse":
            raise ApiError(fault.code, fault.message.replace("{caller}", principal.arn))
        if fault.do == "throttle":
            raise _throttled(call)
        if fault.do == "error":
            code = "InternalError" if call.service == "ec2" else "InternalFailure"
            raise ApiError(code, "An internal error has occurred", 500)
        if fault.after:
            result = carry_out()
        if fault.do == "cut":
            raise ConnectionAbortedError(call.action)
        self._hold(call)
        return result if fault.after else carry_out()

    def _hold(self, call: Call) -> None:
        with self._changed:
            self._held.append(call.action)
            self._changed.notify_all()
            self._changed.wait_for(lambda: call.action not in self._held)


def _throttled(call: Call) -> ApiError:
    """EC2 has an error of its own; the services with JSON name theirs an exception.

    Source: AWS, "Error codes for the Amazon EC2 API", and "Common errors" of the other services.
    """
    if call.service == "ec2":
        return ApiError("RequestLimitExceeded", "Request limit exceeded.", 503)
    if call.operation.service_model.protocol in ("json", "rest-json"):
        return ApiError("ThrottlingException", "Rate exceeded")
    return ApiError("Throttling", "Rate exceeded")
