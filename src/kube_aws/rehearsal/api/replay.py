"""Calls that a client sends again, although they were answered.

On a busy machine AWS's SDK for Go sometimes gets an answer, fails to read it, and sends the call again; on
AWS that hardly ever happens. The answer is given again in place of a second security group.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from moto.core.request import Request
from werkzeug.wrappers import Response

_KEPT = 2000


@dataclass
class Replay:
    """The latest good answers, by who asked and the number that the SDK gives each call.

    Source: AWS SDKs' headers Amz-Sdk-Invocation-Id (the same for each attempt) and Amz-Sdk-Request.
    """

    answers: OrderedDict[tuple[str, str], Response] = field(default_factory=OrderedDict)

    def again(self, request: Request, access_key_id: str) -> Response | None:
        """The answer that an earlier attempt of this call had; None for a first attempt."""
        if "attempt=1" in request.headers.get("Amz-Sdk-Request", "attempt=1").replace(" ", "").split(";"):
            return None
        return self.answers.get((access_key_id, request.headers.get("Amz-Sdk-Invocation-Id", "")))

    def keep(self, request: Request, access_key_id: str, response: Response) -> None:
        """Keep a good answer for a while."""
        invocation = request.headers.get("Amz-Sdk-Invocation-Id")
        if invocation and response.status_code < 300:
            self.answers[access_key_id, invocation] = response
            while len(self.answers) > _KEPT:
                self.answers.popitem(last=False)
