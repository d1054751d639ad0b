"""One request to the API, as AWS understands it: service, operation, parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from kube_aws.rehearsal.api.error import ApiError

SERVICES = {
    "autoscaling": "autoscaling",
    "cloudformation": "cloudformation",
    "dlm": "dlm",
    "ec2": "ec2",
    "ecr": "ecr",
    "elasticloadbalancing": "elbv2",
    "freetier": "freetier",
    "iam": "iam",
    "kms": "kms",
    "route53": "route53",
    "servicequotas": "service-quotas",
    "sts": "sts",
}
"""The services there are: the name that requests are signed for, and botocore's."""

_CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/"
    r"(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request"
)


@dataclass(frozen=True)
class Call:
    """One call. `service` is botocore's name (`elbv2`), `region` the one it is signed for."""

    service: str
    operation: OperationModel
    parameters: Mapping[str, Any]
    region: str
    access_key_id: str
    request: Request

    @property
    def name(self) -> str:
        """The operation's name, as `RunInstances`."""
        return str(self.operation.name)

    @property
    def action(self) -> str:
        """The action as IAM writes it, as `ec2:RunInstances`."""
        return f"{self.operation.service_model.signing_name}:{self.name}"


@dataclass(frozen=True)
class Scope:
    """What the Authorization header says: whose key, which region and service."""

    access_key_id: str
    date: str
    region: str
    signing_name: str


def scope(request: Request) -> Scope | None:
    """The credential scope of a signed request; None for one that is not signed.

    Source: AWS, "Signature Version 4 signing process", Authorization header.
    """
    found = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    return Scope(found["key"], found["date"], found["region"], found["service"]) if found else None


def service_model(signed: Scope, request: Request) -> ServiceModel:
    """The model of the service that a request is signed for.

    Classic and newer load balancers share a name and differ in their API's version.
    Raises ApiError for a service that the rehearsal does not have.
    """
    if signed.signing_name not in SERVICES:
        raise ApiError(
            "ServiceUnavailable",
            f"The rehearsal has no {signed.signing_name}: nothing that kube-aws renders or runs calls it.",
            501,
        )
    service = SERVICES[signed.signing_name]
    if service == "elbv2" and request.values.get("Version") == "2012-06-01":
        service = "elb"
    return get_service_model(service)


def parse(model: ServiceModel, signed: Scope, request: Request) -> Call:
    """Read the operation and its parameters by botocore's model of the service.

    Raises ApiError where there is no such operation or a parameter has the wrong form.
    """
    try:
        operation, path = get_service_router(model.service_name).match(request)
    except NotFound:
        asked = request.values.get("Action") or request.headers.get("X-Amz-Target") or request.path
        raise ApiError("InvalidAction", f"The action {asked} is not valid for this web service.") from None
    protocol = determine_request_protocol(model, request.content_type)
    try:
        parameters = PROTOCOL_PARSERS[protocol](operation).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.get_data(),
                "url_path": request.path,
                "url_params": path,
            }
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise ApiError("MalformedInput", f"{operation.name}: {error}") from error
    return Call(model.service_name, operation, parameters, signed.region, signed.access_key_id, request)
