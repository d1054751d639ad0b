"""From an access key to who it belongs to, in moto's IAM and STS."""

import hmac
import secrets
from typing import Any

from moto.core.request import Request
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from kube_aws.rehearsal.api.credentials import Credentials
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.principal import Principal

_VIA = "X-Rehearsal-Called-Via"
_PROOF = secrets.token_urlsafe(24)
"""What no client can know, so that none can claim to be CloudFormation."""


def find(access_key_id: str) -> tuple[Principal, str, str | None] | None:
    """The principal of an active access key, its secret and its session token; None if there is none.

    Source: AWS, "IAM identifiers", unique ids and the ARNs of users and of role sessions.
    """
    for account in list(iam_backends):
        for partition, backend in list(iam_backends[account].items()):
            key = backend.access_keys.get(access_key_id)
            if key is None or key.status != "Active":
                continue
            if key.user_name is None:
                return _session(account, partition, access_key_id)
            user = backend.users.get(key.user_name)
            if user is None or key not in user.access_keys:
                return None
            principal = Principal(account, partition, user.arn, user=user.name)
            return principal, key.secret_access_key, None
    return None


def _session(account: str, partition: str, access_key_id: str) -> tuple[Principal, str, str | None] | None:
    session: Any = sts_backends[account][partition].get_assumed_role_from_access_key(access_key_id)
    if session is None:
        return None
    principal = Principal(
        account,
        partition,
        session.arn,
        role=session.role_arn.rsplit("/", 1)[-1],
        role_arn=session.role_arn,
        instance_arn=getattr(session, "instance_arn", None),
    )
    return principal, session.secret_access_key, session.session_token


def of_instance(account: str, region: str, instance_id: str) -> Credentials:
    """The credentials that the metadata service gives an instance: a session of its role.

    The session has the instance's id as its name (so aws:userid is ROLE-ID:INSTANCE-ID) and carries
    ec2:SourceInstanceARN. Raises ApiError for an instance without a role.
    Source: EC2 User Guide, "IAM roles for Amazon EC2"; IAM User Guide, "ec2:SourceInstanceARN".
    """
    ec2: Any = ec2_backends[account][region]
    association = ec2.iam_instance_profile_associations.get(instance_id)
    if association is None or not association.iam_instance_profile.roles:
        raise ApiError("NoSuchEntity", f"{instance_id} has no role", 404)
    partition = ec2.partition
    session: Any = sts_backends[account][partition].assume_role(
        region_name=region,
        role_session_name=instance_id,
        role_arn=association.iam_instance_profile.roles[0].arn,
        policy="",
        duration=6 * 3600,
        external_id="",
    )
    session.instance_arn = f"arn:{partition}:ec2:{region}:{account}:instance/{instance_id}"
    return Credentials(session.access_key_id, session.secret_access_key, session.session_token)


def mark_called_via_cloudformation(request: Any, **_: Any) -> None:
    """Mark a request that CloudFormation makes on its caller's behalf; only this process can."""
    request.headers[_VIA] = _PROOF


def called_via(request: Request) -> str | None:
    """The service that makes a request on someone's behalf (condition key aws:CalledVia); None for people."""
    proof = request.headers.get(_VIA, "")
    return "cloudformation.amazonaws.com" if hmac.compare_digest(proof, _PROOF) else None
