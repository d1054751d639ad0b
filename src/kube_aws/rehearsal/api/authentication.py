"""Whose request it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from moto.core.model import ServiceModel
from moto.core.request import Request

from kube_aws.rehearsal.api import identity, signature
from kube_aws.rehearsal.api.call import Scope
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.principal import Principal

_TOLERANCE = timedelta(minutes=15)
_MOMENT = "%Y%m%dT%H%M%SZ"


def authenticate(request: Request, signed: Scope, model: ServiceModel, behind: timedelta) -> Principal:
    """Say whose request it is, or raise ApiError as AWS does for a wrong key, signature or time; instances'
    clocks are `behind`.

    Source: AWS, "Error codes for the Amazon EC2 API"; "Common errors" of IAM and of KMS.
    """
    found = identity.find(signed.access_key_id)
    moment = signature.moment(request)
    if found is not None and moment and signature.valid(request, signed, found[1], found[2]):
        principal = replace(found[0], called_via=identity.called_via(request))
        now = datetime.now(UTC) + (behind if principal.instance_arn else timedelta())
        _check_time(moment, now, model.protocol)
        return principal
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


def _check_time(signed: datetime, now: datetime, protocol: str) -> None:
    """A signature counts for a quarter of an hour before and after its time.

    Source: IAM User Guide, "Elements of an AWS API request signature"; the words are AWS's as seen by many.
    """
    if abs(now - signed) <= _TOLERANCE:
        return
    if protocol == "ec2":
        raise ApiError("RequestExpired", "Request has expired.")
    edge, sign = (now - _TOLERANCE, "-") if signed < now else (now + _TOLERANCE, "+")
    what, than = ("expired", "now earlier") if signed < now else ("not yet current", "still later")
    text = f"Signature {what}: {signed:{_MOMENT}} is {than} than {edge:{_MOMENT}}"
    code, status = (
        ("InvalidSignatureException", 400) if protocol == "json" else ("SignatureDoesNotMatch", 403)
    )
    raise ApiError(code, f"{text} ({now:{_MOMENT}} {sign} 15 min.)", status)
