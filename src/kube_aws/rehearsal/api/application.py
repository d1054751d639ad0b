"""The way of a request: whose it is, what it asks, whether it may, and who answers it."""

import json
import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import cache
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from moto.core.model import ServiceModel
from moto.moto_server.werkzeug_app import BackendRequest, create_backend_app
from werkzeug.wrappers import Response

from kube_aws.rehearsal.api import identity
from kube_aws.rehearsal.api.answer import answer, without_nulls
from kube_aws.rehearsal.api.authentication import authenticate
from kube_aws.rehearsal.api.call import Call, parse, scope, service_model
from kube_aws.rehearsal.api.cloudformation.caller import Caller
from kube_aws.rehearsal.api.cloudformation.service import CloudFormation
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.faults import Faults
from kube_aws.rehearsal.api.iam import accesses
from kube_aws.rehearsal.api.iam.authorisation import authorise
from kube_aws.rehearsal.api.observe import observe
from kube_aws.rehearsal.api.principal import Principal
from kube_aws.rehearsal.api.replay import Replay
from kube_aws.rehearsal.api.services import console
from kube_aws.rehearsal.api.services.free_tier import FreeTier
from kube_aws.rehearsal.api.services.lifecycle import Lifecycle
from kube_aws.rehearsal.api.services.service_quotas import ServiceQuotas
from kube_aws.rehearsal.breaks import NOTHING
from kube_aws.rehearsal.cloud import Cloud

if TYPE_CHECKING:
    from kube_aws.rehearsal.nodes import Nodes

_READS = ("Describe", "Get", "List", "Validate", "Encrypt", "Decrypt")

log = logging.getLogger(__name__)


class Application:
    """The embedded AWS as a WSGI application.

    moto's backends are not made for threads, so one lock goes around each of their calls; CloudFormation's
    operations run outside of it, because they call back through the server. `calls` is the record of the
    latest calls. `made` are the things of cluster.yaml that were made once (world.py). `changed` is told
    which account a call may have changed. `nodes` are the machines behind the instances, if there are any;
    `broken` is what was broken for them on purpose.
    """

    def __init__(self) -> None:
        self.endpoint = ""
        self.backends = threading.RLock()
        self.cloudformation = CloudFormation(self._client)
        self.lifecycle = Lifecycle()
        self.quotas = ServiceQuotas()
        self.free_tier = FreeTier()
        self.faults = Faults()
        self.replay = Replay()
        self.calls: deque[dict[str, Any]] = deque(maxlen=20_000)
        self.numbers = count()
        self.made: set[tuple[str, ...]] = set()
        self.changed: Callable[[str], None] = lambda _: None
        self.nodes: Nodes | None = None
        self.broken = NOTHING

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; a fault may end its connection without an answer."""
        try:
            response = self.respond(BackendRequest(environ))
        except ConnectionAbortedError:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise
        return response(environ, start_response)

    def respond(self, request: BackendRequest) -> Response:
        """Answer one request: with AWS's error, in the protocol of its service, where it is refused."""
        request.get_data()
        signed = scope(request)
        if signed is None:
            return Response("Missing Authentication Token", 403)
        operation = None
        model: ServiceModel | None = None
        try:
            model = service_model(signed, request)
            principal = authenticate(request, signed, model, self.broken.behind)
            call = parse(model, signed, request)
            operation = call.operation
            kept = self.replay.again(request, call.access_key_id)
            if kept is not None:
                return kept
            response = self._recorded(call, principal)
            self.replay.keep(request, call.access_key_id, response)
            return response
        except ApiError as error:
            if model is None:
                return Response(json.dumps({"__type": error.code, "message": error.message}), error.status)
            return answer(error, model, operation, request.content_type)

    def _recorded(self, call: Call, principal: Principal) -> Response:
        record = {
            "number": next(self.numbers),
            "action": call.action,
            "identity": principal.arn,
            "time": time.time(),
            "error": None,
        }
        if principal.called_via:
            record["via"] = principal.called_via
        self.calls.append(record)
        try:
            self._authorise(call, principal)
            fault = self.faults.of(call, principal)
            if fault is not None:
                return self.faults.go_wrong(
                    fault, call, principal, lambda: self._carried_out(call, principal)
                )
            response = self._carried_out(call, principal)
            self.broken.answer(call, response)
            return response
        except ApiError as error:
            record["error"] = error.code
            raise

    def _authorise(self, call: Call, principal: Principal) -> None:
        # CloudFormation has a lock of its own, under which it may call back: never ask it under the other.
        stack_id = None
        if call.service == "cloudformation" and "StackName" in call.parameters:
            caller = Caller(principal.account, call.region, call.access_key_id)
            stack_id = self.cloudformation.stack_id(call.parameters["StackName"], caller)
        with self.backends:
            authorise(accesses.of(call, principal, stack_id), principal, call)

    def _carried_out(self, call: Call, principal: Principal) -> Response:
        try:
            result = self._result(call, principal)
        except (ApiError, ConnectionError):
            raise
        except NotImplementedError:
            raise ApiError("InvalidAction", f"The rehearsal has no {call.action}.", 501) from None
        except Exception:
            log.exception("%s failed inside", call.action)
            raise ApiError("InternalFailure", "The rehearsal failed; its log has the reason.", 500) from None
        finally:
            if not call.name.startswith(_READS):
                self.changed(principal.account)
        if isinstance(result, Response):
            return result
        return answer(result, call.operation.service_model, call.operation)

    def _result(self, call: Call, principal: Principal) -> Response | dict[str, Any]:
        """Carry out a call; the answer is on the wire already where moto gave it."""
        if call.service == "cloudformation":
            caller = Caller(principal.account, call.region, call.access_key_id)
            return self.cloudformation.handle(call.name, dict(call.parameters), caller)
        if call.service == "ec2" and call.parameters.get("DryRun"):
            raise ApiError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
        if self.nodes and (call.service, call.name) == ("ec2", "GetConsoleOutput"):
            return console.output(call, self.observe().instances, self.nodes)
        with self.backends:
            if call.service == "dlm":
                return self.lifecycle.handle(call, principal)
            if call.service == "service-quotas":
                return self.quotas.handle(call, principal)
            if call.service == "freetier":
                return self.free_tier.handle(call, principal)
            return _moto(call, principal)

    def observe(self) -> Cloud:
        """What exists, for machines and networks."""
        with self.backends:
            cloud = observe()
        return self.broken.cloud(cloud)

    def spanning(self) -> dict[str, Any]:
        """What spans accounts and must outlive the process; CloudFormation's notes first (see state.py)."""
        stacks = self.cloudformation.state()
        with self.backends:
            return {
                "stacks": stacks,
                "policies": deepcopy(self.lifecycle.policies),
                "quotas": dict(self.quotas.values),
                "free": set(self.free_tier.free),
                "made": set(self.made),
            }

    def restore_spanning(self, former: dict[str, Any]) -> None:
        """Take back what `spanning` gave in an earlier process."""
        self.cloudformation.restore(former["stacks"])
        self.lifecycle.policies = former["policies"]
        self.quotas.values = former["quotas"]
        self.free_tier.free = former["free"]
        self.made = former["made"]

    @cache  # noqa: B019 (lives as long as the server)
    def _client(self, caller: Caller, service: str) -> Any:
        """The client with which CloudFormation acts as its caller."""
        found = identity.find(str(caller.credentials))
        if found is None:
            raise ApiError("InvalidClientTokenId", "The caller's access key does not exist any more.", 403)
        _, secret, token = found
        client = boto3.client(  # type: ignore[call-overload]
            service,
            region_name=caller.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=str(caller.credentials),
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(proxies={}, max_pool_connections=32),
        )
        client.meta.events.register("before-sign", identity.mark_called_via_cloudformation)
        return client


def _moto(call: Call, principal: Principal) -> Response:
    body = call.request.get_data()
    environ = call.request.environ | {
        "HTTP_X_MOTO_ACCOUNT_ID": principal.account,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    response = Response.from_app(_backend(call.service), environ, buffered=True)
    if call.operation.service_model.protocol == "json" and b"null" in response.get_data():
        response.set_data(json.dumps(without_nulls(json.loads(response.get_data()))))
    return response


@cache
def _backend(service: str) -> Any:
    """moto's application for one service, made at its first call."""
    return create_backend_app(service)
