"""The way of a request: whose it is, what it asks, whether it may, and who answers it."""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from typing import Any

import boto3
from botocore.config import Config
from moto.core.model import ServiceModel
from moto.moto_server.werkzeug_app import BackendRequest, create_backend_app
from werkzeug.wrappers import Response

from kube_aws.rehearsal.api import identity, signature
from kube_aws.rehearsal.api.answer import answer
from kube_aws.rehearsal.api.call import Call, Scope, parse, scope, service_model
from kube_aws.rehearsal.api.cloudformation.caller import Caller
from kube_aws.rehearsal.api.cloudformation.service import CloudFormation
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.lifecycle_policies import LifecyclePolicies
from kube_aws.rehearsal.api.principal import Principal

log = logging.getLogger(__name__)


class Application:
    """The embedded AWS as a WSGI application.

    moto's backends are not made for threads, so one lock goes around each of their calls; CloudFormation's
    operations run outside of it, because they call back through the server.
    """

    def __init__(self) -> None:
        self.endpoint = ""
        self.backends = threading.RLock()
        self.cloudformation = CloudFormation(self._client)
        self.lifecycle_policies = LifecyclePolicies()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        request = BackendRequest(environ)
        request.get_data()
        return self.respond(request)(environ, start_response)

    def respond(self, request: BackendRequest) -> Response:
        """Answer one request: with AWS's error, in the protocol of its service, where it is refused."""
        signed = scope(request)
        if signed is None:
            return Response("Missing Authentication Token", 403)
        operation = None
        model: ServiceModel | None = None
        try:
            model = service_model(signed, request)
            principal = authenticate(request, signed, model)
            call = parse(model, signed, request)
            operation = call.operation
            return self._result(call, principal)
        except ApiError as error:
            if model is None:
                return Response(json.dumps({"__type": error.code, "message": error.message}), error.status)
            return answer(error, model, operation, request.content_type)
        except Exception:
            log.exception("%s failed inside", operation.name if operation else request.path)
            failure = ApiError("InternalFailure", "The rehearsal failed; its log has the reason.", 500)
            return answer(failure, model, operation, request.content_type)

    def _result(self, call: Call, principal: Principal) -> Response:
        if call.service in ("cloudformation", "dlm"):
            caller = Caller(principal.account, call.region, call.access_key_id)
            service = self.cloudformation if call.service == "cloudformation" else self.lifecycle_policies
            result = service.handle(call.name, dict(call.parameters), caller)
            return answer(result, call.operation.service_model, call.operation)
        return self._moto(call, principal)

    def _moto(self, call: Call, principal: Principal) -> Response:
        body = call.request.get_data()
        environ = call.request.environ | {
            "HTTP_X_MOTO_ACCOUNT_ID": principal.account,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        with self.backends:
            try:
                return Response.from_app(_backend(call.service), environ, buffered=True)
            except NotImplementedError:
                raise ApiError("InvalidAction", f"The rehearsal has no {call.action}.", 501) from None

    @cache  # noqa: B019 (as long as the server)
    def _client(self, caller: Caller, service: str) -> Any:
        found = identity.find(str(caller.credentials))
        if found is None:
            raise ApiError("InvalidClientTokenId", "The caller's access key does not exist any more.", 403)
        _, secret, token = found
        return boto3.client(
            service,
            region_name=caller.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=str(caller.credentials),
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(proxies={}, max_pool_connections=32),
        )


@cache
def _backend(service: str) -> Any:
    """moto's application for one service, made at its first call."""
    return create_backend_app(service.replace("-", ""))


def authenticate(request: BackendRequest, signed: Scope, model: ServiceModel) -> Principal:
    """Say whose request it is, or raise ApiError as AWS does for a wrong key or signature."""
    found = identity.find(signed.access_key_id)
    if found is not None and signature.valid(request, signed, found[1], found[2]):
        return found[0]
    if model.protocol == "ec2":
        raise ApiError("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
    if found is None:
        code = "UnrecognizedClientException" if model.protocol == "json" else "InvalidClientTokenId"
        raise ApiError(code, "The security token included in the request is invalid.", 403)
    code = "InvalidSignatureException" if model.protocol == "json" else "SignatureDoesNotMatch"
    raise ApiError(
        code,
        "The request signature we calculated does not match the signature you provided. Check your AWS "
        "Secret Access Key and signing method. Consult the service documentation for details.",
        403,
    )
