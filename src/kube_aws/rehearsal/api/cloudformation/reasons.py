"""Why a resource failed, in the words of CloudFormation's events."""

import re
import uuid

from botocore.exceptions import BotoCoreError, ClientError

from kube_aws.rehearsal.api.cloudformation.missing import is_missing
from kube_aws.rehearsal.api.cloudformation.work import CancelledError, NotStabilizedError
from kube_aws.rehearsal.api.error import ApiError

_SERVICES = {
    "autoscaling": "AutoScaling",
    "dlm": "Dlm",
    "ec2": "Ec2",
    "iam": "Iam",
    "kms": "Kms",
    "route53": "Route53",
}


class RefusedError(Exception):
    """CloudFormation itself refuses the resource; the text is the reason."""


def reason(error: Exception, service: str) -> str:
    """Return the ResourceStatusReason for what went wrong.

    `service` is the middle part of the resource's type in lower case, as `ec2`.
    """
    match error:
        case CancelledError():
            return "Resource creation cancelled"
        case RefusedError() | ApiError():
            return str(error)
        case NotStabilizedError():
            return _handler(str(error), "NotStabilized")
        case ClientError():
            return _handler(_service_message(error, service), _code(error))
        case BotoCoreError():
            # What botocore refuses to send, AWS's own client would not have sent either.
            return _handler(str(error).replace("\n", " "), "InvalidRequest")
        case _:
            return f"Internal Failure: {error!r}"


def _handler(message: str, code: str) -> str:
    token = uuid.uuid4()
    return f'Resource handler returned message: "{message}" (RequestToken: {token}, HandlerErrorCode: {code})'


def _service_message(error: ClientError, service: str) -> str:
    metadata = error.response["ResponseMetadata"]
    return (
        f"{error.response['Error'].get('Message', '')} (Service: {_SERVICES.get(service, service)}, "
        f"Status Code: {metadata['HTTPStatusCode']}, Request ID: {metadata.get('RequestId', '')}) "
        f"(SDK Attempt Count: {metadata.get('RetryAttempts', 0) + 1})"
    )


def _code(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    if is_missing(error):
        return "NotFound"
    for pattern, handler_code in (
        (r"Unauthorized|AccessDenied|AuthFailure", "AccessDenied"),
        (r"AlreadyExists|Duplicate", "AlreadyExists"),
        (r"LimitExceeded", "ServiceLimitExceeded"),
        (r"Throttl|RequestLimit|TooManyRequests", "Throttling"),
        (r"DependencyViolation|Conflict|InUse", "ResourceConflict"),
    ):
        if re.search(pattern, code):
            return handler_code
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return "InvalidRequest" if status < 500 else "ServiceInternalError"
