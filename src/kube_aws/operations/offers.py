"""What an account has that an answer of `init` can name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kube_aws.aws import errors
from kube_aws.aws.session import session
from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    import boto3

_FIT = {
    "KeyManager": "CUSTOMER",
    "KeyState": "Enabled",
    "KeyUsage": "ENCRYPT_DECRYPT",
    "KeySpec": "SYMMETRIC_DEFAULT",
}
"""What DescribeKey says of a key that can seal a cluster's secrets."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One possible answer, and how a list shows it."""

    answer: str
    shown: str


def offers(key: str, region: str, profile: str | None) -> list[Offer]:
    """The account's zones, key pairs or KMS keys for that key of cluster.yaml, others: none.

    Raises UserError where AWS cannot be asked.
    """
    listing = {"availabilityZone": _zones, "keyName": _key_pairs, "kmsKeyArn": _kms_keys}.get(key)
    if listing is None:
        return []
    with errors.explained():
        return listing(session(profile, region))


def _zones(aws: boto3.Session) -> list[Offer]:
    zones = _client(aws, "ec2").describe_availability_zones(
        Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}]
    )["AvailabilityZones"]
    return [Offer(zone["ZoneName"], zone["ZoneName"]) for zone in zones if zone["State"] == "available"]


def _key_pairs(aws: boto3.Session) -> list[Offer]:
    pairs = _client(aws, "ec2").describe_key_pairs()["KeyPairs"]
    return [Offer(pair["KeyName"], pair["KeyName"]) for pair in pairs]


def _kms_keys(aws: boto3.Session) -> list[Offer]:
    """The keys that encrypt and are the account's own, as far as it may look at them."""
    kms = _client(aws, "kms")
    found = []
    for page in kms.get_paginator("list_keys").paginate():
        for listed in page["Keys"]:
            key = _described(kms, listed["KeyArn"])
            if key and all(key.get(fact, wanted) == wanted for fact, wanted in _FIT.items()):
                short = f"{key['KeyId'][:8]}…{key['KeyId'][-4:]}"
                found.append(Offer(key["Arn"], f"{short}  {key.get('Description', '')}".rstrip()))
    return found


def _described(kms: Any, arn: str) -> dict[str, Any] | None:
    try:
        with errors.explained():
            return dict(kms.describe_key(KeyId=arn)["KeyMetadata"])
    except UserError:
        return None


def _client(aws: boto3.Session, service: str) -> Any:
    """A client that gives up soon: a person is waiting, and can type the answer instead."""
    from botocore.config import Config

    patience = Config(
        connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2}
    )
    return aws.client(service, config=patience)  # type: ignore[call-overload]
