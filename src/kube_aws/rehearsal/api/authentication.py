"""Whose request it is."""

from dataclasses import replace

from moto.core.model import ServiceModel
from moto.core.request import Request

from kube_aws.rehearsal.api import identity, signature
from kube_aws.rehearsal.api.call import Scope
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.principal import Principal


def authenticate(request: Request, signed: Scope, model: ServiceModel) -> Principal:
    """Say whose request it is, or raise ApiError as AWS does for a wrong key or signature.

    Source: AWS, "Error codes for the Amazon EC2 API"; "Common errors" of IAM and of KMS.
    """
    found = identity.find(signed.access_key_id)
    if found is not None and signature.valid(request, signed, found[1], found[2]):
        return replace(found[0], called_via=identity.called_via(request))
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
